"""Where this computer began to write bundles of which nobody knows yet whether they became whole.

The path stands in the local state from before the first byte until the end is in the ledger, whichever it is; only a
program that was killed, or lost its power, leaves one behind. The archive never learns of it.
"""

from dataclasses import dataclass
from pathlib import Path

from copwatch.store.state import LocalState

_FILE = "exports.json"


@dataclass(frozen=True, slots=True)
class Begun:
    """What stands of a bundle here: at `path` under its own name, and `parts` that never got it."""

    path: Path
    exists: bool
    parts: tuple[Path, ...]


def begin(state: LocalState, bundle: str, out: Path) -> None:
    """Notes where a bundle will stand."""
    with state.changing():
        state.write(_FILE, {**(state.read(_FILE) or {}), bundle: str(out.absolute())})


def end(state: LocalState, bundle: str) -> None:
    """Its end is in the ledger."""
    with state.changing():
        known = state.read(_FILE) or {}
        if bundle in known:
            state.write(_FILE, {name: path for name, path in known.items() if name != bundle})


def begun(state: LocalState, bundle: str) -> Begun | None:
    """What stands of a bundle whose end is not known; None where this computer knows of no place."""
    path = (state.read(_FILE) or {}).get(bundle)
    if path is None:
        return None
    out = Path(path)
    parts = [
        each
        for each in (out.parent.iterdir() if out.parent.is_dir() else ())
        if each.name.startswith(f".{out.name}.") and each.name.endswith((".part", ".partial"))
    ]
    return Begun(out, out.exists(), tuple(sorted(parts)))
