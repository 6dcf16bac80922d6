"""What the chunks of a PNG file reveal that do not stay."""

import zlib
from collections.abc import Iterable
from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.png_chunks import Chunk
from copwatch.media.source import Source
from copwatch.media.texts import LONGEST, of_exif, of_xmp, text

_READ: Final = 1 << 20
_DANGERS: Final = {
    b"tEXt": (Danger.IDENTITY, "text"),
    b"zTXt": (Danger.IDENTITY, "text"),
    b"iTXt": (Danger.IDENTITY, "text"),
    b"eXIf": (Danger.IDENTITY, "EXIF"),
    b"zxIf": (Danger.IDENTITY, "EXIF"),
    b"tIME": (Danger.TIME, "time of the last change"),
    b"caBX": (Danger.IDENTITY, "data about where it comes from (C2PA)"),
    b"iCCP": (Danger.IDENTITY, "a colour profile that no decoder would use"),
    b"fcTL": (Danger.PICTURES, "frames that no decoder would show"),
    b"fdAT": (Danger.PICTURES, "frames that no decoder would show"),
    b"IDAT": (Danger.TRAILING, "data behind the picture"),
}
_KEYWORDS: Final = {
    **dict.fromkeys(("title", "author", "description", "copyright", "comment"), Danger.IDENTITY),
    **dict.fromkeys(("disclaimer", "warning", "source"), Danger.IDENTITY),
    **dict.fromkeys(("creation time", "date:create", "date:modify", "date:timestamp"), Danger.TIME),
    "software": Danger.SOFTWARE,
    "location": Danger.PLACE,
}
"""Those of the standard (11.3.3.1), and some that programs write."""


def danger(kind: bytes) -> tuple[Danger, str]:
    """What a chunk that does not stay may reveal, and what it is in words."""
    return _DANGERS.get(kind, (Danger.OTHER, f"chunk {kind.decode('latin-1')}"))


def facts(source: Source, chunk: Chunk) -> Iterable[Fact]:
    """What a chunk reveals that does not stay; never an exception but `Damaged`."""
    kind, content = chunk.type, source.read(chunk.content, min(chunk.length, _READ))
    if kind in (b"tEXt", b"zTXt", b"iTXt"):
        return _text(chunk, content)
    if kind == b"tIME" and len(content) == 7:
        year, rest = int.from_bytes(content[:2], "big"), content[2:]
        value = "{}-{:02}-{:02} {:02}:{:02}:{:02}".format(year, *rest)
        return [Fact(Danger.TIME, "time of the last change", value, "tIME", chunk.start)]
    if kind == b"eXIf":
        return of_exif(content, chunk.content)
    what, name = danger(kind)
    return [Fact(what, name, f"{chunk.length:,} bytes", kind.decode("latin-1"), chunk.start)]


def _text(chunk: Chunk, content: bytes) -> Iterable[Fact]:
    raw_keyword, _, rest = content.partition(b"\0")
    keyword, at = text(raw_keyword), chunk.content + len(raw_keyword) + 1
    if chunk.type == b"zTXt":
        rest = _inflated(rest[1:])
    elif chunk.type == b"iTXt":
        packed, (_, _, value) = rest[:1] == b"\1", _three(rest[2:])
        at += len(rest) - len(value)
        rest = _inflated(value) if packed else value
    if keyword == "XML:com.adobe.xmp":
        return of_xmp(rest, at)
    if keyword.startswith("Raw profile type "):
        return _raw_profile(chunk, rest)
    kind, said = _KEYWORDS.get(keyword.lower()), text(rest)
    if kind is None:
        return [
            Fact(Danger.IDENTITY, "text", f"{keyword}: {said}"[:LONGEST], chunk.type.decode(), chunk.start)
        ]
    return [Fact(kind, keyword.lower(), said, chunk.type.decode(), chunk.start)]


def _raw_profile(chunk: Chunk, value: bytes) -> Iterable[Fact]:
    """A block as digits in lines, with name and length before it, as ImageMagick writes it."""
    lines = value.strip().split(b"\n", 2)
    try:
        block = bytes.fromhex(lines[2].decode("ascii")) if len(lines) == 3 else b""
    except ValueError:
        block = b""
    if block[:6] == b"Exif\0\0" or block[:4] in (b"II*\0", b"MM\0*"):
        return of_exif(block, chunk.content)
    if b"<x:xmpmeta" in block:
        return of_xmp(block, chunk.content)
    return [
        Fact(
            Danger.IDENTITY,
            "block of another format",
            f"{len(block):,} bytes",
            chunk.type.decode(),
            chunk.start,
        )
    ]


def _three(data: bytes) -> tuple[bytes, bytes, bytes]:
    first, _, rest = data.partition(b"\0")
    second, _, third = rest.partition(b"\0")
    return first, second, third


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _READ)
    except zlib.error:
        return b""
