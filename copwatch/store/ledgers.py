"""Reading ledgers for the catalogue: the lines after what was read before, each with its signature checked.

Of a ledger that forked one branch counts: the one that holds the entry at which its device was cut off, wherever
it stands, and otherwise the one in `ledger/`. What the other branches withdraw stays withdrawn all the same: that is
signed by the root key or a custodian, not by the device alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.errors import IntegrityFailure
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.entry import Line, entry_hash, parse_line
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History
from copwatch.proof.ledger import LedgerCheck, Standing, authority_holds, standing
from copwatch.proof.shapes import Malformed, Newer
from copwatch.proof.withdrawn import add_withdrawn
from copwatch.store.archive import Archive, ledger_lines
from copwatch.store.bodies import ReadLine
from copwatch.store.found import unreadable
from copwatch.store.layout import SEGMENT_LINES
from copwatch.store.state import Head


def devices_with_ledgers(archive: Archive) -> list[str]:
    """Every device with a ledger, or with the branch of one, in order."""
    return sorted({*archive.devices(), *(device for device, _ in archive.forks())})


def ledger_folder(archive: Archive, device: str, branch: str | None) -> Path:
    """Where a ledger (branch None) or another branch of it stands."""
    return archive.layout.ledger(device) if branch is None else archive.layout.fork(device, branch)


def counting_branch(archive: Archive, device: str) -> str | None:
    """The branch of a device's ledger whose entries count; None for the one in `ledger/`."""
    known = archive.charter.device(device)
    others = [branch for forked, branch in archive.forks() if forked == device]
    if known is None or known.until is None or not others:
        return None
    for branch in (None, *others):
        if _hash_at(archive, ledger_folder(archive, device, branch), known.until.seq) == known.until.entry:
            return branch
    return None


def read_new(
    archive: Archive, device: str, start: Head | None, findings: list[Finding], branch: str | None = None
) -> Iterator[ReadLine]:
    """The lines of one ledger after `start`, each checked with its signature; stops at the first that is bad.

    What cannot be read, and a ledger that no longer holds the entry of `start`, becomes a finding.
    """
    folder = ledger_folder(archive, device, branch)
    size, head = (start.size, start.hash) if start else (0, None)
    check = LedgerCheck(device, archive.history, size, head)
    try:
        if start is not None and (gone := _gone(archive, folder, device, start)):
            findings.append(gone)
            return
        check.named = _named_at(archive, folder, size - 1) if size else None
        for raw in _lines_from(archive, folder, size):
            checked = check.read(raw)
            if checked is not None and not verify(device, checked.message, checked.line.sig):
                check.findings.append(
                    Finding(Kind.BAD_SIGNATURE, checked.where, "the device's signature does not hold")
                )
            if checked is None or check.findings:
                break
            yield ReadLine(raw, checked.line, checked.hash)
    except OSError as error:
        findings.append(unreadable(folder.relative_to(archive.layout.folder).as_posix(), error))
    findings += check.findings


def read_counting(
    archive: Archive, device: str, start: Head | None, findings: list[Finding]
) -> Iterator[ReadLine]:
    """The lines after `start` of the branch that counts."""
    yield from read_new(archive, device, start, findings, counting_branch(archive, device))


def read_apart(archive: Archive, findings: list[Finding]) -> Iterator[ReadLine]:
    """The lines of branches that do not count, without what they share with the one that does.

    Each such branch is a finding.
    """
    for device in sorted({device for device, _ in archive.forks()}):
        counting, ignored = counting_branch(archive, device), list[Finding]()
        shared = {read.hash for read in read_new(archive, device, None, ignored, counting)}
        for branch in (None, *(b for d, b in archive.forks() if d == device)):
            if branch == counting:
                continue
            apart = [
                read for read in read_new(archive, device, None, findings, branch) if read.hash not in shared
            ]
            where = ledger_folder(archive, device, branch).relative_to(archive.layout.folder).as_posix()
            if apart:
                findings.append(
                    Finding(Kind.FORK, where, f"{len(apart)} entries of this branch are not in the catalogue")
                )
            yield from apart


def read_at(archive: Archive, device: str, seq: int) -> ReadLine:
    """One line of the branch that counts by its place, with its signature. Raises `IntegrityFailure`."""
    folder = ledger_folder(archive, device, counting_branch(archive, device))
    try:
        raw = next(_lines_from(archive, folder, seq), None)
    except OSError as error:
        raise IntegrityFailure(
            f"the ledger of device {device[:8]} cannot be read: {error.strerror}"
        ) from error
    # The line before it is not read, so that its chain is not checked here.
    check = LedgerCheck(device, archive.history, seq, _known=False)
    checked = check.read(raw) if raw is not None else None
    if checked is None or check.findings:
        raise IntegrityFailure(f"entry {device[:8]}:{seq} is not where it was", hint="run `copwatch verify`")
    if not verify(device, checked.message, checked.line.sig):
        raise IntegrityFailure(f"the signature of entry {device[:8]}:{seq} does not hold")
    return ReadLine(raw or b"", checked.line, checked.hash)


def withdrawals(
    archive: Archive, lines: Iterable[ReadLine], known: Mapping[str, str | None]
) -> dict[str, str | None]:
    """What the lines withdraw with authority, added to what was known."""
    result = dict(known)
    for read in lines:
        add_withdrawn(result, withdrawn_by(read.line, archive.history) or {})
    return result


def withdrawn_by(line: Line, history: History) -> dict[str, str | None] | None:
    """What one line withdraws; None when nobody who may, then and now, has signed that.

    Nothing, when its entry is held apart.
    """
    if line.lists.authority is None:
        return {}
    if not names_authority(line, history) or not authority_holds(line, history.charter, verify):
        return None
    if standing(history.charter, line.entry.device, line.entry.seq) is not Standing.COUNTS:
        return {}
    return {item.object: item.by for item in line.lists.withdrawn}


def names_authority(line: Line, history: History) -> bool:
    """Whether who signed a withdrawal may withdraw by the charter that its entry names."""
    return authority_holds(line, history.charters.get(line.entry.charter, history.charter), verify)


def _gone(archive: Archive, folder: Path, device: str, start: Head) -> Finding | None:
    found, where = _hash_at(archive, folder, start.size - 1), f"{device[:8]}:{start.size - 1}"
    if found is None:
        return Finding(Kind.CUT_SHORT, where, "an entry that was here before is not here")
    if found != start.hash:
        return Finding(Kind.FORK, where, "another entry was here before; `copwatch rebuild` goes by this one")
    return None


def _named_at(archive: Archive, folder: Path, seq: int) -> str | None:
    """The charter that the entry at a place names, if it is here."""
    raw = next(_lines_from(archive, folder, seq), None)
    named = parse_line(raw).entry.charter if raw is not None else None
    return named if named in archive.history.charters else None


def _hash_at(archive: Archive, folder: Path, seq: int) -> str | None:
    try:
        raw = next(_lines_from(archive, folder, seq), None)
        return entry_hash(parse_line(raw).entry) if raw is not None else None
    except (OSError, NotCanonical, Malformed, Newer):
        return None


def _lines_from(archive: Archive, folder: Path, seq: int) -> Iterator[bytes]:
    skip = seq % SEGMENT_LINES
    lines = ledger_lines(archive.layout.folder, folder, first=seq // SEGMENT_LINES)
    for number, raw in enumerate(lines):
        if number >= skip:
            yield raw
