"""One version of a report."""

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


@dataclass(frozen=True, slots=True)
class Report(Typed):
    """One version of the report of an incident; `fields` are those of the field table.

    The first version has no parents, and creates the incident.
    """

    TYPE: ClassVar[str] = "report"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    incident: str = field(metadata=value(ID, Class.PUB))
    template: str = field(metadata=value(_TEMPLATE, Class.PUB))
    parents: tuple[str, ...] = field(metadata=value(Listed(HASH, 0), Class.CST))
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
