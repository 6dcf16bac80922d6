"""Forms in and out: TOML, JSON and free text become the fields of a report, or every problem is named at once."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NoReturn

from copwatch.errors import BadInput
from copwatch.model.entities import DO_NOT_WRITE
from copwatch.model.fields import BASIS_SUFFIX, TOLD_BY_SUFFIX, Field, Problem
from copwatch.model.labels import twice
from copwatch.model.longtext import cut_text
from copwatch.model.questions import Choice, Question, entity_questions, later_questions, questions
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.templates import Template
from copwatch.model.toml_form import to_toml
from copwatch.model.toml_limits import check_toml
from copwatch.model.values import NOTHING, Context, Json, span
from copwatch.model.values.text import is_writable
from copwatch.model.vocabulary import label

__all__ = [
    "DO_NOT_WRITE",
    "BadForm",
    "Choice",
    "Question",
    "check_report",
    "describe",
    "entity_questions",
    "from_free_text",
    "json_schema",
    "later_questions",
    "parse_json",
    "parse_toml",
    "questions",
    "still_to_come",
    "to_toml",
]

LONGEST_FORM = 2_000_000
"""Characters of a form; more is no report."""

_WHEN = ("occurred_start", "occurred_end")


class BadForm(BadInput):
    """A form with problems (exit 2). All of them are in `problems`; nothing was applied."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        said = [f"{problem.path}: {problem.reason}" for problem in self.problems]
        super().__init__(
            said[0] if len(said) == 1 else f"{len(said)} things to mend",
            hint="mend this and give the form again; nothing was saved",
            details=[
                *(said if len(said) > 1 else ()),
                *_where_fields_are(self.problems),
                *_terms_of(self.problems),
            ],
        )


def _where_fields_are(problems: Iterable[Problem]) -> Iterator[str]:
    if any(problem.reason.startswith("no such field") for problem in problems):
        yield "all fields: `copwatch report form`, `copwatch record form KIND`"


def _terms_of(problems: Iterable[Problem]) -> Iterator[str]:
    """What may stand where a term was not known: each vocabulary once, however many fields it was wrong in."""
    fields: dict[tuple[str, ...], list[str]] = {}
    for problem in problems:
        if problem.terms:
            names = fields.setdefault(problem.terms, [])
            names += [name for name in (problem.path.rpartition(".")[2],) if name not in names]
    for terms, names in fields.items():
        yield f"terms of {', '.join(names)}: {', '.join(map(label, terms))}"


