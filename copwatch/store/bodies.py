"""Opening the bodies of ledger entries with the keys at hand, each record checked against its leaf."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from copwatch.crypto.age import open_bytes
from copwatch.errors import CopwatchError
from copwatch.proof.body import LARGEST_BODY, BodyHeader, OpenedRecord, OpenedSet, check_leaves, parse_body
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.entry import Line, SealedSet
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.ledger import Standing, standing
from copwatch.proof.shapes import Malformed, Newer
from copwatch.proof.withdrawn import surviving
from copwatch.store.archive import Archive
from copwatch.store.keys import Keys
from copwatch.store.objects import read_object
from copwatch.store.worker_pool import WorkerPool

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
    yield from finish_sets(begin_sets(archive, keys, read, withdrawn, findings), findings)


@dataclass(frozen=True, slots=True)
class BegunSet:
    """A set whose body is open; its records may still be parsed elsewhere."""

    read: ReadLine
    part: SealedSet
    body: str
    survivors: bool
    apart: str | None
    records: Callable[[], tuple[OpenedRecord, ...]]


def begin_sets(
    archive: Archive,
    keys: Keys,
    read: ReadLine,
    withdrawn: Mapping[str, str | None],
    findings: list[Finding],
    workers: WorkerPool | None = None,
) -> Iterator[BegunSet]:
    """As `open_sets`, for `finish_sets`; meanwhile `workers` get the bytes of bodies, never a key, and parse them."""
    entry = read.line.entry
    found = standing(archive.charter, entry.device, entry.seq)
    apart = None if found is Standing.COUNTS else found.value
    for part in read.line.lists.sets:
        body, survivors = surviving(part.body, withdrawn), part.body in withdrawn
        identity = keys.opens(archive.history, entry.charter, part)
        if body is None or identity is None:
            continue
        try:
            data = open_bytes(read_object(archive.layout, body, LARGEST_SEALED), [identity])
        except _BAD as error:
            findings.append(_finding(body, error))
            continue
        header = BodyHeader(archive.id, entry.device, part.compartment, part.epoch)
        records = (
            partial(parse_body, data, header)
            if workers is None
            else workers.submit(parse_body, data, header).result
        )
        yield BegunSet(read, part, body, survivors, apart, records)


def finish_sets(begun: Iterable[BegunSet], findings: list[Finding]) -> Iterator[OpenedSet]:
    """The records of opened bodies, each checked against its leaf."""
    for each in begun:
        try:
            yield _checked(each, each.records())
        except _BAD as error:
            findings.append(_finding(each.body, error))


def _checked(begun: BegunSet, records: tuple[OpenedRecord, ...]) -> OpenedSet:
    if not check_leaves(records, begun.part.leaves, survivors=begun.survivors):
        raise Malformed("its records are not the ones that the device signed")
    entry, part = begun.read.line.entry, begun.part
    where = (entry.device, entry.seq, begun.read.hash, part.compartment, part.epoch, begun.body)
    return OpenedSet(*where, records, begun.apart)


_BAD = (CopwatchError, NotCanonical, Malformed, Newer)


def _finding(body: str, error: Exception) -> Finding:
    kind = Kind.NEWER if isinstance(error, Newer) else Kind.UNREADABLE
    return Finding(kind, f"objects/{body[:2]}/{body}.age", str(error))
