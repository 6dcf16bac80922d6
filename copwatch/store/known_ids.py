"""Ids that this computer has met, so that a spoken code can be used without a key.

Random numbers with a kind letter, nothing else; `forget` empties the list, and codes then need an unlocked archive.
"""

import os
from collections.abc import Iterable, Iterator

from copwatch.proof.hashing import is_hex
from copwatch.store.state import LocalState

_FILE = "ids.log"


def remember_ids(state: LocalState, ids: Iterable[tuple[str, str]]) -> None:
    """Adds (kind letter, id) pairs; those that are there already are not written again."""
    new = sorted(set(ids) - set(_read(state)))
    if not new:
        return
    state.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    # The line end comes first: after a crash in the middle of a line, what follows stands on lines of its own.
    with os.fdopen(os.open(state.folder / _FILE, flags, 0o600), "wb") as file:
        file.write("".join(f"\n{kind} {id_}" for kind, id_ in new).encode("ascii") + b"\n")


def known_ids(state: LocalState, kind: str, beginning: str) -> list[str]:
    """The ids of that kind that begin with those hexadecimal digits, in order."""
    return sorted({id_ for found, id_ in _read(state) if found == kind and id_.startswith(beginning)})


def forget_ids(state: LocalState) -> None:
    """Empties the list."""
    (state.folder / _FILE).unlink(missing_ok=True)


def _read(state: LocalState) -> Iterator[tuple[str, str]]:
    try:
        text = (state.folder / _FILE).read_text("ascii", "replace")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        kind, _, id_ = line.partition(" ")
        if len(kind) == 1 and is_hex(id_, 32):
            yield kind, id_
