"""How far the clock of a camera was off, as `clock` records say it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from copwatch.model.values import span, to_datetime

_SECOND = timedelta(seconds=1)
_MOST_SLACK = 3600
"""A comparison that leaves more open than an hour corrects nothing."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What has to be added to the time that a clock showed.

    Attributes:
        seconds: to add; negative where the clock was ahead.
        slack: by how many seconds that may be wrong, either way.
        source: code of the record that says so; empty where the time itself carries it.
        checked: when it was compared, where that is known.
        others: codes of other records about the same clock that say something else.
    """

    seconds: int
    slack: int = 0
    source: str = ""
    checked: datetime | None = None
    others: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """`+62 s ±1 s`, to be added to what the clock showed."""
        return f"{self.seconds:+d} s" + (f" ±{self.slack} s" if self.slack else "")

    def apply(self, shown: datetime) -> datetime:
        """The true time, where the clock showed this."""
        return shown + timedelta(seconds=self.seconds)

    def undo(self, true: datetime) -> datetime:
        """What the clock showed at this true time."""
        return true - timedelta(seconds=self.seconds)


def correction(fields: Mapping[str, Any], source: str = "") -> Correction | None:
    """What the fields of a `clock` record say; None where they say no offset, or one that is too coarse to use.

    Where an offset is stated and two times are compared as well, the stated one rules, and what the comparison differs
    from it is slack.
    """
    stated, compared = fields.get("offset_s"), _compared(fields)
    checked = _checked(fields)
    if isinstance(stated, int) and not isinstance(stated, bool):
        off = abs(stated - compared[0]) if compared else 0
        slack = off if compared and off > compared[1] else 0
        return Correction(stated, slack, source, checked)
    if compared is None or compared[1] > _MOST_SLACK:
        return None
    return Correction(compared[0], compared[1], source, checked)


def nearest(found: Iterable[Correction], shown: datetime) -> Correction | None:
    """Of several checks of one clock the one that lies nearest to a time that it showed; those that differ are named.

    A check of unknown date comes last; equally near ones are taken in the order of their codes.
    """
    ranked = sorted(found, key=lambda each: (*_distance(each, shown), each.source, each.seconds, each.slack))
    if not ranked:
        return None
    best = ranked[0]
    others = {
        each.source
        for each in ranked[1:]
        if each.source != best.source and abs(each.seconds - best.seconds) > each.slack + best.slack
    }
    return replace(best, others=tuple(sorted(others)))


def _compared(fields: Mapping[str, Any]) -> tuple[int, int] | None:
    """Seconds to add, and how far they may be off, from what the camera and a true clock showed at one moment."""
    showed, true = span(fields.get("device_time", "")), span(fields.get("true_time", ""))
    if showed is None or true is None:
        return None
    between = _written(fields["true_time"]) - _written(fields["device_time"])
    least, most = true[0] - showed[1], true[1] - showed[0]
    # A clock that shows seconds is read to a second, so that two of them may differ by one.
    slack = max(between - least, most - between)
    return round(between / _SECOND), -(-slack // _SECOND)


def _written(value: Mapping[str, Any]) -> datetime:
    written = to_datetime(str(value["at"]))
    if written is None:
        raise ValueError("a checked time has a moment")
    return written


def _checked(fields: Mapping[str, Any]) -> datetime | None:
    for name in ("checked_at", "true_time"):
        if span(fields.get(name, "")) is not None:
            return _written(fields[name])
    return None


def _distance(each: Correction, shown: datetime) -> tuple[bool, timedelta]:
    if each.checked is None:
        return True, timedelta()
    return False, abs(each.checked - each.apply(shown))
