"""Which holds are in force, and what they cover: while one is, nothing of it is stripped, withdrawn or purged. Pure.

A hold is a record in versions, like a consent, and the other way round: it protects, so **releasing it needs every
version that stands, imposing it any of them** (docs/adr/0086). Who releases it without a key, or on one of two laptops,
has not released it until somebody with a key says so over both.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from copwatch.model.values.base import not_known_term

_NOT_SO = ("no", "not_applicable")


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in force. `covers` are ids; `everything` when it covers the whole archive, or nobody can say what."""

    id: str
    covers: frozenset[str]
    everything: bool
    grounds: str | None

    def covers_any(self, ids: Collection[str]) -> bool:
        """Whether it covers something with one of these ids: its own, or of what it belongs to."""
        return self.everything or not self.covers.isdisjoint(ids)


def in_force(holds: Iterable[Mapping[str, Any]]) -> list[Hold]:
    """The holds that are in force, by id.

    It covers what any version names, and the matter that any of them is for. One that names nothing, or says that it
    is not known what, covers everything, for nobody can say what may go.

    Args:
        holds: records of type `hold`: the versions that no other amends and that are not held apart.
    """
    versions = defaultdict[str, list[Mapping[str, Any]]](list)
    for record in holds:
        versions[record["entity"]].append(record)
    return [_hold(id, rows) for id, rows in sorted(versions.items()) if not all(map(is_released, rows))]


def is_released(version: Mapping[str, Any]) -> bool:
    """Whether a version says that the hold was released, be it unknown when or by whom."""
    return any(name in version and version[name] not in _NOT_SO and not _not_applicable(version[name])
               for name in ("released_at", "released_by"))  # fmt: skip


def _not_applicable(value: object) -> bool:
    return not_known_term(value) == "not_applicable"


def _hold(id: str, versions: list[Mapping[str, Any]]) -> Hold:
    named = {each for row in versions for each in _ids(row.get("covers"))}
    named |= {row["matter"] for row in versions if isinstance(row.get("matter"), str)}
    unclear = any("covers" in row and not _ids(row["covers"]) for row in versions)
    whole = any(row.get("covers_everything", "no") not in _NOT_SO for row in versions)
    grounds = next((row["grounds"] for row in versions if isinstance(row.get("grounds"), str)), None)
    return Hold(id, frozenset(named), whole or unclear or not named, grounds)


def _ids(value: object) -> list[str]:
    return value if isinstance(value, list) and not_known_term(value) is None else []
