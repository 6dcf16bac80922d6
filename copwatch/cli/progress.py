"""Progress as one line on the terminal: how much, how fast, how long still. Silent where nobody looks."""

import math
import shutil
import sys
import threading
import time
from collections.abc import Callable
from typing import TextIO

from copwatch.cli import voice
from copwatch.progress import Progress, Total
from copwatch.sizes import size
from copwatch.text import clean

_PATIENCE = 1.0
_EVERY = 0.2
_CLEAR = "\r\x1b[K"


def progress() -> Progress:
    """Progress that draws when standard error is a terminal; otherwise only its notes are printed."""
    if voice.is_terminal(sys.stderr):
        return TerminalProgress(sys.stderr)
    return NotesOnly()


class NotesOnly(Progress):
    """Draws nothing: a log file or a pipe is no place for a moving line."""

    def note(self, text: str) -> None:
        """Print the note as a line of talk."""
        voice.note(text)


class TerminalProgress(Progress):
    """One line that is drawn over and over. Work that takes less than a second shows nothing."""

    def __init__(self, terminal: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        """Draw on `terminal`; `now` gives seconds that only grow."""
        self._terminal, self._now = terminal, now
        self._lock = threading.Lock()
        self._total: int | None = None
        self._what = ""
        self._done = 0
        self._started, self._drawn_at = 0.0, math.inf
        self._visible = False

    def start(self, total_bytes: Total, what: str) -> None:
        """Begin a stretch; what was drawn before goes."""
        total = total_bytes() if callable(total_bytes) else total_bytes
        with self._lock:
            self._clear()
            self._total, self._what, self._done = total, clean(what, limit=200), 0
            self._started = self._now()
            self._drawn_at = self._started + _PATIENCE - _EVERY

    def advance(self, n: int) -> None:
        """Count, and draw when it is time."""
        with self._lock:
            self._done += n
            now = self._now()
            if now - self._drawn_at >= _EVERY:
                self._drawn_at = now
                self._draw(line(self._what, self._done, self._total, now - self._started))

    def note(self, text: str) -> None:
        """Print the note above the moving line."""
        with self._lock:
            self._clear()
        voice.note(text)

    def finish(self) -> None:
        """Remove the line; it comes back with the next stretch only, whatever still counts."""
        with self._lock:
            self._clear()
            self._drawn_at = math.inf

    def _draw(self, text: str) -> None:
        from rich.cells import set_cell_size

        columns = shutil.get_terminal_size().columns
        self._write(_CLEAR + set_cell_size(text, columns - 1).rstrip())
        self._visible = True

    def _clear(self) -> None:
        if self._visible:
            self._write(_CLEAR)
            self._visible = False

    def _write(self, text: str) -> None:
        # A terminal that has gone must not stop the work.
        try:
            self._terminal.write(text)
            self._terminal.flush()
        except (OSError, ValueError):
            self._visible = False


def line(what: str, done: int, total: int | None, seconds: float) -> str:
    """The text of the line, e.g. `sealing: 1.2 GB of 4.0 GB (30%), 85.0 MB/s, about 33 s left`."""
    speed = done / seconds if seconds > 0 else 0.0
    if not total and not done:
        return f"{what}: {round(seconds)} s"
    if not total:
        return f"{what}: {size(done)}, {size(int(speed))}/s"
    text = f"{what}: {size(done)} of {size(total)} ({min(100, 100 * done // total)}%), {size(int(speed))}/s"
    return f"{text}, {_left(max(0, total - done) / speed)} left" if speed else text


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {round(seconds / 3600)} h"
