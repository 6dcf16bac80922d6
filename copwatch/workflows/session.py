"""An unlocked archive: keys, and the catalogue brought up to date with the ledger."""

import secrets
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.claims import fits
from copwatch.catalogue.codes import codes, find_ids
from copwatch.catalogue.homes import homes
from copwatch.catalogue.making import MANY
from copwatch.catalogue.queries import evidence_item, report_version
from copwatch.catalogue.shown import EntityVersion, EvidenceRow, ReportVersion
from copwatch.errors import BadInput, IntegrityFailure, NotFound
from copwatch.model.ids import KINDS, Code
from copwatch.model.kinds import IDENTITY
from copwatch.model.schema import Schema
from copwatch.progress import Progress
from copwatch.proof.body import OpenedSet
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.ledger import Standing, standing
from copwatch.store.archive import Archive, remember
from copwatch.store.bodies import BegunSet, ReadLine, begin_sets, finish_sets
from copwatch.store.durable import write_beside
from copwatch.store.erasing import note_withdrawn
from copwatch.store.homes import note_homes, noted_homes
from copwatch.store.keys import Keys
from copwatch.store.known_ids import remember_ids
from copwatch.store.ledgers import devices_with_ledgers, read_apart, read_at, read_counting, withdrawals
from copwatch.store.moved import moved_sets, open_all
from copwatch.store.state import Head
from copwatch.store.worker_pool import WorkerPool
from copwatch.workflows.holding import note_holds
from copwatch.workflows.own_schema import schema_of

_MOST_NAMED = 10
_AHEAD = 4
"""Entries whose bodies are opened before those that are parsed are taken in; each may have 16 MiB."""


@dataclass(frozen=True, slots=True)
class Named:
    """A code as a person typed it, with the device whose record is meant where several bear one id."""

    code: Code
    mark: str = ""


_Begun = TypeVar("_Begun")
_Claim = TypeVar("_Claim", bound=EvidenceRow | ReportVersion | EntityVersion)


def meant(named: Named, rows: Sequence[_Claim]) -> _Claim:
    """The one of these records, which all have that code, that is meant.

    Raises:
        NotFound: none is of that device.
        BadInput: several are; all are named.
    """
    found = [row for row in rows if not named.mark or fits(named.mark, row.device, row.leaf)]
    if len(found) == 1:
        return found[0]
    hint = f"one of: {', '.join(row.code for row in (found or rows)[:_MOST_NAMED])}"
    if not found:
        raise NotFound(f"no record of {named.code} is of device {named.mark}", hint=hint)
    raise BadInput(f"{len(found)} records bear the id of {named.code}; at most one is honest", hint=hint)


