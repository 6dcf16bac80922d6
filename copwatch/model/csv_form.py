"""Rows of a flat table as the fields of reports. Pure; which columns there may be follows from the schema.

A column is named like the field: `city`, `officers.1.badge_as_seen`, `x.shift`. A value of several parts has its first
part under its own name and the others behind a point (`occurred_start`, `occurred_start.precision`). A name that ends
in `:json` holds the value as records hold it. Several values in one cell stand on lines of their own, or with ` | `
between; where a value cannot hold a comma, a comma separates as well.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, TypeAlias, cast

from copwatch.model.fields import Problem
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import (
    NOTHING,
    Context,
    Date,
    Group,
    Json,
    Many,
    Section,
    Terms,
    Timestamp,
    ValueType,
    Wrong,
)
from copwatch.model.values.base import quote, said_not_known

JSON_MARK: Final = ":json"
GAP: Final = " | "

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a form; rows are counted from 1."""
Prepare: TypeAlias = Callable[[str], object]
"""Makes of the text of a cell what reading takes. Raises `Wrong`."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_STEP = re.compile(r"([^.\[\]]+)(?:\[([0-9]+)\])?")
_WHOLE = re.compile(r"-?[0-9]{1,16}")
_SERIAL = re.compile(r"[0-9]{5}([.,][0-9]+)?")
_DATED = re.compile(r"(about\s+|~\s*)?[0-9]{4}-[0-9]{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """What a column fills: a field, or a member that only the group knows (`type` is None), and how cells are read."""

    name: str
    path: Path
    type: ValueType | None
    json: bool = False
    part: str = ""


def target(name: str, schema: Schema = SCHEMA) -> Target:
    """The field that a column of that name fills.

    Raises:
        Wrong: none; the nearest is named.
    """
    said = "_".join(name.strip().lower().split())
    plain = said.removesuffix(JSON_MARK)
    return _target(plain, plain.split("."), said != plain, schema)


def _target(name: str, parts: list[str], as_json: bool, schema: Schema) -> Target:
    entity, path, within = "report", list[str | int](), None
    while True:
        part, *parts = parts
        field = schema.field(entity, part)
        path.append(part)
        if field is None:
            return _own(name, parts, path, within, schema, entity, as_json)
        if not parts:
            return Target(name, tuple(path), field.type, as_json)
        if isinstance(field.type, Group):
            number, *parts = parts
            if not _NUMBER.fullmatch(number) or int(number) > field.type.most or not parts:
                raise Wrong(f"write {'.'.join(map(str, path))}.1 and the name of a field, then .2 and so on")
            path.append(int(number))
        elif not isinstance(field.type, Section):
            if parts[0] not in members(field.type) or len(parts) > 1 or as_json:
                raise Wrong(f"{field.name} has no such part")
            return Target(name, tuple(path), field.type, part=parts[0])
        entity, within = field.type.entity, field.type


def _own(
    name: str,
    rest: list[str],
    path: list[str | int],
    within: ValueType | None,
    schema: Schema,
    entity: str,
    as_json: bool,
) -> Target:
    """A member of a section that no row of the schema names."""
    said = str(path[-1])
    if isinstance(within, Section) and not rest and _NAME.fullmatch(said):
        return Target(name, tuple(path), None, as_json)
    near = get_close_matches(said[:80], [field.name for field in schema.fields(entity)], 1, 0.5)
    advice = f"; did you mean {'.'.join([*map(str, path[:-1]), *near, *rest])}" if near else ""
    raise Wrong(f"no such field{advice}")


@cache
def members(type: ValueType) -> dict[str, Any]:
    """The parts of a value that is an object, the main one first, with their JSON Schema; none for other types."""
    said = type.json_schema().get("anyOf")
    known = said[0] if isinstance(said, list) and isinstance(said[0], dict) else {}
    parts = known.get("properties")
    return parts if isinstance(parts, dict) and not isinstance(type, Group | Section) else {}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that is read: what it fills, and how its cells become what reading takes."""

    header: str
    target: Target
    context: Context = NOTHING
    prepare: Prepare | None = None

    def read(self, cell: str) -> object:
        """What the cell says, for `Schema.read`. Raises `Wrong`."""
        type_, said = self.target.type, self.prepare(cell) if self.prepare else cell
        if self.target.json:
            return _from_json(cell)
        if not isinstance(said, str) or type_ is None:
            return said
        if self.target.part:
            return _part(members(type_)[self.target.part], said)
        if isinstance(type_, Timestamp | Date):
            return _when(type_, said.strip(), self.context)
        return _several(type_, said) if isinstance(type_, Many | Terms) else said


