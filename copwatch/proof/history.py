"""All versions of the charter together: which one rules, and what is wrong among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from copwatch.proof.canonical import NotCanonical
from copwatch.proof.charter import (
    Charter,
    SignedCharter,
    charter_hash,
    charter_message,
    file_name,
    parse_file,
)
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.hashing import Verify
from copwatch.proof.shapes import Malformed, Newer


@dataclass(frozen=True)
class History:
    """Every valid charter version by its hash; the hash of the only version 0 is the archive id."""

    archive: str
    charters: Mapping[str, Charter]

    @cached_property
    def heads(self) -> list[str]:
        """The versions that no other names as previous; more than one is a fork of the charter."""
        named = {prev for charter in self.charters.values() for prev in charter.prev}
        return sorted(self.charters.keys() - named)

    @cached_property
    def ruling(self) -> str:
        """The hash of the version that rules: the only head, or the last one common to all heads."""
        common = set.intersection(*(self._ancestry(head) for head in self.heads))
        return max(common, key=lambda h: (self.charters[h].version, h))

    @property
    def charter(self) -> Charter:
        """The version that rules."""
        return self.charters[self.ruling]

    @property
    def root(self) -> str:
        """The root key, the same in every version."""
        return self.charters[self.archive].root

    def objects(self) -> set[str]:
        """Every object that any version names."""
        return set().union(*(charter.objects() for charter in self.charters.values()))

    def _ancestry(self, head: str) -> set[str]:
        found, ahead = set(), [head]
        while ahead:
            here = ahead.pop()
            if here not in found:
                found.add(here)
                ahead += self.charters[here].prev
        return found


def read_history(files: Mapping[str, bytes], verify: Verify) -> tuple[History | None, list[Finding]]:
    """Reads all charter files (by file name) and reports everything that is wrong with any of them.

    The history is None when no valid version 0 is among them, or more than one.
    """
    findings: list[Finding] = []
    valid = {}
    for name, data in sorted(files.items()):
        signed = _read(name, data, verify, findings)
        if signed is not None:
            valid[charter_hash(signed.charter)] = signed.charter
    firsts = [h for h, charter in valid.items() if charter.version == 0]
    if len(firsts) != 1:
        findings.append(Finding(Kind.MISSING, "charter/", f"{len(firsts)} valid charters of version 0"))
        return None, findings
    history = History(firsts[0], _connected(firsts[0], valid, findings))
    if len(history.heads) > 1:
        ruling = history.charter.version
        detail = (
            f"{len(history.heads)} versions stand side by side; version {ruling} rules until one names both"
        )
        findings.append(Finding(Kind.FORK, "charter/", detail))
    return history, findings


def _read(name: str, data: bytes, verify: Verify, findings: list[Finding]) -> SignedCharter | None:
    where = f"charter/{name}"
    try:
        signed = parse_file(data)
    except Newer as error:
        findings.append(Finding(Kind.NEWER, where, str(error)))
        return None
    except (NotCanonical, Malformed) as error:
        findings.append(Finding(Kind.MALFORMED, where, str(error)))
        return None
    if name != file_name(signed.charter):
        findings.append(Finding(Kind.ALTERED, where, "the name does not match the content"))
        return None
    message = charter_message(signed.charter)
    if not signed.sigs or not all(verify(s.key, message, s.sig) for s in signed.sigs):
        findings.append(Finding(Kind.BAD_SIGNATURE, where, "a signature does not hold"))
        return None
    if all(s.key != signed.charter.root for s in signed.sigs):
        findings.append(Finding(Kind.BAD_SIGNATURE, where, "not signed by the root key"))
        return None
    return signed


def _connected(first: str, valid: Mapping[str, Charter], findings: list[Finding]) -> dict[str, Charter]:
    """The charters that lead back to version 0 under one root key, lowest version first."""
    kept = {first: valid[first]}
    for name, charter in sorted(valid.items(), key=lambda item: (item[1].version, item[0])):
        if name == first:
            continue
        where = f"charter/{file_name(charter)}"
        if charter.root != valid[first].root:
            findings.append(Finding(Kind.BAD_SIGNATURE, where, "signed by another root key"))
        elif not all(prev in kept for prev in charter.prev):
            findings.append(Finding(Kind.MISSING, where, "a version that it follows is not here"))
        elif charter.version != 1 + max(kept[prev].version for prev in charter.prev):
            findings.append(Finding(Kind.MALFORMED, where, "its version number does not follow"))
        else:
            kept[name] = charter
    return kept
