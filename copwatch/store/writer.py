"""Appending to an archive: objects first, then the ledger line, then the remembered head."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from copwatch.crypto.age import parse_recipient, seal
from copwatch.proof.body import BodyHeader, encode_body
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import SEED_SIZE, leaf
from copwatch.proof.entry import Lists, SealedSet, Seen, Signature, Withdrawn, entry_hash
from copwatch.store.archive import Archive
from copwatch.store.elsewhere import ask_copies
from copwatch.store.homes import home, made_by, note_homes, noted_homes
from copwatch.store.objects import Staging, remove_leftovers
from copwatch.store.own_ledger import OwnLedger, open_own_ledger
from copwatch.store.plain import refuse_links
from copwatch.store.state import Head


@dataclass(frozen=True, slots=True)
class Committed:
    """An entry that is in the ledger: where it stands, and its hash."""

    device: str
    seq: int
    hash: str


@dataclass
class Writer:
    """The right to append to the archive as this device; there is one at a time."""

    archive: Archive
    ledger: OwnLedger
    place: str | None = None
    """The compartment of records for which none is named; None: where what they are about stands."""
    homes: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.homes = noted_homes(self.archive.state)

    @property
    def device(self) -> str:
        """The device that signs."""
        return self.ledger.key.public_hex

    def seal_to(self, compartment: str | None) -> str:
        """From here on that compartment holds what names no other; gives its recipient. Raises `ValueError`."""
        chosen = self.archive.charter.compartment(compartment or self.archive.charter.compartments[0].id)
        if chosen is None:
            raise ValueError("no such compartment")
        self.place = chosen.id
        return chosen.epochs[-1]

    def place_of(self, record: Json) -> str:
        """The compartment of a record for which none is named."""
        charter = self.archive.charter
        found = self.place or home(record, self.homes)
        return found if found and charter.compartment(found) else charter.compartments[0].id

    def home_of(self, id: str | None) -> str | None:
        """The compartment of an incident or another thing; None for `case`, or where it is not known here."""
        found = self.homes.get(id or "")
        return found if found and self.archive.charter.compartment(found) else None

    def note(self, records: Mapping[str, Iterable[Json]]) -> None:
        """Notes what was made in another compartment than `case`. `records` by compartment."""
        case = self.archive.charter.compartments[0].id
        made = {
            id: place for place in records if place != case for one in records[place] for id in made_by(one)
        }
        if made:
            note_homes(self.archive.state, made)
            self.homes |= made

    def staging(self) -> Staging:
        """A place for objects of one or several entries; what is not committed leaves nothing behind."""
        return Staging(self.archive.layout)

    def draft(self, staging: Staging) -> "Draft":
        """A new entry whose objects are staged there."""
        return Draft(self, staging)

    def seen(self) -> tuple[Seen, ...]:
        """Heads of other ledgers that changed since this device last named them."""
        named = self.archive.state.read("named.json") or {}
        return tuple(
            Seen(device, head.size - 1, head.hash)
            for device, head in sorted(self.archive.state.heads().items())
            if device != self.device and head.size and named.get(device) != head.hash
        )

    def append(self, lists: Lists, before: Callable[[str], None] = lambda _: None) -> Committed:
        """Appends an entry whose objects are in place. `before` is told its hash before it is written."""
        line = self.ledger.make_line(lists)
        before(entry_hash(line.entry))
        head = self.ledger.append(line)
        if lists.seen:
            named = self.archive.state.read("named.json") or {}
            self.archive.state.write("named.json", {**named, **{s.device: s.head for s in lists.seen}})
        return Committed(self.device, line.entry.seq, head)


@dataclass
class Draft:
    """An entry in the making: records by compartment, and the objects that they bring."""

    writer: Writer
    staging: Staging
    _records: dict[str, list[Json]] = field(default_factory=dict)
    _objects: dict[str, list[str]] = field(default_factory=dict)

    def add(self, record: Json, *, compartment: str | None = None, objects: Iterable[str] = ()) -> None:
        """Adds a record (and the staged objects that it names) to a compartment.

        Without `compartment` it goes to that of the writer, or where what it is about stands.
        """
        place = compartment or self.writer.place_of(record)
        self._records.setdefault(place, []).append(record)
        self._objects.setdefault(place, []).extend(objects)

    @property
    def empty(self) -> bool:
        """Whether nothing was added yet."""
        return not self._records

    def commit(
        self,
        before: Callable[[str], None] = lambda _: None,
        *,
        withdrawn: tuple[Withdrawn, ...] = (),
        authority: Signature | None = None,
    ) -> Committed:
        """Seals the bodies, makes everything durable, then appends the line.

        `withdrawn` are objects that the entry withdraws, and what survives of each, staged too; `authority` signs them.

        Raises `NotCanonical` or `Malformed` for a record that no body can hold; then nothing was written.
        """
        sets = tuple(self._seal_set(place) for place in sorted(self._records))
        names = [name for part in sets for name in (part.body, *part.objects)]
        self.staging.place(names + [item.by for item in withdrawn if item.by is not None])
        committed = self.writer.append(Lists(sets, self.writer.seen(), withdrawn, authority), before)
        self.writer.note(self._records)
        return committed

    def _seal_set(self, place: str) -> SealedSet:
        compartment = self.writer.archive.charter.compartment(place)
        if compartment is None:
            raise ValueError("no such compartment")
        epoch = len(compartment.epochs) - 1
        header = BodyHeader(self.writer.archive.id, self.writer.device, place, epoch)
        records = _with_seeds(self._records[place])
        sealed = seal(encode_body(header, records), [parse_recipient(compartment.epochs[epoch])])
        leaves = tuple(leaf(record, seed) for record, seed in records)
        return SealedSet(place, epoch, self.staging.add_bytes(sealed), leaves, tuple(self._objects[place]))


def _with_seeds(records: list[Json]) -> list[tuple[Json, bytes]]:
    """Each record with a seed of its own, all drawn at once: each draw lets other threads in between."""
    drawn = secrets.token_bytes(SEED_SIZE * len(records))
    return [(record, drawn[SEED_SIZE * n : SEED_SIZE * (n + 1)]) for n, record in enumerate(records)]


def append_records(
    archive: Archive, records: Iterable[Json], where: Callable[[Json], str | None] = lambda _: None,
    patience: float = 0,
) -> Committed:  # fmt: skip
    """Appends one entry with these records. Raises `Busy` or `NotThisDevice`.

    `where` gives the compartment of a record; None: where what it is about stands. `patience` as `open_writer`.
    """
    with open_writer(archive, patience) as writer, writer.staging() as staging:
        draft = writer.draft(staging)
        for record in records:
            draft.add(record, compartment=where(record))
        return draft.commit()


@contextmanager
def open_writer(archive: Archive, patience: float = 0) -> Iterator[Writer]:
    """Takes the right to write; waits so many seconds for another copwatch that has it.

    Raises:
        Busy: another copwatch is writing.
        NotThisDevice, NewerFormat, IntegrityFailure: as `OwnLedger.recover`.
        Refused: a link stands where the archive has a folder.
    """
    ask_copies(archive)
    with archive.state.writing(patience):
        refuse_links(archive.layout.folder)
        remove_leftovers(archive.layout, time.time())
        yield Writer(archive, open_own_ledger(archive))


def head_of(writer: Writer) -> Head | None:
    """How far this device's ledger has come."""
    return Head(writer.ledger.size, writer.ledger.head) if writer.ledger.head else None
