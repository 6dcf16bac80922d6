"""EXIF blocks and films that say when, where and with what they were taken, value by value."""

import struct

from tests.media.making_bmff import box, full, numbers
from tests.media.making_tiff import Ifd, Maker, Sub

IDENTIFIER = "2F2A1C6E-5B0E-4E0C-9B64-3D0D6A7F2B11"
ASCII, LONG, RATIONAL, UNDEFINED = 2, 4, 5, 7


def words(text: str) -> tuple[int, bytes]:
    return ASCII, text.encode() + b"\0"


def degrees(*parts: tuple[int, int]) -> tuple[int, list[tuple[int, int]]]:
    return RATIONAL, list(parts)


TIMES = {0x9003: words("2026:05:01 18:05:12"), 0x9004: words("2026:05:01 18:05:13")}
ZONE = {0x9011: words("-07:00"), 0x9291: words("123")}
GPS = {
    1: words("N"), 2: degrees((37, 1), (48, 1), (3050, 100)), 3: words("W"), 4: degrees((122, 1), (16, 1), (1025, 100)),
    5: (1, b"\1"), 6: degrees((35, 10)), 7: degrees((1, 1), (5, 1), (125, 10)), 0x1D: words("2026:05:02"),
}  # fmt: skip
CAMERA = {
    0x010F: words("Maker"),
    0x0110: words("Model 7"),
    0x0131: words("1.2.3"),
}


def exif(inner=None, gps=None, first=None) -> bytes:
    """A TIFF structure with these tags in the directories of EXIF, GPS and the picture."""
    tags = dict(first or {})
    if inner:
        tags[0x8769] = (LONG, Sub([Ifd(dict(inner))]))
    if gps:
        tags[0x8825] = (LONG, Sub([Ifd(dict(gps))]))
    return Maker(">").file(Ifd(tags))


def apple_note(identifier: str = IDENTIFIER) -> tuple[int, bytes]:
    """The maker note of Apple with a content identifier."""
    text = identifier.encode() + b"\0"
    head = b"Apple iOS\0\0\1MM"
    entry = struct.pack(">HHII", 0x11, ASCII, len(text), len(head) + 2 + 12 + 4)
    return UNDEFINED, head + struct.pack(">H", 1) + entry + bytes(4) + text


def keys(**values: str) -> bytes:
    """A `meta` box of QuickTime; `_` stands for `.` in the names behind `com.apple.quicktime.`."""
    names = [b"com.apple.quicktime." + name.replace("_", ".").encode() for name in values]
    listed = full(b"keys", numbers(len(names)), *(box(b"mdta", name) for name in names))
    items = [
        box(number.to_bytes(4, "big"), box(b"data", numbers(1, 0), text.encode()))
        for number, text in enumerate(values.values(), 1)
    ]
    return box(b"meta", full(b"hdlr", bytes(4), b"mdta", bytes(12)), listed, box(b"ilst", *items))
