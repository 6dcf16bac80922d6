"""What all record types share: where and when they were written, strict reading and writing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar, cast

from copwatch.errors import NewerFormat
from copwatch.model.members import MalformedRecord, Members, value
from copwatch.model.redaction import Class
from copwatch.model.values import Instant, Json, Term
from copwatch.model.values.exact import Hex
from copwatch.model.vocabulary import CLOCK, Vocabulary

SCHEMA_VERSION = 1
"""The version of records that this program writes."""

ID, HASH = Hex(32), Hex(64)

R = TypeVar("R", bound="Typed")


class Sure(Term):
    """A term that a program sets; unknown is none of its values."""

    __slots__ = ()
    takes_own: ClassVar[bool] = False

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms of the vocabulary alone."""
        return self.vocabulary.terms


def sure(vocabulary: Vocabulary, class_: Class = Class.CST) -> dict[str, Any]:
    """Metadata of a member that holds a term, which a program sets."""
    return value(Sure(vocabulary), class_)


@dataclass(frozen=True, slots=True)
class Stamp(Members):
    """Where and when a record was written; the clock is `behind` when it is older than what was seen."""

    archive: str = field(metadata=value(HASH, Class.CST))
    device: str = field(metadata=value(HASH, Class.CST))
    recorded_at: str = field(metadata=value(Instant(), Class.TIM))
    clock: str = field(default="system", metadata=sure(CLOCK))

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


ENVELOPE = frozenset({"type", "schema", *Stamp.shape()})
"""Members of every record beside `id`; no field of a table may have such a name."""


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
