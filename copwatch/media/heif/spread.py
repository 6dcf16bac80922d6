"""Bytes that stand in several stretches of a file, read as if they were one."""

from bisect import bisect_right
from collections.abc import Iterable

from copwatch.media.iso.stretches import Stretch
from copwatch.media.refusal import Damaged
from copwatch.media.source import Source


class Spread:
    """The bytes of `stretches`, (start, end), in the order in which they are meant."""

    def __init__(self, source: Source, stretches: Iterable[Stretch]) -> None:
        self._source = source
        self._stretches = [stretch for stretch in stretches if stretch[1] > stretch[0]]
        self._starts: list[int] = []
        self.size = 0
        for start, end in self._stretches:
            self._starts.append(self.size)
            self.size += end - start

    def pieces(self, at: int, length: int) -> list[Stretch]:
        """Where `length` bytes from `at` stand in the file. Raises `Damaged` when there are fewer."""
        if at + length > self.size:
            raise Damaged("a coded picture ends too early", self.where(at))
        found: list[Stretch] = []
        index = bisect_right(self._starts, at) - 1
        while length:
            start, end = self._stretches[index]
            start += at - self._starts[index]
            count = min(length, end - start)
            found.append((start, start + count))
            at, length, index = at + count, length - count, index + 1
        return found

    def read(self, at: int, length: int) -> bytes:
        """`length` bytes from `at`. Raises `Damaged` as `pieces`."""
        pieces = self.pieces(at, length)
        return b"".join(self._source.read(start, end - start) for start, end in pieces)

    def where(self, at: int) -> int:
        """The place in the file of position `at`."""
        if not self._stretches:
            return 0
        index = max(0, bisect_right(self._starts, at) - 1)
        return self._stretches[index][0] + at - self._starts[index]
