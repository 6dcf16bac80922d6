"""Directories of TIFF structures, read within their bounds: files of any size and the EXIF blocks of other formats.

TIFF 6.0, section 2 (header, image file directories, types); BigTIFF (magic 43, 8-byte offsets) as libtiff
defines it. Nothing here is allocated by a count that the file could not hold, and directories may not come again.
"""

import io
import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple

from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

MOST_ENTRIES: Final = 4096
"""More tags than are defined; a directory with more is no directory."""
MOST_DIRECTORIES: Final = 20_000


class Type(IntEnum):
    """The types of values (TIFF 6.0, section 2; BigTIFF: 16 to 18; EXIF 3.0: 129)."""

    BYTE = 1
    ASCII = 2
    SHORT = 3
    LONG = 4
    RATIONAL = 5
    SBYTE = 6
    UNDEFINED = 7
    SSHORT = 8
    SLONG = 9
    SRATIONAL = 10
    FLOAT = 11
    DOUBLE = 12
    IFD = 13
    LONG8 = 16
    SLONG8 = 17
    IFD8 = 18
    UTF8 = 129


SIZES: Final[dict[int, int]] = {
    **dict.fromkeys((Type.BYTE, Type.ASCII, Type.SBYTE, Type.UNDEFINED, Type.UTF8), 1),
    **dict.fromkeys((Type.SHORT, Type.SSHORT), 2),
    **dict.fromkeys((Type.LONG, Type.SLONG, Type.FLOAT, Type.IFD), 4),
    **dict.fromkeys((Type.RATIONAL, Type.SRATIONAL, Type.DOUBLE), 8),
    **dict.fromkeys((Type.LONG8, Type.SLONG8, Type.IFD8), 8),
}
"""The bytes of one value of each type."""
_CODES: Final[dict[int, str]] = {
    **dict.fromkeys((Type.BYTE, Type.ASCII, Type.UNDEFINED, Type.UTF8), "B"),
    Type.SBYTE: "b",
    Type.SHORT: "H",
    Type.SSHORT: "h",
    Type.LONG: "I",
    Type.IFD: "I",
    Type.SLONG: "i",
    Type.RATIONAL: "I",
    Type.SRATIONAL: "i",
    Type.FLOAT: "f",
    Type.DOUBLE: "d",
    Type.LONG8: "Q",
    Type.IFD8: "Q",
    Type.SLONG8: "q",
}


class Entry(NamedTuple):
    """A tag of a directory: `size` bytes of value stand at `at`, in the entry itself when `inline`."""

    place: int
    tag: int
    type: int
    count: int  # type: ignore[assignment]
    size: int
    at: int
    inline: bool


class Directory(NamedTuple):
    """A directory at `at`: its entries, the position of its pointer to the next one, and that pointer."""

    at: int
    entries: tuple[Entry, ...]
    link: int
    next: int

    def entry(self, tag: int) -> Entry | None:
        """The first entry of that tag."""
        return next((entry for entry in self.entries if entry.tag == tag), None)


