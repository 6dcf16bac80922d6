"""PNG (ISO/IEC 15948) with palette colours, and a deflate writer that knows only runs.

`zlib.compress` gives different bytes with different builds of zlib, so the stream is written here: fixed
Huffman codes (RFC 1951, 3.2.6) and copies from one byte back.
"""

import struct
import zlib
from collections.abc import Iterable
from itertools import groupby

from .canvas import PALETTE, Canvas

# Length codes 257 to 284: (shortest run, extra bits), RFC 1951, 3.2.5.
_LENGTHS = tuple(
    (base, extra)
    for extra, bases in enumerate(
        (
            (3, 4, 5, 6, 7, 8, 9, 10),
            (11, 13, 15, 17),
            (19, 23, 27, 31),
            (35, 43, 51, 59),
            (67, 83, 99, 115),
            (131, 163, 195, 227),
        )
    )
    for base in bases
)


def _symbol(value: int) -> str:
    """The fixed code of a literal or length symbol."""
    if value < 144:
        return f"{0x30 + value:08b}"
    if value < 256:
        return f"{0x190 + value - 144:09b}"
    return f"{value - 256:07b}" if value < 280 else f"{0xC0 + value - 280:08b}"


def _copy(length: int) -> str:
    """Repeat the byte before, 3 to 257 times; extra bits and the distance code (0) follow."""
    index = max(n for n, (base, _) in enumerate(_LENGTHS) if base <= length)
    base, extra = _LENGTHS[index]
    tail = f"{length - base:0{extra}b}"[::-1] if extra else ""
    return _symbol(257 + index) + tail + "00000"


def _run(value: int, count: int) -> str:
    out = [_symbol(value)]
    count -= 1
    while count >= 3:
        step = min(count, 257)
        out.append(_copy(step))
        count -= step
    return "".join(out) + _symbol(value) * count


def deflated(data: bytes) -> bytes:
    """`data` as a zlib stream (RFC 1950) of one final block with fixed codes."""
    runs = (_run(value, sum(1 for _ in group)) for value, group in groupby(data))
    bits = "110" + "".join(runs) + _symbol(256)
    bits += "0" * (-len(bits) % 8)
    packed = int(bits[::-1], 2).to_bytes(len(bits) // 8, "little")
    return b"\x78\x01" + packed + struct.pack(">I", zlib.adler32(data))


def chunk(kind: bytes, payload: bytes) -> bytes:
    """A chunk with its length and CRC."""
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def text(keyword: str, value: str) -> bytes:
    """A `tEXt` chunk (Latin-1)."""
    return chunk(b"tEXt", keyword.encode("latin-1") + b"\x00" + value.encode("latin-1"))


def international(keyword: str, value: str, language: str = "") -> bytes:
    """An `iTXt` chunk (UTF-8, not compressed)."""
    head = keyword.encode("latin-1") + b"\x00\x00\x00" + language.encode("ascii") + b"\x00\x00"
    return chunk(b"iTXt", head + value.encode("utf-8"))


def encode(picture: Canvas, extra: Iterable[bytes]) -> bytes:
    """The PNG file; each row is filtered against the one above. `extra` chunks stand before the pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", picture.width, picture.height, 8, 3, 0, 0, 0))
    palette = chunk(b"PLTE", b"".join(bytes(colour) for colour in PALETTE))
    above = [bytes(picture.width), *(bytes(row) for row in picture.rows)]
    rows = (
        b"\x02" + bytes((now - before) % 256 for now, before in zip(row, up, strict=True))
        for row, up in zip(picture.rows, above, strict=False)
    )
    pixels = chunk(b"IDAT", deflated(b"".join(rows)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join([*extra, palette, pixels, chunk(b"IEND", b"")])
