"""In which compartment things stand, as the records that count say."""

import json
from typing import Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.model.kinds import CASE, KINDS

_HOLDERS: Final = {
    "reports": "incident", "evidence": "id", "batches": "id",
    **{kind.plural: "entity" for kind in KINDS.values() if kind.compartment == CASE},
}  # fmt: skip
"""Tables of what people name later, each with the column of the id."""


def homes(catalogue: Catalogue, order: list[str]) -> dict[str, str]:
    """The compartment of each incident, evidence, batch and entity that stands in another one than the first.

    Args:
        order: the compartments of the charter; of something that stands in several the last of them counts.
    """
    places = {row["compartment"] for row in catalogue.read("SELECT DISTINCT compartment FROM sets")}
    found: dict[str, str] = {}
    for place in [each for each in order[1:] if each in places]:
        for table, column in _HOLDERS.items():
            sql = (
                f"SELECT DISTINCT t.{column} AS id FROM sets AS s JOIN records AS r ON r.body = s.body AND r.counts"  # noqa: S608
                f" JOIN {table} AS t ON t.leaf = r.leaf WHERE s.compartment = ?"
            )
            found |= {row["id"]: place for row in catalogue.read(sql, (place,))}
    return found


_OF_INCIDENTS: Final = """
    WITH about(leaf, incident) AS (
        SELECT leaf, incident FROM reports UNION ALL SELECT leaf, incident FROM link_events
        UNION ALL SELECT e.leaf, i.incident FROM evidence_incidents AS i JOIN evidence AS e ON e.id = i.evidence)
    SELECT DISTINCT a.incident AS id FROM about AS a JOIN records AS r ON r.leaf = a.leaf
    JOIN sets AS s ON s.body = r.body
    WHERE s.compartment = ?1 AND a.incident IN (SELECT value FROM json_each(?2))
"""


def left_behind(catalogue: Catalogue, order: list[str]) -> dict[str, str]:
    """Incidents of which something stands in the first compartment, and the narrower one in which they stand.

    Written by a computer that did not know where they are, or linked since, or two moves and withdrawals met.
    """
    narrow = homes(catalogue, order)
    found = catalogue.read(_OF_INCIDENTS, (order[0], json.dumps([*narrow]))) if narrow else []
    return {row["id"]: narrow[row["id"]] for row in found}
