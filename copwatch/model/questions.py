"""Questions: what a prompt asks, in order. Asking is for others; this is the list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from copwatch.errors import BadInput
from copwatch.model.entities import OWN_SECTION
from copwatch.model.fields import Field
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.templates import Template
from copwatch.model.values import NOTHING, Coded, Context, Json, Nested, Terms
from copwatch.model.vocabulary import label

PAPER_HEAD = ("written_by", "written_at", "entered_by")
"""Fields of a report that was written on paper first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A term that may be answered, by itself or by its number in the list, counted from 1."""

    term: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `rows` are the questions to ask again for each row of a nested field, else empty."""

    field: Field
    text: str
    hint: str
    choices: tuple[Choice, ...]
    rows: tuple["Question", ...]
    reader: Callable[[Field, object, Context], Json | None]

    @property
    def before(self) -> tuple[str, ...]:
        """Lines to show ahead of the question."""
        return self.field.before

    def held(self, fields: Mapping[str, Json]) -> Json | None:
        """What the fields of a report say to it; None where it is open."""
        if self.field.entity != OWN_SECTION:
            return fields.get(self.field.name)
        own = fields.get(OWN_SECTION)
        return own.get(self.field.name) if isinstance(own, dict) else None

    def put(self, fields: dict[str, Json], value: Json | None) -> None:
        """Put an answer into the fields of a report; None leaves the question open."""
        own = fields.get(OWN_SECTION)
        place = (own if isinstance(own, dict) else {}) if self.field.entity == OWN_SECTION else fields
        place = dict(place) if place is not fields else fields
        place.pop(self.field.name, None)
        if value is not None:
            place[self.field.name] = value
        if place is not fields:
            fields.pop(OWN_SECTION, None)
            fields.update({OWN_SECTION: place} if place else {})

    def parse(self, answer: str, context: Context = NOTHING) -> Json | None:
        """The value that the answer means; None for an empty answer, which leaves the field not asked.

        Raises:
            BadInput: it does not fit; the hint says how to answer.
        """
        if not answer.strip():
            return None
        return self.reader(self.field, self._numbers(answer), context)

    def _numbers(self, answer: str) -> str:
        """Replace the numbers of choices by their terms."""
        if not self.choices:
            return answer
        parts = answer.split(",") if isinstance(self.field.type, Terms) else [answer]
        return ",".join(self._term(part.strip()) for part in parts)

    def _term(self, part: str) -> str:
        if part.isdecimal() and part.isascii() and 1 <= int(part[:6]) <= len(self.choices):
            return self.choices[int(part[:6]) - 1].term
        return part


def questions(template: Template, schema: Schema = SCHEMA) -> list[Question]:
    """The questions of a template. Fields of `asks` that the schema lacks are a fault of the template.

    Raises:
        ValueError: the template asks for a field that is not there.
    """
    asked = [schema.field("report", name) for name in template.asks]
    if None in asked:
        raise ValueError(f"template {template.name} asks for a field that is not there")
    needed = [field for field in schema.fields("report") if field.required and field not in asked]
    own = [field for field in schema.fields(OWN_SECTION) if template.name in field.asked_by]
    return [_question(field, schema) for field in (*needed, *asked, *own) if field is not None]


def later_questions(template: Template, schema: Schema = SCHEMA) -> list[Question]:
    """What the template asks where there is more time."""
    fields = [schema.field("report", name) for name in template.later]
    return [_question(field, schema) for field in fields if field is not None]


def paper_questions(schema: Schema = SCHEMA) -> list[Question]:
    """What the head of a paper form asks: whose hand it is, since when, and who typed it in.

    Raises:
        ValueError: the schema has not these fields.
    """
    fields = [schema.field("report", name) for name in PAPER_HEAD]
    if None in fields:
        raise ValueError("the head of paper forms asks for a field that is not there")
    return [_question(field, schema) for field in fields if field is not None]


def entity_questions(entity: str, schema: Schema = SCHEMA) -> list[Question]:
    """The questions of an entity that is no report: of its fields that have one, in the order of the table."""
    asked = [field for field in schema.fields(entity) if field.question or field.required]
    return [_question(field, schema) for field in asked]


def _question(field: Field, schema: Schema) -> Question:
    nested = schema.fields(field.type.entity) if isinstance(field.type, Nested) else ()
    return Question(
        field=field,
        text=field.question or field.label,
        hint=field.type.hint(),
        choices=tuple(Choice(t, label(t)) for t in field.type.terms) if isinstance(field.type, Coded) else (),
        rows=tuple(_question(inner, schema) for inner in nested if inner.short),
        reader=_reader(schema),
    )


def _reader(schema: Schema) -> Callable[[Field, object, Context], Json | None]:
    def read(field: Field, given: object, context: Context) -> Json | None:
        value, problems = schema.read_field(field, given, context)
        if problems:
            reasons = "; ".join(problem.reason for problem in problems)
            how = field.type.hint()
            hint = "answer that, or unknown" if how in reasons else f"answer {how}, or unknown"
            raise BadInput(f"{field.label}: {reasons}", hint=hint)
        return value

    return read