def read_row(
    columns: Iterable[Column], cells: Iterable[str], schema: Schema = SCHEMA
) -> tuple[dict[str, Json], list[Problem]]:
    """The fields that a row states, and every problem of it; the path of a problem is the name of a column.

    Empty cells state nothing.
    """
    form: dict[str | int, Any] = {}
    problems = []
    for column, cell in zip(columns, cells, strict=False):
        if not cell.strip():
            continue
        try:
            put(form, column.target, column.read(cell))
        except Wrong as wrong:
            problems.append(Problem(column.target.name, str(wrong)))
    fields, wrongs = schema.read("report", cast(dict[str, object], _listed(form)))
    return fields, problems + [Problem(_column_name(p.path, form), p.reason) for p in wrongs]


def _column_name(path: str, form: object) -> str:
    """The path of a problem of a form, `officers[2].rank`, as the column that said it: `officers.3.rank`."""
    names = []
    for name, place in _STEP.findall(path):
        form = form.get(name) if isinstance(form, dict) else None
        names.append(name)
        if place and isinstance(form, dict):
            number = _numbers(form)[int(place) - 1]
            form = form[number]
            names.append(str(number))
    return ".".join(names)


def put(form: dict[str | int, Any], target: Target, value: object) -> None:
    """Put a value, or a part of one, where its column says. Raises `Wrong` where another column said something."""
    inner = form
    for name in target.path[:-1]:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            raise Wrong("the same rows are said to be unknown in another column")
    last, main = target.path[-1], next(iter(members(target.type) if target.type else {}), "")
    if target.part:
        before = inner.setdefault(last, {})
        inner[last] = {**(before if isinstance(before, dict) else {main: before}), target.part: value}
    elif last in inner and main and isinstance(inner[last], dict):
        inner[last] = {**(value if isinstance(value, dict) else {main: value}), **inner[last]}
    elif last in inner:
        raise Wrong("two columns say this")
    else:
        inner[last] = value


def _listed(form: object) -> object:
    """Numbered rows as lists; numbers that say nothing are left out."""
    if not isinstance(form, dict):
        return form
    numbers = _numbers(form)
    if numbers:
        return [_listed(form[number]) for number in numbers]
    return {name: _listed(value) for name, value in form.items()}


def _numbers(form: Mapping[str | int, Any]) -> list[int]:
    return sorted(number for number in form if isinstance(number, int))


def _when(type: Timestamp | Date, text: str, context: Context) -> object:
    """A time with its day; a table says nothing about the day on which it is read."""
    if said_not_known(text):
        return text
    if _SERIAL.fullmatch(text):
        raise Wrong("looks like the serial number of a day; say in a map which one: serial = 1900, or 1904")
    if not _DATED.match(text):
        raise Wrong(
            f"{quote(text)} is not a day with its year first; write {type.hint()}, or give its format in a map"
        )
    return type.read(text, context)


def _several(type: Many | Terms, text: str) -> object:
    parts = text.splitlines() if "\n" in text or "\r" in text else text.split(GAP)
    if isinstance(type, Terms) or type.item.check("a,b"):
        parts = [piece for part in parts for piece in part.split(",")]
    found = [part.strip() for part in parts if part.strip()]
    return found[0] if len(found) == 1 and said_not_known(found[0]) else found


def _part(schema: Mapping[str, Any], text: str) -> object:
    return int(text) if schema.get("type") == "integer" and _WHOLE.fullmatch(text.strip()) else text.strip()


def _from_json(text: str) -> object:
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Wrong("not readable as JSON") from error
