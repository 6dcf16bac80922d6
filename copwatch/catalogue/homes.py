"""In which compartment things stand, as the records that count say."""

import json
from collections.abc import Mapping
from typing import Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.model.kinds import CASE, KINDS

_HOLDERS: Final = {
    "reports": "incident", "evidence": "id", "batches": "id",
    **{kind.plural: "entity" for kind in KINDS.values() if kind.compartment == CASE},
}  # fmt: skip
"""Tables of what people name later, each with the column of the id."""


def homes(catalogue: Catalogue, order: list[str], noted: Mapping[str, str]) -> dict[str, str]:
    """The compartment of each incident, evidence, batch and entity that stands in another one than the first.

    Args:
        order: the compartments of the charter; of something that stands in several the last of them counts,
        noted: but if what was known before is among them: any device can seal to any compartment, and what is
            written later must not follow it.
    """
    places = {row["compartment"] for row in catalogue.read("SELECT DISTINCT compartment FROM sets")}
    stood: dict[str, list[str]] = {}
    for place in [each for each in order[1:] if each in places]:
        for table, column in _HOLDERS.items():
            sql = (
                f"SELECT DISTINCT t.{column} AS id FROM sets AS s JOIN records AS r ON r.body = s.body AND r.counts"  # noqa: S608
                f" JOIN {table} AS t ON t.leaf = r.leaf WHERE s.compartment = ?"
            )
            for row in catalogue.read(sql, (place,)):
                stood.setdefault(row["id"], []).append(place)
    return {id: noted[id] if noted.get(id) in places else places[-1] for id, places in stood.items()}


_OF_INCIDENTS: Final = """
    WITH about(leaf, incident) AS (
        SELECT leaf, incident FROM reports UNION ALL SELECT leaf, incident FROM link_events
        UNION ALL SELECT e.leaf, i.incident FROM evidence_incidents AS i JOIN evidence AS e ON e.id = i.evidence)
    SELECT DISTINCT a.incident AS id, s.compartment FROM about AS a JOIN records AS r ON r.leaf = a.leaf
    JOIN sets AS s ON s.body = r.body
    WHERE a.incident IN (SELECT value FROM json_each(?))
"""


def spread(
    catalogue: Catalogue, order: list[str], noted: Mapping[str, str]
) -> dict[str, tuple[str, set[str]]]:
    """Incidents that stand in another compartment than the first: that one, and the others with something of them.

    That was written by a computer that did not know where they are, or linked since, or two moves and withdrawals met.
    """
    narrow = homes(catalogue, order, noted)
    found = {id: (place, set[str]()) for id, place in narrow.items()}
    for row in catalogue.read(_OF_INCIDENTS, (json.dumps([*narrow]),)) if narrow else ():
        if row["compartment"] != narrow[row["id"]]:
            found[row["id"]][1].add(row["compartment"])
    return {id: (place, others) for id, (place, others) in found.items() if others}


def parted(catalogue: Catalogue, order: list[str]) -> set[str]:
    """Incidents of which versions of the report stand in several compartments besides the first.

    Two moves that did not know of each other, or a device that seals elsewhere what nobody told it to.
    """
    found = catalogue.read(
        "SELECT t.incident AS id FROM reports AS t JOIN records AS r ON r.leaf = t.leaf"
        " JOIN sets AS s ON s.body = r.body WHERE s.compartment != ?"
        " GROUP BY t.incident HAVING count(DISTINCT s.compartment) > 1",
        [order[0]],
    )
    return {row["id"] for row in found}
