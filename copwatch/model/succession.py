"""Which version was written before which: by what they name, by where they stand in a ledger, and last by clocks. Pure.

A clock shows seconds, and may be set back: it alone would call a later note the first version.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TypeAlias

_Place: TypeAlias = tuple[str, int]
_Node: TypeAlias = str | _Place
_Graph: TypeAlias = Mapping[_Node, set[_Node]]


@dataclass(frozen=True, slots=True)
class Written:
    """One version: its leaf, the leaves that it amends, device and entry whose ledger it stands in, and by its clock
    when, as text that sorts (UTC; empty where it is not known)."""

    leaf: str
    parents: tuple[str, ...]
    device: str
    seq: int
    moment: str


def in_succession(versions: Iterable[Written]) -> list[str]:
    """The leaves of the versions of one thing, oldest first.

    None stands before one that it names as parent, nor before one of an earlier entry of the same device. Beyond that
    the time of recording decides, which counts as no earlier than that of all that have to stand before it; then how
    many have to, one behind the other; then the leaf.
    """
    by_leaf = {version.leaf: version for version in versions}
    if len(by_leaf) < 2:
        return [*by_leaf]
    parents: dict[_Node, set[_Node]] = {
        version.leaf: {parent for parent in version.parents if parent in by_leaf}
        for version in by_leaf.values()
    }
    try:
        ranks = _ranks(_with_ledgers(parents, by_leaf.values()), by_leaf)
    except CycleError:  # two devices that lie together: no clock and no parent can do that
        ranks = _ranks(parents, by_leaf)
    return sorted(by_leaf, key=lambda leaf: (*ranks[leaf], leaf))


def _with_ledgers(parents: _Graph, versions: Iterable[Written]) -> _Graph:
    """Each place in a ledger as a node behind all that stand there, and before all of the next place."""
    before: dict[_Node, set[_Node]] = {node: {*named} for node, named in parents.items()}
    at: dict[_Place, set[_Node]] = defaultdict(set)
    for version in versions:
        at[version.device, version.seq].add(version.leaf)
    for place, leaves in at.items():
        before[place] = leaves
    for earlier, later in pairwise(sorted(at)):
        if earlier[0] == later[0]:
            for leaf in at[later]:
                before[leaf].add(earlier)
    return before


def _ranks(before: _Graph, by_leaf: Mapping[str, Written]) -> dict[_Node, tuple[str, int]]:
    """The moment from which each counts, and how many stand behind one another before it."""
    ranks: dict[_Node, tuple[str, int]] = {}
    for node in TopologicalSorter(before).static_order():
        known = [ranks[each] for each in before[node]]
        own = by_leaf[node].moment if isinstance(node, str) else ""
        moment = max([own, *(moment for moment, _ in known)])
        ranks[node] = moment, 1 + max((depth for _, depth in known), default=0)
    return ranks
