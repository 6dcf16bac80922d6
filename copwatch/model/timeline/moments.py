"""One time as somebody or something gave it, and the stretch of true time in which it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from copwatch.model.timeline.clocks import Correction
from copwatch.model.values import span, to_datetime
from copwatch.model.values.said import moment

COARSE: Final = frozenset({"day", "month"})
"""Precisions that say nothing about the order within a day."""
NO_CLOCK, CORRECTED, UNCHECKED = "no_device_clock", "corrected", "not_checked"
"""Whether a time hangs on the clock of a device, and whether somebody compared that clock."""
ASSUMED = "assumed"
"""The zone of a time whose source names none, read in the zone of the incident."""

_NO_DEVICE = frozenset({"gps"})
"""Sources of a file's times that are satellites and not the clock of the device."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time placed.

    Attributes:
        raw: exactly as it was recorded.
        at: where it is put, corrected.
        first, end: the true time lies between these, the end not included.
        precision: a term of the vocabulary `precision`.
        zone: `stated`, `utc`, `said_utc` (docs/format.md, "What a file says of itself"), or `ASSUMED`.
        clock: `NO_CLOCK`, `CORRECTED` or `UNCHECKED`.
        source: what gave it: a term of `time_source` or `captured_source`.
        correction: what was added, where something was.
    """

    raw: str
    at: datetime
    first: datetime
    end: datetime
    precision: str
    zone: str
    clock: str
    source: str
    correction: Correction | None = None

    @property
    def coarse(self) -> bool:
        """Known to the day at best."""
        return self.precision in COARSE

    def after(self, seconds: timedelta) -> "Moment":
        """The moment so much later, as uncertain as this one."""
        return Moment(
            self.raw, self.at + seconds, self.first + seconds, self.end + seconds, self.precision, self.zone,
            self.clock, self.source, self.correction,
        )  # fmt: skip


def of_timestamp(value: Any) -> Moment | None:
    """A `Timestamp` of a record; None where it is not known.

    `clock_offset_s` is read as seconds to add, as in a `clock` record, and only where a device's clock was read.
    """
    if not isinstance(value, Mapping) or "at" not in value:
        return None
    stretch, raw = span(dict(value)), str(value["at"])
    at = to_datetime(raw)
    if stretch is None or at is None:
        return None
    by_device = value.get("source") == "device_clock"
    offset = value.get("clock_offset_s")
    fix = Correction(offset) if by_device and isinstance(offset, int) else None
    clock = (CORRECTED if fix else UNCHECKED) if by_device else NO_CLOCK
    return _placed(
        raw, at, stretch, str(value["precision"]), "stated", clock, str(value.get("source", "")), fix
    )


def of_claim(at: str, zone: str, source: str, local: tzinfo, fix: Correction | None = None) -> Moment | None:
    """A time that a file bears (`Captured`); None for a text that is no time.

    `local` is the zone in which a time without one is read. A correction applies to clocks of devices alone.
    """
    written = moment(at)
    if written is None:
        return None
    if written.tzinfo is None:
        written, zone = written.replace(tzinfo=local), ASSUMED
    by_device = source not in _NO_DEVICE
    used = fix if by_device else None
    clock = (CORRECTED if used else UNCHECKED) if by_device else NO_CLOCK
    stretch = written, written + timedelta(seconds=1)
    return _placed(at, written, stretch, "second", zone, clock, source, used)


def _placed(
    raw: str, at: datetime, stretch: tuple[datetime, datetime], precision: str, zone: str, clock: str,
    source: str, fix: Correction | None,
) -> Moment:  # fmt: skip
    if fix is None:
        return Moment(raw, at, *stretch, precision, zone, clock, source)
    slack = timedelta(seconds=fix.slack)
    first, end = fix.apply(stretch[0]) - slack, fix.apply(stretch[1]) + slack
    return Moment(raw, fix.apply(at), first, end, precision, zone, clock, source, fix)


_BEST: Final = ("gps", "stated", "utc", ASSUMED, "said_utc")


def best(claims: list[Moment]) -> Moment | None:
    """By which of the times that a file bears it is put into the order.

    Satellites first, then times with a zone, then local times; what the format calls UTC last, because many cameras
    write local time there. Times of a last change never come before others. Among equals the earliest.
    """

    def rank(claim: Moment) -> tuple[bool, int, datetime, str, str]:
        kind = _BEST.index("gps" if claim.source in _NO_DEVICE else claim.zone)
        return claim.source == "exif_changed", kind, claim.at, claim.source, claim.raw

    return min(claims, key=rank, default=None)
