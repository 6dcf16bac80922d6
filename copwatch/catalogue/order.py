"""Which of several records rules: links of evidence, versions of a report. Pure.

Nothing here depends on the order in which ledgers arrived: everything is decided by what stands in the records.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from copwatch.model.succession import Written, in_succession


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """One link or unlink. `place` is where it stands in its device's ledger: entry, compartment, epoch, line."""

    leaf: str
    links: bool
    batch: str | None
    evidence: str | None
    device: str
    place: tuple[int, str, int, int]
    recorded_utc: str


def linked(events: Sequence[LinkEvent], evidence: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The evidence that is linked to one incident, each with the leaf of the record that says so.

    For each evidence the latest of all events that name it or its batch decides; one about the evidence itself is
    not stronger than one about its batch. Of one device, the later in its ledger is the later event whatever its
    clock said. Between devices the time of recording decides, where an event counts as recorded no earlier than
    those that stand before it in the same ledger; at equal times, the greater device key.

    Args:
        events: the links and unlinks of one incident.
        evidence: the batches (usually one) of each evidence id.
    """
    of_evidence: dict[str, list[LinkEvent]] = defaultdict(list)
    of_batch: dict[str, list[LinkEvent]] = defaultdict(list)
    for event in events:
        if event.evidence is not None:
            of_evidence[event.evidence].append(event)
        elif event.batch is not None:
            of_batch[event.batch].append(event)
    result = {}
    for id, batches in evidence.items():
        said = of_evidence.get(id, []) + [event for batch in batches for event in of_batch.get(batch, [])]
        last = _latest(said)
        if last is not None and last.links:
            result[id] = last.leaf
    return result


def _latest(events: Iterable[LinkEvent]) -> LinkEvent | None:
    clocks: dict[str, str] = {}
    ranked = []
    for event in sorted(events, key=lambda e: (e.place, e.leaf)):
        clocks[event.device] = max(clocks.get(event.device, ""), event.recorded_utc)
        ranked.append((clocks[event.device], event.device, event.place, event.leaf, event))
    return max(ranked, key=lambda r: r[:4])[4] if ranked else None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a report of one incident.

    `partial` when it was written without a key: it has a reason but names nothing that it amends, and states only
    what it changes.
    """

    leaf: str
    parents: tuple[str, ...]
    device: str
    seq: int
    recorded_utc: str
    partial: bool = False

    @property
    def written(self) -> Written:
        """What its place among the versions of the same thing hangs on."""
        return Written(self.leaf, self.parents, self.device, self.seq, self.recorded_utc)


class HasWritten(Protocol):
    """A version, as far as its place among others hangs on it."""

    @property
    def written(self) -> Written:
        """Its leaf, what it amends, where it stands in a ledger, and when."""


AnyVersion = TypeVar("AnyVersion", bound=HasWritten)


def heads(versions: Sequence[Version]) -> list[Version]:
    """The versions that no other amends. More than one is a conflict.

    The one to show first: a whole one before a partial one, which would hide most of what is known; then the one that
    was written last.
    """
    amended = {parent for version in versions for parent in version.parents}
    ends = [version for version in reversed(succeeding(versions)) if version.leaf not in amended]
    return sorted(ends, key=lambda version: version.partial)


def succeeding(versions: Sequence[AnyVersion]) -> list[AnyVersion]:
    """The versions of one thing, oldest first."""
    if len(versions) < 2:  # as nearly everything has
        return [*versions]
    by_leaf = {version.written.leaf: version for version in versions}
    return [by_leaf[leaf] for leaf in in_succession(version.written for version in versions)]
