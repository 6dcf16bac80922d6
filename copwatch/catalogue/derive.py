"""Making the derived rows from the records that count, for those that a change touched.

The touched leaves stand in the temporary table `touched`. Their rows are taken out and made again, and so is what
depends on several records: links and heads of each incident concerned, and the names of the roster. What is there
afterwards depends on the records alone, not on the order in which they came.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final

from copwatch.catalogue import tables, versions
from copwatch.catalogue.making import MANY, Packed, Workers, made, pack, text_rows
from copwatch.catalogue.order import LinkEvent, linked
from copwatch.catalogue.rows import Counted, Row, roster_names
from copwatch.catalogue.sqlite import Database
from copwatch.catalogue.text_index import TextIndex
from copwatch.crypto.signing import verify
from copwatch.model.schema import Schema
from copwatch.model.succession import Written, in_succession
from copwatch.proof.roster import is_signed

ROOT: Final = "root"
"""In `about`: the archive's root key, whose rosters rule."""
_AT_ONCE: Final = 500

_CONCERNED = """
    SELECT incident FROM reports WHERE leaf IN touched
    UNION SELECT incident FROM link_events WHERE leaf IN touched
    UNION SELECT l.incident FROM evidence AS e JOIN link_events AS l ON l.batch = e.batch WHERE e.leaf IN touched
    UNION SELECT l.incident FROM evidence AS e JOIN link_events AS l ON l.evidence = e.id WHERE e.leaf IN touched
"""

# Of the copies of a record in ordinary sets of its own device, the one in the earliest entry counts.
# What just came as the only copy was decided when it was put in: looking at each again takes longer than all of that.
_DECIDE = """
    UPDATE records SET counts = own AND EXISTS (
        SELECT 1 FROM sets AS s WHERE s.body = records.body AND s.apart IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM records AS o JOIN sets AS t ON t.body = o.body
            WHERE o.leaf = records.leaf AND o.own AND t.apart IS NULL
            AND (t.seq < s.seq OR (t.seq = s.seq AND t.body < s.body))))
    WHERE leaf IN undecided
        OR leaf IN (SELECT leaf FROM records WHERE leaf IN touched GROUP BY leaf HAVING count(*) > 1)
"""

# A withdrawn piece may have been sealed again; then what it became is looked at, as far as that leads.
_GONE = """
    WITH RECURSIVE chain(leaf, object) AS (
        SELECT leaf, object FROM pieces WHERE object IN (SELECT object FROM withdrawn)
        UNION SELECT c.leaf, w.by FROM chain AS c JOIN withdrawn AS w ON w.object = c.object WHERE w.by IS NOT NULL)
    SELECT c.leaf FROM chain AS c JOIN withdrawn AS w ON w.object = c.object WHERE w.by IS NULL
"""

_COUNTED = """
    SELECT leaf, id, type, device, seq, compartment, epoch, place, recorded_at, recorded_utc, json FROM counted
"""


def forget_touched(db: Database) -> None:
    """Begin a change: nothing is touched yet."""
    for name in ("touched", "undecided"):
        db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (leaf TEXT PRIMARY KEY)")
        db.execute(f"DELETE FROM {name}")  # noqa: S608 (names of our own)


def touch_new(db: Database, leaves: Collection[str]) -> None:
    """Mark records as new; whether they count, if there is no other copy of them, stands in them."""
    db.conn.executemany("INSERT OR IGNORE INTO touched VALUES (?)", ((leaf,) for leaf in leaves))


def touch(db: Database, leaves: Collection[str]) -> None:
    """Mark records as gone, or changed in whether they count."""
    touch_new(db, leaves)
    db.conn.executemany("INSERT OR IGNORE INTO undecided VALUES (?)", ((leaf,) for leaf in leaves))


