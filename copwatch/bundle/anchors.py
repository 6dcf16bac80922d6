"""What the page calls each record, and where on it that stands, for links within the page."""

from collections.abc import Mapping
from dataclasses import dataclass

from copwatch.bundle.facts import Facts
from copwatch.bundle.shown import Shown
from copwatch.model.ids import code, is_id
from copwatch.model.kinds import KINDS
from copwatch.model.vocabulary import label
from copwatch.text import clean


@dataclass(frozen=True, slots=True)
class Link:
    """The code of a record, or its kind where it has none; the id of its place in the page, and its heading."""

    code: str
    anchor: str
    title: str = ""


def links(facts: Facts, shown: Mapping[str, Shown]) -> dict[str, Link]:
    """For every record that has a place of its own in the page, by leaf."""
    found = {
        named.leaf: Link(clean(named.code), clean(named.code)) for named in (*facts.versions, *facts.evidence)
    }
    return found | {leaf: _other(shown[leaf]) for leaf in facts.records}


def _other(shown: Shown) -> Link:
    """By the code of what the record is about, or the pseudonym that stands for it.

    Several records can be about one thing, and so have one code: the place is named after the leaf.
    """
    kind, about = shown.text("type"), shown.said("entity")
    known = KINDS.get(kind)
    name = label(clean(kind))
    spoken = code(known.letter, about) if known and is_id(about) else clean(about)
    return Link(spoken or name, f"record-{shown.leaf[:16]}", f"{name} {spoken}".strip())
