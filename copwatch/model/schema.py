"""The schema: fields looked up, values read and checked, SQL columns and redaction classes derived."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import cast

from copwatch.model.entities import ENTITIES, ROWS
from copwatch.model.fields import Field, Problem
from copwatch.model.redaction import Class
from copwatch.model.values import NOTHING, Coded, Context, Group, Json, Nested, Section, Term, Terms, Wrong
from copwatch.model.values.base import NOT_KNOWN_MEMBER, Cell, quote
from copwatch.model.values.number import LARGEST
from copwatch.model.values.text import is_writable

NOT_KNOWN_COLUMN = "not_known"
"""The SQL column that says, as a JSON object, which fields of a row are unknown and how."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DEEPEST = 20
_MOST = 500


class Schema:
    """A table of fields, looked up by entity. Immutable; `with_fields` gives a longer one."""

    def __init__(self, rows: Iterable[Field], entities: Iterable[str] = ENTITIES) -> None:
        self._rows = tuple(rows)
        self._fields: dict[str, dict[str, Field]] = {entity: {} for entity in entities}
        self._columns: dict[str, dict[str, str]] = {}
        for row in self._rows:
            for field in (row, *row.companions()):
                self._add(field)
        nested = [(f, f.type.entity) for f in self.all_fields() if isinstance(f.type, Nested)]
        for field, entity in nested:
            if entity not in self._fields:
                raise ValueError(f"{field.name} holds rows of an entity that is not there: {entity}")

    def _add(self, field: Field) -> None:
        fields = self._fields.get(field.entity)
        if fields is None or field.name in fields or field.name == NOT_KNOWN_COLUMN:
            raise ValueError(f"{field.entity}.{field.name} is there twice, or belongs to no entity")
        fields[field.name] = field

    @property
    def entities(self) -> tuple[str, ...]:
        """The names of all entities."""
        return tuple(self._fields)

    def all_fields(self) -> tuple[Field, ...]:
        """Every field, with the companions of each."""
        return tuple(field for fields in self._fields.values() for field in fields.values())

    def fields(self, entity: str) -> tuple[Field, ...]:
        """The fields of an entity, in the order in which people meet them."""
        return tuple(self._fields[entity].values())

    def field(self, entity: str, name: str) -> Field | None:
        """The field of that name, if there is one."""
        return self._fields[entity].get(name)

    def below(self, entity: str) -> tuple[str, ...]:
        """The entities whose rows stand in that entity, at whatever depth."""
        found: dict[str, None] = {}
        left = [entity]
        while left:
            inner = [f.type.entity for f in self.fields(left.pop()) if isinstance(f.type, Nested)]
            left += [each for each in inner if each not in found]
            found |= dict.fromkeys(inner)
        return tuple(found)

    def with_terms(self, more: Mapping[str, Iterable[str]]) -> "Schema":
        """The same schema with more terms in some vocabularies, by name."""
        return Schema((_with_terms(row, more) for row in self._rows), self.entities)

    def with_fields(self, *rows: Field) -> "Schema":
        """The same schema with more rows; entities that they name are added."""
        entities = dict.fromkeys((*self.entities, *(row.entity for row in rows)))
        return Schema((*self._rows, *rows), entities)

    def read(
        self, entity: str, data: Mapping[str, object], context: Context = NOTHING
    ) -> tuple[dict[str, Json], list[Problem]]:
        """Read a form: the fields that could be read, and every problem of the others.

        What is empty ("" or an empty list or table) is taken as not asked and left out.
        """
        if len(data) > _MOST:
            return {}, [Problem("form", f"more than {_MOST} names in one table")]
        fields: dict[str, Json] = {}
        problems: list[Problem] = []
        for name, given in data.items():
            if given in ([], {}) or (isinstance(given, str) and not given.strip()):
                continue
            field = self.field(entity, name)
            if field is None:
                problems.append(Problem(name[:64], self._no_such(entity, name)))
                continue
            value, wrong = self.read_field(field, given, context)
            problems += wrong
            if value is not None:
                fields[name] = value
        return fields, problems

    def _read_section(
        self, type: Section, name: str, given: Mapping[str, object], context: Context
    ) -> tuple[Json | None, list[Problem]]:
        """Members that no row names are kept, unless one is so near that a typing error is likely."""
        own = {
            n: v
            for n, v in given.items()
            if not self.field(type.entity, n) and not self._near(type.entity, n)
        }
        fields, problems = self.read(type.entity, {n: v for n, v in given.items() if n not in own}, context)
        problems += [Problem(n, "not JSON of a record") for n in own if not _plain({n: own[n]})]
        kept = {**fields, **cast(dict[str, Json], own)}
        return kept or None, [problem.below(name) for problem in problems]

    def read_field(
        self, field: Field, given: object, context: Context = NOTHING
    ) -> tuple[Json | None, list[Problem]]:
        """Read one value of a form; rows of another entity are read field by field."""
        try:
            if isinstance(field.type, Nested) and isinstance(given, list | dict):
                return self._read_nested(field.type, field.name, given, context)
            return field.type.read(given, context), []
        except Wrong as wrong:
            terms = field.type.terms if isinstance(field.type, Coded) else ()
            return None, [Problem(field.name, str(wrong), terms=terms)]

    def _read_nested(
        self, type: Nested, name: str, given: object, context: Context
    ) -> tuple[Json | None, list[Problem]]:
        value = type.read(given, context)
        if type.is_not_known(value):
            return value, []
        if isinstance(type, Section):
            return self._read_section(type, name, cast(dict[str, object], value), context)
        rows: list[Json] = []
        problems: list[Problem] = []
        for place, row in _rows(name, value):
            if not isinstance(row, dict):
                raise Wrong(f"write {type.hint()}")
            read, wrong = self.read(type.entity, row, context)
            rows += [cast(Json, read)] if read else []
            problems += [problem.below(place) for problem in wrong]
        return rows or None, problems

    def check(self, entity: str, data: Mapping[str, object]) -> list[Problem]:
        """Everything in a stored row that the schema does not allow; nothing is read, mended or guessed."""
        problems = []
        for name, value in data.items():
            field = self.field(entity, name)
            if field is None:
                problems.append(Problem(name, "no such field"))
                continue
            reasons = field.type.check(value)
            problems += [Problem(name, reason) for reason in reasons]
            if not reasons and isinstance(field.type, Nested) and not field.type.is_not_known(value):
                problems += self._check_nested(field.type, name, value)
        return problems

    def _check_nested(self, type: Nested, name: str, value: object) -> list[Problem]:
        problems = []
        for place, row in _rows(name, value):
            known = {
                n: v for n, v in row.items() if self.field(type.entity, n) or not isinstance(type, Section)
            }
            problems += [
                Problem(f"{place}.{p.path}", p.reason) for p in self.check(type.entity, known)
            ]  # fmt: skip
            own = {n: v for n, v in row.items() if n not in known}
            problems += [
                Problem(f"{place}.{quote(n)}", "not JSON of a record") for n in own if not _plain({n: own[n]})
            ]
        return problems

    def class_at(self, entity: str, data: Mapping[str, object], path: Iterable[str]) -> Class | None:
        """The redaction class of the value at a path of a row (`["officers", "0", "badge_as_seen"]`).

        None when the table knows nothing of that path: it must be withheld. Unknown fields of a section have the
        class of the section, which is free text that a person reviews.
        """
        parts = list(path)
        field = self.field(entity, parts[0]) if parts else None
        if field is None:
            return None
        value, rest = data.get(parts[0]), parts[1:]
        if isinstance(field.type, Group) and isinstance(value, list) and len(rest) > 1:
            row = value[int(rest[0])] if rest[0].isdigit() and int(rest[0]) < len(value) else None
            return self.class_at(field.type.entity, row, rest[1:]) if isinstance(row, dict) else None
        if isinstance(field.type, Section) and isinstance(value, dict) and rest:
            return self.class_at(field.type.entity, value, rest) or field.class_
        relaxed = field.relaxed
        return relaxed.class_ if relaxed and data.get(relaxed.field) == relaxed.value else field.class_

    def columns(self, entity: str) -> dict[str, str]:
        """The SQL columns of an entity with their types; rows of other entities have tables of their own."""
        if entity not in self._columns:
            fields = [field.type.columns(field.name) for field in self.fields(entity)]
            fields += [self._own_columns(field) for field in self.fields(entity)]
            named = {name: sql for columns in fields for name, sql in columns.items()}
            self._columns[entity] = {**named, NOT_KNOWN_COLUMN: "TEXT"}
        return {**self._columns[entity]}

    def cells(self, entity: str, data: Mapping[str, Json]) -> dict[str, Cell]:
        """A checked row as cells of `columns(entity)`: absent is NULL, and so is what is not known, save terms."""
        return {**dict.fromkeys(self.columns(entity)), **self.given_cells(entity, data)}

    def given_cells(self, entity: str, data: Mapping[str, Json]) -> dict[str, Cell]:
        """`cells` without those that are NULL because nothing is given: most of a wide row."""
        cells: dict[str, Cell] = {}
        unknown: dict[str, str] = {}
        for name, value in data.items():
            field = self._fields[entity][name]
            if isinstance(value, dict) and field.type.is_not_known(value):
                unknown[name] = str(value[NOT_KNOWN_MEMBER])
            else:
                cells.update(field.type.cells(name, value))
                cells.update(self._own_cells(field, value))
        if unknown:
            cells[NOT_KNOWN_COLUMN] = json.dumps(unknown, sort_keys=True)
        return cells

    def _own_columns(self, field: Field) -> dict[str, str]:
        """Columns of a group's own fields, in the table of the row that holds their section: `x_channel`."""
        if not isinstance(field.type, Section):
            return {}
        inner = self.columns(field.type.entity).items() if self.fields(field.type.entity) else ()
        return {f"{field.name}_{name}": sql for name, sql in inner}

    def _own_cells(self, field: Field, value: Json) -> dict[str, Cell]:
        if not isinstance(field.type, Section) or not isinstance(value, dict):
            return {}
        entity = field.type.entity
        known = {n: v for n, v in value.items() if self.field(entity, n) and not self.check(entity, {n: v})}
        return (
            {f"{field.name}_{n}": cell for n, cell in self.cells(entity, known).items()}
            if self._fields[entity]
            else {}
        )

    def _no_such(self, entity: str, name: str) -> str:
        if (entity, name) == ("report", "template"):
            return (
                "no such field; a template is named on the command line: copwatch report new NAME --from FILE"
            )
        near = self._near(entity, name)
        return f"no such field; did you mean {near}" if near else "no such field"

    def _near(self, entity: str, name: str) -> str:
        near = get_close_matches(name[:80], [field.name for field in self.fields(entity)], 1, 0.5)
        return near[0] if near else ""


def _with_terms(row: Field, more: Mapping[str, Iterable[str]]) -> Field:
    if not isinstance(row.type, Term | Terms) or row.type.vocabulary.name not in more:
        return row
    vocabulary = row.type.vocabulary.with_terms(more[row.type.vocabulary.name])
    return replace(row, type=replace(row.type, vocabulary=vocabulary))


def _rows(name: str, value: object) -> list[tuple[str, dict[str, object]]]:
    """The rows of a nested value, each with its place for people, counted from 1."""
    if isinstance(value, list):
        return [(f"{name}[{i}]", row) for i, row in enumerate(value, 1)]
    return [(name, cast(dict[str, object], value))]


def _plain(value: object, depth: int = 0) -> bool:
    """Whether a value is JSON as records hold it: no null, no floats, member names of the format."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        return all(
            isinstance(n, str) and _NAME.fullmatch(n) and _plain(v, depth + 1) for n, v in value.items()
        )  # fmt: skip
    if isinstance(value, list):
        return all(_plain(v, depth + 1) for v in value)
    if isinstance(value, str):
        return is_writable(value)
    return isinstance(value, int) and abs(value) <= LARGEST


SCHEMA = Schema(ROWS)
"""The schema of this version."""
