"""A file as parts that follow one another without gap or overlap: what is not named as needed does not stay.

A format module says what it knows about stretches of the file, in any order; what nobody claimed becomes a part of its
own that is removed. So an allow-list is not a matter of care: there is no other way.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeAlias, overload

from copwatch.media.facts import Danger, Fact
from copwatch.media.refusal import Damaged, Unsupported

MOST_PARTS = 1_500_000
"""More than any camera writes: four hours of pictures, each with something beside it, have 900,000."""
MOST_NEW = 80 << 20
"""Bytes that are put into a rendition, equal ones counted once: a whole PDF, and little elsewhere."""


class Treatment(Enum):
    """What becomes of a part."""

    KEEP = "keep"
    DROP = "drop"
    BLANK = "blank"
    REPLACE = "replace"

    __hash__ = object.__hash__
    """There is one of each, and a film asks for millions; that of `Enum` is written in Python."""


class Part(NamedTuple):
    """A stretch of the file and what becomes of it.

    `essence` marks coded picture or sound, which is always kept. `what` says what it is, `danger` what it may reveal
    (None: nothing). `data` stands in its place in the rendition: for `REPLACE` any bytes, for `BLANK` None means zeros.
    """

    start: int
    length: int
    treatment: Treatment
    what: str
    essence: bool = False
    danger: Danger | None = None
    data: bytes | None = None

    @property
    def end(self) -> int:
        """The first position behind it."""
        return self.start + self.length


Sort: TypeAlias = tuple[Treatment, str, bool, Danger | None, bytes | None]
"""All of a part but where it is."""


class PartList(Sequence[Part]):
    """Parts in 20 bytes each, for there may be a million; what they are is kept once for all that are alike."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self.starts, self.lengths, self.kinds = array("q"), array("q"), array("I")
        self.sorts: list[Sort] = []
        self._numbers: dict[Sort, int] = {}
        for part in parts:
            self.add(part.start, part.length, part[2:])

    @classmethod
    def following(cls, lengths: "array[int]", kinds: "array[int]", sorts: Sequence[Sort]) -> "PartList":
        """Parts that follow one another from 0; each of `kinds` is an index into `sorts`."""
        found = cls()
        found.starts = array(
            "q", (end - length for end, length in zip(accumulate(lengths), lengths, strict=True))
        )
        found.lengths, found.kinds, found.sorts = lengths, kinds, list(sorts)
        found._numbers = {sort: number for number, sort in enumerate(found.sorts)}
        return found

    def add(self, start: int, length: int, sort: Sort) -> None:
        """One more, behind the others."""
        self.starts.append(start)
        self.lengths.append(length)
        self.kinds.append(self.number(sort))

    def number(self, sort: Sort) -> int:
        """The index of a sort, new or not."""
        found = self._numbers.setdefault(sort, len(self.sorts))
        if found == len(self.sorts):
            self.sorts.append(sort)
        return found

    def settled(self, settle: Callable[[Part], Part]) -> "PartList":
        """The same parts, with what `settle` makes of those that do not stay; they keep their place and length."""
        found = self.following(self.lengths[:], self.kinds[:], self.sorts)
        stays = [sort[0] is Treatment.KEEP for sort in self.sorts]
        for index, kind in enumerate(self.kinds):
            if not stays[kind]:
                found.kinds[index] = found.number(settle(self[index])[2:])
        return found

    @property
    def end(self) -> int | None:
        """Where the last part ends, when they follow one another from 0 without gap or overlap; else None."""
        at = 0
        for start, length in zip(self.starts, self.lengths, strict=True):
            if start != at:
                return None
            at += length
        return at

    def __len__(self) -> int:
        return len(self.kinds)

    def __iter__(self) -> Iterator[Part]:
        sorts = self.sorts
        for start, length, kind in zip(self.starts, self.lengths, self.kinds, strict=True):
            yield Part(start, length, *sorts[kind])

    @overload
    def __getitem__(self, index: int) -> Part: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Part, ...]: ...
    def __getitem__(self, index: int | slice) -> Part | tuple[Part, ...]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(len(self))))
        return Part(self.starts[index], self.lengths[index], *self.sorts[self.kinds[index]])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a format module found in a file: all of it, as parts in the order of the file, and what it reveals."""

    media_type: str
    parts: Sequence[Part]
    facts: tuple[Fact, ...] = ()

    def removed(self) -> list[Part]:
        """The parts that do not stay as they are and that could reveal something."""
        return [
            part for part in self.parts if part.treatment is not Treatment.KEEP and part.danger is not None
        ]

    @property
    def clean(self) -> bool:
        """Whether a cleaning would change nothing."""
        return all(part.treatment is Treatment.KEEP for part in self.parts)


class Parts:
    """Collects parts in any order. `otherwise` is what becomes of what nobody claimed: blanked where offsets count."""

    def __init__(self, size: int, otherwise: Treatment) -> None:
        self.size, self.otherwise = size, otherwise
        self._parts = PartList()
        self._keeps: dict[tuple[str, bool], int] = {}
        self._new, self._end = 0, -1

    def keep(self, start: int, length: int, what: str, *, essence: bool = False) -> None:
        """These bytes are needed as they are."""
        kind = self._keeps.get((what, essence))
        if kind is None:
            kind = self._parts.number((Treatment.KEEP, what, essence, None, None))
            self._keeps[what, essence] = kind
        self._add(start, length, kind, joins=True)

    def drop(self, start: int, length: int, what: str, danger: Danger) -> None:
        """These bytes go, and what follows moves up."""
        self._add(start, length, self._parts.number((Treatment.DROP, what, False, danger, None)), joins=True)

    def blank(self, start: int, length: int, what: str, danger: Danger, data: bytes | None = None) -> None:
        """These bytes become zeros, or `data` of the same length."""
        if data is not None and len(data) != length:
            raise ValueError("what stands in the place of blanked bytes has their length")
        self._put(start, length, (Treatment.BLANK, what, False, danger, data))

    def replace(self, start: int, length: int, data: bytes, what: str, danger: Danger | None = None) -> None:
        """`data` stands in the place of these bytes; with length 0 it is put in. Without `danger` it is no cleaning."""
        self._put(start, length, (Treatment.REPLACE, what, False, danger, data))

    def whole(self) -> PartList:
        """All parts in order, with the unclaimed ones; neighbours of one kind are one part.

        Raises:
            Damaged: two claims overlap: the file means one stretch of bytes in two ways.
        """
        found, at = PartList(), 0
        claimed = self._parts
        found.sorts, found._numbers = claimed.sorts, claimed._numbers
        fixed = [sort[4] is not None for sort in claimed.sorts]
        for index in self._order():
            start, length, kind = claimed.starts[index], claimed.lengths[index], claimed.kinds[index]
            if start != at:
                if start < at:
                    raise Damaged(f"{claimed.sorts[kind][1]} lies over something else", start)
                self._unclaimed(found, at, start)
            if not fixed[kind] and found.kinds and found.kinds[-1] == kind:
                found.lengths[-1] += length
            else:
                found.starts.append(start)
                found.lengths.append(length)
                found.kinds.append(kind)
            at = start + length
        self._unclaimed(found, at, self.size)
        return found

    def _order(self) -> Sequence[int]:
        """By place; what is put in stands before what is there."""
        starts, lengths = self._parts.starts, self._parts.lengths
        if all(one < other for one, other in pairwise(starts)):
            return range(len(starts))
        return sorted(range(len(starts)), key=lambda index: 2 * starts[index] + (lengths[index] > 0))

    def _put(self, start: int, length: int, sort: Sort) -> None:
        sorts, new = len(self._parts.sorts), sort[4]
        kind = self._parts.number(sort)
        if new and len(self._parts.sorts) > sorts:
            self._new += len(new)
            if self._new > MOST_NEW:
                raise Unsupported("more would have to be put into it than any program writes", start)
        self._add(start, length, kind, joins=not new)

    def _add(self, start: int, length: int, kind: int, *, joins: bool) -> None:
        parts, end = self._parts, start + length
        if start < 0 or length < 0 or end > self.size:
            raise Damaged(f"{parts.sorts[kind][1]} would stand beyond the end of the file", max(start, 0))
        if joins and not length:
            return
        if joins and self._end == start and parts.kinds[-1] == kind:
            parts.lengths[-1] += length
        else:
            if len(parts.kinds) >= MOST_PARTS:
                raise Unsupported("it has more parts than any camera writes", start)
            parts.starts.append(start)
            parts.lengths.append(length)
            parts.kinds.append(kind)
        self._end = end

    def _unclaimed(self, found: PartList, start: int, end: int) -> None:
        if end > start:
            sort = (self.otherwise, "bytes that nothing refers to", False, Danger.TRAILING, None)
            kind = found.number(sort)
            if found.kinds and found.kinds[-1] == kind:
                found.lengths[-1] += end - start
            else:
                found.add(start, end - start, sort)


def essence_of(parts: Iterable[Part]) -> list[tuple[int, int]]:
    """Where the coded picture and sound stand, as (start, length) in the order of the file."""
    return [(part.start, part.length) for part in parts if part.essence]


def covers(parts: PartList, size: int) -> bool:
    """Whether parts follow one another from 0 to `size`."""
    return parts.end == size
