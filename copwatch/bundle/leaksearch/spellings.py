"""How people and programs write one value: dates, times of day, coordinates, names, addresses, numbers with signs.

Everything here is folded (see `folding`). What only differs by case, accents or white space is no spelling of its own.
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from enum import Enum
from typing import Final, TypeAlias

from copwatch.bundle.leaksearch import dates
from copwatch.bundle.leaksearch.folding import folded, joined
from copwatch.bundle.leaksearch.secrets import Secret, Sort

SHORTEST: Final = 6
"""Bytes of a value from which on it is looked for everywhere; shorter ones stand in every bundle by chance."""
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(:\d{2})?")
_DEGREES = re.compile(r"-?\d{1,3}\.\d{3,}")
_DIGITS = re.compile(r"\d")
_HANDLE = re.compile(r"([a-z]{2,12})[-_. ]?(\d{1,5})")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]{6,24}")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_STREET = re.compile(
    r"(?P<short>\d{1,6}[a-z]? [^,]{2,50}?) (?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct"
    r"|place|pl|way|terrace|ter|parkway|pkwy|circle|cir|square|sq|alley|plaza|trail|highway|hwy)\b\.?[^,]{0,20}"
    r"|(?:calle|avenida|av\.?|carrera|paseo|rua|rue|via) [^,]{2,50} \d{1,5}[a-z]?"
)
"""What of an address comes before its city. `short` has no kind of street, which people abbreviate in many ways."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_PARTICLES = frozenset(("de", "la", "las", "los", "del", "da", "di", "do", "dos", "van", "von", "der", "den",
                        "bin", "ibn", "al", "el", "mc", "st", "jr", "sr", "ii", "iii", "the", "of", "and"))  # fmt: skip
_WORDS = re.compile(r"\w+")
_SIGNS = "- ."
_SHORTEST_PART = 2
_SHORTEST_APART = 4
_SHORTEST_TOGETHER = 8
_FEWEST_DIGITS = 6
_FEWEST_OF_PHONE = 7
_FEWEST_OF_LONG = 10
"""Digits that are no size of a file by chance."""


class How(Enum):
    """Where a spelling counts."""

    ANYWHERE = "in any text"
    WHOLE = "in any text, where no letter or digit touches it"
    WORD = "the same, and only in what people wrote"


Spelling: TypeAlias = tuple[str, How]


def spellings(secret: Secret, common: Collection[str] = frozenset()) -> Iterator[Spelling]:
    """Each folded spelling of a secret in which a text could hold it, the value itself first.

    What is short, and words that are `common`, say something only as whole words of what people wrote.
    """
    for text, how in _spellings(secret, common):
        yield text, How.WORD if len(text.encode()) < SHORTEST or text in common else how


def _spellings(secret: Secret, common: Collection[str]) -> Iterator[Spelling]:
    value = secret.value
    if secret.sort is Sort.KEY:
        yield value, How.ANYWHERE
        return
    if secret.sort is Sort.WHOLE:
        yield from _whole(value)
        return
    for written in _written(value):
        fold = folded(written)
        yield fold, How.ANYWHERE
        for other in (fold.replace("_", " "), _HYPHEN.sub("", fold), _HYPHEN.sub(" ", fold)):
            if other != fold:
                yield other, How.ANYWHERE
        if secret.sort is Sort.NAME:
            yield from _names(written, common)
    yield from _figures(value)


def _written(value: str) -> tuple[str, ...]:
    """A value, and how it is written where there are no umlauts, if it has one."""
    plain = value.casefold().translate(_UMLAUTS) if not value.isascii() else value
    return (value,) if folded(plain) == folded(value) else (value, plain)


def _figures(value: str) -> Iterator[Spelling]:
    """Of what is told by its form: days, times, coordinates, handles, addresses."""
    if _MOMENT.fullmatch(value):
        moment = datetime.fromisoformat(value)
        yield from ((text, How.ANYWHERE) for text in dates.stamps(moment))
        yield from ((text, How.WHOLE) for text in dates.minutes(moment))
        yield from ((text, How.WORD) for text in dates.clocks(moment))
    elif found := _DAY.fullmatch(value):
        year, month, day = (int(part) for part in found.groups())
        yield from ((text, How.ANYWHERE) for text in dates.days_by_year(year, month, day))
        yield from ((text, How.WHOLE) for text in dates.days(year, month, day))
    elif found := _CLOCK.fullmatch(value):
        yield from ((text, How.WORD) for text in dates.clock(int(found[1]), int(found[2])))
    elif _DEGREES.fullmatch(value):
        yield from ((text, How.ANYWHERE) for text in _degrees(value))
    elif found := _HANDLE.fullmatch(folded(value)):
        yield from ((f"{found[1]}{sign}{found[2]}", How.WHOLE) for sign in ("", " ", "-", "_", "."))
    elif found := _STREET.match(folded(value)):
        yield from ((text, How.WHOLE) for text in (found[0].strip(), found["short"]) if text)


