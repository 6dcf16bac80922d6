"""`copwatch list`."""

from dataclasses import dataclass
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


Columns = Annotated[
    str,
    typer.Option(
        "--columns", metavar="A,B", help="Fields of the report to show instead, with commas between."
    ),
]
Sort = Annotated[str, typer.Option("--sort", metavar="changed|when|place", help="How incidents are sorted.")]
Since = Annotated[
    str, typer.Option("--since", metavar="DAY", help="Incidents from that day, month or year on.")
]
Until = Annotated[
    str, typer.Option("--until", metavar="DAY", help="Incidents up to that day, month or year.")
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=0, help="Incidents on a page; 0 for all.")]
PageNumber = Annotated[int, typer.Option("--page", metavar="N", min=1, help="Which page.")]


def command(
    what: What = "incidents",
    columns: Columns = "",
    sort: Sort = "changed",
    since: Since = "",
    until: Until = "",
    limit: Limit = 100,
    page: PageNumber = 1,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List incidents, evidence or batches.

    Incidents come in pages of 100, the last changed first. Columns are fields of the report (docs/schema.md), a group's
    own with x. before them.

    Examples:

      copwatch list

      copwatch list --sort when --since 2026-05 --columns agencies,force

      copwatch list --page 2

      copwatch list unfiled

      copwatch list evidence --json
    """
    from copwatch.cli import jsonout, tables, voice
    from copwatch.cli.opened import session_at
    from copwatch.errors import UsageError

    if what not in (*_LISTS, "incidents"):
        raise UsageError(f"there is no list of {what}", hint=f"one of: {', '.join(_HEADS)}")
    asked = _Asked([c.strip() for c in columns.split(",") if c.strip()], sort, since, until, limit, page)
    if what != "incidents" and asked != _Asked([], "changed", "", "", limit, page):
        raise UsageError("--columns, --sort, --since and --until are for incidents")
    with session_at(archive, passphrase_file, identity) as session:
        if what == "incidents":
            _list_incidents(session, asked, json=json)
            return
        rows = _LISTS[what](session)
    if json:
        jsonout.print_json({what: [row[1] for row in rows]})
        return
    if not rows:
        voice.say(f"No {what}." if what != "unfiled" else "Everything is filed.")
        return
    tables.render(_HEADS[what], [row[0] for row in rows])
    voice.note(_NEXT[what])


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which incidents, and what of them."""

    columns: list[str]
    sort: str
    since: str
    until: str
    limit: int
    page: int


def _list_incidents(session: "Session", asked: _Asked, *, json: bool) -> None:
    from dataclasses import asdict

    from copwatch.catalogue.asked import Filter
    from copwatch.catalogue.listing import cells, incident_page
    from copwatch.catalogue.queries import unfiled_count
    from copwatch.cli import jsonout, tables, voice

    filters = [Filter(name, given) for name in ("since", "until") if (given := getattr(asked, name))]
    page = incident_page(
        session.catalogue, sort=asked.sort, filters=filters, limit=asked.limit, page=asked.page
    )
    chosen = cells(session.catalogue, page.rows, asked.columns)
    unfiled = unfiled_count(session.catalogue)
    if json:
        rows = [
            {**asdict(row), "columns": dict(zip(asked.columns, said, strict=True))}
            for row, said in zip(page.rows, chosen, strict=True)
        ]
        jsonout.print_json({"incidents": rows, "total": page.total, "page": asked.page, "unfiled": unfiled})
        return
    if not page.rows:
        voice.say("No incidents." if page.total == 0 else f"No incidents on page {asked.page}.")
    elif asked.columns:
        heads = ["incident", *(name.replace("_", " ") for name in asked.columns)]
        states = [_state(row) for row in page.rows]
        noted = any(states)
        tables.render(
            [*heads, "note"] if noted else heads,
            [
                [row.code, *said, *([state] if noted else [])]
                for row, said, state in zip(page.rows, chosen, states, strict=True)
            ],
        )
    else:
        tables.render(_HEADS["incidents"], [_incident_cells(row) for row in page.rows])
    if page.rows and len(page.rows) < page.total:
        first = asked.limit * (asked.page - 1) + 1
        more = "the rest" if first + len(page.rows) > page.total else f"more: --page {asked.page + 1}"
        voice.note(f"{first:,} to {first + len(page.rows) - 1:,} of {page.total:,} incidents; {more}")
    if page.rows:
        voice.note(_NEXT["incidents"])
    if unfiled:
        voice.note(f"{unfiled:,} item{'s' * (unfiled != 1)} filed under no incident: copwatch list unfiled")


def _incident_cells(row: "IncidentRow") -> list[Any]:
    agencies = ", ".join(row.agencies)
    return [row.code, _when(row), row.where or row.city, agencies, row.evidence, _note(row)]


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
    from copwatch.sizes import size

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
    return "; ".join(part for part in (_state(row), said) if part)


def _state(row: "IncidentRow") -> str:
    return "several versions" if row.conflict else "no report here" if row.versions == 0 else ""


_BEGINS = 40
"""Characters of a text, so that an incident stays on a line or two."""

_LISTS = {"evidence": _evidence, "batches": _batches, "unfiled": _unfiled}

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
