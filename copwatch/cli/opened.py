"""Opening the archive that a command was pointed at, locked or unlocked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from copwatch.cli import voice

if TYPE_CHECKING:
    from copwatch.model.ids import Code
    from copwatch.store.archive import Archive
    from copwatch.store.keys import Keys
    from copwatch.workflows.names import Names
    from copwatch.workflows.session import Named, Session


def archive_at(named: Path | None, *, instead: bool = False) -> "Archive":
    """The archive of `--archive`, of the folder one stands in, or the default one.

    `instead`: also one that stands where another stood before; its root words have to be compared then.
    """
    from copwatch.store.archive import find_archive, open_archive

    return open_archive(find_archive(named), instead=instead)


@contextmanager
def session_at(
    named: Path | None, passphrase_file: Path | None, identity: Path | None
) -> "Iterator[Session]":
    """An unlocked archive; what could not be read is said on the way."""
    with session_of(archive_at(named), passphrase_file, identity) as session:
        yield session


@contextmanager
def session_of(
    archive: "Archive", passphrase_file: Path | None, identity: Path | None
) -> "Iterator[Session]":
    """The same, of an archive that was found before."""
    from copwatch.cli.keys import keys_for
    from copwatch.workflows.session import Session

    with Session(archive, keys_for(archive, passphrase_file, identity)) as session:
        voice.warn_of(session.findings)
        yield session


def founder_at(
    named: Path | None, passphrase_file: Path | None, identity: Path | None
) -> "tuple[Archive, Keys]":
    """The archive, and keys that were given for this one change: never those that are kept while it is unlocked."""
    from copwatch.cli.keys import fresh_keys

    archive = archive_at(named)
    return archive, fresh_keys(archive, passphrase_file, identity)


def names_at(
    named: Path | None, passphrase_file: Path | None, identity: Path | None
) -> "tuple[Archive, Names, bool]":
    """The archive, the names of members, devices and compartments, and whether they are known: they are sealed."""
    from copwatch.cli.keys import keys_at_hand
    from copwatch.workflows.names import Names, read_names

    archive = archive_at(named)
    keys = keys_at_hand(archive, False, passphrase_file, identity)
    return archive, read_names(archive, keys, []) if keys else Names(), keys is not None


def compartment_of(archive: "Archive", text: str) -> str:
    """The id of a compartment that a person named; names are known while the archive is unlocked. Raises `NotFound`."""
    from copwatch.workflows.membership import find_compartment
    from copwatch.workflows.names import Names, read_names
    from copwatch.workflows.unlocking import open_unlocked

    keys = open_unlocked(archive)
    return find_compartment(archive, read_names(archive, keys, []) if keys else Names(), text).id


def named_of(text: str, kinds: str) -> "Named":
    """The same, where the device may stand behind it: `E-7Q2K-D3MX-R@28c190f8`."""
    from copwatch.catalogue.claims import MARK
    from copwatch.workflows.session import Named

    code, _, mark = text.partition(MARK)
    return Named(code_of(code, kinds), mark.strip())


def code_of(text: str, kinds: str) -> "Code":
    """A code that a person typed, of one of the kinds (`"IE"`); a typing error is found without any archive."""
    from copwatch.model.ids import parse_code

    return parse_code(text, tuple(kinds))
