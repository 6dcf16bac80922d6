"""Elements of EBML (RFC 8794), walked within their bounds, and `Void` in the place of those that go."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from copwatch.media.facts import Danger
from copwatch.media.parts import Parts
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

MOST_ELEMENTS: Final = 4_000_000
VOID: Final = 0xEC
CRC32: Final = 0xBF
LONGEST_HEADER: Final = 12
_LONGEST_VOID_HEADER: Final = 9


class Element(NamedTuple):
    """One element. `end` may lie beyond what holds it; where the size is unknown it is None (RFC 8794, 6.2)."""

    id: int
    start: int
    content: int
    end: int | None


def element(source: Source, at: int, limit: int) -> Element:
    """The element whose header stands at `at`, before `limit`.

    Raises:
        Damaged: there is none: the identifier or the size is not valid, or cut short.
    """
    head = source.read(at, min(LONGEST_HEADER, limit - at))
    width = 9 - head[0].bit_length() if head else 9
    if width > 4:
        raise Damaged("no element begins here", at)
    if len(head) <= width or not head[width]:
        raise Damaged("an element has no valid size", at)
    length = 9 - head[width].bit_length()
    header = width + length
    if len(head) < header:
        raise Damaged("an element is cut short", at)
    mask = (1 << 7 * length) - 1
    size = int.from_bytes(head[width:header], "big") & mask
    end = None if size == mask else at + header + size
    return Element(int.from_bytes(head[:width], "big"), at, at + header, end)


def children(source: Source, start: int, end: int) -> Iterator[tuple[Element, int]]:
    """The elements that follow one another between two positions, each with the first position behind it.

    Raises:
        Damaged: something between them is no element, or is longer than what holds it.
        Unsupported: one without a size, or more of them than any program writes.
    """
    at, count = start, 0
    while at < end:
        found = element(source, at, end)
        if found.end is None:
            raise Unsupported("an element of unknown size inside of another", at)
        if found.end > end:
            raise Damaged("an element is longer than what holds it", at)
        yield found, found.end
        at, count = found.end, count + 1
        if count > MOST_ELEMENTS:
            raise Unsupported("it has more elements than any program writes", at)


def void_header(length: int, wanted: int) -> bytes:
    """The header of a `Void` element that has `length` bytes in all, 2 or more; itself `wanted` bytes if that does."""
    header = min(wanted, _LONGEST_VOID_HEADER, length)
    while length - header >= (1 << 7 * (header - 1)) - 1:
        header += 1
    size = length - header | 1 << 7 * (header - 1)
    return bytes((VOID,)) + size.to_bytes(header - 1, "big")


def void(parts: Parts, start: int, content: int, end: int, what: str, danger: Danger) -> None:
    """An element (with the length of its own header kept where that can be) becomes `Void`, its content zeros."""
    header = void_header(end - start, content - start)
    split = start + len(header)
    parts.blank(start, len(header), what, danger, header)
    parts.blank(split, end - split, what, danger)
