"""Verifying an archive without any key, as a numbered list of checks; nothing is ever written."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.age import looks_sealed
from copwatch.crypto.signing import verify
from copwatch.proof.checkpoint import LARGEST_NOTE, parse_note
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.merkle import root
from copwatch.proof.shapes import Malformed
from copwatch.store import strays
from copwatch.store.archive import Archive, load_archive, pin_findings
from copwatch.store.layout import OBJECT_NAME, Layout
from copwatch.store.ledgers import Named, read_all
from copwatch.store.objects import BLOCK, hash_file
from copwatch.store.state import Head

_WORKERS = 2
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered check: what it looked at, and everything that it found."""

    number: int
    title: str
    done: str
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found but notes."""
        return not any(finding.fails for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one archive, and the newest head of every ledger."""

    archive: str | None
    root: str | None
    checks: tuple[Check, ...]
    heads: dict[str, Head]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    @property
    def findings(self) -> list[Finding]:
        """Every finding of every check."""
        return [finding for check in self.checks for finding in check.findings]


def total_bytes(folder: Path) -> int:
    """How many bytes a verification reads, for its progress."""
    return sum(size for _, size in _object_files(Layout(folder))) + sum(
        path.stat().st_size for path in (folder / "ledger").rglob("*.jsonl")
    )


def verify_archive(
    folder: Path, paper: Sequence[bytes] = (), advance: Advance = lambda _: None
) -> Verification:
    """Runs every check. `paper` holds the first 16 bytes of heads that somebody wrote down.

    Raises `NotFound` when the folder is no archive; all else that is wrong is a finding.
    """
    layout = Layout(folder)
    archive, charter = load_archive(folder)
    if archive is None:
        objects = _check_objects(layout, None, advance)
        first = Check(1, "charter", "no valid charter: ledgers cannot be checked", tuple(charter))
        return Verification(None, None, (first, objects, _check_strays(layout, 3)), {})
    charter += pin_findings(archive)
    ledgers: list[Finding] = []
    named = read_all(archive, ledgers, advance)
    versions = len(archive.history.charters)
    checks = (
        Check(
            1, "charter", f"{versions} version{'s'[: versions > 1]}, signed by the root key", tuple(charter)
        ),
        Check(2, "ledgers", f"{named.entries} entries of {len(named.heads)} devices", tuple(ledgers)),
        _check_nothing_cut(archive, named, paper),
        _check_objects(layout, (archive, named), advance),
        _check_withdrawals(archive, named),
        _check_strays(layout, 6),
    )
    return Verification(archive.id, archive.history.root, checks, named.newest())


def _check_nothing_cut(archive: Archive, named: Named, paper: Sequence[bytes]) -> Check:
    remembered = archive.state.heads()
    findings = [
        *_remembered(named, remembered),
        *_seen(named),
        *_on_paper(named, paper),
        *_checkpoints(archive, named),
    ]
    known = (
        f"{len(remembered)} heads that this computer remembers" if remembered else "no head remembered here"
    )
    claims = sum(len(heads) for heads in named.seen.values())
    done = f"{known}, {claims} that other devices saw, {len(paper)} from paper"
    return Check(3, "nothing cut off", done, tuple(findings))


def _remembered(named: Named, heads: dict[str, Head]) -> Iterator[Finding]:
    for device, head in sorted(heads.items()):
        yield from _has(named, device, head.size - 1, head.hash, "that this computer has seen")


def _seen(named: Named) -> Iterator[Finding]:
    for (device, seq), claims in sorted(named.seen.items()):
        for head, where in sorted(claims.items()):
            yield from _has(named, device, seq, head, f"that {where} names")


def _has(named: Named, device: str, seq: int, head: str, whose: str) -> Iterator[Finding]:
    heads = named.heads.get(device, [])
    where = f"{device[:8]}:{seq}"
    if seq >= len(heads):
        yield Finding(Kind.CUT_SHORT, where, f"the entry {whose} is not here")
    elif heads[seq] != head and not named.forked(device, head):
        yield Finding(Kind.FORK, where, f"another entry stands here than the one {whose}")


def _on_paper(named: Named, paper: Sequence[bytes]) -> Iterator[Finding]:
    known = {bytes.fromhex(head[:32]) for heads in named.heads.values() for head in heads} if paper else set()
    for number, head in enumerate(paper, 1):
        if head not in known:
            yield Finding(
                Kind.CUT_SHORT, "ledger/", f"no entry has the head of paper {number}: entries are missing"
            )


