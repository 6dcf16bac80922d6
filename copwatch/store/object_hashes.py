"""Reading objects whole, for their hashes. What it says can be pickled, and it needs little to begin."""

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from copwatch.store.layout import OBJECT_NAME, OBJECTS
from copwatch.store.plain import PlainFolder

LARGEST_OBJECT = 4_000_000_000
"""No piece of evidence is as large when sealed (docs/format.md, "Evidence"), and nothing else comes near."""
BLOCK = 128 << 10
"""What is read at once: small enough to stay in the processor's cache until it is hashed."""
_HEAD = 64


@dataclass(frozen=True, slots=True)
class Hashed:
    """SHA-256 (hexadecimal) of a file that was read to its end, and its first bytes."""

    sha256: str
    head: bytes


Read: TypeAlias = tuple[str, int, Hashed | OSError | None]
"""Name and size of an object; then None where its content has its name and begins as it should, or what was found.

An `OSError` with `EFBIG` says that it is too large to be one.
"""
ReadFolder: TypeAlias = tuple[list[Read], tuple[str, OSError] | None]
"""What was read in a folder; and where its listing ended too soon, its path in the archive and why."""


def objects_in(top: Path, folder: str) -> Iterator[tuple[str, int]]:
    """Name and size of each object that is a plain file at its place in one folder of objects, in no order.

    Raises `OSError` when the folder cannot be read.
    """
    with os.scandir(top / folder) as entries:
        for entry in entries:
            match = OBJECT_NAME.match(entry.name)
            if match and match[1][:2] == folder[-2:] and entry.is_file(follow_symlinks=False):
                yield match[1], entry.stat(follow_symlinks=False).st_size


def holds(top: Path, name: str) -> bool:
    """Whether an object is a plain file at its place below `top`, with the content that its name calls for."""
    [(_, _, problem)] = read_objects(top, f"{OBJECTS}/{name[:2]}", [(name, 0)], b"")
    return problem is None


def read_folder(top: Path, folder: str, beginning: bytes) -> ReadFolder:
    """Reads every object in a folder below `top`."""
    listed: list[tuple[str, int]] = []
    failed: tuple[str, OSError] | None = None
    try:
        listed.extend(objects_in(top, folder))
    except OSError as error:
        failed = folder, error
    return read_objects(top, folder, listed, beginning), failed


def read_objects(top: Path, folder: str, objects: list[tuple[str, int]], beginning: bytes) -> list[Read]:
    """Reads these objects of one folder below `top`, given as name and size."""
    buffer = memoryview(bytearray(BLOCK))
    try:
        with PlainFolder(top, top / folder) as opened:
            return [(name, size, _judged(opened, name, buffer, beginning)) for name, size in objects]
    except OSError as error:
        return [(name, size, error) for name, size in objects]


def _judged(folder: PlainFolder, name: str, buffer: memoryview, beginning: bytes) -> Hashed | OSError | None:
    try:
        with io.FileIO(folder.open(f"{name}.age")) as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST_OBJECT:
                return OSError(errno.EFBIG, os.strerror(errno.EFBIG))
            found = _read(file, size, buffer)
    except OSError as error:
        return error
    return None if found.sha256 == name and found.head.startswith(beginning) else found


def _read(file: io.FileIO, size: int, buffer: memoryview) -> Hashed:
    state, head, done = hashlib.sha256(), b"", 0
    while count := file.readinto(buffer):
        head = head or bytes(buffer[: min(count, _HEAD)])
        state.update(buffer[:count])
        done += count
        # Saves asking for the end, which is a step of its own on some systems; nothing is known behind it either way.
        if done == size:
            break
    return Hashed(state.hexdigest(), head)
