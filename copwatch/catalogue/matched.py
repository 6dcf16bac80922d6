"""Which officers, as humans, were seen where: what the match records that stand say of sightings in reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import find_ids
from copwatch.catalogue.entities import mentioning
from copwatch.catalogue.terms import folded
from copwatch.errors import BadInput
from copwatch.model.ids import parse_code

# Officers are few: a word may stand in very many texts of reports.
_NAMED = (
    "SELECT DISTINCT o.entity AS id FROM officers AS o CROSS JOIN search_texts AS t ON t.leaf = o.leaf"
    " WHERE o.head AND says(t.text, ?)"
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One row of a report that a match says is an officer.

    `row` is the id of the incident with the row behind it (`…/O1`); `match` the code of the record that says so;
    `status` how sure it is, as the versions that stand state it; `conflict` that several of the match do.
    """

    row: str
    match: str
    status: tuple[str, ...]
    conflict: bool


def sightings_of(catalogue: Catalogue, officer: str) -> list[Sighting]:
    """Every sighting that a current version of a match says is this officer, in the order of the rows."""
    found: list[Sighting] = []
    for match in mentioning(catalogue, "match", officer):
        heads = [head.record for head in match.heads]
        status = tuple(sorted({str(head["status"]) for head in heads if isinstance(head.get("status"), str)}))
        rows = {row for head in heads for row in _rows(head.get("sightings"))}
        found += [Sighting(row, match.code, status, match.conflict) for row in rows]
    return sorted(found, key=lambda each: (each.row, each.match))


def officers_named(catalogue: Catalogue, untrusted: str) -> list[str]:
    """The ids of the officers of whom a current version says these words, or whose code this is."""
    try:
        code = parse_code(untrusted.strip(), ("O",))
    except BadInput:
        words = folded(untrusted)
        return [row["id"] for row in catalogue.read(_NAMED, (words,))] if words else []
    return find_ids(catalogue, "O", code.hex)


def incidents_of(catalogue: Catalogue, officers: Iterable[str]) -> list[str]:
    """The ids of the incidents in which any of these officers was seen, by what matches say."""
    rows = {sighting.row for officer in officers for sighting in sightings_of(catalogue, officer)}
    return sorted({row.partition("/")[0] for row in rows})


def _rows(value: Any) -> list[str]:
    return [row for row in value if isinstance(row, str) and "/" in row] if isinstance(value, list) else []
