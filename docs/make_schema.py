"""Writes `docs/schema.md` from the table of fields: `python docs/make_schema.py`. A test fails where they differ."""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from copwatch.model.forms import describe
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.templates import TEMPLATES
from copwatch.model.vocabulary import NOT_KNOWN, Vocabulary

PAGE = Path(__file__).with_name("schema.md")

_HEAD = """\
# Schema

Made from the table of fields (`copwatch/model/entities/`) by `docs/make_schema.py`; a test compares the two. What a
field is called, its type, its redaction class and its words stand in one row of that table and nowhere else.

Every field also takes {not_known}. What is absent was not asked. *Asked*: `first` is asked first and listed as open
while it lacks, `yes` is asked where its template or row is, `never` stands in no form and in no prompt. A class behind
an arrow holds when the field named there has that value. Fields in `_basis` say how a thing is known, those in
`_told_by` who told it. No attorney has reviewed this table.
"""


def page(schema: Schema = SCHEMA) -> str:
    """The whole page."""
    return "".join(
        [_HEAD.format(not_known=", ".join(f"`{term}`" for term in NOT_KNOWN)), *_templates(), *_classes()]
        + [line for entity in schema.entities for line in _entity(schema, entity)]
        + [*_vocabularies(schema)]
    )


def _templates() -> Iterator[str]:
    yield "\n## Templates\n\n| template | for | asks |\n|---|---|---|\n"
    for template in TEMPLATES.values():
        yield f"| `{template.name}` | {template.title} | {', '.join(template.asks)} |\n"


def _classes() -> Iterator[str]:
    yield "\n## Classes\n\n| class | |\n|---|---|\n"
    yield from (f"| {each.value} | {each.meaning} |\n" for each in Class)


def _entity(schema: Schema, entity: str) -> Iterator[str]:
    rows = [row for row in describe(schema) if row["entity"] == entity]
    if not rows:
        return
    yield f"\n## {entity}\n\n| field | type | class | asked | what it is |\n|---|---|---|---|---|\n"
    for row in rows:
        cells = (f"`{row['field']}`", row["type"], row["class"], row["asked"], row["help"])
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _vocabularies(schema: Schema) -> Iterator[str]:
    found: dict[str, Vocabulary] = {}
    for field in schema.all_fields():
        if field.vocabulary:
            found[field.vocabulary.name] = field.vocabulary
    yield "\n## Vocabularies\n\n| vocabulary | terms |\n|---|---|\n"
    for name in sorted(found):
        yield f"| {name} | {', '.join(found[name].terms)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
