"""Opening what was moved into another compartment: same records, same seeds, same leaves, another key.

A body bears the compartment of its set. Where some of its records were moved, they were sealed again for another
compartment, and a record `moved` in that one says of which set they are (docs/format.md, "Moving"). Their leaves are
those that the first entry committed to, so that nothing can be moved in that nobody signed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from copwatch.crypto.age import NoMatch, Recipient, open_bytes
from copwatch.errors import CopwatchError, IntegrityFailure
from copwatch.model.records import Moved
from copwatch.model.records.moved import MovedBody
from copwatch.proof.body import BodyHeader, OpenedSet, check_leaves, parse_body
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.entry import SealedSet
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.ledger import Standing, standing
from copwatch.proof.shapes import Malformed, Newer
from copwatch.proof.withdrawn import surviving
from copwatch.store.archive import Archive
from copwatch.store.bodies import LARGEST_SEALED, ReadLine, open_sets
from copwatch.store.keys import Identity, Keys
from copwatch.store.ledgers import read_at, withdrawn_by
from copwatch.store.objects import read_object


@dataclass(frozen=True, slots=True)
class OpenedBody:
    """A body that was opened by its name, the line and set that brought its records, and the identity that opens it."""

    read: ReadLine
    part: SealedSet
    set: OpenedSet
    identity: Identity

    @property
    def recipient(self) -> Recipient:
        """To whom it is sealed."""
        return self.identity.recipient()


def open_all(
    archive: Archive, keys: Keys, read: ReadLine, withdrawn: Mapping[str, str | None], findings: list[Finding]
) -> Iterator[OpenedSet]:
    """The sets of one line that the keys open, and behind each what it says was moved into its compartment."""
    for opened in open_sets(archive, keys, read, withdrawn, findings):
        yield opened
        yield from moved_sets(archive, keys, read, opened, withdrawn, findings)


def moved_sets(
    archive: Archive,
    keys: Keys,
    read: ReadLine,
    opened: OpenedSet,
    withdrawn: Mapping[str, str | None],
    findings: list[Finding],
) -> Iterator[OpenedSet]:
    """What a set says was moved into its compartment, as sets of the entries that brought it.

    It counts only in an entry that withdraws, with authority, the body from which it came; as with what that withdraws,
    in whatever branch of a ledger the entry stands.
    """
    moved = [one.record for one in opened.records if one.record.get("type") == Moved.TYPE]
    if not moved or opened.apart is not None:
        return
    withdraws = withdrawn_by(read.line, archive.history) or {}
    for record in moved:
        try:
            bodies = Moved.from_json(record).bodies
        except CopwatchError as error:
            findings.append(Finding(Kind.UNREADABLE, f"record {str(record.get('id'))[:8]}", error.message))
            continue
        for body in bodies:
            now = surviving(body.object, withdrawn)
            if now is None or body.of not in withdraws:
                continue
            try:
                origin = _origin(archive, body)
                if origin is not None:
                    into = (opened.compartment, opened.epoch)
                    yield _opened(archive, keys, origin, into, now).set
            except _BAD as error:
                kind = Kind.NEWER if isinstance(error, Newer) else Kind.UNREADABLE
                findings.append(Finding(kind, f"objects/{now[:2]}/{now}.age", str(error)))


def open_body(
    archive: Archive, keys: Keys, place: tuple[str, int], compartment: tuple[str, int], name: str
) -> OpenedBody:
    """One body by its name, whichever way its records came into its compartment.

    Args:
        place: device and number of the entry that brought its records.
        compartment: that for which it is sealed, and the epoch, as its header says.

    Raises:
        IntegrityFailure: it is not what its entry says, or no key opens it.
    """
    try:
        read = read_at(archive, *place)
        return _opened(archive, keys, read, compartment, name)
    except _BAD as error:
        if isinstance(error, CopwatchError):
            raise
        raise IntegrityFailure(f"object {name[:16]} is not what its entry says: {error}") from error


def _origin(archive: Archive, body: MovedBody) -> ReadLine | None:
    """The line that brought the records; None where it stands in a branch that does not count."""
    try:
        read = read_at(archive, body.device, body.seq)
    except IntegrityFailure:
        if any(device == body.device for device, _ in archive.forks()):
            return None
        raise
    return read if any(part.body == body.body for part in read.line.lists.sets) else None


def _opened(
    archive: Archive, keys: Keys, read: ReadLine, compartment: tuple[str, int], name: str
) -> OpenedBody:
    entry = read.line.entry
    data, identity = _unsealed(archive, keys, compartment[0], name)
    records = parse_body(data, BodyHeader(archive.id, entry.device, *compartment))
    parts = read.line.lists.sets
    part = next((p for p in parts if check_leaves(records, p.leaves, survivors=p.body != name)), None)
    if part is None:
        raise Malformed("its records are not the ones that the device signed")
    found = standing(archive.charter, entry.device, entry.seq)
    apart = None if found is Standing.COUNTS else found.value
    where = (entry.device, entry.seq, read.hash, *compartment, name)
    return OpenedBody(read, part, OpenedSet(*where, records, apart), identity)


def _unsealed(archive: Archive, keys: Keys, compartment: str, name: str) -> tuple[bytes, Identity]:
    """Its plaintext, and the identity of that compartment that opened it."""
    sealed = read_object(archive.layout, name, LARGEST_SEALED)
    for (place, _, _), identity in keys.compartments.items():
        if place == compartment:
            try:
                return open_bytes(sealed, [identity]), identity
            except NoMatch:
                continue
    raise IntegrityFailure(f"no key opens object {name[:16]}, or it was withdrawn meanwhile")


_BAD = (CopwatchError, NotCanonical, Malformed, Newer)
