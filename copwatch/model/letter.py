"""A draft of a preservation letter: which fields of a report may stand in it, and its words. Pure.

It asks a keeper of recordings to keep them. It names nobody, argues nothing and cites no law: counsel does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from copwatch.errors import BadInput, Refused
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Group, LongText, Section
from copwatch.text import clean

DRAFT: Final = "DRAFT – for review by an attorney"
BLANK: Final = "_" * 24

_LABELS: Final[Mapping[str, str]] = {
    "occurred_start": "Began", "occurred_end": "Ended", "location_text": "Place", "city": "City", "state": "State",
    "agencies": "Agencies",
}  # fmt: skip
"""What a stranger reads before them; other fields stand under their own names."""
SHOWN: Final = tuple(_LABELS)
"""Fields of the report that stand in a letter where nobody chose otherwise."""
_SHORT_BLANK: Final = "_" * 6
MAY_STAND: Final = frozenset({Class.PUB, Class.OFF, Class.TIM, Class.LOC})
"""Classes of which a group may choose fields."""
GIVEN_BY_AGENCY: Final = frozenset({"agency_report_number", "cad_number"})
"""Numbers that whoever gets the letter gave itself; their class keeps them from others."""
IN_ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "officers": ("badge_as_seen", "helmet_or_unit_no", "agency"),
    "vehicles": ("unit_number", "agency", "marked"),
}
"""What of rows may stand in it: numbers and agencies, no names and no descriptions."""

ASKED_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "agency": (
        "video and sound of body-worn cameras of everybody who was sent or present, with their logs",
        "video and sound of cameras in vehicles",
        "video of buildings, stations and places of custody",
        "911 and other calls, radio traffic, and records of dispatch (CAD)",
        "reports, and photographs and other recordings that officers made",
    ),
    "business_cctv": ("video and sound of every camera that shows the place or the ways to it",),
    "transit": (
        "video and sound of vehicles, stops and stations at the place",
        "records of where vehicles were",
    ),
    "dispatch": ("911 and other calls", "radio traffic", "records of dispatch (CAD), with their history"),
    "platform": ("recordings, and records of who made or received them",),
}
"""By kind of letter (`letter_kind`): what it asks to keep."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a letter. `style`: `mark`, `head`, `pair` (label and text), `text`, `item`."""

    style: str
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `stated` are (label, text) of what the group chose; an empty text is a blank to fill in."""

    to: str
    kind: str
    stated: tuple[tuple[str, str], ...]


def check_chosen(names: Sequence[str], schema: Schema = SCHEMA) -> None:
    """Whether fields of a report may stand in a letter.

    Raises:
        BadInput: there is no such field.
        Refused: it may not: names of people, what is privileged, free text, and whatever counsel would not send.
    """
    fields = {name: schema.field("report", name) for name in names}
    if unknown := [name for name, field in fields.items() if field is None]:
        raise BadInput(f"there is no field {', '.join(unknown)} of a report", hint="docs/schema.md lists all")
    wrong = [name for name, field in fields.items() if field and not may_stand(name, schema)]
    if wrong:
        raise Refused(
            f"{', '.join(wrong)} may not stand in a letter that leaves the group",
            hint=f"for example: --show {','.join((*SHOWN, 'officers', 'cad_number'))}",
        )


def may_stand(name: str, schema: Schema = SCHEMA) -> bool:
    """Whether a field of a report may stand in a letter."""
    field = schema.field("report", name)
    if field is None or isinstance(field.type, LongText | Section):
        return False
    if isinstance(field.type, Group):
        return name in IN_ROWS
    return field.class_ in MAY_STAND or name in GIVEN_BY_AGENCY


def stated(
    names: Sequence[str], fields: Mapping[str, Any], schema: Schema = SCHEMA
) -> tuple[tuple[str, str], ...]:
    """(label, text) of the chosen fields, in the order of the table; empty where the report does not say it."""
    found = []
    for field in schema.fields("report"):
        if field.name in names:
            value = fields.get(field.name)
            label = _LABELS.get(field.name, field.label.capitalize())
            found.append((label, _shown(field.name, value, schema)))
    return tuple(found)


def blocks(letter: Letter) -> Iterator[Block]:
    """The letter, part by part; all of it is clean to print."""
    yield Block("mark", DRAFT)
    yield Block("pair", BLANK, "Date")
    yield Block("pair", clean(letter.to), "To")
    yield Block("pair", BLANK, "Address")
    yield Block("pair", f"{BLANK} (who sends it, and where a reply reaches them)", "From")
    yield Block("pair", BLANK, "Our reference")
    yield Block("head", "Please keep recordings and records")
    yield from (Block("pair", clean(text) or BLANK, label) for label, text in letter.stated)
    yield Block("text", "To whom it may concern:")
    yield Block(
        "text",
        "We ask you to keep what you hold or control that was recorded at the time and place above, from at least "
        f"{_SHORT_BLANK} minutes before to {_SHORT_BLANK} minutes after. Please see to it that none of it is written "
        "over, changed or destroyed, also where that would happen by itself:",
    )
    yield from (Block("item", each) for each in ASKED_FOR[letter.kind])
    yield Block("item", f"other: {BLANK}")
    yield Block(
        "text",
        f"Please confirm in writing by {BLANK} what is kept, and who is responsible for it. If any of it is held by "
        "somebody else, or is gone, please say so, and since when. This letter asks you to keep recordings; copies are "
        "asked for separately.",
    )
    yield Block("pair", BLANK, "Signed")
    yield Block("mark", f"{DRAFT}. Not legal advice.")


def plain_text(letters: Sequence[Letter]) -> str:
    """All letters as text of at most 78 columns, each on pages of its own (a form feed between them)."""
    return "\f".join("\n".join(_lines(letter)) + "\n" for letter in letters)


def _lines(letter: Letter) -> Iterator[str]:
    before = ""
    for block in blocks(letter):
        if before and not (before == block.style and block.style in ("pair", "item")):
            yield ""
        before = block.style
        if block.style == "pair":
            yield from _hanging(f"{block.label}: ".ljust(20), block.text)
        elif block.style == "item":
            yield from _hanging("  - ", block.text)
        else:
            yield from _hanging("", block.text)


def _hanging(label: str, text: str) -> Iterator[str]:
    """Words in lines; what is too long for one stays whole."""
    line, empty = label, True
    for word in text.split():
        if not empty and len(line) + 1 + len(word) > 78:
            yield line.rstrip()
            line, empty = " " * len(label), True
        line += word if empty else f" {word}"
        empty = False
    yield line.rstrip()


def _shown(name: str, value: Any, schema: Schema) -> str:
    field = schema.field("report", name)
    if field is None or value is None or field.type.check(value) or field.type.is_not_known(value):
        return ""
    if not isinstance(field.type, Group):
        return " ".join(field.type.show(value).split())
    rows = value if isinstance(value, list) else []
    return "; ".join(
        filter(None, (_row(field.type.entity, IN_ROWS.get(name, ()), row, schema) for row in rows))
    )


def _row(entity: str, names: Sequence[str], row: Mapping[str, Any], schema: Schema) -> str:
    said = []
    for name in names:
        field, value = schema.field(entity, name), row.get(name)
        if (
            field is not None
            and value is not None
            and not field.type.check(value)
            and not field.type.is_not_known(value)
        ):
            said.append(f"{field.label} {' '.join(field.type.show(value).split())}")
    return ", ".join(said)
