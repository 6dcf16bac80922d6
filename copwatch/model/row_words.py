"""Fields in rows as they are named in one word: `officers.1.badge_as_seen`, or by label, `officers.O1.badge_as_seen`.

The same names as the columns of a table that is imported (`csv_form`). Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from copwatch.model.fields import Field, Problem
from copwatch.model.labels import LABEL
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import NOTHING, Context, Group, Json, Nested

_DIGITS: Final = 4


def in_row(name: str, entity: str = "report", schema: Schema = SCHEMA) -> bool:
    """Whether a name is that of a field in a row: its first part is a group."""
    field = schema.field(entity, name.partition(".")[0])
    return "." in name and field is not None and isinstance(field.type, Group)


def with_rows(
    base: Mapping[str, Json],
    stated: Iterable[tuple[str, str]],
    context: Context = NOTHING,
    schema: Schema = SCHEMA,
    entity: str = "report",
) -> tuple[dict[str, Json], list[Problem]]:
    """The groups of `base` with what is stated in their rows, and every problem; rows that nobody names stay.

    Args:
        base: the fields that hold so far.
        stated: (name, text); an empty text takes the field out of its row.

    A number counts rows from 1; the one behind the last begins a new row. A label names the row that bears it.
    """
    groups: dict[str, list[dict[str, Json]]] = {}
    problems = []
    for name, text in stated:
        group, _, rest = name.partition(".")
        held = groups.setdefault(group, _rows(base.get(group)))
        reason = _state(held, cast(Field, schema.field(entity, group)), rest, text, context, schema)
        if reason:
            problems.append(Problem(name[:64], reason))
    return {group: cast(Json, [row for row in rows if row]) for group, rows in groups.items()}, problems


def _rows(value: Any) -> list[dict[str, Json]]:
    return [dict(row) for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _state(
    rows: list[dict[str, Json]], group: Field, rest: str, text: str, context: Context, schema: Schema
) -> str:
    """Puts one field into its row. Gives what is wrong; nothing where it was put."""
    which, _, name = rest.partition(".")
    field = schema.field(cast(Group, group.type).entity, name)
    if not which or field is None or isinstance(field.type, Nested):
        return f"write {group.name}.1.FIELD, or {group.name}.LABEL.FIELD, with a field of such a row"
    row = _row(rows, which)
    if row is None:
        labels = ", ".join(str(each[LABEL]) for each in rows if LABEL in each)
        there = f"there are {len(rows)} rows" + (f", {labels}" if labels else "")
        return f"there is no row {which[:20]}; {there}; {group.name}.{len(rows) + 1} begins a new one"
    if not text.strip():
        row.pop(name, None)
        return ""
    value, wrong = schema.read_field(field, text, context)
    if value is not None:
        row[name] = value
    return "; ".join(problem.reason for problem in wrong)


def _row(rows: list[dict[str, Json]], which: str) -> dict[str, Json] | None:
    labelled = next((row for row in rows if row.get(LABEL) == which.upper()), None)
    if labelled is not None or not (which.isascii() and which.isdecimal() and len(which) <= _DIGITS):
        return labelled
    number = int(which)
    if number == len(rows) + 1:
        rows.append({})
    return rows[number - 1] if 0 < number <= len(rows) else None
