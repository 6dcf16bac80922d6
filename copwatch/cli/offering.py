"""What an unlocked archive knows already, offered for answers: agencies, places, badges, handles, people, records.

Nothing is offered while it is locked. What is offered is picked by its number, `#2`; `/oak`, or a beginning and TAB,
looks for more. What is picked is shown, so that nobody takes a stranger's badge by a slip.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from copwatch.cli import voice
from copwatch.cli.wrapping import hanging, width, wrapped
from copwatch.model.questions import Question
from copwatch.model.values import Json, Label, Many, Reference, RowReference, ValueType, pool_of

if TYPE_CHECKING:
    from copwatch.store.archive import Archive
    from copwatch.store.keys import Keys
    from copwatch.workflows.session import Session

SHOWN = 9
"""Offers that stand below a question; the others are found with `/`."""

_MOST_INCIDENTS = 500
"""Those that changed last; an older one is answered by its code."""
_PICKED = re.compile(r"#([1-9][0-9]{0,2})")
_LABELS = re.compile(r"\b[A-Z][1-9][0-9]{0,3}\b")


@dataclass(frozen=True, slots=True)
class Offer:
    """What an answer may be, and for a code what is behind it."""

    text: str
    about: str = ""

    def fits(self, words: str) -> bool:
        """Whether somebody who looks for these words may mean it."""
        return words.casefold() in f"{self.text} {self.about}".casefold()


@dataclass(frozen=True, slots=True)
class Known:
    """Offers by pool (`model.values.pool_of`), and for codes by the kind of what is behind them."""

    pools: Mapping[str, Sequence[Offer]] = field(default_factory=dict)
    kinds: Mapping[str, Sequence[Offer]] = field(default_factory=dict)

    def for_(self, type_: ValueType, fields: Mapping[str, Json]) -> list[Offer]:
        """What fits a value. Labels come from what was answered so far: P1 of another report is somebody else."""
        item = type_.item if isinstance(type_, Many) else type_
        if isinstance(item, Label):
            labels = sorted(set(_LABELS.findall(str(fields))), key=lambda each: (each[0], int(each[1:])))
            return [Offer(each) for each in labels if each[0] in item.letters]
        if isinstance(item, Reference):
            return [offer for kind in item.kinds for offer in self.kinds.get(kind, ())]
        if isinstance(item, RowReference):
            return [
                Offer(f"{each.text}/{item.letters[0]}1", each.about)
                for each in self.kinds.get("incident", ())
            ]
        offers = self.pools.get(pool_of(type_), ())
        # A comma stands between several answers.
        return [offer for offer in offers if "," not in offer.text or item is type_]


NOTHING_KNOWN = Known()


def known_to(archive: "Archive", keys: "Keys | None", questions: Iterable[Question]) -> Known:
    """What the archive can offer for these questions; nothing without keys."""
    if keys is None:
        return NOTHING_KNOWN
    from copwatch.catalogue.offers import offers
    from copwatch.workflows.session import Session

    types = [each.field.type for question in questions for each in (question, *question.rows)]
    items = [type_.item if isinstance(type_, Many) else type_ for type_ in types]
    kinds = {kind for item in items if isinstance(item, Reference) for kind in item.kinds}
    kinds |= {"incident" for item in items if isinstance(item, RowReference)}
    with Session(archive, keys) as session:
        pools = {
            pool: offers(session.catalogue, session.schema, pool) for pool in {*map(pool_of, types)} - {""}
        }
        return Known(
            {pool: [Offer(text) for text in texts] for pool, texts in pools.items()},
            {kind: _of_kind(session, kind) for kind in kinds},
        )


def _of_kind(session: "Session", kind: str) -> list[Offer]:
    from copwatch.catalogue import entities
    from copwatch.catalogue.codes import spoken
    from copwatch.catalogue.listing import incident_page
    from copwatch.cli.entity_text import in_brief
    from copwatch.model.kinds import KINDS

    if kind == "incident":
        rows = incident_page(session.catalogue, limit=_MOST_INCIDENTS).rows
        return [Offer(row.code, " ".join(part for part in (row.when, row.where) if part)) for row in rows]
    if kind not in KINDS:
        return []
    say = partial(spoken, session.catalogue)
    return [Offer(found.code, in_brief(found, say)) for found in entities.entities(session.catalogue, kind)]


def tell(offers: Sequence[Offer]) -> None:
    """What is known, below a question."""
    if not offers:
        return
    for number, offer in enumerate(offers[:SHOWN], 1):
        line = hanging(f"#{number}", f"{offer.text}  {offer.about}", indent=2, column=6, cells=width())
        voice.tell("\n".join(line))
    more = f"; {len(offers) - SHOWN} more: /WORD or a beginning and TAB" if len(offers) > SHOWN else ""
    voice.tell(
        "\n".join(
            f"  {line}" for line in wrapped(f"known: write #1, or what is not there{more}", width() - 2)
        )
    )


def sought(answer: str) -> str | None:
    """What somebody looks for who writes `/oak`, or `oak` and TAB; None for an answer."""
    if answer.startswith("/"):
        return answer[1:].strip()
    return answer.strip() if answer.endswith("\t") and answer.strip() else None


def picked(answer: str, offers: Sequence[Offer]) -> str:
    """The answer with each `#2` in the place of one of several exchanged for what was offered under it.

    A number under which nothing is offered stays as it stands, for a badge may be so written; that is said.
    """
    parts = answer.split(",")
    numbers = [_PICKED.fullmatch(part.strip()) for part in parts]
    taken = [
        offers[int(found[1]) - 1].text if found and int(found[1]) <= len(offers) else part.strip()
        for found, part in zip(numbers, parts, strict=True)
    ]
    for found in numbers:
        if found and int(found[1]) > len(offers):
            voice.warn(f"nothing is offered as {found[0]}: it is kept as it stands")
    if taken == [part.strip() for part in parts]:
        return answer
    voice.tell(f"  → {', '.join(taken)}")
    return ", ".join(taken)
