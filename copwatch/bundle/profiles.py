"""Profiles: who a bundle is for, and so what stays behind. Only `client-counsel` is built.

What is not known is withheld: a field without a row in the table of fields, and a member that no known record
type has, are shown by path and digest only. A record of an unknown type stops the export.
"""

from dataclasses import dataclass

from copwatch.errors import Refused, UsageError
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import flatten

PLANNED = ("court-filing", "partner-org", "public-media")
"""Profiles that the design names and that nobody can use yet."""

ACCESS_EVENTS = frozenset({"viewed"})
"""Custody events that say who looked at what. They never leave."""

_BASE = frozenset({"id", "type", "schema", "archive", "device", "recorded_at", "clock"})
_KNOWN = {
    "report": _BASE | {"incident", "template", "parents", "reason"},
    "evidence": _BASE | {
        "batch", "name", "name_bytes", "size", "sha256", "pieces", "media_type", "file_time", "folder", "metadata",
    },
    "batch": _BASE | {"by", "how", "note"},
    "link": _BASE | {"incident", "batch", "evidence"},
    "unlink": _BASE | {"incident", "batch", "evidence"},
    "custody": _BASE | {
        "event", "premis", "at", "scope", "evidence", "incident", "by", "purpose", "outcome", "detail",
    },
}  # fmt: skip
_WITHHELD_CLASSES = frozenset({Class.PRV})


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile: its name, and whom it is for in words that go on the page."""

    name: str
    audience: str

    def leaves_out(self, record: Json) -> bool:
        """Whether a record does not go out at all and is not counted either: access events.

        Raises:
            Refused: the record is of a type that no profile knows.
        """
        kind = record.get("type")
        if kind not in _KNOWN:
            raise Refused(
                f"no profile knows what to do with a record of type {kind!r}",
                hint="leave it out of the export, or use a newer copwatch",
            )
        return kind == "custody" and record.get("event") in ACCESS_EVENTS

    def withheld(self, record: Json) -> frozenset[str]:
        """The RFC 6901 paths of a record whose values stay behind."""
        return frozenset(path for path in flatten(record) if not _goes_out(record, path.split("/")[1:]))


CLIENT_COUNSEL = Profile("client-counsel", "the client's own counsel")


def profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        Refused: the profile is planned and not built.
        UsageError: there is no such profile.
    """
    if name == CLIENT_COUNSEL.name:
        return CLIENT_COUNSEL
    if name in PLANNED:
        raise Refused(
            f"the profile {name} is not built yet, so nothing was exported",
            hint=f"only {CLIENT_COUNSEL.name} can be used; it removes too little for anybody but counsel",
        )
    raise UsageError(f"there is no profile {name!r}", hint=f"use --profile {CLIENT_COUNSEL.name}")


def _goes_out(record: Json, steps: list[str]) -> bool:
    if steps[0] in _KNOWN[record["type"]]:
        return True
    if record["type"] != "report":
        return False
    found = SCHEMA.class_at("report", record, steps)
    return found is not None and found not in _WITHHELD_CLASSES
