"""Where the parts of a media file stand, read leniently: what mutations that know structure work on.

Nothing here is a parser of the project: it never fails, and of what it cannot follow it simply says nothing.
"""

import re
import struct
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

MOST_NODES: Final = 1500
_DEEPEST: Final = 12


class Number(NamedTuple):
    """A number in a file. `order` is `big`, `little`, `vint` (EBML) or `safe` (ID3); `less`: what it does not count."""

    at: int
    width: int
    order: str
    less: int = 0

    def put(self, data: bytearray, value: int) -> None:
        """Writes it, cut to its width."""
        if self.order == "vint":
            value = (value & ((1 << 7 * self.width) - 1)) | 1 << 7 * self.width
        elif self.order == "safe":
            value = sum((value >> 7 * place & 0x7F) << 8 * place for place in range(4))
        cut = value & ((1 << 8 * self.width) - 1)
        data[self.at : self.at + self.width] = cut.to_bytes(
            self.width, "little" if self.order == "little" else "big"
        )

    def get(self, data: bytes | bytearray) -> int:
        """Reads it."""
        raw = bytes(data[self.at : self.at + self.width])
        value = int.from_bytes(raw, "little" if self.order == "little" else "big")
        if self.order == "vint":
            return value & ((1 << 7 * self.width) - 1)
        if self.order == "safe":
            return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(raw)))
        return value


class Node(NamedTuple):
    """A part: from `start`, its content from `body`, to `end`. `kind` is (position, length) of what names it."""

    start: int
    body: int
    end: int
    size: Number | None = None
    kind: tuple[int, int] = (0, 0)
    numbers: tuple[Number, ...] = ()


Walk = Callable[[bytes], Iterator[Node]]
_PARENTS: Final = frozenset(
    b"moov trak mdia minf stbl dinf edts udta meta moof traf mvex iprp ipco iinf iref grpl sinf schi tref mfra "
    b"gmhd wave ilst stsd dref clip matt strk skip".split()
) | {b"avc1", b"hvc1", b"mp4a", b"hev1", b"gpmd", b"infe"}
_BEFORE_CHILDREN: Final = {
    b"meta": 4, b"iinf": 6, b"iref": 4, b"stsd": 8, b"dref": 8, b"avc1": 78, b"hvc1": 78, b"hev1": 78, b"mp4a": 28,
}  # fmt: skip
_MASTER_NAMES: Final = """
    1a45dfa3 18538067 114d9b74 4dbb 1549a966 1f43b675 a0 75a1 a6 1654ae6b ae e0 e1 55b0 55d0 6d80 6240
    5034 1c53bb6b bb b7 1941a469 61a7 1043a770 45b9 b6 80 1254c367 7373 63c0 67c8 41e4
"""
_MASTERS: Final = frozenset(bytes.fromhex(name) for name in _MASTER_NAMES.split())


