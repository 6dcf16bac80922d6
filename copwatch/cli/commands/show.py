"""`copwatch show`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from copwatch.workflows.session import Named, Session

CodeArgument = Annotated[
    str, typer.Argument(metavar="CODE", help="I-…, E-…, B-…, R-…, P-… and so on.", show_default=False)
]


def command(
    code: CodeArgument,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show what is behind a code.

    An incident with its report and evidence, one item of evidence, a batch, one version of a report, or what was
    written down with `copwatch record`.

    Examples:

      copwatch show I-7Q2K-D3MX-R

      copwatch show E-4H7T-99XA-0 --json
    """
    from copwatch.cli import jsonout
    from copwatch.cli.held import held_by, say_held
    from copwatch.cli.opened import named_of, session_at
    from copwatch.model.kinds import BY_LETTER

    asked = named_of(code, f"IEBR{''.join(BY_LETTER)}")
    with session_at(archive, passphrase_file, identity) as session:
        if asked.code.prefix in BY_LETTER:
            from copwatch.cli.showing_entities import show_entity

            show_entity(session, asked.code, all_versions=False, json=json)
        elif json:
            held = held_by(session, session.find(asked.code))
            jsonout.print_json({**_JSON[asked.code.prefix](session, asked), "holds": held})
        else:
            _SHOWN[asked.code.prefix](session, asked)
            say_held(held_by(session, session.find(asked.code)))


def _show_incident(session: "Session", named: "Named") -> None:
    from functools import partial

    from copwatch.catalogue import queries
    from copwatch.catalogue.codes import spoken
    from copwatch.cli import tables, voice
    from copwatch.cli.report_text import report_lines
    from copwatch.cli.rows import evidence_of

    found = queries.incident(session.catalogue, session.find(named.code))
    names = queries.names(session.catalogue)
    _say_lines(report_lines(found, found.heads, names, partial(spoken, session.catalogue)))
    if not found.evidence:
        voice.note(f"no evidence is filed under it: copwatch link B-… {found.row.code}")
        return
    voice.out("\n")
    tables.render(*evidence_of(found.row.id, found.evidence))
    voice.note(f"what happened to an item: copwatch custody {found.evidence[0].code}")


def _incident_json(session: "Session", named: "Named") -> dict[str, Any]:
    from copwatch.catalogue import queries
    from copwatch.cli.report_text import report_json
    from copwatch.cli.rows import evidence_json

    found = queries.incident(session.catalogue, session.find(named.code))
    items = [evidence_json(row) for row in found.evidence]
    return {"kind": "incident", **report_json(found, found.heads), "items": items}


def _show_evidence(session: "Session", named: "Named") -> None:
    from copwatch.catalogue.claims import MARK
    from copwatch.cli import voice
    from copwatch.cli.item_text import evidence_lines

    row = session.find_evidence(named)
    if MARK in row.code:
        voice.warn(f"another record bears the id of {row.code}; only one of them can be honest")
    _say_lines(evidence_lines(session.catalogue, row))
    voice.note(f"everything that happened to it: copwatch custody {row.code}")


def _evidence_json(session: "Session", named: "Named") -> dict[str, Any]:
    from copwatch.catalogue.custody import custody
    from copwatch.catalogue.described import described_item
    from copwatch.cli.described import described_json
    from copwatch.cli.item_text import pieces_of
    from copwatch.cli.rows import custody_json, evidence_json

    row = session.find_evidence(named)
    described = described_json(described_item(session.catalogue, row.leaf))
    records = [{**evidence_json(row), "described": described, "pieces": pieces_of(session.catalogue, row)}]
    events = [custody_json(event) for event in custody(session.catalogue, row.id, row.leaf)]
    return {"kind": "evidence", "code": row.code, "records": records, "custody": events}


def _show_batch(session: "Session", named: "Named") -> None:
    from copwatch.catalogue import queries
    from copwatch.cli import tables, voice
    from copwatch.cli.item_text import batch_lines
    from copwatch.cli.rows import EVIDENCE_HEADS, evidence_cells

    id = session.find(named.code)
    row = queries.batch(session.catalogue, id)
    _say_lines(batch_lines(session.catalogue, row))
    items = queries.evidence(session.catalogue, batch=id)
    if items:
        voice.out("\n")
        tables.render(EVIDENCE_HEADS, [evidence_cells(item) for item in items])


def _batch_json(session: "Session", named: "Named") -> dict[str, Any]:
    from dataclasses import asdict

    from copwatch.catalogue import queries
    from copwatch.cli.rows import evidence_json

    id = session.find(named.code)
    items = [evidence_json(item) for item in queries.evidence(session.catalogue, batch=id)]
    return {"kind": "batch", **asdict(queries.batch(session.catalogue, id)), "items": items}


def _show_version(session: "Session", named: "Named") -> None:
    from functools import partial

    from copwatch.catalogue import queries
    from copwatch.catalogue.codes import codes, spoken
    from copwatch.cli.report_text import version_lines

    version = session.find_version(named)
    incident = codes(session.catalogue, "I", [version.incident])[version.incident]
    _say_lines([f"version of the report of {incident}", ""])
    _say_lines(version_lines(version, queries.names(session.catalogue), partial(spoken, session.catalogue)))


def _version_json(session: "Session", named: "Named") -> dict[str, Any]:
    from copwatch.catalogue.codes import codes
    from copwatch.cli.report_text import version_json

    version = session.find_version(named)
    incident = codes(session.catalogue, "I", [version.incident])[version.incident]
    return {"kind": "report version", "incident": incident, **version_json(version)}


def _say_lines(lines: list[str]) -> None:
    from copwatch.cli import voice

    voice.out("".join(f"{line}\n" for line in lines))


_SHOWN = {"I": _show_incident, "E": _show_evidence, "B": _show_batch, "R": _show_version}
_JSON = {"I": _incident_json, "E": _evidence_json, "B": _batch_json, "R": _version_json}
