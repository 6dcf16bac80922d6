"""Where this computer began to write bundles of which nobody knows yet whether they became whole.

The path stands in the local state from before the first byte until the end is in the ledger, whichever it is; only a
program that was killed, or lost its power, leaves one behind. The archive never learns of it. Meanwhile whoever writes
holds a lock, so that what a dead program left can be told from what another one is writing.
"""

import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from copwatch.store.state import LocalState

_FILE = "exports.json"
_ENDINGS = (".part", ".partial")
_HELD: dict[tuple[Path, str], filelock.BaseFileLock] = {}
"""Locks of the exports of this process, by state folder and bundle."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What stands of a bundle here: at `path` under its own name, and `parts` that never got it."""

    path: Path
    exists: bool
    parts: tuple[Path, ...]


def part_name(out: Path, bundle: str, ending: str) -> str:
    """What a bundle is called beside its place until it is whole; no other one on any computer is called so."""
    return f".{out.name}.{bundle}{ending}"


def begin(state: LocalState, bundle: str, out: Path) -> None:
    """Notes where a bundle will stand, that this process writes it, and that the ledger knows nothing of it yet."""
    lock = _lock(state, bundle)
    lock.acquire(timeout=0)
    _HELD[state.folder, bundle] = lock
    _note(state, bundle, {"path": str(out.absolute()), "recorded": False})


def record(state: LocalState, bundle: str) -> None:
    """From now on the ledger may know of it."""
    _note(state, bundle, {**_known(state)[bundle], "recorded": True})


def end(state: LocalState, bundle: str) -> None:
    """Its end is in the ledger. What could not be removed of it stays noted."""
    with state.changing():
        known = _known(state)
        if bundle in known and not _parts(bundle, Path(known[bundle]["path"])):
            state.write(_FILE, {name: note for name, note in known.items() if name != bundle})
    held = _HELD.pop((state.folder, bundle), None)
    if held is not None:
        _give_up(held)


def begun(state: LocalState, bundle: str) -> Begun | None:
    """What stands of a bundle whose end is not known; None where this computer knows of no place."""
    note = _known(state).get(bundle)
    if note is None:
        return None
    path = Path(note["path"])
    return Begun(path, path.exists(), _parts(bundle, path))


def left_behind(state: LocalState) -> list[Path]:
    """Parts of bundles that programs which are no longer there left beside their places."""
    return [
        part
        for name, note in _known(state).items()
        if not _is_held(state, name)
        for part in _parts(name, Path(note["path"]))
    ]


def clear(state: LocalState) -> list[Path]:
    """Removes what `left_behind` names, and the notes of what never came into the ledger; gives what is gone."""
    gone = []
    for part in left_behind(state):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                part.unlink()
        gone += [] if part.exists() else [part]
    for name, note in _known(state).items():
        if not note["recorded"] and not _is_held(state, name):
            end(state, name)
    return gone


def _known(state: LocalState) -> dict[str, Any]:
    return state.read(_FILE) or {}


def _note(state: LocalState, bundle: str, note: Mapping[str, str | bool]) -> None:
    with state.changing():
        state.write(_FILE, {**_known(state), bundle: note})


def _parts(bundle: str, out: Path) -> tuple[Path, ...]:
    found = (out.with_name(part_name(out, bundle, ending)) for ending in _ENDINGS)
    return tuple(part for part in found if part.exists() and not part.is_symlink())


def _is_held(state: LocalState, bundle: str) -> bool:
    lock = _lock(state, bundle)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return True
    _give_up(lock)
    return False


def _lock(state: LocalState, bundle: str) -> filelock.BaseFileLock:
    state.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return filelock.FileLock(state.folder / f"{bundle}.lock", mode=0o600)


def _give_up(lock: filelock.BaseFileLock) -> None:
    lock.release(force=True)
    with contextlib.suppress(OSError):
        Path(lock.lock_file).unlink()
