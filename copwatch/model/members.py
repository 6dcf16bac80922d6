"""Strict reading and writing of records: each member says its value type and its redaction class."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar, cast

from copwatch.errors import IntegrityFailure
from copwatch.model.redaction import Class
from copwatch.model.values import Json, ValueType

_KEY = "copwatch"

M = TypeVar("M", bound="Members")


class MalformedRecord(IntegrityFailure):
    """A record of a known type and version that is not what that version allows (exit 3)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="it is held apart; ask for a fresh copy of the archive it came from")


@dataclass(frozen=True, slots=True)
class Member:
    """What a dataclass field holds: a value, or another dataclass: one of it, or a tuple of rows when `many`."""

    class_: Class
    kind: ValueType | None = None
    rows: type["Members"] | None = None
    many: bool = True

    def class_at(self, path: list[str]) -> Class | None:
        """The class of what stands at these steps below the member; what is nested has one for each of its members."""
        steps = path[1:] if self.many else path
        if self.rows is None or not steps:
            return self.class_
        inner = self.rows.shape().get(steps[0])
        return inner.class_ if inner else None


def value(type: ValueType, class_: Class) -> dict[str, Member]:
    """Metadata of a dataclass field that holds a value of `type`."""
    return {_KEY: Member(class_, kind=type)}


def rows(of: type["Members"], class_: Class) -> dict[str, Member]:
    """Metadata of a dataclass field that holds a tuple of `of`."""
    return {_KEY: Member(class_, rows=of)}


def one(of: type["Members"], class_: Class) -> dict[str, Member]:
    """Metadata of a dataclass field that holds one `of`."""
    return {_KEY: Member(class_, rows=of, many=False)}


class Members:
    """A frozen dataclass whose fields carry `value(…)`, `rows(…)` or `one(…)`; absent members are None."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    @classmethod
    def shape(cls) -> dict[str, Member]:
        """The members by name."""
        return _shape(cast(Any, cls))

    @classmethod
    def needed(cls) -> set[str]:
        """The names of the members that every such record has."""
        return _needed(cast(Any, cls))

    @classmethod
    def taken(cls, data: Mapping[str, object], at: str) -> dict[str, Any]:
        """The constructor arguments that `data` gives.

        Raises:
            MalformedRecord: a member is missing, unknown or wrong; `at` says where.
        """
        shape = cls.shape()
        unknown = sorted(set(data) - set(shape))
        missing = sorted(cls.needed() - set(data))
        if unknown or missing:
            what = f"unknown member {unknown[0][:64]!r}" if unknown else f"member {missing[0]!r} is missing"
            raise MalformedRecord(f"{at}: {what}")
        return {name: _taken(shape[name], given, f"{at}/{name}") for name, given in data.items()}

    @classmethod
    def read(cls: type[M], data: object, at: str) -> M:
        """Read one nested object, or one row."""
        if not isinstance(data, dict):
            raise MalformedRecord(f"{at}: not an object")
        return cls(**cls.taken(data, at))

    def given(self) -> dict[str, Json]:
        """The members that are there, as JSON."""
        pairs = ((name, getattr(self, name)) for name in self.shape())
        return {name: _json(held) for name, held in pairs if held is not None}


@cache
def _shape(of: Any) -> dict[str, Member]:
    return {f.name: f.metadata[_KEY] for f in dataclasses.fields(of) if _KEY in f.metadata}


@cache
def _needed(of: Any) -> set[str]:
    fields = [f for f in dataclasses.fields(of) if _KEY in f.metadata]
    return {f.name for f in fields if f.default is dataclasses.MISSING}


def _taken(member: Member, given: object, at: str) -> Any:
    if member.rows is not None and not member.many:
        return member.rows.read(given, at)
    if member.rows is not None:
        if not isinstance(given, list):
            raise MalformedRecord(f"{at}: not a list")
        return tuple(member.rows.read(row, f"{at}/{i}") for i, row in enumerate(given))
    type = cast(ValueType, member.kind)
    # Only terms can be unknown in a member; one that is not known otherwise is left out.
    reasons = ["not known"] if isinstance(given, dict) and type.is_not_known(given) else type.check(given)
    if reasons:
        raise MalformedRecord(f"{at}: {reasons[0]}")
    return tuple(given) if isinstance(given, list) else given


def _json(held: object) -> Json:
    if isinstance(held, tuple):
        return [_json(part) for part in held]
    if isinstance(held, Members):
        return held.given()
    if isinstance(held, Mapping):
        return dict(held)
    return cast(Json, held)
