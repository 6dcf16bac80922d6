"""What a reviewer should look at in a free text: known names, telephone numbers, plates, addresses. Pure.

Suggestions find what is written as usual. What they do not find can be there all the same: a person decides.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from copwatch.model.records import RECORDS
from copwatch.model.spots import spots
from copwatch.model.values import Handle, Many, PersonName

_SHORTEST_NAME: Final = 3

_LOOKS: Final[Mapping[str, re.Pattern[str]]] = {
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "social security number": re.compile(r"(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)"),
    "telephone number": re.compile(
        r"(?<![\d-])(?:\+?\d{1,3}[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])?\d{3}[ .-]\d{4}(?!\d)"
    ),
    "address": re.compile(
        r"(?<![\w-])\d{1,6}[a-z]?\s+(?:[nsew]\.?\s+)?(?:[A-Z0-9][\w.'-]*\s+){1,3}"
        r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|way|terrace|parkway)\b",
        re.IGNORECASE,
    ),
    "plate": re.compile(r"(?<![\w-])(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{5,8}(?![\w-])"),
    "birth date": re.compile(r"(?i)\b(?:born|dob)\b[^.\n]{0,30}\d"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A stretch of a text, from `start` to `end`, and what it looks like."""

    start: int
    end: int
    what: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names and handles that are known, folded, with what they are."""

    known: tuple[tuple[re.Pattern[str], str], ...] = ()


def names_in(records: Iterable[Mapping[str, Any]]) -> Names:
    """Every name and handle of people in some records; of names also each part that is long enough."""
    found: dict[str, str] = {}
    for record in records:
        for spot in spots(record) if record.get("type") in RECORDS else ():
            type = spot.type.item if isinstance(spot.type, Many) else spot.type
            values = spot.value if isinstance(spot.value, list) else [spot.value]
            for value in values:
                if isinstance(value, str) and isinstance(type, PersonName):
                    found |= {part: "name" for part in [value, *value.split()] if len(part) >= _SHORTEST_NAME}
                elif isinstance(value, str) and isinstance(type, Handle):
                    found[value] = "handle"
    folded = {_folded(text): what for text, what in found.items()}
    return Names(
        tuple((re.compile(rf"(?<!\w){re.escape(text)}(?!\w)"), what) for text, what in folded.items())
    )


def suggestions(text: str, names: Names) -> list[Suggestion]:
    """What to look at in a text, in its order; what lies within something longer is left out."""
    found = sorted(_all(text, names), key=lambda each: (each.start, -each.end))
    kept: list[Suggestion] = []
    for each in found:
        if not kept or each.end > kept[-1].end:
            kept.append(each)
    return kept


def _all(text: str, names: Names) -> Iterator[Suggestion]:
    for what, look in _LOOKS.items():
        yield from (Suggestion(*match.span(), what) for match in look.finditer(text))
    folded = _folded(text)
    if len(folded) == len(text):
        for pattern, what in names.known:
            yield from (Suggestion(*match.span(), what) for match in pattern.finditer(folded))
    elif any(pattern.search(folded) for pattern, _ in names.known):
        yield Suggestion(0, len(text), "name or handle")


def _folded(text: str) -> str:
    """Without accents and case."""
    plain = unicodedata.normalize("NFD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()
