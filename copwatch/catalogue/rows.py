"""What one record says, as rows of the derived tables. Pure.

Records come from other people's devices. One that is not of the shape that its type has makes no rows: it stays
in the table of records, and `problems` says why. Nothing is mended, nothing is cleaned: cells hold exactly what
was recorded.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from copwatch.catalogue.tables import group_fields
from copwatch.catalogue.times import utc
from copwatch.model.schema import Schema
from copwatch.model.values import Group
from copwatch.proof.hashing import is_hex

Row: TypeAlias = tuple[str, dict[str, Any]]
"""The name of a table and the cells of a row."""

KNOWN_SCHEMA: Final = 1
_EVERY_RECORD: Final = frozenset({"id", "type", "schema", "archive", "device", "recorded_at", "clock"})
REPORT_MEMBERS: Final = _EVERY_RECORD | {"incident", "template", "parents", "reason"}
"""The members of a report that are not fields of the table of fields."""

_LARGEST = 2**63 - 1


class Odd(ValueError):
    """The record is not of the shape of its type; the text says why and quotes nothing from it."""


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
    """All rows of the record.

    Raises:
        Odd: it cannot be read.
    """
    version = counted.record.get("schema")
    if version != KNOWN_SCHEMA:
        newer = isinstance(version, int) and version > KNOWN_SCHEMA
        raise Odd("written by a newer copwatch" if newer else "has no known schema")
    read = _READERS.get(counted.type)
    if read is None:
        raise Odd("a type that this copwatch does not know")
    if not is_hex(counted.id, 32):
        raise Odd("its id is not one")
    return list(read(counted, schema))


def _evidence(counted: Counted, _: Schema) -> Iterator[Row]:
    get = _Members(counted.record)
    cells = {
        "id": counted.id, "batch": get.id("batch"), "name": get.text("name"), "size": get.number("size"),
        "sha256": get.hash("sha256"), "media_type": get.text("media_type"), "metadata": get.text("metadata"),
        "name_bytes": get.maybe_text("name_bytes"), "folder": get.maybe_text("folder"),
        "file_time": get.maybe_text("file_time"),
    }  # fmt: skip
    yield "evidence", {**counted.origin, **cells, "withdrawn": 0}
    for place, piece in enumerate(get.objects("pieces")):
        part = _Members(piece)
        yield "pieces", {"leaf": counted.leaf, "place": place, "object": part.hash("object"),
                         "size": part.number("size")}  # fmt: skip


def _batch(counted: Counted, _: Schema) -> Iterator[Row]:
    get = _Members(counted.record)
    cells = {"by": get.maybe_text("by"), "how": get.maybe_text("how"), "note": get.long_text("note")}
    yield "batches", {**counted.origin, "id": counted.id, **cells}


def _link(counted: Counted, _: Schema) -> Iterator[Row]:
    get = _Members(counted.record)
    batch, evidence = get.maybe_id("batch"), get.maybe_id("evidence")
    if (batch is None) == (evidence is None):
        raise Odd("names a batch or an evidence, but not both")
    cells = {"action": counted.type, "incident": get.id("incident"), "batch": batch, "evidence": evidence}
    stands = {
        "seq": counted.seq,
        "compartment": counted.compartment,
        "epoch": counted.epoch,
        "place": counted.place,
    }
    yield "link_events", {**counted.origin, **cells, **stands}


def _report(counted: Counted, schema: Schema) -> Iterator[Row]:
    get = _Members(counted.record)
    cells, odd = _understood(schema, "report", get.others(REPORT_MEMBERS))
    base = {
        "id": counted.id, "incident": get.id("incident"), "template": get.maybe_text("template"),
        "reason": get.long_text("reason"), "head": 0, "seq": counted.seq,
    }  # fmt: skip
    yield "reports", {**counted.origin, **base, **cells, "not_understood": odd}
    for parent in dict.fromkeys(get.hashes("parents")):
        yield "report_parents", {"leaf": counted.leaf, "parent": parent}
    for field, table in group_fields(schema):
        value = counted.record.get(field.name)
        for number, data in enumerate(value if isinstance(value, list) else []):
            entity = field.type.entity  # type: ignore[attr-defined]
            cells, odd = _understood(schema, entity, data if isinstance(data, dict) else {"": data})
            yield table, {"leaf": counted.leaf, "row": number, **cells, "not_understood": odd}


def _understood(schema: Schema, entity: str, data: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Cells of the fields that this program knows and finds well-formed; the others as one JSON object."""
    good: dict[str, Any] = {}
    odd: dict[str, Any] = {}
    for name, value in data.items():
        field = schema.field(entity, name)
        # The rows of a group are looked at one by one, in their own table.
        check = field.type.check if field is not None and isinstance(field.type, Group) else None
        well = not (check(value) if check else schema.check(entity, {name: value}))
        (good if well else odd)[name] = value
    return schema.cells(entity, good), _json(odd) if odd else None


