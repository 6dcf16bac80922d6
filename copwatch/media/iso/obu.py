"""Units of AV1 (AV1 bitstream specification, 5.3 and 5.8): metadata that no decoder needs becomes padding."""

from collections.abc import Iterator
from typing import Final

from copwatch.media.iso.av1_sequence import end_of_sequence_header
from copwatch.media.refusal import Damaged, Unsupported

_SEQUENCE, _DELIMITER, _METADATA, _PADDING = 1, 2, 5, 15
_CODED: Final = frozenset({3, 4, 6})
"""Frame header, tile group, frame."""
_STRANGE: Final = frozenset({7, 8})
"""Redundant frame header, tile list: decoders read them in different ways, and no file of a recorder has them."""
_KEPT_METADATA: Final = {1: 4, 2: 24, 3: 1}
"""Content light level, mastering display, scalability, and how long they are (5.8.3 to 5.8.5)."""
_OWN_STRUCTURE: Final = 14
_LONGEST_STRUCTURE: Final = 64


def leb128(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to 8 bytes, and where it ends; behind the end of `data` when it is cut short (4.10.5)."""
    value = 0
    for index in range(8):
        if at + index >= len(data):
            return 0, len(data) + 1
        value |= (data[at + index] & 0x7F) << 7 * index
        if not data[at + index] & 0x80:
            return value, at + index + 1
    return 0, len(data) + 1


def unit_header(data: bytes, left: int, where: int) -> tuple[int, int, int]:
    """(type, header length, payload length) of a unit of which `data` has the first bytes and `left` remain in all."""
    first = data[0]
    header = 2 if first & 4 else 1
    if header > left:
        raise Damaged("a unit of the picture's stream is cut short", where)
    if not first & 2:
        return first >> 3 & 15, header, left - header
    size, after = leb128(data, header)
    if first & 0x80 or after > len(data) or after + size > left:
        raise Damaged("a unit of the picture's stream is longer than its sample", where)
    return first >> 3 & 15, after, size


def replacement(kind: int, unit: bytes, header: int, where: int | None = None) -> tuple[int, bytes] | None:
    """From which byte of a unit on something else stands afterwards, and what, up to its end; None when all stays.

    A unit that goes becomes padding. Behind the syntax of one that stays there are trailing bits, 1 and zeros, in any
    number (5.3.1), which say nothing.

    Raises:
        Unsupported: a unit of which it is not certain how decoders read it.
    """
    if kind in _CODED:
        return None
    if kind in _STRANGE:
        raise Unsupported("a unit of AV1 that no recorder writes", where)
    end = _end(kind, unit, header)
    if end is None:
        first = bytes([unit[0] & 0x87 | _PADDING << 3])
        size = len(unit) - header
        return 0, first + unit[1:header] + (bytes(size - 1) + b"\x80" if size else b"")
    if kind == _SEQUENCE:  # the trailing bit stands before the end
        return (end, bytes(len(unit) - end)) if end < len(unit) else None
    plain = end == len(unit) or unit[end:] == b"\x80"
    return None if plain else (end, _trailing(len(unit) - end))


def _trailing(length: int) -> bytes:
    return (b"\x80" + bytes(length - 1))[:length]


def _end(kind: int, unit: bytes, header: int) -> int | None:
    """Where what a unit says ends; None for one that says nothing that is needed."""
    if kind == _DELIMITER:
        return header
    if kind == _SEQUENCE:
        end = end_of_sequence_header(unit[header:])
        return len(unit) if end is None else header + end
    kept, at = leb128(unit, header) if kind == _METADATA else (0, header)
    if kept not in _KEPT_METADATA:
        return None
    length = _KEPT_METADATA[kept]
    if kept == 3 and unit[at : at + 1] == bytes([_OWN_STRUCTURE]):
        length = _LONGEST_STRUCTURE
    return min(at + length, len(unit))


def must_be_seen(kind: int) -> bool:
    """Whether more than the header of such a unit has to be looked at."""
    return kind not in _CODED


def blanked_obus(data: bytes, at: int, end: int, where: int) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, new bytes) of units in `data` that do not stay."""
    while at < end:
        kind, header, size = unit_header(data[at : at + 10], end - at, where + at)
        if must_be_seen(kind):
            change = replacement(kind, data[at : at + header + size], header, where + at)
            if change is not None:
                yield at + change[0], at + header + size, change[1]
        at += header + size
