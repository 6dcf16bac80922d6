"""A file as parts that follow one another without gap or overlap: what is not named as needed does not stay.

A format module says what it knows about stretches of the file, in any order; what nobody claimed becomes a part of its
own that is removed. So an allow-list is not a matter of care: there is no other way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from copwatch.media.facts import Danger, Fact
from copwatch.media.refusal import Damaged, Unsupported

MOST_PARTS = 2_000_000
"""More than any camera writes; a file that is made of them would keep this busy for hours."""


class Treatment(Enum):
    """What becomes of a part."""

    KEEP = "keep"
    DROP = "drop"
    BLANK = "blank"
    REPLACE = "replace"


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


@dataclass(frozen=True, slots=True)
class Scan:
    """What a format module found in a file: all of it, as parts in the order of the file, and what it reveals."""

    media_type: str
    parts: tuple[Part, ...]
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


@dataclass
class Parts:
    """Collects parts in any order. `otherwise` is what becomes of what nobody claimed: blanked where offsets count."""

    size: int
    otherwise: Treatment
    _parts: list[Part] = field(default_factory=list)

    def keep(self, start: int, length: int, what: str, *, essence: bool = False) -> None:
        """These bytes are needed as they are."""
        self._add(Part(start, length, Treatment.KEEP, what, essence))

    def drop(self, start: int, length: int, what: str, danger: Danger) -> None:
        """These bytes go, and what follows moves up."""
        self._add(Part(start, length, Treatment.DROP, what, danger=danger))

    def blank(self, start: int, length: int, what: str, danger: Danger, data: bytes | None = None) -> None:
        """These bytes become zeros, or `data` of the same length."""
        if data is not None and len(data) != length:
            raise ValueError("what stands in the place of blanked bytes has their length")
        self._add(Part(start, length, Treatment.BLANK, what, danger=danger, data=data))

    def replace(self, start: int, length: int, data: bytes, what: str, danger: Danger | None = None) -> None:
        """`data` stands in the place of these bytes; with length 0 it is put in. Without `danger` it is no cleaning."""
        self._add(Part(start, length, Treatment.REPLACE, what, danger=danger, data=data))

    def whole(self) -> tuple[Part, ...]:
        """All parts in order, with the unclaimed ones; neighbours of one kind are one part.

        Raises:
            Damaged: two claims overlap: the file means one stretch of bytes in two ways.
        """
        found: list[Part] = []
        at = 0
        for part in sorted(self._parts, key=lambda part: (part.start, part.length)):
            if part.start < at:
                raise Damaged(f"{part.what} lies over something else", part.start)
            self._unclaimed(found, at, part.start)
            _append(found, part)
            at = part.end
        self._unclaimed(found, at, self.size)
        return tuple(found)

    def _add(self, part: Part) -> None:
        if part.start < 0 or part.length < 0 or part.end > self.size:
            raise Damaged(f"{part.what} would stand beyond the end of the file", max(part.start, 0))
        if len(self._parts) >= MOST_PARTS:
            raise Unsupported("it has more parts than any camera writes", part.start)
        if part.length or part.data:
            self._parts.append(part)

    def _unclaimed(self, found: list[Part], start: int, end: int) -> None:
        if end > start:
            trailing = Part(
                start, end - start, self.otherwise, "bytes that nothing refers to", danger=Danger.TRAILING
            )
            _append(found, trailing)


def _append(found: list[Part], part: Part) -> None:
    last = found[-1] if found else None
    if last is not None and last.data is None and part.data is None and last[2:] == part[2:]:
        found[-1] = last._replace(length=last.length + part.length)
    else:
        found.append(part)


def essence_of(parts: Iterable[Part]) -> list[tuple[int, int]]:
    """Where the coded picture and sound stand, as (start, length) in the order of the file."""
    return [(part.start, part.length) for part in parts if part.essence]


def covers(parts: Sequence[Part], size: int) -> bool:
    """Whether parts follow one another from 0 to `size`."""
    at = 0
    for part in parts:
        if part.start != at:
            return False
        at = part.end
    return at == size
