"""People of the archive who have nothing to do with what leaves: of them only what says who they are as a whole counts.

A word of a name, or a short number, is somebody else's too among thousands of people. A whole name, a telephone number,
an address is theirs; and who is named as such by a shown field is not kept from anybody (docs/adr/0158).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from copwatch.bundle.leaksearch.folding import folded, joined
from copwatch.bundle.leaksearch.secrets import Secret, Sort, is_name
from copwatch.bundle.leaksearch.spellings import words_of_name
from copwatch.bundle.withheld import Leaving
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.spots import Spot, spots
from copwatch.model.values import Many, PersonName
from copwatch.proof.commitment import flatten

_CONTACT: Final = (Class.CON, Class.HOM, Class.GOV, Class.FIN)
_FEWEST_DIGITS: Final = 6
_SHORTEST_ADDRESS: Final = 8
_DIGIT: Final = re.compile(r"\d")
_LETTER: Final = re.compile(r"[^\W\d_]")


def strangers(of: Leaving) -> Iterator[Secret]:
    """What is looked for of the people who are `elsewhere`, each value once."""
    shown: _Shown | None = None
    seen: set[str] = set()
    for leaf, record in of.elsewhere():
        shown = shown or _Shown(of)
        for secret in of_person(leaf, record):
            key = folded(secret.value)
            if key not in seen and not shown.names(secret.value):
                seen.add(key)
                yield secret


def of_person(leaf: str, record: Mapping[str, Any]) -> Iterator[Secret]:
    """Full names, numbers and addresses of an identity."""
    kind = str(record.get("type"))
    for spot in spots(record):
        for below, value in flatten(spot.value).items():
            if isinstance(value, str) and _tells(spot, value):
                path = f"{spot.path}{below}"
                yield Secret(value.strip(), f"{kind} {leaf[:16]}:{path}", leaf, path, Sort.WHOLE)


def _tells(spot: Spot, value: str) -> bool:
    """Whether a value says by itself who somebody is. How and when to reach somebody is said of many people alike."""
    if _is_person_name(spot):
        return len(words_of_name(value)) > 1
    if spot.class_ not in _CONTACT:
        return False
    digits = len(_DIGIT.findall(value))
    has_house = digits > 0 and len(value) >= _SHORTEST_ADDRESS and _LETTER.search(value) is not None
    return "@" in value or digits >= _FEWEST_DIGITS or (spot.class_ is Class.HOM and has_house)


def _is_person_name(spot: Spot) -> bool:
    return isinstance(spot.type.item if isinstance(spot.type, Many) else spot.type, PersonName)


class _Shown:
    """What single fields of a bundle show openly: an officer, or the client, may have the name of a stranger."""

    def __init__(self, of: Leaving) -> None:
        self._values: set[str] = set()
        self._rows: set[frozenset[str]] = set()
        for leaf in of.going:
            record = of.known.get(leaf, {})
            if record.get("type") in SCHEMA.entities:
                shown = {path for each in of.rules.of(record, leaf) for path in each.shown}
                self._take(spots(record), shown)

    def _take(self, found: Iterable[Spot], shown: set[str]) -> None:
        rows: dict[int, set[str]] = {}
        for spot in found:
            if spot.class_ is Class.NAR:
                continue
            for below, value in flatten(spot.value).items():
                if isinstance(value, str) and f"{spot.path}{below}" in shown:
                    self._values.add(joined(folded(value.strip())))
                    if _is_person_name(spot) or is_name(spot.path):
                        rows.setdefault(id(spot.row), set()).update(words_of_name(value))
        self._rows.update(frozenset(words) for words in rows.values() if len(words) > 1)

    def names(self, value: str) -> bool:
        """Whether a value is that of a field, or a name that the fields of one row give together."""
        words = set(words_of_name(value))
        return joined(folded(value)) in self._values or (
            len(words) > 1 and any(words <= row for row in self._rows)
        )
