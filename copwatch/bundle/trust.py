"""From a signature to the root key: charters, devices, entries (docs/bundle.md, "What is checked")."""

from collections.abc import Iterator

from copwatch.bundle.proofs import Proof
from copwatch.proof.charter import Until
from copwatch.proof.entry import Entry, entry_hash, entry_message
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.hashing import Verify
from copwatch.proof.history import History
from copwatch.proof.ledger import Standing, standing

PROOFS = "data/proofs/"


def charter_findings(history: History | None, archive: str, root: str, device: str) -> list[Finding]:
    """What does not lead from the exporting device to the root key and the archive that a bundle names."""
    return [] if history is None else list(_of_history(history, archive, root, device))


def _of_history(history: History, archive: str, root: str, device: str) -> Iterator[Finding]:
    where = f"{PROOFS}charter/"
    if history.archive != archive:
        yield Finding(Kind.ALTERED, where, "the charters are those of another archive than the bundle names")
    if history.root != root:
        yield Finding(Kind.ALTERED, where, "the charters have another root key than the bundle names")
    known = history.charter.device(device)
    if known is None:
        yield Finding(Kind.BAD_SIGNATURE, where, "no charter names the device that signed the bundle")
    elif known.until is not None:
        yield Finding(Kind.BAD_SIGNATURE, where, "the device that signed the bundle was revoked")


def proof_finding(proof: Proof, history: History, verify: Verify) -> Finding | None:
    """The first thing that does not hold between a proof and the root key."""
    where = f"{PROOFS}{proof.leaf}.json"
    fault = proof.fault()
    if fault is not None:
        return Finding(Kind.ALTERED, where, fault)
    if not verify(proof.entry.device, entry_message(proof.entry), proof.sig):
        return Finding(Kind.BAD_SIGNATURE, where, "the signature over its entry does not hold")
    if proof.entry.archive != history.archive:
        return Finding(Kind.UNEXPECTED, where, "its entry belongs to another archive")
    if proof.entry.charter not in history.charters:
        return Finding(Kind.ROLLBACK, where, "its entry names a charter that is not in the bundle")
    return _standing_finding(proof.entry, where, history)


def _standing_finding(entry: Entry, where: str, history: History) -> Finding | None:
    place = standing(history.charter, entry.device, entry.seq)
    if place is not Standing.COUNTS:
        return Finding(Kind.HELD_APART, where, str(place))
    until = cut_off(history, entry.device)
    if until is not None and until.seq == entry.seq and until.entry != entry_hash(entry):
        return Finding(Kind.FORK, where, "another entry stands where the device was cut off")
    return None


def cut_off(history: History, device: str) -> Until | None:
    """Where a device was cut off, when it was.

    Of an earlier entry a proof alone cannot tell whether it led to that point: who took the device could have
    signed another one. The exporting device, which had the whole ledger, answers for it.
    """
    known = history.charter.device(device)
    return known.until if known else None
