"""How people and programs write days, moments and times of day, folded (see `folding`).

Months are named in English and Spanish.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import product

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_MESES = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
          "noviembre", "diciembre")  # fmt: skip
_ALSO = {9: ("sept", "setiembre")}
_ENGLISH = ("{month} {day}, {year}", "{month} {day} {year}", "{day} {month} {year}", "{day} {month}, {year}",
            "{day} of {month} {year}", "{day} of {month}, {year}", "{day}-{month}-{year}", "{day}{month}{year}",
            "{day}/{month}/{year}", "{year} {month} {day}")  # fmt: skip
_SPANISH = ("{day} de {month} de {year}", "{day} de {month} del {year}", "{day} de {month} {year}",
            "{day} de {month}, {year}", "{month} {day} de {year}", "{month} {day}, {year}",
            "{day} {month} {year}")  # fmt: skip


def days_by_year(year: int, month: int, day: int) -> Iterator[str]:
    """A day in figures, the year first, as programs write it."""
    if _is_day(year, month, day):
        yield from (f"{year}{sign}{month:02}{sign}{day:02}" for sign in ("", ":", "/", ".", "-"))


def days(year: int, month: int, day: int) -> Iterator[str]:
    """A day as people write it: in figures, by either order of day and month, and with the month as a word."""
    if not _is_day(year, month, day):
        return
    for sign, (one, other) in product("/.-", ((month, day), (day, month))):
        for shown in (f"{year}", f"{year % 100:02}"):
            yield f"{one:02}{sign}{other:02}{sign}{shown}"
            yield f"{one}{sign}{other}{sign}{shown}"
    english = (f"{day}", f"{day:02}", f"{day}{_ordinal(day)}", f"{day}.")
    spanish = (f"{day}", f"{day:02}", f"{day}°")
    for month_names, forms, written in ((_MONTHS, _ENGLISH, english), (_MESES, _SPANISH, spanish)):
        name = month_names[month - 1]
        words = dict.fromkeys((name, name[:3], f"{name[:3]}.", *_ALSO.get(month, ())))
        for form, word, shown in product(forms, words, written):
            yield form.format(month=word, day=shown, year=year).replace("° ", "°")


def stamps(moment: datetime) -> Iterator[str]:
    """A moment to the second, in its own zone and in UTC, as programs write it."""
    for one in _zones(moment):
        day, time = f"{one:%Y%m%d}", f"{one:%H%M%S}"
        yield from (f"{one:%Y-%m-%d}{sign}{one:%H:%M:%S}" for sign in "t ")
        yield f"{one:%Y:%m:%d %H:%M:%S}"
        yield from (f"{day}{sign}{time}" for sign in ("", "_", "-", "t"))
    if moment.tzinfo is not None:
        yield f"{int(moment.timestamp())}"


def minutes(moment: datetime) -> Iterator[str]:
    """A moment to the minute: its day may be shown, and finer it may not."""
    for one in _zones(moment):
        for text in (f"{one:%Y-%m-%d}t{one:%H:%M}", f"{one:%Y%m%d}t{one:%H%M}"):
            yield from (text, f"{text}z")
        yield from (f"{one:%Y-%m-%d %H:%M}", f"{one:%Y:%m:%d %H:%M}")


def clocks(moment: datetime) -> Iterator[str]:
    """A time of day, in the moment's own zone and in UTC."""
    for one in _zones(moment):
        yield f"{one:%H:%M:%S}"
        yield from clock(one.hour, one.minute)
    yield f"{moment.hour % 12 or 12}:{moment:%M}"


@cache
def clock(hour: int, minute: int) -> tuple[str, ...]:
    """A time of day by twenty-four hours and by twelve."""
    hours, twelves = (dict.fromkeys((f"{n}", f"{n:02}")) for n in (hour, hour % 12 or 12))
    half = "p" if hour >= 12 else "a"
    return (
        *(f"{shown}{sign}{minute:02}" for shown in hours for sign in (":", ".", "h", " h ")),
        *(f"{hour:02}{minute:02}{word}" for word in ("h", "hrs", " h", " hrs", " hours", " horas")),
        *(
            f"{shown}{sign}{minute:02}{end}"
            for shown, sign in product(twelves, ":.")
            for end in (f" {half}m", f"{half}m", f" {half}.m", f"{half}.m", f" {half}. m")
        ),
    )


def _zones(moment: datetime) -> tuple[datetime, ...]:
    return (moment,) if moment.tzinfo is None else (moment, moment.astimezone(UTC))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _ordinal(day: int) -> str:
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
