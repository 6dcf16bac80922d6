"""Values that a file gives of itself: taken as they are, as long as they can neither act nor be too long."""

import re
from dataclasses import dataclass
from datetime import datetime

from copwatch.model.values.base import Json
from copwatch.model.values.exact import Exact
from copwatch.model.values.time import to_datetime

LONGEST_LINE = 200
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?")
_ACTING = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What acts on a terminal or turns a line around; a fixed list, for what was recorded has to stay readable."""


@dataclass(frozen=True, slots=True)
class Line(Exact):
    """One line of text that does not act on a terminal."""

    longest: int = LONGEST_LINE

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return f"a line of at most {self.longest} characters"

    def example(self) -> str:
        """A text that `read` takes."""
        return "X100V"

    def _check(self, value: object) -> list[str]:
        fits = isinstance(value, str) and 0 < len(value) <= self.longest and not _ACTING.search(value)
        return [] if fits else [f"not {self.hint()}"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}


def line(untrusted: str) -> str | None:
    """A text from a file as such a line: what acts becomes a blank; None where nothing is left."""
    return " ".join(_ACTING.sub(" ", untrusted[: 4 * LONGEST_LINE]).split())[:LONGEST_LINE].strip() or None


@dataclass(frozen=True, slots=True)
class Moment(Exact):
    """An RFC 3339 time with its zone, or without one where nobody says it; years as `Instant` has them."""

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "a time such as 2026-05-01T18:05:00-07:00, or without a zone"

    def example(self) -> str:
        """A text that `read` takes."""
        return "2026-05-01T18:05:00"

    def _check(self, value: object) -> list[str]:
        return [] if isinstance(value, str) and moment(value) else [f"not {self.hint()}"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "minLength": 19}


def moment(text: str) -> datetime | None:
    """The moment of such a text, naive where it has no zone; None where it is none."""
    if not _LOCAL.fullmatch(text):
        return to_datetime(text)
    whole = to_datetime(f"{text}Z")
    return whole.replace(tzinfo=None) if whole else None
