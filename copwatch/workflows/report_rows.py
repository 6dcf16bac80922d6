"""The moments that a report names, and the rows of it that name none: whatever the table of fields calls a time."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from copwatch.model.fields import BASIS_SUFFIX, TOLD_BY_SUFFIX, Field
from copwatch.model.redaction import Class
from copwatch.model.schema import Schema
from copwatch.model.timeline.entries import Entry
from copwatch.model.timeline.moments import of_timestamp
from copwatch.model.values import Group, Handle, LongText, Section, Timestamp

LEFT_OUT: Final = frozenset(
    {Class.PRV, Class.SUR, Class.INC, Class.IMM, Class.ORG, Class.GOV, Class.DOB, Class.HOM, Class.CON, Class.FIN}
)  # fmt: skip
"""Classes that stand in no timeline: privileged, survivors', what can incriminate, and what identifies or locates."""


def report_entries(schema: Schema, code: str, fields: Mapping[str, Any]) -> Iterator[Entry]:
    """An entry for each time of a version of a report, and one without a moment for each row that could have one."""
    who = tuple(str(fields[name]) for name in ("recorded_by",) if isinstance(fields.get(name), str))
    for field in schema.fields("report"):
        value = fields.get(field.name)
        if value is None or field.class_ in LEFT_OUT:
            continue
        if isinstance(field.type, Timestamp):
            if not field.type.check(value):
                yield Entry(
                    "report", code, field.name, field.help.partition(";")[0], "", of_timestamp(value), who=who
                )
        elif isinstance(field.type, Group) and isinstance(value, list):
            yield from _group(schema, code, field, value, who)


def _group(
    schema: Schema, code: str, group: Field, rows: list[Any], who: tuple[str, ...], before: str = ""
) -> Iterator[Entry]:
    if not isinstance(group.type, Group):
        return
    inner = [field for field in schema.fields(group.type.entity) if field.class_ not in LEFT_OUT]
    times = [field for field in inner if isinstance(field.type, Timestamp)]
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            continue
        path = f"{before}{group.name}.{number}."
        what = " ".join([group.type.entity.replace("_", " "), *_label(row)])
        text, known = row_text(inner, row), _known(row)
        stated = [field for field in times if field.name in row and not field.type.check(row[field.name])]
        for field in stated:
            # `at` is the moment of the row itself; other times are said by their names.
            named = what if field.name == "at" else f"{what}: {field.label}"
            moment = of_timestamp(row[field.name])
            yield Entry(
                "report", code, path + field.name, named, text, moment, known=known, who=who + _tellers(row)
            )
        if times and not stated:
            yield Entry("report", code, path.rstrip("."), what, text, known=known, who=who + _tellers(row))
        for field in inner:
            if isinstance(field.type, Group) and isinstance(row.get(field.name), list):
                yield from _group(schema, code, field, row[field.name], who, path)


def row_text(fields: list[Field], row: Mapping[str, Any]) -> str:
    """What a row states, in the words of its fields, without its label, its times, and what is left out."""
    said = []
    for field in fields:
        value = row.get(field.name)
        plain = not isinstance(field.type, Timestamp | Group | Section) and field.companion_of == ""
        if value is None or not plain or field.name == "label" or field.class_ in LEFT_OUT:
            continue
        if field.type.check(value):
            continue
        shown = field.type.show(value)
        said.append(f"“{shown.strip()}”" if isinstance(field.type, LongText) else f"{field.label}: {shown}")
    return "; ".join(said)


def _label(row: Mapping[str, Any]) -> list[str]:
    return [row["label"]] if isinstance(row.get("label"), str) else []


def _known(row: Mapping[str, Any]) -> tuple[str, ...]:
    """How what a row says is known, each way once."""
    ways = (
        str(value) for name, value in row.items() if name.endswith(BASIS_SUFFIX) and isinstance(value, str)
    )
    return tuple(dict.fromkeys(ways))


def _tellers(row: Mapping[str, Any]) -> tuple[str, ...]:
    told = (value for name, value in row.items() if name.endswith(TOLD_BY_SUFFIX))
    return tuple(dict.fromkeys(str(value) for value in told if not Handle().check(value)))
