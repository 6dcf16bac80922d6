"""Keys for the commands that read: what is unlocked already, a file, or the passphrase asked at the terminal."""

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from copwatch.cli import prompts, voice
from copwatch.errors import BadInput, Locked

if TYPE_CHECKING:
    from collections.abc import Callable

    from copwatch.store.archive import Archive
    from copwatch.store.keys import Keys

MAX_IDENTITY_FILE = 1 << 16
"""Bytes; a longer file holds no identities but is a mistake."""

_TRIES = 3

T = TypeVar("T")


def keys_for(archive: "Archive", passphrase_file: Path | None, identity_file: Path | None) -> "Keys":
    """The keys of an archive for a command that reads.

    The identity file goes first, then the passphrase file, then what `copwatch shell` holds or `copwatch unlock`
    keeps, and last the passphrase is asked, up to three times at a terminal.

    Raises:
        Locked: nothing opens it, or there is no terminal to ask on.
    """
    from copwatch.workflows.unlocking import open_keys, open_with_secret

    text = identity_text(identity_file)
    if passphrase_file is not None and text is None:
        return open_with_secret(archive, lambda: prompts.passphrase_from(passphrase_file))
    instead = f"{prompts.BY_FILE}, or run `copwatch unlock` at a terminal first"
    return asking(lambda ask: open_keys(archive, ask, identity_text=text), None, instead)


def keys_at_hand(
    archive: "Archive", unlock: bool, passphrase_file: Path | None, identity_file: Path | None
) -> "Keys | None":
    """The keys that were asked for, or those that are unlocked already; None where there are none."""
    from copwatch.workflows.unlocking import open_unlocked

    if unlock or passphrase_file is not None or identity_file is not None:
        return keys_for(archive, passphrase_file, identity_file)
    return open_unlocked(archive)


def fresh_keys(archive: "Archive", passphrase_file: Path | None, identity_file: Path | None) -> "Keys":
    """The keys, from a file or the passphrase, whatever is unlocked: for what only its owner may do."""
    from copwatch.workflows.unlocking import open_with_secret

    text = identity_text(identity_file)
    return asking(lambda ask: open_with_secret(archive, ask, identity_text=text), passphrase_file)


def asking(
    open_with: "Callable[[Callable[[], str]], T]",
    passphrase_file: Path | None,
    instead: str = prompts.BY_FILE,
) -> T:
    """Runs `open_with` with a way to ask; at a terminal a wrong passphrase may be typed again twice.

    Raises:
        Locked: the passphrase is wrong, or there is no terminal to ask on; `instead` says what to do then.
    """
    asked = 0

    def ask() -> str:
        nonlocal asked
        asked += 1
        return prompts.passphrase("passphrase of the archive", file=passphrase_file, instead=instead)

    tries = 1 if passphrase_file is not None or not voice.is_terminal(sys.stdin) else _TRIES
    while True:
        before = asked
        try:
            return open_with(ask)
        except Locked as error:
            if asked == before or asked >= tries:
                raise
            voice.warn(error.message)


def identity_text(file: Path | None, *, pipe: bool = True) -> str | None:
    """The text of an identity file; one that others may read is used, with a warning.

    With `pipe` it may be one: a shell gives the output of another program so. It is waited for.

    Raises:
        NotFound: it is no plain file, and may be nothing else.
        OSError: the file cannot be read.
        BadInput: it is too long, or no text.
    """
    from copwatch.workflows.given_files import open_given

    if file is None:
        return None
    with file.open("rb") if pipe else open_given(file) as opened:
        mode = os.fstat(opened.fileno()).st_mode
        data = opened.read(MAX_IDENTITY_FILE + 1)
    if os.name == "posix" and stat.S_ISREG(mode) and mode & 0o077:
        voice.warn(f"others on this computer may read {file}; run: chmod 600 {file}")
    if len(data) > MAX_IDENTITY_FILE:
        raise BadInput(f"too long for an identity file: {file}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # The error object carries the bytes; it must not be chained to ours.
        raise BadInput(f"not an identity file: {file}", hint="it is text, as age-keygen writes it") from None