@dataclass
class Session:
    """Use as a context manager. `findings` holds what could not be read or does not hold.

    `missing` says how much that may count could not be read; it is empty when the catalogue has all of it.
    `anew` makes the catalogue again from nothing.
    """

    archive: Archive
    keys: Keys
    catalogue: Catalogue = field(init=False)
    schema: Schema = field(init=False)
    findings: list[Finding] = field(default_factory=list)
    missing: str = ""
    anew: bool = False
    _stopped: set[tuple[str, int]] = field(default_factory=set)
    _resources: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.schema = schema_of(self.archive)

    def __enter__(self) -> Self:
        with self.archive.state.cataloguing():
            if self.anew:
                Catalogue.remove(self.catalogue_path)
                self.archive.state.write(self._notes, {})
            place = (self.catalogue_path, self._catalogue_key(), self.schema)
            new = not self.catalogue_path.exists()
            if new:
                with Catalogue.making(*place) as self.catalogue:
                    self._absorb()
            self.catalogue = self._resources.enter_context(Catalogue.open(*place))
            try:
                if not new:
                    self._absorb()
            except BaseException:
                self._resources.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    @property
    def catalogue_path(self) -> Path:
        """The file of this member's catalogue on this computer."""
        return self.archive.state.folder / f"catalogue-{self.keys.member.id}.db"

    def absorb(self) -> None:
        """Takes in what the ledgers have that the catalogue has not. Raises `Busy`: others take too long."""
        with self.archive.state.cataloguing():
            self._absorb()

    def _absorb(self) -> None:
        self.findings += self.keys.findings
        self.catalogue.trust(self.archive.history.root)
        before = self.catalogue.absorbed()
        lines = self._new_lines(before)
        known = {**self.withdrawn()}
        branches = [*read_apart(self.archive, self.findings)]
        withdrawn = withdrawals(self.archive, [*lines, *branches], known)
        unread = self.catalogue.unread()
        again, lost = self._again(unread)
        positions = {read.line.entry.device: (read.line.entry.seq + 1, read.hash) for read in lines}
        anew = self._keys_changed() or withdrawn != known
        missed = set(lost)
        if positions or again or anew or lost != unread:
            with WorkerPool() as workers:
                share = workers if _records(lines) >= MANY else None
                sets = self._open(self._every_line() if anew else [*again, *lines], withdrawn, missed, share)
                # What a branch that does not count withdrew is withdrawn, so that what it moved has moved.
                sets = chain(sets, self._moved_by(branches if anew else [], withdrawn))
                self.catalogue.absorb(sets, positions, withdrawn, missed, workers)
        self._judge()
        self._tell(missed)
        self._remember(positions, withdrawn)
        note_holds(self.archive.state, self.catalogue)
        # So that what is written about something without a key goes where it stands.
        state, order = self.archive.state, [c.id for c in self.archive.charter.compartments]
        note_homes(state, homes(self.catalogue, order, noted_homes(state)))
        # So that evidence can be filed under them later, when no key is at hand.
        remember_ids(self.archive.state, (("I", id_) for id_ in find_ids(self.catalogue, "I", "")))

    def find(self, code: Code) -> str:
        """The id behind a code. Raises `NotFound`, or `BadInput` when several begin alike."""
        found = find_ids(self.catalogue, code.prefix, code.hex)
        if not found:
            raise NotFound(
                f"there is no {KINDS[code.prefix]} {code} that your keys open",
                hint="check the code; or it was withdrawn",
            )
        if len(found) > 1:
            names = codes(self.catalogue, code.prefix, found[:_MOST_NAMED])
            raise BadInput(f"several begin with {code}", hint=f"one of: {', '.join(sorted(names.values()))}")
        return found[0]

    def find_evidence(self, named: Named) -> EvidenceRow:
        """The item that is meant. Raises `NotFound`, or `BadInput` that names all when several records bear its id."""
        return meant(named, evidence_item(self.catalogue, self.find(named.code)))

    def find_version(self, named: Named) -> ReportVersion:
        """The version of a report that is meant. Raises as `find_evidence`."""
        return meant(named, report_version(self.catalogue, self.find(named.code)))

    def check_whole(self) -> None:
        """Raises `IntegrityFailure` when anything that may count could not be read: what is shown is not everything."""
        if self.missing:
            raise IntegrityFailure(
                f"{self.missing}, so this may not be everything",
                hint="`copwatch verify` says what is damaged, `copwatch doctor --from DIR` brings it from another copy",
            )

    def _new_lines(self, before: dict[str, tuple[int, str]]) -> list[ReadLine]:
        lines: list[ReadLine] = []
        self._stopped = set()
        for device in devices_with_ledgers(self.archive):
            start, found = Head(*before[device]) if device in before else None, list[Finding]()
            lines += read_counting(self.archive, device, start, found)
            # What the catalogue took in before, it keeps, also when the ledger lost it.
            if any(finding.kind is not Kind.CUT_SHORT for finding in found):
                self._stopped.add((device, self._after(lines, device, start)))
            self.findings += found
        return lines

    @staticmethod
    def _after(lines: list[ReadLine], device: str, start: Head | None) -> int:
        """The number of the first entry of a ledger that could not be read."""
        if lines and lines[-1].line.entry.device == device:
            return lines[-1].line.entry.seq + 1
        return start.size if start else 0

    def _every_line(self) -> Iterable[ReadLine]:
        """Every ledger again: a key came, or what survives of a withdrawn body is read from elsewhere."""
        ignored: list[Finding] = []
        for device in devices_with_ledgers(self.archive):
            yield from read_counting(self.archive, device, None, ignored)

    def _again(self, unread: set[tuple[str, int]]) -> tuple[list[ReadLine], set[tuple[str, int]]]:
        """The lines of entries that could not be read whole before, and those whose line is not there now."""
        lines, lost = list[ReadLine](), set[tuple[str, int]]()
        for device, seq in sorted(unread):
            try:
                lines.append(read_at(self.archive, device, seq))
            except IntegrityFailure as error:
                self.findings.append(Finding(Kind.UNREADABLE, f"{device[:8]}:{seq}", error.message))
                lost.add((device, seq))
        return lines, lost

    def _open(
        self,
        lines: Iterable[ReadLine],
        withdrawn: dict[str, str | None],
        missed: set[tuple[str, int]],
        workers: WorkerPool | None,
    ) -> Iterator[OpenedSet]:
        """The sets of the lines, one by one: all at once would be more than memory holds.

        Puts the entries of which some set could not be read into `missed`, as it goes.
        """
        begun = (self._begin(read, withdrawn, workers) for read in lines)
        for read, sets, found in _ahead(begun, _AHEAD if workers else 0):
            for opened in finish_sets(sets, found):
                yield opened
                yield from moved_sets(self.archive, self.keys, read, opened, withdrawn, found)
            if found:
                missed.add((read.line.entry.device, read.line.entry.seq))
            self.findings += found

    def _moved_by(self, lines: Iterable[ReadLine], withdrawn: dict[str, str | None]) -> Iterator[OpenedSet]:
        """What entries moved, without what they brought."""
        for read in lines:
            found = open_all(self.archive, self.keys, read, withdrawn, self.findings)
            yield from (opened for opened in found if opened.entry != read.hash)

    def _begin(
        self, read: ReadLine, withdrawn: dict[str, str | None], workers: WorkerPool | None
    ) -> tuple[ReadLine, list[BegunSet], list[Finding]]:
        found: list[Finding] = []
        return read, [*begin_sets(self.archive, self.keys, read, withdrawn, found, workers)], found

    def _tell(self, missed: set[tuple[str, int]]) -> None:
        """Says in every session, not only in the first, that something could not be read. Nothing is owed to entries
        that are held apart."""
        charter = self.archive.charter
        owed = {place for place in missed | self._stopped if standing(charter, *place) is Standing.COUNTS}
        parts = []
        if owed:
            parts.append("1 entry" if len(owed) == 1 else f"{len(owed)} entries")
        if self.keys.findings:
            parts.append("a key" if len(self.keys.findings) == 1 else f"{len(self.keys.findings)} keys")
        self.missing = f"{' and '.join(parts)} could not be read" if parts else ""
        if self.missing:
            detail = f"{self.missing}: what you see is not everything"
            self.findings.append(Finding(Kind.UNREADABLE, "catalogue", detail))
        self.findings = list(dict.fromkeys(self.findings))

    @property
    def reads_identities(self) -> bool:
        """Whether the compartment in which names stand is open to this member."""
        return self.archive.charter.compartments[IDENTITY].id in {
            place[0] for place in self.keys.compartments
        }

    def withdrawn(self) -> dict[str, str | None]:
        """Withdrawn objects, with the body that holds what survives of each."""
        noted: dict[str, str | None] = (self.archive.state.read(self._notes) or {}).get("withdrawn", {})
        return noted

    def _keys_changed(self) -> bool:
        noted = (self.archive.state.read(self._notes) or {}).get("opens")
        return noted is not None and noted != self._opens()

    def _opens(self) -> list[list[str | int]]:
        return [list(place) for place in sorted(self.keys.compartments)]

    @property
    def _notes(self) -> str:
        return f"absorbed-{self.keys.member.id}.json"

    def _judge(self) -> None:
        """After a change of the charter, decides again which entries count."""
        noted = self.archive.state.read(self._notes) or {}
        if noted.get("charter") == self.archive.history.ruling:
            return
        charter = self.archive.charter

        def apart(device: str, seq: int) -> str | None:
            found = standing(charter, device, seq)
            return None if found is Standing.COUNTS else found.value

        self.catalogue.judge(apart)

    def _remember(self, positions: dict[str, tuple[int, str]], withdrawn: dict[str, str | None]) -> None:
        remember(self.archive)
        note_withdrawn(self.archive.state, withdrawn, datetime.now(UTC))
        if positions:
            self.archive.state.save_heads({d: Head(size, head) for d, (size, head) in positions.items()})
        notes = {"charter": self.archive.history.ruling, "opens": self._opens(), "withdrawn": withdrawn}
        if self.archive.state.read(self._notes) != notes:
            self.archive.state.write(self._notes, notes)

    def _catalogue_key(self) -> bytes:
        path = self.archive.state.folder / f"catalogue-{self.keys.member.id}.salt"
        if not path.exists():
            write_beside(path, secrets.token_bytes(32))
        return self.keys.catalogue_key(self.archive.id, path.read_bytes())


def _records(lines: Iterable[ReadLine]) -> int:
    return sum(len(part.leaves) for read in lines for part in read.line.lists.sets)


def _ahead(begun: Iterator[_Begun], by: int) -> Iterator[_Begun]:
    """The same, with the next few already begun."""
    waiting: deque[_Begun] = deque()
    for each in begun:
        waiting.append(each)
        if len(waiting) > by:
            yield waiting.popleft()
    yield from waiting


def rebuild(archive: Archive, keys: Keys, progress: Progress) -> list[Finding]:
    """Makes the catalogue again from nothing but the archive and the keys; gives what did not hold."""
    progress.start(None, "rebuilding the catalogue")
    try:
        with Session(archive, keys, anew=True) as session:
            return session.findings
    finally:
        progress.finish()
