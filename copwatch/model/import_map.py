"""A mapping file: what the columns of somebody else's table mean. TOML in, columns out. Pure."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as of_class
from datetime import tzinfo
from typing import Final

from copwatch.errors import BadInput
from copwatch.model.csv_form import Column, Target, target
from copwatch.model.import_times import EPOCHS, check_format, formatted, serial
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.toml_limits import check_toml
from copwatch.model.values import Context, Date, Timestamp, Wrong
from copwatch.model.values.base import quote, said_not_known

OWN: Final = "copwatch."
"""Begins the names of columns that are about a row of an exported table, and no field."""

TEMPLATE: Final = "template"
"""What a column means, as if it were a field, that says which template each row is of."""

_MEMBERS = frozenset({"columns", "constants", "ignore", "template", "zone", "key"})
_RULE = frozenset({"field", "format", "zone", "serial", "values", "with"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What one column means. `beside` is a column whose cell is put behind this one, with a gap between."""

    field: str
    format: str = ""
    zone: str = ""
    serial: int = 0
    values: Mapping[str, str] = of_class(default_factory=dict)
    beside: str = ""


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A mapping file. `key` is the column that tells rows apart; `constants` hold field → what each row says there."""

    columns: Mapping[str, Rule] = of_class(default_factory=dict)
    constants: Mapping[str, str] = of_class(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    template: str = ""
    zone: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows are read: each column with its place, and the place of the cell beside it or None.

    `template` is the column that names the template of each row, where there is one.
    """

    columns: tuple[tuple[int, int | None, Column], ...]
    constants: tuple[tuple[Column, str], ...]
    places: Mapping[str, int]
    unnamed: tuple[int, ...] = ()
    template: str = ""


def parse_map(text: str) -> ImportMap:
    """Read a mapping file. Raises `BadInput`: it is none; everything that is wrong in it is named."""
    check_toml(text)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadInput(f"the mapping is not readable as TOML: {error}", hint=_HINT) from error
    wrong = [f"{name}: no such setting" for name in data if name not in _MEMBERS]
    texts = {name: data.get(name, "") for name in ("template", "zone", "key")}
    wrong += [f"{name}: write a text" for name, said in texts.items() if not isinstance(said, str)]
    for name, kind in (("columns", dict), ("constants", dict), ("ignore", list)):
        if not isinstance(data.get(name, kind()), kind):
            wrong.append(f"{name}: write a {'list' if kind is list else '[table]'}")
            data.pop(name)
    rules = {header: _rule(header, said, wrong) for header, said in data.get("columns", {}).items()}
    constants = {
        name: str(said) for name, said in data.get("constants", {}).items() if isinstance(said, str | int)
    }
    wrong += [f"{name}: write a text" for name in data.get("constants", {}) if name not in constants]
    ignore = frozenset(str(header).strip() for header in data.get("ignore", ()))
    if wrong:
        raise BadInput(f"the mapping has problems: {'; '.join(wrong)}", hint=_HINT)
    return ImportMap({header.strip(): rule for header, rule in rules.items()}, constants, ignore, **texts)


_HINT = "`copwatch report import FILE.csv --print-map` writes a draft"


def _rule(header: str, said: object, wrong: list[str]) -> Rule:
    if isinstance(said, str):
        return Rule(said)
    if not isinstance(said, dict) or not isinstance(said.get("field"), str):
        wrong.append(f"{header}: write a field, or {{ field = … }}")
        return Rule("")
    values = said.get("values", {})
    texts = [said.get(name, "") for name in ("format", "zone", "with")]
    if not isinstance(values, dict) or not all(isinstance(text, str) for text in (*texts, *values.values())):
        wrong.append(f"{header}: format, zone, with and what stands in values are texts")
        return Rule("")
    if said.get("serial", 0) not in (0, *EPOCHS) or (said.get("serial") and texts[0]):
        wrong.append(f"{header}: serial is 1900 or 1904, and has no format beside it")
    wrong += [f"{header}: {name} is nothing that a column can have" for name in said.keys() - _RULE]
    return Rule(said["field"], texts[0], texts[1], said.get("serial", 0), values, texts[2])


