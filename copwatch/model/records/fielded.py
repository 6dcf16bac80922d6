"""Records whose content is fields of the table: reports, and every kind of `copwatch/model/kinds.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from copwatch.model.members import MalformedRecord, value
from copwatch.model.records.typed import HASH, ID, Stamp, Typed
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Json, LongText
from copwatch.model.values.exact import Listed, Pattern

_TEMPLATE = Pattern(r"[a-z][a-z0-9_]{0,63}", "raid")


class Fielded(Typed):
    """What they share: members of their own, and beside them the fields of the entity that is named like the type."""

    __slots__ = ()
    parents: tuple[str, ...]
    fields: Mapping[str, Json]
    reason: tuple[str, ...] | None

    @classmethod
    def taken(cls, data: Mapping[str, object], at: str) -> dict[str, Any]:
        """The constructor arguments: own members, and all others as fields that the table has to allow."""
        own = {name: held for name, held in data.items() if name in cls.shape()}
        fields = {name: held for name, held in data.items() if name not in own}
        problems = SCHEMA.check(cls.TYPE, fields)
        if problems:
            raise MalformedRecord(f"{at}/{problems[0].path}: {problems[0].reason}")
        return {**super().taken(own, at), "fields": fields}

    def given(self) -> dict[str, Json]:
        """Own members and fields, side by side."""
        return {**self.fields, **super().given()}

    @property
    def about(self) -> str:
        """The id of the thing of which this is a version."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Report(Fielded):
    """One version of the report of an incident.

    The first version has no parents, and creates the incident.
    """

    TYPE: ClassVar[str] = "report"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    incident: str = field(metadata=value(ID, Class.PUB))
    # Its name can say that somebody is a survivor. Of every report, for one that alone were hidden would say it too.
    template: str = field(metadata=value(_TEMPLATE, Class.SUR))
    parents: tuple[str, ...] = field(metadata=value(Listed(HASH, 0), Class.CST))
    fields: Mapping[str, Json]
    reason: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.NAR))

    @property
    def about(self) -> str:
        """The incident."""
        return self.incident


@dataclass(frozen=True, slots=True)
class EntityVersion(Fielded):
    """One version of an entity of some kind; `entity` is its id, and the first version, without parents, creates it."""

    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    entity: str = field(metadata=value(ID, Class.PUB))
    parents: tuple[str, ...] = field(metadata=value(Listed(HASH, 0), Class.CST))
    fields: Mapping[str, Json]
    reason: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.NAR))

    @property
    def about(self) -> str:
        """The entity."""
        return self.entity


def version_type(name: str) -> type[EntityVersion]:
    """The record type of one kind."""
    return type(name, (EntityVersion,), {"TYPE": name, "__slots__": (), "__doc__": EntityVersion.__doc__})
