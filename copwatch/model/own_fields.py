"""A group's own fields and terms, as a TOML text beside the archive says them (docs/adr/0053).

    [[field]]
    name = "radio_channel"
    type = "text"
    class = "ORG"
    help = "the radio channel of the shift"
    question = "Which radio channel?"
    asked_by = ["stop", "protest"]

    [[terms]]
    vocabulary = "force_type"
    add = ["x_net_launcher"]

Everything is checked, and everything wrong is said at once: a class or type that is not known refuses the whole text.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from copwatch.errors import BadInput
from copwatch.model.entities import OWN_SECTION
from copwatch.model.fields import BASIS_SUFFIX, TOLD_BY_SUFFIX, Field, Problem
from copwatch.model.redaction import Class
from copwatch.model.schema import NOT_KNOWN_COLUMN, SCHEMA, Schema
from copwatch.model.templates import TEMPLATES
from copwatch.model.toml_limits import check_toml
from copwatch.model.values import (
    Date,
    Decimal,
    Handle,
    Integer,
    Label,
    LongText,
    Place,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
    ValueType,
)
from copwatch.model.values.exact import Pattern
from copwatch.model.vocabulary import NOT_KNOWN, Vocabulary, is_own_term

LONGEST = 200_000
"""Characters of such a text."""
MOST = 100
"""Own fields of a group."""

_PLAIN: Mapping[str, Callable[[], ValueType]] = {
    "text": Text, "long_text": LongText, "whole_number": Integer, "decimal": Decimal, "date": Date, "time": Timestamp,
    "yes_no": TriState, "handle": Handle, "label": Label, "place": Place,
}  # fmt: skip
_CODED: Mapping[str, Callable[[Vocabulary], ValueType]] = {"term": Term, "terms": Terms}
_TAKES = {"name", "type", "class", "help", "question", "terms", "asked_by", "basis"}
_NEEDS = ("name", "type", "class", "help")
_NAME = Pattern(r"[a-z][a-z0-9_]{0,39}", "radio_channel")
_TERM = Pattern(r"[a-z][a-z0-9_]{0,62}", "a_term")


class BadOwnFields(BadInput):
    """What is wrong in a text of own fields, all of it (exit 2); no field of it is used."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "there is something to mend in the group's own fields",
            hint="until then nothing is opened with them",
            details=[f"{problem.path}: {problem.reason}" for problem in problems],
        )


def with_own(text: str, schema: Schema = SCHEMA) -> Schema:
    """The schema with the fields and terms that the text adds.

    Raises:
        BadOwnFields: something is wrong; all of it is named.
        BadInput: it is no TOML, or far too long.
    """
    data = _read(text)
    problems = [
        Problem(name[:64], "write [[field]] or [[terms]]") for name in data if name not in ("field", "terms")
    ]
    fields, terms = _tables(data, "field", problems), _tables(data, "terms", problems)
    if len(fields) > MOST:
        problems.append(Problem("field", f"more than {MOST}"))
    rows = [row for place, each in fields[:MOST] if (row := _field(place, each, problems)) is not None]
    problems += _taken(rows, schema)
    more = _more_terms(terms, schema, problems)
    if problems:
        raise BadOwnFields(problems)
    return schema.with_terms(more).with_fields(*rows)


