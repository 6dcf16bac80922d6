"""Commands and what they print, as they look in a terminal, while they run inside this process."""

import io
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TextIO

from copwatch.cli.wrapping import wrapped


class Recorder(io.TextIOBase):
    """A stream that keeps all that is printed, and passes whole lines on, folded at word ends.

    It says that it is a terminal if `terminal` is true, so that tables are drawn to fit instead of written whole.
    """

    def __init__(self, shown_on: TextIO | None, cells: int, *, terminal: bool) -> None:
        """Pass lines on to `shown_on`, no wider than `cells`; None only keeps them."""
        self._shown_on, self._cells, self._terminal = shown_on, cells, terminal
        self._kept: list[str] = []
        self._begun = ""

    def isatty(self) -> bool:
        """As it was made."""
        return self._terminal

    @property  # at run time it is read-only in the base class too; the type stubs know it as a variable
    def encoding(self) -> str:  # type: ignore[override]
        """That of the stream behind it, so that lines of tables are drawn with characters it has."""
        return getattr(self._shown_on, "encoding", None) or "utf-8"

    def fileno(self) -> int:
        """That of the stream behind it. Raises `OSError` where there is none."""
        if self._shown_on is None:
            raise io.UnsupportedOperation("fileno")
        return self._shown_on.fileno()

    def write(self, text: str) -> int:
        """Keep the text; show the lines that are whole now."""
        self._kept.append(text)
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._show(line)
        return len(text)

    def flush(self) -> None:
        """A line that is not whole yet waits."""
        if self._shown_on is not None:
            self._shown_on.flush()

    def text(self) -> str:
        """All that was printed."""
        return "".join(self._kept)

    def _show(self, line: str) -> None:
        if self._shown_on is not None:
            self._shown_on.write("".join(f"{part}\n" for part in _folded(line, self._cells)))


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """All that is printed goes to the recorder, in the order in which it is said; nothing can be asked."""
    talk = _Talk(recorder)
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        with redirect_stdout(recorder), redirect_stderr(talk):
            yield
    finally:
        sys.stdin = before


@contextmanager
def standing_in(folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Run what follows in `folder`, with these variables of the environment."""
    here, before = Path.cwd(), {name: os.environ.get(name) for name in variables}
    os.chdir(folder)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.chdir(here)
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def typed(command: str, cells: int) -> list[str]:
    """A command as a person types it after `$ `, broken with a backslash where it is too long for one line."""
    lines, now = [], "$"
    for part in _parts(command):
        if len(now) + len(part) + 3 > cells and now.strip() != "$":
            lines.append(f"{now} \\")
            now = "   "
        now += f" {part}"
    return [*lines, now]


def _parts(command: str) -> list[str]:
    """The words of a command, quoted where they need it; an option and its value stay together."""
    parts: list[str] = []
    for word in shlex.split(command):
        if parts and parts[-1].startswith("--") and " " not in parts[-1] and not word.startswith("--"):
            parts[-1] += f" {_quoted(word)}"
        else:
            parts.append(_quoted(word))
    return parts


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word and not set(word) & set('"$`\\!') else shlex.quote(word)


def _folded(line: str, cells: int) -> list[str]:
    """A line folded at word ends; what is indented stays so."""
    indent = " " * min(len(line) - len(line.lstrip(" ")), cells // 2)
    return [f"{indent}{part}".rstrip() for part in wrapped(line[len(indent) :], cells - len(indent))]


class _Talk(io.TextIOBase):
    """Standard error beside a recorder: the same lines, but no terminal, so that nothing moves or is coloured."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def write(self, text: str) -> int:
        return self._recorder.write(text)

    def flush(self) -> None:
        self._recorder.flush()

    def fileno(self) -> int:
        return self._recorder.fileno()
