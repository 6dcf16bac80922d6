"""What a check can find. A finding is typed, says where, and never contains a secret."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of finding. All but those of `NOTES` make a verification fail."""

    MISSING = "missing"
    ALTERED = "altered"
    UNEXPECTED = "unexpected"
    UNREADABLE = "unreadable"
    BAD_SIGNATURE = "bad signature"
    MALFORMED = "malformed"
    BROKEN_CHAIN = "broken chain"
    CUT_SHORT = "cut short"
    FORK = "fork"
    ROLLBACK = "rollback"
    NEWER = "newer"
    RESURRECTED = "resurrected"
    HELD_APART = "held apart"
    REVOKED = "revoked"
    NOT_APPROVED = "not approved"
    NOT_HERE_YET = "not here yet"
    NOT_SEALED_FOR = "not sealed for its compartment"
    WRONG_KEY = "wrong key"
    TORN = "torn line"
    UNREFERENCED = "unreferenced"
    WITHDRAWN = "withdrawn"
    NOT_CHECKED = "not checked"
    RESIDUE = "not clean"


NOTES = frozenset(
    {
        *(
            Kind.UNREFERENCED,
            Kind.WITHDRAWN,
            Kind.REVOKED,
            Kind.NOT_APPROVED,
            Kind.NOT_HERE_YET,
            Kind.NOT_CHECKED,
        ),
        Kind.RESIDUE,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: its kind, where (a path inside the archive or a device and line), and what exactly."""

    kind: Kind
    where: str
    detail: str = ""

    @property
    def fails(self) -> bool:
        """Whether this makes a verification fail; notes do not."""
        return self.kind not in NOTES
