"""What a person asked a search for: words, and filters such as `agency:oakland`. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_FILTER: Final = re.compile(r"([a-z][a-z0-9_.]*):(?!//)(.*)", re.IGNORECASE | re.DOTALL)
_PARTS: Final = re.compile(r'(?:[^\s"]|"[^"]*(?:"|$))+')
_MOST_FILTERS: Final = 20


@dataclass(frozen=True, slots=True)
class Filter:
    """`name:value`, as it was typed, the name in lower case, the value without quotes."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The words, and the filters, all of which have to hold."""

    words: str
    filters: tuple[Filter, ...] = ()


def asked(untrusted: Iterable[str]) -> Asked:
    """Tell filters from words.

    An argument that begins like a filter is one as a whole, for the shell took the quotes of `near:"5th and Main"`
    away. In any other, filters stand between blanks, and what is quoted is words. Those after the 20th are words.
    """
    words: list[str] = []
    filters: list[Filter] = []
    for part in _split(untrusted):
        found = _FILTER.fullmatch(part)
        if found and found[2].strip() and len(filters) < _MOST_FILTERS:
            filters.append(Filter(found[1].lower(), found[2].replace('"', "").strip()))
        else:
            words.append(part)
    return Asked(" ".join(words), tuple(filters))


def _split(untrusted: Iterable[str]) -> Iterator[str]:
    for argument in untrusted:
        if _FILTER.fullmatch(argument):
            yield argument
        else:
            yield from _PARTS.findall(argument)
