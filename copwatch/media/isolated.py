"""Looking at hostile bytes in a process of its own, which is ended and started anew when it does not behave.

One process serves a whole batch. It gets no key and no path: an ordinary file as a descriptor for reading, every other
one (sealed evidence, a rendition that stands nowhere, and on Windows all) byte by byte as it asks for it. See
`copwatch/media/confined.py` for what it gives up. A process that was taken over by one file could lie about the ones
after it, no more.
"""

import contextlib
import io
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self, TypeVar, cast

from copwatch.media import wire
from copwatch.media.channels import HANDS_OVER, Channel, Pipes, Socket
from copwatch.media.child import (
    ANSWER,
    COUNT,
    DATA,
    HEAD,
    HELLO,
    JOB,
    MOST_READ,
    READ,
    REFUSAL,
    WANTED,
    WRITTEN,
    refused,
)
from copwatch.media.confined import BOUNDS_PROCESSOR
from copwatch.media.facts import Fact
from copwatch.media.parts import Scan
from copwatch.media.refusal import BrokeDown, CannotClean, NoProcess, TookTooLong
from copwatch.media.viewing import MOST_THUMBNAIL

if TYPE_CHECKING:
    from copwatch.model.records.described import Described

_BOOT: Final = (
    "import sys; c, l, w, m = map(int, sys.argv[1:5]); sys.path[:] = sys.argv[5:]; "
    "from copwatch.media.child import main; main(c, l, w, m)"
)
_START_SECONDS: Final = 60.0
_PATIENCE: Final = 0.25
_MEMORY: Final = 512 << 20
"""Address space: Python and its libraries take 165 MiB of it, four hours of film 280, a PDF of 64 MiB some 440."""
DECODING_MEMORY: Final = 3 << 30
"""What a process needs that decodes."""
_SECONDS, _BYTES_A_SECOND = 4.0, 50e6
"""Of the processor: what a hostile file may cost. The kernel counts whole seconds, so that it may become one more."""
_LEAST_SHARE: Final = 20 if BOUNDS_PROCESSOR else 2
"""By the clock so many times as much, and what a disk takes that is as slow as a bad stick.

Where the system counts the seconds of the processor, the clock ends silence alone: a good file is not refused because
other programs leave this one a twentieth of the processor (ADR 0154).
"""
_SLOWEST_DISK: Final = 4e6
_FACTORS: Final = {"decode": 60, "thumbnail": 10, "view": 600}
"""How much longer than looking at a file decoding it may take, or one picture of it, and coding it anew."""
_JPEG: Final = b"\xff\xd8\xff"
_OUT_OF_TIME: Final = -getattr(signal, "SIGXCPU", 0)
_SHORTEST = {READ: WANTED.size}
_LONGEST = {READ: WANTED.size, WRITTEN: MOST_READ, ANSWER: wire.MOST_ANSWER}
_LONGEST_REFUSAL: Final = 64 << 10


_Answer = TypeVar("_Answer")


class _Gone(Exception):
    """The process ended, or says what none of ours says."""


