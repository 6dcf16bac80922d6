"""The list hdrl of AVI: what the file is made of (Microsoft, "AVI RIFF File Reference"; OpenDML AVI 1.02, 1996)."""

from typing import Final, NamedTuple

from copwatch.media.avi.bitmap import HEADER as _BITMAP
from copwatch.media.avi.bitmap import neutral_header, neutral_settings
from copwatch.media.avi.claims import Claims
from copwatch.media.avi.codings import Way, way_of_pictures
from copwatch.media.avi.index import long_index
from copwatch.media.avi.samples import Samples
from copwatch.media.facts import Danger, Fact
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.riff import Chunk, chunks, info_facts
from copwatch.media.wave_format import neutral_format

MOST_STREAMS: Final = 100
"""A stream has two digits."""
_LONGEST_FORMAT: Final = 64 << 10
_JPEG_FIELDS: Final = b"\x2c\0\0\0\x18\0\0\0"
"""How the seven numbers begin that may follow the header of a bitmap: how JPEG is used, and which field is first."""
_REMOVED: Final = {
    b"strd": (Danger.IDENTITY, "data of the camera"),
    b"strn": (Danger.IDENTITY, "name of a stream"),
    b"IDIT": (Danger.TIME, "time of recording"),
    b"ISMP": (Danger.TIME, "time code"),
    b"JUNK": (Danger.OTHER, "filling that is not empty"),
    b"PAD ": (Danger.OTHER, "filling that is not empty"),
    b"_PMX": (Danger.IDENTITY, "XMP"),
    b"LIST": (Danger.IDENTITY, "a list that is not needed"),
}


class _Header(NamedTuple):
    kind: bytes
    start: int


def other(claims: Claims, chunk: Chunk) -> None:
    """A chunk that is on no list."""
    danger, what = _REMOVED.get(chunk.type, (Danger.OTHER, "a chunk that is not needed"))
    claims.remove(chunk, what, danger)
    if chunk.type == b"LIST" and chunk.length >= 4:
        kind = claims.source.read(chunk.content, 4)
        if kind == b"INFO":
            claims.add(list(info_facts(claims.source, chunk.content + 4, chunk.content + chunk.length)))
            return
    claims.tell(danger, what, chunk)


def header_list(claims: Claims, start: int, end: int) -> list[Samples]:
    """What stands in hdrl; how each stream is looked at. Raises `CannotClean`."""
    streams: list[Samples] = []
    for chunk in chunks(claims.source, start, end):
        kind = _kind(claims, chunk)
        if chunk.type == b"avih":
            claims.keep(chunk, 40, "the header of the file")
        elif kind == b"strl":
            claims.parts.keep(chunk.start, 12, "the beginning of a stream's list")
            streams.append(_stream(claims, chunk))
            _pad(claims, chunk)
        elif kind == b"odml":
            claims.parts.keep(chunk.start, 12, "the beginning of a list")
            _extended(claims, chunk)
            _pad(claims, chunk)
        else:
            other(claims, chunk)
    if len(streams) > MOST_STREAMS:
        raise Unsupported("it has more streams than there are numbers", start)
    return streams


def _kind(claims: Claims, chunk: Chunk) -> bytes:
    """The type of a list, or nothing."""
    return claims.source.read(chunk.content, 4) if chunk.type == b"LIST" and chunk.length >= 4 else b""


def _pad(claims: Claims, chunk: Chunk) -> None:
    claims.blank(chunk.end - chunk.pad, chunk.pad, "the end of a list", Danger.OTHER)


def _extended(claims: Claims, chunk: Chunk) -> None:
    for inner in chunks(claims.source, chunk.content + 4, chunk.content + chunk.length):
        if inner.type == b"dmlh":
            claims.keep(inner, 4, "the number of frames")
        else:
            other(claims, inner)


def _stream(claims: Claims, chunk: Chunk) -> Samples:
    header, found = None, None
    for inner in chunks(claims.source, chunk.content + 4, chunk.content + chunk.length):
        if inner.type == b"strh" and header is None:
            header = _stream_header(claims, inner)
        elif inner.type == b"strf" and header is not None and found is None:
            found = _format(claims, inner, header)
        elif inner.type == b"indx":
            long_index(claims, inner)
        elif inner.type == b"vprp" and inner.length >= 36:
            fields = claims.source.number(inner.content + 32, 4, little=True)
            claims.keep(inner, 36 + 32 * min(fields, 2), "how pictures are shown")
        else:
            other(claims, inner)
    if header is None or found is None:
        raise Damaged("a stream without its header or format", chunk.start)
    return found


