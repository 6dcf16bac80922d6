"""`copwatch passphrase`."""

from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, PassphraseFile

NewFile = Annotated[
    Path | None,
    typer.Option(
        "--new-passphrase-file", metavar="FILE", help="Read the new passphrase from FILE (one line)."
    ),
]


def command(
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    new_passphrase_file: NewFile = None,
) -> None:
    """Change the passphrase.

    What is in the archive stays sealed as it is; only your key is sealed again. Every copy made before opens
    with the old passphrase as long as it exists.
    """
    from copwatch.cli import voice
    from copwatch.cli.choosing import chosen_passphrase
    from copwatch.cli.keys import fresh_keys
    from copwatch.cli.opened import archive_at
    from copwatch.workflows.rekeying import change_passphrase

    opened = archive_at(archive)
    keys = fresh_keys(opened, passphrase_file, identity)
    changed = change_passphrase(opened, keys, chosen_passphrase(new_passphrase_file))
    voice.say(f"The passphrase is changed (charter version {changed.charter.version}).")
    voice.say("Other copies of the archive learn of it with `copwatch copy` or `copwatch merge`.")
    voice.warn(
        "this is no new lock: copies made before, and the older charter versions in this one, still open "
        "with the old passphrase; if somebody else knows it, they can read whatever copy they get"
    )
