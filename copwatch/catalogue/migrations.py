"""The history of the tables that hold what was absorbed. Each change is a new function below the last.

Only these tables have a history: all others (`tables.py`) are made from them, and are made again whenever their
shape differs. SQLite 3.15 has to understand the schema (docs/adr/0010-catalogue-cipher.md): no STRICT, no
generated columns, no window functions in views.
"""

from functools import cache

from copwatch.catalogue.database import translated
from copwatch.catalogue.sqlite import Database, Migrations
from copwatch.errors import NewerFormat

migrations = Migrations("copwatch")


@migrations(name="0001_facts")
def _facts(db: Database) -> None:
    """Sealed bodies, the records in them, how far each ledger was absorbed, and what was withdrawn."""
    db.table("sets").create(
        {
            "body": str,
            "device": str,
            "seq": int,
            "entry": str,
            "compartment": str,
            "epoch": int,
            "apart": str,
        },
        pk="body",
        not_null={"device", "seq", "entry", "compartment", "epoch"},
    )
    db.table("sets").create_index(["device", "seq"])
    # A record stands in two bodies where what survives a withdrawal was sealed again, or where it was replayed:
    # one of them counts. `own` says whether the record names the device in whose ledger it stands.
    db.table("records").create(
        {
            "leaf": str, "body": str, "place": int, "id": str, "type": str, "recorded_at": str,
            "recorded_utc": str, "json": str, "own": int, "counts": int,
        },
        pk=("leaf", "body"),
        not_null={"place", "type", "recorded_utc", "json", "own", "counts"},
    )  # fmt: skip
    for column in ("body", "id", "type"):
        db.table("records").create_index([column])
    db.table("positions").create(
        {"device": str, "next_seq": int, "head": str}, pk="device", not_null={"next_seq", "head"}
    )
    db.table("withdrawn").create({"object": str, "by": str}, pk="object")
    db.table("about").create({"name": str, "value": str}, pk="name", not_null={"value"})
    db.create_view(
        "counted",
        "SELECT r.leaf, r.id, r.type, s.device, s.seq, s.compartment, s.epoch, r.place, s.entry, r.body,"
        " r.recorded_at, r.recorded_utc, r.json"
        " FROM records AS r JOIN sets AS s ON s.body = r.body WHERE r.counts = 1",
    )


@migrations(name="0002_unread")
def _unread(db: Database) -> None:
    """Entries with a body that the keys open but that could not be read. All is absorbed once more to find them."""
    db.table("unread").create({"device": str, "seq": int}, pk=("device", "seq"))
    db.execute("DELETE FROM positions")


def bring_up_to_date(db: Database) -> None:
    """Apply the migrations that are missing.

    Raises:
        NewerFormat: the catalogue has changes that this program does not know.
    """
    with translated():
        applied = {migration.name for migration in migrations.applied(db)}
        if applied - _known():
            raise NewerFormat(
                "the catalogue was made by a newer copwatch",
                hint="update copwatch, or run `copwatch rebuild` with this one",
            )
        if applied != _known():
            migrations.apply(db)


@cache
def _known() -> frozenset[str]:
    empty = Database(memory=True, execute_plugins=False)
    try:
        return frozenset(migration.name for migration in migrations.pending(empty))
    finally:
        empty.close()
