"""One line that a person types in answer to a question."""

import select
import sys

from copwatch.cli import voice
from copwatch.cli.interruptible import interruptible
from copwatch.errors import Interrupted

LONGEST_LINE = 1023 if sys.platform == "darwin" else 4095
"""Bytes of a line that a terminal hands over; it drops the rest without a word."""

STOPPED = "stopped: nothing was saved"

_AT_ONCE = 0.05
"""Seconds within which nobody types a second line."""


def read_answer(question: str) -> str:
    """One line as it was typed, without its end. Raises `Interrupted` at Ctrl-C and at the end of the input."""
    while True:
        voice.ask(question)
        line = read_line()
        if line is None:
            continue
        if line == "":
            raise Interrupted(STOPPED)
        return line.rstrip("\r\n")


def read_line() -> str | None:
    """A line with its end, "" at the end of the input; None for what cannot be taken, which is said."""
    try:
        with interruptible():
            line = sys.stdin.readline()
    except KeyboardInterrupt:
        raise Interrupted(STOPPED) from None
    except UnicodeDecodeError:
        voice.warn("that is not text in this terminal's encoding; write it again")
        return None
    if len(line.rstrip("\n").encode(errors="surrogateescape")) >= LONGEST_LINE:
        voice.warn("this line is as long as a terminal takes, and its end may be lost")
        voice.tell("Write it again in shorter lines, or give the report with --from FILE.")
        return None
    return line


def more_waits() -> bool:
    """Whether a line follows at once, as where several were pasted; no where the system cannot tell (Windows)."""
    try:
        return bool(select.select([sys.stdin], [], [], _AT_ONCE)[0])
    except (OSError, ValueError):
        return False
