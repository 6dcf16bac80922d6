"""What must not stand in a bundle: withheld values, and the salts and seeds that would open them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from copwatch.proof.body import OpenedRecord
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import Salts, flatten

_NAME_FIELD = re.compile(
    r"(^|_)(name|names|alias|aliases|nickname|handle|told_by|witnesses|observers|filmed_by)$"
)
_SMALLEST_NUMBER = 10


class Sort(Enum):
    """What a secret is, for that decides how it could be spelled."""

    TEXT = "text"
    NAME = "name"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Secret:
    """One thing to look for.

    Attributes:
        value: the text itself; of a key its 64 hex digits. Never shown.
        where: the record's type and the path in it, which may be shown.
        leaf: the record's leaf, 64 hex digits; with `path` it names the secret in rulings.
        path: RFC 6901; empty for the seed.
    """

    value: str
    where: str
    leaf: str
    path: str
    sort: Sort = Sort.TEXT


def secrets_of(opened: OpenedRecord, withheld: Collection[str]) -> Iterator[Secret]:
    """The secrets of a record of which the values at `withheld` (RFC 6901) stay behind.

    A record of which nothing is withheld has its seed as a secret all the same: it never leaves.
    """
    kind = opened.record.get("type") if isinstance(opened.record, dict) else None
    values = flatten(opened.record)
    salts = Salts(opened.seed)
    yield Secret(opened.seed.hex(), f"the seed of a record of type {kind}", opened.leaf, "", Sort.KEY)
    for path in sorted(withheld):
        if path not in values:
            continue
        where = f"{kind} {path}"
        yield Secret(salts.of(path).hex(), f"the salt of {where}", opened.leaf, path, Sort.KEY)
        text = _text(values[path])
        if text:
            yield Secret(text, where, opened.leaf, path, Sort.NAME if _is_name(path) else Sort.TEXT)


def _text(value: Json) -> str:
    """A value as text; nothing where it says nothing: true, false, an empty list, a digit."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _SMALLEST_NUMBER:
        return str(abs(value))
    return ""


def _is_name(path: str) -> bool:
    fields = [part for part in path.split("/") if part and not part.isdigit()]
    return bool(fields) and _NAME_FIELD.search(fields[-1]) is not None
