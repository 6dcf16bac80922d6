"""Withdrawing records: a signed entry says which objects go, and what survives of a body is sealed again.

What survives keeps its seeds, so that its leaves are those of the entry that brought it (docs/format.md, Withdrawal).
Order of writing: the new bodies, then the line; erasing comes after, by itself (`erasing.py`). Killed before the line
nothing has happened; killed after it all of the entry is withdrawn, and what is left to erase is erased another time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from copwatch.crypto.age import parse_recipient, seal
from copwatch.crypto.signing import SigningKey
from copwatch.errors import IntegrityFailure
from copwatch.proof.body import BodyHeader, OpenedSet, encode_body
from copwatch.proof.canonical import Json
from copwatch.proof.entry import Signature, Withdrawn, withdraw_message
from copwatch.proof.findings import Finding
from copwatch.store.archive import Archive
from copwatch.store.bodies import ReadLine, open_sets
from copwatch.store.keys import Keys
from copwatch.store.ledgers import read_at
from copwatch.store.objects import Staging
from copwatch.store.writer import Committed, Draft, Writer

MOST_OBJECTS = 3000
"""In one entry: with half of the mebibyte that a line may have to spare."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A body that holds something to withdraw, where its entry stands, and which of its records go, by leaf."""

    device: str
    seq: int
    body: str
    leaves: frozenset[str]


def withdraw(
    writer: Writer,
    keys: Keys,
    authority: SigningKey,
    holders: Sequence[Holder],
    known: Mapping[str, str | None],
    record: Callable[[], Json],
) -> list[Committed]:
    """Withdraws records, in as many entries as it takes; all that a body holds goes in one of them.

    Args:
        writer: the right to append.
        keys: those that open the bodies.
        authority: the root key, or that of a custodian.
        holders: in the order in which they shall go.
        known: every object that is withdrawn already, with the body that holds what survives.
        record: makes the record that says who did it and why; one an entry, beside what it withdraws.

    Raises:
        IntegrityFailure: a body is not what its entry says; nothing of it was withdrawn.
    """
    done: list[Committed] = []
    with writer.staging() as staging:
        going: list[Withdrawn] = []
        for holder in holders:
            items = _items(writer.archive, keys, staging, holder, known)
            if going and len(going) + len(items) > MOST_OBJECTS:
                done.append(_commit(writer, staging, authority, going, record))
                going = []
            going += items
        if going:
            done.append(_commit(writer, staging, authority, going, record))
    return done


def _commit(
    writer: Writer,
    staging: Staging,
    authority: SigningKey,
    going: Iterable[Withdrawn],
    record: Callable[[], Json],
) -> Committed:
    # A piece that two records name goes once.
    items = tuple(sorted(dict.fromkeys(going)))
    draft: Draft = writer.draft(staging)
    draft.add(record())
    signed = authority.sign(withdraw_message(writer.archive.id, items))
    return draft.commit(withdrawn=items, authority=Signature(authority.public_hex, signed))


def _items(
    archive: Archive, keys: Keys, staging: Staging, holder: Holder, known: Mapping[str, str | None]
) -> list[Withdrawn]:
    read = read_at(archive, holder.device, holder.seq)
    opened = _open(archive, keys, read, holder, known)
    goes = [one for one in opened.records if one.leaf in holder.leaves]
    if len(goes) < len(holder.leaves):
        raise IntegrityFailure(
            f"a record of entry {holder.device[:8]}:{holder.seq} is not where the catalogue says",
            hint="`copwatch rebuild` makes the catalogue again",
        )
    stays = [(one.record, one.seed) for one in opened.records if one.leaf not in holder.leaves]
    by = staging.add_bytes(_sealed(archive, read, opened, stays)) if stays else None
    still = {piece for record, _ in stays for piece in pieces_of(record)}
    pieces = {piece for one in goes for piece in pieces_of(one.record)} & brought(read) - still - known.keys()
    return [Withdrawn(holder.body, by), *(Withdrawn(piece, None) for piece in sorted(pieces))]


def brought(read: ReadLine) -> set[str]:
    """The objects of evidence that an entry brings."""
    return {name for part in read.line.lists.sets for name in part.objects}


def pieces_of(record: Json) -> list[str]:
    """The objects that a record of evidence names, as far as it is one."""
    pieces = record.get("pieces") if isinstance(record, dict) and record.get("type") == "evidence" else None
    named = (
        [piece.get("object") for piece in pieces if isinstance(piece, dict)]
        if isinstance(pieces, list)
        else []
    )
    return [name for name in named if isinstance(name, str)]


def _open(
    archive: Archive, keys: Keys, read: ReadLine, holder: Holder, known: Mapping[str, str | None]
) -> OpenedSet:
    findings: list[Finding] = []
    for opened in open_sets(archive, keys, read, known, findings):
        if opened.body == holder.body:
            return opened
    why = findings[0].detail if findings else "no key opens it, or it was withdrawn meanwhile"
    raise IntegrityFailure(f"the records of entry {holder.device[:8]}:{holder.seq} cannot be opened: {why}")


def _sealed(archive: Archive, read: ReadLine, opened: OpenedSet, records: list[tuple[Json, bytes]]) -> bytes:
    """Sealed to the same epoch as the first body: that is where readers look for its key."""
    entry = read.line.entry
    header = BodyHeader(archive.id, entry.device, opened.compartment, opened.epoch)
    compartment = archive.history.charters[entry.charter].compartment(opened.compartment)
    if compartment is None:
        raise IntegrityFailure("the charter that an entry names lacks its compartment")
    return seal(encode_body(header, records), [parse_recipient(compartment.epochs[opened.epoch])])
