"""Options that several commands share, so that they read the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer


def shipped_profiles(incomplete: str) -> list[str]:
    """Completion for the name of a profile; a group's own ones stand where only an archive says."""
    from copwatch.model.profile import SHIPPED

    return [name for name in SHIPPED if name.startswith(incomplete)]


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

Incident = Annotated[str, typer.Argument(metavar="I-…", help="The incident.", show_default=False)]

Item = Annotated[str, typer.Argument(metavar="E-…", help="The item.", show_default=False)]

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

HeardWords = Annotated[
    str | None,
    typer.Option("--words", metavar="WORDS", help="The eight words that they read aloud, instead of asking."),
]

SealTo = Annotated[
    list[str] | None,
    typer.Option(
        "--to", metavar="RECIPIENT", help="Seal to this age recipient (age1…), or a file of them. May repeat."
    ),
]

SealPassphrase = Annotated[
    bool, typer.Option("--passphrase", help="Seal under a passphrase, which is asked twice.")
]

SealPassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--seal-passphrase-file",
        metavar="FILE",
        help="Seal under the passphrase in FILE.",
        show_default=False,
    ),
]
