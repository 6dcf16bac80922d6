"""Erasing what was withdrawn: hidden at once, gone after 30 days or when a person says so (docs/format.md).

When a computer first saw that an object was withdrawn stands in its own state, `withdrawn.json`: an entry of a ledger
bears no time. So does that it is to be gone: that is noted before the first byte is erased, so that an interruption is
gone on with, and what comes back afterwards, from an old copy, is known for what it is and erased again.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from copwatch.store.durable import flush_folder
from copwatch.store.layout import Layout
from copwatch.store.plain import is_plain_folder
from copwatch.store.state import LocalState

KEPT_DAYS = 30
_FILE = "withdrawn.json"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased here, and what is still here: until which day (ISO date, None when nothing is).

    `failed` could not be erased, each with the reason.
    """

    objects: int = 0
    bytes: int = 0
    waiting: int = 0
    until: str | None = None
    failed: Mapping[str, str] | None = None


NOTHING_ERASED = Erased()


def note_withdrawn(state: LocalState, objects: Iterable[str], now: datetime) -> None:
    """Notes when this computer first saw that these objects were withdrawn; who is noted already stays as noted."""
    known = _noted(state)
    if known.keys() >= (wanted := set(objects)):
        return
    with state.changing():
        known = _noted(state)
        fresh = {
            name: {"seen": now.astimezone(UTC).isoformat(timespec="seconds")}
            for name in wanted - known.keys()
        }
        state.write(_FILE, {**known, **fresh})


def to_be_gone(state: LocalState, objects: Iterable[str], now: datetime) -> set[str]:
    """Those of the withdrawn objects that may not be here any more: seen 30 days ago, or told to be erased."""
    known = _noted(state)
    return {name for name in objects if name in known and _is_due(known[name], now)}


def erase(
    state: LocalState, layout: Layout, withdrawn: Collection[str], now: datetime, *, at_once: Collection[str] = (),
    keep: Collection[str] = (),
) -> Erased:  # fmt: skip
    """Erases from a folder what has to be gone of the withdrawn objects, and those of `at_once`.

    What cannot be erased, say on a write-protected disk, is named, and everything else is erased.

    Args:
        state: of this computer, for the archive of which the folder is a copy.
        layout: the folder.
        withdrawn: every object that withdrawals which count name.
        now: the time.
        at_once: those of them that do not wait for the 30 days; noted first, durably.
        keep: objects that are never erased, withdrawn or not: those of the charter.
    """
    note_withdrawn(state, withdrawn, now)
    here = [name for name in sorted(set(withdrawn) - set(keep)) if os.path.lexists(layout.object(name))]
    if at_once:
        _note_gone(state, set(at_once) & set(withdrawn))
    due = to_be_gone(state, here, now)
    done, freed, failed = 0, 0, dict[str, str]()
    for name in here:
        if name not in due:
            continue
        try:
            freed += _unlink(layout, name)
            done += 1
        except OSError as error:
            failed[name] = str(error.strerror)
    for folder in sorted({layout.object(name).parent for name in due}):
        with suppress(OSError):
            flush_folder(folder)
    waiting = [name for name in here if name not in due]
    last = max((_erased_on(_noted(state)[name]) for name in waiting), default=None)
    return Erased(done, freed, len(waiting), last.date().isoformat() if last else None, failed or None)


def with_older(objects: Iterable[str], withdrawn: Mapping[str, str | None]) -> set[str]:
    """These withdrawn objects, and those of which they hold what survived: what goes from one goes from all of them."""
    found, more = set[str](), set(objects)
    while more:
        found |= more
        more = {name for name, by in withdrawn.items() if by in found} - found
    return found


def _unlink(layout: Layout, name: str) -> int:
    path = layout.object(name)
    if not is_plain_folder(path.parent):
        raise OSError(0, "its folder is a link")
    size = path.lstat().st_size
    path.unlink()
    return size


def _note_gone(state: LocalState, objects: Collection[str]) -> None:
    with state.changing():
        known = _noted(state)
        gone = {name: {**known[name], "gone": True} for name in objects if not known[name].get("gone")}
        if gone:
            state.write(_FILE, {**known, **gone})


def _noted(state: LocalState) -> dict[str, dict[str, Any]]:
    return state.read(_FILE) or {}


def _is_due(noted: Mapping[str, Any], now: datetime) -> bool:
    return bool(noted.get("gone")) or _erased_on(noted) <= now


def _erased_on(noted: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(noted["seen"]) + timedelta(days=KEPT_DAYS)
