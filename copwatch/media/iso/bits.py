"""Reading numbers of bits, and numbers in the code of Exp-Golomb (ITU-T H.264, 9.1; H.265, 9.2)."""

from typing import Final

_MOST_ZEROS: Final = 32


class Bits:
    """Reads numbers of bits; behind the end there are zeros, and `left` is below 0."""

    def __init__(self, data: bytes) -> None:
        self._value, self.left = int.from_bytes(data, "big"), 8 * len(data)
        self.length = self.left

    @property
    def position(self) -> int:
        """How many bits were read."""
        return self.length - self.left

    def take(self, count: int) -> int:
        """The next number of so many bits."""
        self.left -= count
        if self.left < 0:
            return 0
        return self._value >> self.left & ((1 << count) - 1)

    def look(self, count: int) -> int:
        """The next number of so many bits, which are there, and are not passed over."""
        return self._value >> self.left - count & ((1 << count) - 1)

    def many(self, *counts: int) -> None:
        """Passes over numbers of so many bits each."""
        for count in counts:
            self.take(count)

    def golomb(self) -> int:
        """An unsigned number in the code of Exp-Golomb."""
        rest = self._value & ((1 << max(self.left, 0)) - 1)
        zeros = self.left - rest.bit_length()
        if not rest or zeros > _MOST_ZEROS:
            self.left = -1
            return 0
        self.left -= zeros + 1
        return (1 << zeros) - 1 + self.take(zeros)

    def golombs(self, count: int) -> None:
        """Passes over so many of them."""
        for _ in range(count):
            if self.left < 0:
                return
            self.golomb()

    def signed(self) -> int:
        """A signed number in the same code (9.1.1)."""
        code = self.golomb()
        return (code + 1) // 2 if code & 1 else -(code // 2)

    def ended(self) -> bool:
        """Whether nothing follows but what fills up the last byte: a 1 or none, and zeros."""
        if self.left <= 0:
            return True
        rest = self._value & ((1 << self.left) - 1)
        return rest in (0, 1 << self.left - 1)
