"""The records of schema 1: what is committed, one frozen dataclass a type, strict in both directions.

A member that the version does not know is an error, a version that is newer is its own finding, and a type
that is not known here is kept as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from copwatch.model.kinds import KINDS
from copwatch.model.members import MalformedRecord
from copwatch.model.records.custody import Custody
from copwatch.model.records.evidence import Batch, Evidence, Piece
from copwatch.model.records.fielded import EntityVersion, Fielded, Report, version_type
from copwatch.model.records.leaving import Review
from copwatch.model.records.moved import Moved, MovedBody
from copwatch.model.records.rendition import Rendition
from copwatch.model.records.roster import Named, NamedDevice, Roster
from copwatch.model.records.ties import Link, Unlink
from copwatch.model.records.typed import ENVELOPE, SCHEMA_VERSION, Stamp, Typed
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Json

__all__ = [
    "ENVELOPE", "RECORDS", "SCHEMA_VERSION", "Batch", "Custody", "EntityVersion", "Evidence", "Fielded",
    "Link", "Moved", "MovedBody", "Named", "NamedDevice", "Piece", "Record", "Rendition", "Report", "Review",
    "Roster", "Stamp", "Typed", "UnknownRecord", "Unlink", "class_at", "from_json",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnknownRecord:
    """A record of a type that is not known here; kept and shown as unknown, never dropped."""

    type: str
    data: Mapping[str, Json]

    def to_json(self) -> dict[str, Json]:
        """The record exactly as it was read."""
        return dict(self.data)


Known: TypeAlias = (
    Evidence | Rendition | Batch | Link | Unlink | Report | Custody | Roster | EntityVersion | Review | Moved
)
Record: TypeAlias = Known | UnknownRecord

RECORDS: dict[str, type[Known]] = {
    "evidence": Evidence,
    "rendition": Rendition,
    "batch": Batch,
    "link": Link,
    "unlink": Unlink,
    "report": Report,
    "custody": Custody,
    "roster": Roster,
    "review": Review,
    "moved": Moved,
    **{name: version_type(name) for name in KINDS},
}


def from_json(data: Mapping[str, object]) -> Record:
    """Read any record; a type that is not known here is kept as it is.

    Raises:
        NewerFormat: a known type in a newer version.
        MalformedRecord: a known type that is not what its version allows, or no type at all.
    """
    name = data.get("type")
    if not isinstance(name, str) or not name:
        raise MalformedRecord("a record without a type")
    if name not in RECORDS:
        return UnknownRecord(name, cast(Mapping[str, Json], data))
    return RECORDS[name].from_json(data)


def class_at(data: Mapping[str, object], pointer: str, schema: Schema = SCHEMA) -> Class | None:
    """The redaction class of the value at an RFC 6901 path of a record, as commitments name it.

    None when nothing is known of that path, as in records of unknown types: it must be withheld.
    """
    path = pointer.split("/")[1:]
    head = path[0] if path else ""
    if head in ENVELOPE:
        return Stamp.shape()[head].class_ if head in Stamp.shape() else Class.PUB
    kind = RECORDS.get(str(data.get("type")))
    if kind is None:
        return None
    if head in kind.shape():
        return kind.shape()[head].class_at(path[1:])
    return schema.class_at(kind.TYPE, data, path) if issubclass(kind, Fielded) else None
