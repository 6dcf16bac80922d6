"""Rows of reports to which other records point: `I-7Q2K-D3MX-R/O1`. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from copwatch.model.fields import Problem
from copwatch.model.labels import LABEL
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Group, Many, RowReference


def row_references(
    entity: str, fields: Mapping[str, Any], schema: Schema = SCHEMA, before: str = ""
) -> Iterator[tuple[str, str, str]]:
    """(path, id of the incident, label) of every row to which checked fields of an entity point."""
    for field in schema.fields(entity):
        value, path = fields.get(field.name), before + field.name
        kind = field.type.item if isinstance(field.type, Many) else field.type
        if isinstance(kind, RowReference):
            for number, each in enumerate(value if isinstance(value, list) else [value], 1):
                if isinstance(each, str) and not kind.check(each):
                    incident, _, label = each.partition("/")
                    yield (f"{path}[{number}]" if isinstance(value, list) else path), incident, label
        elif isinstance(kind, Group) and isinstance(value, list):
            for number, row in enumerate(value, 1):
                if isinstance(row, Mapping):
                    yield from row_references(kind.entity, row, schema, f"{path}[{number}].")


def labels_in(fields: Mapping[str, Any], schema: Schema = SCHEMA) -> set[str]:
    """The labels of the rows of a report."""
    return {
        row[LABEL]
        for field in schema.fields("report")
        if isinstance(field.type, Group) and schema.field(field.type.entity, LABEL)
        for row in (fields[field.name] if isinstance(fields.get(field.name), list) else ())
        if isinstance(row, Mapping) and isinstance(row.get(LABEL), str)
    }


def missing(path: str, incident: str, label: str, known: Iterable[str]) -> Problem:
    """That no version of a report has such a row; those of its letter that there are stand beside it."""
    alike = sorted((each for each in known if each[0] == label[0]), key=lambda each: (len(each), each))
    there = f"it has {', '.join(alike[:20])}" if alike else f"it has no row with a label {label[0]}1"
    return Problem(path, f"no report of {incident} has a row {label}; {there}")
