"""How many incidents say what: one count for each value of a field of their current reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from copwatch.catalogue.asked import Filter
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.filters import WHEN, conditions, names
from copwatch.catalogue.tables import group_fields
from copwatch.errors import BadInput
from copwatch.model.fields import Field
from copwatch.model.values import Group, Integer, Label, Many, Section, Term, Terms, Text, Timestamp
from copwatch.model.vocabulary import label

SMALL: Final = 5
"""Fewer incidents than that may single a person out (k of k-anonymity, DEM row of the redaction matrix)."""
USUAL: Final = ("agency", "force", "place", "month", "badge")
_CALLED: Final = {"place": "location_text", "month": WHEN, "badge": "officers.badge_as_seen"}
_REPEATED: Final = frozenset({"officers.badge_as_seen"})
_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Count:
    """Of how many incidents the current report says `value`, in words for people."""

    value: str
    incidents: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, the most frequent first, months in their order.

    An incident that says several things counts under each; one that says nothing, under none. `repeated` tables have
    only what stands in more than one incident. `values` is how many values there are, of which `rows` has the first
    1,000.
    """

    by: str
    rows: tuple[Count, ...]
    repeated: bool = False
    values: int = 0

    @property
    def small(self) -> int:
        """How many of the values stand for fewer than 5 incidents."""
        return sum(row.incidents < SMALL for row in self.rows)


def counted(catalogue: Catalogue, by: str, filters: Sequence[Filter] = ()) -> Counted:
    """Count incidents by a field of their report (also `officers.rank`, `x.own`), by `month`, `place` or `badge`.

    Raises:
        BadInput: there is no such field, it cannot be counted, or a filter is not one.
    """
    path = _CALLED.get(by) or names(catalogue.schema).get(by, by)
    field, source, column = _found(catalogue, path, by)
    meant = conditions(catalogue, filters)
    where = "".join(f" AND {each.sql}" for each in meant)
    value = f"substr({column}, 1, 7)" if isinstance(field.type, Timestamp) else column
    if isinstance(field.type, Many | Terms):
        source, value = f"{source}, json_each({column}) AS j", "j.value"
    order = "said" if isinstance(field.type, Timestamp) else "number DESC, said"
    least = 2 if path in _REPEATED else 1
    # What differs in capitals alone is one value, in the spelling with more of them.
    group = f"{value} COLLATE NOCASE"
    rows = catalogue.read(
        f"SELECT min({value}) AS said, count(DISTINCT r.incident) AS number, count(*) OVER () AS every FROM {source}"  # noqa: S608 (names of the table)
        f" WHERE r.head{where} AND {value} IS NOT NULL GROUP BY {group} HAVING number >= {least} ORDER BY {order}"
        f" LIMIT {_MOST}",
        [value for each in meant for value in each.values],
    )
    coded = isinstance(field.type, Term | Terms)
    said = [Count(label(str(row["said"])) if coded else str(row["said"]), row["number"]) for row in rows]
    return Counted(by, tuple(said), least > 1, rows[0]["every"] if rows else 0)


def _found(catalogue: Catalogue, path: str, by: str) -> tuple[Field, str, str]:
    """The field, where its rows stand, and its column there."""
    schema = catalogue.schema
    outer, _, inner = path.partition(".")
    field, source, column = schema.field("report", outer), "reports AS r", f'r."{outer}"'
    if field and inner and isinstance(field.type, Section):
        field, column = schema.field(field.type.entity, inner), f'r."{outer}_{inner}"'
    elif field and inner and isinstance(field.type, Group):
        table = next(table for each, table in group_fields(schema) if each.name == outer)
        field, column = schema.field(field.type.entity, inner), f'g."{inner}"'
        source = f"{table} AS g JOIN reports AS r ON r.leaf = g.leaf"
    item = field.type.item if field and isinstance(field.type, Many) else field and field.type
    if field is None or not isinstance(item, Term | Terms | Text | Label | Integer | Timestamp):
        known = [*_CALLED, *names(schema)]
        near = get_close_matches(by[:40], known, 3, 0.5)
        raise BadInput(
            f"incidents cannot be counted by {by[:40]!r}",
            hint=f"did you mean {' or '.join(near)}?"
            if near
            else "any field with short values: docs/schema.md",
        )
    return field, source, column
