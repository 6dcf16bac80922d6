"""The process that looks at hostile bytes: it gets one file at a time, and answers what stands in it.

It is started by `copwatch/media/isolated.py` with a socket, or where there is none with pipes, on which frames go both
ways: one letter, the length in four bytes, and that many bytes. It has no key, no path and no name of what it looks at.
"""

import io
import mmap
import os
import queue
import select
import socket
import struct
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from copwatch.media import cleaning, confined, formats, wire
from copwatch.media.refusal import CannotClean, Unsupported
from copwatch.placed import Placed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from copwatch.media.facts import Fact

JOB, DATA, READ, WRITTEN, ANSWER, REFUSAL, HELLO = b"J", b"D", b"R", b"W", b"A", b"F", b"H"
HEAD: Final = struct.Struct(">cI")
WANTED: Final = struct.Struct(">QI")
COUNT: Final = struct.Struct(">I")
MOST_READ: Final = 1 << 20
"""Bytes that may be asked for at once: the size of the window."""
_BLOCK: Final = 64 << 10
_KEPT_BLOCKS: Final = 256
_BUFFER: Final = 256 << 10


class Channel:
    """Frames over the socket. Any end of it is the end of the process: nobody else is there to answer.

    What was asked for stands in a window that both see, if it has one.
    """

    _window: mmap.mmap | None = None

    def __init__(self, descriptor: int, window: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        if window >= 0:
            self._window = mmap.mmap(window, MOST_READ, access=mmap.ACCESS_READ)
            os.close(window)

    def send(self, kind: bytes, data: bytes) -> None:
        """One frame."""
        self._socket.sendall(HEAD.pack(kind, len(data)))
        self._socket.sendall(data)

    def receive(self) -> tuple[bytes, bytearray, int | None]:
        """One frame, and the descriptor that came with it."""
        first, descriptors, _, _ = socket.recv_fds(self._socket, HEAD.size, 1)
        head = first + _exactly(self._socket.recv_into, HEAD.size - len(first)) if first else b""
        if not head:
            os._exit(0)
        kind, length = HEAD.unpack(head)
        return kind, _exactly(self._socket.recv_into, length), descriptors[0] if descriptors else None

    def nobody_asks(self) -> bool:
        """Whether nothing has come yet that would have to be received."""
        # Not `select`, which takes no descriptor from 1,024 on: ours has the number that it has in the other process.
        asked = select.poll()
        asked.register(self._socket, select.POLLIN)
        return not asked.poll(0)

    def asked_for(self) -> memoryview:
        """The bytes that come after a question, until the next one."""
        _, data, _ = self.receive()
        return memoryview(data) if self._window is None else memoryview(self._window)[: COUNT.unpack(data)[0]]


class Piped(Channel):
    """Frames over what were standard input and output; what else prints or reads gets nothing.

    The input is read by a thread of its own, which ends the process with it, however busy that is.
    """

    def __init__(self) -> None:
        self._in, self._out = io.FileIO(os.dup(0)), io.FileIO(os.dup(1), "w")
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1):
            os.dup2(nothing, standard)
        os.close(nothing)
        self._heard: queue.Queue[tuple[bytes, bytearray]] = queue.Queue(1)
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, kind: bytes, data: bytes) -> None:
        """One frame."""
        for piece in (HEAD.pack(kind, len(data)), data):
            left = memoryview(piece)
            while left:
                left = left[self._out.write(left) or 0 :]

    def receive(self) -> tuple[bytes, bytearray, int | None]:
        """One frame; no descriptor ever comes with it."""
        return *self._heard.get(), None

    def nobody_asks(self) -> bool:
        """As `Channel.nobody_asks`."""
        return self._heard.empty()

    def _listen(self) -> None:
        while True:
            kind, length = HEAD.unpack(_exactly(self._in.readinto, HEAD.size))
            self._heard.put((kind, _exactly(self._in.readinto, length)))


def _exactly(read_into: Callable[[memoryview], int | None], length: int) -> bytearray:
    found = bytearray(length)
    view = memoryview(found)
    while view:
        count = read_into(view)
        if not count:
            os._exit(0)
        view = view[count:]
    return found


