"""Which sources an `add` was pointed at and has not taken in whole: as long as there is one, no card may be wiped.

Kept as HMAC(key of the recent files, path), so that the local state names no place. An `add` of the same source that
ends well takes it off; so does `copwatch add --forget`.
"""

import hmac
import os
from collections.abc import Iterable
from pathlib import Path

from copwatch.store.recent import index_key
from copwatch.store.state import LocalState

_FILE = "unfinished.json"


def begin(state: LocalState, paths: Iterable[Path]) -> None:
    """Notes sources before the first of their bytes is read."""
    known = set(state.read(_FILE) or [])
    _save(state, known | _tags(state, paths))


def finish(state: LocalState, paths: Iterable[Path]) -> None:
    """Takes sources off: everything that should have come in from them is in."""
    known = set(state.read(_FILE) or [])
    left = known - _tags(state, paths)
    if left != known:
        _save(state, left)


def unfinished(state: LocalState) -> int:
    """How many sources were not taken in whole."""
    return len(state.read(_FILE) or [])


def forget_unfinished(state: LocalState) -> None:
    """Takes all off."""
    (state.folder / _FILE).unlink(missing_ok=True)


def _tags(state: LocalState, paths: Iterable[Path]) -> set[str]:
    key = index_key(state)
    return {hmac.new(key, os.fsencode(path.resolve()), "sha256").hexdigest()[:32] for path in paths}


def _save(state: LocalState, tags: set[str]) -> None:
    state.write(_FILE, sorted(tags))
