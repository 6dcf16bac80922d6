"""What the copies that this computer made say of its own key, before it writes again (ADR 0161).

A computer that was set back to a backup, archive and state together, remembers nothing that could stop it from writing
twice at one place. A copy that is at hand remembers.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from copwatch.errors import Unfinished
from copwatch.store.archive import Archive
from copwatch.store.branches import Heads
from copwatch.store.layout import SEGMENT_NAME, Layout
from copwatch.store.own_key import guard_own_key
from copwatch.store.places import read_places
from copwatch.store.plain import plain_names, plain_size
from copwatch.store.side import Side
from copwatch.store.survey import read_one


def ask_copies(archive: Archive) -> None:
    """Remembers what a copy has of our own ledger beyond ours, so that nothing is appended before it is here.

    Only the sizes of files are looked at where no copy has more. One that does not answer says nothing. Raises `Busy`.
    """
    device = archive.state.device()
    if device is None:
        return
    further = list(_further(archive, device.public_hex))
    if further:
        guard_own_key(archive.state, [_heads(archive, archive.layout, device.public_hex), *further])


def ledger_size(folder: Path, device: str) -> int:
    """Bytes of a device's ledger in a folder, 0 when it has none. Raises `OSError`."""
    ledger = Layout(folder).ledger(device)
    return sum(plain_size(folder, ledger / name) or 0 for name in plain_names(ledger, SEGMENT_NAME))


def _further(archive: Archive, device: str) -> Iterator[Heads]:
    here = ledger_size(archive.layout.folder, device)
    for place in read_places(archive.state):
        # A stick that is failing, or another archive in its place, is no reason not to add.
        with suppress(OSError, Unfinished):
            if ledger_size(place.path, device) > here:
                yield _heads(archive, Layout(place.path), device)


def _heads(archive: Archive, layout: Layout, device: str) -> Heads:
    return read_one(archive, Side(layout), device, None).heads
