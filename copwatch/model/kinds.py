"""What people write down beside reports: persons, officers, consents, holds, matters … one row a kind.

Each thing of a kind is an entity: it has an id, a spoken code, and append-only versions whose fields stand in the table
of fields under the name of the kind. Records, codes, tables, commands and documentation all follow from these rows.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from copwatch.errors import BadInput

CASE, IDENTITY = 0, 1
"""Places in the charter's ordered list of compartments (docs/adr/0005): what everybody reads, and names."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entity.

    Attributes:
        name: of the record type, and of its fields in the table.
        letter: before its codes.
        plural: of its table.
        title: what it is, in a line.
        word: what people call it, where that is not its name.
        compartment: place of the compartment to which it is sealed.
    """

    name: str
    letter: str
    plural: str
    title: str
    word: str = ""
    compartment: int = CASE

    @property
    def label(self) -> str:
        """What people call it: the name, with blanks."""
        return self.word or self.name.replace("_", " ")


# fmt: off
KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("person", "P", "people", "a person who is no officer, by label alone"),
        Kind("identity", "N", "identities", "who a person is; sealed apart, for those who need names",
             compartment=IDENTITY),
        Kind("officer_identity", "O", "officers", "an officer as one human, over all incidents", word="officer"),
        Kind("match", "X", "matches", "which sightings in reports are which officer"),
        Kind("consent", "C", "consents", "what a person agreed to, and what they took back"),
        Kind("hold", "H", "holds", "what may not be deleted or stripped, and why"),
        Kind("mark", "K", "marks", "what is to be seen or heard at a place in evidence"),
        Kind("event", "T", "events", "one moment in the timeline of an incident"),
        Kind("statement", "S", "statements", "what somebody said, word for word"),
        Kind("clock", "W", "clocks", "how far the clock of a camera was off"),
        Kind("matter", "M", "matters", "a legal matter"),
        Kind("attorney", "A", "attorneys", "an attorney", compartment=IDENTITY),
        Kind("charge", "G", "charges", "a charge"),
        Kind("court_date", "D", "court_dates", "a hearing, or another date that counsel gave"),
        Kind("bail", "F", "bails", "bail"),
        Kind("jail_support", "J", "jail_supports", "support of somebody in jail, and at release"),
        Kind("request", "Q", "requests", "a request for public records"),
        Kind("letter", "L", "letters", "a letter that asks to keep footage"),
        Kind("rule", "U", "rules", "a time limit as counsel gave it"),
    )
}
# fmt: on
"""By name, in the order of the help."""

BY_LETTER: Final = {kind.letter: kind for kind in KINDS.values()}


def kind_named(word: str) -> Kind:
    """The kind that a person named, by name, by what people call it, or in the plural.

    Raises:
        BadInput: there is none; the hint names all.
    """
    wanted = word.strip().lower().replace(" ", "_").replace("-", "_")
    for kind in KINDS.values():
        if wanted in {kind.name, kind.label.replace(" ", "_"), kind.plural}:
            return kind
    labels = [kind.label for kind in KINDS.values()]
    near = get_close_matches(wanted.replace("_", " "), labels, 1)
    said = f"; did you mean {near[0]}" if near else ""
    raise BadInput(f"no such kind: {word[:40]!r}{said}", hint=f"kinds: {', '.join(labels)}")
