"""Motion JPEG: pictures of ITU-T T.81 one behind the other, without what applications wrote into them."""

import re
from collections.abc import Iterator
from typing import Final

_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_SOI, _EOI, _SOS, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APPLICATIONS: Final = range(0xE0, 0xF0)


def jpeg_frame(data: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of what is blanked in a sample: contents of application segments and comments, and the trailer."""
    at = 0
    while (found := _NEXT_MARKER.search(data, at)) is not None:
        marker, at = data[found.start() + 1], found.end()
        if marker == _EOI:
            field = data.find(b"\xff\xd8", at)
            end = len(data) if field < 0 else field
            if end > at:
                yield at, end
            at = end
        if marker in (_SOI, _EOI, 0x01):
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            return
        if marker == _COMMENT or marker in _APPLICATIONS:
            start = at + 2 + _needed(marker, data[at + 2 : at + length])
            if start < at + length:
                yield start, at + length
        at += length


def _needed(marker: int, content: bytes) -> int:
    """How many bytes of a segment decoders need: JFIF's and Adobe's fields, and those of motion JPEG's fields."""
    if marker == 0xE0 and content.startswith(b"JFIF\0"):
        return 14
    if marker == 0xE0 and content.startswith(b"AVI1"):
        return len(content) if len(content) <= 16 else 16
    if marker == 0xE1 and content[4:8] == b"mjpg":
        return min(len(content), 40)
    if marker == 0xEE and content.startswith(b"Adobe"):
        return 12
    return 0