@dataclass
class Tiff:
    """A TIFF structure. `big` is BigTIFF; `first` the position of the first directory."""

    source: Source
    little: bool
    big: bool
    first: int
    _seen: set[int] = field(default_factory=set)
    _walked: int = 0

    @property
    def width(self) -> int:
        """The bytes of an offset."""
        return 8 if self.big else 4

    @property
    def entry_size(self) -> int:
        """The bytes of an entry."""
        return 20 if self.big else 12

    @property
    def count_size(self) -> int:
        """The bytes of the count of entries that a directory begins with."""
        return 8 if self.big else 2

    def number(self, at: int, length: int) -> int:
        """An unsigned integer in the order of bytes of this structure. Raises `Damaged` beyond the end."""
        return self.source.number(at, length, little=self.little)

    def packed(self, value: int, length: int) -> bytes:
        """The bytes of an unsigned integer."""
        return value.to_bytes(length, "little" if self.little else "big")

    def directory(self, at: int) -> Directory:
        """The directory at `at`.

        Raises:
            Damaged: it does not fit, was read before (they form a loop), or they lie over one another.
            Unsupported: more directories than anybody writes.
        """
        if at in self._seen:
            raise Damaged("a directory comes twice", at)
        self._seen.add(at)
        count = self.number(at, self.count_size)
        if count > MOST_ENTRIES:
            raise Damaged(f"a directory of {count:,} tags", at)
        start, length = at + self.count_size, count * self.entry_size
        self._walked += length
        if self._walked > self.source.size:
            raise Damaged("directories that lie over one another", at)
        if len(self._seen) > MOST_DIRECTORIES:
            raise Unsupported("more directories than can be read", at)
        raw = self.source.read(start, length)
        entries = tuple(self._entry(raw, start, place) for place in range(0, length, self.entry_size))
        link = start + length
        # a writer may leave out the last pointer where the structure ends
        following = self.number(link, self.width) if link + self.width <= self.source.size else 0
        return Directory(at, entries, link, following)

    def chain(self, first: int) -> list[Directory]:
        """The directories from `first` on, each named by the one before. Raises as `directory`."""
        found = []
        while first:
            found.append(self.directory(first))
            first = found[-1].next
        return found

    def raw(self, entry: Entry, most: int | None = None) -> bytes:
        """The bytes of a value, of `most` at most. Raises `Damaged` where they stand beyond the end."""
        return self.source.read(entry.at, entry.size if most is None else min(entry.size, most))

    def numbers(self, entry: Entry, most: int | None = None) -> Sequence[int]:
        """Whole numbers, `most` at most; pairs of rationals one after the other; none for other types.

        Raises:
            Damaged: they stand beyond the end.
        """
        code = _CODES.get(entry.type, "")
        if code in ("", "f", "d"):
            return ()
        return self._array(entry, code, most)

    def one(self, entry: Entry | None) -> int | None:
        """The first whole number of an entry, if there is one. Raises as `numbers`."""
        found = self.numbers(entry, 1) if entry else ()
        return found[0] if found else None

    def values(self, entry: Entry, most: int) -> list[float]:
        """Numbers of any kind, rationals divided (NaN for those over 0). Raises as `numbers`."""
        code = _CODES.get(entry.type, "B")
        found: list[float] = list(self._array(entry, code, 2 * most if _rational(entry.type) else most))
        if not _rational(entry.type):
            return found
        pairs = zip(found[::2], found[1::2], strict=False)
        return [above / below if below else float("nan") for above, below in pairs]

    def _array(self, entry: Entry, code: str, most: int | None) -> "array[int]":
        found: array[int] = array(code)
        limit = entry.size if most is None else min(entry.size, most * found.itemsize)
        found.frombytes(self.raw(entry, limit - limit % found.itemsize))
        if self.little != (sys.byteorder == "little"):
            found.byteswap()
        return found

    def _entry(self, raw: bytes, start: int, place: int) -> Entry:
        shape = ("<" if self.little else ">") + ("HHQ" if self.big else "HHI")
        tag, kind, count = struct.unpack_from(shape, raw, place)
        size = count * SIZES.get(kind, 1)
        value = place + self.entry_size - self.width
        if size <= self.width:
            return Entry(start + place, tag, kind, count, size, start + value, inline=True)
        at = int.from_bytes(raw[value : value + self.width], "little" if self.little else "big")
        return Entry(start + place, tag, kind, count, size, at, inline=False)


def _rational(kind: int) -> bool:
    return kind in (Type.RATIONAL, Type.SRATIONAL)


def read_header(source: Source) -> Tiff:
    """The TIFF structure that a file is.

    Raises:
        Damaged: it is none, or its header is not whole.
    """
    little = {b"II": True, b"MM": False}.get(source.read(0, 2))
    if little is None:
        raise Damaged("no order of bytes is named", 0)
    magic = source.number(2, 2, little=little)
    if magic == 42:
        return Tiff(source, little, big=False, first=source.number(4, 4, little=little))
    if magic != 43 or source.number(4, 4, little=little) != (8 if little else 8 << 16):
        raise Damaged("no TIFF structure", 2)
    return Tiff(source, little, big=True, first=source.number(8, 8, little=little))


def of_bytes(data: bytes) -> Tiff:
    """The TIFF structure of a block. Raises `Damaged`."""
    return read_header(Source(io.BytesIO(data)))
