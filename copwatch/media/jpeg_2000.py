"""Codestreams of JPEG 2000 (ISO/IEC 15444-1, annex A) and the files around them (annex I), without their texts.

Comments are filled with zeros in their place, for tile-parts and their tables count bytes. Codestreams with markers of
other parts of the standard are refused: nobody here knows what they carry.
"""

import io
from collections.abc import Iterator
from typing import Final

from copwatch.media.icc import neutral_profile
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

BEGINNING: Final = b"\xff\x4f\xff\x51"
_SIGNATURE: Final = b"\0\0\0\x0cjP  \r\n\x87\n"
_COMMENT, _TILE, _DATA, _END = 0xFF64, 0xFF90, 0xFF93, 0xFFD9
_HEADER: Final = frozenset(
    {0xFF50, *range(0xFF51, 0xFF54), *range(0xFF55, 0xFF5A), *range(0xFF5C, 0xFF62), 0xFF63, _COMMENT}
)
"""Table A.2, with CAP, PRF and CPF of later editions: all have a length."""
_TILE_PART: Final = 12
_BOXES: Final = (b"jP  ", b"ftyp", b"jp2h", b"jp2c")
_IN_HEADER: Final = (b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res ")
_ENUMERATED, _PROFILES, _CIELAB = 1, (2, 3), 14
"""Methods of a colour box (I.5.3.3, and M.11.7.3 of part 2), and the space that has seven numbers more."""


def texts(source: Source, start: int, length: int) -> tuple[list[tuple[int, int]], int]:
    """Where the texts of a codestream stand, as (start, length), and where it ends.

    Raises:
        Damaged: its headers are not whole.
        Unsupported: it is none, or has a marker of another part.
    """
    if source.read(start, min(4, length)) != BEGINNING:
        raise Unsupported("JPEG 2000 in a form that cannot be cleaned", start)
    end, found = start + length, list[tuple[int, int]]()
    at = _headers(source, start + 2, end, found)
    while at + _TILE_PART <= end and source.number(at, 2) == _TILE:
        size = source.number(at + 6, 4)
        data = _headers(source, at + _TILE_PART, min(end, at + size) if size else end, found)
        at = at + size if size else _behind_last(source, data, end)
    if at >= end:
        return found, end  # cut short within its data, which readers show as far as it goes
    if at + 2 > end or source.number(at, 2) != _END:
        raise Damaged("the data of a JPEG 2000 picture are not whole", at)
    return found, at + 2


def _headers(source: Source, at: int, end: int, found: list[tuple[int, int]]) -> int:
    """Over the markers of a header, to its first tile-part, or to the data of its own."""
    while at + 4 <= end:
        marker, size = source.number(at, 2), source.number(at + 2, 2)
        if marker in (_TILE, _DATA):
            return at
        if marker not in _HEADER or size < 2 or at + 2 + size > end:
            raise Damaged("the header of a JPEG 2000 picture is not whole", at)
        if marker == _COMMENT:
            found.append((at + 4, size - 2))
        at += 2 + size
    return at


def _behind_last(source: Source, at: int, end: int) -> int:
    """The end of a last tile-part that names no length (A.4.2); no data look like the mark (B.10.1)."""
    last = b""
    for block in source.blocks(at, end - at):
        if (place := (last + block).find(b"\xff\xd9")) >= 0:
            return at + place - len(last)
        at += len(block)
        last = block[-1:]
    return end


def cleaned(data: bytes) -> bytes:
    """A codestream, or a file with one in boxes, of the same picture. Raises `CannotClean`."""
    return _boxes(data) if data.startswith(_SIGNATURE) else _codestream(data)


def _codestream(data: bytes) -> bytes:
    found, end = texts(Source(io.BytesIO(data)), 0, len(data))
    clean = bytearray(data[:end])
    for at, length in found:
        clean[at : at + length] = bytes(length)
    return bytes(clean)


def _boxes(data: bytes) -> bytes:
    return b"".join(_headed(kind, _content(kind, body)) for kind, body in _split(data) if kind in _BOXES)


def _content(kind: bytes, body: bytes) -> bytes:
    if kind == b"jp2c":
        return _codestream(body)
    if kind != b"jp2h":
        return body
    inner = ((name, _colour(body) if name == b"colr" else body) for name, body in _split(body))
    return b"".join(_headed(name, body) for name, body in inner if name in _IN_HEADER and body)


def _headed(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def _colour(body: bytes) -> bytes:
    """A space by its number, or a profile; of a vendor's method nothing."""
    if body[:1] == bytes((_ENUMERATED,)):
        return body[: 35 if int.from_bytes(body[3:7], "big") == _CIELAB else 7]
    if not body or body[0] not in _PROFILES:
        return b""
    neutral = neutral_profile(body[3:])
    if neutral is None:
        raise Unsupported("a colour profile in a JPEG 2000 picture is not valid")
    return body[:3] + neutral


def _split(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Boxes, as kind and content."""
    at = 0
    while at < len(data):
        length, head = int.from_bytes(data[at : at + 4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        length = length or len(data) - at
        if length < head or at + length > len(data):
            raise Damaged("a box of a JPEG 2000 picture is not whole", at)
        yield data[at + 4 : at + 8], data[at + head : at + length]
        at += length