def derive(db: Database, schema: Schema, workers: Workers | None = None) -> None:
    """Make the rows of the touched records again, and everything that depends on them.

    `workers` take a share of it where the records are many.
    """
    incidents, entities = _concerned(db), versions.concerned(db)
    index = TextIndex(db)
    for table in tables.tables(schema):
        if table.of_records:
            db.execute(f"DELETE FROM {table.name} WHERE leaf IN touched")  # noqa: S608 (a name of our own)
    index.forget("leaf IN touched")
    db.execute(_DECIDE)
    many = db.execute("SELECT count(*) FROM (SELECT 1 FROM touched LIMIT ?)", [MANY]).fetchone()[0] == MANY
    touched = db.execute(f"{_COUNTED} WHERE leaf IN touched")
    for packed in made(touched, schema, workers if many else None):
        _put(db, index.numbered(packed))
    for some in _chunks(sorted(incidents | _concerned(db))):
        _insert(db, _restated(db, schema, some, index))
    for kind, members in groupby(sorted(entities | versions.concerned(db)), key=itemgetter(0)):
        for some in _chunks([id for _, id in members]):
            _insert(db, (("entities", row) for row in versions.restate_entities(db, kind, some)))
            _search_heads(db, schema, versions.FAMILIES[kind], index)
    index.finish()
    if _has_roster(db):
        restate_roster(db)
    _mark_withdrawn(db)


def derive_all(db: Database, schema: Schema) -> None:
    """Drop and make all derived tables, and fill them from the records."""
    tables.make(db, schema)
    forget_touched(db)
    db.execute("INSERT INTO touched SELECT DISTINCT leaf FROM records")
    derive(db, schema)


def _mark_withdrawn(db: Database) -> None:
    """Say of each evidence whether nothing is left of one of its pieces, so that its bytes are gone or going."""
    sealed_again = "leaf IN (SELECT leaf FROM pieces WHERE object IN (SELECT object FROM withdrawn))"
    db.execute(f"UPDATE evidence SET withdrawn = 1 WHERE withdrawn = 0 AND leaf IN ({_GONE})")  # noqa: S608
    db.execute(f"UPDATE evidence SET withdrawn = 0 WHERE {sealed_again} AND leaf NOT IN ({_GONE})")  # noqa: S608


def _concerned(db: Database) -> set[str]:
    return {row[0] for row in db.execute(_CONCERNED)}


def _has_roster(db: Database) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM records WHERE type = 'roster' AND leaf IN touched)"
    gone = "SELECT EXISTS (SELECT 1 FROM roster_names WHERE leaf IN touched)"
    return bool(db.execute(sql).fetchone()[0] or db.execute(gone).fetchone()[0])


def _counted(db: Database, where: str) -> Iterator[Counted]:
    """Records that count, one by one: all of them at once could be more than memory holds."""
    for *cells, text in db.execute(f"{_COUNTED} WHERE {where}"):
        yield Counted(*(*cells, json.loads(text)))


def _search_heads(db: Database, schema: Schema, family: versions.Family, index: TextIndex) -> None:
    """Of the things that were restated last, make exactly the versions that rule searchable."""
    versions_of = f"SELECT leaf FROM {family.table} WHERE {family.of} IN among"  # noqa: S608 (names of our own)
    index.forget(f"leaf IN ({versions_of} AND NOT head)")
    # What is touched has its texts; an older version may rule again, after one that amended it was withdrawn.
    lacking = f"{versions_of} AND head AND leaf NOT IN touched"
    lacking += " AND leaf NOT IN (SELECT leaf FROM search_texts)"
    again = _counted(db, f"leaf IN ({lacking}) ORDER BY leaf")
    for packed in pack(row for one in again for row in text_rows(one, schema)):
        _put(db, index.numbered(packed))


def _insert(db: Database, made: Iterable[Row]) -> None:
    """Put rows in, some hundreds at a time."""
    left = iter(made)
    while some := [*islice(left, _AT_ONCE)]:
        for packed in pack(some):
            _put(db, packed)


