"""Looking at a file, making the plan of its clean rendition, and showing that the plan is right before it is used.

The rendition is scanned as if it were a file of its own: it has to be of the same kind, nothing may be left to
remove, and its coded picture and sound have to be those of the source, byte for byte.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import BinaryIO, Final, Protocol, cast

from copwatch.media.formats import format_of
from copwatch.media.parts import Part, PartList, Scan, Treatment, covers
from copwatch.media.plan import Rendition, Segment, segments
from copwatch.media.refusal import CannotClean, Unsupported
from copwatch.media.source import WINDOW, Source

_HEAD = 4096
_MOST_KNOWN: Final = 100_000
Stretches = Sequence[tuple[int, int]]
"""(start, length) in bytes, in order."""


class Look(Protocol):
    """How a file is scanned: `scan` here, or another process that does it for us."""

    def __call__(self, file: BinaryIO, known: Stretches = ()) -> Scan:
        """As `scan`."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """A plan that was held against its own result. `size` is that of the rendition."""

    scan: Scan
    plan: Sequence[Segment]
    size: int
    essence: tuple[tuple[int, int], ...]

    @property
    def known(self) -> Stretches:
        """What need not be looked at in the rendition once more: the essence, copied byte by byte from the source.

        In pieces as they were found there, or joined where those are too many.
        """
        pieces = tuple(islice(_copied(self.scan.parts), _MOST_KNOWN + 1))
        if len(pieces) <= _MOST_KNOWN:
            return pieces
        return self.essence if len(self.essence) <= _MOST_KNOWN else ()

    def moved(self) -> list[tuple[int, int, int]]:
        """The essence: where it stands in the source, where in the rendition, and its length; what runs on is one."""
        found: list[tuple[int, int, int]] = []
        for there, here, length in _moved(self.scan.parts):
            if found and (found[-1][0] + found[-1][2], found[-1][1] + found[-1][2]) == (there, here):
                found[-1] = (*found[-1][:2], found[-1][2] + length)
            else:
                found.append((there, here, length))
        return found

    @property
    def changes(self) -> bool:
        """Whether the rendition differs from the source."""
        return not self.scan.clean


def scan(file: BinaryIO, known: Stretches = ()) -> Scan:
    """What stands in a file, and what becomes of each part of it.

    Args:
        file: seekable and readable.
        known: essence that was looked at in the source of this rendition; samples that lie within it are not walked.

    Raises:
        CannotClean: damaged, or of a kind that cannot be cleaned with certainty.
    """
    source = Source(file, known)
    head = source.read(0, min(_HEAD, source.size))
    module = format_of(head)
    if module is None:
        raise Unsupported("this is no format that copwatch can clean")
    found = module.scan(source)
    parts = found.parts if isinstance(found.parts, PartList) else PartList(found.parts)
    parts = parts.settled(lambda part: _settled(source, part))
    if not covers(parts, source.size):
        raise AssertionError(f"{found.media_type}: the parts do not cover the file")
    return Scan(found.media_type, parts, found.facts)


def make_cleaning(file: BinaryIO, look: Look = scan) -> Cleaning:
    """The plan for a file's clean rendition.

    Raises:
        CannotClean: as `scan`, or the rendition would not be clean, or not be the same picture and sound.
    """
    before = look(file)
    made = cleaning_of(before)
    check_rendition(before, look(cast("BinaryIO", Rendition(file, made.plan)), made.known))
    return made


def cleaning_of(before: Scan) -> Cleaning:
    """The plan that follows from a scan, held against nothing yet: `check_rendition` does it with what came of it."""
    plan = segments(before.parts)
    return Cleaning(before, plan, plan.size, tuple(_joined(_copied(before.parts))))


def check_rendition(before: Scan, after: Scan) -> None:
    """Raises `CannotClean` unless `after` is of the same kind, has nothing left to remove, and the same essence."""
    if after.media_type != before.media_type:
        raise CannotClean("the rendition would be of another kind")
    left = [part for part in after.parts if part.treatment is not Treatment.KEEP]
    if left:
        raise CannotClean(f"the rendition would still hold {left[0].what}", left[0].start)
    if not same_essence(before.parts, after.parts):
        raise CannotClean("the rendition would not have the same picture and sound")


def same_essence(before: Iterable[Part], after: Iterable[Part]) -> bool:
    """Whether the essence of a rendition is, stretch by stretch, what its plan copies of the source's."""
    there = ((part.start, part.length) for part in after if part.essence)
    return all(one == other for one, other in zip_longest(_joined(_copied(before)), _joined(there)))


def essence_hash(file: BinaryIO, essence: Iterable[tuple[int, int]]) -> str:
    """SHA-256 (hexadecimal) over the coded picture and sound, in the order of the file (docs/format.md, "Essence")."""
    state, source = hashlib.sha256(), Source(file)
    for start, length in essence:
        for block in source.blocks(start, length):
            state.update(block)
    return state.hexdigest()


def _copied(parts: Iterable[Part]) -> Iterator[tuple[int, int]]:
    """Where the essence of a source stands in its rendition."""
    return ((here, length) for _, here, length in _moved(parts))


def _moved(parts: Iterable[Part]) -> Iterator[tuple[int, int, int]]:
    """The same, and before it where it stands in the source."""
    at = 0
    for part in parts:
        if part.essence:
            yield part.start, at, part.length
        if part.treatment in (Treatment.KEEP, Treatment.BLANK):
            at += part.length
        elif part.treatment is Treatment.REPLACE:
            at += len(part.data or b"")


def _joined(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begun, size = 0, -1
    for start, length in stretches:
        if begun + size == start:
            size += length
            continue
        if size >= 0:
            yield begun, size
        begun, size = start, length
    if size >= 0:
        yield begun, size


def _settled(source: Source, part: Part) -> Part:
    """A part that is already what it would become stays: cleaning what is clean changes nothing."""
    if part.treatment is Treatment.BLANK and _is(source, part.start, part.length, part.data):
        return part._replace(treatment=Treatment.KEEP, danger=None, data=None)
    replaced = part.treatment is Treatment.REPLACE and 0 < part.length == len(part.data or b"")
    if replaced and _is(source, part.start, part.length, part.data):
        return part._replace(treatment=Treatment.KEEP, danger=None, data=None)
    return part


def _is(source: Source, start: int, length: int, data: bytes | None) -> bool:
    if length <= WINDOW:
        found = source.read(start, length)
        return found == data if data is not None else not found.strip(b"\0")
    if data is not None:
        return b"".join(source.blocks(start, length)) == data
    return all(not block.strip(b"\0") for block in source.blocks(start, length))