class _Asked(Placed):
    """The file is with the other process, which reads it for us: it may be sealed, or stand nowhere at all."""

    def __init__(self, channel: Channel, size: int) -> None:
        super().__init__(size)
        self._channel = channel
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._next, self._ahead = 0, _BLOCK

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), max(0, self.size - self._position))
        data = self._at(self._position, wanted) if wanted else b""
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _at(self, start: int, length: int) -> bytes:
        """Up to `length` bytes, at least one."""
        number, inside = divmod(start, _BLOCK)
        if number not in self._blocks:
            self._fetch(number, inside + length)
        self._blocks.move_to_end(number)
        return self._blocks[number][inside : inside + length]

    def _fetch(self, number: int, length: int) -> None:
        # Who reads on gets more at a time, for each question costs both processes a turn.
        first, self._ahead = number * _BLOCK, 2 * self._ahead if number == self._next else _BLOCK
        wanted = min(max(-(-length // _BLOCK) * _BLOCK, self._ahead), MOST_READ, self.size - first)
        self._next, self._ahead = number + -(-wanted // _BLOCK), min(self._ahead, MOST_READ)
        self._channel.send(READ, WANTED.pack(first, wanted))
        data = self._channel.asked_for()
        for at in range(0, max(1, len(data)), _BLOCK):
            self._blocks[number + at // _BLOCK] = bytes(data[at : at + _BLOCK])
        while len(self._blocks) > _KEPT_BLOCKS:
            self._blocks.popitem(last=False)


class _Held(Placed):
    """An ordinary file, by a descriptor for reading; its position is the other process's and stays as it is."""

    def __init__(self, descriptor: int, size: int) -> None:
        super().__init__(size)
        self._descriptor = descriptor

    def read(self, size: int = -1, /) -> bytes:
        """As any raw file; by itself, since parsers read a little very often, and the usual way copies it thrice."""
        left = max(0, self.size - self._position)
        data = os.pread(self._descriptor, left if size < 0 else min(size, left), self._position)
        self._position += len(data)
        return data

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")[: max(0, self.size - self._position)]
        count = os.preadv(self._descriptor, [view], self._position) if view else 0
        self._position += count
        return count

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


def main(channel_descriptor: int, life: int, window: int, memory: int) -> None:
    """Answers until the other side has gone.

    Args:
        channel_descriptor: of the socket; -1 where standard input and output are the channel.
        life: a pipe whose other end only closes with the parent, beside a socket.
        window: memory in which the parent puts what was asked for; -1 where that comes by the channel.
        memory: the most address space, in bytes.
    """
    channel = Piped() if channel_descriptor < 0 else Channel(channel_descriptor, window)
    confined.confine(memory, _programs())
    if life >= 0:
        threading.Thread(target=_end_with_parent, args=(life,), daemon=True).start()
    channel.send(HELLO, b"")
    formats.load_while(channel.nobody_asks)
    while True:
        _, said, descriptor = channel.receive()
        job = wire.opened(bytes(said))[0]
        confined.allow_processor_time(job["seconds"])
        raw = _Asked(channel, job["size"]) if descriptor is None else _Held(descriptor, job["size"])
        job["write"] = partial(_write, channel)
        with raw:
            # An answer may be a whole PDF: it is not kept while the next file is looked at.
            channel.send(*_answer(job, raw))


def _answer(job: dict[str, Any], raw: Placed) -> tuple[bytes, bytes]:
    """What came of a job; whatever goes wrong in it is a refusal, for the file is to blame or we cannot judge it."""
    try:
        return ANSWER, _JOBS[job["job"]](cast("BinaryIO", raw), job)
    except CannotClean as error:
        refusal = {"sort": type(error).__name__, "reason": error.reason, "offset": error.offset}
    except MemoryError:
        refusal = {
            "sort": "Unsupported",
            "reason": "looking at it takes more memory than it may",
            "offset": None,
        }
    except Exception as error:
        reason = f"looking at it failed ({type(error).__name__}), which is a defect of copwatch"
        refusal = {"sort": "Unsupported", "reason": reason, "offset": None}
    return REFUSAL, wire.message(refusal)


def _scan(file: BinaryIO, job: dict[str, Any]) -> bytes:
    return wire.packed(cleaning.scan(file, job["known"]))


def _facts(file: BinaryIO, job: dict[str, Any]) -> bytes:
    return wire.message({"facts": wire.said_facts(_found(file))})


def _found(file: BinaryIO) -> "list[Fact]":
    """What our own modules find; else, where there is none or it refuses, what another reader of EXIF makes of it."""
    try:
        return list(cleaning.scan(file).facts)
    except CannotClean:
        from copwatch.media.other_exif import other_facts

        return other_facts(_buffered(file))


def _buffered(file: BinaryIO) -> BinaryIO:
    """For libraries: they expect as many bytes as they ask for, and ours come a block at a time."""
    return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", file), _BUFFER))


def _describe(file: BinaryIO, job: dict[str, Any]) -> bytes:
    from copwatch.media.describing.describe import describe

    return wire.message({"described": describe(file, essence=bool(job["essence"])).given()})


def _decode(file: BinaryIO, job: dict[str, Any]) -> bytes:
    from copwatch.media.decoding import fingerprint

    return wire.message({"decoded": fingerprint(_buffered(file), job["type"])})


def _texts(file: BinaryIO, job: dict[str, Any]) -> bytes:
    from copwatch.media.pdf_texts import texts

    return wire.message({}, wire.lengthened(texts(_buffered(file))))


def _view(file: BinaryIO, job: dict[str, Any]) -> bytes:
    from copwatch.media.viewing import view

    view(_buffered(file), job["type"], job["write"])
    return wire.message({})


def _thumbnail(file: BinaryIO, job: dict[str, Any]) -> bytes:
    from copwatch.media.viewing import thumbnail

    thumbnail(_buffered(file), job["type"], job["write"])
    return wire.message({})


def _write(channel: Channel, data: bytes) -> None:
    """What a job makes goes to the other process piece by piece: it may be longer than memory."""
    for at in range(0, len(data), MOST_READ):
        channel.send(WRITTEN, data[at : at + MOST_READ])


_JOBS: Final[dict[str, Callable[[BinaryIO, dict[str, Any]], bytes]]] = {
    "scan": _scan,
    "facts": _facts,
    "decode": _decode,
    "describe": _describe,
    "texts": _texts,
    "view": _view,
    "thumbnail": _thumbnail,
}


def _programs() -> list[str]:
    """Where Python and its libraries stand: the only files that may still be opened."""
    shared = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom", "/dev/null", "/proc/meminfo"]
    return [*sys.path, sys.prefix, sys.base_prefix, *shared]


def _end_with_parent(life: int) -> None:
    while os.read(life, 1):
        pass
    os._exit(1)


def refused(said: dict[str, Any]) -> CannotClean:
    """The refusal that a child sent. Raises `wire.Nonsense`."""
    from copwatch.media.refusal import Damaged

    sorts = {"Damaged": Damaged, "Unsupported": Unsupported}
    offset = said.get("offset")
    if offset is not None and (type(offset) is not int or not 0 <= offset < 1 << 63):
        raise wire.Nonsense("an offset that there is not")
    return sorts.get(str(said.get("sort")), CannotClean)(wire.text(said.get("reason")), offset)