def _read(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise BadInput(f"longer than {LONGEST} characters", hint="own fields are a page, not a book")
    check_toml(text)
    try:
        return tomllib.loads(text, parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadInput(f"not readable as TOML: {error}", hint="put texts in quotes, lists in [ ]") from error


def _tables(data: Mapping[str, Any], name: str, problems: list[Problem]) -> list[tuple[str, dict[str, Any]]]:
    """The tables of that name, each with its place, counted from 1."""
    given = data.get(name, [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        problems.append(Problem(name, f"write [[{name}]]"))
        return []
    return [(f"{name}[{number}]", each) for number, each in enumerate(given, 1)]


def _field(place: str, given: dict[str, Any], problems: list[Problem]) -> Field | None:
    wrong = [Problem(f"{place}.{at}", reason) for at, reason in _reasons(given)]
    problems += wrong
    if wrong:
        return None
    type_ = given["type"]
    kind = _PLAIN[type_]() if type_ in _PLAIN else _CODED[type_](_vocabulary(given))
    return Field(
        OWN_SECTION, given["name"], kind, Class(given["class"]), given["help"], given.get("question", ""),
        basis=given.get("basis", False), asked_by=tuple(given.get("asked_by", ())),
    )  # fmt: skip


def _vocabulary(given: dict[str, Any]) -> Vocabulary:
    return Vocabulary(f"{OWN_SECTION}_{given['name']}", tuple(given["terms"]))


def _reasons(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(key, reason) of everything wrong in one field."""
    yield from ((str(key)[:64], f"none of {', '.join(sorted(_TAKES))}") for key in given if key not in _TAKES)
    yield from ((key, "is missing") for key in _NEEDS if key not in given)
    for key in ("help", "question"):
        if key in given and Text(300).check(given[key]):
            yield key, "write one line of text"
    if "name" in given and _NAME.check(given["name"]):
        yield "name", f"not {_NAME.hint()}"
    if "type" in given and given["type"] not in (*_PLAIN, *_CODED):
        yield "type", f"none of {', '.join((*_PLAIN, *_CODED))}"
    if "class" in given and given["class"] not in [each.value for each in Class]:
        yield "class", f"none of {', '.join(Class)}"
    if not isinstance(given.get("basis", False), bool):
        yield "basis", "write true or false"
    if "asked_by" in given and not _words(given["asked_by"], set(TEMPLATES)):
        yield "asked_by", f"a list of some of {', '.join(TEMPLATES)}"
    coded = given.get("type") in tuple(_CODED)
    if coded and not _own_list(given.get("terms")):
        yield "terms", f"a list of terms, each {_TERM.hint()} and none of {', '.join(NOT_KNOWN)}"
    if not coded and "terms" in given:
        yield "terms", "only a field of the type term or terms has them"


def _words(given: object, known: set[str]) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) and each in known for each in given)


def _own_list(given: object) -> bool:
    if not isinstance(given, list) or not 0 < len(given) <= 200 or any(_TERM.check(term) for term in given):
        return False
    return len(set(given)) == len(given) and not set(given) & set(NOT_KNOWN)


def _taken(rows: list[Field], schema: Schema) -> Iterator[Problem]:
    """Names that stand already, or are given twice; companions and columns count."""
    seen = {field.name for field in schema.fields(OWN_SECTION)} | {NOT_KNOWN_COLUMN}
    columns = set(schema.columns("report"))
    for row in rows:
        names = {row.name, row.name + BASIS_SUFFIX, row.name + TOLD_BY_SUFFIX}
        held = {f"{OWN_SECTION}_{column}" for column in row.type.columns(row.name)}
        if names & seen or held & columns:
            yield Problem(row.name, "is there already")
        seen |= names
        columns |= held


def _more_terms(
    given: list[tuple[str, dict[str, Any]]], schema: Schema, problems: list[Problem]
) -> dict[str, list[str]]:
    """Vocabulary → terms to add."""
    known = {
        f.vocabulary.name for f in schema.all_fields() if f.vocabulary and not isinstance(f.type, TriState)
    }
    more: dict[str, list[str]] = {}
    for place, each in given:
        name, add = each.get("vocabulary"), each.get("add")
        if set(each) != {"vocabulary", "add"}:
            problems.append(Problem(place, "write vocabulary and add"))
        elif not isinstance(name, str) or name not in known:
            problems.append(Problem(f"{place}.vocabulary", "none of the vocabularies of docs/schema.md"))
        elif (
            not isinstance(add, list)
            or not add
            or not all(isinstance(t, str) and is_own_term(t) for t in add)
        ):
            problems.append(
                Problem(f"{place}.add", "a list of own terms, which begin with x_: x_net_launcher")
            )
        else:
            more.setdefault(name, []).extend(add)
    return more
