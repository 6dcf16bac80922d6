"""The tables that are made from the absorbed records, in the shape that the table of fields gives.

They have no history: the digest of their shape stands in the catalogue, and where it differs all of them are
dropped and filled again from the records (`derive.py`). A new field is a new column by that way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from copwatch.catalogue.media_rows import MEDIA, PLACES, TIMES
from copwatch.catalogue.sqlite import Database
from copwatch.model.fields import Field
from copwatch.model.kinds import KINDS
from copwatch.model.schema import Schema
from copwatch.model.values import Group
from copwatch.proof.canonical import encode
from copwatch.proof.hashing import sha256_hex

DERIVATION: Final = 5
"""Raised by hand whenever the rows change that are made from the same records and fields."""

TOKENS: Final = "unicode61 remove_diacritics 2"
_WORDS_AT_ONCE: Final = 32 << 20
"""Bytes of the index that SQLite gathers in memory (https://sqlite.org/fts5.html#the_hashsize_configuration_option)."""

_T, _I = "TEXT", "INTEGER"
_WHERE_FROM = {"device": _T, "recorded_at": _T, "recorded_utc": _T}


@dataclass(frozen=True, slots=True)
class Table:
    """A derived table. Those with a `leaf` column hold rows of one record each; an index names one or more columns."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    indexes: tuple[str, ...] = ()

    @property
    def of_records(self) -> bool:
        """Whether the rows of a record are found by its leaf."""
        return self.key[0] == "leaf"


_FIXED = (
    Table(
        "evidence",
        {"leaf": _T, "id": _T, "batch": _T, "name": _T, "name_bytes": _T, "folder": _T, "media_type": _T, "size": _I,
         "sha256": _T, "file_time": _T, "metadata": _T, "essence": _T, **_WHERE_FROM, "withdrawn": _I},
        ("leaf",),
        ("id", "batch", "sha256", "essence"),
    ),
    Table("evidence_times", TIMES, ("leaf", "row"), ("evidence", "utc", "at")),
    Table("evidence_places", PLACES, ("leaf", "row"), ("evidence", "latitude")),
    Table("evidence_media", MEDIA, ("leaf",), ("evidence", "pair", "model")),
    Table("pieces", {"leaf": _T, "place": _I, "object": _T, "size": _I}, ("leaf", "place"), ("object",)),
    Table(
        "renditions",
        {"leaf": _T, "id": _T, "evidence": _T, "evidence_leaf": _T, "made": _T, "tool": _T, "media_type": _T,
         "size": _I, "sha256": _T, "essence": _T, **_WHERE_FROM},
        ("leaf",),
        ("id", "evidence_leaf", "sha256", "essence"),
    ),
    Table("batches", {"leaf": _T, "id": _T, "by": _T, "how": _T, "note": _T, **_WHERE_FROM}, ("leaf",), ("id",)),
    Table(
        "link_events",
        {"leaf": _T, "action": _T, "incident": _T, "batch": _T, "evidence": _T, "seq": _I, "compartment": _T,
         "epoch": _I, "place": _I, **_WHERE_FROM},
        ("leaf",),
        ("incident", "batch", "evidence"),
    ),
    Table("evidence_incidents", {"evidence": _T, "incident": _T, "leaf": _T}, ("evidence", "incident"), ("incident",)),
    Table("version_parents", {"leaf": _T, "parent": _T}, ("leaf", "parent")),
    Table(
        "incidents",
        {"id": _T, "leaf": _T, "versions": _I, "heads": _I, "conflict": _I, "changed_at": _T, "changed_utc": _T},
        ("id",),
        ("changed_utc id",),
    ),
    Table(
        "entities",
        {"kind": _T, "id": _T, "leaf": _T, "versions": _I, "heads": _I, "conflict": _I, "changed_at": _T,
         "changed_utc": _T},
        ("kind", "id"),
    ),
    Table("mentions", {"leaf": _T, "field": _T, "id": _T}, ("leaf", "field", "id"), ("id",)),
    Table(
        "custody",
        {"leaf": _T, "id": _T, "event": _T, "premis": _T, "at": _T, "at_utc": _T, "scope": _T, "incident": _T,
         "by": _T, "purpose": _T, "outcome": _T, "detail": _T, "seq": _I, **_WHERE_FROM},
        ("leaf",),
        ("incident",),
    ),
    Table("custody_evidence", {"leaf": _T, "evidence": _T}, ("leaf", "evidence"), ("evidence",)),
    Table("roster_names", {"kind": _T, "id": _T, "name": _T, "leaf": _T}, ("kind", "id")),
    Table("problems", {"leaf": _T, "type": _T, "reason": _T}, ("leaf",)),
)  # fmt: skip

_LOOKED_FOR: Final = ("recorded_utc leaf", "occurred_start head incident location_text", "lat")
"""Of reports: lists and searches begin there, and rows are too wide to look through all of them; the place stands there
for the list that is sorted by it."""

_VERSION = {
    "leaf": _T, "id": _T, "reason": _T, "head": _I, "seq": _I, **_WHERE_FROM, "not_understood": _T,
}  # fmt: skip
_REPORT = {**_VERSION, "incident": _T, "template": _T}
_ENTITY = {**_VERSION, "entity": _T}


def group_fields(schema: Schema, entity: str = "report") -> Iterator[tuple[Field, str]]:
    """The fields of an entity that hold rows of another, each with the table of those rows."""
    for field in schema.fields(entity):
        if isinstance(field.type, Group):
            yield field, f"{entity}_{field.name}"


def tables(schema: Schema) -> tuple[Table, ...]:
    """Every derived table, those of the table of fields last.

    Raises:
        ValueError: a field is called like something that every version has.
    """
    kinds = [kind for kind in KINDS.values() if kind.name in schema.entities]
    entities = [_versions(kind.plural, kind.name, _ENTITY, "entity", schema) for kind in kinds]
    named = ["report", *(kind.name for kind in kinds)]
    groups = [table for name in named for table in _groups(name, schema)]
    reports = _versions("reports", "report", _REPORT, "incident", schema)
    reports = replace(reports, indexes=(*reports.indexes, *_LOOKED_FOR))
    return (*_FIXED, reports, *entities, *groups)


def digest(schema: Schema) -> str:
    """What changes when the derived tables have to be made again."""
    shape = [
        [t.name, [list(c) for c in t.columns.items()], list(t.key), list(t.indexes)] for t in tables(schema)
    ]
    types = [[f.entity, f.name, f.type.name] for f in schema.all_fields()]
    return sha256_hex(encode([DERIVATION, TOKENS, shape, types]))


def make(db: Database, schema: Schema) -> None:
    """Drop whatever derived tables there are, and make those of `schema`, empty."""
    _drop(db)
    for table in tables(schema):
        db.table(table.name).create(table.columns, pk=table.key if len(table.key) > 1 else table.key[0])
        for column in table.indexes:
            db.table(table.name).create_index(column.split())
    # Rows are found again by `number`; VACUUM may renumber rows that have no such column.
    columns = {"number": _I, "leaf": _T, "kind": _T, "id": _T, "field": _T, "text": _T}
    db.table("search_texts").create(columns, pk="number")
    db.table("search_texts").create_index(["leaf"])
    # No triggers: one change is brought into the index at once, by `text_index`.
    db.table("search_texts").enable_fts(["text"], tokenize=TOKENS)
    # One segment of what one change brings, where SQLite makes one for each MiB of words and joins them again.
    db.execute(
        "INSERT INTO search_texts_fts (search_texts_fts, rank) VALUES ('hashsize', ?)", [_WORDS_AT_ONCE]
    )
    db.create_view("current_reports", "SELECT r.* FROM incidents AS i JOIN reports AS r ON r.leaf = i.leaf")


def _versions(name: str, entity: str, base: dict[str, str], of: str, schema: Schema) -> Table:
    fields = schema.columns(entity)
    taken = fields.keys() & base.keys()
    if taken:
        raise ValueError(f"a field of {entity} cannot be called {', '.join(sorted(taken))}")
    return Table(name, {**base, **fields}, ("leaf",), ("id", of))


def _groups(entity: str, schema: Schema) -> Iterator[Table]:
    for field, name in group_fields(schema, entity):
        if isinstance(field.type, Group):
            columns = {"leaf": _T, "row": _I, **schema.columns(field.type.entity), "not_understood": _T}
            yield Table(name, columns, ("leaf", "row"))


_KEPT = {"sets", "records", "positions", "unread", "withdrawn", "about", "_sqlite_migrations"}


def _drop(db: Database) -> None:
    if "current_reports" in db.view_names():
        db.view("current_reports").drop()
    if "search_texts" in db.table_names():
        db.table("search_texts").disable_fts()
    for name in set(db.table_names()) - _KEPT:
        if not name.startswith("sqlite_"):
            db.table(name).drop()
