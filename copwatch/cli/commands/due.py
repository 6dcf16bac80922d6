"""`copwatch due`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

Days = Annotated[
    int,
    typer.Option("--days", min=0, max=36_500, help="Only what is due within so many days, and what is past."),
]
Ics = Annotated[
    Path | None,
    typer.Option("--ics", metavar="FILE", help="Write a calendar file, with titles that name nobody."),
]


def command(
    days: Days = 36_500,
    ics: Ics = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show what is due: hearings, records requests, consent, footage.

    Shown are the dates that somebody wrote down with `copwatch record`, until they are settled there. No time limit of
    the law is computed.

    Examples:

      copwatch due

      copwatch due --days 14 --ics due.ics
    """
    from datetime import timedelta

    from copwatch.cli import jsonout, tables, voice
    from copwatch.cli.opened import session_at
    from copwatch.workflows.due import NOT_ADVICE, calendar, due_items
    from copwatch.workflows.stamping import local_now
    from copwatch.workflows.writing_out import check_new, create_new

    now = local_now()
    today = now.date()
    with session_at(archive, passphrase_file, identity) as session:
        if ics is not None:
            check_new(ics, session.archive)
        items = due_items(session.catalogue, today + timedelta(days))
    if ics is not None:
        with create_new(ics) as file:
            file.write(calendar(items, now).encode())
    if json:
        jsonout.print_json({"due": [_json(item) for item in items], "note": NOT_ADVICE})
        return
    if items:
        rows = [[_when(item), _left((item.day - today).days), item.title, item.code] for item in items]
        tables.render(["When", "", "What", "Code"], rows)
    else:
        voice.say("Nothing that was written down is due.")
    if ics is not None:
        voice.say(
            f"The calendar is in {ics}. Calendars are copied to other services: its titles name nobody."
        )
    voice.note(NOT_ADVICE)


def _json(item: Any) -> dict[str, Any]:
    return {
        "day": item.day.isoformat(), "at": item.at.isoformat() if item.at else None, "title": item.title,
        "code": item.code, "kind": item.kind, "field": item.field,
    }  # fmt: skip


def _when(item: Any) -> str:
    return f"{item.at:%Y-%m-%d %H:%M}" if item.at else item.day.isoformat()


def _left(days: int) -> str:
    if days == 0:
        return "TODAY"
    count = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"in {count}" if days > 0 else f"PAST by {count}"
