"""The records of schema 1: what is committed, one frozen dataclass a type, strict in both directions.

A member that the version does not know is an error, a version that is newer is its own finding, and a type
that is not known here is kept as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias, TypeVar, cast

from copwatch.errors import NewerFormat
from copwatch.model.members import MalformedRecord, Member, Members, rows, value
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Handle, Instant, Integer, Json, LongText, Term
from copwatch.model.values.exact import Details, Folder, Hex, Listed, Name, Pattern
from copwatch.model.vocabulary import (
    CLOCK,
    CUSTODY_SCOPE,
    CUSTODY_TYPE,
    METADATA,
    OUTCOME,
    PREMIS,
    TRANSFER_METHOD,
    Vocabulary,
)

SCHEMA_VERSION = 1
"""The version of records that this program writes."""

_ID, _HASH = Hex(32), Hex(64)
_MEDIA_TYPE = Pattern(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,126}", "image/jpeg")
_TEMPLATE = Pattern(r"[a-z][a-z0-9_]{0,63}", "raid")

R = TypeVar("R", bound="Typed")


class Sure(Term):
    """A term that a program sets; unknown is none of its values."""

    __slots__ = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms of the vocabulary alone."""
        return self.vocabulary.terms


def _sure(vocabulary: Vocabulary, class_: Class = Class.CST) -> dict[str, Any]:
    return value(Sure(vocabulary), class_)


@dataclass(frozen=True, slots=True)
class Stamp(Members):
    """Where and when a record was written; the clock is `behind` when it is older than what was seen."""

    archive: str = field(metadata=value(_HASH, Class.CST))
    device: str = field(metadata=value(_HASH, Class.CST))
    recorded_at: str = field(metadata=value(Instant(), Class.TIM))
    clock: str = field(default="system", metadata=_sure(CLOCK))

    @classmethod
    def needed(cls) -> set[str]:
        """All of them: only the constructor has a default."""
        return set(cls.shape())


class Typed(Members):
    """What all record types share: `id`, `stamp`, the type's name, reading and writing."""

    __slots__ = ()
    TYPE: ClassVar[str]
    id: str
    stamp: Stamp

    def to_json(self) -> dict[str, Json]:
        """The record as canonical JSON holds it.

        Raises:
            MalformedRecord: it holds what its own version does not allow.
        """
        self.checked()
        head: dict[str, Json] = {"type": self.TYPE, "schema": SCHEMA_VERSION}
        return head | self.stamp.given() | self.given()

    @classmethod
    def from_json(cls: type[R], data: Mapping[str, object]) -> R:
        """Read a record of this type.

        Raises:
            NewerFormat: a newer copwatch wrote it.
            MalformedRecord: it is not what its version allows.
        """
        return _read(cls, data)

    def checked(self) -> None:
        """Check what one member alone cannot say; constructors take what they are given."""
        given = self.given()
        type(self).taken(given, self.TYPE)
        Stamp.taken(self.stamp.given(), self.TYPE)
        for reason in self.contradictions():
            raise MalformedRecord(f"{self.TYPE}: {reason}")

    def contradictions(self) -> Iterable[str]:
        """What the members say against one another."""
        return ()


@dataclass(frozen=True, slots=True)
class Piece(Members):
    """A sealed object and how many bytes of the file it holds."""

    object: str = field(metadata=value(_HASH, Class.CST))
    size: int = field(metadata=value(Integer(), Class.CST))


