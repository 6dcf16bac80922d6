"""Writing new files in large blocks, and reading each block back from the disk while the next ones are written.

With O_DIRECT (Linux) blocks go to the disk past the system's memory, so what is read afterwards can only come from
there. Where a system or a file system has no such way, each block is flushed, and the system is asked to forget it.
"""

import errno
import io
import mmap
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from copwatch.errors import Unfinished
from copwatch.store.durable import flush, start_writing

BLOCK: Final = 1 << 20
_UNDER_WAY: Final = 16
"""Blocks in memory that are not compared yet."""
_ALIGNED: Final = 4096
"""What is written past the system's memory stands at, and is as long as, a multiple of this (open(2), O_DIRECT)."""
_DIRECT: Final = getattr(os, "O_DIRECT", 0)


class CheckedWriter:
    """Writes one file after the other. Use as a context manager; at most 20 MiB of memory, however long they are."""

    def __init__(self) -> None:
        self._reading, self._hashing = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._free: list[mmap.mmap] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.shutdown()
        self._hashing.shutdown()

    def write(
        self,
        source: io.RawIOBase,
        path: Path,
        took: Callable[[memoryview], None] | None,
        found: Callable[[bytearray], None],
    ) -> None:
        """Writes all of `source` into the new file `path`, for this user alone; it is not flushed at the end.

        Args:
            source: read from where it stands.
            path: must not be there yet.
            took: gets each block that was read from the source, in order, on a thread of its own; None needs none.
            found: gets each block that the disk gave back, in order, on a thread of its own.

        Raises:
            Unfinished: the disk gave back something else.
            OSError: writing or reading failed.
        """
        blocks: deque[Future[mmap.mmap]] = deque()
        with _Target(path) as target:
            at = 0
            try:
                while length := _filled(source, buffer := self._buffer(blocks)):
                    block = memoryview(buffer)[:length]
                    taken = self._hashing.submit(took, block) if took else None
                    target.write(at, block)
                    blocks.append(self._reading.submit(_compared, target, at, buffer, length, taken, found))
                    at += length
                self._free.append(buffer)
            finally:
                wait(blocks)
            self._free += [block.result() for block in blocks]

    def _buffer(self, blocks: "deque[Future[mmap.mmap]]") -> mmap.mmap:
        if len(blocks) >= _UNDER_WAY:
            return blocks.popleft().result()
        return self._free.pop() if self._free else mmap.mmap(-1, BLOCK)


def _compared(
    target: "_Target",
    at: int,
    buffer: mmap.mmap,
    length: int,
    taken: "Future[None] | None",
    found: Callable[[bytearray], None],
) -> mmap.mmap:
    """The buffer of a block that the disk gave back as it was written, and that nobody needs any more."""
    back = target.read_back(at, length)
    # The comparison of a bytearray with a view of memory is C's, that of two views is Python's.
    if back != memoryview(buffer)[:length]:
        raise Unfinished("the disk does not give back what was written to it", hint="use another disk")
    found(back)
    if taken is not None:
        taken.result()
    return buffer


class _Target:
    """A new file; one thread writes it and another reads it."""

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._out = io.FileIO(path, "wb", opener=lambda name, _: os.open(name, flags, 0o600))
        self._in = io.FileIO(path, "rb")
        self._direct = _past_memory(self._out) and _past_memory(self._in)
        self._room, self._back = mmap.mmap(-1, BLOCK), bytearray(BLOCK)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._in.close()
        self._out.close()

    def write(self, at: int, block: memoryview) -> None:
        """Writes a block behind the others."""
        whole = len(block) - len(block) % _ALIGNED if self._direct else 0
        self._out.seek(at)
        try:
            written = _written(self._out, block[:whole])
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            written = 0
        if written < len(block):
            # The end of a file, or a file system that has other rules: by the usual way, which reading back flushes.
            _past_memory(self._out, on=False)
            self._out.seek(at + written)
            _written(self._out, block[written:])
            self._direct = self._direct and written == whole

    def read_back(self, at: int, length: int) -> bytearray:
        """What the disk holds there: `length` bytes, or fewer when it has lost some. It is good until the next one."""
        room = memoryview(self._room)
        if self._direct:
            wanted = -(-length // _ALIGNED) * _ALIGNED
        else:
            wanted = length
            _past_memory(self._in, on=False)
            flush(self._out.fileno())
            start_writing(self._in.fileno(), at, length)  # what is on the disk now is forgotten
        self._in.seek(at)
        count = 0
        while count < length and (more := self._in.readinto(room[count:wanted])):
            count += more
        if count < BLOCK or length < BLOCK:
            return bytearray(room[: min(count, length)])
        memoryview(self._back)[:] = room
        return self._back


def _filled(source: io.RawIOBase, buffer: mmap.mmap) -> int:
    """Reads until the buffer is full or the source has ended; how many bytes."""
    view, count = memoryview(buffer), 0
    while count < len(view) and (more := source.readinto(view[count:])):
        count += more
    return count


def _written(file: io.FileIO, block: memoryview) -> int:
    """All of it, however little the system takes at once."""
    count = 0
    while count < len(block):
        count += file.write(block[count:])
    return count


def _past_memory(file: io.FileIO, *, on: bool = True) -> bool:
    """Has the system read and write a file past its memory, or no longer; whether that is possible."""
    if not _DIRECT:
        return False
    import fcntl

    flags = fcntl.fcntl(file, fcntl.F_GETFL)
    try:
        fcntl.fcntl(file, fcntl.F_SETFL, flags | _DIRECT if on else flags & ~_DIRECT)
    except OSError:
        return False
    return True
