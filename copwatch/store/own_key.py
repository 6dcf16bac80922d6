"""Keeping our device key from writing twice at one place, when folders that meet show that it was used elsewhere."""

from collections.abc import Sequence

from copwatch.store.branches import Heads, OwnKey, judge_own
from copwatch.store.state import Head, LocalState

FORKED = "own-forked.json"


def own_head(state: LocalState) -> Head | None:
    """The newest entry that this computer remembers to have written; None when it wrote none, or may not write."""
    own = state.read("own.json")
    return Head(own["size"], own["head"]) if own and own.get("size") else None


def is_stopped(state: LocalState) -> bool:
    """Whether this computer has a device key that it may not write with, since nobody knows what it wrote last."""
    return state.device() is not None and state.read("own.json") is None


def last_written(state: LocalState) -> Head | None:
    """As `own_head`; of a key that is not used any more, what it had written when that was found out."""
    put_aside = state.read(FORKED) if is_stopped(state) else None
    return (
        Head(put_aside["size"], put_aside["head"]) if put_aside and put_aside.get("size") else own_head(state)
    )


def guard_own_key(state: LocalState, ledgers: Sequence[Heads]) -> OwnKey:
    """Looks at every ledger of our key that is known, and remembers what forbids to append.

    Where the key wrote further than this computer remembers (a restored backup, a cloned folder), the newest entry
    is remembered, so that nothing is appended before its ledger is here. Where the key wrote two entries at one
    place, it is not used any more: its head is forgotten, and `copwatch recover` makes a new key. Raises `Busy`.
    """
    if state.device() is None or state.read("own.json") is None:
        return OwnKey.OURS
    if judge_own(own_head(state), ledgers)[0] is OwnKey.OURS:
        return OwnKey.OURS
    with state.writing():
        use, newest = judge_own(own_head(state), ledgers)
        if use is OwnKey.AHEAD and newest is not None:
            state.write("own.json", {"size": newest.size, "head": newest.hash})
        if use is OwnKey.FORKED:
            state.write(FORKED, state.read("own.json"))
            (state.folder / "own.json").unlink(missing_ok=True)
    return use
