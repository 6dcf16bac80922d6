"""How the process that looks at hostile bytes is started and spoken to: over a socket, or over its input and output.

A socket hands over descriptors, so that an ordinary file need not be read for the process. Where a system cannot do
that (Windows), both ways are pipes, and every file is read for it.
"""

import contextlib
import io
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, cast

from copwatch.in_memory import shared_memory
from copwatch.media.child import MOST_READ

HANDS_OVER: Final = hasattr(socket, "send_fds")
"""Whether this system can hand a descriptor to another process."""
Command = Callable[[int, int, int], list[str]]
"""The command of the process, from descriptors: its channel, what ends with us, the window; -1 where it has none."""
_WAITING: Final = 4


class Channel(Protocol):
    """Our end. `process` is the other one.

    What the process asked for is put into `window`. Where that is `shared`, it sees it there; else it is sent.
    """

    process: "subprocess.Popen[bytes]"
    window: memoryview
    shared: bool

    def send(self, head: bytes, data: bytes | memoryview, descriptor: int | None, seconds: float) -> None:
        """Everything, and a descriptor if one is given. Raises `TimeoutError`, or `OSError` when nobody is there."""

    def receive(self, most: int, seconds: float) -> bytes:
        """Some bytes; none when the process has ended. Raises `TimeoutError`, or `OSError` when nobody is there."""

    def close(self) -> None:
        """Ends the process, whatever it does."""


class Socket:
    """A socket, and a pipe of which the process sees the end when we are gone."""

    def __init__(self, command: Command, environment: dict[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        heard, self._life = os.pipe()
        self.window, window = _window()
        self.shared = window >= 0
        try:
            self.process = subprocess.Popen(
                command(theirs.fileno(), heard, window),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=environment, pass_fds=(theirs.fileno(), heard, *([window] if self.shared else [])), cwd="/",
                start_new_session=True,  # a Ctrl-C is for the parent, which ends this one
            )  # fmt: skip
        except BaseException:
            self._socket.close()
            os.close(self._life)
            raise
        finally:
            theirs.close()
            os.close(heard)
            if self.shared:
                os.close(window)

    def send(self, head: bytes, data: bytes | memoryview, descriptor: int | None, seconds: float) -> None:
        """As `Channel.send`."""
        self._socket.settimeout(seconds)
        if descriptor is None:
            sent = self._socket.sendmsg([head, data])
        else:
            sent = socket.send_fds(self._socket, [head, data], [descriptor])
        if sent < len(head):
            self._socket.sendall(head[sent:])
        self._socket.sendall(memoryview(data)[max(0, sent - len(head)) :])

    def receive(self, most: int, seconds: float) -> bytes:
        """As `Channel.receive`."""
        self._socket.settimeout(seconds)
        return self._socket.recv(most)

    def close(self) -> None:
        """As `Channel.close`."""
        self.process.kill()
        self.process.wait()
        self._socket.close()
        os.close(self._life)


class Pipes:
    """The input and output of the process. Its input ends when we do, and a timer ends it when it does not listen."""

    def __init__(self, command: Command, environment: dict[str, str]) -> None:
        self.window, self.shared = memoryview(bytearray(MOST_READ)), False
        self.process = subprocess.Popen(
            command(-1, -1, -1),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            env=environment, cwd=Path(sys.executable).anchor,
            start_new_session=True, creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )  # fmt: skip
        self._heard: queue.Queue[bytes] = queue.Queue(_WAITING)
        self._rest = b""
        self._closed = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def send(self, head: bytes, data: bytes | memoryview, descriptor: int | None, seconds: float) -> None:
        """As `Channel.send`; there is no descriptor ever."""
        if descriptor is not None:
            raise ValueError("pipes hand nothing over")
        late = threading.Event()
        timer = threading.Timer(seconds, self._end_late, (late,))
        timer.start()
        left = memoryview(b"".join((head, data)))
        try:
            while left:
                left = left[self._input().write(left) or 0 :]
        except OSError:
            if late.is_set():
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()

    def receive(self, most: int, seconds: float) -> bytes:
        """As `Channel.receive`."""
        if not self._rest:
            try:
                self._rest = self._heard.get(timeout=seconds)
            except queue.Empty:
                raise TimeoutError from None
        found, self._rest = self._rest[:most], self._rest[most:]
        return found

    def close(self) -> None:
        """As `Channel.close`."""
        self.process.kill()
        self.process.wait()
        self._closed.set()
        self._listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _end_late(self, late: threading.Event) -> None:
        late.set()
        self.process.kill()

    def _input(self) -> io.RawIOBase:
        return cast("io.RawIOBase", self.process.stdin)

    def _listen(self) -> None:
        """What it says, and at last that it has ended; no more is held than fits into the queue."""
        output = cast("io.RawIOBase", self.process.stdout)
        block = b"."
        while block and not self._closed.is_set():
            try:
                block = output.read(MOST_READ) or b""
            except (OSError, ValueError):
                block = b""
            while not self._closed.is_set():
                with contextlib.suppress(queue.Full):
                    self._heard.put(block, timeout=0.25)
                    break


def _window() -> tuple[memoryview, int]:
    """Memory for what the process asks for, and a descriptor by which it reads that; -1 where there is none."""
    if (shared := shared_memory(MOST_READ)) is not None:
        return memoryview(shared[0]), shared[1]
    return memoryview(bytearray(MOST_READ)), -1