def _stream_header(claims: Claims, chunk: Chunk) -> _Header:
    if chunk.length < 48:
        raise Damaged("the header of a stream is cut short", chunk.start)
    claims.parts.keep(chunk.start, 8 + 14, "the header of a stream")
    claims.blank(chunk.content + 14, 2, "the language of a stream", Danger.IDENTITY)
    kept = min(chunk.length, 56)
    claims.parts.keep(chunk.content + 16, kept - 16, "the header of a stream")
    more = chunk.length + chunk.pad - kept
    claims.blank(chunk.content + kept, more, "bytes behind the header of a stream", Danger.OTHER)
    return _Header(claims.source.read(chunk.content, 4), chunk.start)


def _format(claims: Claims, chunk: Chunk, header: _Header) -> Samples:
    if header.kind == b"vids":
        return _pictures(claims, chunk)
    if header.kind == b"auds":
        return _sound(claims, chunk)
    if header.kind == b"iavs":
        # what DVINFO says of the sound and the picture (Microsoft, "DV Data in the AVI File Format", 1997)
        claims.keep(chunk, 24, "the format of DV")
        return Samples(Way.DV)
    claims.keep(chunk, 0, "the format of a stream")
    kind = "text" if header.kind == b"txts" else "neither picture nor sound"
    claims.add([Fact(Danger.TRACKS, "track", kind, "strh", header.start)])
    return Samples(Way.REMOVED)


def _sound(claims: Claims, chunk: Chunk) -> Samples:
    """In its place: a count of more bytes that are of no use is zero then."""
    content = claims.source.read(chunk.content, min(chunk.length, _LONGEST_FORMAT))
    clean = neutral_format(content, chunk.start)
    claims.parts.keep(chunk.start, 8, "the format of sound")
    clean += bytes(chunk.length + chunk.pad - len(clean))
    claims.blank(chunk.content, len(clean), "bytes behind the format of sound", Danger.OTHER, clean)
    return Samples(Way.AS_IT_IS)


def _pictures(claims: Claims, chunk: Chunk) -> Samples:
    if not _BITMAP <= chunk.length <= _LONGEST_FORMAT:
        raise Damaged("the format of pictures is cut short, or longer than any", chunk.start)
    content = claims.source.read(chunk.content, chunk.length)
    way = way_of_pictures(content[16:20], chunk.start)
    if way in (Way.H264, Way.HEVC) and content[_BITMAP : _BITMAP + 1] == b"\1":
        raise Unsupported("pictures whose units have lengths, not start codes", chunk.start)
    claims.parts.keep(chunk.start, 8, "the format of pictures")
    clean, samples = bytearray(neutral_header(content[:_BITMAP]) + content[_BITMAP:]), Samples(way)
    if way is Way.JPEG:
        used = _BITMAP + 28 if content[_BITMAP:].startswith(_JPEG_FIELDS) else _BITMAP
        clean[used:] = bytes(max(0, len(content) - used))
    elif way is Way.AS_IT_IS:
        clean[_BITMAP:] = neutral_settings(content, content[_BITMAP:])
        used = _BITMAP + 4 * _colours(content) if content[16:20] == bytes(4) else len(content)
        clean[used:] = bytes(max(0, len(content) - used))
    else:
        if way in (Way.MPEG2, Way.MPEG4) and b"\0\0\1" not in content[_BITMAP:]:
            clean[_BITMAP:] = bytes(len(content) - _BITMAP)
        for start, end, _, _, new in samples.holes(content[_BITMAP:], chunk.start):
            clean[_BITMAP + start : _BITMAP + end] = new or bytes(end - start)
    clean += bytes(chunk.pad)
    claims.blank(chunk.content, len(clean), "texts in the format of pictures", Danger.SOFTWARE, bytes(clean))
    return samples


def _colours(content: bytes) -> int:
    """How many entries a palette has, for pictures that are not compressed."""
    bits, used = int.from_bytes(content[14:16], "little"), int.from_bytes(content[32:36], "little")
    return 0 if bits > 8 else min(used or 1 << bits, 256)
