"""Chunks of RIFF (Multimedia Programming Interface and Data Specifications 1.0, 1991) and of IFF (EA IFF 85).

A chunk is four letters, the length of its content in four bytes, the content, and a zero where that length is odd.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import Parts
from copwatch.media.refusal import Unsupported
from copwatch.media.source import Source
from copwatch.media.texts import INFO, MOST, letters, text

MOST_CHUNKS: Final = 500_000
_LETTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _-.()\xa9")


class Chunk(NamedTuple):
    """One chunk. `said` is the length of its content by its header, `length` what of it there is."""

    type: bytes
    start: int
    said: int
    length: int
    end: int

    @property
    def content(self) -> int:
        """Where its content begins."""
        return self.start + 8

    @property
    def pad(self) -> int:
        """How many bytes stand between its content and the next chunk: 0 or 1."""
        return self.end - self.content - self.length

    @property
    def whole(self) -> bool:
        """Whether all of its content is there."""
        return self.said == self.length


def chunks(source: Source, start: int, end: int, *, little: bool = True) -> Iterator[Chunk]:
    """The chunks between two positions; the last may be longer by its header than what holds it.

    Up to seven bytes that are left over at the end are no chunk; who asks sees them by the end of the last chunk.

    Raises:
        Unsupported: more of them than any recorder writes.
    """
    at, count, order = start, 0, "little" if little else "big"
    while end - at >= 8:
        head = source.read(at, 8)
        said = int.from_bytes(head[4:], "little" if order == "little" else "big")
        length = min(said, end - at - 8)
        chunk = Chunk(head[:4], at, said, length, at + 8 + length + padding(source, at + 8, length, end))
        yield chunk
        at, count = chunk.end, count + 1
        if count > MOST_CHUNKS:
            raise Unsupported("it has more chunks than any recorder writes", at)


def named(letters: bytes) -> bool:
    """Whether these four bytes could be the name of a chunk."""
    return len(letters) == 4 and _LETTERS.issuperset(letters)


def padding(source: Source, content: int, length: int, end: int) -> int:
    """How many bytes stand between content of this length and the next chunk. Some writers leave out the zero."""
    at = content + length
    if not length & 1 or at >= end:
        return 0
    after = source.read(at, min(5, end - at))
    unpadded = after[0] != 0 and named(after[:4]) and not named(after[1:5])
    return 0 if unpadded else 1


def info_facts(source: Source, start: int, end: int) -> Iterator[Fact]:
    """What a list INFO between two positions reveals."""
    for number, chunk in enumerate(chunks(source, start, end)):
        if number >= MOST:
            return
        danger, name = INFO.get(chunk.type, (Danger.IDENTITY, "text"))
        value = text(source.read(chunk.content, min(chunk.length, 1000)))
        yield Fact(danger, name, value, f"INFO {letters(chunk.type)}".strip(), chunk.start)


def padded(parts: Parts, chunk: Chunk) -> int:
    """The zero behind a chunk of odd length that stays, put right or put in. How many bytes it then has."""
    if not chunk.length & 1:
        return 0
    parts.replace(chunk.content + chunk.length, chunk.pad, b"\0", "the end of a chunk", Danger.OTHER)
    return 1
