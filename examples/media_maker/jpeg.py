"""A baseline JPEG encoder (ITU-T T.81), 4:2:0, with the example tables of its annex K.

The cosine transform runs on whole numbers, so that every computer writes the same bytes.
"""

import math
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .canvas import PALETTE, Canvas
from .jpeg_tables import CODES, HUFFMAN, QUANTISERS, ZIGZAG

Plane = list[bytes]
_SCALE = 11
_COSINES = [
    [
        round(
            (1 << _SCALE) * (math.sqrt(0.125) if u == 0 else 0.5) * math.cos((2 * x + 1) * u * math.pi / 16)
        )
        for x in range(8)
    ]
    for u in range(8)
]


def segment(marker: int, payload: bytes) -> bytes:
    """A marker segment with its length; the payload is at most 65,533 bytes."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def encode(picture: Canvas, extra: Iterable[bytes] = ()) -> bytes:
    """The JPEG file of a picture whose sides are multiples of 16; `extra` segments come right after SOI."""
    frame = struct.pack(">BHHB", 8, picture.height, picture.width, 3) + bytes(
        [1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
    )
    tables = [segment(0xDB, bytes([n]) + bytes(q[i] for i in ZIGZAG)) for n, q in enumerate(QUANTISERS)]
    codes = [segment(0xC4, bytes([kind]) + bits + values) for kind, (bits, values) in HUFFMAN.items()]
    scan = segment(0xDA, bytes([3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]))
    parts = [b"\xff\xd8", *extra, *tables, segment(0xC0, frame), *codes, scan, _entropy(picture), b"\xff\xd9"]
    return b"".join(parts)


def _planes(picture: Canvas) -> tuple[Plane, Plane, Plane]:
    luma, blue, red = (bytes(column) + bytes(240) for column in zip(*map(_ycbcr, PALETTE), strict=True))
    y, cb, cr = ([bytes(row.translate(table)) for row in picture.rows] for table in (luma, blue, red))
    return y, _halved(cb), _halved(cr)


def _ycbcr(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """JFIF conversion in thousandths."""
    r, g, b = colour
    blue = (-169 * r - 331 * g + 500 * b + 500) // 1000 + 128
    red = (500 * r - 419 * g - 81 * b + 500) // 1000 + 128
    return (299 * r + 587 * g + 114 * b + 500) // 1000, min(blue, 255), min(red, 255)


def _halved(plane: Plane) -> Plane:
    pairs = zip(plane[::2], plane[1::2], strict=True)
    return [
        bytes(
            (a + b + c + d + 2) >> 2
            for a, b, c, d in zip(up[::2], up[1::2], low[::2], low[1::2], strict=True)
        )
        for up, low in pairs
    ]


def _blocks(picture: Canvas) -> Iterator[tuple[int, bytes]]:
    """(component, 64 samples) in scan order: per 16 by 16 pixels four of luma and one of each chroma."""
    y, cb, cr = _planes(picture)
    for top in range(0, picture.height, 16):
        for left in range(0, picture.width, 16):
            for dy, dx in ((0, 0), (0, 8), (8, 0), (8, 8)):
                yield 0, _block(y, top + dy, left + dx)
            yield 1, _block(cb, top // 2, left // 2)
            yield 2, _block(cr, top // 2, left // 2)


def _block(plane: Plane, top: int, left: int) -> bytes:
    return b"".join(row[left : left + 8] for row in plane[top : top + 8])


@lru_cache(maxsize=8192)
def _quantised(samples: bytes, table: int) -> tuple[int, ...]:
    """The 64 coefficients of a block in zigzag order."""
    rows = [
        [
            sum(c * (s - 128) for c, s in zip(cosine, samples[8 * y : 8 * y + 8], strict=True))
            for cosine in _COSINES
        ]
        for y in range(8)
    ]
    freq = [
        sum(c * row[u] for c, row in zip(cosine, rows, strict=True)) for cosine in _COSINES for u in range(8)
    ]
    return tuple(_rounded(freq[i], QUANTISERS[table][i] << (2 * _SCALE)) for i in ZIGZAG)


def _rounded(value: int, step: int) -> int:
    size = (abs(value) + step // 2) // step
    return size if value >= 0 else -size


def _entropy(picture: Canvas) -> bytes:
    """The Huffman-coded scan, padded with ones, each 0xFF followed by a zero (T.81, F.1.2.3)."""
    last = [0, 0, 0]
    bits: list[str] = []
    for component, samples in _blocks(picture):
        table = min(component, 1)
        coefficients = _quantised(samples, table)
        bits.append(_number(CODES[table], 0, coefficients[0] - last[component]))
        bits.append(_run_lengths(coefficients[1:], table))
        last[component] = coefficients[0]
    joined = "".join(bits)
    joined += "1" * (-len(joined) % 8)
    return int(joined, 2).to_bytes(len(joined) // 8, "big").replace(b"\xff", b"\xff\x00")


@lru_cache(maxsize=8192)
def _run_lengths(coefficients: tuple[int, ...], table: int) -> str:
    codes, run, out = CODES[0x10 | table], 0, []
    end = max((n + 1 for n, value in enumerate(coefficients) if value), default=0)
    for value in coefficients[:end]:
        if value == 0:
            run += 1
            continue
        out += [codes[0xF0]] * (run // 16)
        out.append(_number(codes, run % 16, value))
        run = 0
    return "".join(out) + (codes[0] if end < len(coefficients) else "")


def _number(codes: dict[int, str], run: int, value: int) -> str:
    """The code of (run, number of bits), then the bits; negative numbers are one less (T.81, F.1.2.1)."""
    size = abs(value).bit_length()
    bits = value if value >= 0 else value + (1 << size) - 1
    return codes[run << 4 | size] + (f"{bits:0{size}b}" if size else "")
