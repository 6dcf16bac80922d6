"""What this computer remembers about archives: device key, pinned root, newest heads, default archive.

It stands in the user's own state folder, never in the archive. None of it opens anything: the device key signs,
and a seized laptop shows with it which archive it belonged to and how far that archive had come.
"""

import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from copwatch.crypto.signing import SigningKey
from copwatch.errors import Busy, Unfinished
from copwatch.proof.hashing import is_hex
from copwatch.store.durable import write_beside
from copwatch.store.state_shapes import fits

_FOLDERS = "folders.json"
_SOON = 30
"""Seconds to wait for another process that holds a lock for a short while."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a ledger has come: the number of its entries and the hash of the newest."""

    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class Pin:
    """What must not go back: the archive's root key and the newest charter seen."""

    root: str
    charter_version: int
    charter: str


def state_folder() -> Path:
    """The folder of all local state: `COPWATCH_STATE`, or the system's place for a user's application state."""
    named = os.environ.get("COPWATCH_STATE")
    return Path(named) if named else Path(platformdirs.user_state_dir("copwatch", appauthor=False))


def read_default() -> Path | None:
    """The archive that is used when none is named."""
    data = _read(state_folder() / "default.json")
    return Path(data["archive"]) if data else None


def write_default(folder: Path) -> None:
    """Makes an archive the one that is used when none is named."""
    _write(state_folder() / "default.json", {"archive": str(folder.resolve())})


def known_archive(folder: Path, beginnings: Collection[str]) -> str | None:
    """Which archive is meant in a folder that holds first charters of these archives (first 16 digits of their ids).

    The one that stood in that folder before; otherwise the only one of them that this computer has pinned.
    """
    for before in remembered_archives(folder):
        if before[:16] in beginnings:
            return before
    pinned = [
        str(found["archive"]) for found in map(_read, _pins(beginnings)) if found and "archive" in found
    ]
    return pinned[0] if len(pinned) == 1 else None


def remembered_archives(folder: Path) -> list[str]:
    """The archive that stood in a folder when it was last remembered; two when a link was pointed elsewhere."""
    known = _read(state_folder() / _FOLDERS) or {}
    return list(dict.fromkeys(str(known[name]) for name in _paths(folder) if name in known))


def remember_folder(folder: Path, archive: str) -> None:
    """Notes which archive stands in a folder, in place of any other: only for what a person decided."""
    path, known = state_folder() / _FOLDERS, dict.fromkeys(_paths(folder), archive)
    if known.items() <= (_read(path) or {}).items():
        return
    with _keeping_folders():
        _write(path, {**(_read(path) or {}), **known})


def forget_folders(archive: str) -> None:
    """Takes every folder of an archive off the list, and stops using it where none is named. Raises `Busy`."""
    path = state_folder() / _FOLDERS
    if _read(path) is None:
        return
    with _keeping_folders():
        known: dict[str, str] = _read(path) or {}
        gone = {folder for folder, stood in known.items() if stood == archive}
        default = read_default()
        if default is not None and str(default) in gone:
            (state_folder() / "default.json").unlink()
        if gone:
            _write(path, {folder: stood for folder, stood in known.items() if folder not in gone})


def _keeping_folders() -> AbstractContextManager[None]:
    """Held from reading the list of folders to replacing it."""
    return _holding(state_folder() / "folders.lock", _SOON, "another copwatch keeps the list of archives")


def _paths(folder: Path) -> list[str]:
    """What a folder is called: as it was named, and where links lead. Either can be put in the other's place."""
    return list(dict.fromkeys((os.path.abspath(folder), str(folder.resolve()))))  # noqa: PTH100 (follows no links)


def _pins(beginnings: Collection[str]) -> Iterator[Path]:
    for beginning in sorted(beginnings):
        yield from sorted((state_folder() / "archives").glob(f"{beginning}*/pin.json"))


