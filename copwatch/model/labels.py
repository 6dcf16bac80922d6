"""Labels of rows: O1, P1, A1. What has one keeps it, so that later records can point at the row."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import count

from copwatch.model.fields import Problem
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Group, Json, Label

_PERSON = re.compile(r"\bP[1-9][0-9]*\b")

LABEL = "label"
"""The field by which a row is named; an entity without one has no labels."""


def labelled(fields: Mapping[str, Json], schema: Schema = SCHEMA) -> dict[str, Json]:
    """The fields of a report with a label on every row that can have one; those that are there stay as they are."""
    given: dict[str, Json] = {}
    for name, letter, rows in _groups(fields, schema):
        # A person is named by label all over a report: a new row must not become somebody else's.
        taken = (
            set(_PERSON.findall(json.dumps(fields)))
            if letter == "P"
            else {str(row.get(LABEL)) for row in rows}
        )
        free = (f"{letter}{n}" for n in count(1) if f"{letter}{n}" not in taken)
        given[name] = [row if LABEL in row else {LABEL: next(free), **row} for row in rows]
    return {**fields, **given}


def twice(fields: Mapping[str, Json], schema: Schema = SCHEMA) -> list[Problem]:
    """Labels that two rows of a report share."""
    problems = []
    for name, _, rows in _groups(fields, schema):
        seen: set[str] = set()
        for place, row in enumerate(rows, 1):
            label = row.get(LABEL)
            if not isinstance(label, str):
                continue
            if label in seen:
                problems.append(Problem(f"{name}[{place}].{LABEL}", f"{label} is the label of another row"))
            seen.add(label)
    return problems


def _groups(fields: Mapping[str, Json], schema: Schema) -> Iterator[tuple[str, str, list[dict[str, Json]]]]:
    """The name, the letter and the rows of every group whose rows have labels."""
    for name, value in fields.items():
        field = schema.field("report", name)
        if field is None or not isinstance(field.type, Group) or not isinstance(value, list):
            continue
        label = schema.field(field.type.entity, LABEL)
        if label is not None and isinstance(label.type, Label):
            yield name, label.type.letters[0], [row for row in value if isinstance(row, dict)]
