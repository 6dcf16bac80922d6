"""GIF (CompuServe, GIF87a and GIF89a): a screen, palettes, pictures as LZW data, and extensions, of which two stay.

Kept: graphic control (timing and transparency of a picture), how often an animation runs, and the colour profile. The
essence is all but the latter two: screen, palettes, controls, pictures. Left out of it is what only says where
compressed data end. Data behind the code that ends a picture are cut off. Text that was to be drawn over a picture
(plain text extension) goes: decoders do not draw it.
"""

import struct
from collections.abc import Iterator
from typing import Final

from copwatch.media import texts
from copwatch.media.facts import Danger, Fact
from copwatch.media.gif_end import MOST_STEPS, PictureEnd
from copwatch.media.icc import neutral_profile
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_EXTENSION, _PICTURE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _COMMENT, _PLAIN_TEXT, _APPLICATION = 0xF9, 0xFE, 0x01, 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PROFILE: Final = b"ICCRGBG1012"
_XMP: Final = b"XMP DataXMP"
_XMP_TAIL: Final = 257
"""Bytes behind an XMP packet that lead a reader of blocks to its end (XMP specification part 3, 1.1.2)."""
_MOST_BLOCKS: Final = 300_000
_MOST_SUB_BLOCKS: Final = 2_500_000
"""600 MB of data, in pieces as long as they can be."""
_LONGEST_PROFILE: Final = 8 << 20
_READ: Final = 1 << 20


def recognises(head: bytes) -> bool:
    """Both versions."""
    return head[:6] in (b"GIF87a", b"GIF89a")


