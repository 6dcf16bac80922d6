"""What leaves the archive: what a person decided about it before, and what went out to whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from copwatch.model.members import value
from copwatch.model.records.typed import HASH, ID, Stamp, Typed, sure
from copwatch.model.redaction import Class
from copwatch.model.values import Handle, LongText, Text
from copwatch.model.values.exact import Listed, Pattern
from copwatch.model.vocabulary import REVIEWED

PATH = Pattern(r"(/([a-z][a-z0-9_]{0,63}|0|[1-9][0-9]{0,8}))+", "/narrative_observed/0")
"""RFC 6901, as commitments name fields."""
PROFILE = Pattern(r"[a-z][a-z0-9-]{0,39}", "court-filing")
BUNDLE = Pattern(r"[A-Z0-9]{1,16}(-[A-Z0-9]{1,16}){0,9}", "BUNDLE-7Q2K-D3MX-R")
BATES = Pattern(r"[A-Z][A-Z0-9]{0,11}[0-9]{6,9}", "CW7Q2K000001")


@dataclass(frozen=True, slots=True)
class Review(Typed):
    """What a person cleared for a profile in one record, and what not: `of` is its leaf, so that a later version of
    it has to be looked at again. The latest review of a leaf for a profile counts.

    `shows` clears fields that the profile withholds until somebody looked; `withholds` holds back any others.
    `people` says of evidence who is to be seen and heard in it.
    """

    TYPE: ClassVar[str] = "review"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    of: str = field(metadata=value(HASH, Class.CST))
    profile: str = field(metadata=value(PROFILE, Class.ORG))
    shows: tuple[str, ...] | None = field(default=None, metadata=value(Listed(PATH), Class.ORG))
    withholds: tuple[str, ...] | None = field(default=None, metadata=value(Listed(PATH), Class.ORG))
    people: str | None = field(default=None, metadata=sure(REVIEWED, Class.ORG))
    by: str | None = field(default=None, metadata=value(Handle(), Class.OBS))
    note: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.ORG))

    def contradictions(self) -> Iterable[str]:
        """Nothing is both cleared and withheld."""
        if set(self.shows or ()) & set(self.withholds or ()):
            yield "a field is cleared and withheld"


@dataclass(frozen=True, slots=True)
class Export(Typed):
    """A bundle that was finished: for whom, what it holds, under which numbers.

    `manifest` is the SHA-256 of its `manifest-sha256.txt`, `items` are ids of evidence, `people` ids of those of whom
    something is in it. `incident` is that of the bundle, `matter` that of its pseudonyms.
    """

    TYPE: ClassVar[str] = "export"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    bundle: str = field(metadata=value(BUNDLE, Class.CST))
    profile: str = field(metadata=value(PROFILE, Class.ORG))
    manifest: str = field(metadata=value(HASH, Class.CST))
    items: tuple[str, ...] = field(metadata=value(Listed(ID, 0), Class.CST))
    people: tuple[str, ...] = field(metadata=value(Listed(ID, 0), Class.PID))
    incident: str | None = field(default=None, metadata=value(ID, Class.PUB))
    matter: str | None = field(default=None, metadata=value(ID, Class.LEG))
    recipient: str | None = field(default=None, metadata=value(Text(200, "Example Legal Aid"), Class.ORG))
    purpose: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.NAR))
    bates_first: str | None = field(default=None, metadata=value(BATES, Class.CST))
    bates_last: str | None = field(default=None, metadata=value(BATES, Class.CST))

    def contradictions(self) -> Iterable[str]:
        """Numbers have a first and a last."""
        if (self.bates_first is None) != (self.bates_last is None):
            yield "a first number without a last, or the other way round"
