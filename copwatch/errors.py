"""Every failure that a person can meet: one sentence, one hint, one exit code.

The exit code belongs to the class (docs/exit-codes.md); a command never chooses one. Messages start in lower
case, have no full stop, and never contain a secret. Text that came from outside is passed as it is: the
command line cleans whatever it prints.
"""

from collections.abc import Iterable
from typing import ClassVar


class CopwatchError(Exception):
    """The root of all failures. `message` says what happened, `hint` what to do about it; `details`, a line each, name
    every single thing where there are several."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", details: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = tuple(details)


class Unfinished(CopwatchError):
    """The work could not be finished (exit 1); nothing that was there before is lost."""


class NotFound(Unfinished):
    """A file, folder, archive or code that was named is not there (exit 1)."""


class Busy(Unfinished):
    """Another copwatch is writing at this moment (exit 1)."""


class NoSpace(Unfinished):
    """The disk is full, or would be (exit 1)."""


class NoPermission(Unfinished):
    """The operating system does not let us read or write there (exit 1)."""


class NewerFormat(Unfinished):
    """Written by a newer copwatch; this one does not guess (exit 1)."""


class NotThisDevice(Unfinished):
    """This computer has no device key for this archive, or may not append with it (exit 1)."""


class UsageError(CopwatchError):
    """The command was given something that it cannot take (exit 2)."""

    exit_code: ClassVar[int] = 2


class BadInput(UsageError):
    """A value, form or file that a person gave is not valid (exit 2); nothing was applied."""


class IntegrityFailure(CopwatchError):
    """Bytes are not what they were when they were written (exit 3)."""

    exit_code: ClassVar[int] = 3


class Locked(CopwatchError):
    """A key is needed that is not at hand, or the one given is wrong (exit 4)."""

    exit_code: ClassVar[int] = 4


class Refused(CopwatchError):
    """Refused for safety: unclean metadata, a leak, a hold, a missing consent (exit 5)."""

    exit_code: ClassVar[int] = 5


class Interrupted(CopwatchError):
    """Stopped by the person (exit 130); what was finished before stays."""

    exit_code: ClassVar[int] = 130