@dataclass(frozen=True, slots=True)
class Evidence(Typed):
    """One received file, bit for bit; with metadata `strip`, the clean rendition that was made of it instead.

    `essence` is the hash of the coded picture and sound alone (docs/format.md, "Essence").
    """

    TYPE: ClassVar[str] = "evidence"
    id: str = field(metadata=value(_ID, Class.CST))
    stamp: Stamp
    batch: str = field(metadata=value(_ID, Class.CST))
    name: str = field(metadata=value(Name(), Class.TEC))
    size: int = field(metadata=value(Integer(), Class.CST))
    sha256: str = field(metadata=value(_HASH, Class.CST))
    pieces: tuple[Piece, ...] = field(metadata=rows(Piece, Class.CST))
    media_type: str = field(metadata=value(_MEDIA_TYPE, Class.CST))
    metadata: str = field(metadata=_sure(METADATA))
    name_bytes: str | None = field(default=None, metadata=value(Hex(0), Class.TEC))
    file_time: str | None = field(default=None, metadata=value(Instant(), Class.TEC))
    folder: str | None = field(default=None, metadata=value(Folder(), Class.TEC))
    essence: str | None = field(default=None, metadata=value(_HASH, Class.CST))

    def contradictions(self) -> Iterable[str]:
        """Sizes and names have to agree; of a file that was stripped nothing is kept that it bore."""
        if sum(piece.size for piece in self.pieces) != self.size:
            yield "the pieces do not add up to the size"
        if self.name_bytes and bytes.fromhex(self.name_bytes).decode("utf-8", "replace") != self.name:
            yield "the name is not that of its bytes"
        if self.metadata == "strip" and (
            self.essence is None or self.file_time or self.folder or self.name_bytes
        ):
            yield "a file that was stripped has an essence, and neither time nor folder nor a name of its own"


@dataclass(frozen=True, slots=True)
class Batch(Typed):
    """What one `add` brought."""

    TYPE: ClassVar[str] = "batch"
    id: str = field(metadata=value(_ID, Class.CST))
    stamp: Stamp
    by: str | None = field(default=None, metadata=value(Handle(), Class.OBS))
    how: str | None = field(default=None, metadata=value(Term(TRANSFER_METHOD), Class.CST))
    note: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.NAR))


@dataclass(frozen=True, slots=True)
class _Tie(Typed):
    """Members of links and of what takes them back."""

    id: str = field(metadata=value(_ID, Class.CST))
    stamp: Stamp
    incident: str = field(metadata=value(_ID, Class.PUB))
    batch: str | None = field(default=None, metadata=value(_ID, Class.CST))
    evidence: str | None = field(default=None, metadata=value(_ID, Class.CST))

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


@dataclass(frozen=True, slots=True)
class Custody(Typed):
    """A custody event, with the code of its PREMIS event type."""

    TYPE: ClassVar[str] = "custody"
    id: str = field(metadata=value(_ID, Class.CST))
    stamp: Stamp
    event: str = field(metadata=_sure(CUSTODY_TYPE))
    premis: str = field(metadata=value(Pattern("[a-z]{3}", "fix"), Class.CST))
    at: str = field(metadata=value(Instant(), Class.CST))
    scope: str = field(metadata=_sure(CUSTODY_SCOPE))
    outcome: str = field(metadata=_sure(OUTCOME))
    evidence: tuple[str, ...] | None = field(default=None, metadata=value(Listed(_ID), Class.CST))
    incident: str | None = field(default=None, metadata=value(_ID, Class.CST))
    by: str | None = field(default=None, metadata=value(Handle(), Class.OBS))
    purpose: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.NAR))
    detail: Mapping[str, str | int] | None = field(default=None, metadata=value(Details(), Class.CST))

    def contradictions(self) -> Iterable[str]:
        """The code is that of the event."""
        if PREMIS.get(self.event) != self.premis:
            yield "the PREMIS code is not that of the event"


@dataclass(frozen=True, slots=True)
class Named(Members):
    """The name of a member or compartment of the charter."""

    id: str = field(metadata=value(Name(), Class.ORG))
    name: str = field(metadata=value(Name(), Class.ORG))


@dataclass(frozen=True, slots=True)
class NamedDevice(Members):
    """The name of a device of the charter."""

    key: str = field(metadata=value(_HASH, Class.ORG))
    name: str = field(metadata=value(Name(), Class.ORG))


