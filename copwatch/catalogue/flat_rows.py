"""What the catalogue holds, as rows of flat tables: current versions with their fields, rows of groups, evidence."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Final, TypeAlias

from copwatch.catalogue import queries
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.tables import group_fields
from copwatch.catalogue.versions import REPORTS, Family, entity_families
from copwatch.model.kinds import KINDS
from copwatch.model.records import ENVELOPE, RECORDS
from copwatch.model.schema import Schema
from copwatch.model.values import Group, Json

_AT_ONCE: Final = 200

Cell: TypeAlias = str | int | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class FlatRow:
    """A row: what stands about it (`incident`, `version` …), fields of `entity`, and what is not understood of them."""

    about: Mapping[str, Cell]
    entity: str = ""
    fields: Mapping[str, Json] = field(default_factory=dict)
    not_understood: Mapping[str, Any] = field(default_factory=dict)


Rows: TypeAlias = Callable[[Catalogue], Iterator[FlatRow]]


def flat_tables(schema: Schema) -> dict[str, Rows]:
    """Every table by its name, incidents first; those of entities and groups are called as in the catalogue."""
    found: dict[str, Rows] = {"incidents": partial(_versions, REPORTS, "report")}
    found |= {"evidence": _evidence, "batches": _batches}
    found |= {family.table: partial(_versions, family, family.name) for family in entity_families()}
    for entity in ("report", *KINDS):
        family = next((f for f in entity_families() if f.name == entity), REPORTS)
        for held, table in group_fields(schema, entity) if entity in schema.entities else ():
            found[table] = partial(_group, family, entity, held.name)
    return found


def _versions(family: Family, entity: str, catalogue: Catalogue) -> Iterator[FlatRow]:
    """Every current version, in the order in which they were recorded; of a conflict, each of them."""
    # Leaves first: they are few bytes, where all records at once could be more than memory holds.
    order = f"SELECT leaf FROM {family.table} WHERE head ORDER BY recorded_utc, leaf"  # noqa: S608 (names of our own)
    leaves = [row["leaf"] for row in catalogue.read(order)]
    for start in range(0, len(leaves), _AT_ONCE):
        yield from _some(catalogue, family, entity, leaves[start : start + _AT_ONCE])


def _some(catalogue: Catalogue, family: Family, entity: str, leaves: list[str]) -> Iterator[FlatRow]:
    sql = (
        f"SELECT v.leaf, v.id, v.{family.of} AS about, v.recorded_at, r.json,"  # noqa: S608 (names of our own)
        f" (SELECT count(*) FROM {family.table} AS o WHERE o.{family.of} = v.{family.of} AND o.head) AS heads"
        f" FROM {family.table} AS v JOIN records AS r ON r.leaf = v.leaf AND r.counts"
        f" WHERE v.leaf IN ({','.join('?' * len(leaves))})"
    )
    rows = {row["leaf"]: row for row in catalogue.read(sql, leaves)}
    of = codes(
        catalogue, KINDS[entity].letter if entity in KINDS else "I", {row["about"] for row in rows.values()}
    )
    versions = codes(catalogue, "R", {row["id"] for row in rows.values()})
    for leaf in leaves:
        row = rows[leaf]
        record = json.loads(row["json"])
        about = {
            family.name: of[row["about"]], "version": versions[row["id"]], "template": record.get("template"),
            "recorded_at": row["recorded_at"], "conflict": row["heads"] > 1,
        }  # fmt: skip
        fields, odd = _understood(catalogue.schema, entity, record)
        yield FlatRow(
            {n: v for n, v in about.items() if n != "template" or v is not None}, entity, fields, odd
        )


def _understood(
    schema: Schema, entity: str, record: Mapping[str, Any]
) -> tuple[dict[str, Json], dict[str, Any]]:
    """The fields that are as the schema says, and the others."""
    fields = {
        name: value for name, value in record.items() if name not in ENVELOPE | RECORDS[entity].shape().keys()
    }
    odd = {name: value for name, value in fields.items() if schema.check(entity, {name: value})}
    return {name: value for name, value in fields.items() if name not in odd}, odd


def _group(family: Family, entity: str, name: str, catalogue: Catalogue) -> Iterator[FlatRow]:
    of = catalogue.schema.field(entity, name)
    inner = of.type.entity if of is not None and isinstance(of.type, Group) else ""
    for row in _versions(family, entity, catalogue):
        value = row.fields.get(name)
        for number, fields in enumerate(value if isinstance(value, list) else [], 1):
            if isinstance(fields, dict):
                yield FlatRow({**row.about, "row": number}, inner, fields)


def _evidence(catalogue: Catalogue) -> Iterator[FlatRow]:
    rows = queries.evidence(catalogue)
    incidents = codes(catalogue, "I", {incident for row in rows for incident in row.incidents})
    for row in rows:
        yield FlatRow(
            {**_plain(asdict(row)), "incidents": [incidents[incident] for incident in row.incidents]}
        )


def _batches(catalogue: Catalogue) -> Iterator[FlatRow]:
    for row in queries.batches(catalogue):
        yield FlatRow(_plain(asdict(row)))


def _plain(cells: Mapping[str, Any]) -> dict[str, Cell]:
    return {name: [*value] if isinstance(value, tuple) else value for name, value in cells.items()}
