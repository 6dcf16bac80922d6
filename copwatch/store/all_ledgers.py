"""Reading all ledgers and forks whole, with every signature, and what they say together. For verifying."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from copwatch.crypto.signing import verify
from copwatch.errors import CopwatchError
from copwatch.proof.entry import Line
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.forks import fork_names
from copwatch.proof.history import History
from copwatch.proof.ledger import Checked, LedgerCheck, Standing, cut_off_findings, standing
from copwatch.proof.withdrawn import add_withdrawn
from copwatch.store.archive import Archive, ledger_lines
from copwatch.store.branches import held_by_another
from copwatch.store.found import Collected, unreadable
from copwatch.store.ledgers import devices_with_ledgers, ledger_folder, names_authority, withdrawn_by
from copwatch.store.signatures import Signatures
from copwatch.store.state import Head

Advance = Callable[[int], None]


@dataclass
class Named:
    """What all ledgers together say: the hashes of their entries, what they name, and what they know of others.

    `heads` and `branches` reach to the first entry that does not hold. `apart` are objects that only entries
    held apart name: nothing is owed to those.
    """

    heads: dict[str, list[str]] = field(default_factory=dict)
    branches: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)
    withdrawn: dict[str, str | None] = field(default_factory=dict)
    seen: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    entries: int = 0

    def all_of(self, device: str) -> list[list[str]]:
        """The entries of the ledger in `ledger/`, then of each other branch."""
        return [self.heads.get(device, []), *self.branches.get(device, {}).values()]

    def holds(self, device: str, seq: int, head: str) -> bool:
        """Whether that entry stands at its place in any branch."""
        return any(0 <= seq < len(heads) and heads[seq] == head for heads in self.all_of(device))

    def take(self, line: Line, where: str) -> Iterator[Finding]:
        """Notes what one line names."""
        for part in line.lists.sets:
            for name in (part.body, *part.objects):
                if name in self.objects:
                    yield Finding(Kind.MALFORMED, where, f"object {name[:16]} is brought twice")
                self.objects[name] = where
        for seen in line.lists.seen:
            self.seen.setdefault((seen.device, seen.seq), {})[seen.head] = where

    def take_withdrawn(self, line: Line, where: str, history: History) -> Iterator[Finding]:
        """Notes what one line withdraws, when who may has signed it."""
        found = withdrawn_by(line, history)
        if found is None and names_authority(line, history):
            detail = "the withdrawal is signed by a custodian who is none any more, and does not count"
            yield Finding(Kind.REVOKED, where, detail)
            return
        if found is None:
            yield Finding(Kind.BAD_SIGNATURE, where, "the withdrawal is not signed by who may withdraw")
            return
        add_withdrawn(self.withdrawn, found)
        self.objects |= {by: where for by in found.values() if by is not None}

    def newest(self) -> dict[str, Head]:
        """The newest head of every ledger that has one."""
        return {device: Head(len(heads), heads[-1]) for device, heads in self.heads.items() if heads}


def read_all(archive: Archive, found: Collected, advance: Advance = lambda _: None) -> Named:
    """Reads every ledger and every fork; checks chains, names, hashes, and every signature."""
    named = Named()
    try:
        devices, forks = devices_with_ledgers(archive), archive.forks()
    except CopwatchError as error:
        found.add([Finding(Kind.UNREADABLE, "ledger/", error.message)])
        return named
    with Signatures(found) as signatures:
        for device in devices:
            branches = [branch for forked, branch in forks if forked == device]
            reading = _Reading(
                archive, device, named, signatures, found, advance, set() if branches else None
            )
            named.heads[device] = reading.read(None)
            named.branches[device] = {branch: reading.read(branch) for branch in branches}
        signatures.finish()
    for device in devices:
        found.add(_cut_off(archive, named, device))
        found.add(_fork_findings(device, named.heads[device], named.branches[device]))
    return named


@dataclass
class _Reading:
    """Reads the branches of one device's ledger. `taken` has the entries that were read, when there are several."""

    archive: Archive
    device: str
    named: Named
    signatures: Signatures
    found: Collected
    advance: Advance
    taken: set[str] | None

    def read(self, branch: str | None) -> list[str]:
        """The hashes of the entries of one branch; they are cut later where a signature does not hold."""
        folder = ledger_folder(self.archive, self.device, branch)
        check, apart = LedgerCheck(self.device, self.archive.history), dict[Standing, tuple[str, int]]()
        try:
            for raw in ledger_lines(self.archive.layout.folder, folder):
                self._read_line(check, raw, apart)
                self.advance(len(raw) + 1)
        except OSError as error:
            self.found.add([unreadable(folder.relative_to(self.archive.layout.folder).as_posix(), error)])
        for reason, (where, count) in apart.items():
            kind = Kind.REVOKED if reason is Standing.AFTER_CUT_OFF else Kind.NOT_APPROVED
            entries = "entry is" if count == 1 else "entries are"
            self.found.add([Finding(kind, where, f"{count} {entries} held apart: {reason.value}")])
        return check.heads

    def _read_line(self, check: LedgerCheck, raw: bytes, apart: dict[Standing, tuple[str, int]]) -> None:
        seq, checked = check.seq, check.read(raw)
        wrong, check.findings = check.findings, []
        self.found.add(wrong)
        if checked is None:
            return
        self.signatures.check(self.device, checked, check.heads, seq)
        if self.taken is not None:
            if checked.hash in self.taken:
                return
            self.taken.add(checked.hash)
        self.named.entries += 1
        self._take(checked, seq, apart, whole=not wrong)

    def _take(
        self, checked: Checked, seq: int, apart: dict[Standing, tuple[str, int]], *, whole: bool
    ) -> None:
        line = checked.line
        found = standing(self.archive.charter, self.device, seq)
        if found is not Standing.COUNTS:
            where, count = apart.get(found, (checked.where, 0))
            apart[found] = (where, count + 1)
            self.named.apart.update(name for part in line.lists.sets for name in (part.body, *part.objects))
            return
        self.found.add(self.named.take(line, checked.where))
        if line.lists.authority is not None and whole and verify(self.device, checked.message, line.sig):
            self.found.add(self.named.take_withdrawn(line, checked.where, self.archive.history))


