"""Fields as cells of a flat table, which `csv_form` reads back the same. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from copwatch.model.csv_form import GAP, JSON_MARK, Column, Path, Target, members, put
from copwatch.model.fields import Field
from copwatch.model.longtext import join_text
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Group, Json, LongText, Section, ValueType, Wrong
from copwatch.model.values.base import NOT_KNOWN_MEMBER

_HARMLESS = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_GUARD = "'"


def guard(cell: str) -> str:
    """The cell so that no spreadsheet program takes it for a formula: an apostrophe before what could begin one.

    Cells that begin with an apostrophe get another, so that `unguard` always gives back what was there. Plain negative
    numbers stay as they are. https://owasp.org/www-community/attacks/CSV_Injection
    """
    beginning = (cell[:1], cell.lstrip()[:1])
    begins = cell.startswith(_GUARD) or any(sign in _FORMULA for sign in beginning)
    return _GUARD + cell if begins and not _HARMLESS.fullmatch(cell) else cell


def unguard(cell: str) -> str:
    """The cell as it was before `guard`."""
    return cell.removeprefix(_GUARD)


def flat(
    fields: Mapping[str, Json], schema: Schema = SCHEMA, entity: str = "report"
) -> Iterator[tuple[Path, str, str]]:
    """(sort key, name of the column, cell) of everything that checked fields of a report, or another entity, state.

    Sorted by their keys, columns stand in the order in which people meet the fields.
    """
    yield from _flat(fields, entity, "", (), schema)


def _flat(
    row: Mapping[str, Json], entity: str, before: str, key: Path, schema: Schema
) -> Iterator[tuple[Path, str, str]]:
    for place, field in enumerate(schema.fields(entity)):
        value, here = row.get(field.name), (*key, place)
        if value is None:
            continue
        name = before + field.name
        if isinstance(field.type, Group) and isinstance(value, list):
            for number, inner in enumerate(value, 1):
                rows = cast(Mapping[str, Json], inner)
                yield from _flat(rows, field.type.entity, f"{name}.{number}.", (*here, number), schema)
        elif (
            isinstance(field.type, Section) and isinstance(value, dict) and not field.type.is_not_known(value)
        ):
            yield from _flat(value, field.type.entity, f"{name}.", (*here, 0), schema)
            own = [n for n in value if schema.field(field.type.entity, n) is None]
            yield from (((*here, 1, n), *_own_cell(f"{name}.{n}", value[n])) for n in sorted(own))
        else:
            yield from (
                ((*here, part), f"{name}{suffix}", cell)
                for part, (suffix, cell) in enumerate(_cells(field, value))
            )


def _own_cell(name: str, value: Json) -> tuple[str, str]:
    return (name, value) if isinstance(value, str) and value.strip() else (name + JSON_MARK, _json(value))


def _cells(field: Field, value: Json) -> list[tuple[str, str]]:
    """The value in cells that read back the same; where none would, as JSON."""
    cells = _plain(field.type, value)
    form: dict[str | int, Any] = {}
    for suffix, cell in cells:
        of = Target(field.name, (field.name,), field.type, part=suffix.removeprefix("."))
        put(form, of, Column(field.name, of).read(cell) if cell.strip() else None)
    try:
        same = field.type.read(form[field.name]) == value
    except Wrong:
        same = False
    return cells if same else [(JSON_MARK, _json(value))]


def _plain(type: ValueType, value: Json) -> list[tuple[str, str]]:
    if type.is_not_known(value):
        term = value[NOT_KNOWN_MEMBER] if isinstance(value, dict) else value
        return [("", str(term[0] if isinstance(term, list) else term))]
    if isinstance(value, dict):
        first, *others = members(type) or [""]
        said = [("", str(value.get(first, "")))]
        return said + [(f".{name}", str(value[name])) for name in others if name in value]
    if isinstance(type, LongText) and isinstance(value, list):
        return [("", join_text(cast(list[str], value)))]
    if isinstance(value, list):
        return [("", _joined([str(part) for part in value]))]
    return [("", str(value))]


def _joined(parts: list[str]) -> str:
    """Lines where the gap stands in a value; one value alone ends with a line end then."""
    if any(GAP.strip() in part for part in parts):
        return "".join(f"{part}\n" for part in parts)
    return GAP.join(parts)


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
