"""The coded pieces of a TIFF picture: those that are small files of their own may carry more than a picture.

JPEG (ITU-T T.81, annex B), JPEG 2000 codestreams (ITU-T T.800, annex A), JPEG XL (ISO 18181-2), WebP (RFC 9649).
Whatever text they have is written over in its place, so that no offset moves.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from copwatch.media import jpeg_2000
from copwatch.media import tiff_tags as tags
from copwatch.media.facts import Danger
from copwatch.media.jxl_bits import Bits
from copwatch.media.jxl_headers import end_of
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_CHUNK: Final = 32 << 10
_AT_ONCE: Final = 1 << 20
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
_TABLES: Final = frozenset((*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF)) - {0xC8}
_ADOBE: Final = re.compile(rb"Adobe.{7}", re.DOTALL)
_JFIF: Final = re.compile(rb"JFIF\0.{7}\0\0", re.DOTALL)


@dataclass
class Coded:
    """Collects what stays of coded pieces, as (start, length), and what is written over, as (start, data, what)."""

    source: Source
    stays: list[tuple[int, int]] = field(default_factory=list)
    blanked: list[tuple[int, bytes, str]] = field(default_factory=list)
    removed: list[tuple[int, int, str, Danger]] = field(default_factory=list)
    _seen: set[tuple[int, int]] = field(default_factory=set)
    _length: int = 0

    def piece(self, coding: int, start: int, length: int, most: int | None = None) -> None:
        """A strip or tile, of `most` bytes when it is not packed; one that is used twice is read once.

        Raises:
            Damaged: it is not whole, or lies over another.
            Unsupported: it cannot be cleaned.
        """
        if (start, length) in self._seen:
            return
        self._seen.add((start, length))
        self._length += length
        if start + length > self.source.size:
            raise Damaged("a piece of a picture would stand beyond the end of the file", start)
        if self._length > self.source.size:  # or reading them would take far longer than the file is long
            raise Damaged("a piece of a picture lies over something else", start)
        if coding in tags.DEFLATE and most is not None:
            self.deflated(start, length, most)
            return
        reader = _READERS.get(coding)
        if reader is None or length == 0:
            self.stays.append((start, length))
        else:
            reader(self, start, length)

    def deflated(self, start: int, length: int, most: int) -> None:
        """A zlib stream (RFC 1950) and nothing behind it; what is none is shown by some decoders as far as it goes."""
        state, used, made = zlib.decompressobj(), 0, 0
        for block in self.source.blocks(start, length):
            data = block
            while data and not state.eof:
                try:
                    made += len(state.decompress(data, min(_AT_ONCE, most - made + 1)))
                except zlib.error:
                    used = length
                    break
                if made > most:
                    raise Unsupported("a piece of a picture is longer than its place", start)
                data = state.unconsumed_tail
            used += len(block) - len(state.unused_data)
            if used >= length or state.eof:
                break
        used = min(used, length)
        self.stays.append((start, used))
        self.removed.append(
            (start + used, length - used, "bytes behind the end of packed pixels", Danger.TRAILING)
        )

    def jpeg(self, start: int, length: int) -> None:
        """A JPEG stream: without comments and what applications add, and without what stands behind its end."""
        at, end, run = start, start + length, start
        if self.source.read(start, min(2, length)) != b"\xff\xd8":
            self.stays.append((start, length))  # no JPEG stream: nothing in it can be taken for a comment
            return
        at += 2
        while at + 2 <= end:
            marker = self._marker(at)
            if marker == 0xFF:
                at += 1
                continue
            if marker in _ALONE:
                at += 2
                continue
            if marker == _EOI:
                self.removed.append(
                    (at + 2, end - at - 2, "bytes behind the end of a JPEG stream", Danger.TRAILING)
                )
                end = at + 2
                break
            size = self.source.number(at + 2, 2) if at + 4 <= end else 0
            if size < 2 or at + 2 + size > end:
                raise Damaged("a segment of a JPEG stream is longer than its place", at)
            if marker == _COM or 0xE0 <= marker <= 0xEF:
                run = self._application(marker, at, size, run)
            elif marker not in _TABLES and marker != _SOS:
                raise Damaged(f"a JPEG stream with the marker 0x{marker:02x}", at)
            at += 2 + size
            if marker == _SOS:
                at = self._behind_scan(at, end)
        self.stays.append((run, end - run))

    def _marker(self, at: int) -> int:
        both = self.source.read(at, 2)
        if both[0] != 0xFF or both[1] in (0x00, _SOI):
            raise Damaged("a JPEG stream has no marker where one has to be", at)
        return both[1]

    def _application(self, marker: int, at: int, size: int, run: int) -> int:
        """A comment or what an application added; the two that are about colours stay. Returns where to go on."""
        data = self.source.read(at + 4, size - 2)
        if (marker == 0xEE and _ADOBE.fullmatch(data)) or (marker == 0xE0 and _JFIF.fullmatch(data)):
            return run
        self.stays.append((run, at - run))
        empty = bytes((0xFF, _COM)) + size.to_bytes(2, "big") + bytes(size - 2)
        self.blanked.append((at, empty, "a comment in a JPEG stream"))
        return at + 2 + size

    def _behind_scan(self, at: int, end: int) -> int:
        """The first marker behind entropy-coded data (T.81, B.1.1.5); `end` where there is none."""
        while at < end:
            block = self.source.read(at, min(_CHUNK, end - at))
            if found := _MARKER.search(block):
                return at + found.start()
            at += len(block) - (1 if block.endswith(b"\xff") and at + len(block) < end else 0)
        return end

    def jpeg_2000(self, start: int, length: int) -> None:
        """A codestream: its comments are zero. Files in boxes may carry anything and are refused."""
        texts, end = jpeg_2000.texts(self.source, start, length)
        run = start
        for at, size in sorted(texts):
            self.stays.append((run, at - run))
            self.blanked.append((at, bytes(size), "a comment in a JPEG 2000 picture"))
            run = at + size
        behind = "bytes behind the end of a JPEG 2000 picture"
        self.removed.append((end, start + length - end, behind, Danger.TRAILING))
        self.stays.append((run, end - run))

    def jpeg_xl(self, start: int, length: int) -> None:
        """A bare codestream without names and profile, up to its end; in boxes it may carry anything and is refused."""
        if self.source.read(start, min(2, length)) != b"\xff\x0a":
            raise Unsupported("JPEG XL in a form that cannot be cleaned", start)
        bits = Bits(lambda at, count: self.source.read(start + at, count), length)
        end = end_of(bits)
        if end > length:
            raise Damaged("a piece of a picture in JPEG XL is not whole", start)
        if bits.profile or bits.names:
            raise Unsupported("names or a colour profile within a piece of a picture in JPEG XL", start)
        self.stays.append((start, end))
        self.removed.append(
            (start + end, length - end, "bytes behind the end of a JPEG XL picture", Danger.TRAILING)
        )

    def webp(self, start: int, length: int) -> None:
        """A WebP file of a single picture; one with further chunks is refused."""
        head = self.source.read(start, min(20, length))
        size = int.from_bytes(head[16:20], "little")
        if head[8:16] not in (b"WEBPVP8 ", b"WEBPVP8L") or 20 + size + size % 2 < length - 1:
            raise Unsupported("WebP in a form that cannot be cleaned", start)
        self.stays.append((start, length))


_READERS: Final[dict[int, Callable[[Coded, int, int], None]]] = {
    tags.JPEG: Coded.jpeg,
    tags.LOSSY_DNG: Coded.jpeg,
    **dict.fromkeys(tags.JPEG_2000, Coded.jpeg_2000),
    **dict.fromkeys(tags.JPEG_XL, Coded.jpeg_xl),
    **dict.fromkeys(tags.WEBP, Coded.webp),
}


def opcodes_end(data: bytes) -> int | None:
    """Where a list of opcodes ends (DNG 1.7.1, chapter 7); None for what is none, or holds one that is not known."""
    count, at = int.from_bytes(data[:4], "big"), 4
    for _ in range(min(count, 4096)):
        size = int.from_bytes(data[at + 12 : at + 16], "big")
        if not 1 <= int.from_bytes(data[at : at + 4], "big") <= 14 or at + 16 + size > len(data):
            return None
        at += 16 + size
    return at if count <= 4096 and len(data) >= 4 else None


def gain_map_fits(tag: int, data: bytes, order: str) -> bool:
    """Whether a ProfileGainTableMap has the length that its header says (DNG 1.7.1, "ProfileGainTableMap2")."""
    little = order == "II"

    def number(at: int) -> int:
        return int.from_bytes(data[at : at + 4], "little" if little else "big")

    cells = number(0) * number(4) * number(40)
    if tag == tags.GAIN_MAP:
        return len(data) == 64 + 4 * cells
    width = {0: 1, 1: 2, 2: 2, 3: 4}.get(number(64), 0)
    return width > 0 and len(data) == 80 + width * cells
