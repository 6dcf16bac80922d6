"""Reading hostile bytes: a seekable file of known size; nothing is read beyond its end, or without limit."""

import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from copwatch.media.refusal import Damaged, Unsupported

WINDOW = 64 << 10
"""What is read at once where less is asked for; structures lie close together."""
LONGEST_READ = 32 << 20
"""The most bytes that a parser may have at once."""
BLOCK = 256 << 10
"""Small enough to stay in the cache of the processor from step to step."""


class Source:
    """Bytes by their position. Parsers use nothing else, so that none can be led outside of the file.

    Args:
        file: seekable and readable; its position is of no account before, and undefined afterwards.
        known: essence, as (start, length) in order, whose bytes were looked at in another file that has them too.
    """

    def __init__(self, file: BinaryIO, known: Iterable[tuple[int, int]] = ()) -> None:
        self._file = file
        self._into = file.readinto if isinstance(file, io.BufferedIOBase | io.RawIOBase) else None
        self._pieces = {start: start + length for start, length in known}
        self._known = _joined(self._pieces)
        self.size = file.seek(0, io.SEEK_END)
        self._start, self._window = 0, b""
        self._room = bytearray()

    def over(self, wrap: Callable[[BinaryIO], BinaryIO]) -> "Source":
        """The file as `wrap` makes it, where all that is known of this one stays as it is."""
        return Source(wrap(self._file), ((start, end - start) for start, end in self._pieces.items()))

    def read(self, start: int, length: int) -> bytes:
        """Exactly these bytes.

        Raises:
            Damaged: the file ends before them.
            Unsupported: more than `LONGEST_READ`.
        """
        if start < 0 or length < 0 or start + length > self.size:
            raise Damaged("something would stand beyond the end of the file", max(start, 0))
        if length > LONGEST_READ:
            raise Unsupported(f"a single structure of {length:,} bytes", start)
        at = start - self._start
        if not 0 <= at <= len(self._window) - length:
            self._fill(start, length)
            at = 0
        return self._window[at : at + length]

    def number(self, start: int, length: int, *, little: bool = False) -> int:
        """An unsigned integer of 1 to 8 bytes. Raises as `read`."""
        return int.from_bytes(self.read(start, length), "little" if little else "big")

    def known(self, start: int, end: int) -> bool:
        """Whether these bytes are essence that was looked at before, so that nothing new can be in them."""
        index = bisect_right(self._known, (start, self.size + 1)) - 1
        return index >= 0 and self._known[index][0] <= start and end <= self._known[index][1]

    def known_end(self, start: int) -> int | None:
        """The end of the piece of essence that begins there, as it was found where it was looked at before."""
        return self._pieces.get(start)

    def blocks(self, start: int, length: int) -> Iterator[bytes]:
        """These bytes in blocks, of any length in all, in constant memory. Raises `Damaged` as `read`."""
        if start < 0 or length < 0 or start + length > self.size:
            raise Damaged("something would stand beyond the end of the file", max(start, 0))
        while length:
            self._file.seek(start)
            block = self._file.read(min(BLOCK, length))
            if not block:
                raise Damaged("the file became shorter while it was read", start)
            yield block
            start, length = start + len(block), length - len(block)

    def find(self, pattern: bytes, start: int, end: int) -> int:
        """The first position of `pattern` that lies wholly between `start` and `end`; -1 when there is none."""
        overlap, before = len(pattern) - 1, b""
        at = start
        for block in self.blocks(start, max(0, min(end, self.size) - start)):
            both = before + block
            found = both.find(pattern)
            if found >= 0:
                return at - len(before) + found
            at, before = at + len(block), both[max(0, len(both) - overlap) :]
        return -1

    def search(self, pattern: re.Pattern[bytes], start: int, width: int) -> int:
        """The first match of `pattern`, which matches `width` bytes; -1 when there is none."""
        at, length = start, WINDOW
        inside = at - self._start
        if 0 <= inside <= len(self._window) - width:
            if found := pattern.search(self._window, inside):
                return self._start + found.start()
            at = self._start + len(self._window) - width + 1
        while at <= self.size - width:
            block = self._block(at, min(length, self.size - at))
            if found := pattern.search(block):
                return at + found.start()
            at, length = at + len(block) - width + 1, BLOCK
        return -1

    def fresh(self, start: int, length: int) -> bytes:
        """Exactly these bytes, which lie in the file, from it alone. Raises `Damaged` when it became shorter."""
        self._file.seek(start)
        parts = []
        while length and (part := self._file.read(length)):
            parts.append(part)
            length -= len(part)
        if length:
            raise Damaged("the file became shorter while it was read", start)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _block(self, start: int, length: int) -> memoryview | bytes:
        """Up to `BLOCK` bytes, which hold until the next call: new memory for each would cost more than reading."""
        if self._into is None:
            return self.fresh(start, length)
        if not self._room:
            self._room = bytearray(BLOCK)
        self._file.seek(start)
        view, count = memoryview(self._room)[:length], 0
        while count < length and (more := self._into(view[count:])):
            count += more
        if count < length:
            raise Damaged("the file became shorter while it was read", start)
        return view

    def _fill(self, start: int, length: int) -> None:
        wanted = min(max(length, WINDOW), self.size - start)
        self._start, self._window = start, self.fresh(start, wanted)


def _joined(pieces: dict[int, int]) -> list[tuple[int, int]]:
    """(start, end) of stretches, those that touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in pieces.items():
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
