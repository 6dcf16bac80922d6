"""From when on, and to which day: counting as a rule says it, on days and never on hours of a day that may have 23."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from copwatch.model.rules.rule import Rule

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Since:
    """From when a time limit runs: the earliest day, and the earliest moment where an hour is known."""

    day: date
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """When it ends. `at` only where hours are counted from a moment. `rolled_from` is a day that was no business day.

    `no_holidays_in` is a year of the count in which the rules list no holiday, where that matters; 0 where it does not.
    """

    day: date
    at: datetime | None = None
    rolled_from: date | None = None
    no_holidays_in: int = 0


def deadline(rule: Rule, since: Since, holidays: Collection[date] = ()) -> Deadline:
    """The earliest date by a rule.

    Hours are counted in true time; days, months and years on the calendar. A month that has no such day ends on its
    last: a month from January 31 is February 28. The day on which it begins is not counted.
    """
    if rule.unit == "hours":
        return _hours(rule.n, since)
    day = _BY_UNIT[rule.unit](since.day, rule.n, holidays)
    last = next_business_day(day, holidays) if rule.roll == "next_business_day" else day
    matters = rule.unit == "business_days" or rule.roll == "next_business_day"
    listed = {each.year for each in holidays}
    lacking = [year for year in range(since.day.year, last.year + 1) if year not in listed]
    return Deadline(last, None, day if last != day else None, lacking[0] if matters and lacking else 0)


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def next_business_day(day: date, holidays: Collection[date] = ()) -> date:
    """The day itself, or the first business day after it."""
    while not is_business_day(day, holidays):
        day += _DAY
    return day


def _days(day: date, n: int, holidays: Collection[date]) -> date:
    return day + timedelta(n)


def _business_days(day: date, n: int, holidays: Collection[date]) -> date:
    for _ in range(n):
        day = next_business_day(day + _DAY, holidays)
    return day


def _months(day: date, n: int, holidays: Collection[date]) -> date:
    years, month = divmod(day.month - 1 + n, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _years(day: date, n: int, holidays: Collection[date]) -> date:
    return _months(day, 12 * n, holidays)


_BY_UNIT = {
    "calendar_days": _days,
    "business_days": _business_days,
    "months": _months,
    "years": _years,
}


def _hours(n: int, since: Since) -> Deadline:
    if since.moment is None:
        # Only the day is known: counted from its beginning.
        return Deadline(since.day + timedelta(days=n // 24))
    # Through UTC: a zone that knows summer time would add hours of the wall clock.
    ends = (since.moment.astimezone(UTC) + timedelta(hours=n)).astimezone(since.moment.tzinfo)
    return Deadline(ends.date(), ends)
