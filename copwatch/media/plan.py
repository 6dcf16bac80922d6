"""Carrying out an edit plan: the rendition as a seekable file that is never written anywhere, and as a stream."""

import hashlib
import io
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
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


class RenditionHash:
    """SHA-256 and `size` of the rendition that a plan makes of a source, which is given from its beginning to its end.

    Args:
        plan: copies each byte of the source at most once and in its order, as `segments` makes them.
        also: gets the rendition too, from its beginning to its end.
    """

    def __init__(self, plan: Sequence[Segment], also: Callable[[bytes | memoryview], object]) -> None:
        self._plan, self._also = plan, also
        self._state = hashlib.sha256()
        self._index = self._copied = self._at = self.size = 0

    def update(self, block: bytes | memoryview) -> None:
        """Takes the next bytes of the source. Raises `ValueError` for a plan that goes back in it."""
        view, begun = memoryview(block), self._at
        self._at += len(view)
        while self._index < len(self._plan):
            length, start, data = self._plan[self._index]
            if start is None:
                for new in (data,) if data is not None else _zeros(length):
                    self._give(new)
            else:
                low, high = start + self._copied, min(start + length, self._at)
                if low < begun:
                    raise ValueError("a plan that goes back in its source")
                if low < high:
                    self._give(view[low - begun : high - begun])
                    self._copied += high - low
                if self._copied < length:
                    return
            self._index, self._copied = self._index + 1, 0

    def hexdigest(self) -> str:
        """64 lower-case hexadecimal digits. Raises `ValueError` when the source ended before the plan did."""
        self.update(b"")
        if self._index < len(self._plan):
            raise ValueError("the source was not given to its end")
        return self._state.hexdigest()

    def _give(self, data: bytes | memoryview) -> None:
        self.size += len(data)
        self._state.update(data)
        self._also(data)


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
