"""Indexes of AVI: idx1 (16 bytes a chunk), and those of OpenDML (AVI 1.02, 3.0), of which only used entries stay."""

from collections.abc import Iterator
from typing import Final

from copwatch.media.avi.claims import Claims
from copwatch.media.facts import Danger
from copwatch.media.riff import Chunk
from copwatch.media.source import BLOCK

_ENTRY: Final = 16
_HEADER: Final = 24
_NOTHING: Final = b"JUNK" + bytes(12)


def old_index(claims: Claims, chunk: Chunk, streams: int) -> None:
    """The index idx1. Entries of what is no stream say nothing any more."""
    claims.parts.keep(chunk.start, 8, "the index")
    entries = chunk.length // _ENTRY * _ENTRY
    kept = chunk.content
    for start, end in _strange(claims, chunk.content, entries, streams):
        claims.parts.keep(kept, start - kept, "the index")
        count = (end - start) // _ENTRY
        claims.blank(
            start, end - start, "entries of the index that mean no stream", Danger.OTHER, _NOTHING * count
        )
        kept = end
    end = chunk.content + entries
    claims.parts.keep(kept, end - kept, "the index")
    claims.blank(end, chunk.length - entries + chunk.pad, "bytes behind the index", Danger.OTHER)


def _strange(claims: Claims, start: int, length: int, streams: int) -> Iterator[tuple[int, int]]:
    """Where entries stand whose chunk is of no stream, at most a block in one piece."""
    at = start
    known: dict[bytes, bool] = {b"rec ": True}
    while at < start + length:
        block = claims.source.read(at, min(BLOCK, start + length - at))
        names = [block[place : place + 4] for place in range(0, len(block), _ENTRY)]
        for name in set(names) - set(known):
            known[name] = name[:2].isdigit() and int(name[:2]) < streams and name[2:].isalnum()
        first = None
        for number, name in enumerate([*names, b"rec "]):
            if not known[name] and first is None:
                first = number
            elif known[name] and first is not None:
                yield at + first * _ENTRY, at + number * _ENTRY
                first = None
        at += len(block)


def long_index(claims: Claims, chunk: Chunk) -> None:
    """An index of OpenDML: of indexes (type 0, 16 bytes each) or of chunks (type 1, 8 bytes, or 12 with fields)."""
    if chunk.length < _HEADER:
        claims.remove(chunk, "an index that is cut short", Danger.OTHER)
        return
    head = claims.source.read(chunk.content, _HEADER)
    words, kind, used = int.from_bytes(head[:2], "little"), head[3], int.from_bytes(head[4:8], "little")
    if (words, kind) not in ((4, 0), (2, 1), (3, 1)):
        claims.remove(chunk, "an index of an unknown kind", Danger.OTHER)
        return
    said = 12 if kind == 0 else 20
    claims.parts.keep(chunk.start, 8 + said, "an index")
    claims.blank(chunk.content + said, _HEADER - said, "bytes of an index that are not used", Danger.OTHER)
    length = min(4 * words * used, chunk.length - _HEADER)
    claims.parts.keep(chunk.content + _HEADER, length, "an index")
    rest = chunk.length + chunk.pad - _HEADER - length
    claims.blank(
        chunk.content + _HEADER + length, rest, "entries of an index that are not used", Danger.OTHER
    )
