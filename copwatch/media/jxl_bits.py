"""Bits of a JPEG XL codestream, the lowest of each byte first, and its variable fields (ISO/IEC 18181-1, 9.2)."""

from collections.abc import Callable
from typing import Final

from copwatch.media.refusal import Damaged, Unsupported

MOST_FIELDS = 3_000_000
_AHEAD = 4096

Choice = tuple[int, int]
"""One of the four forms of a `U32`: (bits that follow, what is added to them)."""


def choices(*forms: int | Choice) -> tuple[Choice, ...]:
    """Four forms; a plain number is one without bits."""
    return tuple((0, form) if isinstance(form, int) else form for form in forms)


ENUM: Final = choices(0, 1, (4, 2), (6, 18))
_NAME: Final = choices(0, (4, 0), (5, 16), (10, 48))


class Bits:
    """Reads from a codestream of `size` bytes.

    `names` are the stretches (start, length), in bits, that hold text; `profile` says from which bit to which a coded
    profile stands, and what it is.
    """

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        self._read, self._size = read, size
        self._start, self._window, self._reads = 0, b"", 0
        self.at = 0
        self.names: list[tuple[int, int]] = []
        self.profile: tuple[int, int, bytes] | None = None

    def bits(self, count: int) -> int:
        """An unsigned number of up to 64 bits. Raises `Damaged` at the end of the codestream."""
        if self.at + count > 8 * self._size:
            raise Damaged("the picture ends within its headers")
        self.count(1)
        value = self.peek(count)
        self.at += count
        return value

    def peek(self, count: int) -> int:
        """The next bits, which are read again; zeros stand for those behind the end."""
        first, last = self.at >> 3, min((self.at + count + 7) >> 3, self._size)
        if first < self._start or last > self._start + len(self._window):
            self._start, self._window = first, self._read(first, max(0, min(_AHEAD, self._size - first)))
        value = int.from_bytes(self._window[first - self._start : last - self._start], "little")
        return value >> (self.at & 7) & ((1 << count) - 1)

    def count(self, fields: int) -> None:
        """So many more were read. Raises `Unsupported` when there are too many of them."""
        self._reads += fields
        if self._reads > MOST_FIELDS:
            raise Unsupported("its headers have more fields than any camera writes")

    def flag(self) -> bool:
        """One bit."""
        return bool(self.bits(1))

    def number(self, forms: tuple[Choice, ...]) -> int:
        """A `U32`: two bits choose its form."""
        width, more = forms[self.bits(2)]
        return self.bits(width) + more

    def long(self) -> int:
        """A `U64`."""
        form = self.bits(2)
        if form < 3:
            return (0, 1, 17)[form] + self.bits((0, 4, 8)[form])
        value, shift = self.bits(12), 12
        while self.flag():
            width = 4 if shift == 60 else 8
            value |= self.bits(width) << shift
            if shift == 60:
                break
            shift += width
        return value

    def skip(self, count: int) -> None:
        """Passes over bits, such as half-precision numbers (16 each)."""
        self.at += count

    def enum(self) -> int:
        """One of a list of values."""
        return self.number(ENUM)

    def name(self) -> None:
        """Text in UTF-8."""
        length = 8 * self.number(_NAME)
        if length:
            self.names.append((self.at, length))
        self.skip(length)

    def extensions(self) -> None:
        """What a later standard may add. Raises `Unsupported` when there is any."""
        if self.long():
            raise Unsupported("an extension of the coding of the picture that is not known")

    def align(self) -> None:
        """Goes to the beginning of the next byte."""
        self.at = (self.at + 7) & ~7
