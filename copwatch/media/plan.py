"""Carrying out an edit plan: the rendition as a seekable file that is never written anywhere, and as a stream."""

import io
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast, overload

from copwatch.media.parts import Part, Treatment
from copwatch.media.refusal import Damaged
from copwatch.media.source import BLOCK
from copwatch.placed import Placed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_ZEROS = bytes(BLOCK)
_COPIED: Final = -1
_EMPTY: Final = -2
_SHORT: Final = 64 << 10


class Segment(NamedTuple):
    """A stretch of the rendition: bytes of the source from `start`, or `data`, or zeros where both are None."""

    length: int
    start: int | None
    data: bytes | None


class Plan(Sequence[Segment]):
    """Segments in 20 bytes each, for there may be a million; `size` is that of the rendition."""

    def __init__(self) -> None:
        self._lengths, self._starts, self._which = array("q"), array("q"), array("i")
        self._new: list[bytes] = []
        self._numbers: dict[bytes, int] = {}
        self.size = 0

    def copy(self, start: int, length: int) -> None:
        """Bytes of the source; behind others that follow one another there, they are one segment."""
        self.size += length
        if self._which and self._which[-1] == _COPIED and self._starts[-1] + self._lengths[-1] == start:
            self._lengths[-1] += length
        else:
            self._add(length, start, _COPIED)

    def put(self, length: int, data: bytes | None) -> None:
        """New bytes, or zeros."""
        self.size += length
        which = _EMPTY if data is None else self._numbers.setdefault(data, len(self._new))
        if which == len(self._new):
            self._new.append(cast("bytes", data))
        self._add(length, 0, which)

    def _add(self, length: int, start: int, which: int) -> None:
        self._lengths.append(length)
        self._starts.append(start)
        self._which.append(which)

    def __len__(self) -> int:
        return len(self._which)

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Segment, ...]: ...
    def __getitem__(self, index: int | slice) -> Segment | tuple[Segment, ...]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(len(self))))
        which = self._which[index]
        start = self._starts[index] if which == _COPIED else None
        return Segment(self._lengths[index], start, self._new[which] if which >= 0 else None)


def segments(parts: Iterable[Part]) -> Plan:
    """The rendition that these parts of a whole file mean, in order; neighbours that are copied are one."""
    found = Plan()
    for part in parts:
        if part.treatment is Treatment.KEEP:
            found.copy(part.start, part.length)
        elif part.treatment is Treatment.BLANK:
            found.put(part.length, part.data)
        elif part.treatment is Treatment.REPLACE and part.data:
            found.put(len(part.data), part.data)
    return found


class Rendition(Placed):
    """The file that a plan makes of `source`, read from anywhere in it."""

    def __init__(self, source: BinaryIO, plan: Sequence[Segment]) -> None:
        super().__init__(0)
        self._source, self._plan = source, plan
        self._into = source.readinto if isinstance(source, io.BufferedIOBase | io.RawIOBase) else None
        self._starts = array("q")
        for segment in plan:
            self._starts.append(self.size)
            self.size += segment.length

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Reads up to the end of a segment."""
        view = memoryview(buffer).cast("B")
        if self._position >= self.size or not view:
            return 0
        index = bisect_right(self._starts, self._position) - 1
        segment, inside = self._plan[index], self._position - self._starts[index]
        room = min(len(view), segment.length - inside)
        if segment.start is not None:
            self._source.seek(segment.start + inside)
            if self._into is not None:
                return self._moved(self._into(view[:room]) or 0, segment)
            data = self._source.read(min(room, BLOCK))
        elif segment.data is not None:
            data = segment.data[inside : inside + room]
        else:
            data = _ZEROS[: min(room, BLOCK)]
        view[: len(data)] = data
        return self._moved(len(data), segment)

    def _moved(self, count: int, segment: Segment) -> int:
        if not count:
            raise Damaged("the file became shorter while it was read", segment.start)
        self._position += count
        return count


class RenditionAsRead:
    """The rendition that a plan makes of a source, which is given from its beginning to its end, in blocks.

    Args:
        plan: copies each byte of the source at most once and in its order, as `segments` makes them.
    """

    def __init__(self, plan: Sequence[Segment]) -> None:
        self._plan = plan
        self._index = self._copied = self._at = 0

    def feed(self, block: bytes) -> Iterator[bytes | memoryview]:
        """What follows of the rendition when the next bytes of the source are known.

        Raises `ValueError` for a plan that goes back in it.
        """
        return _in_blocks(self._pieces(block))

    def end(self) -> Iterator[bytes | memoryview]:
        """The rest of the rendition. Raises `ValueError` when the source ended before the plan did."""
        yield from self.feed(b"")
        if self._index < len(self._plan):
            raise ValueError("the source was not given to its end")

    def _pieces(self, block: bytes) -> Iterator[bytes | memoryview]:
        view, begun = memoryview(block), self._at
        self._at += len(view)
        while self._index < len(self._plan):
            length, start, data = self._plan[self._index]
            if start is None:
                yield from (data,) if data is not None else _zeros(length)
            else:
                low, high = start + self._copied, min(start + length, self._at)
                if low < begun:
                    raise ValueError("a plan that goes back in its source")
                if low < high:
                    yield view[low - begun : high - begun]
                    self._copied += high - low
                if self._copied < length:
                    return
            self._index, self._copied = self._index + 1, 0


def _in_blocks(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """The same bytes; short pieces together, for there may be a million."""
    short: list[bytes | memoryview] = []
    size = 0
    for piece in pieces:
        short.append(piece)
        size += len(piece)
        if size >= _SHORT:
            yield short[0] if len(short) == 1 else b"".join(short)
            short, size = [], 0
    if short:
        yield short[0] if len(short) == 1 else b"".join(short)


def stream(source: BinaryIO, plan: Sequence[Segment]) -> Iterator[bytes]:
    """The rendition from its beginning to its end, in blocks. Raises `Damaged` when the source became shorter."""
    for length, start, data in plan:
        if data is not None:
            yield data
        elif start is None:
            yield from _zeros(length)
        else:
            yield from _copied(source, start, length)


def _copied(source: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    source.seek(start)
    while length:
        block = source.read(min(BLOCK, length))
        if not block:
            raise Damaged("the file became shorter while it was read", start)
        yield block
        length -= len(block)


def _zeros(length: int) -> Iterator[bytes]:
    while length:
        count = min(length, BLOCK)
        yield _ZEROS[:count]
        length -= count