class LocalState:
    """The state of one archive on this computer."""

    def __init__(self, archive: str) -> None:
        self.archive = archive
        self.folder = state_folder() / "archives" / archive[:32]

    def device(self) -> SigningKey | None:
        """This computer's device key; None when it is not a device of the archive."""
        data = _read(self.folder / "device.json")
        if data is None:
            return None
        if not is_hex(data.get("seed"), 64):
            raise _damaged(self.folder / "device.json")
        return SigningKey(bytes.fromhex(data["seed"]))

    def save_device(self, key: SigningKey) -> None:
        """Makes `key` this computer's device key. Its ledger starts empty.

        The old key goes first, then its head: a crash in between must not leave the old key with an empty head,
        with which it would sign a second history.
        """
        (self.folder / "device.json").unlink(missing_ok=True)
        _write(self.folder / "own.json", {})
        _write(self.folder / "device.json", {"seed": key.seed.hex()})

    def pin(self) -> Pin | None:
        """The pinned root and charter; None before the archive was first trusted."""
        data = _read(self.folder / "pin.json")
        return Pin(data["root"], data["charter_version"], data["charter"]) if data else None

    def save_pin(self, pin: Pin) -> None:
        """Remembers the root key and the highest charter, with the whole archive id."""
        write = {
            "archive": self.archive, "root": pin.root, "charter_version": pin.charter_version,
            "charter": pin.charter,
        }  # fmt: skip
        _write(self.folder / "pin.json", write)

    def heads(self) -> dict[str, Head]:
        """The newest head seen of every ledger."""
        data = _read(self.folder / "heads.json") or {}
        return {device: Head(size, hash_) for device, (size, hash_) in data.items()}

    def save_heads(self, heads: Mapping[str, Head]) -> None:
        """Remembers heads; an older one never replaces a newer one."""
        with self.changing():
            known = self.heads()
            for device, head in heads.items():
                if device not in known or head.size >= known[device].size:
                    known[device] = head
            _write(self.folder / "heads.json", {d: [h.size, h.hash] for d, h in sorted(known.items())})

    def read(self, name: str) -> Any:
        """A small file of this state (JSON), or None."""
        return _read(self.folder / name)

    def write(self, name: str, value: Any) -> None:
        """Replaces a small file of this state (JSON), durably."""
        _write(self.folder / name, value)

    @contextmanager
    def writing(self, patience: float = 0) -> Iterator[None]:
        """Held while this computer writes to the archive. Raises `Busy` when another copwatch does so.

        `patience` is how many seconds it waits for that one; another `add` may take hours.
        """
        with _holding(
            self.folder / "writer.lock",
            patience,
            "another copwatch is writing to this archive at this moment",
        ):
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Held from reading a file of this state to replacing it, so that nobody's newer value is lost."""
        with _holding(self.folder / "state.lock", _SOON, "another copwatch keeps this archive's local state"):
            yield

    @contextmanager
    def cataloguing(self) -> Iterator[None]:
        """Held while a catalogue is made or takes in entries; waits for others a while, then raises `Busy`."""
        with _holding(self.folder / "catalogue.lock", _SOON, "another copwatch is using the catalogue"):
            yield


@contextmanager
def _holding(lock_file: Path, seconds: float, busy: str) -> Iterator[None]:
    import filelock  # takes a tenth of what some commands need to start

    lock_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = filelock.FileLock(lock_file, timeout=seconds, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise Busy(busy, hint="wait until it has finished, then run this again") from error
    try:
        yield
    finally:
        lock.release()


def _read(path: Path) -> Any:
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not fits(path.name, value):
        raise _damaged(path)
    return value


def _write(path: Path, value: Any) -> None:
    write_beside(path, json.dumps(value, indent=1, sort_keys=True).encode() + b"\n")


def _damaged(path: Path) -> Unfinished:
    return Unfinished(
        f"the local state file {path} is damaged",
        hint="move it away; `copwatch recover` makes this computer a device of the archive again",
    )
