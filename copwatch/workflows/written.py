"""Whether a rendition stands on the disk as it was looked at: read back where it is no coded picture or sound."""

import io
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import BinaryIO, Final, cast

from copwatch.errors import Unfinished

_BLOCK: Final = 1 << 20
_LITTLE: Final = 128 << 10


def check_written(written: BinaryIO, rendition: BinaryIO, essence: Sequence[tuple[int, int]]) -> None:
    """Holds what was written against the rendition that was looked at; of its essence only what stands between.

    Args:
        written: the new file, seekable, with `readinto`.
        rendition: what it was made of, the same way.
        essence: where it stands in the rendition, as (start, length) in bytes, in order.

    Raises:
        Unfinished: the disk gives back something else.
    """
    size = rendition.seek(0, io.SEEK_END)
    same = written.seek(0, io.SEEK_END) == size
    rooms = bytearray(_BLOCK), bytearray(_BLOCK)
    for start, end in _without_long(essence, size):
        for at in range(start, end, _BLOCK):
            one, other = (
                _at(file, at, memoryview(room)[: end - at])
                for file, room in zip((written, rendition), rooms, strict=True)
            )
            same = same and len(one) == min(end - at, _BLOCK) and bytes(one) == bytes(other)
    if not same:
        raise Unfinished("the disk does not give back what was written to it", hint="use another disk")


def filled(file: BinaryIO, room: memoryview) -> memoryview:
    """The next bytes: as many as there is room for, but at the end."""
    count, into = 0, cast("io.RawIOBase", file).readinto
    while count < len(room) and (more := into(room[count:])):
        count += more
    return room[:count]


def _at(file: BinaryIO, start: int, room: memoryview) -> memoryview:
    file.seek(start)
    return filled(file, room)


def _without_long(essence: Sequence[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """(start, end) of all but long stretches of essence: little in between is read the sooner with what is around."""
    at = 0
    for start, length in chain(essence, [(size, 0)]):
        if length > _LITTLE or start == size:
            if at < start:
                yield at, start
            at = start + length