def _put(db: Database, packed: Packed) -> None:
    names, marks = ", ".join(f"[{name}]" for name in packed.columns), ", ".join("?" * len(packed.columns))
    db.conn.executemany(f"INSERT INTO {packed.table} ({names}) VALUES ({marks})", packed.rows)  # noqa: S608 (our own)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _restated(db: Database, schema: Schema, some: Sequence[str], index: TextIndex) -> Iterator[Row]:
    """The rows of some incidents, and which evidence belongs to them."""
    found = versions.restate(db, versions.REPORTS, some)
    _search_heads(db, schema, versions.REPORTS, index)
    events: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in db.query("SELECT * FROM link_events WHERE incident IN among"):
        events[row["incident"]].append(row)
    db.execute("DELETE FROM evidence_incidents WHERE incident IN among")
    db.execute("DELETE FROM incidents WHERE id IN among")
    for incident in some:
        yield from _linked(db, incident, events.get(incident, []))
        stands = found.get(incident)
        if stands is not None or incident in events:
            yield "incidents", _incident(incident, stands, events.get(incident, []))


def _incident(incident: str, stands: versions.Stands | None, events: list[dict[str, Any]]) -> dict[str, Any]:
    """One row; a link may have come before the report, or a report of another compartment."""
    none = {"leaf": None, "versions": 0, "heads": 0, "conflict": 0, "changed_at": None, "changed_utc": ""}
    cells = {"id": incident, **(stands.cells if stands else none)}
    changes = [(event["recorded_utc"], event["leaf"], event["recorded_at"]) for event in events]
    if stands is not None:
        changes.append((stands.changed_utc, stands.changed_leaf, stands.changed_at))
    utc, _, at = max(changes, key=lambda change: change[:2])
    return {**cells, "changed_at": at, "changed_utc": utc}


def _linked(db: Database, incident: str, events: list[dict[str, Any]]) -> Iterator[Row]:
    """The evidence that belongs to an incident, as its links say."""
    if not events:
        return
    batches: dict[str, list[str]] = defaultdict(list)
    named = (
        "SELECT id, batch FROM evidence WHERE batch IN (SELECT batch FROM link_events WHERE incident = ?)"
        " UNION SELECT id, batch FROM evidence WHERE id IN (SELECT evidence FROM link_events WHERE incident = ?)"
    )
    for id, batch in db.execute(named, [incident, incident]):
        batches[id].append(batch)
    found = linked([_link_event(row) for row in events], batches)
    for evidence, leaf in sorted(found.items()):
        yield "evidence_incidents", {"evidence": evidence, "incident": incident, "leaf": leaf}


def _link_event(row: dict[str, Any]) -> LinkEvent:
    place = (row["seq"], row["compartment"], row["epoch"], row["place"])
    links = row["action"] == "link"
    return LinkEvent(
        row["leaf"], links, row["batch"], row["evidence"], row["device"], place, row["recorded_utc"]
    )


def restate_roster(db: Database) -> None:
    """The latest roster that names something rules on its name, and of one device that is the later one in its ledger;
    names that later rosters lack stay readable.

    Once there is one that the root key signed, all others count for nothing.
    """
    names: dict[tuple[str, str], tuple[str, str]] = {}
    known = db.execute("SELECT value FROM about WHERE name = ?", [ROOT]).fetchone()
    root = known[0] if known else ""
    said = {c.leaf: c for c in _counted(db, "type = 'roster' AND leaf NOT IN (SELECT leaf FROM problems)")}
    counting = [c for c in said.values() if is_signed(c.record, root, verify)] or said.values()
    order = in_succession(Written(c.leaf, (), c.device, c.seq, c.recorded_utc) for c in counting)
    for counted in [said[leaf] for leaf in order]:
        for kind, id, name in roster_names(counted.record):
            names[kind, id] = (name, counted.leaf)
    db.execute("DELETE FROM roster_names")
    _insert(
        db,
        (
            ("roster_names", {"kind": kind, "id": id, "name": name, "leaf": leaf})
            for (kind, id), (name, leaf) in sorted(names.items())
        ),
    )
