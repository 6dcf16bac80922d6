"""Checking a ledger line by line, as a state machine without IO (docs/format.md, "Checking a ledger")."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from copwatch.proof.canonical import NotCanonical
from copwatch.proof.charter import Charter
from copwatch.proof.common_line import common_line
from copwatch.proof.entry import (
    Line,
    canonical_parts,
    hash_of_bytes,
    message_of_bytes,
    parse_line,
    withdraw_message,
)
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.hashing import Verify, sha256_hex
from copwatch.proof.history import History
from copwatch.proof.merkle import root
from copwatch.proof.shapes import Malformed, Newer


class Checked(NamedTuple):
    """A line whose place and hashes hold. Its signature is checked by the caller, who may do many at once.

    `hash` names the entry, `message` is what was signed, `lists` the hash of the lists that stand in the line.
    """

    line: Line
    hash: str
    message: bytes
    lists: str
    where: str


@dataclass
class LedgerCheck:
    """Reads the lines of one device in order: from the first, or on from `seq` after the entry `expected`.

    `named` is the charter that the entry before named, None where that is not known.

    `heads` has the hash of each entry that was read, up to the first line that cannot be read: behind it nobody
    knows which entry is which. Whether signatures hold is for the caller, who has to cut `heads` where one
    does not.
    """

    device: str
    history: History
    seq: int = 0
    expected: str | None = None
    named: str | None = None
    heads: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _known: bool = True
    _whole: bool = True

    def read(self, data: bytes) -> Checked | None:
        """Takes the next line (without newline). None when it cannot be read; the finding says why."""
        where = f"{self.device[:8]}:{self.seq}"
        checked = self._parse(data, where)
        self.seq += 1
        if checked is None:
            self._known = self._whole = False
            return None
        self.findings += self._place(checked)
        self.expected, self._known = checked.hash, True
        if self._whole:
            self.heads.append(checked.hash)
        return checked

    def _parse(self, data: bytes, where: str) -> Checked | None:
        try:
            line = common_line(data) or parse_line(data)
        except Newer as error:
            self.findings.append(Finding(Kind.NEWER, where, str(error)))
        except (NotCanonical, Malformed) as error:
            self.findings.append(Finding(Kind.MALFORMED, where, str(error)))
        else:
            entry, lists = canonical_parts(data)
            return Checked(line, hash_of_bytes(entry), message_of_bytes(entry), sha256_hex(lists), where)
        return None

    def _place(self, checked: Checked) -> Iterable[Finding]:
        entry, where = checked.line.entry, checked.where
        if entry.archive != self.history.archive:
            yield Finding(Kind.UNEXPECTED, where, "belongs to another archive")
        if entry.device != self.device:
            yield Finding(Kind.UNEXPECTED, where, "belongs to another device")
        if entry.seq != self.seq - 1 or (self._known and entry.prev != self.expected):
            yield Finding(Kind.BROKEN_CHAIN, where, "does not follow the line before it")
        charter = self.history.charters.get(entry.charter)
        if charter is None and entry.charter[:16] in self.history.newer:
            yield Finding(
                Kind.NEWER, where, f"names charter {entry.charter[:16]}, which is of a later format"
            )
        elif charter is None:
            yield Finding(Kind.ROLLBACK, where, f"names charter {entry.charter[:16]}, which is not here")
        elif self.named is not None and self.history.goes_back(self.named, entry.charter):
            detail = f"names charter {entry.charter[:16]}, which is older than the one that its ledger named before"
            yield Finding(Kind.ROLLBACK, where, detail)
        else:
            self.named = entry.charter
        yield from _contents(checked, charter or self.history.charter)


def _contents(checked: Checked, charter: Charter) -> Iterable[Finding]:
    entry, lists = checked.line.entry, checked.line.lists
    if checked.lists != entry.lists:
        yield Finding(Kind.ALTERED, checked.where, "its lists are not the ones that were signed")
    if root(lists.leaves()).hex() != entry.records:
        yield Finding(Kind.ALTERED, checked.where, "its records are not the ones that were signed")
    for part in lists.sets:
        compartment = charter.compartment(part.compartment)
        if compartment is None or part.epoch >= len(compartment.epochs):
            yield Finding(Kind.MALFORMED, checked.where, "names a compartment that its charter does not have")


class Standing(StrEnum):
    """Whether the entries of a device count."""

    COUNTS = "counts"
    UNKNOWN_DEVICE = "no charter names its device"
    AFTER_CUT_OFF = "written after its device was revoked"


def standing(charter: Charter, device: str, seq: int) -> Standing:
    """Whether entry `seq` of `device` counts under the ruling charter; otherwise it is held apart."""
    known = charter.device(device)
    if known is None:
        return Standing.UNKNOWN_DEVICE
    return Standing.COUNTS if known.until is None or seq <= known.until.seq else Standing.AFTER_CUT_OFF


def cut_off_findings(charter: Charter, device: str, heads: list[str]) -> list[Finding]:
    """A revoked device's ledger has to hold the very entry at which it was cut off."""
    known = charter.device(device)
    if known is None or known.until is None:
        return []
    where = f"{device[:8]}:{known.until.seq}"
    if known.until.seq >= len(heads):
        return [Finding(Kind.CUT_SHORT, where, "the last entry that counts is not here")]
    if heads[known.until.seq] != known.until.entry:
        return [Finding(Kind.FORK, where, "another entry stands where the device was cut off")]
    return []


def authority_holds(line: Line, charter: Charter, verify: Verify) -> bool:
    """Whether a withdrawal is signed by the root key or a custodian of `charter`, the one its entry names."""
    authority = line.lists.authority
    if authority is None or authority.key not in (charter.root, *charter.custodians):
        return False
    return verify(authority.key, withdraw_message(line.entry.archive, line.lists.withdrawn), authority.sig)


def compare(ours: list[str], theirs: list[str]) -> int | None:
    """Where two ledgers of one device part: the first seq that differs; None when one begins the other."""
    for seq, (a, b) in enumerate(zip(ours, theirs, strict=False)):
        if a != b:
            return seq
    return None
