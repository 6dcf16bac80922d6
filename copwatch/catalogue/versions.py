"""Versions of reports and of every other kind of entity: which of them rule, and what that makes searchable."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from copwatch.catalogue.order import Version, heads
from copwatch.catalogue.sqlite import Database
from copwatch.model.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Family:
    """Where the versions of one kind of thing stand: their table, its column that names the thing, and what a search
    calls a hit."""

    table: str
    of: str
    name: str


REPORTS: Final = Family("reports", "incident", "incident")
FAMILIES: Final = {
    "report": REPORTS,
    **{kind.name: Family(kind.plural, "entity", kind.name) for kind in KINDS.values()},
}
"""By the type of the records."""


def entity_families() -> Iterator[Family]:
    """Those of every kind but reports."""
    return (family for family in FAMILIES.values() if family is not REPORTS)


def concerned(db: Database) -> set[tuple[str, str]]:
    """(kind, id) of the entities that a touched record is about."""
    found = set[tuple[str, str]]()
    for family in entity_families():
        rows = db.execute(f"SELECT DISTINCT entity FROM {family.table} WHERE leaf IN touched")  # noqa: S608
        found |= {(family.name, row[0]) for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class Stands:
    """What is known of one thing: how many versions, which are current (the best one first), when it last changed."""

    versions: int
    ends: tuple[Version, ...]
    changed_at: str | None
    changed_utc: str
    changed_leaf: str

    @property
    def cells(self) -> dict[str, Any]:
        """The cells that lists of incidents and of entities share."""
        return {
            "leaf": self.ends[0].leaf, "versions": self.versions, "heads": len(self.ends),
            "conflict": int(len(self.ends) > 1), "changed_at": self.changed_at, "changed_utc": self.changed_utc,
        }  # fmt: skip


def among(db: Database, ids: Iterable[str]) -> None:
    """Put ids into the temporary table `among`, in place of those before."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS among (id TEXT PRIMARY KEY)")
    db.execute("DELETE FROM among")
    db.conn.executemany("INSERT INTO among VALUES (?)", ((id,) for id in ids))


def restate_entities(db: Database, kind: str, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Say again what is known of some entities of a kind. Gives their rows, which are to be put in."""
    found = restate(db, FAMILIES[kind], ids)
    db.execute("DELETE FROM entities WHERE kind = ? AND id IN among", [kind])
    yield from ({"kind": kind, "id": id, **stands.cells} for id, stands in sorted(found.items()))


def restate(db: Database, family: Family, ids: Sequence[str]) -> dict[str, Stands]:
    """Mark the current versions of some things, and of no other. Leaves the ids in `among`.

    Versions come marked: most stay the only one, and to change a row, with its indexes, takes as long as to make it.
    """
    among(db, ids)
    rows = _rows(db, family)
    found = {id: _stands(each) for id, each in rows.items()}
    ends = {end.leaf for stands in found.values() for end in stands.ends}
    wrong = [
        (int(not row.head), row.version.leaf)
        for each in rows.values()
        for row in each
        if row.head != (row.version.leaf in ends)
    ]
    db.conn.executemany(f"UPDATE {family.table} SET head = ? WHERE leaf = ?", wrong)  # noqa: S608 (a name of our own)
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    """A version, when it was recorded as it says, and whether it is marked as current."""

    version: Version
    at: str | None
    head: bool


def _rows(db: Database, family: Family) -> dict[str, list[_Row]]:
    table, of = family.table, family.of
    parents: dict[str, list[str]] = defaultdict(list)
    sql = f"SELECT leaf, parent FROM version_parents WHERE leaf IN (SELECT leaf FROM {table} WHERE {of} IN among)"  # noqa: S608
    for leaf, parent in db.execute(sql):
        parents[leaf].append(parent)
    found: dict[str, list[_Row]] = defaultdict(list)
    cells = "leaf, device, seq, recorded_at, recorded_utc, reason IS NOT NULL, head"
    sql = f"SELECT {of}, {cells} FROM {table} WHERE {of} IN among"  # noqa: S608
    for id, leaf, device, seq, at, utc, reason, head in db.execute(sql):
        amends = tuple(parents.get(leaf, ()))
        version = Version(leaf, amends, device, seq, utc, bool(reason) and not amends)
        found[id].append(_Row(version, at, bool(head)))
    return found


def _stands(rows: Sequence[_Row]) -> Stands:
    last = max(rows, key=lambda row: (row.version.recorded_utc, row.version.leaf))
    ends = tuple(heads([row.version for row in rows]))
    return Stands(len(rows), ends, last.at, last.version.recorded_utc, last.version.leaf)
