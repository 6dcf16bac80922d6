"""A command with the options that most commands share."""

from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli.options import Archive, Json, NoRecord, PassphraseFile


def command(
    sources: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)],
    archive: Archive = None,
    json: Json = False,
    passphrase_file: PassphraseFile = None,
    no_record: NoRecord = False,
):
    """Take in files.

    Example:
        copwatch add /media/sd/DCIM
    """
    from copwatch.cli import jsonout, tables

    if json:
        jsonout.print_json({"sources": [str(source) for source in sources], "archive": str(archive)})
    else:
        tables.render(["source", "archive"], [[str(source), archive] for source in sources])
