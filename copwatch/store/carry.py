"""Bringing objects from one folder to another: hashed while copied, flushed, renamed, and read back from the disk."""

import errno
import hashlib
import io
import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from copwatch.crypto.age import looks_sealed
from copwatch.past_cache import LARGE, Filling
from copwatch.proof.findings import Kind
from copwatch.store.durable import drop_from_cache
from copwatch.store.object_hashes import LARGEST_OBJECT
from copwatch.store.objects import BLOCK, Staging
from copwatch.store.side import Side, object_path

_BATCH_FILES = 256
_BATCH_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Owner:
    """The entry that brought an object; None for objects of the charter."""

    device: str
    seq: int


@dataclass
class Carrier:
    """Takes one object after the other. What it placed counts only when it was read back.

    `bad` has the first seq of each device whose objects are not all at the destination; None stands for the charter.
    With `audit`, what the source ought to have is looked for there too, also when the destination has it already.
    """

    source: Side
    destination: Side
    staging: Staging
    advance: Callable[[int], None]
    audit: bool = False
    brought: int = 0
    brought_bytes: int = 0
    replaced: int = 0
    read: int = 0
    bad: dict[str | None, int] = field(default_factory=dict)
    _batch: dict[str, list[Owner | None]] = field(default_factory=dict)
    _bytes: int = 0
    _buffer: bytearray = field(default_factory=lambda: bytearray(BLOCK), repr=False)

    def take(self, name: str, owner: Owner | None, *, check: bool, offered: bool = True) -> None:
        """Makes sure of one object: brings it when it is missing, reads it when `check`.

        `offered` says whether the source ought to have it.
        """
        if name in self._batch:
            self._batch[name].append(owner)
            return
        size = self.destination.object_size(name)
        if size is None:
            self._bring(name, owner, offered)
            return
        other = self._other_size(name, size)
        if (check or other) and not self._holds(name, size):
            self.destination.report(Kind.ALTERED, object_path(name), "its content does not have its name")
            self.fail(owner)
            self._bring(name, None, offered, again=True)
        elif self.audit and offered:
            self._expect_in_source(name, other)

    def fail(self, owner: Owner | None) -> None:
        """Notes that an object of `owner` is not safely at the destination."""
        device, seq = (owner.device, owner.seq) if owner else (None, 0)
        self.bad[device] = min(seq, self.bad.get(device, seq))

    def flush(self) -> None:
        """Places what is staged and reads it back; what comes back different is taken away again."""
        self.staging.place()
        for name, owners in self._batch.items():
            size = self.destination.object_size(name)
            if size is not None and self._holds(name, size):
                self.brought += 1
                self.brought_bytes += size
                continue
            self.destination.report(Kind.ALTERED, object_path(name), "came back different from the disk")
            self.destination.layout.object(name).unlink(missing_ok=True)
            for owner in owners:
                self.fail(owner)
        self._batch.clear()
        self._bytes = 0

    def _other_size(self, name: str, size: int) -> bool:
        offered = self.source.object_size(name)
        return offered is not None and offered != size

    def _expect_in_source(self, name: str, other: bool) -> None:
        """A good object of the destination does not hide that the source lost its own."""
        if other:
            self.source.report(Kind.ALTERED, object_path(name), "has another size than the good one")
        elif self.source.object_size(name) is None:
            self.source.unreadable(object_path(name), FileNotFoundError())

    def _bring(self, name: str, owner: Owner | None, offered: bool, *, again: bool = False) -> None:
        copied = self._copy(name, offered)
        if copied is None:
            if not again:
                self.fail(owner)
            return
        path, size = copied
        self.staging.add(path, name)
        self.replaced += again
        self._batch[name] = [owner]
        self._bytes += size
        if len(self._batch) >= _BATCH_FILES or self._bytes >= _BATCH_BYTES:
            self.flush()

    def _copy(self, name: str, offered: bool) -> tuple[Path, int] | None:
        """Copies an object into the staging; None, with a finding, when the source has no good one."""
        try:
            descriptor = self.source.open_object(name)
        except OSError as error:
            side = self.source if offered or not isinstance(error, FileNotFoundError) else self.destination
            side.unreadable(object_path(name), error)
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as source:
            length = os.fstat(descriptor).st_size
            if length > LARGEST_OBJECT:
                self.source.report(
                    Kind.MALFORMED, object_path(name), "is larger than any object of this format"
                )
                return None
            path, file = self.staging.beside.create()
            with file, self.staging.into(file) if length >= LARGE else nullcontext(file) as out:
                size = self._pour(source, out, name)
        if size is None:
            path.unlink(missing_ok=True)
            return None
        return path, size

    def _pour(self, source: BinaryIO, file: io.FileIO | Filling, name: str) -> int | None:
        state, size, view = hashlib.sha256(), 0, memoryview(self._buffer)
        sealed = False
        while True:
            try:
                count = source.readinto(view)  # type: ignore[attr-defined]
            except OSError as error:
                self.source.unreadable(object_path(name), error)
                return None
            if not count:
                break
            sealed = sealed or (size == 0 and looks_sealed(bytes(view[: min(count, 64)])))
            state.update(view[:count])
            _write(file, view[:count])
            size += count
            self.advance(count)
        if state.hexdigest() != name:
            self.source.report(Kind.ALTERED, object_path(name), "its content does not have its name")
        elif not sealed:
            self.source.report(Kind.MALFORMED, object_path(name), "is not an age v1 file")
        else:
            return size
        return None

    def _holds(self, name: str, size: int) -> bool:
        """Reads an object of the destination from its disk."""
        state, total, view = hashlib.sha256(), 0, memoryview(self._buffer)
        try:
            with os.fdopen(self.destination.open_object(name), "rb", buffering=0) as file:
                drop_from_cache(file.fileno())
                while count := file.readinto(view):
                    state.update(view[:count])
                    total += count
                    self.advance(count)
        except OSError as error:
            self.destination.unreadable(object_path(name), error)
            return False
        self.read += total
        return total == size and state.hexdigest() == name


def _write(file: io.FileIO | Filling, view: memoryview) -> None:
    while view:
        written = file.write(view)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]
