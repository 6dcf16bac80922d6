"""The fields of a record one by one, each with what an export has to know of it: class, type, and about whom it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from copwatch.model.members import Member
from copwatch.model.records import ENVELOPE, RECORDS, Fielded, Stamp
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Group, Json, Label, Many, Reference, RowReference, Section, ValueType

_PERSON = Reference(("person",))


@dataclass(frozen=True, slots=True)
class Spot:
    """One field: the smallest thing that a treatment treats. It may hold several values, such as passages.

    Attributes:
        path: RFC 6901, of the field; its values stand at it or below.
        name: entity and field of the table, or record type and member: `involvement.role`, `evidence.camera.make`.
        class_: None where nothing is known of it.
        type: None where the record itself is not known.
        row: the row in which it stands.
        subjects: about whom it is: ids of persons, or labelled rows as `<id of incident>/P1`. None when it says nothing
            of that.
    """

    path: str
    name: str
    class_: Class | None
    type: ValueType | None
    value: Json
    row: Mapping[str, Json]
    subjects: frozenset[str]


def spots(record: Mapping[str, Json]) -> Iterator[Spot]:
    """Every field of a record. Together their paths cover every value of it, and none lies below another."""
    kind = RECORDS.get(str(record.get("type")))
    about = _about(record)
    for name, value in record.items():
        path, named = f"/{name}", f"{record.get('type')}.{name}"
        if name in ENVELOPE:
            stamp = Stamp.shape().get(name)
            class_ = stamp.class_ if stamp else Class.PUB
            yield Spot(
                path, f"record.{name}", class_, stamp.kind if stamp else None, value, record, frozenset()
            )
        elif kind is None:
            yield Spot(path, named, None, None, value, record, frozenset())
        elif name == "entity" and kind.TYPE == "person":
            # Everywhere else the id of a person is an identifier of theirs; so it is here.
            yield Spot(path, named, Class.PID, _PERSON, value, record, about)
        elif name in kind.shape():
            yield from _member(kind.shape()[name], named, path, value, record, about)
        elif issubclass(kind, Fielded):
            yield from _field(kind.TYPE, name, path, value, record, about, _incident(record))
        else:
            yield Spot(path, named, None, None, value, record, about)


def _about(record: Mapping[str, Json]) -> frozenset[str]:
    """About whom the whole record is. A report is about whoever its rows say."""
    if record.get("type") == "report":
        return frozenset()
    found = _subjects(str(record.get("type")), record, _incident(record))
    own = {str(record.get("entity"))} if record.get("type") == "person" else set()
    return found | own


def _incident(record: Mapping[str, Json]) -> str:
    return str(record.get("incident", ""))


def _subjects(entity: str, row: Mapping[str, Json], incident: str) -> frozenset[str]:
    found: set[str] = set()
    for name, value in row.items():
        field = SCHEMA.field(entity, name) if entity in SCHEMA.entities else None
        if field is not None and field.class_ is not Class.PRV:
            found |= _named(field.type, value, incident)
    return frozenset(found)


def _named(type: ValueType, value: Json, incident: str) -> set[str]:
    if isinstance(type, Many) and isinstance(value, list):
        return {each for part in value for each in _named(type.item, part, incident)}
    if not isinstance(value, str):
        return set()
    if isinstance(type, Label):
        return {f"{incident}/{value}"} if value.startswith("P") else set()
    if isinstance(type, RowReference):
        return {value} if value.partition("/")[2][:1] in ("P", "A") else set()
    return {value} if type == _PERSON else set()


def _member(
    member: Member, name: str, path: str, value: Json, row: Mapping[str, Json], about: frozenset[str]
) -> Iterator[Spot]:
    if member.rows is None:
        yield Spot(path, name, member.class_, member.kind, value, row, about)
        return
    rows = enumerate(value) if member.many and isinstance(value, list) else [("", value)]
    for number, inner in rows:
        at = f"{path}/{number}" if member.many else path
        if not isinstance(inner, dict) or not inner:
            yield Spot(at if inner or member.many else path, name, None, None, inner, row, about)
            continue
        for each, held in inner.items():
            known = member.rows.shape().get(each)
            if known is None:
                yield Spot(f"{at}/{each}", f"{name}.{each}", None, None, held, inner, about)
            else:
                yield from _member(known, f"{name}.{each}", f"{at}/{each}", held, inner, about)
    if member.many and value == []:
        yield Spot(path, name, member.class_, None, value, row, about)


def _field(
    entity: str,
    name: str,
    path: str,
    value: Json,
    row: Mapping[str, Json],
    about: frozenset[str],
    incident: str,
) -> Iterator[Spot]:
    field = SCHEMA.field(entity, name)
    if field is None or (isinstance(field.type, Group) and not _fits(field.type, value)):
        yield Spot(path, f"{entity}.{name}", None, None, value, row, about)
    elif isinstance(field.type, Group) and isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _row(field.type.entity, f"{path}/{number}", inner, about, incident)
    elif isinstance(field.type, Section):
        yield Spot(path, f"{entity}.{name}", Class.ORG, field.type, value, row, about)
    else:
        relaxed = field.relaxed
        fits = relaxed is not None and row.get(relaxed.field) == relaxed.value
        class_ = relaxed.class_ if relaxed is not None and fits else field.class_
        yield Spot(path, f"{entity}.{name}", class_, field.type, value, row, about)


def _row(entity: str, at: str, row: Json, about: frozenset[str], incident: str) -> Iterator[Spot]:
    if isinstance(row, dict):  # `_fits` has made sure of it
        whose = _subjects(entity, row, incident) or about
        for name, value in row.items():
            yield from _field(entity, name, f"{at}/{name}", value, row, whose, incident)


def _fits(type: Group, value: Json) -> bool:
    return not type.check(value)
