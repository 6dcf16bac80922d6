"""Ids that this computer has met, so that a spoken code can be used without a key.

Random numbers with a kind letter, nothing else; `forget` empties the list, and codes then need an unlocked archive.
"""

from collections.abc import Iterable, Iterator

from copwatch.store.state import LocalState

_FILE = "ids.log"


def remember_ids(state: LocalState, ids: Iterable[tuple[str, str]]) -> None:
    """Adds (kind letter, id) pairs."""
    state.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state.folder / _FILE).open("a", encoding="ascii") as file:
        file.write("".join(f"{kind} {id_}\n" for kind, id_ in ids))


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
        if len(kind) == 1 and len(id_) == 32:
            yield kind, id_
