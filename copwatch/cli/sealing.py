"""To whom something is sealed that goes out: age recipients, or a passphrase that goes another way."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copwatch.crypto.age import Recipient
    from copwatch.store.archive import Archive as OpenArchive

_LARGEST_LIST = 1 << 20
"""Bytes of a file of recipients."""


def one_way(to: list[str], passphrase: bool, file: Path | None, plain: bool) -> None:
    """Raises `UsageError` where what is written would be protected in no way, or in several."""
    from copwatch.cli.given import one_way as exclusive
    from copwatch.errors import UsageError

    secret = "--passphrase" if passphrase else "--seal-passphrase-file"
    ways = {"--to": bool(to), secret: passphrase or file is not None, "--plain": plain}
    hint = "one of --to RECIPIENT, --passphrase, or --plain for a folder"
    exclusive(ways, hint=hint)
    if not any(ways.values()):
        raise UsageError("say how the bundle is to be protected", hint=hint)


def recipients(to: list[str]) -> "list[Recipient]":
    """The recipients that `--to` names, each itself or in a file."""
    from copwatch.cli import voice
    from copwatch.crypto.age import parse_recipient
    from copwatch.errors import BadInput

    found = [(named, _recipient_texts(named)) for named in to]
    for named, texts in found:
        if not texts:
            raise BadInput(f"there is no recipient in {named}", hint="one age1… on each line")
    recipients = [parse_recipient(text) for _, texts in found for text in texts]
    if not all(recipient.post_quantum for recipient in recipients):
        voice.note(
            "a recipient age1… does not withstand quantum computers: who keeps the file may open it when they exist;"
            " `age-keygen -pq` (age 1.3) makes counsel a recipient age1pq1…, which does"
        )
    return recipients


def under_passphrase(archive: "OpenArchive", file: Path | None) -> "Recipient":
    """A passphrase for this bundle alone. It goes to somebody else, so it may not be that of the archive."""
    from copwatch.cli import voice
    from copwatch.cli.choosing import chosen_passphrase
    from copwatch.crypto.age import ScryptRecipient
    from copwatch.errors import Refused
    from copwatch.workflows.passphrases import opens_archive

    if file is None:
        voice.note(
            "now choose a passphrase for this bundle; the recipient gets it by another way than the file"
        )
    chosen = chosen_passphrase(file, flag="--seal-passphrase-file FILE", given_away=True)
    if opens_archive(archive, chosen):
        raise Refused(
            "this is the passphrase of the archive", hint="choose another one: this one you give away"
        )
    return ScryptRecipient(chosen)


def _recipient_texts(named: str) -> list[str]:
    """A recipient, or those in a file of recipients: one a line, with comments."""
    from copwatch.workflows.given_files import read_given

    if named.startswith("age1"):
        return [named]
    text = read_given(Path(named), _LARGEST_LIST).decode("ascii", "replace")
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]
