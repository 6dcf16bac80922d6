"""Which other folders hold this archive, each verified by reading it back: `places.json` of the local state."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from copwatch.errors import Busy
from copwatch.store.layout import Layout
from copwatch.store.state import Head, LocalState

_FILE = "places.json"
_MEMORY = ("tmpfs", "ramfs")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with, for each device, the head up to which every object was verified there.

    `fingerprint` tells whether it is likely still the same disk. A new disk at the same path takes the place of the
    old one in the list, so that one path never counts twice. A clone of the disk has the same: what is remembered
    saves reading, and never proves what stands there now.
    `same_disk` says that it stands on the disk of the archive, and is lost together with it; `in_memory` that it is
    gone when the computer is switched off. `at` (RFC 3339) is when all of it had been read: of what was read at
    different times, the oldest.
    """

    path: Path
    fingerprint: str
    heads: Mapping[str, Head]
    at: str
    same_disk: bool
    in_memory: bool

    @property
    def lasting(self) -> bool:
        """Whether it can outlive the archive's own disk."""
        return not self.same_disk and not self.in_memory

    def holds(self, device: str, seq: int) -> bool:
        """Whether entry `seq` of `device` was verified there with all its objects."""
        head = self.heads.get(device)
        return head is not None and seq < head.size


def verified_places(state: LocalState, device: str, seq: int) -> list[Place]:
    """The places besides the archive itself that hold entry `seq` of `device`.

    A copy on the disk of the archive, or in the computer's memory, is none: it is lost together with it. Whether
    two disks of one computer are partitions of one cannot be told.
    """
    return [p for p in read_places(state) if p.holds(device, seq) and p.lasting]


def read_places(state: LocalState) -> list[Place]:
    """All places that were verified, by path."""
    data: dict[str, Any] = state.read(_FILE) or {}
    return [_place(path, value) for path, value in sorted(data.items())]


def known_place(state: LocalState, folder: Path) -> Place | None:
    """What was verified in that very folder on that very disk."""
    return next(
        (p for p in read_places(state) if p.path == folder and p.fingerprint == fingerprint(folder)), None
    )


def make_place(folder: Path, archive: Path, heads: Mapping[str, Head], at: str) -> Place:
    """The place that `folder` (resolved) is, for the archive in the folder `archive`."""
    there, here = ({top.stat().st_dev, Layout(top).objects.stat().st_dev} for top in (folder, archive))
    same = not there.isdisjoint(here)
    return Place(folder, fingerprint(folder), dict(heads), at, same, in_memory(folder))


def save_place(state: LocalState, place: Place) -> None:
    """Remembers what was verified; what was known of the path before goes."""
    data = state.read(_FILE) or {}
    data[str(place.path)] = {
        "fingerprint": place.fingerprint,
        "heads": {device: [head.size, head.hash] for device, head in sorted(place.heads.items())},
        "at": place.at,
        "same_disk": place.same_disk,
        "in_memory": place.in_memory,
    }
    state.write(_FILE, data)


def fingerprint(folder: Path) -> str:
    """What tells the disk and folder apart from most others at the same path; empty when there is none.

    Device and inode number of the objects folder, and the id of the file system (statvfs(3)), which on some is
    its UUID.
    """
    objects = Layout(folder).objects
    try:
        found = objects.stat()
        system = os.statvfs(objects).f_fsid if hasattr(os, "statvfs") else 0
    except OSError:
        return ""
    return f"{found.st_dev}:{found.st_ino}:{system:x}"


def in_memory(folder: Path) -> bool:
    """Whether a folder stands in the computer's memory (`/tmp` does on some systems). False where nobody can say."""
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}" if hasattr(os, "major") else ""
    try:
        with Path("/proc/self/mountinfo").open(encoding="utf-8", errors="replace") as lines:
            return any(_mount_type(line, number) in _MEMORY for line in lines)
    except OSError:
        return False


@contextmanager
def transferring(state: LocalState, folder: Path) -> Iterator[Path]:
    """Held while this computer brings something into `folder`. Gives a file for notes about that.

    Raises `Busy` when another copwatch does so.
    """
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    (state.folder / "transfers").mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = filelock.FileLock(state.folder / "transfers" / f"{name}.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise Busy(
            f"another copwatch is copying to {folder} at this moment",
            hint="wait until it has finished, then run this again",
        ) from error
    try:
        yield state.folder / "transfers" / f"{name}.json"
    finally:
        lock.release()


def _place(path: str, value: Any) -> Place:
    heads = {device: Head(size, hash_) for device, (size, hash_) in value["heads"].items()}
    return Place(Path(path), value["fingerprint"], heads, value["at"], value["same_disk"], value["in_memory"])


def _mount_type(line: str, number: str) -> str | None:
    """The file system type of a line of mountinfo (proc_pid_mountinfo(5)), when it has that device number."""
    fields, _, rest = line.partition(" - ")
    return rest.split(" ", 1)[0] if fields.split(" ")[2:3] == [number] else None