def joined_spellings(secret: Secret) -> Iterator[str]:
    """A number as it reads without the signs between its digits, and a phone's without its country; nothing where it
    is none, or too short to tell.
    """
    value = secret.value
    if secret.sort in (Sort.KEY, Sort.WHOLE) or _MOMENT.fullmatch(value) or _DAY.fullmatch(value):
        return
    text = joined(folded(value)).strip(" +#()./-")
    if len(text) >= _FEWEST_DIGITS and len(_DIGITS.findall(text)) >= min(_FEWEST_DIGITS, len(text) // 2):
        yield text
    if _PHONE.fullmatch(value):
        yield from (number for number in _national(value) if len(number) >= _FEWEST_OF_PHONE)


def _national(phone: str) -> Iterator[str]:
    """Country codes have one to three digits (ITU-T E.164); those of one digit are 1 and 7."""
    digits = "".join(_DIGITS.findall(phone))
    if phone.startswith("+"):
        if found := re.match(r"\+(\d{1,3})\D", phone):
            yield digits[len(found[1]) :]
        else:
            yield from (digits[length:] for length in ((1,) if digits[0] in "17" else (2, 3)))
    elif len(digits) == len("15105550142") and digits[0] == "1":
        yield digits[1:]


def name_parts(name: str) -> Iterator[str]:
    """The parts of a name by which somebody is known; the particles of names are in every text."""
    if len(_WORDS.findall(folded(name))) > 1:
        yield from words_of_name(name)


def words_of_name(name: str) -> list[str]:
    """The words of a name, folded, without particles and initials."""
    words = _WORDS.findall(folded(name))
    return [word for word in words if len(word) >= _SHORTEST_PART and word not in _PARTICLES]


def _whole(value: str) -> Iterator[Spelling]:
    """What is looked for as a whole alone: a name in its usual orders, a number by its usual signs, an address."""
    for written in _written(value):
        fold = folded(written)
        yield fold, How.WHOLE if len(fold) >= _FEWEST_OF_LONG or not fold.isdigit() else How.WORD
        if not _DIGITS.search(fold) and "@" not in fold:
            yield _HYPHEN.sub(" ", fold), How.WHOLE
            yield from _whole_names(words_of_name(written) or [fold])
    if found := _STREET.match(folded(value)):
        yield found[0].strip(), How.WHOLE
        if len(found["short"] or "") >= _SHORTEST_TOGETHER:
            yield found["short"], How.WHOLE
    elif _PHONE.fullmatch(value):
        for number in ("".join(_DIGITS.findall(value)), *_national(value)):
            yield number, How.WHOLE if len(number) >= _FEWEST_OF_LONG else How.WORD
        yield from ((text, How.WHOLE) for text in _grouped(value))


def _whole_names(words: list[str]) -> Iterator[Spelling]:
    """All of it, the first and the last, and of more than two the first and the second: many have two family names.

    Files and handles are called so with signs (see `folding.spaced`), or without any.
    """
    first, last = words[0], words[-1]
    yield f"{last}, {first}", How.WHOLE
    for some in dict.fromkeys(((first, last), (last, first), tuple(words[:2]), tuple(words))):
        yield " ".join(some), How.WHOLE
        if len("".join(some)) >= _FEWEST_OF_LONG:
            yield "".join(some), How.ANYWHERE


def _grouped(phone: str) -> Iterator[str]:
    """A telephone number as it is written: by its own gaps, and by those that are usual in North America."""
    groups = re.findall(r"\d+", phone)
    home = groups[1:] if phone.startswith("+") or groups[0] == "1" else groups
    for sign in _SIGNS if len(home) > 1 else "":
        yield from (sign.join(groups), sign.join(home), f"0{sign.join(home)}")
    number = "".join(home)
    if len(number) == len("5550142"):
        yield from (f"{number[:3]}{sign}{number[3:]}" for sign in _SIGNS)
    elif len(number) == len("5105550142"):
        area, office, line = number[:3], number[3:6], number[6:]
        for sign in _SIGNS:
            yield from (f"{area}{sign}{office}{sign}{line}", f"{area}{sign}{office}{line}")
            yield from (f"({area}){gap}{office}{sign}{line}" for gap in ("", " "))


def _names(name: str, common: Collection[str]) -> Iterator[Spelling]:
    parts = list(name_parts(name))
    for part in parts:
        yield part, How.ANYWHERE
    if parts:
        together = ("".join(parts), parts[0] + parts[-1], parts[-1] + parts[0])
        yield from ((text, How.ANYWHERE) for text in together if len(text) >= _SHORTEST_TOGETHER)
    for part in parts or [folded(name)]:
        if len(part) >= _SHORTEST_APART and part.isalpha():
            yield from ((sign.join(part), How.WHOLE) for sign in " .-")
        if len(part) >= SHORTEST and part not in common:
            yield from ((text, How.WORD) for text in _split(part, common))


def _split(word: str, common: Collection[str]) -> Iterator[str]:
    """A word with one gap in it, as texts of PDFs have them, unless a part of it stands in every text."""
    for at in range(1, len(word)):
        first, last = word[:at], word[at:]
        if not any(len(part) > 1 and part in common for part in (first, last)):
            yield from (f"{first} {last}", f"{first}-{last}")


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