def _custody(counted: Counted, _: Schema) -> Iterator[Row]:
    get = _Members(counted.record)
    at = get.text("at")
    detail = counted.record.get("detail")
    cells = {
        "id": counted.id, "event": get.text("event"), "premis": get.maybe_text("premis"), "at": at, "at_utc": utc(at),
        "scope": get.text("scope"), "incident": get.maybe_id("incident"), "by": get.maybe_text("by"),
        "purpose": get.long_text("purpose"), "outcome": get.text("outcome"),
        "detail": None if detail is None else _json(detail), "seq": counted.seq,
    }  # fmt: skip
    yield "custody", {**counted.origin, **cells}
    for evidence in dict.fromkeys(get.ids("evidence")):
        yield "custody_evidence", {"leaf": counted.leaf, "evidence": evidence}


def _roster(counted: Counted, _: Schema) -> Iterator[Row]:
    """A roster is read whole when names are looked up; here it only has to be readable."""
    list(roster_names(counted.record))
    yield from ()


def roster_names(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(kind, id, name) of all that a roster names; the group's own name has the id ""."""
    get = _Members(record)
    group = get.maybe_text("group")
    if group is not None:
        yield "group", "", group
    for member in get.objects("members"):
        yield "member", _Members(member).id("id"), _Members(member).text("name")
    for device in get.objects("devices"):
        yield "device", _Members(device).hash("key"), _Members(device).text("name")
    for compartment in get.objects("compartments"):
        yield "compartment", _Members(compartment).id("id"), _Members(compartment).text("name")


_READERS: dict[str, Callable[[Counted, Schema], Iterator[Row]]] = {
    "evidence": _evidence,
    "batch": _batch,
    "link": _link,
    "unlink": _link,
    "report": _report,
    "custody": _custody,
    "roster": _roster,
}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


class _Members:
    """Typed reading of the members of a record."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = record

    def text(self, name: str) -> str:
        value = self._record.get(name)
        if not isinstance(value, str):
            raise Odd(f"has no {name}")
        return value

    def maybe_text(self, name: str) -> str | None:
        return self.text(name) if name in self._record else None

    def long_text(self, name: str) -> str | None:
        """The joined passages of free text."""
        return "".join(self._list(name, str)) if name in self._record else None

    def number(self, name: str) -> int:
        value = self._record.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
            raise Odd(f"has no {name}")
        return value

    def id(self, name: str) -> str:
        return self._hex(self._record.get(name), 32, name)

    def maybe_id(self, name: str) -> str | None:
        return self.id(name) if name in self._record else None

    def hash(self, name: str) -> str:
        return self._hex(self._record.get(name), 64, name)

    def ids(self, name: str) -> list[str]:
        return [self._hex(value, 32, name) for value in self._list(name, str)]

    def hashes(self, name: str) -> list[str]:
        return [self._hex(value, 64, name) for value in self._list(name, str)]

    def objects(self, name: str) -> list[dict[str, Any]]:
        return self._list(name, dict)

    def others(self, names: frozenset[str]) -> dict[str, Any]:
        """The members that are not among `names`."""
        return {name: value for name, value in self._record.items() if name not in names}

    def _list(self, name: str, kind: type) -> list[Any]:
        value = self._record.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
            raise Odd(f"its {name} is not a list of the right kind")
        return value

    @staticmethod
    def _hex(value: object, digits: int, name: str) -> str:
        if not is_hex(value, digits):
            raise Odd(f"its {name} is not of the right form")
        return str(value)
