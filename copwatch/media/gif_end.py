"""Where the compressed data of a GIF picture end (GIF89a, appendix F): behind the code that says so.

Nothing is decompressed. How wide a code is follows from how many codes came since the last code that empties the table,
so only those two special codes are looked for, in many codes at once.
"""

from typing import Final

_WIDEST: Final = 12
_AT_ONCE: Final = 4096
MOST_STEPS: Final = 200_000
"""A file that needs more of them is made to keep us busy; then its end is not known."""
_ONES: Final = {width: ((1 << _AT_ONCE * width) - 1) // ((1 << width) - 1) for width in range(1, _WIDEST + 1)}
"""The lowest bit of each of as many codes."""


class PictureEnd:
    """Takes the data of one picture as they come. `end` is how many bytes they have, once that is known.

    `steps` is how many are left of those that may be taken.
    """

    def __init__(self, bits: int, steps: int = MOST_STEPS) -> None:
        self._clear, self._stop = 1 << bits, (1 << bits) + 1
        self._bits = bits
        self._held, self._before, self._bit = bytearray(), 0, 0
        self.steps = steps
        self.end: int | None = None
        self._empty()

    @property
    def lost(self) -> bool:
        """Whether the end will not be found."""
        return self.steps <= 0

    def feed(self, data: bytes) -> None:
        """The next bytes."""
        if self.end is not None or self.lost:
            return
        self._held += data
        if len(self._held) >= _AT_ONCE:
            self._look()

    def close(self) -> int | None:
        """There are no more of them. Where they end; None where no code says so."""
        self._look()
        return self.end

    def _look(self) -> None:
        while self.end is None and not self.lost:
            count = min(self._left, (8 * len(self._held) - self._bit) // self._width, _AT_ONCE)
            if count <= 0:
                break
            self.steps -= 1
            self._codes(count)
        whole = self._bit // 8
        del self._held[:whole]
        self._before, self._bit = self._before + whole, self._bit % 8

    def _codes(self, count: int) -> None:
        width = self._width
        first, last = self._bit // 8, (self._bit + count * width + 7) // 8
        number = int.from_bytes(self._held[first:last], "little") >> self._bit % 8
        cleared = _first(number, count, width, self._clear)
        stopped = _first(number, count, width, self._stop)
        if stopped < min(cleared, count):
            self._bit += (stopped + 1) * width
            self.end = self._before + (self._bit + 7) // 8
        elif cleared < count:
            self._bit += (cleared + 1) * width
            self._empty()
        else:
            self._bit += count * width
            self._left -= count
            if not self._left:
                self._widen(width + 1)

    def _empty(self) -> None:
        self._widen(self._bits + 1)
        self._left -= 1  # the first code after this one puts nothing into the table

    def _widen(self, width: int) -> None:
        """The table then takes half as many codes as there are of this width, and any number of the widest."""
        self._width = min(width, _WIDEST)
        self._left = 1 << width - 1 if width < _WIDEST else 1 << 62


def _first(number: int, count: int, width: int, code: int) -> int:
    """The place of the first of `count` codes in the bits of `number` that is this one; `count` when there is none.

    All are compared in one calculation: what differs in no bit carries nothing into the highest bit of its place.
    """
    ones = _ONES[width] & (1 << count * width) - 1
    below = ones * ((1 << width - 1) - 1)
    differs = (number ^ ones * code) & (1 << count * width) - 1
    same = (ones << width - 1) & ~((differs & below) + below | differs)
    return (same & -same).bit_length() // width - 1 if same else count