class MediaProcess:
    """A process that looks at files. Use as a context manager; it is started with the first file.

    Several threads may ask, each about a file of its own; it looks at one after the other.
    """

    def __init__(
        self,
        *,
        seconds: float = _SECONDS,
        memory: int = _MEMORY,
        waiting: Callable[[], None] = lambda: None,
        hands_over: bool = HANDS_OVER,
    ) -> None:
        """What it may take.

        Args:
            seconds: of the processor, for a small file.
            memory: bytes of address space, where the system can bound them.
            waiting: called now and then meanwhile.
            hands_over: whether ordinary files are handed over, or each is read for the process.
        """
        self._seconds, self._memory, self.waiting = seconds, memory, waiting
        self._kind: type[Socket] | type[Pipes] = Socket if hands_over else Pipes
        self._channel: Channel | None = None
        self._ready, self._until = False, 0.0
        self._one_at_a_time = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def scan(self, file: BinaryIO, known: Sequence[tuple[int, int]] = ()) -> Scan:
        """What stands in a file, as `copwatch.media.cleaning.scan` says it.

        Raises:
            CannotClean: it says so, or it took too long or too much, or broke down, or what it said makes no sense.
        """
        size, job = file.seek(0, io.SEEK_END), {"job": "scan", "known": known}
        return self._understood(lambda: wire.unpacked(self._ask(file, size, job), size))

    def facts(self, file: BinaryIO) -> list[Fact]:
        """What a file reveals, also of kinds that cannot be cleaned. Raises `CannotClean` when nothing can be said."""
        size = file.seek(0, io.SEEK_END)
        said = self._said(file, size, {"job": "facts"})
        return self._understood(lambda: wire.read_facts(said.get("facts")))

    def described(self, file: BinaryIO, *, essence: bool) -> "Described":
        """What a file says of itself, as `copwatch.media.describing.describe` says it.

        Raises:
            CannotClean: nobody here reads its kind, it is too damaged, or as `scan`.
        """
        size = file.seek(0, io.SEEK_END)
        said = self._said(file, size, {"job": "describe", "essence": essence})
        return self._understood(lambda: wire.described(said.get("described")))

    def decoded(self, file: BinaryIO, media_type: str) -> str:
        """A hash of the pictures and sound that a decoder makes of a file. Raises `CannotClean` when it makes none."""
        size = file.seek(0, io.SEEK_END)
        said = self._said(file, size, {"job": "decode", "type": media_type})
        return self._understood(lambda: wire.text(said.get("decoded")))

    def texts(self, file: BinaryIO) -> list[str]:
        """What is to be read in a PDF, as `copwatch.media.pdf_texts.texts` says it. Raises `CannotClean`."""
        size = file.seek(0, io.SEEK_END)
        return self._understood(lambda: wire.texts(wire.opened(self._ask(file, size, {"job": "texts"}))[1]))

    def view(self, file: BinaryIO, media_type: str, write: Callable[[bytes], object]) -> None:
        """Gives `write` the viewing rendition of a file piece by piece, as `copwatch.media.viewing.view` makes it.

        Raises:
            CannotClean: none can be made; what was given so far is no rendition.
        """
        size = file.seek(0, io.SEEK_END)
        job = {"job": "view", "type": media_type}
        self._understood(lambda: wire.opened(self._ask(file, size, job, write))[0])

    def thumbnail(self, file: BinaryIO, media_type: str) -> bytes:
        """A small JPEG of a file, as `copwatch.media.viewing.thumbnail` makes it. Raises `CannotClean`."""
        made = bytearray()

        def take(data: bytes) -> None:
            made.extend(data)
            if len(made) > MOST_THUMBNAIL or not made.startswith(_JPEG):
                raise _Gone

        size, job = file.seek(0, io.SEEK_END), {"job": "thumbnail", "type": media_type}
        self._understood(lambda: wire.opened(self._ask(file, size, job, take))[0])
        return bytes(made)

    def begin(self) -> None:
        """Starts it, and waits for nothing: it is ready the sooner when the first file comes. Raises `NoProcess`."""
        with self._one_at_a_time:
            if self._channel is None or self._channel.process.poll() is not None:
                self._begin()

    def stop(self) -> None:
        """Ends the process, whatever it does; the next file starts a new one."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def _said(self, file: BinaryIO, size: int, job: dict[str, Any]) -> dict[str, Any]:
        return self._understood(lambda: wire.opened(self._ask(file, size, job))[0])

    def _understood(self, read: Callable[[], _Answer]) -> _Answer:
        try:
            return read()
        except wire.Nonsense as error:
            self.stop()
            raise BrokeDown("the process that looked at it gave an answer that makes no sense") from error

    def _ask(
        self, file: BinaryIO, size: int, job: dict[str, Any], write: Callable[[bytes], object] | None = None
    ) -> bytes:
        """The answer to a job about a file of `size` bytes. Raises `CannotClean`, `Nonsense`."""
        with self._one_at_a_time:
            return self._asked(file, size, job, write)

    def _asked(
        self, file: BinaryIO, size: int, job: dict[str, Any], write: Callable[[bytes], object] | None
    ) -> bytes:
        seconds = _FACTORS.get(job["job"], 1) * (self._seconds + size / _BYTES_A_SECOND)
        try:
            self._started()
            self._until = time.monotonic() + _LEAST_SHARE * seconds + size / _SLOWEST_DISK
            said = wire.message(job | {"size": size, "seconds": seconds})
            self._send(JOB, said, _descriptor(file) if self._kind is Socket else None)
            return self._served(file, size, write)
        except TimeoutError as error:
            self.stop()
            raise TookTooLong("looking at it took too long") from error
        except (_Gone, ConnectionError) as error:
            raise self._ended() from error
        except CannotClean:
            raise
        except BaseException:
            # The file cannot be read, or somebody pressed Ctrl-C: the process waits for what will not come.
            self.stop()
            raise

    def _served(self, file: BinaryIO, size: int, write: Callable[[bytes], object] | None) -> bytes:
        """Reads for the process what it asks for and takes what it writes, until it answers."""
        while True:
            kind, data = self._receive()
            if kind == ANSWER:
                return data
            if kind == REFUSAL:
                raise refused(wire.opened(data)[0])
            began = time.monotonic()
            if kind == WRITTEN and write is not None:
                write(data)
            elif kind == READ:
                self._show(file, size, *WANTED.unpack(data))
            else:
                raise _Gone
            self._until += time.monotonic() - began

    def _show(self, file: BinaryIO, size: int, start: int, length: int) -> None:
        """Gives the process these bytes, or fewer when the file became shorter."""
        if start + length > size or not 0 < length <= MOST_READ:
            raise _Gone
        channel, _ = self._open_channel()
        count = _read_into(channel.window[:length], file, start)
        self._send(DATA, COUNT.pack(count) if channel.shared else channel.window[:count])

    def _started(self) -> None:
        if self._channel is None or self._channel.process.poll() is not None:
            self._begin()
        if not self._ready:
            self._until = time.monotonic() + _START_SECONDS
            if self._receive()[0] != HELLO:
                raise _Gone
            self._ready = True

    def _begin(self) -> None:
        self.stop()
        self._ready = False
        try:
            self._channel = self._kind(self._command, _environment())
        except OSError as error:
            raise NoProcess("no process could be started to look at it") from error

    def _command(self, *descriptors: int) -> list[str]:
        return [sys.executable, "-I", "-S", "-c", _BOOT, *map(str, (*descriptors, self._memory)), *_paths()]

    def _send(self, kind: bytes, data: bytes | memoryview, descriptor: int | None = None) -> None:
        channel, seconds = self._open_channel()
        try:
            channel.send(HEAD.pack(kind, len(data)), data, descriptor, seconds)
        except BrokenPipeError as error:
            raise _Gone from error

    def _receive(self) -> tuple[bytes, bytes]:
        kind, length = HEAD.unpack(self._exactly(HEAD.size))
        if length > _LONGEST.get(kind, _LONGEST_REFUSAL) or length < _SHORTEST.get(kind, 0):
            raise wire.Nonsense("a frame that is too long")
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        found = bytearray()
        while len(found) < length:
            try:
                channel, seconds = self._open_channel(_PATIENCE)
                block = channel.receive(min(length - len(found), MOST_READ), seconds)
            except TimeoutError:
                if time.monotonic() > self._until:
                    raise
                self.waiting()
                continue
            if not block:
                raise _Gone
            found += block
        return bytes(found)

    def _open_channel(self, patience: float = _START_SECONDS) -> tuple[Channel, float]:
        """It, and the seconds that there are left, up to some. Raises `_Gone` when another thread stopped it."""
        channel, left = self._channel, self._until - time.monotonic()
        if channel is None:
            raise _Gone
        if left <= 0:
            raise TimeoutError
        return channel, min(left, patience)

    def _ended(self) -> CannotClean:
        """Why the process is no more, as far as its end tells."""
        code = None
        if self._channel is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._channel.process.wait(1)
        self.stop()
        if code and code == _OUT_OF_TIME:
            return TookTooLong("looking at it took too long")
        return BrokeDown("the process that looked at it broke down")


def _descriptor(file: BinaryIO) -> int | None:
    """The descriptor of an ordinary file that stands on a disk; every other one is read for the process."""
    if not isinstance(file, io.BufferedReader | io.FileIO):
        return None
    try:
        descriptor = file.fileno()
    except OSError:
        return None
    return descriptor if stat.S_ISREG(os.fstat(descriptor).st_mode) and not file.writable() else None


def _read_into(window: memoryview, file: BinaryIO, start: int) -> int:
    """Fills the window from there on; says how far the file reached."""
    file.seek(start)
    into, filled = cast("io.BufferedIOBase", file).readinto, 0
    while filled < len(window) and (more := into(window[filled:])):
        filled += more
    return filled


def _paths() -> list[str]:
    """Where Python looks for modules here, without the folder that one happens to stand in."""
    import copwatch

    ours = str(Path(copwatch.__file__).resolve().parents[1])
    return [*dict.fromkeys([*(path for path in sys.path if Path(path).is_absolute()), ours])]


def _environment() -> dict[str, str]:
    """Nothing but what finding shared libraries may need."""
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
    return {"LC_ALL": "C.UTF-8"} | {name: os.environ[name] for name in kept if name in os.environ}
