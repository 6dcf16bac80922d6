"""What the chunks of a WAV file reveal that do not stay."""

from collections.abc import Iterable
from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.riff import Chunk, info_facts
from copwatch.media.source import Source
from copwatch.media.texts import letters, of_id3, of_xmp, text

_READ: Final = 1 << 20
_KINDS: Final = {
    b"LIST": (Danger.IDENTITY, "list of texts"),
    b"id3 ": (Danger.IDENTITY, "ID3 tag"),
    b"ID3 ": (Danger.IDENTITY, "ID3 tag"),
    b"bext": (Danger.IDENTITY, "description of a broadcast"),
    b"iXML": (Danger.IDENTITY, "notes of the recorder (iXML)"),
    b"axml": (Danger.IDENTITY, "notes (axml)"),
    b"aXML": (Danger.IDENTITY, "notes (axml)"),
    b"_PMX": (Danger.IDENTITY, "XMP"),
    b"C2PA": (Danger.IDENTITY, "data about where it comes from (C2PA)"),
    b"cart": (Danger.IDENTITY, "description of a broadcast"),
    b"PEAK": (Danger.TIME, "loudest points, with the time of writing"),
    b"cue ": (Danger.OTHER, "marks in the sound"),
    b"plst": (Danger.OTHER, "marks in the sound"),
    b"smpl": (Danger.IDENTITY, "settings of an instrument"),
    b"inst": (Danger.OTHER, "settings of an instrument"),
    b"JUNK": (Danger.OTHER, "filling"),
    b"PAD ": (Danger.OTHER, "filling"),
    b"FLLR": (Danger.OTHER, "filling"),
}
_BROADCAST: Final = (
    (0, 256, Danger.IDENTITY, "description"),
    (256, 32, Danger.IDENTITY, "originator"),
    (288, 32, Danger.IDENTITY, "reference of the originator"),
    (320, 10, Danger.TIME, "date"),
    (330, 8, Danger.TIME, "time"),
    (602, 200, Danger.SOFTWARE, "history of coding"),
)
"""Offset, length and meaning (EBU Tech 3285)."""


def danger(kind: bytes) -> tuple[Danger, str]:
    """What a chunk that does not stay may reveal, and what it is in words."""
    return _KINDS.get(kind, (Danger.OTHER, "a chunk that the sound does not need"))


def facts(source: Source, chunk: Chunk) -> Iterable[Fact]:
    """What a chunk reveals that does not stay."""
    kind, at, end = chunk.type, chunk.content, chunk.content + chunk.length
    if kind == b"LIST" and chunk.length >= 4 and source.read(at, 4) == b"INFO":
        return info_facts(source, at + 4, end)
    if kind in (b"id3 ", b"ID3 "):
        return of_id3(source, at, chunk.length)
    content = source.read(at, min(chunk.length, _READ))
    what, name = danger(kind)
    if kind == b"_PMX":
        return of_xmp(content, at)
    if kind == b"bext":
        return [
            Fact(field, label, text(content[start : start + length]), "bext", at + start)
            for start, length, field, label in _BROADCAST
        ]
    if kind in (b"iXML", b"axml", b"aXML"):
        return [Fact(what, name, text(content), letters(kind), chunk.start)]
    said = f"{chunk.length:,} bytes" if content.strip(b"\0") else ""
    return [Fact(what, name, said, letters(kind), chunk.start)]
