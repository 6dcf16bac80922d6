"""Units of AV1 (AV1 bitstream specification, 5.3 and 5.8): metadata that no decoder needs becomes padding."""

from collections.abc import Iterator
from typing import Final

from copwatch.media.refusal import Damaged

_METADATA: Final = 5
_PADDING: Final = 15
_KEPT: Final = frozenset({1, 2, 3, 4, 6, 7, 8})
"""Sequence header, temporal delimiter, frame header, tile group, frame, redundant frame header, tile list."""
_KEPT_METADATA: Final = frozenset({1, 2, 3})
"""Content light level, mastering display, scalability."""


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


def replacement(kind: int, unit: bytes, header: int) -> bytes | None:
    """The padding that stands for a unit afterwards, of the same length; None when the unit stays."""
    if kind in _KEPT or (kind == _METADATA and leb128(unit, header)[0] in _KEPT_METADATA):
        return None
    first = bytes([unit[0] & 0x87 | _PADDING << 3])
    size = len(unit) - header
    return first + unit[1:header] + (bytes(size - 1) + b"\x80" if size else b"")


def must_be_seen(kind: int) -> bool:
    """Whether more than the header of such a unit has to be looked at."""
    return kind not in _KEPT


def blanked_obus(data: bytes, at: int, end: int, where: int) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, new bytes) of units in `data` that do not stay."""
    while at < end:
        kind, header, size = unit_header(data[at : at + 10], end - at, where + at)
        new = replacement(kind, data[at : at + header + size], header)
        if new is not None:
            yield at, at + header + size, new
        at += header + size
