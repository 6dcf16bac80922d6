"""Where the branches of a forked ledger are kept: every copy of an archive gives them the same names."""

from collections.abc import Sequence


def fork_names(branches: Sequence[Sequence[str]]) -> list[str | None]:
    """The folder name of each branch under `forks/<device>/`; None for the one that stays in `ledger/`.

    Each branch is the list of its entry hashes from entry 0; no branch begins another, and none stands twice.
    Wherever branches part, the one with the lowest hash goes on under the name they had in common; each other
    is named by the first 16 digits of its hash there. So the outcome does not depend on which came first.
    """
    names: list[str | None] = [None] * len(branches)
    open_groups = [(list(range(len(branches))), 0)]
    while open_groups:
        group, seq = open_groups.pop()
        if len(group) < 2:
            continue
        seq = _parting(branches, group, seq)
        by_hash: dict[str, list[int]] = {}
        for index in group:
            by_hash.setdefault(branches[index][seq], []).append(index)
        lowest = min(by_hash)
        for head, members in by_hash.items():
            if head != lowest:
                for index in members:
                    names[index] = head[:16]
            open_groups.append((members, seq + 1))
    return names


def _parting(branches: Sequence[Sequence[str]], group: Sequence[int], seq: int) -> int:
    """The first seq from `seq` on at which the branches of `group` are not all the same."""
    while len({branches[index][seq] for index in group}) == 1:
        seq += 1
    return seq
