"""Filters of a search as conditions on current reports. Their names are those of the table of fields."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final

from copwatch.catalogue.asked import Filter
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.matched import incidents_of, officers_named
from copwatch.catalogue.near import near
from copwatch.catalogue.tables import group_fields
from copwatch.catalogue.terms import folded, phrase
from copwatch.errors import BadInput
from copwatch.model.fields import Field
from copwatch.model.schema import Schema
from copwatch.model.templates import TEMPLATES
from copwatch.model.values import (
    NOTHING,
    Group,
    Integer,
    LongText,
    Many,
    Section,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
    Wrong,
)

WHEN: Final = "occurred_start"
"""The field by which reports stand in time."""

_DAY: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_NUMBER: Final = re.compile(r"(<=|>=|<|>|=)?\s*(\d{1,15})")
_MEDIA: Final = ("image", "video", "audio")
_OF_EVIDENCE: Final = (
    "EXISTS (SELECT 1 FROM evidence_incidents AS l JOIN evidence AS e ON e.id = l.evidence"
    " WHERE l.incident = r.incident AND {})"
)
_IN_TEXTS: Final = (
    "r.leaf IN (SELECT t.leaf FROM search_texts_fts AS f CROSS JOIN search_texts AS t ON t.number = f.rowid"
    " WHERE search_texts_fts MATCH ? AND (t.field = ? OR substr(t.field, 1, ?) = ?))"
)
_MANY: Final = 2_000
_FEW: Final = "SELECT rowid FROM search_texts_fts WHERE search_texts_fts MATCH ? LIMIT ?"
"""Where words stand in more texts than that, it is quicker to look into each report until enough are found."""


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL that holds of a row `r` of `reports`, and the values of its marks."""

    sql: str
    values: tuple[str | int | float, ...] = ()


def conditions(catalogue: Catalogue, filters: Iterable[Filter]) -> list[Condition]:
    """What the filters mean.

    Raises:
        BadInput: there is no such filter, or it takes no such value; the hint names what was likely meant.
    """
    return [_condition(catalogue, each) for each in filters]


def names(schema: Schema) -> dict[str, str]:
    """Every name of a filter by a field, with the field: `agencies` and, as one says it, `agency`."""
    fields = {field.name: field.name for field in schema.fields("report") if _takes(field)}
    singular = {one: name for name in fields for one in _singular(name)}
    own = [f"{field.name}.{inner.name}" for field in schema.fields("report") for inner in _own(schema, field)]
    return {**singular, **{name: name for name in own}, **fields}


def _singular(name: str) -> Iterator[str]:
    if name.endswith("ies"):
        yield f"{name[:-3]}y"
    elif name.endswith("s"):
        yield name[:-1]


def _own(schema: Schema, field: Field) -> Iterator[Field]:
    if isinstance(field.type, Section) and field.type.entity in schema.entities:
        yield from (inner for inner in schema.fields(field.type.entity) if _takes(inner))


def _takes(field: Field) -> bool:
    kind = field.type.item if isinstance(field.type, Many) else field.type
    return isinstance(kind, Term | Terms | Integer | Text | LongText | Timestamp | Group | Section)


def _condition(catalogue: Catalogue, asked: Filter) -> Condition:
    special = _SPECIAL.get(asked.name)
    if special is not None:
        return special(catalogue, asked.value)
    schema, known = catalogue.schema, names(catalogue.schema)
    name = known.get(asked.name)
    if name is None:
        raise _unknown(asked.name, [*_SPECIAL, *known])
    section, _, inner = name.partition(".")
    field = schema.field("report", name)
    if inner and (holder := schema.field("report", section)) and isinstance(holder.type, Section):
        field = schema.field(holder.type.entity, inner)
    if field is None:
        raise _unknown(asked.name, [*_SPECIAL, *known])
    column = f"{section}_{inner}" if inner else name
    return _by_field(catalogue, field, column, name, asked)


def _unknown(name: str, known: Iterable[str]) -> BadInput:
    near = get_close_matches(name[:40], list(known), 3, 0.5)
    meant = f"did you mean {' or '.join(f'{each}:' for each in near)}? " if near else ""
    return BadInput(
        f"there is no filter {name[:40]}:",
        hint=f"{meant}filters: agency, officer, force, place, since, until, near, template, has, and every field of a "
        "report (docs/schema.md); words that look like a filter stand in quotes, '\"a:b\"'",
    )


def _by_field(catalogue: Catalogue, field: Field, column: str, path: str, asked: Filter) -> Condition:
    kind = field.type.item if isinstance(field.type, Many) else field.type
    if isinstance(kind, Term | Terms):
        return _by_term(catalogue.schema, field, column, asked)
    if isinstance(kind, Integer):
        return _by_number(column, asked)
    if isinstance(kind, Timestamp):
        day = _day(asked)
        return Condition(f'substr(r."{column}", 1, {len(day)}) = ?', (day,))
    words = phrase(asked.value)
    if not words:
        raise BadInput(f"{asked.name}: takes words", hint=f"such as {asked.name}:oakland")
    if isinstance(kind, Text) and len(catalogue.read(_FEW, (words, _MANY))) == _MANY:
        return Condition(f'says(r."{column}", ?)', (folded(asked.value),))
    return Condition(_IN_TEXTS, (words, path, len(path) + 1, f"{path}."))