def plan(
    headers: Sequence[str],
    mapping: ImportMap,
    context: Context,
    zone_named: Callable[[str], tzinfo],
    schema: Schema = SCHEMA,
) -> Plan:
    """What each column of a table means.

    Args:
        headers: the cells of the first row.
        context: the present time; its zone holds where the mapping names none.
        zone_named: finds a time zone. Raises `Wrong`.

    Raises:
        BadInput: columns that mean nothing, or the same; all of them are named.
    """
    wrong = [f"the mapping names a column that is not there: {name}" for name in _absent(headers, mapping)]
    twice = {header for header in headers if header and headers.count(header) > 1}
    wrong += [f"column {quote(header)} is there twice" for header in sorted(twice)]
    found: list[tuple[int, int | None, Column]] = []
    constants = []
    beside = {rule.beside for rule in mapping.columns.values() if rule.beside}
    templates = [header for header in headers if _names_template(header, mapping)]
    if len(templates) > 1:
        wrong.append(f"columns {' and '.join(map(quote, templates))} both say the template")
    for place, header in enumerate(headers):
        if not header or header in mapping.ignore or header in beside or header.startswith(OWN):
            continue
        if header in templates:
            continue
        rule = mapping.columns.get(header, Rule(header))
        try:
            column = _column(header, rule, mapping, context, zone_named, schema)
        except Wrong as error:
            wrong.append(f"column {quote(header)}: {error}")
            continue
        found.append((place, headers.index(rule.beside) if rule.beside in headers else None, column))
    for name, said in mapping.constants.items():
        try:
            constants.append((_column(name, Rule(name), mapping, context, zone_named, schema), said))
        except Wrong as error:
            wrong.append(f"constant {name}: {error}")
    wrong += _said_twice([column for *_, column in found] + [column for column, _ in constants])
    if wrong:
        hint = "give a mapping with --map; `copwatch report import FILE.csv --print-map` writes a draft"
        raise BadInput("; ".join(wrong), hint=hint)
    unnamed = tuple(place for place, header in enumerate(headers) if not header)
    places = {header: place for place, header in enumerate(headers) if header}
    return Plan(tuple(found), tuple(constants), places, unnamed, next(iter(templates), ""))


def _names_template(header: str, mapping: ImportMap) -> bool:
    """An exported table has a column of its own for it; a group cannot call a field of its own so."""
    named = header == f"{OWN}{TEMPLATE}" or mapping.columns.get(header, Rule(header)) == Rule(TEMPLATE)
    return named and header not in mapping.ignore


def _absent(headers: Sequence[str], mapping: ImportMap) -> list[str]:
    named = [*mapping.columns, *(rule.beside for rule in mapping.columns.values()), mapping.key]
    return [quote(name) for name in dict.fromkeys(named) if name and name not in headers]


def _said_twice(columns: list[Column]) -> list[str]:
    seen: dict[tuple[object, ...], str] = {}
    wrong = []
    for column in columns:
        of = (column.target.path, column.target.part, column.target.json)
        if of in seen:
            wrong.append(
                f"columns {quote(seen[of])} and {quote(column.header)} both say {column.target.name}"
            )
        seen[of] = column.header
    return wrong


def _column(
    header: str, rule: Rule, mapping: ImportMap, context: Context, zone_named: Callable[[str], tzinfo], schema: Schema
) -> Column:  # fmt: skip
    found = target(rule.field, schema)
    zone = rule.zone or mapping.zone
    own = replace(context, now=context.now.astimezone(zone_named(zone))) if zone and context.now else context
    if (rule.format or rule.serial or rule.zone) and not isinstance(found.type, Timestamp | Date):
        raise Wrong(f"{found.name} is no time, and takes no format, zone or serial")
    if rule.format:
        check_format(rule.format)
    return Column(header, found, own, _prepared(rule, found, own))


def _prepared(rule: Rule, found: Target, context: Context) -> Callable[[str], object] | None:
    if not (rule.values or rule.format or rule.serial):
        return None
    values = {name.strip().lower(): said for name, said in rule.values.items()}

    def prepare(cell: str) -> object:
        """What the cell says, as its field takes it. Raises `Wrong`."""
        said = values.get(cell.strip().lower(), cell)
        if said_not_known(said) or not (rule.format or rule.serial):
            return said
        moment, precision = serial(said, rule.serial) if rule.serial else formatted(said, rule.format)
        if isinstance(found.type, Date):
            return moment.date().isoformat()
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=context.now.tzinfo if context.now else None)
        return {"at": moment.isoformat(), "precision": precision, "source": "observer_estimate"}

    return prepare
