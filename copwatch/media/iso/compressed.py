"""A movie's compressed header (QuickTime File Format, "Compressed Movie Resources"): read, and put back in its place.

The header is inflated behind the end of the file, where it is read like any other. What it becomes is compressed again
and stands where the old one stood, filled up with zeros; so no offset moves, and players see what they saw before.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO, Final, cast

from copwatch.media.boxes import Box, boxes
from copwatch.media.facts import Danger, Fact
from copwatch.media.iso.claims import Claims
from copwatch.media.parts import Part, PartList, Treatment
from copwatch.media.plan import Rendition, Segment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_MOST: Final = 16 << 20
"""Bytes of an inflated header; that of four hours of film has 8 MB."""
_FIXED: Final = 40
"""`moov` and `cmov` with their sizes, `dcom` with the name of the compression, and `cmvd` with the inflated size."""
_HEADER: Final = "a compressed header of the movie"


def opened(source: Source, moov: Box) -> tuple[Source, Box]:
    """A source that has the header inflated behind its end, and where; both as they are where it is not compressed.

    Raises:
        Damaged: it does not become what it says.
        Unsupported: it has another form or compression, or becomes too long.
    """
    if moov.length < 8 or source.read(moov.content + 4, 4) != b"cmov":
        return source, moov
    header = _inflated(source, moov)
    plan = (Segment(source.size, 0, None), Segment(len(header), None, header))
    whole = source.over(lambda file: cast("BinaryIO", Rendition(file, plan)))
    inner = next(boxes(whole, source.size, whole.size))
    if inner.type != b"moov" or inner.end != whole.size:
        raise Unsupported("a compressed header that is more or less than one header", moov.start)
    return whole, inner


def folded(claims: Claims, moov: Box, size: int) -> PartList:
    """The parts of a file of `size` bytes; what the header behind it becomes stands compressed in `moov`.

    Raises:
        Unsupported: it does not fit there any more.
    """
    claims.parts.keep(moov.start, moov.size, _HEADER)
    before, after, clean = PartList(), PartList(), bytearray()
    for part in claims.parts.whole():
        if part.start < size and part.what != _HEADER:
            (before if part.start < moov.start else after).add(
                part.start, min(part.length, size - part.start), part[2:]
            )
        if part.end > size:
            clean += _became(claims.source, part, max(part.start, size))
    room = moov.size - _FIXED
    data = zlib.compress(clean, 9).ljust(room, b"\0")
    if len(data) > room:
        raise Unsupported("a compressed header that would not fit into its place", moov.start)
    before.add(moov.start, _FIXED, (Treatment.KEEP, _HEADER, False, None, None))
    before.add(moov.start + _FIXED, room, (Treatment.BLANK, _HEADER, False, Danger.IDENTITY, data))
    for part in after:
        before.add(part.start, part.length, part[2:])
    return before


def told(facts: Iterable[Fact], moov: Box, size: int) -> Iterator[Fact]:
    """Facts that stand in the header behind a file of `size` bytes, with the place of the compressed one."""
    for fact in facts:
        inside = fact.offset is not None and fact.offset >= size
        yield replace(fact, offset=moov.start) if inside else fact


def _became(source: Source, part: Part, start: int) -> bytes:
    """What the bytes of a part from `start` on become, none of which moves."""
    length = part.end - start
    if part.treatment is Treatment.KEEP:
        return source.read(start, length)
    if part.treatment is not Treatment.BLANK:
        raise AssertionError("nothing moves in a header")
    return bytes(length) if part.data is None else part.data[-length:]


def _inflated(source: Source, moov: Box) -> bytes:
    data = source.read(moov.start, min(moov.size, _FIXED))
    size = (
        moov.size.to_bytes(4, "big"),
        (moov.size - 8).to_bytes(4, "big"),
        (moov.size - 28).to_bytes(4, "big"),
    )
    wanted = size[0] + b"moov" + size[1] + b"cmov\0\0\0\x0cdcomzlib" + size[2] + b"cmvd"
    if data[:-4] != wanted:
        raise Unsupported("a compressed header in a form that is not known", moov.start)
    length = int.from_bytes(data[-4:], "big")
    if length > _MOST:
        raise Unsupported(f"a compressed header of {length:,} bytes", moov.start)
    state = zlib.decompressobj()
    try:
        header = state.decompress(source.read(moov.start + _FIXED, moov.size - _FIXED), length + 1)
    except zlib.error as error:
        raise Damaged("a compressed header cannot be inflated", moov.start + _FIXED) from error
    if not state.eof or len(header) != length:
        raise Damaged("a compressed header is not as long as it says", moov.start + _FIXED)
    return header
