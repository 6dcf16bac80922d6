"""Reading ledgers: the new lines of one (for the catalogue), or all of them with every signature (for verifying)."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.errors import IntegrityFailure
from copwatch.proof.entry import Line
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History
from copwatch.proof.ledger import (
    SEGMENT_LINES,
    Checked,
    LedgerCheck,
    Standing,
    authority_holds,
    cut_off_findings,
    standing,
)
from copwatch.store.archive import Archive, ledger_lines
from copwatch.store.bodies import ReadLine
from copwatch.store.state import Head

_BATCH = 128
_WORKERS = 2


@dataclass
class Named:
    """What all ledgers together say: the hashes of their entries, what they name, and what they know of others."""

    heads: dict[str, list[str]] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    withdrawn: dict[str, str | None] = field(default_factory=dict)
    seen: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    branches: dict[str, set[str]] = field(default_factory=dict)
    entries: int = 0

    def forked(self, device: str, head: str) -> bool:
        """Whether that entry stands in a branch that was kept apart."""
        return head in self.branches.get(device, set())

    def take(self, line: Line, where: str, history: History, findings: list[Finding]) -> None:
        """Notes what one line names."""
        self.entries += 1
        for part in line.lists.sets:
            for name in (part.body, *part.objects):
                if name in self.objects:
                    findings.append(Finding(Kind.MALFORMED, where, f"object {name[:16]} is brought twice"))
                self.objects[name] = where
        for seen in line.lists.seen:
            self.seen.setdefault((seen.device, seen.seq), {})[seen.head] = where
        self._take_withdrawn(line, where, history, findings)

    def _take_withdrawn(self, line: Line, where: str, history: History, findings: list[Finding]) -> None:
        if not line.lists.withdrawn:
            return
        counts = standing(history.charter, line.entry.device, line.entry.seq) is Standing.COUNTS
        charter = history.charters.get(line.entry.charter, history.charter)
        if not authority_holds(line, charter, verify):
            findings.append(
                Finding(Kind.BAD_SIGNATURE, where, "the withdrawal is not signed by who may withdraw")
            )
        elif counts:
            for item in line.lists.withdrawn:
                self.withdrawn[item.object] = item.by
                if item.by is not None:
                    self.objects[item.by] = where

    def newest(self) -> dict[str, Head]:
        """The newest head of every ledger that has one."""
        return {
            device: Head(len(heads), heads[-1]) for device, heads in self.heads.items() if heads and heads[-1]
        }


def read_all(
    archive: Archive, findings: list[Finding], advance: Callable[[int], None] = lambda _: None
) -> Named:
    """Reads every ledger and every fork; checks chains, names, hashes, and every signature on several threads."""
    named = Named()
    with ThreadPoolExecutor(_WORKERS) as pool:
        signatures = _Signatures(pool, findings)
        for device in archive.devices():
            folder = archive.layout.ledger(device)
            named.heads[device] = _read_ledger(archive, device, folder, named, signatures, findings, advance)
            findings += cut_off_findings(archive.charter, device, named.heads[device])
        for device, branch in archive.forks():
            folder = archive.layout.fork(device, branch)
            main = named.heads.get(device, [])
            heads = _read_ledger(archive, device, folder, named, signatures, findings, advance, main)
            named.branches.setdefault(device, set()).update(heads)
            findings.append(_fork_finding(device, branch, main, heads))
        signatures.finish()
    return named


def read_new(
    archive: Archive, device: str, start: Head | None, findings: list[Finding]
) -> Iterator[ReadLine]:
    """The lines of one ledger after `start`, each checked with its signature; stops at the first that is bad."""
    size, head = (start.size, start.hash) if start else (0, None)
    check = LedgerCheck(device, archive.history, size, head)
    for raw in _lines_from(archive.layout.ledger(device), size):
        checked = check.read(raw)
        if checked is not None and not verify(device, checked.message, checked.line.sig):
            check.findings.append(
                Finding(Kind.BAD_SIGNATURE, checked.where, "the device's signature does not hold")
            )
        if checked is None or check.findings:
            break
        yield ReadLine(raw, checked.line, checked.hash)
    findings += check.findings


def read_at(archive: Archive, device: str, seq: int) -> ReadLine:
    """One line by its place, with its signature checked. Raises `IntegrityFailure`."""
    raw = next(_lines_from(archive.layout.ledger(device), seq), None)
    check = LedgerCheck(device, archive.history, seq)
    checked = check.read(raw) if raw is not None else None
    if checked is None or checked.line.entry.device != device or checked.line.entry.seq != seq:
        raise IntegrityFailure(f"entry {device[:8]}:{seq} is not where it was", hint="run `copwatch verify`")
    if not verify(device, checked.message, checked.line.sig):
        raise IntegrityFailure(f"the signature of entry {device[:8]}:{seq} does not hold")
    return ReadLine(raw or b"", checked.line, checked.hash)


def withdrawals(
    archive: Archive, lines: list[ReadLine], known: Mapping[str, str | None]
) -> dict[str, str | None]:
    """What the lines withdraw with authority, added to what was known."""
    named, ignored = Named(withdrawn=dict(known)), list[Finding]()
    for read in lines:
        named.take(read.line, "", archive.history, ignored)
    return named.withdrawn


class _Signatures:
    """Checks signatures in batches on other threads; the primitive releases the interpreter lock."""

    def __init__(self, pool: ThreadPoolExecutor, findings: list[Finding]) -> None:
        self._pool, self._findings = pool, findings
        self._batch: list[tuple[str, Checked]] = []
        self._waiting: deque[Future[list[Finding]]] = deque()

    def check(self, device: str, checked: Checked) -> None:
        self._batch.append((device, checked))
        if len(self._batch) == _BATCH:
            self._submit()

    def finish(self) -> None:
        self._submit()
        while self._waiting:
            self._findings += self._waiting.popleft().result()

    def _submit(self) -> None:
        self._waiting.append(self._pool.submit(_check_batch, self._batch))
        self._batch = []
        if len(self._waiting) > 4 * _WORKERS:
            self._findings += self._waiting.popleft().result()


def _check_batch(batch: list[tuple[str, Checked]]) -> list[Finding]:
    return [
        Finding(Kind.BAD_SIGNATURE, checked.where, "the device's signature does not hold")
        for device, checked in batch
        if not verify(device, checked.message, checked.line.sig)
    ]


def _read_ledger(
    archive: Archive,
    device: str,
    folder: Path,
    named: Named,
    signatures: _Signatures,
    findings: list[Finding],
    advance: Callable[[int], None],
    other: Sequence[str] = (),
) -> list[str]:
    """Reads one ledger; of a fork, what it shares with the `other` branch is not taken twice."""
    check, apart = LedgerCheck(device, archive.history), None
    for raw in ledger_lines(folder):
        checked = check.read(raw)
        advance(len(raw) + 1)
        if checked is None:
            continue
        signatures.check(device, checked)
        if check.seq <= len(other) and other[check.seq - 1] == checked.hash:
            continue
        named.take(checked.line, checked.where, archive.history, findings)
        found = standing(archive.charter, device, checked.line.entry.seq)
        if found is not Standing.COUNTS and apart is None:
            apart = Finding(Kind.HELD_APART, checked.where, found.value)
    findings += check.findings
    if apart is not None:
        findings.append(apart)
    return check.heads


def _fork_finding(device: str, branch: str, main: list[str], other: list[str]) -> Finding:
    where = f"forks/{device[:8]}…/{branch}"
    parted = next((i for i, (a, b) in enumerate(zip(main, other, strict=False)) if a != b), None)
    if parted is None:
        return Finding(Kind.UNEXPECTED, where, "is no fork: one ledger begins the other")
    if not other[parted].startswith(branch):
        return Finding(Kind.UNEXPECTED, where, "its name is not that of the entry where it parts")
    return Finding(Kind.FORK, where, f"two entries stand at {device[:8]}:{parted}; both ledgers are kept")


def _lines_from(folder: Path, seq: int) -> Iterator[bytes]:
    skip = seq % SEGMENT_LINES
    for number, raw in enumerate(ledger_lines(folder, first=seq // SEGMENT_LINES)):
        if number >= skip:
            yield raw
