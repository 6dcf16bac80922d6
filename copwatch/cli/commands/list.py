"""`copwatch list`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile
from copwatch.cli.rows import EVIDENCE_HEADS

if TYPE_CHECKING:
    from copwatch.catalogue.shown import IncidentRow
    from copwatch.workflows.session import Session

What = Annotated[
    str, typer.Argument(metavar="incidents|evidence|batches|unfiled", help="What to list.", show_default=True)
]


def command(
    what: What = "incidents",
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List incidents, evidence or batches.

    Examples:

      copwatch list

      copwatch list unfiled

      copwatch list evidence --json
    """
    from copwatch.cli import jsonout, tables, voice
    from copwatch.cli.opened import session_at
    from copwatch.errors import UsageError

    if what not in _LISTS:
        raise UsageError(f"there is no list of {what}", hint=f"one of: {', '.join(_LISTS)}")
    with session_at(archive, passphrase_file, identity) as session:
        rows = _LISTS[what](session)
        if json:
            jsonout.print_json({what: [row[1] for row in rows]})
            return
        if not rows:
            voice.say(f"No {what}." if what != "unfiled" else "Everything is filed.")
            return
        tables.render(_HEADS[what], [row[0] for row in rows])
        voice.note(_NEXT[what])


def _incidents(session: "Session") -> list[tuple[list[Any], dict[str, Any]]]:
    from dataclasses import asdict

    from copwatch.catalogue.queries import incidents

    return [
        (
            [
                row.code, _when(row), row.where or row.city, ", ".join(row.agencies), row.evidence, _note(row),
            ],
            asdict(row),
        )
        for row in incidents(session.catalogue)
    ]  # fmt: skip


def _evidence(session: "Session", *, unfiled: bool = False) -> list[tuple[list[Any], dict[str, Any]]]:
    from copwatch.catalogue.queries import evidence
    from copwatch.cli.rows import evidence_cells, evidence_json

    return [(evidence_cells(row), evidence_json(row)) for row in evidence(session.catalogue, unfiled=unfiled)]


def _unfiled(session: "Session") -> list[tuple[list[Any], dict[str, Any]]]:
    return _evidence(session, unfiled=True)


def _batches(session: "Session") -> list[tuple[list[Any], dict[str, Any]]]:
    from dataclasses import asdict

    from copwatch.catalogue.queries import batches
    from copwatch.cli.rows import minute
    from copwatch.cli.sizes import size

    return [
        ([row.code, minute(row.recorded_at), row.by, row.evidence, size(row.size), row.note], asdict(row))
        for row in batches(session.catalogue)
    ]


def _when(row: "IncidentRow") -> str:
    """When it was, in the zone of the place, no finer than it is known."""
    text = (row.when or "")[: {"day": 10, "month": 7}.get(row.precision or "", 16)].replace("T", " ")
    return f"about {text}" if row.precision in {"hour", "quarter_hour"} else text


def _note(row: "IncidentRow") -> str:
    """What stands side by side; and how the text begins where no place tells one incident from another."""
    from copwatch.text import clean

    begins = "" if row.where or row.city else " ".join((row.begins or "").split())
    said = clean(begins, limit=_BEGINS)
    return "; ".join(part for part in ("two versions" if row.conflict else "", said) if part)


_BEGINS = 40
"""Characters of a text, so that an incident stays on a line or two."""

_LISTS = {"incidents": _incidents, "evidence": _evidence, "batches": _batches, "unfiled": _unfiled}

_NEXT = {
    "incidents": "one of them whole: copwatch show I-…",
    "evidence": "one of them whole: copwatch show E-…",
    "unfiled": "file one: copwatch link E-… I-…",
    "batches": "what one of them brought: copwatch show B-…",
}

_HEADS = {
    "incidents": ["incident", "when", "where", "agencies", "evidence", "note"],
    "evidence": EVIDENCE_HEADS,
    "unfiled": EVIDENCE_HEADS,
    "batches": ["batch", "received", "by", "evidence", "size", "note"],
}
