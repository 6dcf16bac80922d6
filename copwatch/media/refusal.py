"""Why a file is not cleaned: the reason, and where in the file it stands. Nothing is written then (exit 5)."""

from copwatch.errors import Refused


class CannotClean(Refused):
    """The root of all refusals. `offset` is a position in the file, in bytes, where one can be named."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        where = "" if offset is None else f" (at byte {offset:,})"
        super().__init__(f"{reason}{where}", hint="the file is as it was, and nothing was written for it")
        self.reason, self.offset = reason, offset


class Damaged(CannotClean):
    """The structure is not whole: what stands behind the damage cannot be judged."""


class Unsupported(CannotClean):
    """The structure is whole but of a kind that cannot be cleaned with certainty."""


class TookTooLong(Unsupported):
    """The process that looked at it had to be ended."""


class BrokeDown(Unsupported):
    """The process that looked at it ended by itself, or said what makes no sense."""


class NoProcess(Unsupported):
    """This system has no process that hostile bytes could be looked at in."""
