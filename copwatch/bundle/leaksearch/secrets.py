"""What must not stand in a bundle: withheld values, and the salts and seeds that would open them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from copwatch.model.redaction import Class
from copwatch.proof.body import OpenedRecord
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import Salts

_NAME_FIELD = re.compile(r"(^|_)(names?|alias(es)?|nicknames?)$")
_OF_PEOPLE = frozenset({Class.PID, Class.MIN, Class.WIT, Class.SUR, Class.OBS})
_SMALLEST_NUMBER = 10
_FEW_LETTERS = 2
"""Bytes; so short a word stands in every text. People are called so, though."""
_SMALL_NUMBER = re.compile(r"[+-]?[0-9](\.0*)?", re.ASCII)


class Sort(Enum):
    """What a secret is, for that decides how it could be spelled."""

    TEXT = "text"
    NAME = "name"
    KEY = "key"
    WHOLE = "whole"
    """Of somebody who has nothing to do with what leaves: no part of it says anything (`strangers`)."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One thing to look for.

    Attributes:
        value: the text itself; of a key its 64 hex digits. Never shown.
        where: the record's type and the path in it, which may be shown.
        leaf: the record's leaf, 64 hex digits; with `path` it names the secret in rulings.
        path: RFC 6901; empty for the seed.
        ruled: phrases, folded, that mean something else, such as a street: a reviewer said so, or they are coordinates
            that are shown.
    """

    value: str
    where: str
    leaf: str
    path: str
    sort: Sort = Sort.TEXT
    ruled: frozenset[str] = frozenset()


def secrets_of_keys(opened: OpenedRecord, withheld: Collection[str]) -> Iterator[Secret]:
    """The seed of a record, which never leaves, and the salts of the values at `withheld` (RFC 6901)."""
    kind = opened.record.get("type") if isinstance(opened.record, dict) else None
    salts = Salts(opened.seed)
    yield Secret(opened.seed.hex(), f"the seed of a record of type {kind}", opened.leaf, "", Sort.KEY)
    for path in sorted(withheld):
        where = f"the salt of {kind} {path}"
        yield Secret(salts.of(path).hex(), where, opened.leaf, path, Sort.KEY)


def secret_of(
    kind: str, leaf: str, path: str, value: Json, class_: Class | None, code: str = ""
) -> Secret | None:
    """A withheld value of a record of type `kind`, about what people call by `code`; None where it says nothing that
    could be looked for.
    """
    text = _text(value)
    sort = Sort.NAME if class_ in _OF_PEOPLE and is_name(path) else Sort.TEXT
    if len(text.encode()) <= _FEW_LETTERS and text.isalpha() and (sort is not Sort.NAME or len(text) == 1):
        return None
    where = " ".join(filter(None, (kind, code, f"{leaf[:16]}:{path}")))
    return Secret(text, where, leaf, path, sort) if text else None


def _text(value: Json) -> str:
    """A value as text; nothing where it says nothing: true, false, an empty list, a digit, a height of `0.0`."""
    if isinstance(value, str):
        return "" if _SMALL_NUMBER.fullmatch(value.strip()) else value.strip()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _SMALLEST_NUMBER:
        return str(abs(value))
    return ""


def is_name(path: str) -> bool:
    """Whether a field is called like one that holds a name."""
    fields = [part for part in path.split("/") if part and not part.isdigit()]
    return bool(fields) and _NAME_FIELD.search(fields[-1]) is not None
