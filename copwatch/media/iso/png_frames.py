"""Pictures of PNG as samples of a film: of chunks beside the picture nothing stays (third edition, 5.3 and 11)."""

import zlib
from collections.abc import Iterator
from typing import Final

from copwatch.media.png_chunks import SIGNATURE
from copwatch.media.refusal import Unsupported

_LONGEST: Final = {
    b"IHDR": 13, b"PLTE": 768, b"IDAT": 1 << 31, b"IEND": 0, b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1,
    b"sBIT": 4, b"bKGD": 6, b"pHYs": 9, b"cICP": 4, b"mDCV": 24, b"cLLI": 8,
}  # fmt: skip
"""Chunks that draw and place the picture, with the most bytes of each."""
_NOTHING: Final = b"voId"
"""A name for private use that every reader passes over: ancillary, and safe to copy (5.4)."""


def png_frame(data: bytes, offset: int) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, new bytes) of what goes from a sample; a chunk keeps its length, so that nothing moves.

    Raises:
        Unsupported: no picture of PNG, or bytes stand behind the compressed picture where no decoder looks.
    """
    if not data.startswith(SIGNATURE):
        raise Unsupported("a picture that is no PNG", offset)
    at, packed = len(SIGNATURE), bytearray()
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise Unsupported("a picture of PNG that is cut short", offset + at)
        if kind == b"IDAT":
            packed += data[at + 8 : end - 4]
        elif length > _LONGEST.get(kind, -1):
            new = _NOTHING + bytes(length)
            yield at + 4, end, new + zlib.crc32(new).to_bytes(4, "big")
        at = end
        if kind == b"IEND":
            break
    else:
        raise Unsupported("a picture of PNG that is cut short", offset + at)
    _check(packed, offset)
    if at < len(data):
        yield at, len(data), bytes(len(data) - at)


def _check(packed: bytearray, offset: int) -> None:
    """Inflates the picture in pieces, which are thrown away, to see where it ends."""
    state = zlib.decompressobj()
    left = bytes(packed)
    try:
        while left and not state.eof:
            state.decompress(left, 1 << 20)
            left = state.unconsumed_tail
    except zlib.error:
        raise Unsupported("a picture of PNG that is damaged", offset) from None
    if not state.eof or state.unused_data:
        raise Unsupported("bytes that no decoder reads in a picture of PNG", offset)
