"""`copwatch due`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from datetime import date

    from copwatch.workflows.due import Due

Days = Annotated[
    int,
    typer.Option("--days", min=0, max=36_500, help="Only what is due within so many days, and what is past."),
]
Ics = Annotated[
    Path | None,
    typer.Option("--ics", metavar="FILE", help="Write a calendar file, with titles that name nobody."),
]
Every = Annotated[
    bool, typer.Option("--all", help="Also reminders of footage that are past by more than 30 days.")
]


def command(
    days: Days = 36_500,
    ics: Ics = None,
    every: Every = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show what is due: hearings, records requests, consent, footage.

    Shown are the dates that somebody wrote down with `copwatch record`, until they are settled there; when a report
    says to be in touch with a survivor again; reminders of evidence that typically gets written over, until a letter or
    request for it was sent; and dates computed from the rules that the group's counsel gave (docs/rules.md). No time
    limit of the law is shipped with copwatch.

    Examples:

      copwatch due

      copwatch due --days 14 --ics due.ics
    """
    from datetime import timedelta

    from copwatch.cli.opened import session_at
    from copwatch.errors import BadInput
    from copwatch.workflows.calendars import calendar
    from copwatch.workflows.due import due
    from copwatch.workflows.stamping import local_now
    from copwatch.workflows.writing_out import check_new, create_new

    now = local_now()
    today = now.date()
    with session_at(archive, passphrase_file, identity) as session:
        if ics is not None:
            check_new(ics, session.archive)
        found = due(session.catalogue, session.archive, today, today + timedelta(days), every=every)
    if ics is not None:
        with create_new(ics) as file:
            file.write(calendar(found.items, now).encode())
    if json:
        _print_json(found)
    else:
        _say(found, today, ics)
    if found.problems:
        raise BadInput(
            f"no date was computed from what is not right: {'; '.join(found.problems)}",
            hint="what is shown above is not everything; `copwatch rules check FILE` names every problem",
        )


def _print_json(found: "Due") -> None:
    from copwatch.cli import due_text, jsonout
    from copwatch.workflows.due import NOT_ADVICE

    said = {
        "due": [due_text.item_json(item) for item in found.items],
        "waiting": [{"code": w.code, "rule": w.rule.id, "lacks": w.lacks} for w in found.waiting],
        "older": found.older,
        "problems": list(found.problems),
        "note": NOT_ADVICE,
    }
    jsonout.print_json(said)


def _say(found: "Due", today: "date", ics: Path | None) -> None:
    from copwatch.cli import due_text, voice
    from copwatch.workflows.due import NOT_ADVICE

    if found.items:
        voice.say_block("\n".join(due_text.lines(found.items, today)))
    else:
        voice.say("Nothing that was written down is due. That does not mean that no time limit runs.")
    for each in found.waiting:
        voice.say(f"Not computed: {due_text.waits(each)}.")
    if found.older:
        reminders = (
            "1 reminder of footage is" if found.older == 1 else f"{found.older} reminders of footage are"
        )
        voice.note(f"{reminders} past by more than 30 days: copwatch due --all")
    if ics is not None:
        voice.note(
            f"the calendar is in {ics}; calendars are copied to other services: its titles name nobody"
        )
    voice.say(NOT_ADVICE)
