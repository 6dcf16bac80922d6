"""Asking the catalogue for persons, officers, consents and all other kinds of entities."""

import json
from collections.abc import Sequence
from typing import Any

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.claims import marks
from copwatch.catalogue.codes import codes
from copwatch.catalogue.order import succeeding
from copwatch.catalogue.shown import Entity, EntityVersion
from copwatch.errors import NotFound
from copwatch.model.kinds import KINDS

_NOT_HERE = "it may be of a compartment that your keys do not open, or withdrawn"


def entities(catalogue: Catalogue, kind: str) -> list[Entity]:
    """All entities of a kind with their current versions, the last changed first."""
    return _entities(catalogue, kind, "", ())


def entity(catalogue: Catalogue, kind: str, id: str) -> Entity:
    """One entity with its current versions. Raises `NotFound`."""
    found = _entities(catalogue, kind, "AND e.id = ?", (id,))
    if not found:
        raise NotFound(f"there is no such {KINDS[kind].label} here", hint=_NOT_HERE)
    return found[0]


def mentioning(catalogue: Catalogue, kind: str, id: str) -> list[Entity]:
    """The entities of a kind of which a current version refers to an id: to an incident, a person, an item."""
    table = KINDS[kind].plural
    refers = (
        f"SELECT v.entity FROM {table} AS v JOIN mentions AS m ON m.leaf = v.leaf WHERE v.head AND m.id = ?"  # noqa: S608
    )
    return _entities(catalogue, kind, f"AND e.id IN ({refers})", (id,))


def versions(catalogue: Catalogue, kind: str, id: str) -> list[EntityVersion]:
    """Every version of an entity, oldest first."""
    return succeeding(_versions(catalogue, kind, "v.entity = ?", (id,)))


def _entities(catalogue: Catalogue, kind: str, where: str, values: Sequence[Any]) -> list[Entity]:
    sql = f"SELECT e.* FROM entities AS e WHERE e.kind = ? {where} ORDER BY e.changed_utc DESC, e.id"  # noqa: S608
    rows = catalogue.read(sql, (kind, *values))
    code = codes(catalogue, KINDS[kind].letter, (row["id"] for row in rows))
    among = f"v.head AND v.entity IN (SELECT e.id FROM entities AS e WHERE e.kind = ? {where})"  # noqa: S608
    heads: dict[str, list[EntityVersion]] = {}
    for version in _versions(catalogue, kind, among, (kind, *values)):
        heads.setdefault(version.entity, []).append(version)
    return [
        Entity(
            kind, row["id"], code[row["id"]], row["versions"], bool(row["conflict"]), row["changed_at"],
            tuple(sorted(succeeding(heads.get(row["id"], ())), key=lambda v: v.leaf != row["leaf"])),
        )
        for row in rows
    ]  # fmt: skip


def _versions(catalogue: Catalogue, kind: str, where: str, values: Sequence[Any]) -> list[EntityVersion]:
    table = KINDS[kind].plural
    rows = catalogue.read(
        f"SELECT v.*, r.json FROM {table} AS v JOIN records AS r ON r.leaf = v.leaf AND r.counts"  # noqa: S608
        f" WHERE {where} ORDER BY v.recorded_utc, v.device, v.seq, v.leaf",
        values,
    )
    code = codes(catalogue, "R", (row["id"] for row in rows))
    mark = marks(catalogue, table, code)
    return [
        EntityVersion(
            row["leaf"], row["id"], code[row["id"]] + mark.get(row["leaf"], ""), kind, row["entity"], row["reason"],
            _parents(catalogue, row["leaf"]), bool(row["head"]), row["device"], row["seq"], row["recorded_at"],
            json.loads(row["json"]), json.loads(row["not_understood"] or "{}"),
        )
        for row in rows
    ]  # fmt: skip


def _parents(catalogue: Catalogue, leaf: str) -> tuple[str, ...]:
    rows = catalogue.read("SELECT parent FROM version_parents WHERE leaf = ? ORDER BY parent", (leaf,))
    return tuple(row["parent"] for row in rows)
