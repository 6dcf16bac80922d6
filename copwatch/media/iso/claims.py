"""Giving boxes their place: kept with fields blanked, or turned into `free` boxes of the same size."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from copwatch.media.boxes import Box, boxes
from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import Parts
from copwatch.media.refusal import Damaged
from copwatch.media.source import Source

MOST_FACTS = 200
LONGEST_VALUE = 200


class Hole(NamedTuple):
    """A field of a box that is blanked: where in the content, how long, what, and what stands there then."""

    offset: int
    length: int
    what: str
    danger: Danger
    data: bytes | None = None


@dataclass
class Claims:
    """What is known about a file so far."""

    source: Source
    parts: Parts
    facts: list[Fact] = field(default_factory=list)

    def head(self, box: Box) -> None:
        """A box whose content others claim."""
        self.parts.keep(box.start, box.header, "headers of boxes")

    def record(
        self, box: Box, length: int, what: str, holes: Iterable[Hole] = (), *, essence: bool = False
    ) -> None:
        """A box that stays with `length` bytes of its content, but for the holes; what stands behind goes."""
        if length > box.length:
            raise Damaged(f"a box with {what} is cut short", box.start)
        if not holes and not essence:
            self.parts.keep(box.start, box.header + length, what)
            return
        self.head(box)
        self.content(box.content, length, what, holes, essence=essence)

    def content(
        self, start: int, length: int, what: str, holes: Iterable[Hole] = (), *, essence: bool = False
    ) -> None:
        """`length` bytes from `start` that stay, but for the holes, whose offsets count from `start`."""
        at = 0
        for hole in sorted(holes, key=lambda hole: hole.offset):
            self.parts.keep(start + at, hole.offset - at, what, essence=essence)
            self.parts.blank(start + hole.offset, hole.length, hole.what, hole.danger, hole.data)
            at = hole.offset + hole.length
        self.parts.keep(start + at, length - at, what, essence=essence)

    def free(self, box: Box, what: str, danger: Danger) -> None:
        """A box that goes: it becomes a `free` box of the same size, with nothing in it (14496-12, 8.1.2).

        Zeros where a box could begin are padding to the end of what holds them, and stay zeros.
        """
        written = self.source.number(box.start, 4)
        if written == 0 and box.type == bytes(4):
            self.parts.blank(box.start, box.size, what, danger)
            return
        size = box.size if written == 0 and box.size < 1 << 32 else written
        self.parts.blank(box.start, 8, what, danger, size.to_bytes(4, "big") + b"free")
        extended = 8 if written == 1 else 0
        self.parts.keep(box.start + 8, extended, "headers of boxes")
        self.parts.blank(box.start + 8 + extended, box.size - 8 - extended, what, danger)

    def empty(self, box: Box) -> None:
        """A `free`, `skip` or `wide` box: it stays, without what somebody left in it."""
        self.head(box)
        self.parts.blank(box.content, box.length, "what was left in free space", Danger.TRAILING)

    def children(self, box: Box, skip: int = 0) -> Iterator[Box]:
        """The boxes in a box, behind `skip` bytes of its content."""
        return boxes(self.source, min(box.content + skip, box.end), box.end)

    def fact(self, danger: Danger, name: str, value: str, source: str, offset: int | None = None) -> None:
        """One more fact, cut to a sensible length; beyond 200 of them none is added."""
        if len(self.facts) < MOST_FACTS and value:
            self.facts.append(Fact(danger, name, value[:LONGEST_VALUE], source, offset))


def shown(kind: bytes) -> str:
    """A four-letter code as text."""
    return "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in kind)


def only(found: Iterable[Box], kind: bytes) -> Box | None:
    """The first box of a kind."""
    return next((box for box in found if box.type == kind), None)
