"""A page of the list of incidents: which ones first, by narrow indexes; the rows of those alone afterwards."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from copwatch.catalogue import queries
from copwatch.catalogue.asked import Filter
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.filters import WHEN, conditions
from copwatch.catalogue.shown import IncidentRow
from copwatch.errors import BadInput
from copwatch.model.fields import Field

SORTS: Final[Mapping[str, str]] = {
    "changed": "i.changed_utc DESC, i.id DESC",
    "when": "i.at DESC, i.id DESC",
    "place": "i.place IS NULL, i.place, i.id",
}
"""How incidents can be sorted: the last changed first, the latest first, or by place."""
# The sign keeps SQLite from the index of incidents, by which it would look into each wide row.
_HEADS: Final = (
    f"SELECT r.incident, max(r.{WHEN}) AS at{{}} FROM reports AS r WHERE r.head {{}} GROUP BY +r.incident"  # noqa: S608 (our own)
)


@dataclass(frozen=True, slots=True)
class Page:
    """Some incidents in order, and how many there are on all pages."""

    rows: tuple[IncidentRow, ...]
    total: int


def incident_page(
    catalogue: Catalogue,
    *,
    sort: str = "changed",
    filters: Sequence[Filter] = (),
    limit: int = 0,
    page: int = 1,
) -> Page:
    """The incidents of one page.

    Args:
        sort: a name of `SORTS`.
        filters: all have to hold of the current report; an incident without one is left out then.
        limit: how many on a page; all where it is 0.
        page: counted from 1.

    Raises:
        BadInput: there is no such order or filter.
    """
    if sort not in SORTS:
        raise BadInput(f"there is no order {sort[:40]!r}", hint=f"one of: {', '.join(SORTS)}")
    meant = conditions(catalogue, filters)
    where = "".join(f"AND {each.sql} " for each in meant)
    heads = _HEADS.format(", r.location_text AS place" if sort == "place" else "", where)
    values = [value for each in meant for value in each.values]
    if sort == "changed":
        source = f"({heads}) AS w JOIN incidents AS i ON i.id = w.incident" if meant else "incidents AS i"
    else:
        place, none = (", w.place", ", NULL") if sort == "place" else ("", "")
        unreported = f" UNION ALL SELECT id, NULL{none} FROM incidents WHERE leaf IS NULL"  # noqa: S608 (our own)
        source = (
            f"(SELECT w.incident AS id, w.at{place} FROM ({heads}) AS w{'' if meant else unreported}) AS i"  # noqa: S608
        )
    total = f"({heads})" if meant else "incidents"
    count = catalogue.read(f"SELECT count(*) AS number FROM {total}", values)[0]["number"]  # noqa: S608 (our own names)
    window = f"LIMIT {int(limit)} OFFSET {int(limit) * (page - 1)}" if limit else ""
    sql = f"SELECT i.id FROM {source} ORDER BY {SORTS[sort]} {window}"  # noqa: S608 (our own names)
    return Page(
        tuple(queries.incidents_of(catalogue, [row["id"] for row in catalogue.read(sql, values)])), count
    )


def field_named(catalogue: Catalogue, name: str) -> Field | None:
    """A field of a report, or one of the group's own behind a point."""
    section, _, inner = name.partition(".")
    if not inner:
        return catalogue.schema.field("report", name)
    return catalogue.schema.field(section, inner) if section in catalogue.schema.entities else None


def cells(catalogue: Catalogue, rows: Sequence[IncidentRow], names: Sequence[str]) -> list[list[str]]:
    """What the current reports of some incidents say in some fields, as people read it; one row for each incident.

    What versions that stand side by side say differently stands there with a stroke between, the first one first.

    Raises:
        BadInput: there is no such field.
    """
    fields = [(name, field_named(catalogue, name)) for name in names]
    for name, field in fields:
        if field is None:
            raise BadInput(
                f"there is no column {name[:40]!r}", hint="every field of a report can be one: docs/schema.md"
            )
    sql = (
        "SELECT h.incident, r.json FROM json_each(?) AS l JOIN incidents AS i ON i.id = l.value"
        " JOIN reports AS h ON h.incident = i.id AND h.head JOIN records AS r ON r.leaf = h.leaf AND r.counts"
        " ORDER BY h.leaf != i.leaf, h.recorded_utc, h.leaf"
    )
    found: dict[str, list[Mapping[str, Any]]] = {}
    for head in catalogue.read(sql, (json.dumps([row.id for row in rows]),)):
        found.setdefault(head["incident"], []).append(json.loads(head["json"]))
    return [
        [_cells(field, name, found.get(row.id, ())) for name, field in fields if field is not None]
        for row in rows
    ]


def _cells(field: Field, name: str, heads: Sequence[Mapping[str, Any]]) -> str:
    said = dict.fromkeys(_cell(field, name, record) for record in heads)
    return " / ".join(text for text in said if text)


def _cell(field: Field, name: str, record: Mapping[str, Any]) -> str:
    value: Any = record
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return "" if value is None or field.type.check(value) else field.type.show(value)
