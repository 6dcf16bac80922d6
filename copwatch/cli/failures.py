"""What the operating system or a defect throws, in the words of copwatch/errors.py; the only such place."""

import errno
import os
import traceback
from types import TracebackType

from copwatch.errors import CopwatchError, NoPermission, NoSpace, NotFound, Unfinished
from copwatch.text import clean

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
# What a stick, card or network folder says when it has gone in the middle of the work.
_PULLED = frozenset(
    getattr(errno, name)
    for name in ("EIO", "ENODEV", "ENXIO", "ENOTCONN", "ESTALE", "ENOMEDIUM", "ETIMEDOUT", "EHOSTDOWN")
    if hasattr(errno, name)
)


def explained(error: OSError) -> CopwatchError:
    """An error of the operating system as one of ours, with what to do about it."""
    where = _where(error)
    if error.errno in _FULL:
        return NoSpace(f"no space left{where}", hint="free some space, then run the same command again")
    if error.errno in _FORBIDDEN:
        reason = "it cannot be written to" if error.errno == errno.EROFS else "permission denied"
        return NoPermission(f"{reason}{where}", hint="check who owns it and whether it is write-protected")
    if error.errno in _PULLED:
        return Unfinished(
            f"the disk or card stopped answering{where}",
            hint="plug it in again, then run the same command again: finished work stays and is not repeated",
        )
    if isinstance(error, FileNotFoundError):
        return NotFound(
            f"no such file or folder{where}", hint="check the spelling, and that the disk is plugged in"
        )
    reason = (error.strerror or type(error).__name__).rstrip(".")
    return Unfinished(f"{reason[:1].lower()}{reason[1:]}{where}")


def unexpected(error: BaseException) -> CopwatchError:
    """A defect of ours: the class and the place, and never a value, for values are names and passphrases."""
    message = f"unexpected failure: {type(error).__name__} at {_place(error.__traceback__)}"
    hint = "this is a defect; run again with COPWATCH_DEBUG=1 for details (they may name files and people)"
    return CopwatchError(message, hint=hint)


def details(error: BaseException) -> str:
    """A traceback without the values of variables; the text of exceptions is in it."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())


def debugging() -> bool:
    """Whether the person asked for tracebacks (COPWATCH_DEBUG=1)."""
    return os.environ.get("COPWATCH_DEBUG", "") not in {"", "0"}


def _where(error: OSError) -> str:
    named = error.filename if error.filename is not None else error.filename2
    if isinstance(named, bytes):
        named = os.fsdecode(named)
    return f": {clean(named, limit=400)}" if isinstance(named, str) else ""


def _place(trace: TracebackType | None) -> str:
    """`module:line` of the innermost frame of ours, or of the innermost at all."""
    place = ours = ""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", "?"))
        place = f"{module}:{trace.tb_lineno}"
        if module.partition(".")[0] == "copwatch":
            ours = place
        trace = trace.tb_next
    return ours or place or "?"
