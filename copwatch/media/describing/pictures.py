"""What still pictures say: size, EXIF, and whether the tables of a JPEG picture are those of the common library."""

from typing import Final

from copwatch.media import jpeg_markers as markers
from copwatch.media.boxes import Box, boxes
from copwatch.media.describing.exif import tell, tell_block
from copwatch.media.describing.told import Told
from copwatch.media.heif.items import Meta, read_meta
from copwatch.media.jpeg_tables import of_the_common_library
from copwatch.media.png_chunks import SIGNATURE, chunks
from copwatch.media.riff import chunks as riff_chunks
from copwatch.media.source import Source
from copwatch.media.tiff_ifds import read_header

_LONGEST: Final = 4 << 20
_MOST_CHUNKS: Final = 2000


def jpeg(told: Told, source: Source) -> None:
    """Segments up to the first scan (ITU-T T.81, annex B)."""
    tables, foreign = False, False
    for segment in markers.walk(source, 2):
        if segment.marker in (markers.SOS, markers.EOI, markers.SOI, markers.END, markers.CODED):
            break
        content = source.read(segment.start + 4, max(0, segment.length - 4))
        if segment.marker in markers.FRAMES and len(content) >= 5:
            told.pixels(int.from_bytes(content[3:5], "big"), int.from_bytes(content[1:3], "big"))
        elif segment.marker == markers.DQT:
            tables, foreign = True, foreign or not of_the_common_library(content)
        elif segment.marker == markers.APP0 + 1 and content.startswith(b"Exif\0"):
            tell_block(told, content[6:])
    told.recompressed = tables and not foreign


def png(told: Told, source: Source) -> None:
    """IHDR and eXIf (PNG, third edition, 11.2.1 and 11.3.5)."""
    for count, chunk in enumerate(chunks(source, len(SIGNATURE))):
        if chunk.type == b"IHDR" and chunk.length >= 8:
            told.pixels(source.number(chunk.content, 4), source.number(chunk.content + 4, 4))
        elif chunk.type == b"eXIf":
            tell_block(told, source.read(chunk.content, min(chunk.length, _LONGEST)))
        if count >= _MOST_CHUNKS:
            return


def webp(told: Told, source: Source) -> None:
    """VP8X, VP8, VP8L and EXIF (RFC 9649, 2.5 to 2.7 and 3.4)."""
    for count, chunk in enumerate(riff_chunks(source, 12, source.size)):
        data = source.read(chunk.content, min(chunk.length, 10))
        if chunk.type == b"VP8X" and len(data) == 10:
            told.pixels(1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little"))
        elif chunk.type == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
            told.pixels(*(int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8)))
        elif chunk.type == b"VP8L" and data[:1] == b"\x2f":
            bits = int.from_bytes(data[1:5], "little")
            told.pixels(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        elif chunk.type == b"EXIF":
            tell_block(told, source.read(chunk.content, min(chunk.length, _LONGEST)))
        if count >= _MOST_CHUNKS:
            return


def gif(told: Told, source: Source) -> None:
    """The logical screen (GIF89a, 18)."""
    told.pixels(source.number(6, 2, little=True), source.number(8, 2, little=True))


def bmp(told: Told, source: Source) -> None:
    """The header of the picture, of which OS/2 had a shorter one; a height below zero means from the top."""
    if source.number(14, 4, little=True) == 12:
        told.pixels(source.number(18, 2, little=True), source.number(20, 2, little=True))
    else:
        height = int.from_bytes(source.read(22, 4), "little", signed=True)
        told.pixels(source.number(18, 4, little=True), abs(height))


def tiff(told: Told, source: Source) -> None:
    """A TIFF file, and the raw files of cameras that are one."""
    tell(told, read_header(source))


def heif(told: Told, source: Source) -> None:
    """The primary picture's size (`ispe`) and the item of EXIF (ISO/IEC 23008-12, 6.5.3 and A.2.1)."""
    for box in boxes(source, 0, source.size):
        if box.type == b"meta":
            meta = read_meta(source, box)
            told.trying(_size, told, meta)
            told.trying(_exif_items, told, source, meta)
            return


def _size(told: Told, meta: Meta) -> None:
    for item in [meta.primary] if meta.primary in meta.links else meta.links:
        for one, _ in meta.properties_of(item or 0):
            if one.type == b"ispe" and len(one.content) >= 12:
                told.pixels(int.from_bytes(one.content[4:8], "big"), int.from_bytes(one.content[8:12], "big"))


def _exif_items(told: Told, source: Source, meta: Meta) -> None:
    for entry in meta.entries.values():
        place = meta.locations.get(entry.item)
        if entry.type != b"Exif" or place is None or place.method > 1:
            continue
        base = place.base + (meta.idat.content if place.method == 1 and meta.idat else 0)
        data = b"".join(
            source.read(base + extent.offset, min(extent.length, _LONGEST)) for extent in place.extents[:16]
        )
        tell_block(told, data[4 + int.from_bytes(data[:4], "big") :])


def jxl(told: Told, source: Source) -> None:
    """The box of EXIF (ISO/IEC 18181-2, 9.4)."""
    if source.read(0, 2) == b"\xff\x0a":
        return
    for box in boxes(source, 0, source.size):
        if box.type == b"Exif":
            _exif_box(told, source, box)


def _exif_box(told: Told, source: Source, box: Box) -> None:
    data = source.read(box.content, min(box.length, _LONGEST))
    tell_block(told, data[4 + int.from_bytes(data[:4], "big") :])
