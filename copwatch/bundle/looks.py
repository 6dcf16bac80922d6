"""How fields are named and shown on the page, taken from the table of fields."""

from collections.abc import Iterable

from copwatch.bundle.facts import Look
from copwatch.bundle.shown import WITHHELD, Shown
from copwatch.model.fields import Field
from copwatch.model.schema import SCHEMA
from copwatch.model.values import LongText, Nested
from copwatch.proof.canonical import Json


def looks_of(records: Iterable[Shown]) -> tuple[Look, ...]:
    """The looks of every field that has a value in one of the reports, in the order of the paths."""
    found: dict[str, Look] = {}
    for shown in records:
        if shown.text("type") == "report":
            _walk("report", shown.record, "", found)
    return tuple(found[path] for path in sorted(found))


def known_look(path: str) -> Look | None:
    """The look that this copwatch gives a path pattern; None for a field that it does not know."""
    entity, field = "report", None
    for step in path.split("/")[1:]:
        if step == "*":
            continue
        if field is not None:
            if not isinstance(field.type, Nested):
                return None
            entity = field.type.entity
        field = SCHEMA.field(entity, step)
        if field is None:
            return None
    return None if field is None else _look(path, field)


def _walk(entity: str, row: dict[str, Json], at: str, found: dict[str, Look]) -> None:
    for name, value in row.items():
        field = SCHEMA.field(entity, name)
        if field is None or value == WITHHELD:
            continue
        path = f"{at}/{name}"
        found[path] = _look(path, field)
        if isinstance(field.type, Nested):
            several = isinstance(value, list)
            for part in value if several else [value]:
                if isinstance(part, dict):
                    _walk(field.type.entity, part, f"{path}/*" if several else path, found)


def _look(path: str, field: Field) -> Look:
    return Look(path, field.label, "text" if isinstance(field.type, LongText) else "value")
