"""A record as a bundle shows it: what is open in its shape, what is withheld by its path."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from copwatch.proof.canonical import Json
from copwatch.proof.shapes import Malformed

WITHHELD: dict[str, Json] = {"withheld": True}
"""What stands where a value is withheld, so that nothing before or after it moves."""

ALWAYS = ("/id", "/type", "/schema", "/archive", "/device")
"""Shown in every proof (docs/format.md, "Commitment")."""

_DEEPEST = 48
"""Less than canonical JSON allows, for the record stands inside other objects of report.json."""

_STEP = re.compile(r"[a-z][a-z0-9_]{0,63}|0|[1-9][0-9]{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """What the exporter says of one field whose values are withheld: how it was treated, why, and what to read instead.

    `text` is empty where nothing stands in its place. `by` is who reviewed it, as the bundle names them; empty where
    nobody did, or nothing stands for them.
    """

    path: str
    treatment: str
    reason: str
    text: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One record of a bundle whose proof is known: its leaf, and the device and ledger line it came in.

    `record` has `WITHHELD` in place of each value at the paths `withheld`; `hidden` fields are only counted. `opened`
    are the paths of what is shown. `told` is what the exporter states of the rest; no proof answers for it.
    """

    leaf: str
    device: str
    seq: int
    entry: str
    record: dict[str, Json]
    withheld: tuple[str, ...] = ()
    hidden: int = 0
    opened: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()

    def text(self, name: str) -> str:
        """A member that is a string, or an empty string. Untrusted."""
        value = self.record.get(name)
        return value if isinstance(value, str) else ""

    def said(self, name: str) -> str:
        """A member as it is shown: proven, or stated in place of what is withheld. Untrusted."""
        stated = next((told.text for told in self.told if told.path == f"/{name}"), "")
        return self.text(name) or stated

    def number(self, name: str) -> int | None:
        """A member that is an integer."""
        value = self.record.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def nest(shown: Mapping[str, Json], withheld: Iterable[str]) -> dict[str, Json]:
    """The record that has these values at these RFC 6901 paths, and `WITHHELD` at the others.

    Raises:
        Malformed: the paths are not those of one record: twins, gaps in an array, a value inside a value.
    """
    tree: dict[str, Any] = {}
    for path, value in (*shown.items(), *((path, WITHHELD) for path in withheld)):
        if value is not WITHHELD and isinstance(value, dict | list) and value:
            raise Malformed("a field of a proof holds more than one value")
        _place(tree, path, (value,))
    record = _grown(tree)
    if not isinstance(record, dict):
        raise Malformed("a record is an object")
    return record


def _place(tree: dict[str, Any], path: str, leaf: tuple[Json]) -> None:
    start, *steps = path.split("/")
    if start or not steps or len(steps) > _DEEPEST or not all(map(_STEP.fullmatch, steps)):
        raise Malformed("not the path of a field")
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
        if isinstance(tree, tuple):
            raise Malformed("a field stands inside another")
    if steps[-1] in tree:
        raise Malformed("a field stands twice")
    tree[steps[-1]] = leaf


def _grown(tree: Any) -> Json:
    """Branches to objects and arrays. A branch with numbers for names is an array: no member is so named."""
    if isinstance(tree, tuple):
        return tree[0]
    if not any(step[0].isdigit() for step in tree):
        return {step: _grown(branch) for step, branch in tree.items()}
    if tree.keys() != {str(n) for n in range(len(tree))}:
        raise Malformed("an array has a gap")
    return [_grown(tree[str(n)]) for n in range(len(tree))]
