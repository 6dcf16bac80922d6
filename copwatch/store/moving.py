"""Moving records into another compartment: sealed again with their seeds, and the old objects withdrawn.

An ordinary withdrawal, whose entry also brings what was sealed again, and in the other compartment a record `moved`
that says of which sets it is (docs/format.md, "Moving"). Order of writing as for withdrawals: killed before the line
nothing has happened, killed after it all of the entry has moved.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copwatch.crypto.age import Recipient, parse_recipient
from copwatch.crypto.signing import SigningKey
from copwatch.errors import IntegrityFailure
from copwatch.model.records import MovedBody
from copwatch.proof.canonical import Json
from copwatch.proof.entry import Signature, Withdrawn, withdraw_message
from copwatch.proof.padding import padme
from copwatch.proof.withdrawn import surviving
from copwatch.store.evidence import EvidenceReader
from copwatch.store.keys import Keys
from copwatch.store.objects import Staging
from copwatch.store.sealing import Advance, Piece, seal_file
from copwatch.store.withdrawing import MOST_OBJECTS, Holder, pieces_of, split_body
from copwatch.store.writer import Committed, Writer

MOST_BYTES = 4 << 30
"""Of evidence in one entry, so that an interruption loses minutes."""

Make = Callable[[Sequence[MovedBody], Sequence[Json]], Iterable[Json]]
"""Makes the records of an entry, the first of type `moved`, from the bodies and the records that it moves."""


def move(
    writer: Writer,
    keys: Keys,
    authority: SigningKey,
    holders: Sequence[Holder],
    known: Mapping[str, str | None],
    compartment: str,
    make: Make,
    advance: Advance = lambda _: None,
) -> list[Committed]:
    """Moves records, in as many entries as it takes; what one body holds, with its evidence, goes in one of them.

    Args:
        writer: the right to append.
        keys: those that open the bodies.
        authority: the root key, or that of a custodian.
        holders: the bodies and what goes of each.
        known: every object that is withdrawn already, with the object that holds what survives.
        compartment: to which they go.
        make: makes the records of each entry; they go there too.
        advance: told how many bytes of evidence were sealed again.

    Raises:
        IntegrityFailure: a body is not what its entry says, or evidence not what was received; what was moved in
            earlier entries stays moved.
    """
    place = writer.archive.charter.compartment(compartment)
    if place is None:
        raise ValueError("no such compartment")
    done: list[Committed] = []
    with writer.staging() as staging:
        moving = _Moving(
            writer,
            keys,
            staging,
            known,
            compartment,
            len(place.epochs) - 1,
            parse_recipient(place.epochs[-1]),
            advance,
        )
        for holder in holders:
            if moving.full:
                done.append(moving.commit(authority, make))
            moving.take(holder)
        if moving.bodies:
            done.append(moving.commit(authority, make))
    return done


@dataclass
class _Moving:
    """One entry in the making."""

    writer: Writer
    keys: Keys
    staging: Staging
    known: Mapping[str, str | None]
    compartment: str
    epoch: int
    recipient: Recipient
    advance: Advance
    bodies: list[MovedBody] = field(default_factory=list)
    records: list[Json] = field(default_factory=list)
    items: dict[str, str | None] = field(default_factory=dict)
    size: int = 0

    @property
    def full(self) -> bool:
        return len(self.items) > MOST_OBJECTS // 4 or self.size > MOST_BYTES

    def take(self, holder: Holder) -> None:
        """Seals what goes of one body, and its evidence, to the other compartment; what stays of it is sealed again."""
        split = split_body(self.writer.archive, self.keys, holder)
        for one in split.goes:
            self._take_evidence(one.record, split.pieces)
        by = self.staging.add_bytes(split.sealed_again()) if split.stays else None
        sealed = split.sealed(split.goes, (self.compartment, self.epoch), self.recipient)
        name = self.staging.add_bytes(sealed)
        self.items[holder.body] = by
        self.bodies.append(MovedBody(holder.device, holder.seq, split.body.part.body, holder.body, name))
        self.records += [one.record for one in split.goes]

    def _take_evidence(self, record: Mapping[str, Any], going: set[str]) -> None:
        """Seals the bytes of an evidence record again, piece by piece, if all of them are here."""
        named = pieces_of(dict(record))
        now = [surviving(name, self.known) for name in named]
        if not named or None in now or not going >= set(named) or self.items.keys() & set(now):
            return
        state = hashlib.sha256()
        pieces = [Piece(str(name), piece["size"]) for name, piece in zip(now, record["pieces"], strict=True)]
        for piece in pieces:
            with self._reader(piece) as source:
                sealed = seal_file(
                    _Hashed(source, state), [self.recipient], self.staging.beside,
                    expected=piece.size, advance=self.advance, capacity=max(piece.size, 1),
                )  # fmt: skip
            self.staging.take(sealed.staged())
            self.items[piece.object] = sealed.pieces[0].object
            self.size += padme(piece.size)
        if state.hexdigest() != record.get("sha256"):
            raise IntegrityFailure(
                f"evidence {str(record.get('id'))[:8]} is not what was received, so it was not moved",
                hint="run `copwatch verify --deep`; `copwatch doctor --from DIR` brings it from another copy",
            )

    def _reader(self, piece: Piece) -> EvidenceReader:
        return EvidenceReader(self.writer.archive.layout, [piece], list(self.keys.compartments.values()))

    def commit(self, authority: SigningKey, make: Make) -> Committed:
        """Writes the entry that withdraws what was taken and brings it where it goes; `make` gives its own records."""
        items = tuple(Withdrawn(name, self.items[name]) for name in sorted(self.items))
        draft = self.writer.draft(self.staging)
        objects = [body.object for body in self.bodies]
        for record in make(self.bodies, self.records):
            draft.add(record, compartment=self.compartment, objects=objects)
            objects = []
        signed = authority.sign(withdraw_message(self.writer.archive.id, items))
        committed = draft.commit(withdrawn=items, authority=Signature(authority.public_hex, signed))
        self.bodies, self.records, self.items, self.size = [], [], {}, 0
        return committed


class _Hashed:
    """A source whose bytes go into a hash on the way."""

    def __init__(self, source: EvidenceReader, state: Any) -> None:
        self._source, self._state = source, state

    def readinto(self, buffer: memoryview, /) -> int:
        """Reads, and counts what was read into the hash."""
        count = self._source.readinto(buffer)
        self._state.update(buffer[:count])
        return count
