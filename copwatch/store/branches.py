"""What becomes of ledgers that meet: which branch stands where, and whether our own key is still ours. No IO."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from copwatch.proof.forks import fork_names
from copwatch.proof.ledger import compare
from copwatch.store.state import Head

Heads = Sequence[str]
"""The entry hashes of a verified ledger from entry 0. They are chained: one equal hash means an equal beginning."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a branch belongs: `ledger/<device>/` (name None) or `forks/<device>/<name>/`.

    `origin` is the index of the ledger, among those compared, that holds the branch whole.
    """

    name: str | None
    origin: int


def begins(short: Heads, long: Heads) -> bool:
    """Whether `long` starts with all of `short`."""
    return not short or (len(short) <= len(long) and long[len(short) - 1] == short[-1])


def arrange(ledgers: Sequence[Heads]) -> list[Target]:
    """The places of everything that these ledgers of one device hold together, the main branch first.

    It depends on the set of their entries alone, so copies that hold the same entries look the same. Of equal
    ledgers the first one is the origin.
    """
    whole = [at for at, heads in enumerate(ledgers) if heads and not held_by_another(ledgers, at)]
    names = fork_names([ledgers[at] for at in whole])
    targets = [Target(name, at) for name, at in zip(names, whole, strict=True)]
    return sorted(targets, key=lambda target: target.name or "")


def parting(main: Heads, other: Heads) -> int:
    """The first seq at which `other` is not shared with `main`."""
    found = compare(list(main), list(other))
    return min(len(main), len(other)) if found is None else found


class OwnKey(StrEnum):
    """What ledgers of our own device key say about the use of that key."""

    OURS = "all of it is remembered here"
    AHEAD = "it wrote entries that this computer does not remember"
    FORKED = "it wrote two entries at one place"


def judge_own(remembered: Head | None, ledgers: Sequence[Heads]) -> tuple[OwnKey, Head | None]:
    """Whether our key was used elsewhere (a restored backup, a cloned folder), and the newest entry of it.

    `remembered` is None where nothing was written yet. The head given is the one that must not be written again.
    """
    longest = max(ledgers, key=len, default=())
    newest = Head(len(longest), longest[-1]) if longest else None
    if any(not begins(ledger, longest) for ledger in ledgers):
        return OwnKey.FORKED, newest
    if remembered is None or not remembered.size:
        return (OwnKey.AHEAD if newest else OwnKey.OURS), newest
    if len(longest) < remembered.size:
        return OwnKey.OURS, remembered
    if longest[remembered.size - 1] != remembered.hash:
        return OwnKey.FORKED, remembered
    return (OwnKey.AHEAD if len(longest) > remembered.size else OwnKey.OURS), newest


def held_by_another(ledgers: Sequence[Heads], at: int) -> bool:
    """Whether another ledger begins with all of this one; of equal ones the first is held by none."""
    mine = ledgers[at]
    return any(
        begins(mine, other) and (len(other) > len(mine) or number < at)
        for number, other in enumerate(ledgers)
        if number != at
    )
