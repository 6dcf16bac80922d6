"""Profiles: who a bundle is for, and so what stays behind. Only `client-counsel` is built.

What is not known is withheld: a field without a row in the table of fields, and a member that no known record
type has, are shown by path and digest only. A record of a type that may not leave stops the export.
"""

from dataclasses import dataclass, replace

from copwatch.errors import Refused, UsageError
from copwatch.model.records import ENVELOPE, class_at
from copwatch.model.redaction import Class
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import flatten

PLANNED = ("court-filing", "partner-org", "public-media")
"""Profiles that the design names and that nobody can use yet."""

ACCESS_EVENTS = frozenset({"viewed"})
"""Custody events that say who looked at what. They never leave."""

_TYPES = frozenset({"report", "evidence", "rendition", "batch", "link", "unlink", "custody"})
"""Types of records that a bundle may hold. A roster names members and devices, and stays."""

_WITHHELD_CLASSES = frozenset({Class.PRV, Class.ORG, Class.OFP})
"""Privileged; internal to the group; private life of officers, which counsel has to ask for."""


_OF_SEALED_BYTES = ENVELOPE | {
    "id", "batch", "size", "sha256", "pieces", "media_type", "metadata", "essence",
}  # fmt: skip
"""What an evidence record still shows where files are stripped: what is needed to prove which sealed bytes are meant.
Its name, its folder, its time and whatever else was read out of it are what cleaning takes out of the file."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile: its name, and whom it is for in words that go on the page.

    With `strips` only clean renditions go out.
    """

    name: str
    audience: str
    strips: bool = False

    def leaves_out(self, record: Json) -> bool:
        """Whether a record does not go out at all and is not counted either: access events.

        Raises:
            Refused: records of this type do not leave, or no profile knows them.
        """
        kind, event = record.get("type"), record.get("event")
        if not isinstance(kind, str) or kind not in _TYPES:
            raise Refused(
                f"a record of type {kind!r} does not leave the archive",
                hint="leave it out of the bundle; a newer copwatch may know its type",
            )
        return kind == "custody" and isinstance(event, str) and event in ACCESS_EVENTS

    def withheld(self, record: Json) -> frozenset[str]:
        """The RFC 6901 paths of a record whose values stay behind."""
        if not self.strips or record.get("type") != "evidence":
            return self.confidential(record)
        told = (path for path in flatten(record) if path.split("/")[1] not in _OF_SEALED_BYTES)
        return self.confidential(record).union(told)

    def confidential(self, record: Json) -> frozenset[str]:
        """Those among them that nobody may have written elsewhere in the bundle either."""
        classes = {path: class_at(record, path) for path in flatten(record)}
        return frozenset(
            path for path, found in classes.items() if found is None or found in _WITHHELD_CLASSES
        )


CLIENT_COUNSEL = Profile("client-counsel", "the client's own counsel")


def profile(name: str, *, strips: bool = False) -> Profile:
    """The profile of that name; with `strips` one that lets out nothing that a file says beside picture and sound.

    Raises:
        Refused: the profile is planned and not built.
        UsageError: there is no such profile.
    """
    if name == CLIENT_COUNSEL.name:
        return replace(CLIENT_COUNSEL, strips=strips)
    if name in PLANNED:
        raise Refused(
            f"the profile {name} is not built yet, so nothing was exported",
            hint=f"only {CLIENT_COUNSEL.name} can be used; it removes too little for anybody but counsel",
        )
    raise UsageError(f"there is no profile {name!r}", hint=f"use --profile {CLIENT_COUNSEL.name}")
