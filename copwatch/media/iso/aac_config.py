"""Texts by encoders of AAC (ISO/IEC 14496-3): behind a program configuration (1.6.2.1), and in the first frame."""

from typing import Final

from copwatch.media.iso.bits import Bits

_ESCAPE: Final = 31
_EXPLICIT_RATE: Final = 15
_EXTENDED: Final = (5, 29)
_GENERAL: Final = frozenset({1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23})
"""Object types whose configuration is a GASpecificConfig (4.4.1)."""
_FILL_ELEMENT: Final = 6
_ACTED_ON: Final = b"libfaac "
"""The one name that decoders act on: they leave out what this encoder put before the sound."""


def comment(data: bytes) -> tuple[int, int]:
    """Start and length, in bytes, of the comment in a configuration; length 0 where there is none."""
    bits = Bits(data[:512])
    kind = _object_type(bits)
    _rate(bits)
    channels = bits.take(4)
    if kind in _EXTENDED:
        _rate(bits)
        kind = _object_type(bits)
    if channels or kind not in _GENERAL:
        return 0, 0
    bits.take(1)
    if bits.take(1):
        bits.take(14)
    bits.take(1)
    _program(bits)
    start = -(-bits.position // 8)
    if start >= len(data):
        return 0, 0
    return start + 1, min(data[start], len(data) - start - 1)


def encoder_name(head: bytes) -> tuple[int, int]:
    """Start and end of the name in a fill element with which a frame begins (4.4.2.7); 0 and 0 where there is none.

    What follows the type of the element (0: fill) are bits of no meaning; the whole bytes among them are meant. `head`
    are the first 300 bytes of the frame, or all of it.
    """
    if len(head) < 4 or head[0] >> 5 != _FILL_ELEMENT:
        return 0, 0
    bits = int.from_bytes(head[:4], "big")
    count, at = bits >> 25 & 15, 7
    if count == 15:
        count, at = 14 + (bits >> 17 & 255), 15
    kind = bits >> 28 - at & 15
    low, high = (at + 4 + 7) // 8, (at + 8 * count) // 8
    if kind or not count or high > len(head) or high <= low or _ACTED_ON in head[low - 1 : high]:
        return 0, 0
    return low, high


def _object_type(bits: Bits) -> int:
    kind = bits.take(5)
    return 32 + bits.take(6) if kind == _ESCAPE else kind


def _rate(bits: Bits) -> None:
    if bits.take(4) == _EXPLICIT_RATE:
        bits.take(24)


def _program(bits: Bits) -> None:
    """`program_config_element` up to its comment (4.4.1.1)."""
    bits.take(4 + 2 + 4)
    pairs = sum(bits.take(4) for _ in range(3))
    low, data, coupling = bits.take(2), bits.take(3), bits.take(4)
    for length in (4, 4, 3):
        if bits.take(1):
            bits.take(length)
    bits.take(5 * pairs + 4 * low + 4 * data + 5 * coupling)
