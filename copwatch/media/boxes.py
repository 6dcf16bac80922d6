"""Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2), and atoms of QuickTime, which are the same."""

from collections.abc import Iterator
from typing import NamedTuple

from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

MOST_BOXES = 500_000


class Box(NamedTuple):
    """One box: four letters, where it begins, how long its header is and how long it is as a whole, in bytes."""

    type: bytes
    start: int
    header: int
    size: int

    @property
    def end(self) -> int:
        """The first position behind it."""
        return self.start + self.size

    @property
    def content(self) -> int:
        """Where its content begins."""
        return self.start + self.header

    @property
    def length(self) -> int:
        """How long its content is."""
        return self.size - self.header


def boxes(source: Source, start: int, end: int) -> Iterator[Box]:
    """The boxes that follow one another between two positions. A size of 0 means: to the end.

    Up to seven bytes that are left over at the end are no box; who asks sees them by the end of the last box.

    Raises:
        Damaged: a box is smaller than its header, or longer than what holds it.
        Unsupported: more of them than any camera writes.
    """
    at, read = start, source.read
    for _ in range(MOST_BOXES):
        if end - at < 8:
            return
        head = read(at, 8)
        size, kind, header = int.from_bytes(head[:4], "big"), head[4:], 8
        if size == 1:
            if end - at < 16:
                raise Damaged("a box is cut short", at)
            size, header = source.number(at + 8, 8), 16
        elif size == 0:
            size = end - at
        if kind == b"uuid":
            header += 16
        if size < header:
            raise Damaged(f"the size of a box says {size}, less than its own header", at)
        if at + size > end:
            raise Damaged(f"a box of {size:,} bytes is longer than what holds it", at)
        yield Box(kind, at, header, size)
        at += size
    if end - at >= 8:
        raise Unsupported("it has more boxes than any camera writes", at)
