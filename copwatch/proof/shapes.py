"""Reading typed members out of decoded JSON: every shape that is not exactly the known one is refused."""

import itertools
import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from copwatch.proof.canonical import Json
from copwatch.proof.hashing import is_hex

T = TypeVar("T")
_RECIPIENT = re.compile(r"age1[0-9a-z]{1,4092}\Z")
_HEX64 = re.compile(r"[0-9a-f]{64}\Z")
_NAMES_SHOWN = 4


class Malformed(ValueError):
    """Valid JSON, but not of the shape that docs/format.md gives."""


class Newer(ValueError):
    """Of a version that this program does not know: neither good nor bad."""


def members(value: Json, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Json]:
    """`value` as an object with all of `required`, perhaps some of `optional`, and nothing else."""
    if not isinstance(value, dict):
        raise Malformed("expected an object")
    required = set(required)
    if value.keys() == required:
        return value
    missing, unknown = required - value.keys(), value.keys() - required - set(optional)
    if missing or unknown:
        raise Malformed(f"members missing: {_some(missing)}; unknown: {_some(unknown)}")
    return value


def text(value: Json) -> str:
    """A string."""
    if not isinstance(value, str):
        raise Malformed("expected a string")
    return value


def recipient(value: Json) -> str:
    """An age recipient in lower case. Whether its checksum holds is for whoever seals to it."""
    if not isinstance(value, str) or _RECIPIENT.match(value) is None:
        raise Malformed("expected an age recipient")
    return value


def ed25519(value: Json) -> None:
    """The one signature algorithm. Raises `Newer` for another."""
    if text(value) != "ed25519":
        raise Newer("a signature algorithm that is not ed25519")


def hex64(value: Json) -> str:
    """A hash or key: 64 hexadecimal digits."""
    if not isinstance(value, str) or _HEX64.match(value) is None:
        raise Malformed("expected 64 hexadecimal digits")
    return value


def hex32(value: Json) -> str:
    """An id: 32 hexadecimal digits."""
    return _hex(value, 32)


def hex128(value: Json) -> str:
    """A signature: 128 hexadecimal digits."""
    return _hex(value, 128)


def number(value: Json) -> int:
    """An integer from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Malformed("expected an integer from 0")
    return value


def array(value: Json, item: Callable[[Json], T]) -> tuple[T, ...]:
    """An array, each item read by `item`."""
    if not isinstance(value, list):
        raise Malformed("expected an array")
    return tuple(item(member) for member in value)


def or_null(value: Json, read: Callable[[Json], T]) -> T | None:
    """None, or what `read` makes of it."""
    return None if value is None else read(value)


def version(value: Json, known: int) -> int:
    """A version number that this program knows. Raises `Newer` for a later one."""
    found = number(value)
    if found > known:
        raise Newer(f"version {found}")
    if found != known:
        raise Malformed(f"version {found} never was")
    return found


def once(items: tuple[T, ...]) -> tuple[T, ...]:
    """`items`, when none stands twice."""
    if len(set(items)) != len(items):
        raise Malformed("an item stands twice")
    return items


def in_order(items: tuple[T, ...], key: Callable[[T], object]) -> tuple[T, ...]:
    """`items`, when their keys rise strictly. One valid order, no twins."""
    if len(items) < 2:
        return items
    keys = [key(item) for item in items]
    if any(not a < b for a, b in itertools.pairwise(keys)):  # type: ignore[operator]
        raise Malformed("items are not in order, or one stands twice")
    return items


def _hex(value: Json, digits: int) -> str:
    if not is_hex(value, digits):
        raise Malformed(f"expected {digits} hexadecimal digits")
    return str(value)


def _some(names: set[str]) -> str:
    """A few of the names: a hostile file may hold a hundred thousand, and this ends up on a terminal."""
    return ", ".join(sorted(names)[:_NAMES_SHOWN]) or "none"
