"""Forward-only bytes with lines: what a header is parsed from, also out of a pipe."""

from typing import Final, Protocol

_BLOCK: Final = 4096


class Readable(Protocol):
    """Anything with `read(n)`: files, sockets' makefile(), pipes, BytesIO."""

    def read(self, size: int, /) -> bytes | None:
        """Give at most `size` bytes; none means the end."""


class ByteSource:
    """Reads ahead in small blocks and knows how much of it was consumed."""

    __slots__ = ("_buffer", "_src", "consumed")

    def __init__(self, src: Readable, prefix: bytes = b"") -> None:
        """Read from `src`, after `prefix`, which was already taken from it."""
        self._src = src
        self._buffer = prefix
        self.consumed = 0

    def line(self, limit: int) -> bytes | None:
        """Take one line without its line feed; None when it ends neither within `limit` bytes nor at all."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched, limit)) < 0:
            searched = len(self._buffer)
            if searched >= limit or not self._fill():
                return None
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        self.consumed += end + 1
        return line

    def take(self, size: int) -> bytes:
        """Take exactly `size` bytes, or fewer at the end."""
        parts = [self._buffer[:size]]
        self._buffer = self._buffer[size:]
        missing = size - len(parts[0])
        while missing:
            part = self._src.read(missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        self.consumed += size - missing
        return b"".join(parts)

    def read(self, size: int, /) -> bytes:
        """Be a Readable too."""
        return self.take(size)

    def _fill(self) -> bool:
        more = self._src.read(_BLOCK)
        self._buffer += more or b""
        return bool(more)