def _checkpoints(archive: Archive, named: Named) -> Iterator[Finding]:
    folder = archive.layout.folder / "checkpoints"
    for path in sorted(folder.glob("*/*.note")):
        where = path.relative_to(archive.layout.folder).as_posix()
        try:
            with path.open("rb") as file:
                note = parse_note(file.read(LARGEST_NOTE + 1), verify)
        except Malformed as error:
            yield Finding(Kind.MALFORMED, where, str(error))
            continue
        heads = named.heads.get(note.device, [])
        if (note.archive, note.device, note.file_name) != (archive.id, path.parent.name, path.name):
            yield Finding(Kind.UNEXPECTED, where, "belongs elsewhere")
        elif note.size > len(heads):
            yield Finding(Kind.CUT_SHORT, where, f"the ledger has {len(heads)} of {note.size} entries")
        elif root([bytes.fromhex(head) for head in heads[: note.size]]) != note.root:
            yield Finding(Kind.FORK, where, "the device signed another history")


def _check_objects(layout: Layout, known: tuple[Archive, Named] | None, advance: Advance) -> Check:
    """Every object has the name of its content and is an age file; every object that is named is there."""
    files = sorted(_object_files(layout), key=lambda item: -item[1])
    findings = _hash_all(layout, files, advance)
    there = {name for name, _ in files}
    if known is not None:
        archive, named = known
        wanted = {**dict.fromkeys(archive.history.objects(), "charter/"), **named.objects}
        for name in sorted(wanted.keys() - there - named.withdrawn.keys()):
            findings.append(
                Finding(Kind.MISSING, f"objects/{name[:2]}/{name}.age", f"named by {wanted[name]}")
            )
        for name in sorted(there - wanted.keys() - named.withdrawn.keys()):
            findings.append(Finding(Kind.UNREFERENCED, f"objects/{name[:2]}/{name}.age", "no entry names it"))
    done = f"{len(files)} objects, {sum(size for _, size in files):,} bytes, each read whole"
    return Check(4 if known else 2, "objects", done, tuple(findings))


def _check_withdrawals(archive: Archive, named: Named) -> Check:
    findings = [
        Finding(Kind.RESURRECTED, f"objects/{name[:2]}/{name}.age", "it was withdrawn, but is here")
        for name in sorted(named.withdrawn)
        if archive.layout.object(name).exists()
    ]
    return Check(5, "withdrawals", f"{len(named.withdrawn)} objects withdrawn", tuple(findings))


def _check_strays(layout: Layout, number: int) -> Check:
    findings = tuple(strays.unexpected(layout))
    return Check(number, "unexpected files", "every name in the folder looked at", findings)


def _object_files(layout: Layout) -> Iterator[tuple[str, int]]:
    for folder in layout.objects.iterdir() if layout.objects.is_dir() else []:
        if folder.is_symlink() or not folder.is_dir():
            continue
        for path in folder.iterdir():
            match = OBJECT_NAME.match(path.name)
            if match and match[1][:2] == folder.name and path.is_file() and not path.is_symlink():
                yield match[1], path.stat().st_size


def _hash_all(layout: Layout, files: list[tuple[str, int]], advance: Advance) -> list[Finding]:
    """Hashes all objects on as many threads as help; each has its own buffer."""
    findings: list[Finding] = []
    ahead, lock = iter(files), threading.Lock()

    def work() -> None:
        buffer = bytearray(BLOCK)
        while True:
            with lock:
                item = next(ahead, None)
            if item is None:
                return
            found = _hash_one(layout, item[0], buffer)
            advance(item[1])
            if found is not None:
                findings.append(found)

    with ThreadPoolExecutor(_WORKERS) as pool:
        for future in [pool.submit(work) for _ in range(_WORKERS)]:
            future.result()
    return sorted(findings, key=lambda finding: finding.where)


def _hash_one(layout: Layout, name: str, buffer: bytearray) -> Finding | None:
    where = f"objects/{name[:2]}/{name}.age"
    try:
        found, size = hash_file(layout.object(name), buffer)
    except OSError as error:
        return Finding(Kind.UNREADABLE, where, error.strerror or "cannot be read")
    if found != name:
        return Finding(Kind.ALTERED, where, "its content does not have its name")
    if size <= len(buffer) and not looks_sealed(bytes(buffer[: min(size, 64)])):
        return Finding(Kind.MALFORMED, where, "is not an age v1 file")
    return None
