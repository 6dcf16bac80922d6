"""Times, place and device of an EXIF block or a TIFF file (CIPA DC-008, EXIF 3.0; TIFF 6.0)."""

import re
from fractions import Fraction
from typing import Final

from copwatch.media import exif_gps
from copwatch.media import exif_tags as tags
from copwatch.media.describing.told import Told
from copwatch.media.gathering import text_of
from copwatch.media.refusal import CannotClean
from copwatch.media.tiff_ifds import Directory, Entry, Tiff, Type, of_bytes

_TIMES: Final = (
    ("exif_original", 0x9003, 0x9011, 0x9291),
    ("exif_digitized", 0x9004, 0x9012, 0x9292),
    ("exif_changed", 0x0132, 0x9010, 0x9290),
)
"""A source with the tags of its time, of the offset of its zone, and of the parts of a second (4.6.5)."""
_CAMERA: Final = (
    ("make", 0x010F), ("model", 0x0110), ("model", 0xC614), ("serial", 0xA431), ("serial", 0xC62F),
    ("owner", 0xA430), ("owner", 0x013B), ("software", 0x0131),
)  # fmt: skip
_WHEN: Final = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d):(\d\d)", re.ASCII)
_DAY: Final = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)", re.ASCII)
_OFFSET: Final = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d|Z", re.ASCII)
_MOST_DIRECTORIES: Final = 40
_LONGEST: Final = 400
_APPLE: Final = b"Apple iOS\0"
_APPLE_START: Final = 14
_PAIR: Final = 0x11
"""Content identifier, in the maker note of Apple (as ExifTool's tables of tags name it)."""


def tell_block(told: Told, block: bytes) -> None:
    """An EXIF block, with or without the letters that JPEG puts before it."""
    told.trying(_block, told, block.removeprefix(b"Exif\0\0"))


def _block(told: Told, block: bytes) -> None:
    tell(told, of_bytes(block), pixels=False)


def tell(told: Told, tiff: Tiff, *, pixels: bool = True) -> None:
    """A TIFF structure; `pixels`: the pictures in it are the file's own. Raises `CannotClean` at its beginning only."""
    _Read(told, tiff, pixels).directories(tiff.first)


class _Read:
    def __init__(self, told: Told, tiff: Tiff, pixels: bool) -> None:
        self._told, self._tiff, self._pixels = told, tiff, pixels
        self._fields: dict[int, str] = {}
        self._gps: list[Directory] = []
        self._left = _MOST_DIRECTORIES

    def directories(self, first: int) -> None:
        """The chain of pictures, of which only the first says anything of its own; then what was found, as values."""
        told, at, pictures = self._told, first, 0
        while at and self._left:
            directory = self.directory(at)
            if directory is None:
                break
            if not pictures:
                self.picture(directory)
            elif self._pixels:
                told.trying(self.size, directory)
            at, pictures = directory.next, pictures + 1
        for source, when, offset, part in _TIMES:
            tell_time(told, source, *(self._fields.get(tag, "") for tag in (when, offset, part)))
        for name, tag in _CAMERA:
            told.camera(name, self._fields.get(tag, ""))
        for gps in self._gps:
            tell_gps(told, self._tiff, gps)

    def directory(self, at: int) -> Directory | None:
        """One directory; None where it cannot be read, or there were too many."""
        self._left -= 1
        try:
            return self._tiff.directory(at) if self._left >= 0 else None
        except CannotClean:
            return None

    def picture(self, directory: Directory) -> None:
        """What the first picture says, and what hangs below it."""
        self._told.trying(self.size, directory)
        for entry in directory.entries:
            self._told.trying(self.entry, entry)

    def entry(self, entry: Entry) -> None:
        """One tag. Raises `CannotClean`."""
        if entry.tag == tags.EXIF and (below := self.directory(self._tiff.one(entry) or 0)):
            for inner in below.entries:
                self._told.trying(self.entry, inner)
        elif entry.tag == tags.GPS and (gps := self.directory(self._tiff.one(entry) or 0)):
            self._gps.append(gps)
        elif entry.tag == tags.SUB and self._pixels:
            for at in self._tiff.numbers(entry, 16):
                if (directory := self.directory(at)) is not None:
                    self.size(directory)
        elif entry.tag == tags.MAKER_NOTE:
            _apple(self._told, self._tiff.raw(entry, 1 << 16))
        elif entry.type in (Type.ASCII, Type.UTF8):
            self._fields.setdefault(entry.tag, text_of(self._tiff.raw(entry, _LONGEST)).partition("\0")[0])

    def size(self, directory: Directory) -> None:
        """The size of a picture of the file's own. Raises `CannotClean`."""
        if self._pixels:
            width, height = directory.entry(0x0100), directory.entry(0x0101)
            self._told.pixels(self._tiff.one(width), self._tiff.one(height))


def tell_gps(told: Told, tiff: Tiff, gps: Directory) -> None:
    """Position and time by the satellites (4.6.6), which is UTC. A side that no letter names is no position."""
    _position(told, tiff, gps)
    _gps_time(told, tiff, gps)


def _position(told: Told, tiff: Tiff, gps: Directory) -> None:
    found = []
    for tag, letters in ((exif_gps.LATITUDE, ("N", "S")), (exif_gps.LONGITUDE, ("E", "W"))):
        degrees, letter = exif_gps.angle(tiff, gps, tag)
        if degrees is None or letter not in letters:
            return
        found.append(degrees if letter == letters[0] else -degrees)
    told.place(found[0], found[1], "exif", exif_gps.altitude(tiff, gps))


def _gps_time(told: Told, tiff: Tiff, gps: Directory) -> None:
    written, parts = exif_gps.utc(tiff, gps)
    day = _DAY.match(written)
    seconds = sum((part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False)), Fraction())
    if not day or not parts or not 0 <= seconds < 86400:
        return
    whole = int(seconds)
    fraction = f"{int((seconds - whole) * 1000):03}".rstrip("0")
    clock = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}" + (f".{fraction}" if fraction else "")
    told.time(f"{day[1]}-{day[2]}-{day[3]}T{clock}Z", "utc", "gps")


def tell_time(told: Told, source: str, when: str, offset: str, part: str) -> None:
    """A local time with the offset that is stated beside it, or without any."""
    found = _WHEN.match(when.strip())
    if found is None:
        return
    part = part.strip()
    at = "{}-{}-{}T{}:{}:{}".format(*found.groups()) + (
        f".{part[:9]}" if part.isascii() and part.isdigit() else ""
    )
    zone = _OFFSET.fullmatch(offset.strip())
    told.time(f"{at}{zone[0]}" if zone else at, "stated" if zone else "unknown", source)


def _apple(told: Told, note: bytes) -> None:
    """The maker note of Apple: a directory in big-endian order, whose offsets count from the beginning of the note."""
    if not note.startswith(_APPLE):
        return
    count = int.from_bytes(note[_APPLE_START : _APPLE_START + 2], "big")
    for at in range(_APPLE_START + 2, _APPLE_START + 2 + 12 * min(count, 200), 12):
        if int.from_bytes(note[at : at + 2], "big") == _PAIR:
            length, start = (int.from_bytes(note[at + skip : at + skip + 4], "big") for skip in (4, 8))
            told.pair(note[start : start + min(length, 100)].decode("latin-1"))
