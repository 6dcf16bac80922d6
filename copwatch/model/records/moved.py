"""Where records went that were moved into another compartment."""

from dataclasses import dataclass, field
from typing import ClassVar

from copwatch.model.members import Members, rows, value
from copwatch.model.records.typed import HASH, ID, Stamp, Typed
from copwatch.model.redaction import Class
from copwatch.model.values import Integer


@dataclass(frozen=True, slots=True)
class MovedBody(Members):
    """Some records of the set `body` of entry `seq` of a device, sealed again as `object`.

    They stood in `of`, which the entry that says this withdraws: the set's body, or what survived of it.
    """

    device: str = field(metadata=value(HASH, Class.CST))
    seq: int = field(metadata=value(Integer(), Class.CST))
    body: str = field(metadata=value(HASH, Class.CST))
    of: str = field(metadata=value(HASH, Class.CST))
    object: str = field(metadata=value(HASH, Class.CST))


@dataclass(frozen=True, slots=True)
class Moved(Typed):
    """Bodies that were sealed again to the compartment in which this record stands (docs/format.md, "Moving")."""

    TYPE: ClassVar[str] = "moved"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    bodies: tuple[MovedBody, ...] = field(metadata=rows(MovedBody, Class.CST))
