"""How people and programs write one value: dates, times of day, coordinates, parts of names, numbers with signs.

Everything here is folded (see `folding`). What only differs by case, accents or white space is no spelling of its own.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from copwatch.bundle.leaksearch.folding import folded, joined
from copwatch.bundle.leaksearch.secrets import Secret, Sort

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")
_DEGREES = re.compile(r"-?\d{1,3}\.\d{3,}")
_DIGITS = re.compile(r"\d")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_PARTICLES = frozenset(
    {
        "de",
        "la",
        "las",
        "los",
        "del",
        "da",
        "di",
        "do",
        "dos",
        "van",
        "von",
        "der",
        "den",
        "bin",
        "ibn",
        "al",
        "el",
    }
    | {"mc", "st", "jr", "sr", "ii", "iii", "the", "of", "and"}
)
_SHORTEST_PART = 2
_FEWEST_DIGITS = 6


def spellings(secret: Secret) -> Iterator[str]:
    """Each folded spelling of a secret in which a text could hold it, the value itself first."""
    if secret.sort is Sort.KEY:
        yield secret.value
        return
    value = secret.value
    yield folded(value)
    if "_" in value:
        yield folded(value.replace("_", " "))
    if _MOMENT.fullmatch(value):
        yield from _moments(value)
    elif found := _DAY.fullmatch(value):
        yield from _days(*(int(part) for part in found.groups()))
    elif _DEGREES.fullmatch(value):
        yield from _degrees(value)
    if secret.sort is Sort.NAME:
        yield from name_parts(value)


def joined_spelling(secret: Secret) -> str:
    """A number as it reads without the signs between its digits; empty where it is none, or too short to tell."""
    if secret.sort is Sort.KEY or _MOMENT.fullmatch(secret.value) or _DAY.fullmatch(secret.value):
        return ""
    text = joined(folded(secret.value)).strip(" +#()./-")
    return (
        text
        if len(_DIGITS.findall(text)) >= min(_FEWEST_DIGITS, len(text) // 2) and len(text) >= _FEWEST_DIGITS
        else ""
    )


def name_parts(name: str) -> Iterator[str]:
    """The parts of a name by which somebody is known; the particles of names are in every text."""
    parts = [part for part in re.split(r"[^\w]+", folded(name)) if part]
    if len(parts) > 1:
        yield from (part for part in parts if len(part) >= _SHORTEST_PART and part not in _PARTICLES)


def _days(year: int, month: int, day: int) -> Iterator[str]:
    try:
        date(year, month, day)
    except ValueError:
        return
    name, short = _MONTHS[month - 1], _MONTHS[month - 1][:3]
    yield from (f"{year}{month:02}{day:02}", f"{year}:{month:02}:{day:02}", f"{year}/{month:02}/{day:02}")
    yield f"{year}.{month:02}.{day:02}"
    for sign in "/.-":
        for one, other in ((month, day), (day, month)):
            for shown in (f"{year}", f"{year % 100:02}"):
                yield f"{one:02}{sign}{other:02}{sign}{shown}"
                yield f"{one}{sign}{other}{sign}{shown}"
    for word in dict.fromkeys((name, short)):
        yield from (
            f"{word} {day}, {year}",
            f"{word} {day} {year}",
            f"{day} {word} {year}",
            f"{day}. {word} {year}",
        )
        yield from (f"{word} {day:02}, {year}", f"{day:02} {word} {year}")


def _moments(value: str) -> Iterator[str]:
    """A moment to the minute, in its own zone and in UTC: its day may be shown, and finer it may not."""
    moment = datetime.fromisoformat(value)
    moments = [moment] if moment.tzinfo is None else [moment, moment.astimezone(UTC)]
    for one in moments:
        day, dashed = f"{one:%Y%m%d}", f"{one:%Y-%m-%d}"
        yield from (f"{dashed}t{one:%H:%M}", f"{dashed} {one:%H:%M}", f"{one:%Y:%m:%d %H:%M}")
        yield from (f"{day}{one:%H%M%S}", f"{day}_{one:%H%M%S}", f"{day}-{one:%H%M%S}", f"{day}t{one:%H%M}")
        yield from (f"{one:%H:%M:%S}", f"{one:%H:%M}")
        hour = one.hour % 12 or 12
        half = "pm" if one.hour >= 12 else "am"
        yield from (f"{hour}:{one:%M} {half}", f"{hour}:{one:%M}{half}", f"{hour:02}:{one:%M} {half}")
    if moment.tzinfo is not None:
        yield f"{int(moment.timestamp())}"


def _degrees(value: str) -> Iterator[str]:
    """To a thousandth of a degree, some hundred metres; coarser says no more than a neighbourhood."""
    number = abs(float(value))
    whole, _, parts = value.lstrip("-").partition(".")
    yield f"{whole}.{parts[:3]}"
    yield f"{number:.3f}"
    minutes = (number - int(number)) * 60
    seconds = (minutes - int(minutes)) * 60
    yield f"{int(number)}°{int(minutes)}'{int(seconds)}"
    yield f"{int(number)}°{int(minutes):02}'{int(seconds):02}"
    yield f"{int(number)} {int(minutes)} {int(seconds)}."
    yield f"{int(number)}°{minutes:.2f}"[:-1]
