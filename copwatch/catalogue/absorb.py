"""Taking in what the ledgers hold: the facts first, then everything that is derived from them.

One transaction. What is there already is left alone, so absorbing twice changes nothing; and what the rows are
afterwards does not depend on the order in which ledgers, or a withdrawal and what it withdraws, arrive.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from copwatch.catalogue.derive import derive, forget_touched, touch, touch_new
from copwatch.catalogue.making import Workers
from copwatch.catalogue.sqlite import Database
from copwatch.catalogue.times import utc
from copwatch.model.schema import Schema
from copwatch.proof.body import OpenedRecord, OpenedSet
from copwatch.proof.canonical import encode
from copwatch.proof.withdrawn import add_withdrawn, surviving

VACUUM_DUE: Final = "vacuum_due"
"""Set in `about` between the withdrawal of something and the moment when its last traces were overwritten."""


def absorb(
    db: Database,
    schema: Schema,
    sets: Iterable[OpenedSet],
    positions: Mapping[str, tuple[int, str]],
    withdrawn: Mapping[str, str | None],
    unread: Collection[tuple[str, int]] | None = None,
    workers: Workers | None = None,
) -> None:
    """Take all of it in. The caller holds the transaction."""
    forget_touched(db)
    gone = _withdraw(db, withdrawn)
    for opened in sets:
        _take(db, opened)
    _advance(db, positions)
    if unread is not None:
        db.execute("DELETE FROM unread")
        db.table("unread").insert_all({"device": device, "seq": seq} for device, seq in sorted(set(unread)))
    derive(db, schema, workers)
    if gone:
        erase_traces(db)


def judge(db: Database, schema: Schema, apart: Callable[[str, int], str | None]) -> None:
    """Ask again of every set whether it is held apart. The caller holds the transaction."""
    forget_touched(db)
    for body, device, seq, before in db.execute("SELECT body, device, seq, apart FROM sets").fetchall():
        now = apart(device, seq)
        if now != before:
            _set_apart(db, body, now)
    derive(db, schema)


def erase_traces(db: Database) -> None:
    """Make the full-text index again: what was deleted from it would stay in its segments until they are merged."""
    db.execute("INSERT INTO search_texts_fts (search_texts_fts) VALUES ('rebuild')")
    db.table("about").upsert({"name": VACUUM_DUE, "value": "yes"}, pk="name")


def _withdraw(db: Database, withdrawn: Mapping[str, str | None]) -> bool:
    """Note what is withdrawn, and delete the bodies among it, and those that no longer hold what survives of one.
    Whether there were any."""
    known = dict(db.execute("SELECT object, by FROM withdrawn").fetchall())
    now = dict(known)
    add_withdrawn(now, withdrawn)
    db.table("withdrawn").upsert_all(
        ({"object": object, "by": by} for object, by in now.items() if (object, by) not in known.items()),
        pk="object",
    )
    gone = False
    for body in sorted({*withdrawn} | (_survivors(known) - _survivors(now))):
        if db.execute("SELECT 1 FROM sets WHERE body = ?", [body]).fetchone():
            _touch_set(db, body)
            db.execute("DELETE FROM records WHERE body = ?", [body])
            db.execute("DELETE FROM sets WHERE body = ?", [body])
            gone = True
    return gone


def _survivors(withdrawn: Mapping[str, str | None]) -> set[str]:
    """The bodies that hold what is left of withdrawn ones."""
    return {body for body in (surviving(name, withdrawn) for name in withdrawn) if body is not None}


def _take(db: Database, opened: OpenedSet) -> None:
    if db.execute("SELECT 1 FROM withdrawn WHERE object = ?", [opened.body]).fetchone():
        return
    known = db.execute("SELECT seq, entry, apart FROM sets WHERE body = ?", [opened.body]).fetchone()
    if known is None:
        db.table("sets").insert(
            {
                "body": opened.body, "device": opened.device, "seq": opened.seq, "entry": opened.entry,
                "compartment": opened.compartment, "epoch": opened.epoch, "apart": opened.apart,
            }
        )  # fmt: skip
        # A body may hold one record twice; it is one record.
        db.conn.executemany(
            "INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_cells(opened, place, record) for place, record in enumerate(opened.records)),
        )
        touch_new(db, [record.leaf for record in opened.records])
    elif (opened.seq, opened.entry) < known[:2]:
        # A body that two entries name stands where it was named first.
        db.execute(
            "UPDATE sets SET seq = ?, entry = ? WHERE body = ?", [opened.seq, opened.entry, opened.body]
        )
        _set_apart(db, opened.body, opened.apart)
    elif (opened.seq, opened.entry) == known[:2] and opened.apart != known[2]:
        _set_apart(db, opened.body, opened.apart)


def _cells(opened: OpenedSet, place: int, one: OpenedRecord) -> tuple[str | int | None, ...]:
    """In the order of the columns. Whether it counts is decided again where there are other copies of it."""
    record = one.record
    own = record.get("device") == opened.device
    return (
        one.leaf, opened.body, place, _text(record.get("id")), _text(record.get("type")) or "",
        _text(record.get("recorded_at")), utc(record.get("recorded_at")), encode(record).decode(),
        int(own), int(own and opened.apart is None),
    )  # fmt: skip


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _set_apart(db: Database, body: str, apart: str | None) -> None:
    db.execute("UPDATE sets SET apart = ? WHERE body = ?", [apart, body])
    _touch_set(db, body)


def _touch_set(db: Database, body: str) -> None:
    touch(db, [row[0] for row in db.execute("SELECT leaf FROM records WHERE body = ?", [body]).fetchall()])


def _advance(db: Database, positions: Mapping[str, tuple[int, str]]) -> None:
    for device, (next_seq, head) in sorted(positions.items()):
        known = db.execute("SELECT next_seq FROM positions WHERE device = ?", [device]).fetchone()
        if known is None or next_seq >= known[0]:
            db.table("positions").upsert({"device": device, "next_seq": next_seq, "head": head}, pk="device")