def scan(source: Source) -> Scan:
    """Every block in its place. Raises `CannotClean`."""
    return _Reader(source).scan()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.parts = Parts(source.size, Treatment.DROP)
        self.facts: list[Fact] = []
        self.pictures = 0
        self.steps = MOST_STEPS
        self.sub_blocks = 0
        self.control: tuple[int, int] | None = None
        self.loops: list[tuple[int, int, int]] = []

    def scan(self) -> Scan:
        """Goes through the file once. Raises `CannotClean`."""
        self.parts.keep(0, 6, "the signature")
        at = 13 + _palette(self.source.number(10, 1))
        self.parts.keep(6, at - 6, "the screen", essence=True)
        for _ in range(_MOST_BLOCKS):
            if at >= self.source.size:
                break
            kind = self.source.number(at, 1)
            if kind == _TRAILER:
                self.parts.keep(at, 1, "the mark of the end")
                break
            at = self._block(kind, at)
        else:
            raise Unsupported("it has more blocks than any writer makes", at)
        if not self.pictures:
            raise Damaged("there is no picture in it", at)
        self._no_control()
        self._loops()
        if at >= self.source.size:
            self.parts.replace(self.source.size, 0, bytes([_TRAILER]), "the mark of the end")
        self._trailing(at + 1)
        return Scan("image/gif", self.parts.whole(), texts.first(self.facts))

    def _block(self, kind: int, at: int) -> int:
        """One block; where the next one begins."""
        if kind == _PICTURE:
            return self._picture(at)
        if kind == 0:  # one end of a block too many: decoders pass over it
            self.parts.drop(at, 1, "a byte between blocks", Danger.OTHER)
            return at + 1
        if kind != _EXTENSION:
            raise Damaged("what stands here is no block of a GIF file", at)
        try:
            return self._extension(at)
        except Damaged:
            if not self.pictures:
                raise
            self._remove(at, self.source.size, "a block that is cut short", Danger.TRAILING)
            return self.source.size

    def _picture(self, at: int) -> int:
        self._on_screen(at)
        self._use_control()
        data = at + 10 + _palette(self.source.number(at + 9, 1))
        bits = self.source.number(data, 1)
        if not 1 <= bits <= 11:
            raise Damaged("a picture whose codes have no length", data)
        block, used, after = self._data(data + 1, bits)
        if not self.steps:
            raise Unsupported("its codes begin anew more often than any writer makes them", at)
        self.parts.keep(at, block - at, "a picture", essence=True)
        if used:
            self.parts.replace(block, 1, bytes([used]), "the length of data")
            self.parts.keep(block + 1, used, "a picture", essence=True)
            block += 1 + used
        if block < after - 1:
            self._remove(block, after - 1, "data behind the end of a picture", Danger.TRAILING)
        self.parts.keep(after - 1, 1, "the end of the data")
        self.pictures += 1
        return after

    def _on_screen(self, at: int) -> None:
        """Raises `Unsupported` for a picture that nobody is shown: it has no place on the screen (18, 20)."""
        left, top, width, height = struct.unpack("<4H", self.source.read(at + 1, 8))
        wide, high = struct.unpack("<2H", self.source.read(6, 4))
        if not width or not height or (wide and left >= wide) or (high and top >= high):
            raise Unsupported("a picture that is not on the screen", at)

    def _data(self, start: int, bits: int) -> tuple[int, int, int]:
        """The block in which the data of a picture end, how many of its bytes are theirs, and what begins behind.

        Zeros behind the end count as data: there are writers that fill up.
        """
        search, total, last = PictureEnd(bits, self.steps), 0, (start, 0)
        for at, length in self._sub_blocks(start):
            search.feed(self.source.read(at + 1, length))
            total += length
            if length:
                last = at, length
        after = at + 1
        end = search.close()
        self.steps = search.steps
        if end is None or end == total:
            return *last, after
        found, zeros = last, True
        for at, length in self._sub_blocks(start):
            content = self.source.read(at + 1, length)
            if 0 < end <= length:
                found = at, end
            zeros = zeros and not content[max(end, 0) :].strip(b"\0")
            end -= length
        return *(last if zeros else found), after

    def _extension(self, at: int) -> int:
        label, first = self.source.number(at + 1, 1), at + 2
        if label == _APPLICATION:
            return self._application(at)
        if label == _CONTROL:
            return self._control(at)
        after = self._after(first)
        if label == _COMMENT:
            comment = texts.text(self._joined(first, _READ))
            self._remove(at, after, "comment", Danger.IDENTITY, comment)
        elif label == _PLAIN_TEXT:
            self._remove(at, after, "text over the picture", Danger.IDENTITY)
        else:
            self._remove(at, after, "an extension that is not in the standard", Danger.OTHER)
        return after

    def _control(self, at: int) -> int:
        """Timing and transparency of the picture that follows: four bytes. It has one (section 23): the last counts."""
        self._no_control()
        after = self._after(at + 2)
        if self.source.number(at + 2, 1) != 4:
            raise Damaged("a graphic control that is not one", at)
        self.control = at, after
        return after

    def _no_control(self) -> None:
        if self.control:
            self._remove(*self.control, "timing of no picture", Danger.OTHER)
        self.control = None

    def _use_control(self) -> None:
        if self.control is None:
            return
        at, after = self.control
        self.control = None
        self.parts.keep(at, 7, "timing and transparency", essence=True)
        if after - 1 > at + 7:
            self._remove(at + 7, after - 1, "data behind a graphic control", Danger.OTHER)
        self.parts.keep(after - 1, 1, "the end of a block")

    def _application(self, at: int) -> int:
        name_length = self.source.number(at + 2, 1)
        first = at + 3 + name_length
        name, after = self.source.read(at + 3, name_length), self._after(at + 2)
        if name in _LOOPS:
            return self._loop(at, first, after)
        if name == _PROFILE:
            clean = self._profile(first)
            if clean:
                clean = self.source.read(at, first - at) + clean
                self.parts.replace(at, after - at, clean, "names in the colour profile", Danger.IDENTITY)
                return after
        if name == _XMP:
            self.facts += texts.of_xmp(
                self.source.read(first, min(_READ, max(0, after - first - _XMP_TAIL))), first
            )
        self._remove(at, after, "data of a program", Danger.IDENTITY, texts.text(name))
        return after

    def _loop(self, at: int, first: int, after: int) -> int:
        """How often the animation runs: a block of three bytes that begins with 1. Others are of no use."""
        if after < first + 5 or self.source.read(first, 2) != b"\3\1":
            self._remove(at, after, "a loop that says nothing", Danger.OTHER)
            return after
        self.loops.append((at, first, after))
        return after

    def _loops(self) -> None:
        """Decoders take the last number that they read."""
        for at, _, after in self.loops[:-1]:
            self._remove(at, after, "a loop that does not count", Danger.OTHER)
        for at, first, after in self.loops[-1:]:
            self.parts.keep(at, first + 4 - at, "how often the animation runs")
            if after - 1 > first + 4:
                self._remove(first + 4, after - 1, "data behind a loop", Danger.OTHER)
            self.parts.keep(after - 1, 1, "the end of a block")

    def _profile(self, first: int) -> bytes | None:
        neutral = neutral_profile(self._joined(first, _LONGEST_PROFILE))
        if neutral is None:
            return None
        pieces = (neutral[at : at + 255] for at in range(0, len(neutral), 255))
        return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"

    def _joined(self, start: int, most: int) -> bytes:
        """The data of blocks, up to about `most` bytes."""
        found = bytearray()
        for at, length in self._sub_blocks(start):
            found += self.source.read(at + 1, length)
            if len(found) >= most:
                break
        return bytes(found)

    def _after(self, start: int) -> int:
        """Where the next thing begins behind blocks of data."""
        return max(at for at, _ in self._sub_blocks(start)) + 1

    def _trailing(self, start: int) -> None:
        if start < self.source.size:
            name = "bytes behind the end of the picture"
            self._remove(start, self.source.size, name, Danger.TRAILING)

    def _remove(self, start: int, end: int, what: str, danger: Danger, value: str = "") -> None:
        self.parts.drop(start, end - start, what, danger)
        if len(self.facts) < texts.MOST:
            self.facts.append(Fact(danger, what, value or f"{end - start:,} bytes", "", start))

    def _sub_blocks(self, at: int) -> Iterator[tuple[int, int]]:
        """Position of the length and length of each block of data, the last with length 0."""
        while True:
            self.sub_blocks += 1
            if self.sub_blocks > _MOST_SUB_BLOCKS:
                raise Unsupported("its data are in more pieces than any writer makes", at)
            length = self.source.number(at, 1)
            if at + 1 + length > self.source.size:
                raise Damaged("the file ends within a block", at)
            yield at, length
            if not length:
                return
            at += 1 + length


def _palette(flags: int) -> int:
    """Bytes of the palette that follows."""
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0
