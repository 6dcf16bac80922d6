"""Writing straight to the disk, past the system's cache, where a system and a file system can (ADR 0070).

Photos and films are written once and not read again soon. Taking them into the cache costs more than what is done with
them, and says nothing of the disk.
"""

import errno
import mmap
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import cycle
from typing import Final

ALIGNED: Final = 4096
"""Blocks go straight to the disk where they begin and end at multiples of it, in memory and in the file."""
_DIRECT: Final[int] = getattr(os, "O_DIRECT", 0)
_ROOM: Final = 2 << 20
LARGE: Final = 1 << 20
"""Bytes of a file from which on going past the cache is worth the while."""


class PastCache:
    """Writes a file from where its descriptor stands; the descriptor stays open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.direct = _past_cache(descriptor, wanted=True)
        """Whether what is written goes past the cache."""

    def write(self, block: memoryview) -> None:
        """The next bytes: page-aligned memory, and all but the last in multiples of `ALIGNED`. Raises `OSError`."""
        whole = len(block) - len(block) % ALIGNED
        self._write(block[:whole])
        if whole < len(block):
            self._through_cache()
            self._write(block[whole:])

    def _write(self, block: memoryview) -> None:
        while block:
            try:
                block = block[os.write(self._descriptor, block) :]
            except OSError as error:
                # Some file systems say only now that they cannot, or want other multiples.
                if error.errno != errno.EINVAL or not self.direct:
                    raise
                self._through_cache()

    def _through_cache(self) -> None:
        if self.direct:
            self.direct = _past_cache(self._descriptor, wanted=False)


class Collecting:
    """Takes bytes as they come, collects them in two rooms of memory, and writes one while the other is filled.

    One file after the other; close it in the end.
    """

    def __init__(self) -> None:
        self._rooms = cycle([memoryview(mmap.mmap(-1, _ROOM)) for _ in range(2)])
        self.room = next(self._rooms)
        """What is filled now."""
        self._thread = ThreadPoolExecutor(1, "writing")
        self._last: Future[None] | None = None

    @contextmanager
    def into(self, descriptor: int) -> Iterator["Filling"]:
        """What takes the bytes of a new, empty file. All are written when the block ends well. Raises `OSError`."""
        with self.into_later(descriptor) as (filling, written):
            yield filling
        written()

    @contextmanager
    def into_later(self, descriptor: int) -> Iterator[tuple["Filling", Callable[[], None]]]:
        """The same, and what waits until all are written, with the descriptor open; the next file may be begun before.

        Ends when nothing is being written any more where the block ends badly.
        """
        filling = Filling(PastCache(descriptor), self)
        try:
            yield filling, filling.wait
            filling.hand_over()
        except BaseException:
            filling.settle()
            raise

    def hand_over(self, out: PastCache, count: int) -> "Future[None]":
        """Writes so much of the room; the other one is filled from now on, when nothing of it is being written."""
        wait([] if self._last is None else [self._last])
        self._last = self._thread.submit(out.write, self.room[:count])
        self.room = next(self._rooms)
        return self._last

    def close(self) -> None:
        """Nothing more is written."""
        self._thread.shutdown()


class Filling:
    """One file on its way."""

    def __init__(self, out: PastCache, collecting: Collecting) -> None:
        self._out, self._collecting = out, collecting
        self._filled = 0
        self._writing: Future[None] | None = None

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Takes all of `data`. Raises `OSError`, for what was given earlier."""
        taken, left = 0, memoryview(data)
        while left:
            count = min(len(left), _ROOM - self._filled)
            self._collecting.room[self._filled : self._filled + count] = left[:count]
            self._filled, taken, left = self._filled + count, taken + count, left[count:]
            if self._filled == _ROOM:
                self.hand_over()
        return taken

    def hand_over(self) -> None:
        """Begins to write what was collected. Raises `OSError`, for what was given earlier."""
        self.wait()
        self._writing = self._collecting.hand_over(self._out, self._filled)
        self._filled = 0

    def wait(self) -> None:
        """Until what was handed over is written. Raises `OSError`."""
        if self._writing is not None:
            self._writing.result()

    def settle(self) -> None:
        """Waits until nothing is being written, whatever became of it."""
        wait([] if self._writing is None else [self._writing])


def _past_cache(descriptor: int, *, wanted: bool) -> bool:
    """Whether writing goes past the cache from now on."""
    if not _DIRECT:
        return False
    import fcntl

    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | _DIRECT if wanted else flags & ~_DIRECT)
    except OSError:
        return False
    return wanted
