"""The report as a commented TOML form: what is known filled in, the rest as comments with an example."""

from collections.abc import Iterator, Mapping
from typing import cast

import tomli_w

from copwatch.model.fields import Field
from copwatch.model.longtext import cut_text, join_text
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Coded, Group, Json, LongText, Section
from copwatch.model.vocabulary import NOT_KNOWN

_HEAD = (
    "A copwatch report. Take away the # before the lines that you fill in; leave the rest.",
    f"Every field also takes: {', '.join(NOT_KNOWN)}.",
)


def to_toml(fields: Mapping[str, Json], schema: Schema = SCHEMA) -> str:
    """Write checked report fields as a form; `forms.parse_toml` reads the same fields back.

    Companions of fields (`…_basis`, `…_told_by`) and own sections stand at their place like all others.
    """
    lines = [f"# {line}" for line in _HEAD]
    lines += _rows(fields, "report", "", schema)
    return "\n".join(lines) + "\n"


def _rows(fields: Mapping[str, Json], entity: str, prefix: str, schema: Schema) -> Iterator[str]:
    """One entity; tables come after all plain keys, because a key after a table would belong to the table."""
    tables = []
    for field in schema.fields(entity):
        value = fields.get(field.name)
        if isinstance(field.type, Group | Section) and not _is_plain(field, value):
            tables.append(field)
        else:
            yield from _plain_lines(field, value, top=not prefix)
    for field in tables:
        yield from _table_lines(field, fields.get(field.name), prefix, schema)


def _is_plain(field: Field, value: Json | None) -> bool:
    return value is not None and field.type.is_not_known(value)


def _plain_lines(field: Field, value: Json | None, top: bool) -> Iterator[str]:
    if top or value is None:
        yield from _comments(field) if top else ()
    if value is not None:
        yield _assignment(field.name, _written(field, value))
    else:
        yield "# " + _assignment(field.name, field.type.example())


def _comments(field: Field) -> Iterator[str]:
    yield ""
    yield from (f"# {line}" for line in field.before)
    yield f"# {field.question or field.help}"
    yield f"# {field.type.hint()}" + (f" ({field.help})" if field.question else "")
    if isinstance(field.type, Coded):
        yield f"# terms: {', '.join(field.type.vocabulary.terms)}"


def _table_lines(field: Field, value: Json | None, prefix: str, schema: Schema) -> Iterator[str]:
    entity = cast(Group | Section, field.type).entity
    path = prefix + field.name
    head = f"[[{path}]]" if isinstance(field.type, Group) else f"[{path}]"
    if not schema.fields(entity) and value is None:
        return
    yield from ("", f"# {field.question or field.help}")
    if value is None:
        yield f"# {head}"
        for inner in schema.fields(entity):
            if not isinstance(inner.type, Group | Section):
                yield f"# {_assignment(inner.name, inner.type.example())}"
        return
    for row in value if isinstance(value, list) else [value]:
        yield head
        known = cast(dict[str, Json], row)
        yield from _rows(known, entity, f"{path}.", schema)
        if isinstance(field.type, Section):
            yield from _unnamed({n: v for n, v in known.items() if schema.field(entity, n) is None}, path)


def _unnamed(members: dict[str, Json], path: str) -> Iterator[str]:
    """Members that no row names, such as those of another laptop's own fields."""
    for name, value in members.items():
        if isinstance(value, dict):
            yield tomli_w.dumps({path: {name: value}}).rstrip("\n")
        else:
            yield _assignment(name, value)


def _written(field: Field, value: Json) -> Json:
    """Free text as one text where reading cuts it into the same passages; unknowns as their word."""
    if field.type.is_not_known(value):
        return str(value["not_known"]) if isinstance(value, dict) else value
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
