"""`copwatch passphrase`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, PassphraseFile

if TYPE_CHECKING:
    from copwatch.store.archive import Archive as OpenArchive
    from copwatch.store.keys import Keys

NewFile = Annotated[
    Path | None,
    typer.Option(
        "--new-passphrase-file", metavar="FILE", help="Read the new passphrase from FILE (one line)."
    ),
]


OwnFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]", help="For members: a new file, which the founder takes in.", show_default=False
    ),
]


def command(
    file: OwnFile = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    new_passphrase_file: NewFile = None,
) -> None:
    """Change your passphrase.

    What is in the archive stays sealed as it is; only your key is sealed again. Every copy made before opens
    with the old passphrase as long as it exists. A member other than the founder writes it to FILE, which shows
    nobody anything, and the founder takes it in: copwatch member passphrase NAME FILE.

    Examples:

      copwatch passphrase

      copwatch passphrase my-new-key.json
    """
    from copwatch.cli import voice
    from copwatch.cli.choosing import chosen_passphrase
    from copwatch.cli.given import kept
    from copwatch.cli.opened import founder_at
    from copwatch.errors import UsageError
    from copwatch.workflows.member_passphrases import signs_charters
    from copwatch.workflows.rekeying import change_passphrase

    opened, keys = founder_at(archive, passphrase_file, identity)
    leads = signs_charters(opened, keys)
    if leads == (file is not None):
        raise UsageError(
            "the founder needs no file" if leads else "your new passphrase goes to the founder in a file",
            hint="copwatch passphrase" if leads else "name a new one: copwatch passphrase FILE",
        )
    if file is not None:
        _for_the_founder(opened, keys, file, new_passphrase_file)
        return
    chosen = chosen_passphrase(new_passphrase_file)
    changed = kept(lambda: change_passphrase(opened, keys, chosen))
    voice.say(f"The passphrase is changed (charter version {changed.charter.version}).")
    voice.say("Other copies of the archive learn of it with `copwatch copy` or `copwatch merge`.")
    voice.warn(_NO_NEW_LOCK)


_NO_NEW_LOCK = (
    "this is no new lock: copies made before, and the older charter versions in this one, still open "
    "with the old passphrase; if somebody else knows it, they can read whatever copy they get"
)


def _for_the_founder(
    opened: "OpenArchive", keys: "Keys", file: Path, new_passphrase_file: Path | None
) -> None:
    from copwatch.cli import voice
    from copwatch.cli.choosing import chosen_passphrase
    from copwatch.store.durable import write_new
    from copwatch.workflows.member_passphrases import key_under
    from copwatch.workflows.membership import write_member_key
    from copwatch.workflows.writing_out import check_new

    check_new(file, opened)
    write_new(file, write_member_key(key_under(keys, chosen_passphrase(new_passphrase_file))))
    voice.say(f"Your key under the new passphrase is in {file}. Give that file to the founder:")
    voice.say("    copwatch member passphrase NAME FILE")
    voice.say("The old passphrase opens this archive until their charter has come back to you.")
    voice.warn(_NO_NEW_LOCK)
