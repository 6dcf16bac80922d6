"""Opening the bodies of ledger entries with the keys at hand, each record checked against its leaf."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from copwatch.crypto.age import open_bytes
from copwatch.errors import CopwatchError
from copwatch.proof.body import LARGEST_BODY, BodyHeader, OpenedSet, check_leaves, parse_body
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.entry import Line, SealedSet
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.ledger import Standing, standing
from copwatch.proof.shapes import Malformed, Newer
from copwatch.store.archive import Archive
from copwatch.store.keys import Identity, Keys
from copwatch.store.objects import read_object

LARGEST_SEALED = LARGEST_BODY + (1 << 20)
"""A body with its header and tags. Nothing larger is read into memory."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A verified ledger line with its raw bytes and the hash of its entry."""

    raw: bytes
    line: Line
    hash: str


def open_sets(
    archive: Archive, keys: Keys, read: ReadLine, withdrawn: Mapping[str, str | None], findings: list[Finding]
) -> Iterator[OpenedSet]:
    """The sets of one line that the keys open. What does not hold becomes a finding and is left out.

    `withdrawn` maps withdrawn objects to the body that holds what survives of them, or to None.
    """
    entry = read.line.entry
    found = standing(archive.charter, entry.device, entry.seq)
    apart = None if found is Standing.COUNTS else found.value
    for part in read.line.lists.sets:
        body, survivors = _surviving_body(part.body, withdrawn), part.body in withdrawn
        identity = keys.opens(archive.history, entry.charter, part)
        if body is None or identity is None:
            continue
        try:
            yield _open_set(archive, identity, read, part, body, survivors, apart)
        except (CopwatchError, NotCanonical, Malformed, Newer) as error:
            kind = Kind.NEWER if isinstance(error, Newer) else Kind.UNREADABLE
            findings.append(Finding(kind, f"objects/{body[:2]}/{body}.age", str(error)))


def _surviving_body(body: str | None, withdrawn: Mapping[str, str | None]) -> str | None:
    """Follows withdrawals of withdrawals; hostile ones that go in a circle lead to nothing."""
    for _ in range(len(withdrawn) + 1):
        if body is None or body not in withdrawn:
            return body
        body = withdrawn[body]
    return None


def _open_set(
    archive: Archive,
    identity: Identity,
    read: ReadLine,
    part: SealedSet,
    body: str,
    survivors: bool,
    apart: str | None,
) -> OpenedSet:
    entry = read.line.entry
    sealed = read_object(archive.layout, body, LARGEST_SEALED)
    header = BodyHeader(archive.id, entry.device, part.compartment, part.epoch)
    records = parse_body(open_bytes(sealed, [identity]), header)
    if not check_leaves(records, part.leaves, survivors=survivors):
        raise Malformed("its records are not the ones that the device signed")
    return OpenedSet(entry.device, entry.seq, read.hash, part.compartment, part.epoch, body, records, apart)
