"""What was made of evidence to be given out, and never takes its place."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from copwatch.model.members import value
from copwatch.model.records.evidence import MEDIA_TYPE
from copwatch.model.records.typed import HASH, ID, Stamp, Typed, sure
from copwatch.model.redaction import Class
from copwatch.model.values import Integer
from copwatch.model.values.exact import Pattern
from copwatch.model.vocabulary import RENDITION

TOOL = Pattern(r"copwatch [0-9a-z.+]{1,40}", "copwatch 0.1.0")
"""The program that made something, with its version."""


@dataclass(frozen=True, slots=True)
class Rendition(Typed):
    """A file that was made of evidence by `tool` and is kept nowhere: its size and hash, and those of its essence.

    `evidence_leaf` is the record of the evidence, for its id alone may stand in several. `evidence_essence` is the
    essence of what is sealed, computed for itself; both are absent where the kind of file has none.
    """

    TYPE: ClassVar[str] = "rendition"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    evidence: str = field(metadata=value(ID, Class.CST))
    evidence_leaf: str = field(metadata=value(HASH, Class.CST))
    made: str = field(metadata=sure(RENDITION))
    tool: str = field(metadata=value(TOOL, Class.CST))
    media_type: str = field(metadata=value(MEDIA_TYPE, Class.CST))
    size: int = field(metadata=value(Integer(), Class.CST))
    sha256: str = field(metadata=value(HASH, Class.CST))
    essence: str | None = field(default=None, metadata=value(HASH, Class.CST))
    evidence_essence: str | None = field(default=None, metadata=value(HASH, Class.CST))

    def contradictions(self) -> Iterable[str]:
        """A clean rendition has the picture and sound of its evidence."""
        if self.essence != self.evidence_essence:
            yield "its picture and sound are not those of the evidence"
