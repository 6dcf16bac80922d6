"""What was done with evidence, by whom and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from copwatch.model.members import value
from copwatch.model.records.typed import ID, Stamp, Typed, sure
from copwatch.model.redaction import Class
from copwatch.model.values import Handle, Instant, LongText
from copwatch.model.values.exact import Details, Listed, Pattern
from copwatch.model.vocabulary import CUSTODY_SCOPE, CUSTODY_TYPE, OUTCOME, PREMIS


@dataclass(frozen=True, slots=True)
class Custody(Typed):
    """A custody event, with the code of its PREMIS event type."""

    TYPE: ClassVar[str] = "custody"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    event: str = field(metadata=sure(CUSTODY_TYPE))
    premis: str = field(metadata=value(Pattern("[a-z]{3}", "fix"), Class.CST))
    at: str = field(metadata=value(Instant(), Class.CST))
    scope: str = field(metadata=sure(CUSTODY_SCOPE))
    outcome: str = field(metadata=sure(OUTCOME))
    evidence: tuple[str, ...] | None = field(default=None, metadata=value(Listed(ID), Class.CST))
    incident: str | None = field(default=None, metadata=value(ID, Class.CST))
    by: str | None = field(default=None, metadata=value(Handle(), Class.OBS))
    purpose: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.NAR))
    detail: Mapping[str, str | int] | None = field(default=None, metadata=value(Details(), Class.CST))

    def contradictions(self) -> Iterable[str]:
        """The code is that of the event."""
        if PREMIS.get(self.event) != self.premis:
            yield "the PREMIS code is not that of the event"
