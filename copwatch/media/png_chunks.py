"""Chunks of PNG (W3C Portable Network Graphics, third edition, 5.3): length, type, content, CRC."""

import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS: Final = 250_000
_LONGEST: Final = (1 << 31) - 1


class Chunk(NamedTuple):
    """One chunk: its type, where it begins, and the length of its content in bytes."""

    type: bytes
    start: int
    length: int

    @property
    def content(self) -> int:
        """Where its content begins."""
        return self.start + 8

    @property
    def size(self) -> int:
        """Its length as a whole."""
        return self.length + 12

    @property
    def end(self) -> int:
        """The first position behind it."""
        return self.start + self.size


def chunks(source: Source, start: int) -> Iterator[Chunk]:
    """The chunks from `start` to the end of the file.

    Raises:
        Damaged: what stands there is no chunk, or it is longer than the file.
        Unsupported: more of them than any writer makes.
    """
    at, count = start, 0
    while at < source.size:
        head = source.read(at, 8)
        chunk = Chunk(head[4:], at, int.from_bytes(head[:4], "big"))
        if chunk.length > _LONGEST or not chunk.type.isalpha():
            raise Damaged("what stands here is no chunk of a PNG file", at)
        if chunk.end > source.size:
            raise Damaged(f"a chunk of {chunk.length:,} bytes is longer than the file", at)
        yield chunk
        at, count = chunk.end, count + 1
        if count > MOST_CHUNKS:
            raise Unsupported("it has more chunks than any writer makes", at)


def intact(source: Source, chunk: Chunk) -> bool:
    """Whether the CRC of a chunk is that of its type and content."""
    return source.number(chunk.end - 4, 4) == crc(source, chunk, chunk.length)


def crc(source: Source, chunk: Chunk, length: int) -> int:
    """The CRC that the chunk would have with the first `length` bytes of its content."""
    value = zlib.crc32(chunk.type)
    for block in source.blocks(chunk.content, length):
        value = zlib.crc32(block, value)
    return value


def chunk_bytes(kind: bytes, content: bytes) -> bytes:
    """A whole chunk."""
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
