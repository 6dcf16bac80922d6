"""A page of secrets that leaves nothing behind: the terminal's other screen, which is not scrolled back to.

Sequences of xterm (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, private mode 1049), which every
common terminal knows. Where there is none, the page is shown like other talk, with a word about clearing it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from copwatch.cli import voice

_ENTER, _LEAVE, _CLEAR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[2J\x1b[H"


@contextmanager
def secret_page(warning: str = "") -> Iterator[None]:
    """What is shown inside is gone from the terminal afterwards, where the terminal can do that.

    Args:
        warning: why there is another page. It stands on the page, for said before it would be hidden by the page.
    """
    if not _can():
        _warn(warning)
        yield
        voice.warn("secrets are on this screen: clear it, and its history, when you have finished")
        return
    _send(_ENTER + _CLEAR)
    _warn(warning)
    try:
        yield
    finally:
        # Cleared first: a terminal that keeps the other screen keeps an empty one.
        _send(_CLEAR + _LEAVE)


def show(page: str) -> None:
    """Lines of talk, to standard error: a secret never reaches a file that standard output goes to."""
    voice.trouble(page)


def _warn(warning: str) -> None:
    if warning:
        voice.warn(warning)


def _can() -> bool:
    named = os.environ.get("TERM", "")
    return os.name == "posix" and named not in {"", "dumb", "linux"} and voice.is_terminal(sys.stderr)


def _send(sequence: str) -> None:
    sys.stderr.write(sequence)
    sys.stderr.flush()
