"""Drafting a preservation letter from a report: `copwatch letter preservation`. Its words: `model/letter.py`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from copwatch.catalogue.entities import entities
from copwatch.catalogue.queries import incident
from copwatch.errors import BadInput, Refused, UsageError
from copwatch.model.fields import Field
from copwatch.model.kinds import KINDS
from copwatch.model.letter import SHOWN, Letter, blocks, check_chosen, may_stand, plain_text, stated
from copwatch.model.values import Handle, Json, Many, Place, Text
from copwatch.model.values.text import PersonName
from copwatch.model.vocabularies.legal import LETTER_KIND
from copwatch.typesetting.typeset import typeset
from copwatch.workflows.entities import new_entity
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now
from copwatch.workflows.timeline import fields_of
from copwatch.workflows.writing_out import check_new, create_new

_SHORTEST: Final = 3
"""Shorter names than this stand in every text by chance."""


@dataclass(frozen=True, slots=True)
class Wish:
    """To whom, what they are (`letter_kind`), which fields of the report stand in it, and where it is written."""

    to: tuple[str, ...]
    out: Path
    kind: str = "agency"
    show: tuple[str, ...] = SHOWN


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was written. `disputed` are fields left blank because versions of the report differ in them.

    `names_checked` is false where the keys at hand do not open names, so that nobody could look for them.
    """

    letters: tuple[Letter, ...]
    disputed: tuple[str, ...]
    names_checked: bool
    footage: Mapping[str, Json]


def check_wish(wish: Wish) -> None:
    """Raises `BadInput`, `UsageError` or `Refused` for what no letter can be made of, before any key is asked for."""
    if not wish.to or not all(to.strip() for to in wish.to):
        raise UsageError("a letter needs somebody to go to", hint='--to "Example Police Department"')
    for to in wish.to:
        if reasons := KINDS_TO.check(to):
            raise BadInput(
                f"--to {to[:40]!r}: {reasons[0]}", hint="write one line: a name of an office or business"
            )
    if wish.kind not in LETTER_KIND:
        raise UsageError(
            f"there is no kind of letter {wish.kind!r}", hint=f"one of: {', '.join(LETTER_KIND.terms)}"
        )
    if wish.out.suffix.lower() not in (".txt", ".pdf"):
        raise UsageError(
            f"a letter is written as .txt or .pdf, not as {wish.out.name}", hint="--out letter.txt"
        )
    check_chosen(wish.show)


KINDS_TO: Final = Text(200)
"""What a letter may be addressed to."""


def draft_letter(session: Session, id: str, wish: Wish) -> Drafted:
    """Writes the draft to a new file, for this user alone.

    Raises:
        Refused: a name of a person, or what the report withholds, stands in a field that was chosen; or something is at
            the place of the file.
        NotFound: there is no such incident, or no report of it here.
        As `check_wish`.
    """
    check_wish(wish)
    check_new(wish.out, session.archive)
    heads = [fields_of(head) for head in incident(session.catalogue, id).heads]
    if not heads:
        raise BadInput(
            "there is no report of it that your keys open", hint="write one first: copwatch report new"
        )
    disputed = tuple(
        name for name in wish.show if any(head.get(name) != heads[0].get(name) for head in heads)
    )
    fields = {name: value for name, value in heads[0].items() if name not in disputed}
    said = stated(wish.show, fields, session.catalogue.schema)
    checked = session.reads_identities
    _refuse_names(session, heads, said)
    letters = tuple(Letter(to.strip(), wish.kind, said) for to in wish.to)
    text = _pdf(letters) if wish.out.suffix.lower() == ".pdf" else plain_text(letters).encode()
    with create_new(wish.out) as file:
        file.write(text)
    spans = {"footage_from": "occurred_start", "footage_to": "occurred_end"}
    footage = {name: fields[of] for name, of in spans.items() if of in wish.show and of in fields}
    return Drafted(letters, disputed, checked, footage)


def record_letters(session: Session, now: Now, id: str, drafted: Drafted) -> list[str]:
    """Records each letter as drafted: that it was sent is for a person to say. Gives the ids."""
    kind = KINDS["letter"]
    return [
        new_entity(
            session.archive,
            now,
            kind,
            {"to": each.to, "kind": each.kind, "incidents": [id], **drafted.footage},
        )
        for each in drafted.letters
    ]


def _pdf(letters: Sequence[Letter]) -> bytes:
    pages: list[Json] = [
        [{"style": block.style, "text": block.text, "label": block.label} for block in blocks(letter)]
        for letter in letters
    ]
    return typeset("letter", {"letters": pages}).pdf


def _refuse_names(
    session: Session, heads: Sequence[Mapping[str, Any]], said: Sequence[tuple[str, str]]
) -> None:
    """Whoever chose the fields may not see what somebody typed into them. The message names the field, not the name."""
    known = [*_names(session), *(each for head in heads for each in _withheld(session, head))]
    for label, text in said:
        for where, name in known:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
                raise Refused(
                    f"what stands at {where} was found in the field {label}, so no letter was written",
                    hint="amend the report, or leave that field out with --show",
                )


def _names(session: Session) -> Iterator[tuple[str, str]]:
    """(where, name) of every person whose identity the keys at hand open."""
    fields = [field for field in session.catalogue.schema.fields("identity") if _is_name(field)]
    for entity in entities(session.catalogue, "identity"):
        for head in entity.heads:
            good = fields_of(head)
            for field in fields:
                for name in _texts(good.get(field.name)):
                    parts = [each for each in name.split() if len(each) >= _SHORTEST]
                    yield from (
                        (f"{entity.code}, {field.label}", each) for each in dict.fromkeys([name, *parts])
                    )


def _withheld(session: Session, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(where, text) of handles and short texts of the report that may not stand in a letter."""
    for field in session.catalogue.schema.fields("report"):
        kind = field.type.item if isinstance(field.type, Many) else field.type
        if isinstance(kind, Text | Handle) and not isinstance(kind, Place) and not may_stand(field.name):
            yield from ((field.label, text) for text in _texts(fields.get(field.name)))


def _is_name(field: Field) -> bool:
    return isinstance(field.type.item if isinstance(field.type, Many) else field.type, PersonName)


def _texts(value: Any) -> Iterator[str]:
    """Texts long enough to be looked for."""
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and len(text.strip()) >= _SHORTEST:
            yield text.strip()
