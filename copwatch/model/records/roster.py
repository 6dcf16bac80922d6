"""The names of members, devices and compartments."""

from dataclasses import dataclass, field
from typing import ClassVar

from copwatch.model.members import Members, rows, value
from copwatch.model.records.typed import HASH, ID, Stamp, Typed
from copwatch.model.redaction import Class
from copwatch.model.values.exact import Hex, Name


@dataclass(frozen=True, slots=True)
class Named(Members):
    """The name of a member or compartment of the charter."""

    id: str = field(metadata=value(Name(), Class.ORG))
    name: str = field(metadata=value(Name(), Class.ORG))


@dataclass(frozen=True, slots=True)
class NamedDevice(Members):
    """The name of a device of the charter."""

    key: str = field(metadata=value(HASH, Class.ORG))
    name: str = field(metadata=value(Name(), Class.ORG))


@dataclass(frozen=True, slots=True)
class Roster(Typed):
    """The names behind the opaque ids of the charter. `sig` is the root key's: without it any device could."""

    TYPE: ClassVar[str] = "roster"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    members: tuple[Named, ...] = field(metadata=rows(Named, Class.ORG))
    devices: tuple[NamedDevice, ...] = field(metadata=rows(NamedDevice, Class.ORG))
    compartments: tuple[Named, ...] = field(metadata=rows(Named, Class.ORG))
    group: str | None = field(default=None, metadata=value(Name(), Class.ORG))
    sig: str | None = field(default=None, metadata=value(Hex(128), Class.CST))
