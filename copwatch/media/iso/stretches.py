"""Where coded picture and sound stand, gathered sample by sample, and what changes inside of them."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from copwatch.media.facts import Danger
from copwatch.media.parts import MOST_PARTS, Parts
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

SHORT_READ = 4096
LONG_READ = 128 << 10

Stretch = tuple[int, int]
"""(start, end)"""


class Near:
    """Reads little at many places that lie in order: few bytes where they lie far apart, more where they are close."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.start, self.data = 0, b""

    def at(self, position: int, length: int) -> bytes:
        """At least `length` bytes (fewer at the end of the file), of which the first is at `position`."""
        skip = position - self.start
        if not 0 <= skip <= len(self.data) - length:
            near = 0 <= skip < len(self.data) + SHORT_READ
            self._fill(position, max(length, LONG_READ if near else SHORT_READ))
            skip = 0
        return self.data[skip : skip + length]

    def exactly(self, position: int, length: int) -> bytes:
        """These bytes. Raises as `Source.read`."""
        if length > LONG_READ:
            return self.source.read(position, length)
        data = self.at(position, length)
        if len(data) < length:
            raise Damaged("a sample stands beyond the end of the file", position)
        return data

    def _fill(self, position: int, length: int) -> None:
        length = min(length, self.source.size - position)
        if position < 0 or length <= 0:
            raise Damaged("a sample stands beyond the end of the file", max(position, 0))
        self.start, self.data = position, self.source.fresh(position, length)


Other: TypeAlias = tuple[str, Danger, bytes | None]


class Others:
    """Stretches that are no essence, in 20 bytes each: one or more may stand beside each picture of four hours."""

    def __init__(self) -> None:
        self._starts, self._ends, self._kinds = array("q"), array("q"), array("I")
        self._sorts: list[Other | None] = []
        self._numbers: dict[Other | None, int] = {}

    def add(self, start: int, end: int, other: Other | None) -> None:
        """One more. Raises `Unsupported` when there are too many."""
        number = self._numbers.setdefault(other, len(self._sorts))
        if number == len(self._sorts):
            self._sorts.append(other)
        self._starts.append(start)
        self._ends.append(end)
        self._kinds.append(number)
        if len(self._kinds) > MOST_PARTS:
            raise Unsupported("it has more parts than any camera writes", start)

    def settled(self) -> Iterator[tuple[int, int, Other | None]]:
        """Each stretch once, in order; where samples share it, what was said last."""
        starts, ends = self._starts, self._ends
        order: Sequence[int] = range(len(starts))
        if not all(one < other for one, other in pairwise(starts)):
            order = sorted(order, key=lambda index: (starts[index], ends[index], index))
        for place, index in enumerate(order):
            after = order[place + 1] if place + 1 < len(order) else -1
            if after < 0 or (starts[after], ends[after]) != (starts[index], ends[index]):
                yield starts[index], ends[index], self._sorts[self._kinds[index]]

    def __iter__(self) -> Iterator[Stretch]:
        return zip(self._starts, self._ends, strict=True)

    def __len__(self) -> int:
        return len(self._kinds)


@dataclass
class Stretches:
    """Coded picture and sound as stretches, and stretches inside of it that are not essence: (what, danger, new bytes).

    Two samples may share bytes; that is legal. What is essence in one and changes in another is found by `Parts`.
    """

    essence: list[Stretch] = field(default_factory=list)
    others: Others = field(default_factory=Others)
    removed: list[tuple[int, int, str, Danger]] = field(default_factory=list)

    def keep(self, start: int, end: int) -> None:
        """Coded picture or sound."""
        if self.essence and self.essence[-1][1] == start:
            self.essence[-1] = (self.essence[-1][0], end)
        elif end > start:
            self.essence.append((start, end))
            if len(self.essence) > MOST_PARTS:
                raise Unsupported("it has more samples than any camera writes", start)

    def other(self, start: int, end: int, what: str, danger: Danger, data: bytes | None) -> None:
        """No essence: `data` stands there afterwards (None: zeros), which may be what stands there already."""
        if end > start:
            self.others.add(start, end, (what, danger, data))

    def same(self, start: int, end: int) -> None:
        """No essence, and as it would be afterwards: nothing has to be remembered of it."""
        if end > start:
            self.others.add(start, end, None)

    def remove(self, start: int, end: int, what: str, danger: Danger) -> None:
        """Samples of a track that goes, as far as no sample that stays lies there."""
        if self.removed and self.removed[-1][1] == start and self.removed[-1][2] == what:
            self.removed[-1] = (self.removed[-1][0], end, what, danger)
        elif end > start and len(self.removed) < MOST_PARTS:
            self.removed.append((start, end, what, danger))

    def claim(self, parts: Parts, media: Iterable[Stretch]) -> None:
        """Gives everything its place in a file whose media data lies in `media`.

        Raises:
            Damaged: a sample does not lie in media data, or in two meanings over another.
        """
        rooms = merged(media)
        kept = merged(self.essence)
        for start, end in kept:
            _inside(rooms, start, end)
            parts.keep(start, end - start, "coded picture and sound", essence=True)
        for start, end, other in self.others.settled():
            _inside(rooms, start, end)
            if other is None:
                parts.keep(start, end - start, "what accompanies a coded picture")
            else:
                parts.blank(start, end - start, *other)
        taken = merged([*kept, *self.others]) if self.removed else []
        for start, end, what, danger in _apart(self.removed):
            for low, high in _without(_common(start, end, rooms), taken):
                parts.blank(low, high - low, what, danger)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same bytes as stretches in order, that neither touch nor overlap."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        elif end > start:
            found.append((start, end))
    return found


def _inside(rooms: list[Stretch], start: int, end: int) -> None:
    room = bisect_right(rooms, (start, 1 << 70)) - 1
    if room < 0 or end > rooms[room][1]:
        raise Damaged("a sample does not lie in the media data", start)


def _apart(removed: list[tuple[int, int, str, Danger]]) -> Iterable[tuple[int, int, str, Danger]]:
    at = 0
    for start, end, what, danger in sorted(removed):
        if end > max(start, at):
            yield max(start, at), end, what, danger
            at = end


def _common(start: int, end: int, rooms: list[Stretch]) -> list[Stretch]:
    index = max(0, bisect_right(rooms, (start, 1 << 70)) - 1)
    found = []
    while index < len(rooms) and rooms[index][0] < end:
        low, high = max(start, rooms[index][0]), min(end, rooms[index][1])
        if high > low:
            found.append((low, high))
        index += 1
    return found


def _without(stretches: list[Stretch], taken: list[Stretch]) -> Iterable[Stretch]:
    for start, end in stretches:
        at = start
        index = max(0, bisect_right(taken, (start, 1 << 70)) - 1)
        while index < len(taken) and taken[index][0] < end:
            if taken[index][0] > at:
                yield at, taken[index][0]
            at = max(at, taken[index][1])
            index += 1
        if at < end:
            yield at, end
