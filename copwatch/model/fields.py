"""One field of the schema: everything that forms, tables, exports and documentation derive from it."""

import re
from dataclasses import dataclass, replace

from copwatch.model.redaction import Class
from copwatch.model.values import Coded, Handle, Json, Term, ValueType
from copwatch.model.vocabulary import BASIS, Vocabulary

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
BASIS_SUFFIX = "_basis"
TOLD_BY_SUFFIX = "_told_by"


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A second class that applies when another field of the same row has exactly this value."""

    field: str
    value: Json
    class_: Class


@dataclass(frozen=True, slots=True)
class Due:
    """That a field says when something has to be done.

    Attributes:
        title: what, in words that give nobody away: it stands in calendars.
        settled_by: fields of the same row; where one of them says something, it is done.
    """

    title: str
    settled_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A row of the table of fields.

    `question` is what a prompt asks, empty for a field that prompts leave to the form. `before` is shown ahead of
    the question. A `required` field is asked first and listed as open while it lacks. `basis` adds the fields
    `<name>_basis` (how it is known) and `<name>_told_by` (the source, where somebody told it). `short` fields of
    a nested entity are those that a prompt asks for each row. What is not `offered` stands in no blank form and in no
    prompt; whoever needs it writes its name. `due` is for dates on which something has to be done. `asked_by` are the
    templates that ask for a group's own field. `ends_at` is the answer to a prompt after which nothing more is asked,
    and nothing kept. `companion_of` is filled in by `companions`.
    """

    entity: str
    name: str
    type: ValueType
    class_: Class
    help: str
    question: str = ""
    required: bool = False
    basis: bool = False
    short: bool = False
    before: tuple[str, ...] = ()
    relaxed: Relaxed | None = None
    offered: bool = True
    asked_by: tuple[str, ...] = ()
    due: Due | None = None
    ends_at: str = ""
    companion_of: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.entity) or not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.entity}.{self.name} is not a field name")

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary of a coded field."""
        return self.type.vocabulary if isinstance(self.type, Coded) else None

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ")

    def companions(self) -> tuple["Field", ...]:
        """The fields that `basis` adds. How a thing is known is as touchy as the thing."""
        if not self.basis:
            return ()
        how = f"how it is known: {self.label}"
        who = f"who told it, if somebody did: {self.label}"
        return (
            Field(
                self.entity, self.name + BASIS_SUFFIX, Term(BASIS), self.class_, how, companion_of=self.name
            ),
            Field(self.entity, self.name + TOLD_BY_SUFFIX, Handle(), Class.WIT, who, companion_of=self.name),
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend at `path` (`officers[2].rank`); `open` ones are only missing, not wrong.

    `terms` are those that may stand there, where what was given is none of them.
    """

    path: str
    reason: str
    open: bool = False
    terms: tuple[str, ...] = ()

    def below(self, place: str) -> "Problem":
        """The same, seen from the row or table that holds it."""
        return replace(self, path=f"{place}.{self.path}")
