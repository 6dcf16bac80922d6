"""PNG and APNG files, made chunk by chunk."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def header(width=4, height=3, depth=8, colour=2, interlace=0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def pixels(width=4, height=3, start=0) -> bytes:
    """The zlib stream of an RGB picture of eight bits."""
    rows = (bytes([0]) + bytes((start + 7 * y + x) % 256 for x in range(3 * width)) for y in range(height))
    return zlib.compress(b"".join(rows))


def png(*before: bytes, data: bytes | None = None, after: bytes = b"", head: bytes | None = None) -> bytes:
    """A picture of 4 times 3 points with chunks before and behind its data."""
    image = chunk(b"IDAT", pixels() if data is None else data)
    return SIGNATURE + (head or header()) + b"".join(before) + image + after + chunk(b"IEND")


def frame(number: int, width=4, height=3, left=0, top=0) -> bytes:
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, left, top, 1, 10, 0, 0))


def apng(*, said=2, between: bytes = b"", second: bytes | None = None) -> bytes:
    data = pixels(start=40) if second is None else second
    return png(
        chunk(b"acTL", struct.pack(">II", said, 0)),
        frame(0),
        after=frame(1) + between + chunk(b"fdAT", struct.pack(">I", 2) + data),
    )


def exif(orientation: int, secret: bytes) -> bytes:
    """A TIFF structure with an orientation and a maker."""
    secret += b"\0"
    return (
        b"II*\0\x08\0\0\0\x02\0"
        + struct.pack("<HHII", 0x010F, 2, len(secret), 38)
        + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
        + bytes(4)
        + secret
    )
