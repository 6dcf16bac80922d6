"""What a reviewer should look at in a free text: known names, telephone numbers, plates, addresses. Pure.

Suggestions find what is written as usual. What they do not find can be there all the same: a person decides.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from copwatch.bundle.leaksearch.folding import folded
from copwatch.bundle.leaksearch.matcher import Matcher
from copwatch.bundle.leaksearch.secrets import Secret, is_name
from copwatch.bundle.leaksearch.spellings import How, joined_spellings, name_parts, spellings
from copwatch.bundle.substitutes import HANDLE, Cut
from copwatch.model.records import RECORDS
from copwatch.model.redaction import Class
from copwatch.model.spots import spots
from copwatch.model.values import Handle, Many, PersonName

NAME, HANDLE_OF = "name", "handle"

_WHERE: Final = r"(?:(?<=\b[aA]t )|(?<=\b[tT]o )|(?<=\b[oO]f )|(?<=\b[nN]ear )|(?<=\b[fF]rom ))"
"""Before a number so short that it may count people or say an hour."""

_MONTHS: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|March?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)

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
    # "1420 Broadway": a year, a count and an hour look alike, so that not every number before a capital is one.
    "perhaps an address": re.compile(
        rf"(?<![\w.,:/-])(?:{_WHERE}\d{{1,6}}|(?!(?:19|20)\d\d\s)\d{{3,6}})[a-zA-Z]?\s+(?:[NSEW]\.?\s+)?"
        rf"(?!{_MONTHS}\b)[A-Z][a-z][\w'-]*(?:\s+[A-Z][a-z][\w'-]*){{0,2}}"
    ),
    "plate": re.compile(r"(?<![\w-])(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{5,8}(?![\w-])"),
    "birth date": re.compile(r"(?i)\b(?:born|dob)\b[^.\n]{0,30}\d+"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A stretch of a text, from `start` to before `end`, and what it looks like.

    `who` is whose name or handle it is, as `Cut` has it; empty where it is none, or could be that of several people.
    `known` is what says who somebody is or stands in a field that stays; all else was found by its looks.
    """

    start: int
    end: int
    what: str
    who: str = ""
    known: bool = True

    @property
    def cut(self) -> Cut:
        """The same as a stretch to replace."""
        return Cut(self.start, self.end, self.who)


@dataclass(frozen=True, slots=True)
class Names:
    """Names and handles that are known: a pattern for folded text, what each is, and whose."""

    known: tuple[tuple[re.Pattern[str], str, str], ...] = ()

    def and_also(self, others: "Names") -> "Names":
        """These, and others behind them."""
        return Names(self.known + others.known) if others.known else self


Who = Callable[[Iterable[str]], Iterable[str]]
"""Whoever some ids and labels stand for."""


def names_in(records: Iterable[Mapping[str, Any]], who: Who = frozenset) -> Names:
    """Every name and handle of people in some records; of names also the parts by which the leak search knows them."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for record in records:
        for spot in spots(record) if record.get("type") in RECORDS else ():
            type = spot.type.item if isinstance(spot.type, Many) else spot.type
            values = spot.value if isinstance(spot.value, list) else [spot.value]
            for value in values:
                if isinstance(value, str) and isinstance(type, PersonName):
                    own = sorted(who(spot.subjects)) if spot.name.startswith("identity.") else []
                    for text in (folded(value).strip(), *name_parts(value)):
                        found[text].add((NAME, own[0] if len(own) == 1 else ""))
                elif isinstance(value, str) and isinstance(type, Handle):
                    whose = f"{HANDLE}{value.casefold()}" if spot.class_ is Class.OBS else ""
                    found[folded(value).strip()].add((HANDLE_OF, whose))
    return Names(tuple(_known(text, meant) for text, meant in found.items() if text))


def secrets_in(text: str, matcher: Matcher, counts: Callable[[Secret], bool] = lambda secret: True) -> Names:
    """What stands in a text, in any spelling, of the secrets that count: an export would stop on each.

    Where it cannot be told which letters those are, it is the whole text.
    """
    known: list[tuple[re.Pattern[str], str, str]] = []
    stand = matcher.in_cell(text) | matcher.in_bytes(text.encode(errors="replace"))
    plain, _ = _folded(text)
    for secret in (matcher.secrets[index] for index in sorted(stand)):
        if counts(secret):
            kind, path = secret.where.partition(" ")[0], secret.path
            what = NAME if is_name(path) else f"stays in {field_words(kind, path)}"
            where = [each for each in _patterns(secret) if each.search(plain)] or [_ALL_OF_IT]
            known += [(each, what, "") for each in where]
    return Names(tuple(known))


def field_words(kind: str, path: str) -> str:
    """A field of a record, as people read it: `report narrative observed › 0`."""
    return f"{kind} {path.strip('/')}".replace("_", " ").replace("/", " › ")


_ALL_OF_IT: Final = re.compile(r".+", re.DOTALL)


def _patterns(secret: Secret) -> Iterator[re.Pattern[str]]:
    for spelling, how in dict.fromkeys(spellings(secret)):
        pattern = re.escape(spelling).replace(r"\ ", r"[-_. ](?:[^\W\d_]\.? )?")
        yield re.compile(pattern if how is How.ANYWHERE else _as_word(pattern))
    for number in joined_spellings(secret):
        yield re.compile(r"[^0-9a-z\n]{0,3}".join(map(re.escape, number)))


def _as_word(pattern: str) -> str:
    return rf"(?<![^\W_]){pattern}(?![^\W_])"


def _known(text: str, meant: set[tuple[str, str]]) -> tuple[re.Pattern[str], str, str]:
    ((what, who), *others) = sorted(meant)
    return re.compile(_as_word(re.escape(text))), what, "" if others else who


def suggestions(text: str, names: Names, *, by_looks: bool = True) -> list[Suggestion]:
    """What to look at in a text, in its order; what lies within something longer is left out.

    Without `by_looks` what is known alone.
    """
    every = (each for each in _all(text, names) if by_looks or each.known)
    found = sorted(every, key=lambda each: (each.start, -each.end, not each.who))
    kept: list[Suggestion] = []
    for each in found:
        if not kept or each.end > kept[-1].end:
            kept.append(each)
    return kept


def _all(text: str, names: Names) -> Iterator[Suggestion]:
    for what, look in _LOOKS.items():
        yield from (Suggestion(*match.span(), what, known=False) for match in look.finditer(text))
    plain, places = _folded(text)
    for pattern, what, who in names.known:
        for match in pattern.finditer(plain):
            yield Suggestion(places[match.start()], _end(text, places[match.end() - 1]), what, who)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as the leak search reads it, and for each of its characters where that stands in the text."""
    plain, places = "", []
    for at, char in enumerate(text):
        made = folded(char) if not char.isascii() else " " if char.isspace() else char.lower()
        if made == " " and plain.endswith(" "):
            continue
        plain += made
        places += [at] * len(made)
    return plain, places


def _end(text: str, last: int) -> int:
    """Behind a character and the marks that belong to it, which folding takes away."""
    end = last + 1
    while end < len(text) and not folded(text[end]):
        end += 1
    return end
