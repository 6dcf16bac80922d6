"""User data behind start codes: MPEG-4 part 2 (14496-2, 6.2.2) and MPEG-2 video (H.262, 6.2.2.2)."""

import re
from collections.abc import Iterator
from typing import Final

_USER_DATA: Final = b"\0\0\x01\xb2"
_START: Final = b"\0\0\x01"
_NEEDED = re.compile(rb"(XviD\d{1,4}C?|DivX\d+(b|Build)\d+p?)\0?")
"""Encoders whose mistakes decoders make good when they read these names; nothing of a person or device is in them."""


def user_data(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, new bytes) of what stands behind each start code of user data; 0xFF cannot look like a start."""
    at = data.find(_USER_DATA)
    while at >= 0:
        start = at + 4
        end = data.find(_START, start)
        end = len(data) if end < 0 else end
        stop = start + len(data[start:end].rstrip(b"\0"))
        if stop > start and not _NEEDED.fullmatch(data[start:stop]):
            yield start, stop, b"\xff" * (stop - start)
        at = data.find(_USER_DATA, end)
