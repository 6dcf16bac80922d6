"""Runs the real program in a process of its own, with pipes or on a terminal."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = Path(__file__).with_name("program.py")
ROOT = PROGRAM.parents[2]

# Makes the pty the controlling terminal, as a login shell would: getpass opens /dev/tty.
_LOGIN = (
    "import fcntl,os,sys,termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "80"} | more


def run(*args, cwd=None, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(PROGRAM), *args],
        check=False,
        env=environment(**more),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )


class Terminal:
    """The program on a pseudo-terminal: `expect` waits for words, `type` answers, `wait` ends it."""

    def __init__(self, *args, **more: str) -> None:
        self.master, slave = pty.openpty()
        self.shown = b""
        self.passed = 0
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LOGIN, sys.executable, str(PROGRAM), *args],
            env=environment(**more),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *failed) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def expect(self, words: bytes, seconds: float = 30) -> None:
        """Wait for words that come after those expected before."""
        until = time.monotonic() + seconds
        while words not in self.shown[self.passed :]:
            assert time.monotonic() < until, self.shown
            if not self._read():
                break
        found = self.shown.find(words, self.passed)
        assert found >= 0, self.shown
        self.passed = found + len(words)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def press(self, key: str) -> None:
        """A key as a person presses it, not within the microseconds after the words appear."""
        self.settle()
        self.type(key)

    def settle(self) -> None:
        """Until it waits for an answer, as it does when a person presses a key."""
        time.sleep(0.5)

    def wait(self) -> tuple[int, bytes]:
        while self._read():
            pass
        code = self.process.wait(timeout=30)
        os.close(self.master)
        return code, self.shown

    def _read(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], 30)
        try:
            new = os.read(self.master, 65536) if ready else b""
        except OSError:  # Linux says EIO when the program has closed its end
            new = b""
        self.shown += new
        return bool(new)
