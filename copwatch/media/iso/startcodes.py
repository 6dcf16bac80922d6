"""What stands behind start codes of MPEG-2 video (H.262) and MPEG-4 part 2 (14496-2) and is no picture.

User data (H.262, 6.2.2.2; 14496-2, 6.2.2) become 0xFF, which cannot look like a start. The time code of a group of
pictures (H.262, 6.2.2.6), which no decoder needs, becomes zero; so does the number of a work (6.2.3.6). From the time
codes of MPEG-4 (14496-2, 6.2.4) decoders take how far pictures are apart: the first is subtracted from all.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from copwatch.media.facts import Danger
from copwatch.media.refusal import Unsupported

TEXTS_WHAT: Final = "user data in the picture's stream"
_TIME_WHAT: Final = "time code in the picture's stream"
_START: Final = b"\0\0\x01"
_NEEDED = re.compile(rb"(XviD\d{1,4}C?|DivX\d{1,5}(b|Build)\d{1,6}p?)\0?")
"""Encoders whose mistakes decoders make good when they read these names; nothing of a person or device is in them."""
_MPEG2 = re.compile(rb"\0\0\x01[\xb2\xb5\xb8]")
_MPEG4 = re.compile(rb"\0\0\x01[\xb2\xb3\xb6]")
_USER_DATA, _GROUP4, _EXTENSION, _PICTURE, _GROUP2 = 0xB2, 0xB3, 0xB5, 0xB6, 0xB8
_COPYRIGHT: Final = 4
_NO_WORK: Final = int(f"0100{0:017b}1{0:020b}1{0:022b}1{0:022b}", 2).to_bytes(11, "big")
_LONGEST: Final = {1: 6, 2: 8, 3: 257, 4: 11, 5: 14, 7: 14, 8: 7, 9: 7, 10: 4}
"""Bytes of each extension of MPEG-2 (H.262, 6.2.2.3 to 6.2.3.6) at the most; the others are reserved."""
_DAY: Final = 24 * 60 * 60


class Found(NamedTuple):
    """What is no picture: where it stands, and what stands there afterwards, in the same length."""

    start: int
    end: int
    new: bytes
    what: str = TEXTS_WHAT
    danger: Danger = Danger.SOFTWARE


class StartCodes:
    """Looks through the samples of one stream, in their order."""

    def __init__(self, *, mpeg4: bool) -> None:
        self._codes = _MPEG4 if mpeg4 else _MPEG2
        self._first: int | None = None
        self._pictures = self._elapsed = 0

    def found(self, data: bytes) -> Iterator[Found]:
        """What is not to stay of a sample, or of a decoder's settings, in order.

        Raises:
            Unsupported: a time of day begins among pictures, so that nothing shows how far they are apart.
        """
        code = self._codes.search(data)
        while code is not None:
            at, kind = code.end(), data[code.end() - 1]
            if kind == _PICTURE:
                self._passed(data[at : at + 8])
            else:
                end = data.find(_START, at)
                end = len(data) if end < 0 else end
                yield from self._behind(kind, at, data[at:end])
            code = self._codes.search(data, at)

    def _behind(self, kind: int, at: int, room: bytes) -> Iterator[Found]:
        if kind == _USER_DATA:
            content = room.rstrip(b"\0")
            if content and not _NEEDED.fullmatch(content):
                yield Found(at, at + len(content), b"\xff" * len(content))
        elif kind == _EXTENSION:
            yield from _extension(at, room)
        elif kind == _GROUP2 and len(room) >= 4:
            yield Found(at, at + 4, b"\0\x08\0" + bytes([room[3] & 0x60]), _TIME_WHAT, Danger.TIME)
            yield from _behind_end(at, 4, room)
        elif kind == _GROUP4 and len(room) >= 3:
            yield Found(at, at + 3, self._moved(room[:3]), _TIME_WHAT, Danger.TIME)
            yield from _behind_end(at, 3, room)

    def _passed(self, head: bytes) -> None:
        """A picture before the first time code: how many seconds its own time has reached."""
        if self._first is None and head:
            self._pictures += 1
            bits = f"{int.from_bytes(head, 'big'):064b}"[:-1] + "0"
            self._elapsed += 0 if head[0] >> 6 == 2 else bits.index("0", 2) - 2

    def _moved(self, code: bytes) -> bytes:
        value = int.from_bytes(code, "big")
        seconds = (value >> 19) * 3600 + (value >> 13 & 63) * 60 + (value >> 6 & 63)
        if self._first is None:
            self._first = 0 if self._pictures else seconds
            if self._pictures and seconds > self._elapsed + 1:
                raise Unsupported("a time of day that begins among the pictures")
        seconds = (seconds - self._first) % _DAY
        hours, minutes = seconds // 3600, seconds // 60 % 60
        return (hours << 19 | minutes << 13 | 1 << 12 | seconds % 60 << 6 | value & 63).to_bytes(3, "big")


def _extension(at: int, room: bytes) -> Iterator[Found]:
    kind = room[0] >> 4 if room else 1
    if kind == _COPYRIGHT:
        new = _NO_WORK[: len(room)]
        yield Found(at, at + len(new), new, "number of a work in the picture's stream", Danger.IDENTITY)
    if kind in _LONGEST:
        yield from _behind_end(at, _LONGEST[kind], room)
    else:
        content = room.rstrip(b"\0")
        yield Found(at, at + len(content), b"\xff" * len(content))


def _behind_end(at: int, length: int, room: bytes) -> Iterator[Found]:
    """Zeros, with which any unit may be filled up, for what stands behind its end."""
    if len(room) > length:
        yield Found(at + length, at + len(room), bytes(len(room) - length))
