"""Options that several commands share, so that they read the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

Archive = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        envvar="COPWATCH_ARCHIVE",
        metavar="DIR",
        show_default=False,
        help="The archive to use; without it, the one you stand in, or the default one.",
    ),
]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        show_default=False,
        help="Read the passphrase from FILE (one line) instead of asking. Never from the environment.",
    ),
]

NoRecord = Annotated[
    bool,
    typer.Option("--no-record", help="Write no custody event about reading this."),
]

Yes = Annotated[bool, typer.Option("--yes", help="Answer yes to what would be asked.")]

IdentityFile = Annotated[
    Path | None,
    typer.Option(
        "--identity",
        metavar="FILE",
        show_default=False,
        help="Open with the age identity in FILE instead of a passphrase.",
    ),
]
