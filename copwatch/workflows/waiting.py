"""What `copwatch status` says without any key: what may be lost, what other copies have, who waits, what is apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copwatch.errors import Unfinished
from copwatch.store.archive import Archive
from copwatch.store.begun_exports import left_behind as left_behind_by_exports
from copwatch.store.elsewhere import ledger_size
from copwatch.store.layout import DEVICE_NAME, LEDGER, is_archive
from copwatch.store.ledgers import read_apart
from copwatch.store.own_key import is_stopped, own_head
from copwatch.store.places import Place, read_places
from copwatch.store.plain import plain_names
from copwatch.store.unfinished import unfinished
from copwatch.store.young import is_young
from copwatch.text import counted
from copwatch.workflows.devices import (
    KnownDevice,
    State,
    entries_here,
    list_devices,
    nowhere_else,
    others_nowhere_else,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits: of what kind, what it is, how many, and what to run."""

    kind: str
    text: str
    count: int = 1
    run: str = ""


def what_waits(archive: Archive) -> Iterator[Item]:
    """All of it, the most pressing first."""
    yield from _stopped(archive)
    yield from _copies(archive)
    yield from _charter(archive)
    yield from _devices(archive)


def _stopped(archive: Archive) -> Iterator[Item]:
    """Why nothing can be added here, but for a revocation."""
    own = archive.state.device()
    head = own_head(archive.state)
    if own is None:
        return
    if is_stopped(archive.state):
        yield Item(
            "stopped",
            "two computers wrote with this computer's key, so nothing is added here any more: it needs a new one",
            1,
            "copwatch device join FILE",
        )
    elif head is not None and entries_here(archive, own.public_hex) < head.size:
        yield Item(
            "unmerged",
            "this archive is older than what this computer wrote last, so nothing can be added until it is merged",
            1,
            "copwatch merge DIR",
        )


def _copies(archive: Archive) -> Iterator[Item]:
    """What may be lost, and what other copies have."""
    left = unfinished(archive.state)
    if left:
        yield Item(
            "unfinished", f"{counted(left, 'source')} did not come in whole", left, "copwatch add PATH"
        )
    for part in left_behind_by_exports(archive.state):
        yield Item(
            "left over",
            f"{part} is left of a killed export, and may hold evidence: remove it, or the next export here does",
            1,
            "copwatch exports",
        )
    if nowhere_else(archive):
        yield Item(
            "one place only",
            "no verified copy holds all that this computer added: keep the cards",
            1,
            "copwatch copy DIR",
        )
    elif others := others_nowhere_else(archive):
        text = f"entries of {counted(len(others), 'other device')} are in no copy that this computer verified"
        yield Item("one place only", text, len(others), "copwatch copy DIR")
    if is_young(archive):
        yield Item("unmerged", "this replica has met no full copy yet", 1, "copwatch merge DIR")
    for place in read_places(archive.state):
        try:
            yield from _copy(archive, place) if is_archive(place.path) else ()
        except OSError as error:
            text = f"{place.path} cannot be read: {error.strerror or 'the disk does not answer'}"
            yield Item("unreadable", text, 1, f"copwatch verify {place.path}")


def _copy(archive: Archive, place: Place) -> Iterator[Item]:
    more = [device for device in _ledgers(place.path) if _longer(place.path, archive.layout.folder, device)]
    known = [device for device in more if archive.history.names_device(device)]
    if known:
        text = f"{place.path} has entries of {counted(len(known), 'device')} that are not here"
        yield Item("unmerged", text, len(known), f"copwatch merge {place.path}")
    if _behind(archive, place):
        yield Item("uncopied", f"{place.path} lacks entries that are here", 1, f"copwatch copy {place.path}")


def _charter(archive: Archive) -> Iterator[Item]:
    heads = len(archive.history.heads)
    if heads > 1:
        text = (
            f"{heads} versions of the charter stand side by side, and none rules until the founder joins them"
        )
        yield Item("fork", text, heads, "copwatch recover")
    forks = archive.forks()
    if forks:
        devices = ", ".join(sorted({device[:8] for device, _ in forks}))
        apart = sum(1 for _ in read_apart(archive, []))
        lost = (
            f"; {counted(apart, 'entry', 'entries')} of other branches are in no list: add their files again"
        )
        text = f"the ledger of device {devices} has parted in two{lost if apart else ''}"
        yield Item("fork", text, len(forks), "copwatch verify")


def _devices(archive: Archive) -> Iterator[Item]:
    """What is held apart, and who waits."""
    for device in _known_devices(archive):
        said = f"device {device.key[:8]}"
        if device.state is State.WAITING and device.here:
            text = "this computer waits for approval, and what it adds counts afterwards; its words, to be read aloud:"
            yield Item("held apart", text, device.entries, "copwatch device join FILE")
        elif device.state is State.WAITING:
            text = f"{said} waits for approval with {counted(device.entries, 'entry', 'entries')}; the founder runs:"
            yield Item("held apart", text, device.entries, f"copwatch device approve {device.key[:8]}")
        elif device.last is not None and device.entries > device.last + 1:
            apart = device.entries - device.last - 1
            text = f"{counted(apart, 'entry', 'entries')} of {said} came after it was cut off, and count for nothing"
            yield Item("held apart", text, apart)
        if device.here and device.state in (State.CUT_OFF, State.REMOVED):
            yield Item(
                "revoked",
                "this computer was cut off: nothing can be added here",
                1,
                "copwatch device join FILE",
            )


def _known_devices(archive: Archive) -> list[KnownDevice]:
    """The devices here and in the copies at hand, if those can be read."""
    others = [place.path for place in read_places(archive.state) if is_archive(place.path)]
    try:
        return list_devices(archive, others)
    except (OSError, Unfinished):
        return list_devices(archive)


def _ledgers(folder: Path) -> list[str]:
    return plain_names(folder / LEDGER, DEVICE_NAME)


def _longer(there: Path, here: Path, device: str) -> bool:
    """Whether a ledger looks longer there; by size, so that a stick is not read for it."""
    return ledger_size(there, device) > ledger_size(here, device)


def _behind(archive: Archive, place: Place) -> bool:
    return any(_longer(archive.layout.folder, place.path, device) for device in archive.devices())
