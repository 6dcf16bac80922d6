"""Bitmaps for tests, with every header that there is, and something planted in each corner that has no meaning."""

import random
import struct

from tests.media import making_icc

SECRET = b"SECRET-PLANTED"
RESERVED = b"SECR"


def rows(width: int, height: int, depth: int, junk: bytes = b"") -> bytes:
    """Random pixels; `junk` fills up the rows."""
    length = (width * depth + 7) // 8
    fill = (junk or bytes(4))[: -length % 4]
    draw = random.Random(5)
    return b"".join(draw.randbytes(length) + fill for _ in range(height))


def bitmap(
    size: int = 40,
    depth: int = 24,
    *,
    coding: int = 0,
    width: int = 5,
    height: int = 6,
    junk: bytes = SECRET,
    gap: bytes = b"",
    space: bytes = b"BGRs",
    profile: bytes = b"",
    pixels: bytes | None = None,
) -> bytes:
    """A bitmap; the profile stands behind the pixels and a gap."""
    data = rows(width, abs(height), depth, junk) if pixels is None else pixels
    entry = 3 if size == 12 else 4
    palette = b"".join(
        bytes([i % 256, i * 7 % 256, i * 31 % 256]) + junk[:1] * (entry - 3)
        for i in range(1 << depth if depth <= 8 else 0)
    )
    masks = struct.pack("<4I", 0xF800, 0x7E0, 0x1F, 0)
    outside = masks[: {3: 12, 6: 16}.get(coding, 0)] if size == 40 else b""
    start = 14 + size + len(outside) + len(palette) + len(gap)
    head = struct.pack("<I", size)
    if size == 12:
        head += struct.pack("<4H", width, height, 1, depth)
    else:
        head += struct.pack("<IiHH", width, height, 1, depth)
        head += struct.pack("<6I", coding, len(data), 2835, 2835, 0, 0)
        if size == 64:
            head += b"\0\0" + junk[:2].ljust(2, b"\0") + bytes(16) + junk[:4].ljust(4, b"\0")
        elif size > 40:
            place = size + len(outside) + start - 14 - size + len(data) + len(gap)
            head += masks[: size - 40] + space + (junk * 5)[:48].ljust(48, b"\0") + struct.pack("<I", 4)
            head += struct.pack("<II", place if profile else 0, len(profile)) + junk[:4].ljust(4, b"\0")
    head = head[:size]
    whole = head + outside + palette + gap + data + (gap + profile if profile else b"")
    return (
        b"BM"
        + struct.pack("<I", 14 + len(whole))
        + junk[:4].ljust(4, b"\0")
        + struct.pack("<I", start)
        + whole
    )


ALL = {
    **{
        f"header {size}, {depth} bits": bitmap(size, depth)
        for size in (12, 40, 108, 124)
        for depth in (1, 4, 8, 24)
    },
    "header 64": bitmap(64, 24),
    "header 16": bitmap(16, 24),
    "16 bits": bitmap(depth=16),
    "32 bits": bitmap(depth=32),
    "masks behind the header": bitmap(depth=16, coding=3),
    "masks in the header": bitmap(56, 16, coding=3),
    "from the top": bitmap(height=-6),
    "run-length 8": bitmap(
        depth=8, coding=1, width=4, height=2, pixels=b"\4\x07\0\0\0\3\1\2\3\0\1\4\0\1" + SECRET
    ),
    "run-length 4": bitmap(
        depth=4, coding=2, width=4, height=2, pixels=b"\4\x71\0\0\0\4\x12\x34\0\1" + SECRET
    ),
    "gap": bitmap(gap=SECRET),
    "profile": bitmap(124, space=b"DEBM", profile=making_icc.matrix(), gap=SECRET),
    "profile that is none": bitmap(124, space=b"DEBM", profile=SECRET * 20),
    "linked profile": bitmap(124, space=b"KNIL", profile=b"C:\\Users\\" + SECRET + b"\0"),
}
