"""The fields of a record one by one, each with what an export has to know of it: class, type, and about whom it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from copwatch.model.members import Member
from copwatch.model.records import ENVELOPE, RECORDS, Fielded, Stamp
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Group, Json, Label, Many, Reference, RowReference, Section, ValueType

_PERSON = Reference(("person",))
_OF_ONE_PERSON = {"person": _PERSON, "identity": Reference(("identity",))}


@dataclass(frozen=True, slots=True)
class Spot:
    """One field: the smallest thing that a treatment treats. It may hold several values, such as passages.

    Attributes:
        path: RFC 6901, of the field; its values stand at it or below.
        name: entity and field of the table, or record type and member: `involvement.role`, `evidence.camera.make`.
        class_: None where nothing is known of it.
        type: None where the record itself is not known.
        row: the row in which it stands.
        subjects: about whom it is: ids of persons, or labelled rows as `<id of incident>/P1`; empty when nothing says.
        officer: which officer it describes: an id, or `<id of incident>/O1`.
        incident: the id of that whose report it stands in; empty elsewhere.
    """

    path: str
    name: str
    class_: Class | None
    type: ValueType | None
    value: Json
    row: Mapping[str, Json]
    subjects: frozenset[str] = frozenset()
    officer: str | None = None
    incident: str = ""

    @property
    def strictest_class(self) -> Class | None:
        """The class that the field has where nothing else in its row relaxes it: the same for a child and an adult."""
        entity, _, name = self.name.partition(".")
        field = SCHEMA.field(entity, name) if entity in SCHEMA.entities else None
        return self.class_ if field is None or field.relaxed is None else field.class_


@dataclass(frozen=True, slots=True)
class _Whose:
    """About whom a row is, as far as it or the rows around it say."""

    incident: str
    subjects: frozenset[str] = frozenset()
    officer: str | None = None

    def of_row(self, entity: str, row: Mapping[str, Json]) -> "_Whose":
        subjects = frozenset(self._subjects(entity, row)) or self.subjects
        label = row.get("label")
        officer = f"{self.incident}/{label}" if entity == "officer" and label else self.officer
        return replace(self, subjects=subjects, officer=officer)

    def _subjects(self, entity: str, row: Mapping[str, Json]) -> Iterator[str]:
        for name, value in row.items():
            field = SCHEMA.field(entity, name)
            if field is not None and field.class_ is not Class.PRV:
                yield from self._named(field.type, value)

    def _named(self, type: ValueType, value: Json) -> Iterator[str]:
        if isinstance(type, Many) and isinstance(value, list):
            for part in value:
                yield from self._named(type.item, part)
        elif isinstance(value, str):
            is_person = isinstance(type, Label) and value.startswith("P")
            if is_person:
                yield f"{self.incident}/{value}"
            elif type == _PERSON or (
                isinstance(type, RowReference) and value.partition("/")[2][:1] in ("P", "A")
            ):
                yield value


def spots(record: Mapping[str, Json]) -> Iterator[Spot]:
    """Every field of a record. Together their paths cover every value of it, and none lies below another."""
    whose = _whole(record)
    kind = RECORDS.get(str(record.get("type")))
    for name, value in record.items():
        path, named = f"/{name}", f"{record.get('type')}.{name}"
        if name in ENVELOPE:
            stamp = Stamp.shape().get(name)
            class_ = stamp.class_ if stamp else Class.PUB
            yield Spot(path, f"record.{name}", class_, stamp.kind if stamp else None, value, record)
        elif kind is None:
            yield _unknown(path, named, value, record, whose)
        elif name == "entity" and kind.TYPE in _OF_ONE_PERSON:
            # Everywhere else the id of a person is an identifier of theirs; so it is here.
            yield _spot(path, named, Class.PID, _OF_ONE_PERSON[kind.TYPE], value, record, whose)
        elif name in kind.shape():
            yield from _member(kind.shape()[name], named, path, value, record, whose)
        elif issubclass(kind, Fielded):
            yield from _field(kind.TYPE, name, path, value, record, whose)
        else:
            yield _unknown(path, named, value, record, whose)


@cache
def field_names() -> frozenset[str]:
    """Every name that a spot can have, and by which a profile can say what happens to one field."""
    fields = (f"{entity}.{field.name}" for entity in SCHEMA.entities for field in SCHEMA.fields(entity))
    members = (name for kind, record in RECORDS.items() for name in _member_names(kind, record.shape()))
    return frozenset((*fields, *members, *(f"record.{name}" for name in ENVELOPE)))


def _member_names(above: str, shape: Mapping[str, Member]) -> Iterator[str]:
    for name, member in shape.items():
        yield f"{above}.{name}"
        if member.rows is not None:
            yield from _member_names(f"{above}.{name}", member.rows.shape())


def about(record: Mapping[str, Json]) -> frozenset[str]:
    """About whom a whole record is; empty for a report, and for what is about nobody."""
    return _whole(record).subjects


def _whole(record: Mapping[str, Json]) -> _Whose:
    """About whom a whole record is. A report is about whoever its rows say."""
    type, entity = str(record.get("type")), str(record.get("entity", ""))
    whose = _Whose(str(record.get("incident", "")))
    if type == "report" or type not in SCHEMA.entities:
        return whose
    found = whose.of_row(type, record)
    if type == "person":
        return replace(found, subjects=found.subjects | {entity})
    if type in ("officer_identity", "match"):
        return replace(
            found, officer=entity if type == "officer_identity" else str(record.get("officer", ""))
        )
    return found


def _spot(
    path: str, name: str, class_: Class | None, type: ValueType | None, value: Json, row: Mapping[str, Json],
    whose: _Whose,
) -> Spot:  # fmt: skip
    return Spot(path, name, class_, type, value, row, whose.subjects, whose.officer, whose.incident)


def _unknown(path: str, name: str, value: Json, row: Mapping[str, Json], whose: _Whose) -> Spot:
    return _spot(path, name, None, None, value, row, whose)


def _member(
    member: Member, name: str, path: str, value: Json, row: Mapping[str, Json], whose: _Whose
) -> Iterator[Spot]:
    if member.rows is None:
        yield _spot(path, name, member.class_, member.kind, value, row, whose)
        return
    numbered = isinstance(value, list) and bool(value) and member.many
    inner = [(f"{path}/{n}", part) for n, part in enumerate(value)] if numbered else [(path, value)]  # type: ignore[arg-type]
    for at, part in inner:
        if not isinstance(part, dict) or not part:
            yield _unknown(at, name, part, row, whose)
            continue
        for each, held in part.items():
            known = member.rows.shape().get(each)
            if known is None:
                yield _unknown(f"{at}/{each}", f"{name}.{each}", held, part, whose)
            else:
                yield from _member(known, f"{name}.{each}", f"{at}/{each}", held, part, whose)


def _field(
    entity: str, name: str, path: str, value: Json, row: Mapping[str, Json], whose: _Whose
) -> Iterator[Spot]:
    field = SCHEMA.field(entity, name)
    if field is None:
        yield _unknown(path, f"{entity}.{name}", value, row, whose)
        return
    class_ = field.class_
    if isinstance(field.type, Group) and not field.type.is_not_known(value):
        if isinstance(value, list) and not field.type.check(value):
            for number, inner in enumerate(value):
                yield from _row(field.type.entity, f"{path}/{number}", inner, whose)
        else:
            yield _unknown(path, f"{entity}.{name}", value, row, whose)
        return
    if isinstance(field.type, Section):
        class_ = Class.ORG  # a group's own fields stay with it, whatever class they bear
    elif field.relaxed is not None and row.get(field.relaxed.field) == field.relaxed.value:
        class_ = field.relaxed.class_
    yield _spot(path, f"{entity}.{name}", class_, field.type, value, row, whose)


def _row(entity: str, at: str, row: Json, whose: _Whose) -> Iterator[Spot]:
    if isinstance(row, dict):  # the type of the group has made sure of it
        inner = whose.of_row(entity, row)
        for name, value in row.items():
            yield from _field(entity, name, f"{at}/{name}", value, row, inner)
