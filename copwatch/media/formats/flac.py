"""FLAC (RFC 9639): STREAMINFO, SEEKTABLE and frames stay; every other metadata block and all tags around go.

STREAMINFO's MD5 is a hash of the sound itself, which decoders check; whoever has the sound has it. Positions in a
SEEKTABLE count from the first frame, so that blocks before it may go. Bytes between two frames, which no program
writes, are not looked for: that would take the decoding of the whole.
"""

from typing import Final

from copwatch.media.audio_tags import before, behind, comment_facts, tag_facts
from copwatch.media.facts import Danger
from copwatch.media.flac_frames import end_of_frames
from copwatch.media.gathering import Gathering
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_MAGIC: Final = b"fLaC"
_STREAMINFO, _SEEKTABLE, _COMMENT, _PICTURE = 0, 3, 4, 6
_MOST_BLOCKS: Final = 4096
_LONGEST_TABLE: Final = 18 * 100_000
_PLACEHOLDER: Final = (1 << 64) - 1
_BLOCKS: Final = {
    1: ("padding", Danger.OTHER),
    2: ("a program's own block", Danger.OTHER),
    4: ("comments", Danger.IDENTITY),
    5: ("a cue sheet", Danger.IDENTITY),
    6: ("a picture", Danger.PICTURES),
}


def recognises(head: bytes) -> bool:
    """By its first four bytes; a file that begins with ID3 is passed on by the module of MP3."""
    return head.startswith(_MAGIC)


def scan(source: Source) -> Scan:
    """Every part of the file.

    Raises:
        Damaged: blocks or frames are not where they have to be.
        Unsupported: where the sound ends is not certain, or two files were put together.
    """
    parts, found = Parts(source.size, Treatment.DROP), Gathering("FLAC")
    tags = before(source)
    start = tags[-1].end if tags else 0
    if source.read(start, min(4, source.size - start)) != _MAGIC:
        raise Damaged("no FLAC behind the tags", start)
    parts.keep(start, 4, "the mark of the format")
    first, info = _blocks(source, parts, start + 4, found)
    tags += behind(source, first)
    limit = min([source.size, *(tag.start for tag in tags if tag.start >= first)])
    end = end_of_frames(source, first, limit, info)
    _check_single(source, first, end)
    parts.keep(first, end - first, "sound", essence=True)
    for tag in tags:
        parts.drop(tag.start, tag.end - tag.start, f"a tag ({tag.name})", Danger.IDENTITY)
        tag_facts(source, tag, found)
    if limit > end:
        parts.drop(end, limit - end, "bytes behind the end", Danger.TRAILING)
        found.add(Danger.TRAILING, "bytes behind the end", f"{limit - end:,}", end)
    return Scan("audio/flac", parts.whole(), tuple(found.facts()))


def _check_single(source: Source, at: int, end: int) -> None:
    """Among frames no other file may begin: its mark, and the header of STREAMINFO, which may be its only block."""
    while (at := source.find(_MAGIC, at, end)) >= 0:
        header = source.read(at + 4, min(4, end - at - 4))
        if header[:1] in (b"\0", b"\x80") and header[1:] == b"\0\0\x22":
            raise Unsupported("a second recording behind the first", at)
        at += 1


def _blocks(source: Source, parts: Parts, at: int, found: Gathering) -> tuple[int, bytes]:
    """Gives the metadata blocks (8.1) their place; returns where the frames begin, and STREAMINFO."""
    kept: list[tuple[int, int, int]] = []
    for _ in range(_MOST_BLOCKS):
        kind, size = source.number(at, 1), source.number(at + 1, 3)
        start, at = at, at + 4 + size
        if at > source.size:
            raise Damaged("a metadata block is longer than the file", start)
        if (kind & 127 == _STREAMINFO) is not (not kept) or (not kept and size != 34):
            raise Damaged("STREAMINFO is not the first block", start)
        if kind & 127 == _STREAMINFO or (
            kind & 127 == _SEEKTABLE and len(kept) == 1 and _is_seektable(source, start + 4, size)
        ):
            kept.append((start, kind & 127, size))
        else:
            what, danger = _BLOCKS.get(kind & 127, ("a block of unknown kind", Danger.OTHER))
            parts.drop(start, 4 + size, what, danger)
            _block_facts(source, kind & 127, start + 4, size, found)
        if kind & 128:
            break
    else:
        raise Unsupported("it has more metadata blocks than any program writes", at)
    for number, (start, kind, size) in enumerate(kept):
        last = 128 if number == len(kept) - 1 else 0
        parts.replace(start, 1, bytes((kind | last,)), "whether a block is the last")
        parts.keep(start + 1, 3, "the length of a block")
        parts.keep(start + 4, size, "what decoders need", essence=kind == _STREAMINFO)
    return at, source.read(kept[0][0] + 4, 34)


def _is_seektable(source: Source, start: int, size: int) -> bool:
    """Whether it is nothing but points (8.5) in their order, within the file; if not it goes, and nobody misses it."""
    if size % 18 or size > _LONGEST_TABLE:
        return False
    data, before = source.read(start, size), (-1, -1)
    for at in range(0, size, 18):
        point = int.from_bytes(data[at : at + 8], "big"), int.from_bytes(data[at + 8 : at + 16], "big")
        if point[0] == _PLACEHOLDER:
            if any(data[at + 8 : at + 18]):
                return False
        elif not (before[0] < point[0] < 1 << 36 and before[1] < point[1] < source.size):
            return False
        else:
            before = point
    return True


def _block_facts(source: Source, kind: int, start: int, size: int, found: Gathering) -> None:
    if kind == _COMMENT:
        comment_facts(source.read(start, min(size, 256 << 10)), start, found)
    elif kind == _PICTURE:
        found.add(Danger.PICTURES, "picture", f"{size:,} bytes", start)
    elif kind != 1:
        what, danger = _BLOCKS.get(kind, ("a block of unknown kind", Danger.OTHER))
        found.add(danger, "block", f"{what}, {size:,} bytes", start)
