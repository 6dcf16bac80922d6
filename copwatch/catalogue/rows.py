"""What one record says, as rows of the derived tables. Pure.

Records come from other people's devices. One that is not what its type and version allow makes no rows: it stays
in the table of records, and `problems` says why. Only the fields of a report are taken one by one, because another
group's table of fields may be longer. Nothing is mended, nothing is cleaned: cells hold exactly what was recorded.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from copwatch.catalogue.media_rows import media_rows
from copwatch.catalogue.tables import group_fields
from copwatch.catalogue.times import utc
from copwatch.catalogue.versions import REPORTS
from copwatch.errors import CopwatchError
from copwatch.model.fields import Field
from copwatch.model.kinds import KINDS
from copwatch.model.longtext import join_text
from copwatch.model.records import (
    ENVELOPE,
    RECORDS,
    Batch,
    Custody,
    Evidence,
    Fielded,
    Link,
    Moved,
    Rendition,
    Report,
    Review,
    Roster,
    Unlink,
    from_json,
)
from copwatch.model.schema import Schema
from copwatch.model.values import Group, Many, Reference, RowReference, Section, ValueType

Row: TypeAlias = tuple[str, dict[str, Any]]
"""The name of a table and the cells of a row."""


class Odd(ValueError):
    """The record cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A record that counts, and where it stands."""

    leaf: str
    id: str
    type: str
    device: str
    seq: int
    compartment: str
    epoch: int
    place: int
    recorded_at: str | None
    recorded_utc: str
    record: Mapping[str, Any]

    @property
    def origin(self) -> dict[str, Any]:
        """The cells that every table of records has."""
        return {"leaf": self.leaf, "device": self.device, "recorded_at": self.recorded_at,
                "recorded_utc": self.recorded_utc}  # fmt: skip


def rows(counted: Counted, schema: Schema) -> list[Row]:
    """All rows of the record; none for what is read whole when it is asked for, such as a roster.

    Raises:
        Odd: it cannot be read.
    """
    try:
        kind = RECORDS.get(counted.type)
        if kind is not None and issubclass(kind, Fielded):
            return list(_fielded(counted, kind, schema))
        record = from_json(counted.record)
    except CopwatchError as error:
        raise Odd(error.message) from error
    match record:
        case Evidence() | Rendition():
            return list(_file(counted, record))
        case Batch():
            return list(_batch(counted, record))
        case Link() | Unlink():
            return list(_link(counted, record))
        case Custody():
            return list(_custody(counted, record))
        case Roster() | Review() | Moved():
            return []
    raise Odd("a type that this copwatch does not know")


def roster_names(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(kind, id, name) of all that a readable roster names; the group's own name has the id ""."""
    roster = Roster.from_json(record)
    if roster.group is not None:
        yield "group", "", roster.group
    yield from (("member", member.id, member.name) for member in roster.members)
    yield from (("device", device.key, device.name) for device in roster.devices)
    yield from (("compartment", compartment.id, compartment.name) for compartment in roster.compartments)


def _file(counted: Counted, record: Evidence | Rendition) -> Iterator[Row]:
    if isinstance(record, Evidence):
        yield from _evidence(counted, record)
    else:
        yield from _rendition(counted, record)


def _evidence(counted: Counted, record: Evidence) -> Iterator[Row]:
    cells = {
        "id": record.id, "batch": record.batch, "name": record.name, "name_bytes": record.name_bytes,
        "folder": record.folder, "media_type": record.media_type, "size": record.size, "sha256": record.sha256,
        "file_time": record.file_time, "metadata": record.metadata, "essence": record.essence,
    }  # fmt: skip
    yield "evidence", {**counted.origin, **cells, "withdrawn": 0}
    yield from media_rows(counted.leaf, record)
    for place, piece in enumerate(record.pieces):
        yield "pieces", {"leaf": counted.leaf, "place": place, "object": piece.object, "size": piece.size}


def _rendition(counted: Counted, record: Rendition) -> Iterator[Row]:
    cells = {
        "id": record.id, "evidence": record.evidence, "evidence_leaf": record.evidence_leaf, "made": record.made,
        "tool": record.tool, "media_type": record.media_type, "size": record.size, "sha256": record.sha256,
        "essence": record.essence,
    }  # fmt: skip
    yield "renditions", {**counted.origin, **cells}


def _batch(counted: Counted, record: Batch) -> Iterator[Row]:
    cells = {"id": record.id, "by": record.by, "how": record.how, "note": _joined(record.note)}
    yield "batches", {**counted.origin, **cells}


def _link(counted: Counted, record: Link | Unlink) -> Iterator[Row]:
    cells = {
        "action": record.TYPE,
        "incident": record.incident,
        "batch": record.batch,
        "evidence": record.evidence,
    }
    stands = {
        "seq": counted.seq,
        "compartment": counted.compartment,
        "epoch": counted.epoch,
        "place": counted.place,
    }
    yield "link_events", {**counted.origin, **cells, **stands}


