"""Taking a file in: read once, hash, seal, hash, write, in constant memory (DESIGN, "Taking in").

The primitives release the interpreter lock, so a large file runs through three threads at once: reading and
hashing, sealing, hashing the sealed bytes and writing. Small files run whole, several beside each other.
"""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Protocol

from copwatch.crypto.age import Encryptor, Recipient
from copwatch.proof.padding import PIECE_CAPACITY, padme
from copwatch.store.durable import FIXED_TIME, start_writing
from copwatch.store.objects import StagingFolder

LARGE = 8 << 20
"""From this size on, the three steps of one file run beside each other."""
BLOCK = 512 << 10
"""What is read at once: small enough to stay in the processor's cache from step to step."""
_AHEAD = 4
_SEND_EVERY = 32 << 20
_ZEROS = memoryview(bytes(BLOCK))
Advance = Callable[[int], None]


class Source(Protocol):
    """Anything that fills a buffer; 0 means the end."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Reads up to len(buffer) bytes."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sealed object of a file and how many bytes of the file it holds."""

    object: str
    size: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """What became of one file: its size, the SHA-256 of its bytes, its pieces, where they stand, its first bytes."""

    size: int
    sha256: str
    pieces: tuple[Piece, ...]
    paths: tuple[Path, ...]
    head: bytes

    def staged(self) -> dict[str, Path]:
        """Where each object stands until it is placed."""
        return {piece.object: path for piece, path in zip(self.pieces, self.paths, strict=True)}

    def discard(self) -> None:
        """Removes what stands there."""
        _remove(self.paths)


def seal_file(
    source: Source,
    recipients: list[Recipient],
    folder: StagingFolder,
    *,
    expected: int = LARGE,
    advance: Advance = lambda _: None,
    capacity: int = PIECE_CAPACITY,
) -> Sealed:
    """Seals everything that `source` gives to `recipients` into staged objects.

    Whatever fails, nothing is left staged of this file.

    Args:
        expected: about how many bytes will come; it decides how the work is spread, and nothing else.
        advance: told the number of plain bytes as they are taken.
        capacity: the most plain bytes of one piece.
    """
    plain, reader = hashlib.sha256(), _Reader(source, advance, expected)
    pieces: list[Piece] = []
    paths: list[Path] = []
    try:
        while not pieces or not reader.ended():
            path, file = folder.create()
            paths.append(path)
            with file:
                pieces.append(
                    _seal_piece(reader, plain.update, recipients, file, expected >= LARGE, capacity)
                )
            os.utime(path, (FIXED_TIME, FIXED_TIME))
    except BaseException:
        _remove(paths)
        raise
    return Sealed(reader.total, plain.hexdigest(), tuple(pieces), tuple(paths), reader.head)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _seal_piece(
    reader: "_Reader",
    plain: Callable[[memoryview], None],
    recipients: list[Recipient],
    file: FileIO,
    large: bool,
    capacity: int,
) -> Piece:
    with _lane(large) as seal, _lane(large) as store:
        writer = _PieceWriter(Encryptor(recipients), file, seal, store)
        size = 0
        for block in reader.blocks(capacity):
            plain(block)
            size += len(block)
            writer.write(block)
        return Piece(writer.finish(padme(size) - size), size)


class _Here:
    """Work is done at once, in this thread."""

    def run(self, work: Callable[[], None]) -> None:
        """Does `work`."""
        work()

    def finish(self) -> None:
        """Nothing is waiting."""


class _Beside:
    """Work is done in order in one other thread, which is at most a few steps behind."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._waiting: deque[Future[None]] = deque()

    def run(self, work: Callable[[], None]) -> None:
        """Hands `work` over; raises what earlier work raised."""
        self._waiting.append(self._pool.submit(work))
        if len(self._waiting) > _AHEAD:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Waits for all work; raises what it raised."""
        while self._waiting:
            self._waiting.popleft().result()


@contextmanager
def _lane(large: bool) -> Iterator[_Here | _Beside]:
    if not large:
        yield _Here()
        return
    pool = ThreadPoolExecutor(1)
    try:
        yield _Beside(pool)
    finally:
        pool.shutdown(cancel_futures=True)


class _Reader:
    """Reads a source in blocks, one block ahead of what it gives, so that the end is known in time.

    The blocks stand in a ring of buffers. A lane is at most `_AHEAD` blocks behind, one block is in the hands of
    the caller and one is read ahead; the ring has one more, so no buffer is filled while it is still in use.
    """

    def __init__(self, source: Source, advance: Advance, expected: int) -> None:
        self._source, self._advance = source, advance
        self._block = min(BLOCK, max(expected, 65535) + 1)
        self._ring: list[memoryview] = []
        self._turn, self._dry = 0, False
        self.total, self.head = 0, b""
        self._next = self._read()

    def ended(self) -> bool:
        """Whether everything was given."""
        return not self._next

    def blocks(self, limit: int) -> Iterator[memoryview]:
        """The next at most `limit` bytes; a block keeps its content until `_AHEAD` others were given."""
        while limit and self._next:
            block = self._next[:limit]
            rest = self._next[limit:]
            self._next = rest if len(rest) else self._read()
            limit -= len(block)
            self.total += len(block)
            yield block
            self._advance(len(block))

    def _read(self) -> memoryview:
        if self._dry:
            return memoryview(b"")
        view, filled = self._buffer(), 0
        while filled < len(view) and (count := self._source.readinto(view[filled:])):
            filled += count
        self._dry = filled < len(view)
        if not self.head:
            self.head = bytes(view[: min(filled, 4096)])
        return view[:filled]

    def _buffer(self) -> memoryview:
        if len(self._ring) <= _AHEAD + 2:
            self._ring.append(memoryview(bytearray(self._block)))
            return self._ring[-1]
        self._turn = (self._turn + 1) % len(self._ring)
        return self._ring[self._turn - 1]


class _PieceWriter:
    """Seals, hashes and writes one object; the hash of the sealed bytes is its name."""

    def __init__(
        self, encryptor: Encryptor, file: FileIO, seal: "_Here | _Beside", store: "_Here | _Beside"
    ) -> None:
        self._encryptor, self._file, self._seal, self._store = encryptor, file, seal, store
        self._sealed = hashlib.sha256()
        self._written = self._sent = 0
        self._put(encryptor.header)

    def write(self, block: memoryview) -> None:
        """Adds plain bytes, which must not change afterwards."""
        self._seal.run(partial(self._seal_block, block))

    def finish(self, padding: int) -> str:
        """Adds zeros, ends the object, and gives its name."""
        while padding > 0:
            self.write(_ZEROS[: min(padding, BLOCK)])
            padding -= BLOCK
        self._seal.finish()
        self._store.finish()
        self._put(self._encryptor.finish())
        return self._sealed.hexdigest()

    def _seal_block(self, block: memoryview) -> None:
        for buffer in self._encryptor.update(block):
            self._store.run(partial(self._put, buffer))

    def _put(self, data: bytes | bytearray) -> None:
        self._sealed.update(data)
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self._written += len(data)
        if self._written - self._sent >= _SEND_EVERY:
            start_writing(self._file.fileno(), self._sent, self._written - self._sent)
            self._sent = self._written
