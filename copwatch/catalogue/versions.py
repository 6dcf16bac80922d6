"""Versions of reports and of every other kind of entity: which of them rule, and what that makes searchable."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils import Database

from copwatch.catalogue.order import Version, heads
from copwatch.model.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Family:
    """Where the versions of one kind of thing stand: their table, its column that names the thing, and what a search
    calls a hit."""

    table: str
    of: str
    name: str


REPORTS: Final = Family("reports", "incident", "incident")


def entity_families() -> Iterator[Family]:
    """Those of every kind but reports."""
    return (Family(kind.plural, "entity", kind.name) for kind in KINDS.values())


def concerned(db: Database) -> set[tuple[str, str]]:
    """(kind, id) of the entities that a touched record is about."""
    found = set[tuple[str, str]]()
    for family in entity_families():
        rows = db.execute(f"SELECT DISTINCT entity FROM {family.table} WHERE leaf IN touched")  # noqa: S608
        found |= {(family.name, row[0]) for row in rows}
    return found


def restate_entity(db: Database, kind: str, id: str, search: Callable[[str, str, str], None]) -> None:
    """Say again what is known of one entity; `search(leaf, kind, id)` makes a version's texts searchable."""
    versions, ends = restate(db, Family(KINDS[kind].plural, "entity", kind), id, search)
    db.execute("DELETE FROM entities WHERE kind = ? AND id = ?", [kind, id])
    if not versions:
        return
    last = max(versions, key=lambda row: (row["recorded_utc"], row["leaf"]))
    db.table("entities").insert(
        {
            "kind": kind, "id": id, "leaf": ends[0].leaf, "versions": len(versions), "heads": len(ends),
            "conflict": int(len(ends) > 1), "changed_at": last["recorded_at"], "changed_utc": last["recorded_utc"],
        }
    )  # fmt: skip


def restate(
    db: Database, family: Family, id: str, search: Callable[[str, str, str], None]
) -> tuple[list[dict[str, Any]], list[Version]]:
    """Mark the current versions of one thing. Gives all of its rows, and those that are current, the best one first."""
    table, of = family.table, family.of
    found = list(db.query(f"SELECT * FROM {table} WHERE {of} = ?", [id]))  # noqa: S608 (names of our own)
    ends = heads(list(_versions(db, found)))
    db.execute(f"UPDATE {table} SET head = 0 WHERE {of} = ?", [id])  # noqa: S608
    db.execute(f"DELETE FROM search_texts WHERE leaf IN (SELECT leaf FROM {table} WHERE {of} = ?)", [id])  # noqa: S608
    for leaf in sorted(end.leaf for end in ends):
        db.execute(f"UPDATE {table} SET head = 1 WHERE leaf = ?", [leaf])  # noqa: S608
        search(leaf, family.name, id)
    return found, ends


def _versions(db: Database, found: Iterable[dict[str, Any]]) -> Iterator[Version]:
    for row in found:
        rows = db.execute("SELECT parent FROM version_parents WHERE leaf = ?", [row["leaf"]])
        parents = tuple(parent for (parent,) in rows)
        partial = not parents and row["reason"] is not None
        yield Version(row["leaf"], parents, row["device"], row["seq"], row["recorded_utc"], partial)
