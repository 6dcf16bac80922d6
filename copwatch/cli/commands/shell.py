"""`copwatch shell`."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, PassphraseFile

if TYPE_CHECKING:
    from copwatch.cli.idle import IdleLock

For = Annotated[
    str,
    typer.Option(
        "--for", metavar="TIME", help="Lock after so long without a command: 90s, 15m, 2h; at most 24h."
    ),
]
_LEAVE = frozenset({"exit", "quit", "logout"})
_VARIABLE = "COPWATCH_ARCHIVE"
PROMPT = "copwatch> "


def command(
    time: For = "15m",
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
) -> None:
    """Run several commands with one passphrase, held in this program's memory only.

    Type commands without `copwatch`, e.g. `list`; Ctrl-C stops the running one, `exit` or Ctrl-D leaves. What
    is typed is not written to any history. Without a terminal, commands are read from standard input, one a
    line, and the exit code is that of the last one that failed.

    Examples:

      copwatch shell --for 1h

      copwatch shell --passphrase-file FILE < commands.txt
    """
    from copwatch.cli import durations, voice
    from copwatch.cli.idle import IdleLock
    from copwatch.cli.keys import keys_for
    from copwatch.cli.opened import archive_at
    from copwatch.errors import Refused
    from copwatch.workflows import unlocking

    if unlocking.is_holding():
        raise Refused("this is the shell already", hint="type a command, or `exit`")
    seconds = durations.seconds_of(time)
    opened = archive_at(archive)
    with unlocking.holding(), _archive_for_commands(str(opened.layout.folder)), _leaving() as signals:
        unlocking.hold(opened, keys_for(opened, passphrase_file, identity))
        if voice.is_terminal(sys.stdin):
            voice.note(f"unlocked; locks itself after {durations.in_words(seconds)} without a command")
        idle = IdleLock(seconds, _lock_now)
        idle.start()
        try:
            code = _read_and_run(idle, signals)
        finally:
            idle.stop()
    if code:
        raise typer.Exit(code)


def _lock_now() -> None:
    from copwatch.cli import voice
    from copwatch.workflows.unlocking import let_go

    if let_go():
        voice.note("locked: no command for a while; the next one that reads asks for the passphrase")


def _read_and_run(idle: "IdleLock", signals: list[int]) -> int:
    from copwatch.cli import voice
    from copwatch.cli.line import run_line

    people, code = voice.is_terminal(sys.stdin), 0
    while not signals:
        try:
            line = _line(people)
        except KeyboardInterrupt:
            voice.note("type `exit` to leave")
            continue
        if line is None or line.strip() in _LEAVE:
            break
        idle.busy()
        code = run_line(line) or code
        idle.touch()
    return 0 if people else code


def _line(people: bool) -> str | None:
    """One line; None at the end of the input."""
    from copwatch.cli import voice
    from copwatch.cli.interruptible import interruptible

    if people and voice.is_terminal(sys.stdout):
        with suppress(ImportError):
            import readline  # noqa: F401  (input() edits lines with it; its history stays in memory)
        try:
            with interruptible():
                return input(PROMPT)
        except EOFError:
            voice.note("left")
            return None
    if people:
        voice.ask(PROMPT.rstrip())
    with interruptible():
        return sys.stdin.readline() or None


@contextmanager
def _archive_for_commands(folder: str) -> Iterator[None]:
    """Commands of this shell use its archive unless they name another."""
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = os.path.abspath(folder)  # noqa: PTH100  (a path that is not resolved: as it was named)
    try:
        yield
    finally:
        os.environ.pop(_VARIABLE)
        if before is not None:
            os.environ[_VARIABLE] = before


@contextmanager
def _leaving() -> Iterator[list[int]]:
    """Being told to end (SIGTERM, a closed window) ends the shell, not only the running command."""
    seen: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        seen.append(number)
        raise KeyboardInterrupt

    names = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in names}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, end)
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
