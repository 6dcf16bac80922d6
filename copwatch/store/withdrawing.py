"""Withdrawing records: a signed entry says which objects go, and what survives of a body is sealed again.

What survives keeps its seeds, so that its leaves are those of the entry that brought it (docs/format.md, Withdrawal).
Order of writing: the new bodies, then the line; erasing comes after, by itself (`erasing.py`). Killed before the line
nothing has happened; killed after it all of the entry is withdrawn, and what is left to erase is erased another time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from copwatch.crypto.age import Recipient, seal
from copwatch.crypto.signing import SigningKey
from copwatch.errors import IntegrityFailure
from copwatch.proof.body import BodyHeader, OpenedRecord, encode_body
from copwatch.proof.canonical import Json
from copwatch.proof.entry import Signature, Withdrawn, withdraw_message
from copwatch.proof.withdrawn import surviving
from copwatch.store.archive import Archive
from copwatch.store.bodies import ReadLine
from copwatch.store.keys import Keys
from copwatch.store.moved import OpenedBody, open_body
from copwatch.store.objects import Staging
from copwatch.store.writer import Committed, Draft, Writer

MOST_OBJECTS = 3000
"""In one entry: with half of the mebibyte that a line may have to spare."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A body that holds something to withdraw, and which of its records go, by leaf.

    `device` and `seq` are of the entry that brought them, `compartment` and `epoch` are those of its header.
    """

    device: str
    seq: int
    compartment: str
    epoch: int
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
    split = split_body(archive, keys, holder)
    by = staging.add_bytes(split.sealed_again()) if split.stays else None
    pieces = {surviving(piece, known) for piece in split.pieces} - {None}
    return [Withdrawn(holder.body, by), *(Withdrawn(str(piece), None) for piece in sorted(map(str, pieces)))]


@dataclass(frozen=True, slots=True)
class Split:
    """A body, and which of its records go and which stay.

    `pieces` are the objects of evidence that go along: what the entry brought and no record that stays needs.
    """

    archive: Archive
    body: OpenedBody
    goes: tuple[OpenedRecord, ...]
    stays: tuple[OpenedRecord, ...]

    @property
    def pieces(self) -> set[str]:
        """By the names that they had when they were brought."""
        still = {piece for one in self.stays for piece in pieces_of(one.record)}
        return {piece for one in self.goes for piece in pieces_of(one.record)} & brought(
            self.body.read
        ) - still

    def sealed_again(self) -> bytes:
        """What stays, with the same seeds, to the key of the body: that is where readers look for it."""
        return self.sealed(self.stays, (self.body.set.compartment, self.body.set.epoch), self.body.recipient)

    def sealed(
        self, records: Iterable[OpenedRecord], compartment: tuple[str, int], recipient: Recipient
    ) -> bytes:
        """Some of its records with the same seeds, in a body of their device for a compartment and epoch."""
        header = BodyHeader(self.archive.id, self.body.set.device, *compartment)
        return seal(encode_body(header, [(one.record, one.seed) for one in records]), [recipient])


def split_body(archive: Archive, keys: Keys, holder: Holder) -> Split:
    """Opens a body and parts its records. Raises `IntegrityFailure` when it is not what the catalogue says."""
    place, compartment = (holder.device, holder.seq), (holder.compartment, holder.epoch)
    body = open_body(archive, keys, place, compartment, holder.body)
    goes = tuple(one for one in body.set.records if one.leaf in holder.leaves)
    if len(goes) < len(holder.leaves):
        raise IntegrityFailure(
            f"a record of entry {holder.device[:8]}:{holder.seq} is not where the catalogue says",
            hint="`copwatch rebuild` makes the catalogue again",
        )
    return Split(archive, body, goes, tuple(one for one in body.set.records if one.leaf not in holder.leaves))


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