def _cut_off(archive: Archive, named: Named, device: str) -> list[Finding]:
    """A revoked device's ledger holds the entry at which it was cut off, in one of its branches."""
    known = archive.charter.device(device)
    if known is None or known.until is None or named.holds(device, known.until.seq, known.until.entry):
        return []
    return cut_off_findings(archive.charter, device, max(named.all_of(device), key=len))


def _fork_findings(device: str, main: list[str], branches: dict[str, list[str]]) -> Iterator[Finding]:
    """Each branch below forks/ is a finding; another one when it is none, or has the wrong name."""
    ledgers = [main, *branches.values()]
    names = [f"ledger/{device}", *(f"forks/{device}/{branch}" for branch in branches)]
    whole = [at for at in range(len(ledgers)) if not held_by_another(ledgers, at)]
    right = dict(zip(whole, fork_names([ledgers[at] for at in whole]), strict=True))
    for at, branch in enumerate([None, *branches]):
        if not branches:
            return
        if at not in right:
            yield Finding(Kind.UNEXPECTED, names[at], "is no branch: another one begins with all of it")
        elif right[at] != branch:
            yield Finding(Kind.UNEXPECTED, names[at], "its name is not that of the entry where it parts")
        elif branch is not None:
            yield Finding(
                Kind.FORK, names[at], f"entries part at {_parting(ledgers, at)}; each branch is kept"
            )


def _parting(ledgers: list[list[str]], at: int) -> int:
    """The first entry of a branch that stands in no branch before it."""
    before = {head for other in ledgers[:at] for head in other}
    return next((seq for seq, head in enumerate(ledgers[at]) if head not in before), 0)
