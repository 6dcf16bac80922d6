"""What a person decided about what may leave the archive."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from copwatch.model.members import Members, rows, value
from copwatch.model.records.typed import HASH, ID, Stamp, Typed, sure
from copwatch.model.redaction import Class
from copwatch.model.values import Handle, Integer, LongText, Text
from copwatch.model.values.exact import Listed, Pattern
from copwatch.model.vocabulary import REVIEWED

PATH = Pattern(r"(/([a-z][a-z0-9_]{0,63}|0|[1-9][0-9]{0,8}))+", "/narrative_observed/0")
"""RFC 6901, as commitments name fields."""
PROFILE = Pattern(r"[a-z][a-z0-9-]{0,39}", "court-filing")


@dataclass(frozen=True, slots=True)
class Replaced(Members):
    """A stretch of the text at `path` that goes out replaced, in characters from `start` to before `end`.

    `who` is whose name stands there: the id of a person, `<id of incident>/P1`, or `handle:` and a handle. What stands
    for them in a bundle is not written down, for it depends on who gets it. Without `who` nothing but a mark does.
    """

    path: str = field(metadata=value(PATH, Class.ORG))
    start: int = field(metadata=value(Integer(), Class.ORG))
    end: int = field(metadata=value(Integer(1), Class.ORG))
    who: str | None = field(default=None, metadata=value(Text(120), Class.ORG))


@dataclass(frozen=True, slots=True)
class SameWord(Members):
    """Words elsewhere that are not those of the field at `path`, which stays: a street that is called like somebody."""

    path: str = field(metadata=value(PATH, Class.ORG))
    words: str = field(metadata=value(Text(200), Class.ORG))


@dataclass(frozen=True, slots=True)
class Review(Typed):
    """What a person cleared for a profile in one record, and what not: `of` is its leaf, so that a later version of
    it has to be looked at again. The latest review of a leaf for a profile counts.

    `shows` clears fields that the profile withholds until somebody looked; `withholds` holds back any others.
    `replaces` are stretches of texts that go out with these replaced, and are neither cleared nor held back.
    `people` says of evidence who is to be seen and heard in it. The leak search passes over `same_words`, and goes on
    to look for everything else of these fields.
    """

    TYPE: ClassVar[str] = "review"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    of: str = field(metadata=value(HASH, Class.CST))
    profile: str = field(metadata=value(PROFILE, Class.ORG))
    shows: tuple[str, ...] | None = field(default=None, metadata=value(Listed(PATH), Class.ORG))
    withholds: tuple[str, ...] | None = field(default=None, metadata=value(Listed(PATH), Class.ORG))
    replaces: tuple[Replaced, ...] | None = field(default=None, metadata=rows(Replaced, Class.ORG))
    people: str | None = field(default=None, metadata=sure(REVIEWED, Class.ORG))
    same_words: tuple[SameWord, ...] | None = field(default=None, metadata=rows(SameWord, Class.ORG))
    by: str | None = field(default=None, metadata=value(Handle(), Class.OBS))
    note: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.ORG))

    def contradictions(self) -> Iterable[str]:
        """Nothing is two of cleared, withheld and replaced, and what is replaced is a stretch."""
        shows, withholds = set(self.shows or ()), set(self.withholds or ())
        if shows & withholds:
            yield "a field is cleared and withheld"
        if {each.path for each in self.replaces or ()} & (shows | withholds):
            yield "a field is replaced in part, and cleared or withheld"
        if any(each.start >= each.end for each in self.replaces or ()):
            yield "nothing stands between start and end"
