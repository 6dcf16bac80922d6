"""BMP: Windows bitmaps with headers of 12 to 124 bytes ([MS-WMF] 2.2.2, BITMAPV5HEADER; OS/2: BITMAPINFOHEADER2).

Pixels and profiles stand at absolute places, so everything in front of the last needed byte is cleaned where it is;
what stands behind goes. Stay: size, kind of pixels, masks, resolution, colour space, palette, pixels, and an embedded
colour profile, made neutral in its place. The rest is made zero: reserved fields, the fourth byte of palette entries,
the bytes that fill up rows (programs wrote there what was in their memory), gaps, and the path of a linked profile.

Essence: width, height, planes, depth and coding of the header; masks; the three bytes of each palette entry; rows
without what fills them up, or the codes of a run-length picture up to its end.
"""

from dataclasses import dataclass
from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import bounded, text_of
from copwatch.media.icc import neutral_profile
from copwatch.media.icc_facts import icc_facts
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import LONGEST_READ, Source

_CORE, _INFO, _V4, _V5 = 12, 40, 108, 124
_OS2: Final = (16, 64)
_SIZES: Final = frozenset((_CORE, _INFO, 52, 56, _V4, _V5, *_OS2))
_FILE: Final = 14
_RGB, _RLE8, _RLE4, _FIELDS, _ALPHA_FIELDS = 0, 1, 2, 3, 6
_DEPTHS: Final = frozenset((1, 2, 4, 8, 16, 24, 32))
_CALIBRATED, _EMBEDDED, _LINKED = b"\0\0\0\0", b"DEBM", b"KNIL"
_WINDOWS: Final = b" niW"
"""LCS_WINDOWS_COLOR_SPACE: what stands where a profile was that is not valid, or in another file."""
_ROUNDED: Final = 4
"""By how many bytes programs say another length than their pixels have."""
_DENSEST: Final = 10_000_000
"""Points a metre."""
_STEEPEST: Final = 10 << 16
"""Gamma 10."""
_LONGEST_RUNS: Final = min(16 << 20, LONGEST_READ)
_LONGEST_PROFILE: Final = 8 << 20


def recognises(head: bytes) -> bool:
    """`BM`, and a header of a length that there is."""
    return head[:2] == b"BM" and len(head) >= 26 and int.from_bytes(head[14:18], "little") in _SIZES


def scan(source: Source) -> Scan:
    """The whole file. Raises `CannotClean`."""
    bitmap = _Bitmap(source)
    bitmap.header()
    bitmap.palette()
    bitmap.pixels()
    bitmap.numbers()
    bitmap.profile()
    bitmap.close()
    return Scan("image/bmp", bitmap.parts.whole(), tuple(bounded(bitmap.facts)))


