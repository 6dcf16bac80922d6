"""All versions of the charter together: which one rules, and what is wrong among them."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
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
    """Every valid charter version by its hash; the hash of the only version 0 is the archive id.

    `newer` has the 16 digits of each file name whose charter is of a later format.
    """

    archive: str
    charters: Mapping[str, Charter]
    newer: frozenset[str] = frozenset()
    _back: dict[tuple[str, str], bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def heads(self) -> list[str]:
        """The versions that no other names as previous; more than one is a fork of the charter."""
        return self._heads(self.charters.keys())

    @cached_property
    def ruling(self) -> str:
        """The hash of the version that rules: the only head, or the last one common to all heads.

        When forks crossed, several versions may be the last common ones; then the same is asked of those.
        """
        return self._ruling(set(self.charters))

    def goes_back(self, before: str, after: str) -> bool:
        """Whether a ledger that named one version and then the other went back. Both are known here.

        An older version may be named again only where a fork of the charter made it rule again.
        """
        if before == after:
            return False
        if (before, after) not in self._back:
            self._back[before, after] = self._went_back(before, after)
        return self._back[before, after]

    def _went_back(self, before: str, after: str) -> bool:
        known = self._lineage(before)
        if after not in known:
            return False
        beside = (self._lineage(name) for name in self.charters if name not in known)
        return not any(before not in other and self._ruling(known | other) == after for other in beside)

    def _lineage(self, name: str) -> set[str]:
        """A version and all that it follows."""
        found, waiting = {name}, [name]
        while waiting:
            new = set(self.charters[waiting.pop()].prev) - found
            found |= new
            waiting += new
        return found

    def _ruling(self, among: set[str]) -> str:
        while len(heads := self._heads(among)) > 1:
            among = self._common(heads, among)
        return heads[0]

    @property
    def charter(self) -> Charter:
        """The version that rules."""
        return self.charters[self.ruling]

    @property
    def root(self) -> str:
        """The root key, the same in every version."""
        return self.charters[self.archive].root

    def names_device(self, device: str) -> bool:
        """Whether any version names that device."""
        return any(charter.device(device) for charter in self.charters.values())

    def is_waiting(self, device: str) -> bool:
        """Whether a device may still be approved: neither the ruling version nor one that it follows names it."""
        return not any(self.charters[name].device(device) for name in self._lineage(self.ruling))

    def objects(self) -> set[str]:
        """Every object that any version names."""
        return set().union(*(charter.objects() for charter in self.charters.values()))

    def _heads(self, among: Set[str]) -> list[str]:
        return sorted(among - {prev for name in among for prev in self.charters[name].prev})

    def _common(self, heads: list[str], among: Set[str]) -> set[str]:
        """Those that every head leads back to. One bit a head, passed on from each version to its previous."""
        reached = dict.fromkeys(among, 0) | {head: 1 << bit for bit, head in enumerate(heads)}
        for name in sorted(among, key=lambda h: self.charters[h].version, reverse=True):
            for prev in self.charters[name].prev:
                reached[prev] |= reached[name]
        return {name for name, by in reached.items() if by == (1 << len(heads)) - 1}


def read_history(
    files: Mapping[str, bytes], verify: Verify, archive: str | None = None
) -> tuple[History | None, list[Finding]]:
    """Reads all charter files (by file name) and reports everything that is wrong with any of them.

    `archive` is the archive id where it is known from before; a charter planted beside it then does no harm.
    The history is None when the version 0 asked for is not among them; without `archive`, when not just one is.
    """
    findings: list[Finding] = []
    valid = {}
    for name, data in sorted(files.items()):
        signed = _read(name, data, verify, findings)
        if signed is not None:
            valid[charter_hash(signed.charter)] = signed.charter
    first = _first(valid, archive, findings)
    if first is None:
        return None, findings
    newer = frozenset(f.where[-21:-5] for f in findings if f.kind is Kind.NEWER)
    history = History(first, _connected(first, valid, findings), newer)
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
    # Exactly one: anybody could add a signature by a key of their own, and the file would keep its name.
    if [s.key for s in signed.sigs] != [signed.charter.root]:
        findings.append(Finding(Kind.BAD_SIGNATURE, where, "not signed by the root key, and by it alone"))
        return None
    if not verify(signed.charter.root, message, signed.sigs[0].sig):
        findings.append(Finding(Kind.BAD_SIGNATURE, where, "its signature does not hold"))
        return None
    return signed


def _first(valid: Mapping[str, Charter], archive: str | None, findings: list[Finding]) -> str | None:
    """The version 0 that the archive is named by."""
    firsts = [name for name, charter in valid.items() if charter.version == 0]
    if archive is None and len(firsts) > 1:
        findings.append(Finding(Kind.UNEXPECTED, "charter/", f"{len(firsts)} valid charters of version 0"))
        return None
    known = firsts if archive is None else [name for name in firsts if name == archive]
    if not known:
        findings.append(Finding(Kind.MISSING, "charter/", "no valid charter of version 0 of this archive"))
        return None
    return known[0]


def _connected(first: str, valid: Mapping[str, Charter], findings: list[Finding]) -> dict[str, Charter]:
    """The charters that lead back to version 0 under one root key, lowest version first."""
    kept = {first: valid[first]}
    for name, charter in sorted(valid.items(), key=lambda item: (item[1].version, item[0])):
        if name == first:
            continue
        where = f"charter/{file_name(charter)}"
        if charter.version == 0:
            findings.append(Finding(Kind.UNEXPECTED, where, "the first charter of another archive"))
        elif charter.root != valid[first].root:
            findings.append(Finding(Kind.BAD_SIGNATURE, where, "signed by another root key"))
        elif not all(prev in valid for prev in charter.prev):
            findings.append(Finding(Kind.MISSING, where, "a version that it follows is not here"))
        elif charter.version != 1 + max(valid[prev].version for prev in charter.prev):
            findings.append(Finding(Kind.MALFORMED, where, "its version number does not follow"))
        elif not all(prev in kept for prev in charter.prev):
            findings.append(Finding(Kind.MISSING, where, "a version that it follows does not hold"))
        else:
            kept[name] = charter
    return kept