@dataclass(frozen=True, slots=True)
class Roster(Typed):
    """The names behind the opaque ids of the charter."""

    TYPE: ClassVar[str] = "roster"
    id: str = field(metadata=value(_ID, Class.CST))
    stamp: Stamp
    members: tuple[Named, ...] = field(metadata=rows(Named, Class.ORG))
    devices: tuple[NamedDevice, ...] = field(metadata=rows(NamedDevice, Class.ORG))
    compartments: tuple[Named, ...] = field(metadata=rows(Named, Class.ORG))
    group: str | None = field(default=None, metadata=value(Name(), Class.ORG))


@dataclass(frozen=True, slots=True)
class Report(Typed):
    """One version of the report of an incident; `fields` are those of the field table.

    The first version has no parents, and creates the incident.
    """

    TYPE: ClassVar[str] = "report"
    id: str = field(metadata=value(_ID, Class.CST))
    stamp: Stamp
    incident: str = field(metadata=value(_ID, Class.PUB))
    template: str = field(metadata=value(_TEMPLATE, Class.PUB))
    parents: tuple[str, ...] = field(metadata=value(Listed(_HASH, 0), Class.CST))
    fields: Mapping[str, Json]
    reason: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.NAR))

    @classmethod
    def taken(cls, data: Mapping[str, object], at: str) -> dict[str, Any]:
        """The constructor arguments: own members, and all others as fields that the table has to allow."""
        own = {name: held for name, held in data.items() if name in cls.shape()}
        fields = {name: held for name, held in data.items() if name not in own}
        problems = SCHEMA.check("report", fields)
        if problems:
            raise MalformedRecord(f"{at}/{problems[0].path}: {problems[0].reason}")
        # super() without arguments does not find the class that slots=True makes anew.
        return {**super(Report, cls).taken(own, at), "fields": fields}

    def given(self) -> dict[str, Json]:
        """Own members and fields, side by side."""
        return {**self.fields, **super(Report, self).given()}


@dataclass(frozen=True, slots=True)
class UnknownRecord:
    """A record of a type that is not known here; kept and shown as unknown, never dropped."""

    type: str
    data: Mapping[str, Json]

    def to_json(self) -> dict[str, Json]:
        """The record exactly as it was read."""
        return dict(self.data)


Record: TypeAlias = Evidence | Batch | Link | Unlink | Report | Custody | Roster | UnknownRecord

RECORDS: dict[str, type[Evidence | Batch | Link | Unlink | Report | Custody | Roster]] = {
    "evidence": Evidence,
    "batch": Batch,
    "link": Link,
    "unlink": Unlink,
    "report": Report,
    "custody": Custody,
    "roster": Roster,
}

ENVELOPE = frozenset({"type", "schema", *Stamp.shape()})
"""Members of every record beside `id`; no field of a report may have such a name."""


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
        return _deeper(kind.shape()[head], path)
    return schema.class_at("report", data, path) if kind is Report else None


def _deeper(member: Member, path: list[str]) -> Class | None:
    """Rows say a class for each of their members."""
    if member.rows is None or len(path) < 3:
        return member.class_
    inner = member.rows.shape().get(path[2])
    return inner.class_ if inner else None


def _read(kind: type[R], data: Mapping[str, object]) -> R:
    version = data.get("schema")
    if data.get("type") != kind.TYPE or type(version) is not int or version < 1:
        raise MalformedRecord(f"not a record of type {kind.TYPE}")
    if version > SCHEMA_VERSION:
        raise NewerFormat(
            f"a record of type {kind.TYPE} has schema {version}; this copwatch knows {SCHEMA_VERSION}",
            hint="update copwatch; nothing is lost meanwhile",
        )
    stamp = {name: held for name, held in data.items() if name in Stamp.shape()}
    own = {name: held for name, held in data.items() if name not in ENVELOPE}
    build = cast(Callable[..., R], kind)
    record = build(stamp=Stamp(**Stamp.taken(stamp, kind.TYPE)), **kind.taken(own, kind.TYPE))
    for reason in record.contradictions():
        raise MalformedRecord(f"{kind.TYPE}: {reason}")
    return record
