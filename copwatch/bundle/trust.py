"""From a signature to the root key: charters, devices, entries (docs/bundle.md, "What is checked")."""

from collections.abc import Iterator

from copwatch.bundle.proofs import Proof
from copwatch.proof.entry import entry_message
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
    place = standing(history.charter, proof.entry.device, proof.entry.seq)
    return None if place is Standing.COUNTS else Finding(Kind.HELD_APART, where, str(place))
