"""Spoken codes of the ids in this catalogue: as short as it allows, and found again from what was said."""

from collections.abc import Iterable
from typing import Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.model.ids import shortest_codes
from copwatch.model.kinds import KINDS

_HOLDERS: Final = {
    "I": (("incidents", "id"),),
    "E": (("evidence", "id"),),
    "B": (("batches", "id"), ("evidence", "batch")),
    "R": (("reports", "id"), *((kind.plural, "id") for kind in KINDS.values())),
    **{kind.letter: ((kind.plural, "entity"),) for kind in KINDS.values()},
}
"""Kind letter → the tables and columns that hold ids of that kind."""

_FEW: Final = 200
"""Up to here, looking up the neighbours of each id is quicker than reading all ids."""


def codes(catalogue: Catalogue, prefix: str, ids: Iterable[str]) -> dict[str, str]:
    """The shortest unambiguous code of each id. `prefix` is a letter of `model.ids.KINDS`."""
    wanted = set(ids)
    if len(wanted) <= _FEW:
        return {id: shortest_codes(prefix, [id, *_neighbours(catalogue, prefix, id)])[id] for id in wanted}
    found = shortest_codes(prefix, wanted.union(_all(catalogue, prefix)))
    return {id: found[id] for id in wanted}


def spoken(catalogue: Catalogue, id: str) -> str:
    """The code of an id of any kind, with the row behind it (`…/O1`) if there is one; the id when it is not here."""
    whole, slash, row = id.partition("/")
    for prefix, holders in _HOLDERS.items():
        if prefix == "R":
            continue
        sql = " UNION ".join(f"SELECT 1 FROM {table} WHERE {column} = :id" for table, column in holders)  # noqa: S608
        if catalogue.read(sql, {"id": whole}):
            return codes(catalogue, prefix, [whole])[whole] + slash + row
    return id


def find_ids(catalogue: Catalogue, prefix: str, start: str) -> list[str]:
    """Every id of that kind that begins as a code says, in order.

    Args:
        prefix: a letter of `model.ids.KINDS`.
        start: the hexadecimal digits with which the id begins (`Code.hex`).
    """
    sql = " UNION ".join(
        f"SELECT DISTINCT {column} AS id FROM {table} WHERE {column} >= :start AND {column} < :end"  # noqa: S608 (own names)
        for table, column in _HOLDERS[prefix]
    )
    # "g" stands after the last hexadecimal digit.
    return [row["id"] for row in catalogue.read(f"{sql} ORDER BY 1", {"start": start, "end": start + "g"})]


def _neighbours(catalogue: Catalogue, prefix: str, id: str) -> list[str]:
    """The ids next to `id`: no others can share its longest beginning."""
    sql = " UNION ALL ".join(
        f"SELECT (SELECT max({column}) FROM {table} WHERE {column} < :id) AS near"  # noqa: S608
        f" UNION ALL SELECT (SELECT min({column}) FROM {table} WHERE {column} > :id)"
        for table, column in _HOLDERS[prefix]
    )
    return [row["near"] for row in catalogue.read(sql, {"id": id}) if row["near"] is not None]


def _all(catalogue: Catalogue, prefix: str) -> list[str]:
    sql = " UNION ".join(f"SELECT {column} AS id FROM {table}" for table, column in _HOLDERS[prefix])  # noqa: S608
    return [row["id"] for row in catalogue.read(sql)]
