"""Report versions in their order: which came first, which is current, what an amendment changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from copwatch.bundle.facts import Named
from copwatch.bundle.shown import ALWAYS, Shown
from copwatch.model.succession import Written, in_succession
from copwatch.model.values import to_datetime

_NOT_CONTENT = frozenset(
    {*(path[1:] for path in ALWAYS), "recorded_at", "clock", "parents", "reason", "incident", "template"}
)


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its marks.

    `current` versions are those that no other names as parent; more than one stand side by side, and none of
    them rules. `first` is the earliest one without parents and without a reason: a note that somebody without a key put
    beside a report names no parents either. `changed` are the members that differ from the
    (first named) parent, and `absent` the parents that the bundle does not hold.
    """

    code: str
    shown: Shown
    first: bool
    current: bool
    changed: tuple[str, ...]
    absent: tuple[str, ...]


def in_order(named: tuple[Named, ...], shown: Mapping[str, Shown]) -> tuple[Version, ...]:
    """All versions, oldest first; the order is part of report.json."""
    codes = {n.leaf: n.code for n in named}
    by_leaf = {n.leaf: shown[n.leaf] for n in named}
    parents = {leaf: parents_of(version) for leaf, version in by_leaf.items()}
    ordered = [by_leaf[leaf] for leaf in in_succession(map(_written, by_leaf.values()))]
    superseded = {parent for found in parents.values() for parent in found}
    roots = [
        version.leaf for version in ordered if not parents[version.leaf] and "reason" not in version.record
    ]
    return tuple(
        Version(
            codes[version.leaf], version, version.leaf in roots[:1], version.leaf not in superseded,
            _changed(version, by_leaf, parents[version.leaf]),
            tuple(parent for parent in parents[version.leaf] if parent not in by_leaf),
        )
        for version in ordered
    )  # fmt: skip


def parents_of(version: Shown) -> list[str]:
    """The leaves that a report version names as its parents, as far as they are texts."""
    value = version.record.get("parents")
    return [parent for parent in value if isinstance(parent, str)] if isinstance(value, list) else []


def _changed(version: Shown, known: dict[str, Shown], parents: list[str]) -> tuple[str, ...]:
    before = next((known[parent].record for parent in parents if parent in known), None)
    if before is None:
        return ()
    names = sorted((before.keys() | version.record.keys()) - _NOT_CONTENT)
    return tuple(name for name in names if before.get(name) != version.record.get(name))


def _written(version: Shown) -> Written:
    moment = to_datetime(version.text("recorded_at"))
    when = moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else ""
    return Written(version.leaf, tuple(parents_of(version)), version.device, version.seq, when)
