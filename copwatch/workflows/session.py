"""An unlocked archive: keys, and the catalogue brought up to date with the ledger."""

import secrets
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import find_ids
from copwatch.errors import BadInput, NotFound
from copwatch.model.ids import KINDS, Code
from copwatch.progress import Progress
from copwatch.proof.body import OpenedSet
from copwatch.proof.findings import Finding
from copwatch.proof.ledger import Standing, standing
from copwatch.store.archive import Archive, remember
from copwatch.store.bodies import ReadLine, open_sets
from copwatch.store.durable import write_beside
from copwatch.store.keys import Keys
from copwatch.store.known_ids import remember_ids
from copwatch.store.ledgers import devices_with_ledgers, read_apart, read_counting, withdrawals
from copwatch.store.state import Head


@dataclass
class Session:
    """Use as a context manager. `findings` holds what could not be read or does not hold."""

    archive: Archive
    keys: Keys
    catalogue: Catalogue = field(init=False)
    findings: list[Finding] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self.catalogue = self._open.enter_context(Catalogue.open(self.catalogue_path, self._catalogue_key()))
        try:
            self.absorb()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def catalogue_path(self) -> Path:
        """The file of this member's catalogue on this computer."""
        return self.archive.state.folder / f"catalogue-{self.keys.member.id}.db"

    def absorb(self) -> None:
        """Takes in what the ledgers have that the catalogue has not."""
        self.findings += self.keys.findings
        before = self.catalogue.absorbed()
        lines = list(self._new_lines(before))
        known = {**self.withdrawn()}
        withdrawn = withdrawals(self.archive, [*lines, *read_apart(self.archive, self.findings)], known)
        sets = [
            opened
            for read in lines
            for opened in open_sets(self.archive, self.keys, read, withdrawn, self.findings)
        ]
        positions = {read.line.entry.device: (read.line.entry.seq + 1, read.hash) for read in lines}
        changed = withdrawn != known
        if self._keys_changed() or changed:
            sets = self._everything(withdrawn)
        if positions or sets or changed:
            self.catalogue.absorb(sets, positions, withdrawn)
        self._judge()
        self._remember(positions, withdrawn)
        # So that evidence can be filed under them later, when no key is at hand.
        remember_ids(self.archive.state, (("I", id_) for id_ in find_ids(self.catalogue, "I", "")))

    def find(self, code: Code) -> str:
        """The id behind a code. Raises `NotFound`, or `BadInput` when several begin alike."""
        found = find_ids(self.catalogue, code.prefix, code.hex)
        if not found:
            raise NotFound(
                f"there is no {KINDS[code.prefix]} {code} that your keys open", hint="check the code"
            )
        if len(found) > 1:
            raise BadInput(
                f"several begin with {code}", hint="use the longer code that `copwatch list` shows"
            )
        return found[0]

    def _new_lines(self, before: dict[str, tuple[int, str]]) -> Iterable[ReadLine]:
        for device in devices_with_ledgers(self.archive):
            start = Head(*before[device]) if device in before else None
            yield from read_counting(self.archive, device, start, self.findings)

    def _everything(self, withdrawn: dict[str, str | None]) -> list[OpenedSet]:
        """Every set of every ledger again: a key came, or what survives of a withdrawn body is read from elsewhere."""
        ignored: list[Finding] = []
        return [
            opened
            for device in devices_with_ledgers(self.archive)
            for read in read_counting(self.archive, device, None, ignored)
            for opened in open_sets(self.archive, self.keys, read, withdrawn, self.findings)
        ]

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


def rebuild(archive: Archive, keys: Keys, progress: Progress) -> list[Finding]:
    """Makes the catalogue again from nothing but the archive and the keys; gives what did not hold."""
    session = Session(archive, keys)
    progress.start(None, "rebuilding the catalogue")
    try:
        Catalogue.remove(session.catalogue_path)
        archive.state.write(session._notes, {})
        with session:
            return session.findings
    finally:
        progress.finish()