def _custody(counted: Counted, record: Custody) -> Iterator[Row]:
    cells = {
        "id": record.id, "event": record.event, "premis": record.premis, "at": record.at, "at_utc": utc(record.at),
        "scope": record.scope, "incident": record.incident, "by": record.by, "purpose": _joined(record.purpose),
        "outcome": record.outcome, "detail": None if record.detail is None else _json(dict(record.detail)),
        "seq": counted.seq,
    }  # fmt: skip
    yield "custody", {**counted.origin, **cells}
    for evidence in dict.fromkeys(record.evidence or ()):
        yield "custody_evidence", {"leaf": counted.leaf, "evidence": evidence}


def _fielded(counted: Counted, kind: type[Fielded], schema: Schema) -> Iterator[Row]:
    """A version of a report or of another entity: its own members, and its fields one by one."""
    not_fields = _not_fields(kind.TYPE)
    own = {name: value for name, value in counted.record.items() if name in not_fields}
    fields = {name: value for name, value in counted.record.items() if name not in not_fields}
    record = kind.from_json(own)
    cells, odd = _understood(schema, kind.TYPE, fields)
    base = {
        "id": record.id, "reason": _joined(record.reason), "head": 1, "seq": counted.seq, "not_understood": odd,
    }  # fmt: skip
    if isinstance(record, Report):
        about = {"incident": record.incident, "template": record.template}
        yield REPORTS.table, {**counted.origin, **base, **about, **cells}
    else:
        yield KINDS[kind.TYPE].plural, {**counted.origin, **base, "entity": record.about, **cells}
    for parent in dict.fromkeys(record.parents):
        yield "version_parents", {"leaf": counted.leaf, "parent": parent}
    for path, id in sorted(set(mentions(schema, kind.TYPE, fields))):
        yield "mentions", {"leaf": counted.leaf, "field": path, "id": id}
    for field, table in _group_fields(schema, kind.TYPE):
        value = fields.get(field.name)
        if isinstance(value, list) and isinstance(field.type, Group) and not field.type.check(value):
            yield from _group(counted, schema, field.type.entity, table, value)


@lru_cache(maxsize=64)
def _not_fields(kind: str) -> frozenset[str]:
    return ENVELOPE | RECORDS[kind].shape().keys()


@lru_cache(maxsize=64)
def _group_fields(schema: Schema, entity: str) -> tuple[tuple[Field, str], ...]:
    return tuple(group_fields(schema, entity))


def mentions(
    schema: Schema, entity: str, row: Mapping[str, Any], before: str = ""
) -> Iterator[tuple[str, str]]:
    """(field, id) of everything to which a row refers; the field of a group with a point: `rows.person`."""
    for name, kind in _referring(schema, entity):
        value, path = row.get(name), before + name
        if value is None:
            continue
        if isinstance(kind, Group):
            for inner in value if isinstance(value, list) else ():
                if isinstance(inner, dict):
                    yield from mentions(schema, kind.entity, inner, f"{path}.")
        else:
            ids = value if isinstance(value, list) else [value]
            yield from (
                (path, id.partition("/")[0]) for id in ids if isinstance(id, str) and not kind.check(id)
            )


@lru_cache(maxsize=64)
def _referring(schema: Schema, entity: str) -> tuple[tuple[str, ValueType], ...]:
    """The fields that refer to something, or hold rows that may, each with the type of one of its values."""
    kinds = ((f.name, f.type.item if isinstance(f.type, Many) else f.type) for f in schema.fields(entity))
    return tuple((name, kind) for name, kind in kinds if isinstance(kind, Reference | RowReference | Group))


def _group(counted: Counted, schema: Schema, entity: str, table: str, value: list[Any]) -> Iterator[Row]:
    for number, data in enumerate(value):
        cells, odd = _understood(schema, entity, data)
        yield table, {"leaf": counted.leaf, "row": number, **cells, "not_understood": odd}


def _understood(schema: Schema, entity: str, data: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Cells of the fields that this program knows and finds well-formed; the others as one JSON object."""
    good: dict[str, Any] = {}
    odd: dict[str, Any] = {}
    for name, value in data.items():
        field = schema.field(entity, name)
        # The rows of a group are looked at one by one, in their own table.
        alone = field is not None and not isinstance(field.type, Section)
        wrong = field.type.check(value) if field and alone else schema.check(entity, {name: value})
        (odd if wrong else good)[name] = value
    return schema.given_cells(entity, good), _json(odd) if odd else None


def _joined(pieces: Iterable[str] | None) -> str | None:
    return None if pieces is None else join_text(pieces)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
