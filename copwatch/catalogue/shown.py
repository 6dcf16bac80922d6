"""What queries give back. Every text in here is exactly what was recorded: untrusted until it is shown cleaned."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copwatch.catalogue.times import utc
from copwatch.model.succession import Written


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident as a list shows it, by the version of its report that is shown first.

    `when` is the time as entered with its precision; it, `where` and `city` are None where they were not asked or
    are not known. `begins` is the beginning of what was observed. `conflict` says that two versions of the report
    stand side by side. `changed_at` is the recorded time of the last report version, link or unlink.
    """

    id: str
    code: str
    when: str | None
    precision: str | None
    where: str | None
    city: str | None
    begins: str | None
    agencies: tuple[str, ...]
    evidence: int
    versions: int
    conflict: bool
    changed_at: str | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One received file. `incidents` are the ids that it is linked to; `withdrawn` says that its bytes are gone.

    `code` names the device as well, `E-7Q2K-D3MX-R@28c190f8`, where another record bears the same id.
    `name_bytes` is the name in hexadecimal where it was not UTF-8. `file_time` is what the source showed.
    `essence` is the hash of coded picture and sound alone, where the record has it.
    """

    leaf: str
    id: str
    code: str
    batch: str
    name: str
    name_bytes: str | None
    folder: str | None
    media_type: str
    size: int
    sha256: str
    file_time: str | None
    metadata: str
    essence: str | None
    device: str
    recorded_at: str | None
    withdrawn: bool
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchRow:
    """What one `add` brought, as far as the keys at hand show it. `by`, `how` and `note` belong to its record."""

    id: str
    code: str
    by: str | None
    how: str | None
    note: str | None
    evidence: int
    size: int
    device: str | None
    recorded_at: str | None


@dataclass(frozen=True, slots=True)
class CustodyEvent:
    """One step in the custody of evidence. `leaf` is the record that says so; that of the evidence where `derived`."""

    at: str | None
    event: str
    premis: str
    scope: str
    outcome: str
    by: str | None
    purpose: str | None
    detail: Mapping[str, Any]
    device: str
    leaf: str
    derived: bool


class _Version:
    """What versions of reports and of other entities share."""

    __slots__ = ()
    leaf: str
    parents: tuple[str, ...]
    reason: str | None
    device: str
    seq: int
    recorded_at: str | None

    @property
    def written(self) -> Written:
        """What its place among the versions of the same thing hangs on."""
        return Written(self.leaf, self.parents, self.device, self.seq, utc(self.recorded_at))

    @property
    def partial(self) -> bool:
        """Written without a key: it names nothing that it amends, and states only what it changes."""
        return not self.parents and self.reason is not None


@dataclass(frozen=True, slots=True)
class ReportVersion(_Version):
    """One version of a report. `head` when no other amends it; `record` is the whole record as it was written.

    `not_understood` are the fields that this program does not know or finds malformed, with their values.
    """

    leaf: str
    id: str
    code: str
    incident: str
    template: str | None
    reason: str | None
    parents: tuple[str, ...]
    head: bool
    device: str
    seq: int
    recorded_at: str | None
    record: Mapping[str, Any]
    not_understood: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntityVersion(_Version):
    """One version of an entity of another kind; as `ReportVersion`."""

    leaf: str
    id: str
    code: str
    kind: str
    entity: str
    reason: str | None
    parents: tuple[str, ...]
    head: bool
    device: str
    seq: int
    recorded_at: str | None
    record: Mapping[str, Any]
    not_understood: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, an officer, a consent …: its code, and its current versions, the one to show first first."""

    kind: str
    id: str
    code: str
    versions: int
    conflict: bool
    changed_at: str | None
    heads: tuple[EntityVersion, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident whole. `heads[0]` is shown first; more than one head is a conflict, and both are to be shown."""

    row: IncidentRow
    heads: tuple[ReportVersion, ...]
    evidence: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record of any type and where it stands. `apart` says why it does not count, None when it does."""

    leaf: str
    record: Mapping[str, Any]
    device: str
    seq: int
    entry: str
    compartment: str
    epoch: int
    body: str
    apart: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """What the roster calls members, devices and compartments: id or key → name."""

    group: str | None
    members: Mapping[str, str]
    devices: Mapping[str, str]
    compartments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. `size` in bytes; `problems` are records that this program cannot read."""

    incidents: int
    conflicts: int
    evidence: int
    size: int
    batches: int
    unfiled: int
    withdrawn: int
    apart: int
    problems: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a snippet; `hit` where it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A text in which all the words were found. `kind` is incident, evidence, batch or custody; `id` is its id.

    `field` is where in the record (`officers.badge_as_seen`). `snippet` is a stretch of the text.
    """

    kind: str
    id: str
    code: str | None
    field: str
    snippet: tuple[Piece, ...]
    leaf: str
