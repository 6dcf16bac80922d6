"""`copwatch merge`."""

from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli.options import Archive, Json

Folder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="Another copy of this archive; it is only read.", show_default=False),
]


def command(folder: Folder, archive: Archive = None, json: Json = False) -> None:
    """Bring in what another copy of the archive has.

    Needs no passphrase. Every entry, charter version and object is checked before it comes in; what does not hold
    is left out and named. Nothing that is here is removed but what was withdrawn and has to be gone; the other copy
    is only read.

    Examples:

      copwatch merge /media/stick/archive
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.progress import progress
    from copwatch.cli.transfers import fail_with, say_erased, say_transfer, transfer_json
    from copwatch.store.archive import find_archive
    from copwatch.workflows.copying import merge_archive, open_for_merging

    opened = open_for_merging(find_archive(archive))
    merged = merge_archive(opened, folder, progress())
    if json:
        jsonout.print_json(transfer_json(merged.done, merged.own_key, merged.erased))
    else:
        say_transfer(merged.done, merged.own_key)
        say_erased(merged.erased, "here")
        if merged.done.ahead:
            voice.note(
                "this archive has entries that the other copy lacks: `copwatch copy` brings them there"
            )
    fail_with(merged.done.source_findings, (*merged.done.destination_findings, *merged.charter_findings))
