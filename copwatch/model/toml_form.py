"""A report, or another entity, as a commented TOML form: what is known filled in, the rest as comments."""

from collections.abc import Iterator, Mapping
from itertools import chain
from textwrap import wrap
from typing import cast

import tomli_w

from copwatch.model.fields import Field
from copwatch.model.longtext import cut_text, join_text
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Coded, Json, LongText, Nested, Section, TriState
from copwatch.model.values.base import NOT_KNOWN_MEMBER
from copwatch.model.vocabulary import NOT_KNOWN

_WIDTH = 78
_HEAD = (
    "Take away the # before a line and write between the quotes; leave the rest as it is.",
    f"Every field also takes: {', '.join(NOT_KNOWN)}.",
)


def to_toml(fields: Mapping[str, Json], schema: Schema = SCHEMA, entity: str = "report") -> str:
    """Write the checked fields of a report, or of another entity, as a form; `forms.parse_toml` reads them back.

    What is not filled in stands there as an empty comment. An example is never the value: a person who takes
    away a # too many must not state something.
    """
    head = (f"A copwatch form: {entity.replace('_', ' ')}.", *_HEAD)
    lines = [*chain.from_iterable(_comment(line) for line in head), *_rows(fields, entity, "", schema, True)]
    return "\n".join(lines) + "\n"


def _rows(
    fields: Mapping[str, Json], entity: str, prefix: str, schema: Schema, whole: bool = False
) -> Iterator[str]:
    """One entity; tables come after all plain keys, because a key after a table would belong to the table."""
    tables = []
    for field in schema.fields(entity):
        value = fields.get(field.name)
        if value is None and not field.offered:
            continue
        if isinstance(field.type, Nested) and not (value is not None and field.type.is_not_known(value)):
            tables.append(field)
        else:
            yield from () if prefix or field.companion_of else _comments(field)
            yield from _lines(field, value, not whole)
    for field in tables:
        yield from _table(field, fields.get(field.name), prefix + field.name, schema)


def _comments(field: Field) -> Iterator[str]:
    yield ""
    for line in (*field.before, field.question or field.help):
        yield from _comment(line)
    example = f"; for example: {field.type.example()}" if not isinstance(field.type, Coded) else ""
    yield from _comment(field.type.hint() + example)
    if isinstance(field.type, Coded) and not isinstance(field.type, TriState):
        yield from _comment(", ".join(field.type.vocabulary.terms))


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, _WIDTH, break_on_hyphens=False)]


def _lines(field: Field, value: Json | None, in_row: bool = True) -> Iterator[str]:
    """What is known, or an empty comment: with its terms beside it, or above where that gets too long."""
    if value is not None:
        yield _assignment(field.name, _written(field, value))
        return
    if isinstance(field.type, LongText):
        # Between three single quotes TOML takes every character as it is, backslashes too.
        yield f"# {field.name} = '''\n# '''"
        return
    line = f'# {field.name} = ""'
    if isinstance(field.type, Coded) and (field.companion_of or in_row):
        terms = ", ".join(field.type.vocabulary.terms)
        beside = f"{line}  # {terms}"
        yield from [beside] if len(beside) <= _WIDTH + 2 else [*_comment(terms), line]
    else:
        yield line


def _table(field: Field, value: Json | None, path: str, schema: Schema) -> Iterator[str]:
    """The rows of a nested field, or an empty one as comments."""
    entity = cast(Nested, field.type).entity
    if value is None and not schema.fields(entity):
        return
    yield ""
    for line in (*field.before, field.question or field.help):
        yield from _comment(line)
    if isinstance(field.type, Section):
        yield from _section(value, entity, path, schema)
    elif value is None:
        yield f"# [[{path}]]"
        for inner in schema.fields(entity):
            if inner.offered and not isinstance(inner.type, Nested):
                yield from _lines(inner, None)
    else:
        for row in cast(list[Json], value):
            yield f"[[{path}]]"
            yield from _rows(cast(dict[str, Json], row), entity, f"{path}.", schema)


def _section(value: Json | None, entity: str, path: str, schema: Schema) -> Iterator[str]:
    """A group's own fields; members that no row names are written as they are."""
    known = cast(dict[str, Json], value or {})
    yield f"[{path}]" if value is None else ""
    for field in schema.fields(entity):
        if field.name not in known:
            yield from () if field.companion_of else _comments(field)
            yield from _lines(field, None)
    if value is not None:
        fields = {name: (schema.field(entity, name), inner) for name, inner in known.items()}
        written = {n: _written(field, inner) if field else inner for n, (field, inner) in fields.items()}
        yield tomli_w.dumps({path: written}).rstrip("\n")


def _written(field: Field, value: Json) -> Json:
    """Free text as one text where reading cuts it into the same passages; unknowns as their word."""
    if isinstance(value, dict) and field.type.is_not_known(value):
        return value[NOT_KNOWN_MEMBER]
    if isinstance(field.type, LongText):
        text = join_text(cast(list[str], value))
        return text if cut_text(text) == value and text not in NOT_KNOWN else value
    return value


def _assignment(name: str, value: Json) -> str:
    if isinstance(value, dict):
        inside = ", ".join(_assignment(n, v) for n, v in value.items())
        return f"{name} = {{ {inside} }}"
    # TOML readers turn \r\n inside a multi-line text into \n, so such text stays on one line, escaped.
    lines = isinstance(value, str) and "\n" in value and "\r" not in value
    return tomli_w.dumps({name: value}, multiline_strings=lines).rstrip("\n")
