"""DV (IEC 61834-2, SMPTE 314M and 370M): recorders write date, time and the camera into each frame."""

from collections.abc import Iterator
from typing import Final

_BLOCK: Final = 80
_SUBCODE, _VAUX, _AUDIO, _VIDEO = 1, 2, 3, 4
_KEPT: Final = frozenset({0x50, 0x51, 0x60, 0x61, 0xFF})
"""Packs that decoders need: source and source control of sound and of picture; and the one that says nothing."""


def dv_frame(data: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of packs of five bytes in a frame that become 0xFF, which is a pack without information."""
    for block in range(0, len(data) - _BLOCK + 1, _BLOCK):
        section = data[block] >> 5
        if section == _VIDEO:
            continue
        for pack in _packs(section):
            at = block + pack
            if data[at] not in _KEPT or (data[at] == 0xFF and data[at : at + 5] != b"\xff" * 5):
                yield at, at + 5


def _packs(section: int) -> range:
    """Where packs begin in a block of a section."""
    if section == _SUBCODE:
        return range(6, 6 + 6 * 8, 8)
    if section == _VAUX:
        return range(3, 3 + 15 * 5, 5)
    return range(3, 8, 5) if section == _AUDIO else range(0)