def boxes(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> Iterator[Node]:
    """ISO BMFF, HEIF and JPEG XL."""
    end = len(data) if end is None else end
    while start + 8 <= end and depth < _DEEPEST:
        length, head, kind = int.from_bytes(data[start : start + 4], "big"), 8, data[start + 4 : start + 8]
        size = Number(start, 4, "big")
        if length == 1 and start + 16 <= end:
            length, head, size = (
                int.from_bytes(data[start + 8 : start + 16], "big"),
                16,
                Number(start + 8, 8, "big"),
            )
        stop = min(start + length, end) if length >= head else end
        body = start + head
        words = range(body, min(stop, body + 256) - 3, 4)
        numbers = tuple(Number(at, 4, "big") for at in words)
        yield Node(start, body, stop, size, (start + 4, 4), numbers)
        if kind in _PARENTS:
            inner = body + _BEFORE_CHILDREN.get(kind, 0)
            if kind == b"meta" and data[body + 4 : body + 8] == b"hdlr":
                inner = body
            yield from boxes(data, inner, stop, depth + 1)
        start = stop


def elements(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> Iterator[Node]:
    """EBML."""
    end = len(data) if end is None else end
    while start + 2 <= end and depth < _DEEPEST and data[start]:
        width = 9 - data[start].bit_length()
        at = start + width
        if at >= end or not data[at]:
            return
        wide = 9 - data[at].bit_length()
        size = Number(at, wide, "vint")
        length, body = size.get(data), at + wide
        unknown = length == (1 << 7 * wide) - 1
        stop = end if unknown else min(end, body + length)
        name = data[start:at]
        master = name in _MASTERS
        numbers = () if master or stop - body > 8 or stop == body else (Number(body, stop - body, "big"),)
        yield Node(start, body, stop, size._replace(less=width + wide), (start, width), numbers)
        if master:
            yield from elements(data, body, stop, depth + 1)
        start = stop


def chunks(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> Iterator[Node]:
    """RIFF (little-endian) and IFF (big-endian)."""
    order = "big" if data[:4] in (b"FORM", b"RIFX") else "little"
    end = len(data) if end is None else end
    while start + 8 <= end and depth < _DEEPEST:
        size = Number(start + 4, 4, order, 8)
        body, stop = start + 8, min(end, start + 8 + size.get(data))
        nested = data[start : start + 4] in (b"RIFF", b"RIFX", b"FORM", b"LIST", b"RF64", b"BW64")
        words = range(body, min(stop, body + 128) - 1, 2)
        numbers = tuple(Number(at, 4 if at % 4 == 0 else 2, order) for at in words)
        yield Node(start, body, stop, size, (start, 4), numbers)
        if nested:
            yield from chunks(data, body + 4, stop, depth + 1)
        start = stop + (stop & 1)


def png(data: bytes) -> Iterator[Node]:
    """PNG chunks, each with its checksum."""
    at = 8
    while at + 12 <= len(data):
        size = Number(at, 4, "big", 12)
        stop = min(len(data), at + 12 + size.get(data))
        numbers = tuple(Number(where, 4, "big") for where in range(at + 8, min(stop - 4, at + 40) - 3, 4))
        yield Node(at, at + 8, stop, size, (at + 4, 4), numbers)
        at = stop


def segments(data: bytes) -> Iterator[Node]:
    """JPEG segments, and what lies between them; EXIF and MPF within."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            at = data.find(b"\xff", at)
            if at < 0:
                return
        mark = data[at + 1]
        if mark in (0, 0xFF) or 0xD0 <= mark <= 0xD9 or mark == 1:
            if mark not in (0, 0xFF):
                yield Node(at, at + 2, at + 2, None, (at + 1, 1))
            at += 2 if mark != 0xFF else 1
            continue
        size = Number(at + 2, 2, "big", 2)
        stop = min(len(data), at + 2 + size.get(data))
        numbers = tuple(Number(where, 2, "big") for where in range(at + 4, min(stop, at + 36) - 1, 2))
        yield Node(at, at + 4, max(stop, at + 4), size, (at + 1, 1), numbers)
        for mark_of in (b"Exif\0\0", b"MPF\0"):
            if data[at + 4 : at + 4 + len(mark_of)] == mark_of:
                yield from _directories(data, at + 4 + len(mark_of), stop)
        at = max(stop, at + 4)


def directories(data: bytes) -> Iterator[Node]:
    """TIFF: each directory, each entry, and each value that stands elsewhere."""
    yield from _directories(data, 0, len(data))


def _directories(data: bytes, base: int, end: int) -> Iterator[Node]:
    order = "little" if data[base : base + 2] == b"II" else "big"
    big = data[base + 2 : base + 4] in (b"+\0", b"\0+")
    wide, row, counted = (8, 20, 8) if big else (4, 12, 2)
    waiting, seen = [Number(base + (8 if big else 4), wide, order)], set()
    while waiting and len(seen) < 32:
        pointer = waiting.pop()
        at = base + pointer.get(data)
        if at in seen or not base < at < end - counted:
            continue
        seen.add(at)
        count = Number(at, counted, order)
        many = min(count.get(data), 200, (end - at - counted) // row)
        stop = at + counted + many * row
        yield Node(at, at + counted, stop, None, (0, 0), (pointer, count, Number(stop, wide, order)))
        waiting.append(Number(stop, wide, order))
        for entry in range(at + counted, stop, row):
            fields = (
                Number(entry, 2, order), Number(entry + 2, 2, order), Number(entry + 4, wide, order),
                Number(entry + 4 + wide, wide, order),
            )  # fmt: skip
            yield Node(entry, entry + 4 + wide, entry + row, None, (entry, 2), fields)
            if fields[0].get(data) in (0x8769, 0x8825, 0x014A, 0xA005, 0x927C):
                waiting.append(fields[3])
            where = base + fields[3].get(data)
            if fields[2].get(data) * 2 > wide and base < where < end - 8:
                yield Node(where, where, min(end, where + 64), None, (0, 0), tuple(
                    Number(spot, 4, order) for spot in range(where, min(end, where + 48) - 3, 4)))  # fmt: skip


def blocks(data: bytes) -> Iterator[Node]:
    """GIF: extensions and pictures, and their sub-blocks."""
    flags = data[10] if len(data) > 12 else 0
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while at < len(data):
        start = at
        if data[at] == 0x21:
            at += 2
        elif data[at] == 0x2C and at + 10 < len(data):
            inside = data[at + 9]
            at += 10 + (3 << (inside & 7) + 1 if inside & 0x80 else 0) + 1
        else:
            yield Node(at, at + 1, min(at + 1, len(data)), None, (at, 1))
            at += 1
            continue
        body, inner = at, []
        while at < len(data) and data[at]:
            inner.append(Node(at, at + 1, min(len(data), at + 1 + data[at]), Number(at, 1, "big", 1)))
            at += 1 + data[at]
        at += 1
        numbers = tuple(
            Number(where, 2, "little") for where in range(start + 1, min(len(data), start + 10) - 1, 2)
        )
        yield Node(start, body, min(at, len(data)), None, (start, 2), numbers)
        yield from inner


def pages(data: bytes) -> Iterator[Node]:
    """Ogg pages; the page's fields; FLAC and Vorbis headers count as content."""
    for found in re.finditer(rb"OggS", data):
        at = found.start()
        if at + 27 > len(data):
            return
        table = data[at + 27 : at + 27 + data[at + 26]]
        body = at + 27 + len(table)
        fields = [Number(at + 5, 1, "big"), Number(at + 6, 8, "little"), Number(at + 14, 4, "little")]
        fields += [Number(at + 18, 4, "little"), Number(at + 26, 1, "big")]
        fields += [Number(at + 27 + place, 1, "big") for place in range(min(len(table), 8))]
        fields += [Number(where, 4, "little") for where in range(body, min(len(data), body + 40) - 3, 4)]
        yield Node(at, body, min(len(data), body + sum(table)), None, (at + 5, 1), tuple(fields))


def flac(data: bytes) -> Iterator[Node]:
    """FLAC metadata blocks and frames; an ID3 tag before."""
    at = data.find(b"fLaC")
    yield from tags(data)
    at += 4
    while at > 0 and at + 4 <= len(data):
        last = data[at] & 0x80
        size = Number(at + 1, 3, "big", 4)
        stop = min(len(data), at + 4 + size.get(data))
        numbers = tuple(Number(where, 4, "big") for where in range(at + 4, min(stop, at + 40) - 3, 4))
        yield Node(at, at + 4, stop, size, (at, 1), numbers)
        at = stop
        if last:
            break
    yield from _between(data, rb"\xff[\xf8\xf9]", at)


def mpeg(data: bytes) -> Iterator[Node]:
    """MPEG audio: tags and frames."""
    yield from tags(data)
    yield from _between(data, rb"\xff[\xe2-\xff]", 0)
    for found in re.finditer(rb"APETAGEX|LYRICSBEGIN|LYRICS200|TAG|ID3|Xing|Info|VBRI|LAME", data):
        at = found.start()
        fields = tuple(Number(where, 4, "little") for where in range(at + 4, min(len(data), at + 36) - 3, 4))
        yield Node(at, found.end(), min(len(data), at + 128), None, (at, 4), fields)


def tags(data: bytes) -> Iterator[Node]:
    """An ID3v2 tag at the beginning, and its frames."""
    if data[:3] != b"ID3" or len(data) < 20:
        return
    size = Number(6, 4, "safe", 10)
    end = min(len(data), 10 + size.get(data))
    yield Node(0, 10, end, size, (3, 2), (Number(5, 1, "big"),))
    at, order = 10, "safe" if data[3] == 4 else "big"
    while at + 10 <= end and data[at]:
        field = Number(at + 4, 4, order, 10)
        stop = min(end, at + 10 + field.get(data))
        yield Node(at, at + 10, stop, field, (at, 4))
        at = stop


def objects(data: bytes) -> Iterator[Node]:
    """PDF: objects, streams, dictionaries, and every number in the text between them."""
    for found in re.finditer(
        rb"\d+ \d+ obj\b.*?endobj|<<.*?>>|\[[^\[\]]*\]|xref.*?trailer|startxref\s+\d+", data, re.DOTALL
    ):
        numbers = tuple(
            Number(each.start(), len(each[0]), "text") for each in re.finditer(rb"\d+", found[0][:400])
        )
        shifted = tuple(each._replace(at=each.at + found.start()) for each in numbers)
        yield Node(found.start(), found.start(), found.end(), None, (0, 0), shifted)


def fields(data: bytes) -> Iterator[Node]:
    """A header of fixed fields: bitmaps, ICC profiles and their tables."""
    order = "little" if data[:2] == b"BM" else "big"
    numbers = tuple(
        Number(at, 4, order) for at in range(2 if order == "little" else 0, min(len(data), 400) - 3, 4)
    )
    for each in numbers:
        yield Node(each.at, each.at, each.at + 4, None, (each.at, 4), (each,))


def resources(data: bytes) -> Iterator[Node]:
    """Photoshop resources and IPTC records."""
    for found in re.finditer(rb"8BIM", data):
        at = found.start()
        if at + 12 <= len(data):
            size = Number(at + 8, 4, "big", 12)
            yield Node(at, at + 12, min(len(data), at + 12 + size.get(data)), size, (at + 4, 2))
    for found in re.finditer(rb"\x1c[\x01-\x09]", data):
        at = found.start()
        if at + 5 <= len(data):
            size = Number(at + 3, 2, "big", 5)
            yield Node(at, at + 5, min(len(data), at + 5 + size.get(data)), size, (at + 1, 2))


def markup(data: bytes) -> Iterator[Node]:
    """XML: tags, attributes, and what stands between two tags."""
    for found in re.finditer(rb"<[^<>]*>|[\w:]+=\"[^\"]*\"|>[^<>]+<|&[^;]{1,20};", data):
        yield Node(found.start(), found.start(), found.end())


def _between(data: bytes, mark: bytes, start: int) -> Iterator[Node]:
    ends = [found.start() for found in re.finditer(mark, data[start:], re.DOTALL)][:MOST_NODES]
    for at, stop in pairwise([*ends, len(data) - start]):
        numbers = tuple(Number(start + at + place, 1, "big") for place in range(1, min(6, stop - at)))
        yield Node(
            start + at, start + at + min(4, stop - at), start + stop, None, (start + at + 1, 1), numbers
        )


def nodes_of(data: bytes, walk: Walk) -> list[Node]:
    """The first parts of a file, in the order in which they are found."""
    found = []
    try:
        for node in walk(data):
            if node.start <= node.body <= node.end <= len(data):
                found.append(node)
            if len(found) >= MOST_NODES:
                break
    except (IndexError, struct.error, OverflowError):
        pass
    return found
