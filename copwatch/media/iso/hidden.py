"""Picture and sound that are in a file and that players do not show: before and behind an edit, and outside of a crop.

It stays, for it is coded with what is shown, so whoever gives the film to others has to be told. Sources: ISO/IEC
14496-12 (8.6.6 edit lists, 12.1.4 clean aperture), ITU-T H.264 7.4.2.1.1 and H.265 7.4.3.2.1 (cropping).
"""

from collections.abc import Iterator
from typing import Final

from copwatch.media.boxes import Box
from copwatch.media.iso.bits import Bits
from copwatch.media.iso.claims import Claims, only
from copwatch.media.iso.sps import SPS, cropped
from copwatch.media.refusal import CannotClean

_LEAST_SECONDS: Final = 0.5
"""Encoders need some pictures and values of sound before the first that is shown."""
_LEAST_LINES: Final = 32
_LEAST_LINES_HEVC: Final = 64
"""Coded pictures are larger than what is shown, by less than a pair of macroblocks (H.264) or one tree of HEVC."""
_MOST_EDITS: Final = 10_000
_ENTRY: Final = 78


def hidden(claims: Claims, track: Box, movie: int) -> Iterator[str]:
    """What a track that stays has and does not show, in words; nothing where that cannot be read.

    `movie` is how many units of the movie's time a second has.
    """
    try:
        media = only(claims.children(track), b"mdia")
        edits = only(claims.children(track), b"edts")
        table = only(claims.children(edits), b"elst") if edits else None
        header = only(claims.children(media), b"mdhd") if media else None
        if table is not None and header is not None:
            yield from _by_edits(claims, table, header, movie)
        if media is not None:
            yield from _by_cropping(claims, media)
    except CannotClean:
        return


def _by_edits(claims: Claims, table: Box, header: Box, movie: int) -> Iterator[str]:
    source, wide = claims.source, claims.source.number(header.content, 1) == 1
    at = header.content + (20 if wide else 12)
    scale, length = source.number(at, 4), source.number(at + 4, 8 if wide else 4)
    if not scale or length in ((1 << 32) - 1, (1 << 64) - 1):
        return
    shown = _shown(claims, table, scale, length, movie)
    before = min((start for start, _ in shown), default=0)
    behind = length - max((end for _, end in shown), default=length)
    if before >= _LEAST_SECONDS * scale:
        yield f"{before / scale:.1f} s before the beginning"
    if behind >= _LEAST_SECONDS * scale:
        yield f"{behind / scale:.1f} s behind the end"


def _shown(claims: Claims, table: Box, scale: int, length: int, movie: int) -> list[tuple[int, int]]:
    """Start and end of what each edit shows, in the time of the media."""
    source, wide = claims.source, claims.source.number(table.content, 1) == 1
    width, each = (8, 20) if wide else (4, 12)
    found: list[tuple[int, int]] = []
    for index in range(min(source.number(table.content + 4, 4), _MOST_EDITS)):
        at = table.content + 8 + each * index
        duration, begin = source.number(at, width), source.number(at + width, width)
        if begin < 1 << 8 * width - 1:  # less than 0: nothing is shown
            end = begin + duration * scale // movie if duration and movie else length
            found.append((min(begin, length), min(end, length)))
    return found


def _by_cropping(claims: Claims, media: Box) -> Iterator[str]:
    inner = only(claims.children(media), b"minf")
    stbl = only(claims.children(inner), b"stbl") if inner else None
    stsd = only(claims.children(stbl), b"stsd") if stbl else None
    entry = next(claims.children(stsd, 8), None) if stsd else None
    if entry is None or entry.length < _ENTRY:
        return
    size = claims.source.number(entry.content + 24, 2), claims.source.number(entry.content + 26, 2)
    for box in claims.children(entry, _ENTRY):
        content = claims.source.read(box.content, min(box.length, 4096))
        if box.type == b"clap":
            yield from by_aperture(content, *size)
        elif box.type in (b"avcC", b"hvcC"):
            yield from by_configuration(box.type, content)


def by_aperture(content: bytes, width: int, height: int) -> Iterator[str]:
    """A clean aperture that leaves much of a picture of this size out."""
    across, over, down, under = (int.from_bytes(content[at : at + 4], "big") for at in (0, 4, 8, 12))
    if over and under and max(width - across / over, height - down / under) >= _LEAST_LINES:
        yield f"{width} × {height} pixels, of which {across // over} × {down // under} are shown"


def by_configuration(kind: bytes, content: bytes) -> Iterator[str]:
    """A decoder's configuration (`avcC` or `hvcC`) that leaves much of the coded picture out."""
    if len(content) < 7:
        return
    for unit in _sets(content, 6, content[5] & 31) if kind == b"avcC" else _arrays(content):
        if kind == b"avcC":
            left_out = cropped(unit) if unit[0] & 31 == SPS else (0, 0)
        else:
            left_out = _cropped_hevc(unit) if unit[0] >> 1 & 63 == 33 else (0, 0)
        if max(left_out) >= (_LEAST_LINES if kind == b"avcC" else _LEAST_LINES_HEVC):
            yield f"{left_out[0]} columns and {left_out[1]} lines of the coded picture"
            return


def _sets(content: bytes, at: int, count: int) -> Iterator[bytes]:
    for _ in range(count):
        length = int.from_bytes(content[at : at + 2], "big")
        if length and at + 2 + length <= len(content):
            yield content[at + 2 : at + 2 + length]
        at += 2 + length


def _arrays(content: bytes) -> Iterator[bytes]:
    at = 23
    for _ in range(content[22] if len(content) > at else 0):
        count = int.from_bytes(content[at + 1 : at + 3], "big")
        for unit in _sets(content, at + 3, min(count, 64)):
            yield unit
            at += 2 + len(unit)
        at += 3


def _cropped_hevc(unit: bytes) -> tuple[int, int]:
    """Columns and lines that are left out (H.265, 7.3.2.2.1 and 7.3.3)."""
    bits = Bits(unit[2:256].replace(b"\0\0\3", b"\0\0"))
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + 88 + 8)
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    bits.take(2 * (8 - layers) if layers else 0)
    for profile, level in present:
        bits.take(88 * profile + 8 * level)
    bits.golomb()
    chroma = bits.golomb()
    bits.take(1 if chroma == 3 else 0)
    bits.golombs(2)
    if not bits.take(1):
        return 0, 0
    left, right, top, bottom = (bits.golomb() for _ in range(4))
    across, down = 2 if chroma in (1, 2) else 1, 2 if chroma == 1 else 1
    return (across * (left + right), down * (top + bottom)) if bits.left >= 0 else (0, 0)
