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
    bool, typer.Option("--full", help="Read everything there again, also what was verified before.")
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

    Needs no passphrase. Brings what the other folder lacks, reads every byte back from that disk, and only then
    says whether the card may be wiped. Can be stopped and run again at any time: finished work is not repeated.

    Examples:

      copwatch copy /media/stick/archive

      copwatch copy /media/stick/archive --full
    """
    from copwatch.cli import jsonout
    from copwatch.cli.opened import archive_at
    from copwatch.cli.progress import progress
    from copwatch.cli.transfers import fail_with, transfer_json
    from copwatch.workflows.copying import copy_archive
    from copwatch.workflows.stamping import local_now

    opened = archive_at(archive)
    copied = copy_archive(opened, folder, local_now, progress(), record=not no_record, full=full)
    if json:
        jsonout.print_json(
            transfer_json(copied.done, copied.own_key)
            | {
                "verified_places": 1 + len(copied.places),
                "same_disk": copied.place.same_disk,
                "in_memory": copied.place.in_memory,
                "card_may_be_wiped": copied.card_may_be_wiped,
                "recorded": not copied.why_not_recorded,
            }
        )
    else:
        _show(copied, asked=not no_record)
    fail_with(copied.done.source_findings, copied.done.destination_findings)


def _show(copied: "Copied", *, asked: bool) -> None:
    from copwatch.cli import sizes, voice
    from copwatch.cli.transfers import say_transfer

    say_transfer(copied.done, copied.own_key)
    if asked and copied.why_not_recorded:
        voice.warn(f"no custody event was written: {copied.why_not_recorded}")
    if copied.done.ahead:
        voice.note("the copy has entries that this archive lacks: `copwatch merge` brings them")
    voice.say(f"Read back from that disk: {sizes.size(copied.done.read)}.")
    places = len(copied.places)
    if places:
        voice.say(f"This archive is now in {1 + places} verified places.")
    voice.say(_card(copied))


def _card(copied: "Copied") -> str:
    if copied.card_may_be_wiped:
        return "The card may be wiped."
    if copied.place.same_disk:
        return "Keep the card: the copy is on the disk of the archive, and is lost together with it."
    if copied.place.in_memory:
        return "Keep the card: the copy is in this computer's memory, and is gone when it is switched off."
    if not copied.done.clean:
        return "Keep the card: not everything holds."
    return "Keep the card: nothing shows that the copy has all that this computer added."
