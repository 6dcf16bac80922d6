"""Pages of Ogg (RFC 3533, 6), their checksums, and packets put into pages again."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from copwatch.media.refusal import Damaged
from copwatch.media.source import Source

MAGIC: Final = b"OggS"
CONTINUED, FIRST = 1, 2
_HEADER: Final = 27
_SEGMENTS: Final = 255
_POLYNOMIAL: Final = 0x04C11DB7
_NUMBER: Final = 18
_NONE: Final = b"\xff" * 8


class Page(NamedTuple):
    """One page: where it begins, its flags, stream and number, its checksum, and the sizes of its segments."""

    start: int
    flags: int
    stream: int
    number: int
    checksum: int
    lacing: bytes

    @property
    def content(self) -> int:
        """Where its content begins."""
        return self.start + _HEADER + len(self.lacing)

    @property
    def end(self) -> int:
        """The first position behind it."""
        return self.content + sum(self.lacing)


def page_at(source: Source, at: int) -> Page | None:
    """The page at a position; None where none begins, or where the file ends within it."""
    head = source.read(at, min(_HEADER + _SEGMENTS, source.size - at))
    if len(head) < _HEADER or head[:4] != MAGIC or head[4]:
        return None
    lacing = head[_HEADER : _HEADER + head[26]]
    number = [int.from_bytes(head[start : start + 4], "little") for start in (14, 18, 22)]
    page = Page(at, head[5], number[0], number[1], number[2], lacing)
    return page if len(lacing) == head[26] and page.end <= source.size else None


def renumbered(page: Page, number: int) -> bytes:
    """Number and checksum of a page, which stand together, when only its number changes.

    The checksum is linear, so what it becomes follows from what it was, without the content: one that was wrong stays
    wrong, and decoders leave out what they left out before.
    """
    number &= 0xFFFFFFFF
    difference = int.from_bytes((page.number ^ number).to_bytes(4, "little"), "big")
    moved = _times(difference, _power(page.end - page.start - _NUMBER))
    return number.to_bytes(4, "little") + (page.checksum ^ moved).to_bytes(4, "little")


def paged(packets: Sequence[bytes], stream: int, number: int) -> list[bytes]:
    """Headers as pages, as full as they can be. The last packet ends its page."""
    lacing, content = [], b"".join(packets)
    for packet in packets:
        lacing += [255] * (len(packet) // 255) + [len(packet) % 255]
    pages: list[bytes] = []
    at = 0
    for start in range(0, len(lacing), _SEGMENTS):
        sizes = bytes(lacing[start : start + _SEGMENTS])
        flags = CONTINUED if start and lacing[start - 1] == 255 else 0
        position = bytes(8) if min(sizes) < 255 else _NONE
        pages.append(
            page_of(flags, position, stream, number + len(pages), sizes, content[at : at + sum(sizes)])
        )
        at += sum(sizes)
    return pages


def page_of(flags: int, position: bytes, stream: int, number: int, lacing: bytes, content: bytes) -> bytes:
    """A page with its checksum; `position` are the eight bytes of its granule position."""
    names = stream.to_bytes(4, "little") + (number & 0xFFFFFFFF).to_bytes(4, "little")
    head, rest = MAGIC + bytes((0, flags)) + position + names, bytes((len(lacing),)) + lacing + content
    return head + checksum(head + bytes(4) + rest).to_bytes(4, "little") + rest


def with_content(source: Source, page: Page, content: bytes) -> bytes:
    """A page with other content of the same length. Raises `Damaged` when it has another length."""
    if len(content) != page.end - page.content:
        raise Damaged("the first page of a stream holds more than one header", page.start)
    position = source.read(page.start + 6, 8)
    return page_of(page.flags, position, page.stream, page.number, page.lacing, content)


def _table() -> tuple[int, ...]:
    found = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ _POLYNOMIAL if value >> 31 else value << 1) & 0xFFFFFFFF
        found.append(value)
    return tuple(found)


_TABLE: Final = _table()


def checksum(data: bytes) -> int:
    """CRC-32 as Ogg has it: not reflected, from 0, without inversion."""
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value


def _times(one: int, other: int) -> int:
    """The product of two polynomials over GF(2), reduced."""
    found = 0
    while other:
        if other & 1:
            found ^= one
        one = (one << 1 ^ _POLYNOMIAL if one >> 31 else one << 1) & 0xFFFFFFFF
        other >>= 1
    return found


@lru_cache(maxsize=4096)
def _power(count: int) -> int:
    """x to the power of 8 * count, reduced: what moves a polynomial by `count` bytes."""
    found, base = 1, 0x100
    while count:
        if count & 1:
            found = _times(found, base)
        base = _times(base, base)
        count >>= 1
    return found
