"""`copwatch copy`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, Json

if TYPE_CHECKING:
    from copwatch.workflows.copying import Copied

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR", help="A copy of this archive, or a new or empty folder.", show_default=False
    ),
]
Full = Annotated[
    bool, typer.Option("--full", help="Read everything there again, as is needed before a card is wiped.")
]
NoRecord = Annotated[bool, typer.Option("--no-record", help="Write no custody event about this copy.")]


def command(
    folder: Folder,
    full: Full = False,
    no_record: NoRecord = False,
    archive: Archive = None,
    json: Json = False,
) -> None:
    """Copy the archive to another disk, and verify the copy.

    Needs no passphrase. Brings what the other folder lacks, and reads it back from that disk. Only when it has
    read there everything that this computer added does it say that the card may be wiped; what an earlier copy
    verified is read again with --full. Can be stopped and run again at any time: finished work is not repeated.

    Examples:

      copwatch copy /media/stick/archive

      copwatch copy /media/stick/archive --full
    """
    from copwatch.cli import jsonout
    from copwatch.cli.opened import archive_at
    from copwatch.cli.progress import progress
    from copwatch.cli.transfers import fail_with, transfer_json
    from copwatch.errors import IntegrityFailure
    from copwatch.workflows.copying import copy_archive
    from copwatch.workflows.stamping import local_now

    opened = archive_at(archive)
    copied = copy_archive(opened, folder, local_now, progress(), record=not no_record, full=full)
    if json:
        jsonout.print_json(
            transfer_json(copied.done, copied.own_key, copied.erased)
            | {
                "verified_places": 1 + len(copied.places),
                "verified_at": copied.place.at,
                "same_disk": copied.place.same_disk,
                "in_memory": copied.place.in_memory,
                "card_may_be_wiped": copied.card_may_be_wiped,
                "held_apart": copied.apart,
                "waiting": copied.waiting,
                "recorded": not copied.why_not_recorded,
            }
        )
    else:
        _show(copied, asked=not no_record)
    fail_with(copied.done.source_findings, copied.done.destination_findings)
    if copied.apart and not copied.waiting:
        raise IntegrityFailure(
            f"entries of this computer are held apart at the copy: {copied.apart}",
            hint="`copwatch merge DIR` brings the newest charter; `copwatch recover` lets this computer write again,"
            " and then the files have to be added again",
        )


def _show(copied: "Copied", *, asked: bool) -> None:
    from copwatch import sizes
    from copwatch.cli import voice
    from copwatch.cli.transfers import WAITING, say_erased, say_transfer

    say_transfer(copied.done, copied.own_key)
    say_erased(copied.erased, "at the copy")
    if asked and copied.why_not_recorded:
        voice.warn(f"no custody event was written: {copied.why_not_recorded}")
    if copied.done.ahead:
        voice.note("the copy has entries that this archive lacks: `copwatch merge` brings them")
    voice.say(f"Read back from that disk: {sizes.size(copied.done.read)}.")
    if copied.waiting:
        voice.warn(WAITING)
    elif copied.apart:
        voice.warn(f"entries of this computer do not count at the copy: {copied.apart}")
        voice.warn("whoever opens that archive does not see their files")
    if copied.places:
        voice.say(_places(copied))
    voice.say(_card(copied))


def _places(copied: "Copied") -> str:
    read = ", ".join(f"{place.path} {place.at[:10]}" for place in copied.places)
    return f"This archive was verified in {1 + len(copied.places)} places; read whole: {read}."


def _card(copied: "Copied") -> str:
    if copied.card_may_be_wiped:
        return "A card that was added whole may be wiped."
    if _only_covered(copied):
        day = copied.place.at[:10]
        return f"Verified here on {day}; read everything again with --full before you wipe a card."
    return f"Keep the card: {_why_kept(copied)}."


def _only_covered(copied: "Copied") -> bool:
    """Whether nothing speaks against the copy but that some of it was read at another time."""
    fine = copied.done.clean and not copied.apart and not copied.unfinished
    return fine and copied.done.covered > 0 and copied.place in copied.places


def _why_kept(copied: "Copied") -> str:
    sources = "one source" if copied.unfinished == 1 else f"{copied.unfinished} sources"
    again = "run that `copwatch add` again (or `copwatch add --forget`)"
    reasons = {
        f"{sources} did not come in whole; {again}": copied.unfinished,
        "the copy is on the disk of the archive, and is lost together with it": copied.place.same_disk,
        "the copy is in this computer's memory, and is gone when it is switched off": copied.place.in_memory,
        "what this computer added counts once the founder has approved this computer": copied.waiting,
        "what this computer added does not count at the copy": copied.apart,
        "not everything holds": not copied.done.clean,
    }
    found = (reason for reason, holds in reasons.items() if holds)
    return next(found, "nothing shows that the copy has all that this computer added")
