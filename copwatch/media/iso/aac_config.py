"""Texts in AAC (ISO/IEC 14496-3): in and behind a configuration (1.6.2.1), and by encoders in the first frame."""

from typing import Final

from copwatch.media.iso.bits import Bits
from copwatch.media.refusal import Unsupported

_ESCAPE: Final = 31
_EXPLICIT_RATE: Final = 15
_EXTENDED: Final = (5, 29)
_GENERAL: Final = frozenset({1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23})
"""Object types whose configuration is a GASpecificConfig (4.4.1)."""
_FILL_ELEMENT: Final = 6
_LONGEST: Final = 512
_SCALABLE: Final = (6, 20)
_RESILIENT: Final = (17, 19, 20, 21, 22, 23)
_SYNC_SBR: Final = 0x2B7
_SYNC_PS: Final = 0x548
_ACTED_ON: Final = b"libfaac "
"""The one name that decoders act on: they leave out what this encoder put before the sound."""


def needless(data: bytes) -> list[tuple[int, int]]:
    """(start, length), in bytes, of what no decoder needs of a configuration: a comment, and what stands behind it.

    Raises:
        Unsupported: behind its end stands what some decoders would take for an extension.
    """
    start, length = comment(data)
    found = [(start, length)] if length else []
    end = _end(data)
    if end is None or end == len(data):
        return found
    rest = int.from_bytes(data[end - 1 : _LONGEST], "big")
    if data[_LONGEST:].strip(b"\0") or any(
        rest >> at & 0x7FF == _SYNC_SBR for at in range(8 * (len(data) - end))
    ):
        raise Unsupported("a configuration of AAC that decoders read in different ways")
    return [*found, (end, len(data) - end)]


def comment(data: bytes) -> tuple[int, int]:
    """Start and length, in bytes, of the comment in a configuration; length 0 where there is none."""
    bits = Bits(data[:_LONGEST])
    _, kind, channels = _head(bits)
    if channels or kind not in _GENERAL:
        return 0, 0
    _general(bits)
    _program(bits)
    start = -(-bits.position // 8)
    if start >= len(data):
        return 0, 0
    return start + 1, min(data[start], len(data) - start - 1)


def _head(bits: Bits) -> tuple[int, int, int]:
    """The object type that is named first, the one that is coded, and the configuration of channels."""
    first = kind = _object_type(bits)
    _rate(bits)
    channels = bits.take(4)
    if kind in _EXTENDED:
        _rate(bits)
        kind = _object_type(bits)
    return first, kind, channels


def _general(bits: Bits) -> int:
    """GASpecificConfig (4.4.1) up to the program configuration; whether something extends it."""
    bits.take(1)
    if bits.take(1):
        bits.take(14)
    return bits.take(1)


def _end(data: bytes) -> int | None:
    """Where a configuration ends, in bytes; None where that cannot be said."""
    bits = Bits(data[:_LONGEST])
    first, kind, channels = _head(bits)
    if kind not in _GENERAL or kind == 22:
        return None
    extended = _general(bits)
    if not channels:
        _program(bits)
        bits.take(-bits.position % 8)
        bits.take(8 * bits.take(8))
    bits.take(3 if kind in _SCALABLE else 0)
    if extended:
        bits.take(4 if kind in (17, 19, 20, 23) else 1)
    bits.take(2 if kind in _RESILIENT else 0)
    if first not in _EXTENDED:
        _extension(bits)
    return -(-bits.position // 8) if bits.left >= 0 else None


def _extension(bits: Bits) -> None:
    """What says that the sound has higher frequencies, in a way that old decoders do not see (1.6.6.1)."""
    if bits.left < 16 or bits.look(11) != _SYNC_SBR:
        return
    bits.take(11)
    if _object_type(bits) == 5 and bits.take(1):
        _rate(bits)
        if bits.left >= 12 and bits.look(11) == _SYNC_PS:
            bits.take(12)


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
