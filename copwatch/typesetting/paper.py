"""The blank paper form of a template: what the table of fields says, laid out for a pen.

Which questions there are, in which order, with which words, and what is said before them comes from
`copwatch/model/questions.py` and the table behind it; here stands only how each type of value is drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copwatch.model.fields import Field
from copwatch.model.labels import LABEL
from copwatch.model.questions import Question, later_questions, paper_questions, questions
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.templates import Template
from copwatch.model.values import (
    Coded,
    Date,
    Handle,
    Integer,
    Json,
    Label,
    LongText,
    Nested,
    Terms,
    Timestamp,
)
from copwatch.model.vocabulary import NOT_KNOWN, label
from copwatch.typesetting.typeset import Typeset, typeset

SIZES: Final = {"letter": "us-letter", "a4": "a4"}
"""Paper that a form can be printed on → what typst calls it."""

LARGE, LARGER = 14, 18
"""Points of the type: already large, and larger."""

_LINES, _LINES_OF_ACCOUNT = 3, 20
_LABELLED_ROWS = 2


@dataclass(frozen=True, slots=True)
class Paper:
    """How a form is printed. `group` stands at its head only where it is given: paper is found and seized."""

    size: str = "letter"
    larger: bool = False
    group: str = ""


def paper_form(template: Template, paper: Paper, version: str, schema: Schema = SCHEMA) -> Typeset:
    """The PDF of a blank form. `version` is copwatch's; the same arguments give the same bytes.

    Raises:
        Unfinished: it could not be typeset.
    """
    return typeset("paper", form_data(template, paper, version, schema))


def form_data(template: Template, paper: Paper, version: str, schema: Schema = SCHEMA) -> dict[str, Json]:
    """What the template of the form draws."""
    first = questions(template, schema)
    asked = [*first, *later_questions(template, schema)]
    return {
        "title": template.title,
        "template": template.name,
        "states": label(template.incident_type or ""),
        "version": version,
        "group": paper.group,
        "paper": SIZES[paper.size],
        "size": LARGER if paper.larger else LARGE,
        "head": [_head(question) for question in paper_questions(schema)],
        "before": list(dict.fromkeys(line for question in asked for line in question.before)),
        "answers": [label(term) for term in NOT_KNOWN],
        "questions": [_question(question, schema) for question in asked],
        "first": len(first),
    }


def _head(question: Question) -> str:
    return f"{question.text} (handle)" if isinstance(question.field.type, Handle) else question.text


def _question(question: Question, schema: Schema, *, in_row: bool = False) -> dict[str, Json]:
    field = question.field
    drawn: dict[str, Json] = {
        "text": question.text,
        # Where the help says nothing new it would only be more to read.
        "help": field.help if question.text == field.question and not in_row else "",
        "before": list(question.before) if in_row else [],
        "kind": _kind(question),
        "lines": _LINES_OF_ACCOUNT if isinstance(field.type, LongText) and not in_row else _LINES,
        "terms": _terms(question),
        "several": isinstance(field.type, Terms),
        "how": [] if in_row else list(_how_known(field)),
    }
    if question.rows and isinstance(field.type, Nested):
        drawn["rows"] = [_question(row, schema, in_row=True) for row in question.rows]
        drawn["labels"] = list(_row_labels(field.type.entity, schema))
    return drawn


def _kind(question: Question) -> str:
    type_ = question.field.type
    if question.rows:
        return "rows"
    if isinstance(type_, Coded):
        return "boxes"
    if isinstance(type_, LongText):
        return "lines"
    if isinstance(type_, Timestamp):
        return "time"
    return "short" if isinstance(type_, Integer | Date | Label) else "line"


def _terms(question: Question) -> list[Json]:
    """The vocabulary without the unknowns: of those one box stands for all."""
    return [choice.label for choice in question.choices if choice.term not in NOT_KNOWN]


def _how_known(field: Field) -> Iterator[str]:
    """The terms for how a fact is known, where the table has a field for that."""
    for companion in field.companions():
        if isinstance(companion.type, Coded):
            yield from (label(term) for term in companion.type.vocabulary.terms)


def _row_labels(entity: str, schema: Schema) -> Sequence[str]:
    """What the blocks for the rows of an entity are called: several for what has labels, such as O1 and O2."""
    field = schema.field(entity, LABEL)
    if field is None or not isinstance(field.type, Label):
        return [""]
    return [f"{field.type.letters[0]}{number}" for number in range(1, _LABELLED_ROWS + 1)]
