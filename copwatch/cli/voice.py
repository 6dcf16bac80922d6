"""Every word that the program says to a person passes through this file.

Data goes to standard output, talk to standard error, so that `copwatch list > file` stays clean. All text is
cleaned here, whatever it came from: callers pass what they have. Errors read `copwatch: error: …`, with the
hint on the next line. Talk is broken between words where a terminal ends; commands in backticks stay whole, so that
they can be pasted, and what goes into a pipe or file is not broken at all.
"""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from copwatch.errors import Unfinished
from copwatch.text import clean, clean_block

if TYPE_CHECKING:
    from copwatch.proof.findings import Finding

NARROW = 40
MAX_LINE = 4000
"""Longest line of talk, in characters: a hostile name does not fill the screen."""
_DONE = "what was done until then stays done: see `copwatch status` and `copwatch exports`"

_RED, _YELLOW, _CYAN = "31", "33", "36"


def say(text: str) -> None:
    """One line of data for standard output; at a terminal it is broken between words."""
    if is_terminal(sys.stdout):
        say_wrapped(text)
    else:
        out(clean(text) + "\n")


def say_wrapped(text: str) -> None:
    """A sentence or two of data, broken between words; a command at its end stays whole."""
    from copwatch.cli.wrapping import under_mark, width

    out("".join(f"{line}\n" for line in under_mark(clean(text), width())))


def say_block(text: str) -> None:
    """Several lines of data for standard output."""
    out(clean_block(text).rstrip("\n") + "\n")


def say_text(text: str) -> None:
    """Free text with its own lines, as data; at a terminal they are broken between words."""
    from copwatch.cli.wrapping import width, wrapped

    say_block("\n".join(wrapped(text, width())) if is_terminal(sys.stdout) else text)


def note(text: str) -> None:
    """One line of talk that needs no attention."""
    _talk("", "", text)


def warn(text: str) -> None:
    """Something that the person should know; the work goes on."""
    _talk("warning: ", _YELLOW, text)


def tell(block: str) -> None:
    """Several lines of talk that lead up to a question, without the name of the program before each."""
    _to_stderr(clean_block(block).rstrip("\n") + "\n")


def warn_of(findings: "Iterable[Finding]") -> None:
    """What could not be read, or is not as it was written, each on a line."""
    for finding in findings:
        warn(f"{finding.kind}: {finding.where}: {finding.detail}")


def error(message: str, hint: str = "", details: Iterable[str] = ()) -> None:
    """Why the work stopped, each single thing on lines of its own, and what to do about it."""
    _talk("error: ", _RED, message)
    for line in details:
        tell(_indented(clean(line, limit=MAX_LINE)))
    if hint:
        _talk("hint: ", _CYAN, hint)


def trouble(block: str) -> None:
    """Several lines of talk as they are, for developers (a traceback)."""
    _to_stderr(clean_block(block).rstrip("\n") + "\n")


def ask(question: str) -> None:
    """The question of a prompt, without a line end."""
    _to_stderr(clean(question, limit=MAX_LINE) + " ")


def out(finished: str) -> None:
    """Write text that is already clean to standard output.

    Raises:
        SystemExit: the reader has gone (`copwatch list | head`): nothing more to say, exit 1.
        Unfinished: there is no standard output (`>&-`), and there was something to say; or it cannot be written for
            another reason (a full disk).
    """
    if sys.stdout is None:
        if finished:
            raise Unfinished("standard output is closed")
        return
    try:
        sys.stdout.write(finished)
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        raise SystemExit(1) from None
    except OSError as error:
        silence(sys.stdout)
        reason = (error.strerror or "it failed").lower()
        raise Unfinished(f"standard output could not be written to: {reason}", hint=_DONE) from error


def silence(stream: TextIO) -> None:
    """Turn a stream that fails into one that swallows, or Python would fail again when it closes it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def coloured(stream: TextIO) -> bool:
    """Whether to colour: a terminal, and nobody said otherwise (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or os.name != "posix":
        return False
    return is_terminal(stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks at this stream; false for one that is closed or missing."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def _talk(kind: str, colour: str, text: str) -> None:
    mark = f"copwatch: {kind}"
    line = _broken(mark, clean(text, limit=MAX_LINE))
    if colour and coloured(sys.stderr):
        line = line.replace(mark, f"copwatch: \x1b[1;{colour}m{kind.rstrip()}\x1b[0m ", 1)
    _to_stderr(f"{line}\n")


def _broken(mark: str, cleaned: str) -> str:
    """A line that a person reads, broken between words where the terminal ends; commands in backticks stay whole."""
    if not is_terminal(sys.stderr) or len(mark + cleaned) <= NARROW:
        return mark + cleaned
    from copwatch.cli.wrapping import in_lines, width

    return "\n  ".join(in_lines(mark + cleaned, width(), width() - 2))


def _indented(cleaned: str) -> str:
    from copwatch.cli.wrapping import in_lines, width

    return "\n".join(
        f"  {'' if at == 0 else '  '}{line}"
        for at, line in enumerate(in_lines(cleaned, width() - 2, width() - 4))
    )


def _to_stderr(finished: str) -> None:
    # The terminal may be gone (a closed window); the exit code matters more than being heard.
    try:
        sys.stderr.write(finished)
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)
    except (ValueError, AttributeError):
        return
