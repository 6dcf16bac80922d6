"""Several records that bear one id. Nobody can tell from a record whose it was first, so each is named by its device.

An id is drawn at random and stands in other people's records as soon as they have a copy: whoever copies it into a
record of their own must neither hide the other nor make it unreachable (docs/adr/0037).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from copwatch.catalogue.catalogue import Catalogue

MARK: Final = "@"
"""Stands between a code and the device whose record is meant: `E-7Q2K-D3MX-R@28c190f8`."""

_SHORTEST: Final = 8
_WHOLE: Final = 64


def marks(catalogue: Catalogue, table: str, ids: Iterable[str]) -> dict[str, str]:
    """Leaf → what is put behind the code, for every record whose id another record of that table bears as well.

    Args:
        table: `evidence` or `reports`.
        ids: only claims on these are looked at.
    """
    wanted = set(ids)
    claims: dict[str, list[tuple[str, str]]] = defaultdict(list)
    several = f"SELECT id FROM {table} GROUP BY id HAVING count(*) > 1"  # noqa: S608 (a name of our own)
    for row in catalogue.read(f"SELECT id, device, leaf FROM {table} WHERE id IN ({several})"):  # noqa: S608
        if row["id"] in wanted:
            claims[row["id"]].append((row["device"], row["leaf"]))
    return {
        leaf: MARK + _beginning(device, leaf, claim) for claim in claims.values() for device, leaf in claim
    }


def fits(mark: str, device: str, leaf: str) -> bool:
    """Whether a typed mark, without the sign, means that record: a beginning of its device key, then of its leaf."""
    of_device, _, of_leaf = mark.lower().partition(".")
    return len(of_device) >= _SHORTEST and device.startswith(of_device) and leaf.startswith(of_leaf)


def _beginning(device: str, leaf: str, claims: Sequence[tuple[str, str]]) -> str:
    """As much of the device key as tells it from the others; a key can be made to begin like another."""
    others = {other for other, _ in claims if other != device}
    length = next(n for n in range(_SHORTEST, _WHOLE + 1, 8) if not any(o[:n] == device[:n] for o in others))
    same = [other for key, other in claims if key == device and other != leaf]
    if not same:
        return device[:length]
    digits = next(n for n in range(_SHORTEST, _WHOLE + 1, 8) if not any(o[:n] == leaf[:n] for o in same))
    return f"{device[:length]}.{leaf[:digits]}"
