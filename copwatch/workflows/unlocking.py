"""Opening an archive: with an identity file, a key that is held or kept, or the passphrase."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from copwatch.crypto.age import parse_identity_file
from copwatch.errors import BadInput, CopwatchError, Locked
from copwatch.store import keeper
from copwatch.store.archive import Archive
from copwatch.store.keys import Identity, Keys, open_with_identity, open_with_passphrase

LONGEST = 24 * 60 * 60
"""Seconds that a key may stay unlocked: a laptop that is found a day later is locked."""


@dataclass
class _Held:
    """Identities that this process holds open (`copwatch shell`), as text, by archive id."""

    active: bool = False
    texts: dict[str, str] = field(default_factory=dict)


_held = _Held()


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An archive whose key is kept: what it opened, where the key is, and for how many seconds."""

    keys: Keys
    where: keeper.Where
    seconds: int


def open_keys(archive: Archive, ask: Callable[[], str], *, identity_text: str | None = None) -> Keys:
    """Opens the archive with the first of: the identity file given, a held key, a kept key, the passphrase.

    Args:
        ask: gives the passphrase; called at most once, and only when nothing else opens the archive.
        identity_text: the content of an age identity file; then nothing else is tried.

    Raises:
        Locked: the passphrase is wrong, or the identity belongs to no member.
        KeyTextError: the file holds no identity.
        IntegrityFailure: the object that holds the identity is damaged.
    """
    if identity_text is not None:
        return _open_with_text(archive, identity_text)
    return open_unlocked(archive) or open_with_secret(archive, ask)


def open_unlocked(archive: Archive) -> Keys | None:
    """Opens the archive with a key that is held or kept; None when there is none that opens it."""
    for text in (_held.texts.get(archive.id), keeper.kept(archive.id)):
        if text is None:
            continue
        try:
            return _open_with_text(archive, text)
        except CopwatchError:
            # Replaced since (`copwatch recover`), or not ours: ask instead.
            continue
    return None


def unlock(
    archive: Archive, ask: Callable[[], str], seconds: int, *, identity_text: str | None = None
) -> Unlocked:
    """Opens the archive and keeps its key. A key that is kept already does not prolong itself.

    Raises:
        BadInput: longer than `LONGEST`, or no time at all.
        Refused: this computer has no safe place for the key.
        Locked, KeyTextError, IntegrityFailure: as `open_keys`.
    """
    if not 0 < seconds <= LONGEST:
        raise BadInput("a key stays unlocked for at most 24 hours", hint="for example: --for 2h")
    keys = open_with_secret(archive, ask, identity_text=identity_text)
    where = keeper.keep(archive.id, str(keys.identity), seconds)
    return Unlocked(keys, where, seconds)


def open_with_secret(archive: Archive, ask: Callable[[], str], *, identity_text: str | None = None) -> Keys:
    """Opens the archive with the identity file or the passphrase, whatever is held or kept.

    Within `copwatch shell` a key that the passphrase opened is held from then on.
    """
    if identity_text is not None:
        return _open_with_text(archive, identity_text)
    keys = open_with_passphrase(archive, ask())
    if _held.active:
        hold(archive, keys)
    return keys


def lock(archive: Archive) -> bool:
    """Destroys the held and the kept key; False when there was none. Raises `Unfinished`."""
    held = _held.texts.pop(archive.id, None) is not None
    return keeper.forget(archive.id) or held


@contextmanager
def holding() -> Iterator[None]:
    """From here on this process may hold keys; at the end it drops them."""
    _held.active = True
    try:
        yield
    finally:
        _held.active = False
        let_go()


def is_holding() -> bool:
    """Whether this process is one that may hold keys."""
    return _held.active


def hold(archive: Archive, keys: Keys) -> None:
    """Holds the key in this process until `let_go`."""
    _held.texts[archive.id] = str(keys.identity)


def let_go() -> bool:
    """Drops every key that this process holds; False when there was none. Safe from any thread."""
    some = bool(_held.texts)
    _held.texts.clear()
    return some


def identities(text: str) -> list[Identity]:
    """The identities of a file. Raises `KeyTextError`."""
    return [found for found in parse_identity_file(text) if isinstance(found, Identity)]


def _open_with_text(archive: Archive, text: str) -> Keys:
    failure = Locked("there is no identity of the archive in this file")
    for identity in identities(text):
        try:
            return open_with_identity(archive, identity)
        except Locked as error:
            failure = error
    raise failure
