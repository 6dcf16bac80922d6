"""Facts out of the texts and blocks that many formats carry: bounded, and never the reason of a refusal."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from copwatch.media.exif_facts import exif_facts, xmp_facts
from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import Gathering
from copwatch.media.source import Source

LONGEST: Final = 200
"""Characters of a value; nobody reads more of it in a list."""
MOST: Final = 200
"""Facts of a file."""


def text(raw: bytes) -> str:
    """What stands in `raw` up to its first zero byte: UTF-8 where it is that, Latin-1 otherwise; shortened."""
    raw = raw.partition(b"\0")[0][: 4 * LONGEST]
    try:
        return raw.decode().strip()[:LONGEST]
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()[:LONGEST]


def letters(kind: bytes) -> str:
    """The name of a chunk as it may be shown; nothing when it is no name."""
    return kind.decode("ascii").strip() if all(0x20 <= byte < 0x7F for byte in kind) else ""


def first(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The most dangerous `MOST` of those that say anything, each kind in the order of the file."""
    told = islice((fact for fact in facts if fact.value), 20 * MOST)
    return tuple(sorted(told, key=lambda fact: fact.danger)[:MOST])


def of_exif(block: bytes, offset: int) -> list[Fact]:
    """What an EXIF block reveals, with or without the letters that JPEG puts before it."""
    prefix = 6 if block[:6] == b"Exif\0\0" else 0
    found = exif_facts(block[prefix:], offset + prefix)
    return found or [Fact(Danger.IDENTITY, "EXIF", f"{len(block):,} bytes", "EXIF", offset)]


def of_xmp(packet: bytes, offset: int) -> list[Fact]:
    """What an XMP packet reveals."""
    found = xmp_facts(packet, offset)
    return found or [Fact(Danger.IDENTITY, "XMP", f"{len(packet):,} bytes", "XMP", offset)]


def of_id3(source: Source, start: int, length: int) -> list[Fact]:
    """What an ID3 tag reveals, of the kind that stands before sound."""
    from copwatch.media.audio_tags import Tag, tag_facts

    found = Gathering("ID3")
    if length > 10 and source.read(start, 3) == b"ID3":
        tag_facts(source, Tag(start, start + length, "ID3v2"), found)
    return found.facts() or [Fact(Danger.IDENTITY, "ID3 tag", f"{length:,} bytes", "ID3", start)]


INFO: Final = {
    b"ISFT": (Danger.SOFTWARE, "software"),
    b"ITCH": (Danger.IDENTITY, "technician"),
    b"IART": (Danger.IDENTITY, "artist"),
    b"ICOP": (Danger.IDENTITY, "copyright"),
    b"IENG": (Danger.IDENTITY, "engineer"),
    b"INAM": (Danger.IDENTITY, "title"),
    b"IPRD": (Danger.IDENTITY, "product"),
    b"ICMT": (Danger.IDENTITY, "comment"),
    b"ISBJ": (Danger.IDENTITY, "subject"),
    b"IKEY": (Danger.IDENTITY, "keywords"),
    b"ISRC": (Danger.IDENTITY, "source"),
    b"ICRD": (Danger.TIME, "date"),
    b"IDIT": (Danger.TIME, "time of recording"),
    b"IARL": (Danger.PLACE, "place of archive"),
    b"ILOC": (Danger.PLACE, "place"),
}
"""The list INFO of RIFF files (Multimedia Programming Interface and Data Specifications 1.0, 1991, chapter 2)."""
