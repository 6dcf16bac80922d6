"""`copwatch requests`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from copwatch.workflows.requests import RequestRow

About = Annotated[str, typer.Option("--about", metavar="I-…", help="Only those about this incident.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write them to a new CSV file.")]


def command(
    about: About = "",
    out: Out = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List records requests: what was asked, when an answer is due, what came.

    Requests are written down with `copwatch record new request`, and amended when something comes. Those that wait
    stand first. What is sent and has no date by which an answer is due says so.

    Examples:

      copwatch requests

      copwatch requests --about I-7Q2K-D3MX-R --out requests.csv
    """
    from copwatch.cli import jsonout, tables, voice
    from copwatch.cli.opened import code_of, session_at
    from copwatch.errors import UsageError
    from copwatch.workflows.due import NOT_ADVICE
    from copwatch.workflows.requests import request_json, requests, write_requests
    from copwatch.workflows.stamping import local_now

    code = code_of(about, "I") if about else None
    if out is not None and out.suffix.lower() != ".csv":
        raise UsageError(f"requests are written as .csv, not as {out.name}", hint="--out requests.csv")
    with session_at(archive, passphrase_file, identity) as session:
        rows = requests(session.catalogue, local_now().date(), session.find(code) if code else None)
        if out is not None:
            write_requests(rows, out, session.archive)
    if json:
        jsonout.print_json({"requests": [request_json(row) for row in rows], "note": NOT_ADVICE})
        return
    if out is not None:
        voice.note(f"{len(rows)} requests are in {out}, not sealed; delete it when it is no longer needed")
        return
    if not rows:
        voice.say("No records requests.")
        return
    tables.render(
        ["request", "agency", "items", "sent", "stands"],
        [
            [
                row.code,
                row.agency,
                ", ".join(each.replace("_", " ") for each in row.items),
                row.sent,
                _stands(row),
            ]
            for row in rows
        ],
    )
    voice.say(NOT_ADVICE)


def _stands(row: "RequestRow") -> str:
    """What came of it, and by when something has to come."""
    answer = row.response.replace("_", " ")
    due = {
        "overdue": f"OVERDUE since {row.due}",
        "waiting": f"answer due {row.due}",
        "no date": "no date for an answer",
    }
    parts = [answer if row.stands == "answered" else due.get(row.stands, row.stands)]
    parts += [answer] if answer and row.stands != "answered" else []
    parts += [f"appeal until {row.appeal}"] if row.appeal else []
    return "; ".join([*parts, *(["several versions"] if row.conflict else [])])
