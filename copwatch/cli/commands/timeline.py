"""`copwatch timeline`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from datetime import datetime

    from copwatch.workflows.timeline import Timeline

Incident = Annotated[str, typer.Argument(metavar="I-…", help="Of which incident.", show_default=False)]
At = Annotated[
    str,
    typer.Option(
        "--at", metavar="TIME", help="Which films show this time, such as 18:05, and where in them."
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write it to a new file, .csv or .json.")
]


def command(
    incident: Incident,
    at: At = "",
    out: Out = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show what happened when, from reports, events, films and marks of all observers.

    Times of cameras are corrected where somebody wrote down how far the clock was off (`copwatch record new clock`),
    and else say that nobody did. What is known to the day or to the quarter hour stays so. It is unredacted, for the
    group alone; what is privileged, and what is about survivors, stands in the report only.

    Examples:

      copwatch timeline I-7Q2K-D3MX-R

      copwatch timeline I-7Q2K-D3MX-R --at 18:05

      copwatch timeline I-7Q2K-D3MX-R --out timeline.csv
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.opened import code_of, session_at
    from copwatch.workflows.timeline import time_of, timeline
    from copwatch.workflows.timeline_files import check_name, timeline_json, write_timeline

    code = code_of(incident, "I")
    if out is not None:
        check_name(out)
    with session_at(archive, passphrase_file, identity) as session:
        found = timeline(session.catalogue, session.find(code))
        stretch = time_of(found, at) if at else None
        if out is not None:
            write_timeline(found, out, session.archive)
    if out is not None:
        voice.warn(f"{out} is unredacted, and not sealed: for the group alone")
    if json:
        jsonout.print_json(timeline_json(found, stretch))
    elif stretch is not None:
        _show_films(found, stretch, at)
    elif out is None:
        _show(found)


def _show(found: "Timeline") -> None:
    from copwatch.cli import timeline_text, voice

    voice.say_block("\n".join(timeline_text.lines(found)))
    for line in timeline_text.legend(found):
        voice.note(line)


def _show_films(found: "Timeline", stretch: "tuple[datetime, datetime]", at: str) -> None:
    from copwatch.cli import tables, timeline_text, voice
    from copwatch.model.timeline.entries import covering

    covers = covering(found.lines, *stretch)
    if not covers:
        voice.say(f"No film of {found.code} whose time is known shows {at}.")
    else:
        tables.render(["evidence", "film", "at", ""], timeline_text.cover_rows(covers))
    for line in timeline_text.legend(found):
        voice.note(line)
