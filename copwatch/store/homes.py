"""In which compartment things stand that do not stand in `case`: what is written about them later goes there too.

Writing needs no key, so that this computer notes it: random ids and those of compartments, and nothing of what they are
(docs/adr/0149-what-follows-goes-where-it-stands.md). A computer that was never unlocked knows what it sealed itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from copwatch.model.kinds import CASE, KINDS
from copwatch.store.state import LocalState

FILE: Final = "compartments.json"
SEEN_BY_ALL: Final = frozenset({"consent", "hold"})
"""They say what may be done, and stay where everybody reads them."""
_OWN: Final = {"evidence": "id", "batch": "id", "report": "incident"}
_OF: Final = ("incidents", "evidence", "batch")


def noted_homes(state: LocalState) -> dict[str, str]:
    """The compartment of each thing that is known not to stand in `case`, by its id."""
    return dict(state.read(FILE) or {})


def note_homes(state: LocalState, found: Mapping[str, str]) -> None:
    """Notes in which compartments things stand; of what is noted already, the newer word holds."""
    if noted_homes(state).items() >= found.items():
        return
    with state.changing():
        state.write(FILE, {**noted_homes(state), **found})


def home(record: Mapping[str, Any], noted: Mapping[str, str]) -> str | None:
    """Where a record belongs by what it is about; None for `case`.

    The incident that it names decides, or the thing of which it is a version. What is about several things belongs to
    a narrower compartment only when all of them stand there.
    """
    if not noted or record.get("type") in SEEN_BY_ALL:
        return None
    for name in ("incident", "entity"):
        if isinstance(record.get(name), str) and record[name] in noted:
            return noted[record[name]]
    if "incident" in record:
        return None
    places = {noted.get(id) for name in _OF for id in _ids(record.get(name))}
    return places.pop() if len(places) == 1 else None


def made_by(record: Mapping[str, Any]) -> Iterable[str]:
    """The ids of the things that a record makes, or is a version of."""
    type = str(record.get("type"))
    id = record.get(_OWN.get(type, "entity"))
    apart = type in KINDS and KINDS[type].compartment != CASE
    return [id] if isinstance(id, str) and not apart else []


def _ids(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [id for id in value if isinstance(id, str)] if isinstance(value, list | tuple) else []
