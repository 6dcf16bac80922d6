"""Sample tables of a track (ISO/IEC 14496-12, 8.7): where its samples stand. Counts are checked before reading."""

import sys
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from copwatch.media.boxes import Box
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

MOST_ENTRIES = 24_000_000
"""Samples of one track that have sizes of their own: a hundred hours at 60 a second."""
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}


class Fixed(NamedTuple):
    """Sound whose samples all have one size: `frames` of them take `size` bytes."""

    frames: int
    size: int


class Chunk(NamedTuple):
    """Samples that follow one another: where, by which sample description, and the number of the first and of all."""

    start: int
    description: int
    first: int
    samples: int


@dataclass
class Tables:
    """The tables of one track. `size` is the size of all samples, or 0 when `sizes` has one for each."""

    size: int
    count: int
    sizes: "array[int]"
    runs: list[tuple[int, int, int]]
    offsets: "array[int]"

    def chunks(self) -> Iterator[Chunk]:
        """The chunks as far as there are samples for them."""
        first, run, runs, left = 0, -1, self.runs, self.count
        following = 0 if runs else 1 << 32
        count = description = 0
        for number, start in enumerate(self.offsets, 1):
            while following <= number:
                run += 1
                _, count, description = runs[run]
                following = runs[run + 1][0] if run + 1 < len(runs) else 1 << 32
            samples = min(count, left)
            if samples:
                yield Chunk(start, description, first, samples)
                first, left = first + samples, left - samples
            elif not left:
                return

    def length(self, chunk: Chunk, fixed: Fixed | None) -> int:
        """How long a chunk is, in bytes."""
        if not self.size:
            return sum(self.sizes[chunk.first : chunk.first + chunk.samples])
        if fixed is not None:
            return -(-chunk.samples // fixed.frames) * fixed.size
        return chunk.samples * self.size


def counted(source: Source, box: Box, at: int, width: int) -> tuple[int, int]:
    """The count at `at` in a box's content, and where its entries of `width` bytes end. Raises `Damaged`."""
    if box.length < at + 4:
        raise Damaged("a table is cut short", box.start)
    count = source.number(box.content + at, 4)
    end = at + 4 + count * width
    if end > box.length:
        raise Damaged("a table is longer than its box", box.start)
    return count, end


def numbers(source: Source, start: int, count: int, width: int) -> "array[int]":
    """Unsigned integers, big-endian, that stand one behind the other."""
    if count > MOST_ENTRIES:
        raise Unsupported("it has more samples than any camera writes", start)
    found = array(_CODES[width])
    for block in _aligned(source, start, count * width, width):
        found.frombytes(block)
    if sys.byteorder == "little":
        found.byteswap()
    return found


def read_tables(source: Source, found: Callable[[bytes], Box | None]) -> Tables | None:
    """The tables among the boxes of a sample table; None when it has no samples. Raises `CannotClean`."""
    sizes, chunks, offsets = (
        found(b"stsz") or found(b"stz2"),
        found(b"stsc"),
        found(b"stco") or found(b"co64"),
    )
    if sizes is None or chunks is None or offsets is None:
        return None
    size, count, table = _sizes(source, sizes)
    width = 8 if offsets.type == b"co64" else 4
    runs, _ = counted(source, chunks, 4, 12)
    flat = numbers(source, chunks.content + 8, runs * 3, 4)
    rows = list(zip(flat[0::3], flat[1::3], flat[2::3], strict=True))
    if any(after[0] <= before[0] for before, after in pairwise(rows)):
        raise Damaged("the chunks of a track are not in order", chunks.start)
    number, _ = counted(source, offsets, 4, width)
    return Tables(size, count, table, rows, numbers(source, offsets.content + 8, number, width))


def sizes_end(source: Source, box: Box) -> int:
    """Where the entries of a `stsz` or `stz2` box end in its content. Raises `Damaged`."""
    if box.length < 12:
        raise Damaged("a table is cut short", box.start)
    size, count = source.number(box.content + 4, 4), source.number(box.content + 8, 4)
    bits = 32 if box.type == b"stsz" else size & 0xFF
    if box.type == b"stz2" and bits not in (4, 8, 16):
        raise Damaged("sizes of samples in a form that there is not", box.start)
    end = 12 if box.type == b"stsz" and size else 12 + (count * bits + 7) // 8
    if end > box.length:
        raise Damaged("a table is longer than its box", box.start)
    return end


def plain_end(source: Source, box: Box, samples: int) -> int:
    """Where a `sdtp`, `padb`, `stdp` or `cslg` box ends in its content, of a table or a fragment of so many samples.

    What stands behind is of no sample. One that ends sooner ends there. Raises `Damaged`.
    """
    if box.length < 4:
        raise Damaged("a table is cut short", box.start)
    if box.type == b"cslg":
        end = 44 if source.number(box.content, 1) else 24
    elif box.type == b"padb":
        end = 8 + (samples + 1) // 2
    else:
        end = 4 + samples * (2 if box.type == b"stdp" else 1)
    return min(end, box.length)


def _sizes(source: Source, box: Box) -> tuple[int, int, "array[int]"]:
    sizes_end(source, box)
    size, count = source.number(box.content + 4, 4), source.number(box.content + 8, 4)
    start = box.content + 12
    if box.type == b"stsz":
        return (size, count, array("I")) if size else (0, count, numbers(source, start, count, 4))
    bits = size & 0xFF
    if bits != 4:
        return 0, count, numbers(source, start, count, bits // 8)
    halves = array("B")
    for byte in numbers(source, start, (count + 1) // 2, 1):
        halves.extend((byte >> 4, byte & 15))
    return 0, count, halves[:count]


def _aligned(source: Source, start: int, length: int, width: int) -> Iterator[bytes]:
    left = b""
    for block in source.blocks(start, length):
        both = left + block
        cut = len(both) - len(both) % width
        yield both[:cut]
        left = both[cut:]