def _by_term(schema: Schema, field: Field, column: str, asked: Filter) -> Condition:
    """Wherever the vocabulary stands in a report: force is said of the whole, and of each use of it."""
    try:
        read = field.type.read(asked.value, NOTHING)
    except Wrong as wrong:
        terms = field.vocabulary.terms if field.vocabulary else ()
        raise BadInput(f"{asked.name}: {wrong}", hint=f"terms: {', '.join(terms)}") from wrong
    wanted = [str(term) for term in read] if isinstance(read, list) else [str(read)]
    found = [_has_term(f'r."{column}"', field)]
    if not isinstance(field.type, TriState) and not field.companion_of:
        found += _in_groups(schema, field)
    sql = " AND ".join(f"({' OR '.join(found)})" for _ in wanted)
    return Condition(sql, tuple(term for term in wanted for _ in found))


def _has_term(column: str, field: Field) -> str:
    if isinstance(field.type, Terms):
        return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = ?)"  # noqa: S608 (names of the table of fields)
    return f"{column} = ?"


def _in_groups(schema: Schema, field: Field) -> Iterator[str]:
    for group, table in group_fields(schema):
        inner = schema.fields(group.type.entity) if isinstance(group.type, Group) else ()
        for each in inner:
            if each.vocabulary == field.vocabulary and not each.companion_of:
                has = _has_term(f'g."{each.name}"', each)
                yield f"EXISTS (SELECT 1 FROM {table} AS g WHERE g.leaf = r.leaf AND {has})"  # noqa: S608 (as above)


def _by_number(column: str, asked: Filter) -> Condition:
    found = _NUMBER.fullmatch(asked.value)
    if found is None:
        raise BadInput(
            f"{asked.name}: takes a whole number", hint=f"such as {asked.name}:3 or '{asked.name}:>3'"
        )
    return Condition(f'r."{column}" {found[1] or "="} ?', (int(found[2]),))


def _day(asked: Filter) -> str:
    """A day, a month or a year. Raises `BadInput`."""
    with suppress(ValueError):
        if _DAY.fullmatch(asked.value):
            date.fromisoformat(f"{asked.value}-01-01"[:10])
            return asked.value
    raise BadInput(f"{asked.name}: takes a day, a month or a year", hint=f"such as {asked.name}:2026-05-01")


def _since(_: Catalogue, value: str) -> Condition:
    return Condition(f"r.{WHEN} >= ?", (_day(Filter("since", value)),))


def _until(_: Catalogue, value: str) -> Condition:
    day = _day(Filter("until", value))
    return Condition(f"substr(r.{WHEN}, 1, {len(day)}) <= ?", (day,))


def _near(catalogue: Catalogue, value: str) -> Condition:
    incidents = near(catalogue, value)
    return Condition(f"r.incident IN ({','.join('?' * len(incidents))})", tuple(incidents))


def _template(_: Catalogue, value: str) -> Condition:
    known = [template.name for template in TEMPLATES.values()]
    if value not in known:
        raise BadInput(f"there is no template {value[:40]!r}", hint=f"templates: {', '.join(known)}")
    return Condition("r.template = ?", (value,))


def _has(catalogue: Catalogue, value: str) -> Condition:
    if value == "evidence":
        return Condition(_OF_EVIDENCE.format("1"))
    if value in _MEDIA:
        return Condition(_OF_EVIDENCE.format("substr(e.media_type, 1, 6) = ?"), (f"{value}/",))
    tables = {field.name: table for field, table in group_fields(catalogue.schema)}
    name = names(catalogue.schema).get(value)
    if name in tables:
        return Condition(f"EXISTS (SELECT 1 FROM {tables[name]} AS g WHERE g.leaf = r.leaf)")  # noqa: S608 (names of our own)
    if name is None or "." in name:
        known = ("evidence", *_MEDIA, *names(catalogue.schema))
        near = get_close_matches(value[:40], known, 3, 0.5)
        meant = f"did you mean {' or '.join(f'has:{each}' for each in near)}? " if near else ""
        raise BadInput(
            f"has: takes no {value[:40]!r}",
            hint=f"{meant}it takes evidence, image, video, audio, or a field of a report (docs/schema.md)",
        )
    return Condition(f'r."{name}" IS NOT NULL')


def _officer(catalogue: Catalogue, value: str) -> Condition:
    """As seen in reports, or as one human whom matches say to be somebody seen there."""
    matched = incidents_of(catalogue, officers_named(catalogue, value))
    field = catalogue.schema.field("report", "officers")
    if field is None:
        raise _unknown("officer", _SPECIAL)
    seen = _by_field(catalogue, field, "officers", "officers", Filter("officer", value))
    if not matched:
        return seen
    known = "r.incident IN (SELECT value FROM json_each(?))"
    return Condition(f"({seen.sql} OR {known})", (*seen.values, json.dumps(matched)))


_SPECIAL: Final[Mapping[str, Callable[[Catalogue, str], Condition]]] = {
    "since": _since,
    "until": _until,
    "near": _near,
    "template": _template,
    "has": _has,
    "officer": _officer,
    "officers": _officer,
    "place": lambda catalogue, value: _condition(catalogue, Filter("location_text", value)),
}
