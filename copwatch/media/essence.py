"""Coded picture and sound alone: their hash (docs/format.md, "Essence"), and whether a rendition has the same."""

import hashlib
import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import BinaryIO, cast

from copwatch.media.refusal import CannotClean
from copwatch.media.source import BLOCK


class EssenceHash:
    """SHA-256 over the essence of a file that is given from its beginning to its end, in blocks of any length.

    Args:
        essence: where it stands in the file, as (start, length) in bytes, in order and without overlap.
    """

    def __init__(self, essence: Iterable[tuple[int, int]]) -> None:
        self._stretches = [(start, start + length) for start, length in essence if length]
        self._ends = [end for _, end in self._stretches]
        self._state = hashlib.sha256()
        self._at = 0

    def update(self, block: bytes | memoryview) -> None:
        """Takes the next bytes of the file."""
        view, begun = memoryview(block), self._at
        self._at += len(view)
        index = bisect_right(self._ends, begun)
        while index < len(self._stretches) and self._stretches[index][0] < self._at:
            start, end = self._stretches[index]
            self._state.update(view[max(start, begun) - begun : min(end, self._at) - begun])
            index += 1

    def hexdigest(self) -> str:
        """64 lower-case hexadecimal digits. Raises `ValueError` when the file ended before its essence did."""
        if self._ends and self._at < self._ends[-1]:
            raise ValueError("the file was not given to its end")
        return self._state.hexdigest()


class SameEssence:
    """Holds a rendition, given from its beginning to its end, against its source, which is read once more for that.

    Args:
        source: seekable, with `readinto`.
        stretches: of the essence: where it stands in the source, where in the rendition, and its length, in bytes.
    """

    def __init__(self, source: BinaryIO, stretches: Sequence[tuple[int, int, int]]) -> None:
        self._source, self._stretches = source, stretches
        self._back = bytearray(BLOCK)
        self._next = self._at = 0

    def update(self, block: memoryview) -> None:
        """Takes the next bytes of the rendition. Raises `CannotClean` where they are others."""
        begun, self._at = self._at, self._at + len(block)
        while self._next < len(self._stretches):
            there, here, length = self._stretches[self._next]
            low, high = max(here, begun), min(here + length, self._at)
            if low < high:
                self._compare(there + low - here, block[low - begun : high - begun])
            if here + length > self._at:
                return
            self._next += 1

    def finish(self) -> None:
        """Raises `CannotClean` when the rendition ended before its essence did."""
        if self._next < len(self._stretches):
            raise _differs()

    def _compare(self, start: int, block: memoryview) -> None:
        self._source.seek(start)
        into = cast("io.RawIOBase", self._source).readinto
        while block:
            count = into(memoryview(self._back)[: len(block)]) or 0
            # The comparison of a bytearray with a view of memory is C's, that of two views is Python's.
            if not count or (self._back if count == BLOCK else self._back[:count]) != block[:count]:
                raise _differs()
            block = block[count:]


def _differs() -> CannotClean:
    return CannotClean("the rendition would not have the same picture and sound")
