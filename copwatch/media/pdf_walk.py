"""Walks through all that draws the pages of a PDF, and leaves of each dictionary what `pdf_kinds` has a rule for.

What should be of another type than it is goes as if no reader knew it; a colour space that is not known is refused, for
without it pictures would have other colours. What nothing leads to is not met, and not written by qpdf.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from copwatch.media.pdf_kinds import KINDS, SPACES, STREAM
from copwatch.media.refusal import Unsupported

MOST_OBJECTS: Final = 50_000
"""Dictionaries and streams that draw; thousands of pages with pictures and fonts have some ten thousands."""
_DEEPEST: Final = 8
_COMPONENTS: Final = {
    "/DeviceGray": 1, "/CalGray": 1, "/Separation": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4,
}  # fmt: skip
_NUMBERS: Final = (int, Decimal, float)  # and so also what is true or false

Act = Callable[["Walk", Any], bool]
Rule = Mapping[str, Act]
"""For each type that a value may have, what decides whether it stays."""


class Walk:
    """Through one document.

    `meet` is called with each dictionary and stream before it is cleaned, and its kind; what it changes is seen.
    """

    def __init__(self, meet: Callable[[Any, str], None]) -> None:
        self._meet = meet
        self._todo: list[tuple[Any, str]] = []
        self._known: dict[tuple[tuple[int, int], Act], bool] = {}
        self._left = MOST_OBJECTS

    def through(self, root: Any, kind: str) -> None:
        """From this dictionary on. Raises `Unsupported`: something in it cannot be judged, or it is too much."""
        self._todo.append((root, kind))
        while self._todo:
            found, kind = self._todo.pop()
            self._left -= 1
            if self._left < 0:
                raise Unsupported("more objects draw its pages than any program writes")
            self._meet(found, kind)
            self._clean(found, kind)

    def _clean(self, found: Any, kind: str) -> None:
        table, others = _tables(kind, found._type_name == "stream")
        for key, value in found.items():
            if value is None:
                continue  # as if the key were not there (7.3.9)
            rule = table.get(key, others)
            if rule is None or not self.stays(value, rule):
                del found[key]

    def stays(self, value: Any, rule: Rule) -> bool:
        """Whether a value may stay, or what is left of it; dictionaries are looked into later."""
        kind = _type(value)
        act = rule.get(kind)
        if act is None or kind in _PLAIN:
            return act is not None and act(self, value)
        place: tuple[int, int] = value.objgen
        if not place[0]:
            return act(self, value)
        known = self._known.get((place, act))
        if known is None:
            self._known[place, act] = True  # what it is part of itself does not decide
            known = self._known[place, act] = act(self, value)
        return known

    def later(self, found: Any, kind: str) -> bool:
        """Whether a dictionary is of a kind that is known; then it is cleaned in its turn."""
        own = _kind_of(kind, found)
        if own:
            self._todo.append((found, own))
        return bool(own)


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, _NUMBERS) else "null" if value is None else str(value._type_name)


def _kind_of(kind: str, found: Any) -> str:
    """The kind by which a dictionary is cleaned, where it is the dictionary that says so; none if it is unknown."""
    choose = _CHOICES.get(kind)
    return choose(found) if choose else kind


def _layer(found: Any) -> str:
    return "layers of layers" if found.get("/Type") == "/OCMD" else "layer"


_CHOICES: Final[dict[str, Callable[[Any], str]]] = {
    "node": lambda found: "pages" if "/Kids" in found else "page",
    "xobject": lambda found: {"/Image": "image", "/Form": "form"}.get(str(found.get("/Subtype")), ""),
    "pattern": lambda found: {"1": "tiling", "2": "shaded"}.get(str(found.get("/PatternType")), ""),
    "property": lambda found: _layer(found) if found.get("/Type") in ("/OCG", "/OCMD") else "marked",
    "layer": _layer,
    "encoding": lambda found: "cmap" if found._type_name == "stream" else "encoding",
    "halftone": lambda found: "halftones" if found.get("/HalftoneType") == 5 else "halftone",
}


@cache
def _tables(kind: str, is_stream: bool) -> tuple[Mapping[str, Rule], Rule | None]:
    """The rules of a kind by key, and that of all other keys."""
    table = KINDS[kind] | (STREAM if is_stream else {})
    return {key: rule_of(text) for key, text in table.items()}, rule_of(table["*"]) if "*" in table else None


@cache
def rule_of(text: str) -> Rule:
    """A rule as `pdf_kinds` writes it."""
    rule: dict[str, Act] = {}
    for one in _alternatives(text):
        rule |= _PLAIN_RULES.get(one) or _rule(one)
    return rule


def _alternatives(text: str) -> list[str]:
    """Parted where `|` stands in no brackets."""
    found, depth = [""], 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        if letter == "|" and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


@cache
def _rule(one: str) -> dict[str, Act]:
    inner = one[1:-1]
    match one[0]:
        case "=":
            names = frozenset("/" + name for name in one[1:].split(","))
            return {"name": lambda walk, value: str(value) in names}
        case "[":
            return {"array": lambda walk, value: _each(walk, value, rule_of(inner))}
        case "{":
            return {"dictionary": lambda walk, value: _named(walk, value, rule_of(inner))}
        case "<":
            return {"stream": lambda walk, value: walk.later(value, inner)}
    act: Act = lambda walk, value: walk.later(value, one)  # noqa: E731  # one function for both, known once
    return {"dictionary": act, "stream": act}


def _each(walk: Walk, values: Any, rule: Rule) -> bool:
    kept = [value for value in values if walk.stays(value, rule)]
    if len(kept) < len(values):
        del values[:]
        values.extend(kept)
    return True


def _named(walk: Walk, values: Any, rule: Rule) -> bool:
    for name, value in values.items():
        if not walk.stays(value, rule):
            del values[name]
    return True


def _numbers(walk: Walk, values: Any, deepest: int = _DEEPEST) -> bool:
    return deepest > 0 and all(
        value is None
        or isinstance(value, _NUMBERS)
        or (_type(value) == "array" and _numbers(walk, value, deepest - 1))
        for value in values
    )


def _names(walk: Walk, values: Any) -> bool:
    return all(_type(value) == "name" for value in values)


def _space(walk: Walk, space: Any) -> bool:
    """A colour space in an array (8.6). Raises `Unsupported` for one that is not known."""
    family, *parts = space
    rules = SPACES.get(str(family), ())
    least = len(rules) - (family in ("/Pattern", "/DeviceN"))
    known = _type(family) == "name" and str(family) in SPACES and least <= len(parts) <= len(rules)
    if not known or not all(map(walk.stays, parts, map(rule_of, rules))):
        raise Unsupported("a colour space in it is not known")
    if family == "/Indexed" and _type(parts[2]) == "string":
        _cut_table(space)
    return True


def _cut_table(space: Any) -> None:
    """A table of colours ends with the last one that a picture can name (8.6.6.3)."""
    import pikepdf

    table, length = bytes(space[3]), _components(space[1]) * (int(space[2]) + 1)
    if 0 < length < len(table):
        space[3] = pikepdf.String(table[:length])


def _components(space: Any) -> int:
    """How many numbers a colour has in a space; 0 where only resources say it."""
    family = space if _type(space) == "name" else space[0]
    if family == "/ICCBased":
        return int(space[1].get("/N", 0))
    return len(space[1]) if family == "/DeviceN" else _COMPONENTS.get(str(family), 0)


def _expression(walk: Walk, parts: Any) -> bool:
    """Which layers are to be seen (8.11.2.2): one of three words, then layers and further expressions."""
    first, *others = parts
    return first in ("/And", "/Or", "/Not") and all(
        walk.stays(part, rule_of("layer|expression")) for part in others
    )


def _yes(walk: Walk, value: Any) -> bool:
    return True


_PLAIN: Final = ("name", "number", "boolean", "string", "null")
_PLAIN_RULES: Final[dict[str, dict[str, Act]]] = {
    "name": {"name": _yes}, "number": {"number": _yes}, "bool": {"boolean": _yes}, "text": {"string": _yes},
    "null": {"null": _yes}, "numbers": {"array": _numbers}, "names": {"array": _names},
    "space": {"name": _yes, "array": _space}, "expression": {"array": _expression},
}  # fmt: skip
