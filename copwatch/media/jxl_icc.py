"""The colour profile in a JPEG XL codestream (ISO/IEC 18181-1, annex E.4): what it is, and another in its place.

A profile is taken apart into commands and data, which are entropy coded. What is written is always written in the same
way, with one plain code: nothing is in the bits but the profile.
"""

from collections.abc import Iterator
from typing import Final

from copwatch.media.jxl_bits import Bits
from copwatch.media.jxl_entropy import Entropy
from copwatch.media.jxl_unpredict import header_guess, unpredicted
from copwatch.media.refusal import Unsupported

_LONGEST: Final = 2 << 20
"""Bytes of a profile when it is coded; those of presses have about one million."""
_HEADER: Final = 128
_CONTEXTS: Final = 41
_INSERT: Final = 1


def profile(bits: Bits) -> bytes:
    """Reads a coded profile.

    Raises:
        Damaged: it is not coded as it should be.
        Unsupported: it is longer than any.
    """
    size = bits.long()
    if size > _LONGEST:
        raise Unsupported("a colour profile that is longer than any")
    numbers = Entropy(bits, _CONTEXTS)
    found = bytearray()
    last = before = 0
    for place in range(size):
        context = 0 if place <= _HEADER else 1 + _LAST[last] + 8 * _BEFORE[before]
        last, before = numbers.read(context) & 0xFF, last
        found.append(last)
    numbers.end()
    return unpredicted(bytes(found))


def _letters(byte: int) -> int | None:
    if chr(byte).isascii() and chr(byte).isalnum():
        return int(chr(byte).isdigit())
    return 1 if byte in b".," else None


def _kinds() -> Iterator[tuple[int, int]]:
    """Of each byte its kind as the last and as the one before that (E.4.2)."""
    for byte in range(256):
        kind = _letters(byte)
        if kind is not None:
            yield kind, kind
        elif byte < 16:
            yield {0: 2, 1: 3}.get(byte, 4), 2
        elif byte > 240:
            yield (6 if byte == 255 else 5), 3
        else:
            yield 7, 4


_LAST, _BEFORE = zip(*_kinds(), strict=True)


def coded(profile_: bytes) -> tuple[int, int]:
    """A profile of at least 128 bytes as the bits that `profile` reads: (their value, their count)."""
    guess = header_guess(profile_)
    header = bytes(byte - other & 0xFF for byte, other in zip(profile_, guess, strict=False))
    commands = b"\0" + bytes([_INSERT]) + _varint(len(profile_) - _HEADER)
    data = _varint(len(profile_)) + _varint(len(commands)) + commands + header + profile_[_HEADER:]
    bits = _long(len(data)) + "0" + "100"  # no copies; all contexts have one code
    bits += "1" + "1111"  # a prefix code, whose tokens are the numbers
    bits += "1" + "1110" + "1111111"  # of 256 symbols
    bits += "00" + "".join("01" if symbol == 8 else "00" for symbol in _LENGTHS)  # all of 8 bits
    return _packed(bits, data)


_LENGTHS: Final = (1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15)


def _packed(head: str, data: bytes) -> tuple[int, int]:
    """Bits as they are read, one after the other, and bytes behind them, the highest bit of each first."""
    turned = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
    value = int(head[::-1], 2) | int.from_bytes(data.translate(turned), "little") << len(head)
    return value, len(head) + 8 * len(data)


def _long(number: int) -> str:
    """A `U64` (9.2) of more than 16, as bits in the order in which they are read."""
    if number < 273:
        return "10" + f"{number - 17:08b}"[::-1]
    found, number = "11" + f"{number & 0xFFF:012b}"[::-1], number >> 12
    while number:
        found, number = found + "1" + f"{number & 0xFF:08b}"[::-1], number >> 8
    return found + "0"


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes(found) + bytes([number])
