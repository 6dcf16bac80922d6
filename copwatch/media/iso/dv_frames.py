"""DV (IEC 61834-2, SMPTE 314M and 370M): recorders write date, time and the camera into each frame."""

from collections.abc import Iterator
from typing import Final

_BLOCK: Final = 80
_SUBCODE, _VAUX, _AUDIO, _VIDEO = 1, 2, 3, 4
_KEPT: Final = frozenset({0x50, 0x51, 0x60, 0x61})
"""Packs that decoders need: source and source control of sound and of picture."""
_NOTHING: Final = b"\xff" * 5
"""A pack without information."""


def dv_frame(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, new bytes) of what a frame holds beside picture and sound."""
    at = 0
    while at + _BLOCK <= len(data):
        section, start = data[at] >> 5, at
        at += _BLOCK
        if section == _AUDIO:
            yield start + 3, start + 8, data[start + 3 : start + 8] if data[start + 3] in _KEPT else _NOTHING
        elif section != _VIDEO:
            while at + _BLOCK <= len(data) and data[at] >> 5 not in (_AUDIO, _VIDEO):
                at += _BLOCK
            yield start, at, _without_packs(data[start:at])


def _without_packs(blocks: bytes) -> bytes:
    """Blocks of headers, of subcode and of auxiliary data, with only the packs that decoders need."""
    new = bytearray(blocks)
    for block in range(0, len(blocks), _BLOCK):
        for pack in _PACKS.get(blocks[block] >> 5, ()):
            at = block + pack
            if blocks[at] not in _KEPT:
                new[at : at + 5] = _NOTHING
    return bytes(new)


_PACKS: Final = {_SUBCODE: range(6, 6 + 6 * 8, 8), _VAUX: range(3, 3 + 15 * 5, 5)}
"""Where packs begin in a block of a section."""
