"""What this computer knows of holds while no key is at hand: a note without the catalogue (docs/adr/0086)."""

from collections.abc import Mapping

from copwatch.errors import Refused
from copwatch.model.holds import in_force
from copwatch.model.values import Json
from copwatch.store.archive import Archive

FILE = "holds.json"
"""In the state folder; ids of what is covered, and nothing of why."""


def note_new_hold(archive: Archive, fields: Mapping[str, Json]) -> None:
    """Adds a hold that was written here, perhaps without a key; one that releases adds nothing."""
    for hold in in_force([{**fields, "entity": "new"}]):
        with archive.state.changing():
            noted = archive.state.read(FILE) or {"read": False, "everything": False, "covers": []}
            everything = noted["everything"] or hold.everything
            covers = sorted({*noted["covers"], *hold.covers})
            archive.state.write(FILE, {**noted, "everything": everything, "covers": covers})


def refuse_stripping(archive: Archive, incident: str | None) -> bool:
    """Whether it is known here which holds there are, and none forbids to add stripped files into an incident.

    Raises `Refused` where one does.
    """
    noted = archive.state.read(FILE)
    if noted is None:
        return False
    if noted["everything"] or incident in noted["covers"]:
        raise Refused(
            "a hold is in force: originals may not be stripped here",
            hint="add them with --metadata preserve; `copwatch record list holds` shows who imposed it",
        )
    return bool(noted["read"])