@dataclass
class _Bitmap:
    source: Source

    def __post_init__(self) -> None:
        self.parts = Parts(self.source.size, Treatment.BLANK)
        self.facts: list[Fact] = []
        self.end = 0
        self.size = self.little(_FILE, 4)
        if self.source.size < _FILE + self.size:
            raise Damaged("the header of a bitmap is not whole", _FILE)
        wide = 2 if self.size == _CORE else 4
        self.width, self.height = self.little(18, wide), self.little(18 + wide, wide)
        if self.height >> 31:
            self.height = (1 << 32) - self.height
        self.depth = self.little(18 + 2 * wide + 2, 2)
        self.coding = self.little(30, 4) if self.size >= _INFO else _RGB
        self.start = self.little(10, 4)
        if not 0 < self.width < 1 << 31 or not 0 < self.height < 1 << 31:
            raise Damaged("a bitmap without width or height", 18)
        self.judge()

    def judge(self) -> None:
        """Kinds of pixels whose length is known."""
        runs = {_RLE8: 8, _RLE4: 4}.get(self.coding) == self.depth
        plain = self.coding == _RGB and self.depth in _DEPTHS
        fields = self.coding in (_FIELDS, _ALPHA_FIELDS) and self.depth in (16, 32) and self.size not in _OS2
        if not (runs or plain or fields):
            raise Unsupported(f"a bitmap of another kind (coding {self.coding}, {self.depth} bits)", 30)

    def little(self, at: int, length: int) -> int:
        """A number of the header."""
        return self.source.number(at, length, little=True)

    def header(self) -> None:
        """What is not kept here is reserved, or names a program: it becomes zero."""
        self.parts.keep(0, 2, "signature")
        self.parts.keep(10, 8, "header")
        core = 26 if self.size == _CORE else min(34, _FILE + self.size)
        self.parts.keep(18, core - 18, "size and kind of the pixels", essence=True)
        if self.size == 64:
            self.parts.keep(54, 2, "unit of the resolution")
            self.parts.keep(58, 16, "direction and halftoning")
        masks = self.masks()
        if masks:
            self.parts.keep(54, masks, "masks", essence=True)
        if self.size >= _V4:
            self.space()

    def masks(self) -> int:
        """The bytes of masks behind the first 40 of the header, within it or not."""
        if self.size in (52, 56, _V4, _V5):
            return min(16, self.size - _INFO)
        if self.size == _INFO:
            return {_FIELDS: 12, _ALPHA_FIELDS: 16}.get(self.coding, 0)
        return 0

    def space(self) -> None:
        """The colour space; end points and gamma mean something in one of its kinds only."""
        space = self.source.read(70, 4)
        if space == _CALIBRATED:
            self.calibration()
        if space not in (_EMBEDDED, _LINKED) or self.size == _V4:
            self.parts.keep(70, 4, "colour space")
        if self.size == _V5:
            self.parts.keep(122, 4, "rendering intent")

    def calibration(self) -> None:
        """End points as chromaticities, which sum up to 1 (in units of 2^-30, or 2^-16 as ImageMagick has them)."""
        points = [sum(self.little(at + part, 4) for part in (0, 4, 8)) for at in (74, 86, 98)]
        near = any(all(abs(point - one) <= one >> 4 for point in points) for one in (1 << 30, 1 << 16))
        if near and all(self.little(at, 4) <= _STEEPEST for at in (110, 114, 118)):
            self.parts.keep(74, 48, "primaries and gamma")
        else:
            self.parts.blank(74, 48, "primaries that are none", Danger.OTHER)

    def numbers(self) -> None:
        """Length of the pixels, resolution, and how many colours there are: 0 says what follows from the rest."""
        if self.size < _INFO:
            return
        length = self.end - self.start
        said = self.little(34, 4)
        self.number(34, length, said == 0 or abs(said - length) <= _ROUNDED)
        for at in (38, 42):
            self.number(at, 0, self.little(at, 4) <= _DENSEST)
        for at in (46, 50):
            self.number(at, 0, self.little(at, 4) <= 256)

    def number(self, at: int, otherwise: int, sensible: bool) -> None:
        """Four bytes of the header, or another number in their place."""
        if sensible:
            self.parts.keep(at, 4, "resolution and number of colours")
        else:
            new = otherwise.to_bytes(4, "little")
            self.parts.blank(at, 4, "a number that cannot be meant", Danger.OTHER, new)

    def head_end(self) -> int:
        """Where the palette begins."""
        return _FILE + self.size + (self.masks() if self.size == _INFO else 0)

    def palette(self) -> None:
        """Up to 256 entries, as far as the pixels leave room."""
        at = self.head_end()
        if not at <= self.start <= self.source.size:
            raise Damaged("the pixels of a bitmap begin within its header, or behind the file", 10)
        if self.depth > 8:
            return
        each = 3 if self.size == _CORE else 4
        named = self.little(46, 4) if self.size >= _INFO else 0
        if min(named, 1 << self.depth) * each > self.start - at:
            # Pillow takes the pixels from behind the palette then, others from where the header says.
            raise Damaged("the pixels of a bitmap begin within its palette", 10)
        count = min(named or 256, 1 << self.depth, (self.start - at) // each)
        for entry in range(at, at + each * count, each):
            self.parts.keep(entry, 3, "palette", essence=True)
            if each == 4:
                self.parts.blank(entry + 3, 1, "the unused byte of a palette entry", Danger.OTHER)

    def pixels(self) -> None:
        """Rows, each filled up to four bytes; the last one often is not."""
        if self.coding in (_RLE8, _RLE4):
            self.end = self.runs()
            self.parts.keep(self.start, self.end - self.start, "pixels", essence=True)
            return
        row = (self.width * self.depth + 7) // 8
        fill = -row % 4
        needed = self.start + (row + fill) * self.height - fill
        if needed > self.source.size:
            raise Damaged("the file ends within the pixels", self.source.size)
        self.end = min(needed + fill, self.source.size)
        if not fill:
            self.parts.keep(self.start, row * self.height, "pixels", essence=True)
            return
        for at in range(self.start, self.end, row + fill):
            self.parts.keep(at, row, "pixels", essence=True)
            room = min(fill, self.end - at - row)
            self.parts.blank(at + row, room, "bytes that fill up a row", Danger.OTHER)

    def runs(self) -> int:
        """Where the codes of a run-length picture end: at end-of-bitmap, or where the header or the file says."""
        data = self.source.read(self.start, min(self.source.size - self.start, _LONGEST_RUNS))
        at, nibbles = 0, self.coding == _RLE4
        while at + 2 <= len(data):
            if data[at]:
                at += 2
                continue
            code = data[at + 1]
            if code == 1:
                return self.start + at + 2
            if code == 2:
                at += 4
            elif code:
                length = (code + 1) // 2 if nibbles else code
                at += 2 + length + length % 2
            else:
                at += 2
        if len(data) == _LONGEST_RUNS:
            raise Unsupported("a run-length bitmap of many megabytes", self.start)
        declared = self.little(34, 4)
        return self.start + declared if 0 < declared <= len(data) else self.source.size

    def profile(self) -> None:
        """Of the last header: the profile stands at a place counted from the header's beginning."""
        if self.size != _V5 or self.source.read(70, 4) not in (_EMBEDDED, _LINKED):
            return
        at, length = _FILE + self.little(126, 4), self.little(130, 4)
        free = at >= self.end or self.head_end() <= at <= at + length <= self.start
        whole = free and 0 < length <= _LONGEST_PROFILE and at + length <= self.source.size
        data = self.source.read(at, length) if whole else b""
        neutral = None
        if self.source.read(70, 4) == _EMBEDDED:
            neutral = neutral_profile(data, length)
            self.facts += icc_facts(data, at)
        elif data and self.source.read(70, 4) == _LINKED:
            self.facts.append(Fact(Danger.IDENTITY, "linked colour profile", text_of(data)[:200], "BMP", at))
        if neutral is None:
            self.parts.blank(70, 4, "a colour profile that is not valid, or not here", Danger.OTHER, _WINDOWS)
            return
        self.parts.keep(70, 4, "colour space")
        self.parts.keep(126, 8, "place of the colour profile")
        self.parts.blank(at, length, "texts in the colour profile", Danger.IDENTITY, neutral)
        self.end = max(self.end, at + length)

    def close(self) -> None:
        """The length of the file, and what stands behind it."""
        self.parts.replace(2, 4, self.end.to_bytes(4, "little"), "length of the file")
        behind = self.source.size - self.end
        if behind:
            self.parts.drop(self.end, behind, "what stands behind the picture", Danger.TRAILING)
            told = f"{behind:,} bytes"
            self.facts.append(Fact(Danger.TRAILING, "data behind the picture", told, "BMP", self.end))
        if any(self.source.read(6, 4)):
            told = self.source.read(6, 4).hex()
            self.facts.append(Fact(Danger.OTHER, "reserved field", told, "BMP", 6))
