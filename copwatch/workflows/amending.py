"""What an amendment starts from, when there is a key: all current versions of a report or of another entity."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TypeAlias, cast

from copwatch.catalogue.order import succeeding
from copwatch.catalogue.shown import EntityVersion, ReportVersion
from copwatch.errors import BadInput, CopwatchError, NewerFormat
from copwatch.model.longtext import cut_text, join_text
from copwatch.model.records import Fielded, from_json
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Json, LongText

Fields: TypeAlias = Mapping[str, Json]
Version: TypeAlias = ReportVersion | EntityVersion

ID = re.compile(r"\b[0-9a-f]{32}\b(?:/[A-Z][0-9]+)?")
"""What looks like an id, or like a row of the report of one."""

NARRATIVE = "narrative_observed"
"""The field of a report that `--text` adds to."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one version says in a field; None where a whole version leaves it out."""

    code: str
    value: Json | None


@dataclass(frozen=True, slots=True)
class Start:
    """What an amendment over all current versions starts from.

    `fields` is what they agree on. In `differing` they do not, and a person has to decide; oldest first. `said` are
    the fields of each of them. `entity` says in which part of the table of fields they stand.
    """

    entity: str = "report"
    parents: tuple[str, ...] = ()
    template: str = "general"
    fields: Fields = field(default_factory=dict)
    differing: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    said: tuple[Fields, ...] = ()


def start_from(heads: Sequence[Version], schema: Schema = SCHEMA, entity: str = "report") -> Start:
    """What an amendment over these versions of one thing starts from.

    Texts that differ are put one after the other, so that nothing observed drops out; what they begin with alike
    stands once. A version that was written without a key says nothing about what it leaves out.

    Raises:
        NewerFormat: a version holds what this program does not know, and would lose it.
    """
    ordered = sorted(succeeding(heads), key=lambda head: head.partial)
    said = [(head, _fields(head)) for head in ordered]
    fields: dict[str, Json] = {}
    differing: dict[str, tuple[Said, ...]] = {}
    for name in dict.fromkeys(name for _, stated in said for name in stated):
        values = _said_of(name, said)
        one = _agreed(schema, entity, name, [each.value for each in values])
        if one is None:
            differing[name] = values
        else:
            fields[name] = one
    template = next((t for h in ordered if (t := getattr(h, "template", None)) and not h.partial), None)
    leaves = tuple(sorted(head.leaf for head in heads))
    return Start(
        entity, leaves, template or "general", fields, differing, tuple(stated for _, stated in said)
    )


def decide(
    start: Start,
    given: Iterable[str],
    keep: Mapping[str, str],
    schema: Schema = SCHEMA,
    spoken: Callable[[str], str] = str,
) -> dict[str, Json]:
    """The fields to start from when some of what differs was decided.

    Args:
        given: fields that the amendment states anew.
        keep: field → code of the version whose word holds.
        spoken: the code of an id, for the message.

    Raises:
        BadInput: something is left undecided; all of it is named.
    """
    left = [name for name in start.differing if name not in {*given, *keep}]
    if left:
        named = "; ".join(_both(schema, start.entity, name, start.differing[name]) for name in left)
        hint = "say what holds with --set FIELD=VALUE, or take one version's word with --keep R-…"
        raise BadInput(f"the versions differ: {ID.sub(lambda found: spoken(found[0]), named)}", hint=hint)
    chosen = {
        name: said.value
        for name, code in keep.items()
        for said in start.differing.get(name, ())
        if said.code == code and said.value is not None
    }
    return {**start.fields, **chosen}


def founded(start: Start, fields: Fields, stated: Iterable[str], schema: Schema = SCHEMA) -> dict[str, Json]:
    """The fields without what says how a value is known, where nobody said it of that value.

    "Saw" belongs to the number that was seen: whoever changes the number says anew how it is known, or it is open.

    Args:
        stated: fields that the amendment states itself; they stay.
    """
    said_now = set(stated)

    def holds(name: str) -> bool:
        found = schema.field(start.entity, name)
        of = found.companion_of if found is not None else ""
        together = any(
            said.get(of) == fields.get(of) and said.get(name) == fields[name] for said in start.said
        )
        return not of or name in said_now or together

    return {name: value for name, value in fields.items() if holds(name)}


def with_text(fields: Fields, more: str) -> dict[str, Json]:
    """The same fields with `more` after what was observed, on a line of its own."""
    known = fields.get(NARRATIVE)
    if not isinstance(known, list):
        return {**fields, NARRATIVE: [*cut_text(more)]}
    return {**fields, NARRATIVE: _one_after_the_other([cast(list[str], known), cut_text(more)])}


def changed(before: Fields, after: Fields, schema: Schema = SCHEMA, entity: str = "report") -> list[str]:
    """The names of the fields that are not the same in both, in the order in which people meet them."""
    order = [f.name for f in schema.fields(entity)]
    return [name for name in order if before.get(name) != after.get(name)]


def _fields(version: Version) -> Fields:
    try:
        found = from_json(version.record)
    except CopwatchError as error:
        raise _not_known(version, error.message) from error
    if not isinstance(found, Fielded):
        raise _not_known(version, "it has no fields")
    return found.fields


def _not_known(version: Version, what: str) -> NewerFormat:
    return NewerFormat(
        f"{version.code} holds what this copwatch does not understand: {what}",
        hint="update copwatch first: an amendment from here would leave that out",
    )


def _said_of(name: str, said: Sequence[tuple[Version, Fields]]) -> tuple[Said, ...]:
    """What the versions say in a field. Leaving it out says something only against another whole version."""
    whole = any(name in stated and not version.partial for version, stated in said)
    return tuple(
        Said(version.code, stated.get(name))
        for version, stated in said
        if name in stated or (whole and not version.partial)
    )


def _agreed(schema: Schema, entity: str, name: str, values: list[Json | None]) -> Json | None:
    """The value that all versions share; texts are joined; None when a person has to decide."""
    if all(value == values[0] for value in values):
        return values[0]
    field_ = schema.field(entity, name)
    texts = [value for value in values if value is not None]
    if field_ is None or not isinstance(field_.type, LongText) or any(isinstance(t, dict) for t in texts):
        return None
    return _one_after_the_other(cast(list[list[str]], texts))


def _one_after_the_other(texts: Sequence[Sequence[str]]) -> Json:
    """Texts joined, each from a new line; a beginning that two share stands once, and so does a text held whole."""
    whole = list(texts[0])
    for text in texts[1:]:
        if join_text(whole) in join_text(text):
            whole = list(text)
        if join_text(text) in join_text(whole):
            continue
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(whole, text, strict=False)))
        before = join_text(whole)
        gap = "" if before.endswith("\n") else "\n"
        whole = cut_text(before + gap + join_text(text[alike:]))
    return [*whole]


def _both(schema: Schema, entity: str, name: str, said: tuple[Said, ...]) -> str:
    shown = (f"{each.code}: {shown_value(name, each.value, schema, entity)}" for each in said)
    return f"{name} ({', '.join(shown)})"


def shown_value(name: str, value: Json | None, schema: Schema = SCHEMA, entity: str = "report") -> str:
    """A checked value of a field in words; a group by the number of its rows."""
    field_ = schema.field(entity, name)
    if value is None or field_ is None:
        return "not asked"
    return field_.type.show(value)
