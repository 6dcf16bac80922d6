"""What belongs to an incident."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from copwatch.model.members import value
from copwatch.model.records.typed import ID, Stamp, Typed
from copwatch.model.redaction import Class


@dataclass(frozen=True, slots=True)
class _Tie(Typed):
    """Members of links and of what takes them back."""

    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    incident: str = field(metadata=value(ID, Class.PUB))
    batch: str | None = field(default=None, metadata=value(ID, Class.CST))
    evidence: str | None = field(default=None, metadata=value(ID, Class.CST))

    def contradictions(self) -> Iterable[str]:
        """One thing is tied to the incident."""
        if (self.batch is None) == (self.evidence is None):
            yield "needs a batch or an evidence, one of them"


@dataclass(frozen=True, slots=True)
class Link(_Tie):
    """A batch or one evidence belongs to an incident."""

    TYPE: ClassVar[str] = "link"


@dataclass(frozen=True, slots=True)
class Unlink(_Tie):
    """Takes a link back; the later of the two holds."""

    TYPE: ClassVar[str] = "unlink"