def parse_toml(
    text: str, context: Context = NOTHING, schema: Schema = SCHEMA, entity: str = "report"
) -> dict[str, Json]:
    """Read the fields of a report, or of another entity, from a TOML form.

    Raises:
        BadForm: some fields are wrong; all of them are named.
        BadInput: it is no TOML at all, or far too long.
    """
    _bounded(text)
    check_toml(text)
    try:
        # Decimals stay the digits that were written.
        data = tomllib.loads(text, parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadInput(f"not readable as TOML: {error}", hint="put texts in quotes, lists in [ ]") from error
    return _fields(data, context, schema, entity)


def parse_json(
    text: str, context: Context = NOTHING, schema: Schema = SCHEMA, entity: str = "report"
) -> dict[str, Json]:
    """Read the fields of a report, or of another entity, from a JSON object, as forms or records write them.

    Raises:
        BadForm: some fields are wrong; all of them are named.
        BadInput: it is no JSON object at all, or far too long.
    """
    _bounded(text)
    try:
        data = json.loads(text, parse_float=str, parse_constant=_no_constant, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise BadInput(f"not readable as JSON: {error}", hint="compare it with the JSON schema") from error
    if not isinstance(data, dict):
        raise BadInput("not a JSON object", hint="the fields stand between { and }")
    return _fields(data, context, schema, entity)


def from_free_text(template: Template, text: str) -> dict[str, Json]:
    """A report of free text alone: kept word for word, with the incident type of the template and no other guess.

    Raises:
        BadInput: there is no text, or it is not text.
    """
    if not is_writable(text) or "\0" in text:
        raise BadInput(
            "the text holds bytes that are no text, such as a NUL",
            hint="save it as UTF-8 text; any file can be kept as it is with copwatch add",
        )
    if not text.strip():
        raise BadInput("there is no text to keep", hint='write what happened: "6:05 4 agents 5th & Main"')
    _bounded(text)
    fields: dict[str, Json] = {"narrative_observed": [*cut_text(text)]}
    problems = SCHEMA.check("report", fields)
    if problems:
        raise BadForm(problems)
    return fields | ({"incident_types": [template.incident_type]} if template.incident_type else {})


def check_report(
    fields: Mapping[str, Json], schema: Schema = SCHEMA, entity: str = "report"
) -> list[Problem]:
    """What is wrong in the fields of a report, or of another entity, and what is still open.

    Open problems do not stop it from being kept.
    """
    problems = schema.check(entity, fields)
    if not problems:
        problems = [
            *_order(fields),
            *_unfounded(fields),
            *(twice(fields, schema) if entity == "report" else ()),
        ]
    missing = [f for f in schema.fields(entity) if f.required and f.name not in fields]
    return problems + [Problem(f.name, "still open; unknown is an answer too", open=True) for f in missing]


def still_to_come(fields: Mapping[str, Json], now: datetime) -> list[str]:
    """The fields of a report which say that an incident began or ended after `now`, an aware time.

    They are kept: the clock of a computer may be wrong, too.
    """
    times = {name: span(fields.get(name, False)) for name in _WHEN}
    return [name for name, found in times.items() if found and found[0] > now]


def json_schema(schema: Schema = SCHEMA, entity: str = "report") -> dict[str, Json]:
    """JSON Schema (2020-12) of the fields of a report, or of another entity."""
    inner: dict[str, Json] = {e: _object(schema, e) for e in schema.below(entity)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"fields of a copwatch {entity.replace('_', ' ')}",
        **_object(schema, entity),
        "$defs": inner,
    }


def describe(schema: Schema = SCHEMA) -> list[dict[str, str]]:
    """One row of text for each field, for documentation."""
    return [
        {
            "entity": field.entity,
            "field": field.name,
            "type": field.type.name,
            "class": _class(field),
            "vocabulary": field.vocabulary.name if field.vocabulary else "",
            "asked": _asked(field),
            "help": field.help,
        }
        for field in schema.all_fields()
    ]


def _class(field: Field) -> str:
    relaxed = field.relaxed
    return field.class_.value + (
        f" → {relaxed.class_.value} ({relaxed.field}: {relaxed.value})" if relaxed else ""
    )


def _asked(field: Field) -> str:
    if not field.offered:
        return "never"
    return "first" if field.required else "yes" if field.question or field.short else ""


def _object(schema: Schema, entity: str) -> dict[str, Json]:
    properties: dict[str, Json] = {
        field.name: {"description": field.help, **field.type.json_schema()} for field in schema.fields(entity)
    }
    return {"type": "object", "properties": properties, "additionalProperties": entity == "x"}


def _fields(data: Mapping[str, object], context: Context, schema: Schema, entity: str) -> dict[str, Json]:
    fields, problems = schema.read(entity, data, context)
    if not problems:
        problems = [problem for problem in check_report(fields, schema, entity) if not problem.open]
    if problems:
        raise BadForm(problems)
    return fields


def _order(fields: Mapping[str, Json]) -> list[Problem]:
    start, end = (span(fields.get(name, False)) for name in _WHEN)
    if start and end and end[1] <= start[0]:
        return [Problem("occurred_end", "is before occurred_start")]
    return []


def _unfounded(fields: Mapping[str, Json]) -> list[Problem]:
    """A source is named exactly where somebody told it."""
    told = [name.removesuffix(TOLD_BY_SUFFIX) for name in fields if name.endswith(TOLD_BY_SUFFIX)]
    reason = f"needs the matching field that ends in {BASIS_SUFFIX} to be told_by"
    return [
        Problem(name + TOLD_BY_SUFFIX, reason) for name in told if fields.get(name + BASIS_SUFFIX) != "told_by"
    ]  # fmt: skip


def _bounded(text: str) -> None:
    if len(text) > LONGEST_FORM:
        raise BadInput(f"longer than {LONGEST_FORM} characters", hint="long texts are added as evidence")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:40]!r} is there twice")
        found[name] = value
    return found
