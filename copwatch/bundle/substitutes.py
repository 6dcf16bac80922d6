"""What stands in a text in place of a name: plainly marked, and never claimed to be what was recorded. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from copwatch.model.spots import Spot
from copwatch.model.values import Label, LongText, Many, PersonName, Text
from copwatch.model.values.exact import Name
from copwatch.model.values.text import Handle

NOBODY: Final = "withheld"
"""What stands for words for which nothing is stated."""

HANDLE: Final = "handle:"
"""What begins the name of somebody who is known by a handle alone."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a text, in characters from `start` to before `end`, that is replaced.

    `who` is whose name stands there: the id of a person, a labelled row (`<id of incident>/P1`), or `handle:` and a
    handle; empty where it is nobody's name, or it is not certain whose.
    """

    start: int
    end: int
    who: str = ""


_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{2,4}$")


def neutral_name(name: str) -> str:
    """A name for a file that keeps nothing of its own but what says its kind."""
    ending = _ENDING.search(name)
    return f"file{ending[0].lower() if ending else ''}"


def takes_cuts(spot: Spot) -> bool:
    """Whether a field holds words that people wrote, of which some can be replaced, and not a name by itself."""
    if isinstance(spot.type, PersonName | Handle | Label):
        return False
    return isinstance(spot.type, LongText | Text | Name)


def is_own_name(spot: Spot) -> bool:
    """Whether it is a name of whom an identity is about, and not of somebody whom they named."""
    type = spot.type.item if isinstance(spot.type, Many) else spot.type
    return isinstance(type, PersonName) and spot.name.startswith("identity.")


def substituted(text: str, cuts: Iterable[Cut], stands_for: Callable[[str], str | None]) -> str | None:
    """The text with a mark in square brackets for each stretch.

    Args:
        text: what was recorded.
        cuts: in any order; those that overlap become one, of nobody in particular.
        stands_for: what stands for somebody, empty where nothing does; None where they are named openly, and
            their name is left as it is.

    Returns:
        None where nothing would be replaced, or a stretch does not lie within the text: then it cannot be said that
        what a person decided is what would go out.
    """
    made, at, replaced = [], 0, False
    for cut in merged(cuts):
        if not 0 <= cut.start < cut.end <= len(text):
            return None
        stands = stands_for(cut.who) if cut.who else ""
        if stands is None:
            continue
        made += [text[at : cut.start], f"[{stands or NOBODY}]"]
        at, replaced = cut.end, True
    return "".join([*made, text[at:]]) if replaced else None


def merged(cuts: Iterable[Cut]) -> Iterator[Cut]:
    """Stretches in order, none over another."""
    last: Cut | None = None
    for cut in sorted(cuts, key=lambda each: (each.start, each.end, each.who)):
        if last is not None and cut.start < last.end:
            who = last.who if cut.who == last.who else ""
            last = Cut(last.start, max(last.end, cut.end), who)
            continue
        if last is not None:
            yield last
        last = cut
    if last is not None:
        yield last
