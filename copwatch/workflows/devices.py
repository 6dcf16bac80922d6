"""The devices of the group: which there are, approving one that waits, cutting one off, forgetting this one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from copwatch.errors import BadInput, IntegrityFailure, NotFound, Refused, Unfinished
from copwatch.proof.charter import Device
from copwatch.proof.hashing import is_hex
from copwatch.proof.words import same_words
from copwatch.store import keeper
from copwatch.store.archive import Archive
from copwatch.store.forgetting import forget_archive
from copwatch.store.keys import Keys
from copwatch.store.layout import DEVICE_NAME, LEDGER, Layout
from copwatch.store.own_key import last_written
from copwatch.store.places import verified_places
from copwatch.store.plain import plain_names
from copwatch.store.side import Side
from copwatch.store.survey import survey
from copwatch.workflows.chartering import Agree, changing_charter, need_device
from copwatch.workflows.inviting import device_words
from copwatch.workflows.names import add_names
from copwatch.workflows.rekeying import cut_off, find_revoked
from copwatch.workflows.stamping import Now, check_text

_SHORTEST_PREFIX = 8


class State(StrEnum):
    """What the group has decided about a device."""

    COUNTS = "counts"
    CUT_OFF = "cut off"
    WAITING = "waiting for approval"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """One device: its key, what it may do, how many entries are here, the last that counts, whether it is ours."""

    key: str
    state: State
    entries: int
    last: int | None
    here: bool


def list_devices(archive: Archive, others: Sequence[Path] = ()) -> list[KnownDevice]:
    """The devices of the charter in its order, then those that wait, here or in other copies."""
    own = archive.state.device()
    here = own.public_hex if own else None
    known = [d.key for d in archive.charter.devices]
    found = dict.fromkeys(known, 0)
    for folder in (archive.layout.folder, *others):
        for key in plain_names(folder / LEDGER, DEVICE_NAME):
            found[key] = max(found.get(key, 0), _entries(archive, folder, key))
    if here is not None:
        found.setdefault(here, 0)
    return [
        KnownDevice(key, _state(archive, key), entries, _last(archive, key), key == here)
        for key, entries in found.items()
        if key in known or entries or key == here
    ]


def find_waiting(archive: Archive, text: str, others: Sequence[Path] = ()) -> str:
    """The device that waits and is meant: by the beginning of its key, or by the whole key. Raises `BadInput`."""
    waiting = [d.key for d in list_devices(archive, others) if d.state is State.WAITING and not d.here]
    if is_hex(text.lower(), 64):
        return text.lower()
    found = [key for key in waiting if key.startswith(text.lower())]
    if len(found) == 1 and (not text or len(text) >= _SHORTEST_PREFIX):
        return found[0]
    if not waiting:
        raise NotFound(
            "no device waits for approval here",
            hint="name a copy that it wrote to with --from DIR, or give its whole key, which `device join` showed",
        )
    raise BadInput(
        f"{text or 'nothing'} names no one device that waits",
        hint=f"one of: {', '.join(key[:_SHORTEST_PREFIX] for key in waiting[:10])}",
    )


def approve_device(
    archive: Archive, keys: Keys, device: str, heard: str, now: Now, agree: Agree, *, name: str = ""
) -> Archive:
    """Puts a device that waits into the charter.

    Args:
        heard: the eight words that somebody at that computer read aloud.
        agree: is shown what will change.
        name: what the group calls the device; goes into the sealed roster.

    Raises:
        IntegrityFailure: the words differ: the invitation or the key was exchanged on the way.
        Refused: the device is in the charter, or was removed from it.
        Locked: these keys may not change the charter.
        NotThisDevice: this computer may not write the roster.
    """
    check_text("the name", name)
    if not same_words(heard, device_words(archive.history.root, device)):
        raise IntegrityFailure(
            "these are not the words of this device: its key or the invitation was exchanged, or a word was misheard",
            hint="let them read the words again; if they still differ, do not approve it, and send a new invitation "
            "another way",
        )
    with changing_charter(archive, keys) as change:
        own = need_device(archive)
        if any(d.key == device for d in change.base.devices) or not archive.history.is_waiting(device):
            raise Refused(
                "the charter has or had this device",
                hint="a device that was cut off comes back with a new key: `copwatch device join` there",
            )
        charter = replace(change.base, devices=(*change.base.devices, Device(device)))
        called = name or f"device {len(charter.devices)}"
        agree(
            [*change.notes, f"Device {device[:8]} ({called}) is approved: what it wrote and writes counts."]
        )
        changed = change.put_in_force(charter)
    add_names(changed, keys, own, now, devices={device: called})
    return changed


def revoke_device(archive: Archive, keys: Keys, text: str, agree: Agree) -> Archive:
    """Cuts a device off: after what is in this copy, or behind a colon after the entry of a head (twelve words).

    Raises:
        BadInput: no such device or head.
        Refused: it is this computer's own; nobody can tell which entry was its last honest one.
        Locked: these keys may not change the charter.
    """
    device, head = find_revoked(archive, text)
    own = archive.state.device()
    if own is not None and own.public_hex == device:
        raise Refused(
            "this computer is the device that would be revoked",
            hint="revoke it from another device; `copwatch device forget` takes its key away here",
        )
    with changing_charter(archive, keys) as change:
        before = next((d for d in change.base.devices if d.key == device), None)
        if before is None:
            raise BadInput("one version of the charter has removed this device already")
        kept = list(cut_off(archive, before, head))
        devices = tuple(d for known in change.base.devices for d in (kept if known is before else [known]))
        last = kept[0].until if kept else None
        what = (
            f"what it writes after entry {last.seq} does not count"
            if last
            else "nothing that it writes counts"
        )
        agree([*change.notes, f"Device {device[:8]} is cut off: {what}."])
        return change.put_in_force(replace(change.base, devices=devices))


def nowhere_else(archive: Archive) -> bool:
    """Whether this computer wrote entries that no verified place besides this archive holds."""
    device, head = archive.state.device(), last_written(archive.state)
    if device is None or head is None:
        return False
    return not verified_places(archive.state, device.public_hex, head.size - 1)


def others_nowhere_else(archive: Archive) -> list[str]:
    """The other devices of which this archive has entries that no verified place besides it holds."""
    own = archive.state.device()
    return [
        device
        for device, head in sorted(archive.state.heads().items())
        if (own is None or device != own.public_hex)
        and not verified_places(archive.state, device, head.size - 1)
    ]


def entries_here(archive: Archive, device: str) -> int:
    """Proven entries of a device's ledger in this archive."""
    return _entries(archive, archive.layout.folder, device)


def forget_device(archive: Archive) -> None:
    """Removes all that this computer keeps of the archive: device key, index, catalogue, pins, a kept key.

    The archive folder stays. Raises `Busy` when another copwatch writes to it, `Unfinished`.
    """
    with suppress(Unfinished):
        keeper.forget(archive.id)
    forget_archive(archive.id, "pin.json")


def _entries(archive: Archive, folder: Path, device: str) -> int:
    """Proven entries of a device's ledger in a folder."""
    found = survey(archive, Side(Layout(folder)), only=device, own=device).of(device)
    return max((len(ledger.heads) for ledger in found), default=0)


def _state(archive: Archive, device: str) -> State:
    known = archive.charter.device(device)
    if known is not None:
        return State.COUNTS if known.until is None else State.CUT_OFF
    return State.WAITING if archive.history.is_waiting(device) else State.REMOVED


def _last(archive: Archive, device: str) -> int | None:
    known = archive.charter.device(device)
    return known.until.seq if known is not None and known.until is not None else None
