"""What a search looks through: the texts of a record, each with the field in which it stands. Pure."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from copwatch.model.kinds import KINDS
from copwatch.model.schema import Schema
from copwatch.model.values import Group, LongText, Many, Section, Text, ValueType

SEARCHED: dict[str, tuple[str, tuple[str, ...]]] = {
    "evidence": ("evidence", ("name", "folder")),
    "batch": ("batch", ("note", "by")),
    "custody": ("custody", ("purpose", "by")),
}
"""Record type → what a hit is called, and the members that are looked through; reports follow the table of fields."""


def texts(type: str, record: Mapping[str, Any], schema: Schema) -> Iterator[tuple[str, str]]:
    """(field, text) of everything that words are looked for in; nothing for types that have none."""
    if type == "report" or type in KINDS:
        yield from _long("reason", record.get("reason"))
        yield from _of_row(schema, type, record, "")
        return
    for name in SEARCHED.get(type, ("", ()))[1]:
        yield from _long(name, record.get(name))


def _of_row(schema: Schema, entity: str, row: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, kind in _looked_through(schema, entity):
        value = row.get(name)
        if value is not None:
            yield from _of_field(schema, kind, value, before + name)


@lru_cache(maxsize=64)
def _looked_through(schema: Schema, entity: str) -> tuple[tuple[str, ValueType], ...]:
    """The fields that hold texts, in order, each with the type of one of its values."""
    kinds = ((f.name, f.type.item if isinstance(f.type, Many) else f.type) for f in schema.fields(entity))
    return tuple((name, kind) for name, kind in kinds if isinstance(kind, Text | LongText | Group | Section))


def _of_field(schema: Schema, kind: ValueType, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(kind, LongText):
        yield from _long(path, value)
    elif isinstance(kind, Text):
        yield from _each(path, value)
    elif isinstance(kind, Group) and isinstance(value, list):
        for row in value:
            if isinstance(row, dict):
                yield from _of_row(schema, kind.entity, row, f"{path}.")
    elif isinstance(kind, Section):
        yield from _strings(path, value)


def _long(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Passages joined, so that a phrase is found across them."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        yield path, "".join(part for part in value if isinstance(part, str))


def _each(path: str, value: Any) -> Iterator[tuple[str, str]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield path, item


def _strings(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _strings(f"{path}.{name}", member)
    elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        yield path, "".join(value)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(path, item)
    elif isinstance(value, str):
        yield path, value
