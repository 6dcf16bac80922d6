"""Asking a person. Questions go to standard error; without a terminal to answer from, nothing is asked.

A script gets a usage error that names the option to use instead. Passphrases are never taken from an
environment variable or an argument: both are shown to other processes and end up in crash reports.
"""

import getpass
import os
import stat
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from copwatch.cli import voice
from copwatch.cli.interruptible import interruptible
from copwatch.errors import BadInput, Interrupted, Locked, UsageError
from copwatch.text import clean

MAX_PASSPHRASE_FILE = 4096
"""Bytes; a longer file is not a passphrase file but a mistake."""

BY_FILE = "use --passphrase-file FILE or --identity FILE"
"""What opens without a terminal."""

_TRIES = 3


def passphrase(what: str, *, file: Path | None = None, choose: bool = False, instead: str = BY_FILE) -> str:
    """A passphrase, from its file or asked without echo.

    Args:
        what: what it opens, e.g. `passphrase of your identity`.
        file: where `--passphrase-file` says; then nothing is asked.
        choose: it is being chosen: asked twice.
        instead: what to do where there is no terminal.

    Raises:
        Locked: there is neither a file nor a terminal.
        UsageError: the two entries differ three times; nothing was entered.
        OSError, BadInput: the file cannot be read or does not hold one line.
    """
    if file is not None:
        return passphrase_from(file)
    need_terminal_for_secret(what, instead)
    for _ in range(_TRIES):
        entered = _unechoed(what)
        if not entered:
            voice.warn("an empty passphrase protects nothing; enter one, or press Ctrl-C to stop")
        elif choose and _unechoed(f"{what}, again") != entered:
            voice.warn("the two entries differ")
        else:
            return entered
    raise UsageError("no passphrase was entered", hint="run the same command again")


def passphrase_from(file: Path) -> str:
    """The passphrase in a file of one line, without its line end.

    A file that others may read is used, with a warning: refusing would teach people to type it into scripts.

    Raises:
        OSError: the file cannot be read.
        BadInput: it is empty, long, not UTF-8, or has several lines.
    """
    with file.open("rb") as opened:
        mode = os.fstat(opened.fileno()).st_mode
        data = opened.read(MAX_PASSPHRASE_FILE + 1)
    if os.name == "posix" and stat.S_ISREG(mode) and mode & 0o077:
        voice.warn(f"others on this computer may read {file}; run: chmod 600 {file}")
    hint = "put the passphrase on its first and only line"
    if len(data) > MAX_PASSPHRASE_FILE:
        raise BadInput(f"too long for a passphrase file: {file}", hint=hint)
    try:
        text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        # The error object carries the bytes; it must not be chained to ours.
        raise BadInput(f"not UTF-8 text: {file}", hint=hint) from None
    if not text or "\n" in text or "\0" in text:
        raise BadInput(f"a passphrase file holds one line: {file}", hint=hint)
    return text


def confirm(question: str, *, flag: str = "--yes") -> bool:
    """Yes or no before what cannot be undone; only `y` or `yes` is yes.

    Args:
        question: a sentence that says what will happen.
        flag: the option that answers yes for scripts; named when there is no terminal.
    """
    need_terminal(f"use {flag}")
    voice.ask(f"{question} [y/N]")
    return _answer().lower() in {"y", "yes"}


def line(question: str, *, flag: str, default: str = "") -> str:
    """One free line, without white space around it; `default` when it is empty."""
    need_terminal(f"use {flag}")
    voice.ask(f"{question} [{default}]:" if default else f"{question}:")
    return _answer() or default


def choice(question: str, options: Sequence[str], *, flag: str) -> str:
    """One of several options, chosen by its number or its name.

    Raises:
        UsageError: no terminal, or three answers that are none of them.
    """
    need_terminal(f"use {flag}")
    for number, option in enumerate(options, start=1):
        voice.note(f"  {number}  {option}")
    by_answer = {option.lower(): option for option in options}
    by_answer |= {str(number): option for number, option in enumerate(options, start=1)}
    for _ in range(_TRIES):
        voice.ask(f"{question} [1-{len(options)}]:")
        chosen = by_answer.get(_answer().lower())
        if chosen is not None:
            return chosen
        voice.warn("not one of the options")
    raise UsageError("nothing was chosen", hint=f"name it with {flag}")


def need_terminal(hint: str) -> None:
    """Raises `UsageError` where nobody can be asked; `hint` says what to do instead."""
    if not voice.is_terminal(sys.stdin):
        raise UsageError("there is no terminal to ask on", hint=hint)


def need_terminal_for_secret(what: str, hint: str) -> None:
    """Raises `Locked` where nobody can be asked for what opens an archive or a bundle."""
    if not voice.is_terminal(sys.stdin):
        raise Locked(f"locked: there is no terminal to ask on for the {what}", hint=hint)


def _answer() -> str:
    try:
        with interruptible():
            answer = sys.stdin.readline()
    except UnicodeDecodeError:
        raise BadInput("the answer is not text in this terminal's encoding") from None
    if not answer:
        raise Interrupted("stopped: the input ended")
    return answer.strip()


def _unechoed(what: str) -> str:
    with warnings.catch_warnings():
        # getpass would go on with a warning, and the passphrase would stand on the screen.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            with interruptible():
                return getpass.getpass(f"{clean(what, limit=200)}: ")
        except getpass.GetPassWarning:
            hint = "use --passphrase-file FILE"
            raise UsageError("this terminal cannot hide what is typed", hint=hint) from None
        except EOFError:
            raise Interrupted("stopped: the input ended") from None
        except UnicodeDecodeError:
            raise BadInput("the passphrase is not text in this terminal's encoding") from None
