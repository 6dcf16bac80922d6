"""Commitments to records, field by field (docs/format.md, "Commitment").

Each scalar of a record gets its own salted digest, so that an export can show some fields, withhold others,
and still let a stranger recompute the record's leaf and find it in the signed entry.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from copwatch.proof import shapes
from copwatch.proof.canonical import Json, NotCanonical, encode
from copwatch.proof.hashing import sha256_hex
from copwatch.proof.shapes import Malformed

SEED_SIZE = 32
_BLOCK = 64
_INNER, _OUTER = bytes(b ^ 0x36 for b in range(256)), bytes(b ^ 0x5C for b in range(256))
_PATH = re.compile(r"(?:/(?:[a-z][a-z0-9_]{0,63}|0|[1-9][0-9]*))+\Z")


@dataclass(frozen=True, slots=True)
class Opening:
    """What shows one field: its RFC 6901 path, its salt (64 hex digits) and its value."""

    path: str
    salt: str
    value: Json


@dataclass(frozen=True, slots=True)
class Withheld:
    """One field whose path is told and whose value is not: the path and the value digest (64 hex digits)."""

    path: str
    digest: str


def flatten(record: Json) -> dict[str, Json]:
    """Each scalar, empty list and empty object of `record` by its RFC 6901 path, array index from 0."""
    found: dict[str, Json] = {}
    _flatten(record, "", found)
    return found


def _flatten(value: Json, path: str, found: dict[str, Json]) -> None:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            plain = "~" not in name and "/" not in name
            step = name if plain else name.replace("~", "~0").replace("/", "~1")
            _flatten_member(member, f"{path}/{step}", found)
    elif isinstance(value, list) and value:
        for index, member in enumerate(value):
            _flatten_member(member, f"{path}/{index}", found)
    else:
        found[path] = value


def _flatten_member(member: Json, path: str, found: dict[str, Json]) -> None:
    if isinstance(member, dict | list):
        _flatten(member, path, found)
    else:
        found[path] = member


class Salts:
    """The salts of a record's fields: HMAC-SHA256(seed, "copwatch/v1/salt\\n" ‖ path).

    The two keyed states of RFC 2104 are made once for a record and copied for each field, which takes half as long
    as to copy an `hmac` object; a test holds them against `hmac`.
    """

    def __init__(self, seed: bytes) -> None:
        # A seed is shorter than a block of SHA-256, so that it is the key as it is.
        key = seed.ljust(_BLOCK, b"\0")
        self._inner = sha256(key.translate(_INNER) + b"copwatch/v1/salt\n")
        self._outer = sha256(key.translate(_OUTER))

    def of(self, path: str) -> bytes:
        """The salt of one field, 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(path.encode())
        outer.update(inner.digest())
        return outer.digest()


def value_digest(salt: bytes, value: Json) -> bytes:
    """v: what stands for a value that is withheld, 32 bytes."""
    return sha256(b"copwatch/v1/value\n" + salt + encode(value)).digest()


def field_digest(path: str, digest: bytes) -> bytes:
    """f: what stands for a field whose path is hidden too, 32 bytes."""
    return sha256(b"copwatch/v1/field\n" + digest + path.encode()).digest()


def leaf_from_fields(fields: Iterable[bytes]) -> str:
    """The leaf over all field digests, 64 hex digits."""
    return sha256_hex(b"copwatch/v1/record\n", *sorted(fields))


def leaf(record: Json, seed: bytes) -> str:
    """The leaf of a whole record, 64 hex digits. Raises `NotCanonical` for what is not a record."""
    encode(record)
    return leaf_of_canonical(record, seed)


def leaf_of_canonical(record: Json, seed: bytes) -> str:
    """`leaf` of what `decode` gave, which needs no second look. Raises `NotCanonical` for what is not a record."""
    if not isinstance(record, dict) or not record or len(seed) != SEED_SIZE:
        raise NotCanonical("a record is a JSON object with a seed of 32 bytes")
    salt = Salts(seed).of
    return leaf_from_fields(
        [field_digest(path, value_digest(salt(path), value)) for path, value in flatten(record).items()]
    )


def openings(record: Json, seed: bytes) -> list[Opening]:
    """What shows every field of a record, in the order of their paths; the seed itself is not among it."""
    salts = Salts(seed)
    return [Opening(path, salts.of(path).hex(), value) for path, value in sorted(flatten(record).items())]


def leaf_of_parts(shown: Iterable[Opening], withheld: Iterable[Withheld], hidden: Iterable[str]) -> str:
    """The leaf recomputed from an export: openings, value digests and bare field digests (64 hex digits).

    The parts come from a stranger. A digest of another length would let bytes move between it and what is
    hashed behind it, so that 123 could be shown as 23; a path shown twice would let one leaf tell two stories.

    Raises:
        Malformed: a digest is not 64 hex digits, a path cannot be one, or a path or field stands twice.
        NotCanonical: a value is not one that the format has.
    """
    shown, withheld = list(shown), list(withheld)
    _check_paths([o.path for o in shown] + [w.path for w in withheld])
    if any(isinstance(o.value, dict | list) and o.value for o in shown):
        raise Malformed("a field holds one value, not several")
    fields = [field_digest(o.path, value_digest(_digest(o.salt), o.value)) for o in shown]
    fields += [field_digest(w.path, _digest(w.digest)) for w in withheld]
    fields += [_digest(digest) for digest in hidden]
    return leaf_from_fields(shapes.once(tuple(fields)))


def _digest(value: Json) -> bytes:
    return bytes.fromhex(shapes.hex64(value))


def _check_paths(paths: Iterable[Json]) -> None:
    """Every path is one that `flatten` gives, stands once, and does not lie below another."""
    # With "/" behind each, a path sorts directly before the first one below it.
    ordered = sorted(f"{shapes.text(path)}/" for path in paths)
    if any(_PATH.match(path[:-1]) is None for path in ordered):
        raise Malformed("a field has an impossible path")
    if any(below.startswith(above) for above, below in itertools.pairwise(ordered)):
        raise Malformed("a path is given twice, or lies below another")
