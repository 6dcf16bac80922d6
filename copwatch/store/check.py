"""Verifying an archive without any key, as a numbered list of checks; nothing is ever written."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.proof.checkpoint import LARGEST_NOTE, Checkpoint, parse_note
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.merkle import roots_of_beginnings
from copwatch.proof.shapes import Malformed
from copwatch.store import strays
from copwatch.store.all_ledgers import Named, read_all
from copwatch.store.archive import Archive, load_archive, pin_findings
from copwatch.store.check_objects import ObjectCheck, object_files
from copwatch.store.erasing import to_be_gone
from copwatch.store.found import Collected, unreadable
from copwatch.store.layout import CHECKPOINT_NAME, CHECKPOINTS, DEVICE_NAME, FORKS, LEDGER, Layout
from copwatch.store.plain import plain_names, read_plain
from copwatch.store.state import Head
from copwatch.store.young import softened
from copwatch.text import counted

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
    size = sum(size for _, size in object_files(Layout(folder), Collected()))
    for top in (folder / LEDGER, folder / FORKS):
        for path in top.glob("**/*.jsonl") if top.is_dir() else ():
            try:
                size += path.lstat().st_size
            except OSError:
                continue
    return size


def verify_archive(
    folder: Path, paper: Sequence[bytes] = (), advance: Advance = lambda _: None
) -> Verification:
    """Runs every check. `paper` holds the first 16 bytes of heads that somebody wrote down.

    Raises `NotFound` when the folder is no archive, `NoPermission` or `Unfinished` when its charter folder cannot be
    read; all else that is wrong is a finding.
    """
    layout = Layout(folder)
    archive, charter = load_archive(folder)
    with ObjectCheck(layout) as objects:
        if archive is None:
            return _without_charter(layout, charter, *objects.run(None, advance))
        ledgers = Collected()
        named = read_all(archive, ledgers, advance)
        found, read = objects.run((archive.history, named), advance)
    charter += pin_findings(archive)
    signed = f"{counted(len(archive.history.charters), 'version')}, signed by the root key"
    checks = (
        Check(1, "charter", signed, _all(charter)),
        Check(2, "ledgers", _what_ledgers(archive, named), tuple(softened(archive, ledgers.all()))),
        _check_nothing_cut(archive, named, paper),
        Check(4, "objects", read, tuple(softened(archive, found))),
        _check_withdrawals(archive, named),
        _check_strays(layout, 6),
    )
    return Verification(archive.id, archive.history.root, checks, named.newest())


def _what_ledgers(archive: Archive, named: Named) -> str:
    """The names of devices alone do not tell those that are cut off from the others."""
    entries = f"{counted(named.entries, 'entry', 'entries')} of {counted(len(named.heads), 'device')}"
    cut_off = sum(
        device.until is not None and device.key in named.heads for device in archive.charter.devices
    )
    return f"{entries}, {cut_off} of them cut off" if cut_off else entries


def _without_charter(
    layout: Layout, charter: list[Finding], objects: tuple[Finding, ...], read: str
) -> Verification:
    checks = (
        Check(1, "charter", "no valid charter: ledgers cannot be checked", _all(charter)),
        Check(2, "objects", read, objects),
        _check_strays(layout, 3),
    )
    return Verification(None, None, checks, {})


def _all(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    found = Collected()
    found.add(findings)
    return found.all()


def _check_nothing_cut(archive: Archive, named: Named, paper: Sequence[bytes]) -> Check:
    remembered, found = archive.state.heads(), Collected()
    found.add(_remembered(named, remembered))
    found.add(_seen(named))
    found.add(_on_paper(named, paper))
    found.add(_checkpoints(archive, named))
    known = (
        f"{counted(len(remembered), 'head')} that this computer remembers"
        if remembered
        else "no head remembered here"
    )
    claims = sum(len(heads) for heads in named.seen.values())
    done = f"{known}, {claims} that other devices saw, {len(paper)} from paper"
    return Check(3, "nothing cut off", done, found.all())


def _remembered(named: Named, heads: dict[str, Head]) -> Iterator[Finding]:
    for device, head in sorted(heads.items()):
        if head.size:
            yield from _has(named, device, head.size - 1, head.hash, "that this computer has seen")


def _seen(named: Named) -> Iterator[Finding]:
    for (device, seq), claims in sorted(named.seen.items()):
        for head, where in sorted(claims.items()):
            yield from _has(named, device, seq, head, f"that {where} names")


def _has(named: Named, device: str, seq: int, head: str, whose: str) -> Iterator[Finding]:
    where = f"{device[:8]}:{seq}"
    if named.holds(device, seq, head):
        return
    if all(seq >= len(heads) for heads in named.all_of(device)):
        yield Finding(Kind.CUT_SHORT, where, f"the entry {whose} is not here")
    else:
        yield Finding(Kind.FORK, where, f"another entry stands here than the one {whose}")


def _on_paper(named: Named, paper: Sequence[bytes]) -> Iterator[Finding]:
    wanted = {head.hex() for head in paper}
    known = {
        head[:32] for device in named.heads for heads in named.all_of(device) for head in heads
        if head[:32] in wanted
    } if wanted else set[str]()  # fmt: skip
    for number, head in enumerate(paper, 1):
        if head.hex() not in known:
            yield Finding(
                Kind.CUT_SHORT, "ledger/", f"no entry has the head of paper {number}: entries are missing"
            )


def _checkpoints(archive: Archive, named: Named) -> Iterator[Finding]:
    top = archive.layout.folder / CHECKPOINTS
    try:
        for device in plain_names(top, DEVICE_NAME):
            names = plain_names(top / device, CHECKPOINT_NAME)
            yield from _notes(archive, named, device, set(names))
    except OSError as error:
        yield unreadable(CHECKPOINTS, error)


def _notes(archive: Archive, named: Named, device: str, names: set[str]) -> Iterator[Finding]:
    notes: list[tuple[str, Checkpoint]] = []
    for name in sorted(names):
        where = f"{CHECKPOINTS}/{device}/{name}"
        if name.endswith(".note"):
            read = _read_note(archive, where)
            if isinstance(read, Finding):
                yield read
            else:
                notes.append((where, read))
        elif f"{name[:-4]}.note" not in names:
            yield Finding(Kind.UNEXPECTED, where, "there is no checkpoint that it would stamp")
    yield from _histories(named, device, notes)


def _read_note(archive: Archive, where: str) -> Checkpoint | Finding:
    path = archive.layout.folder / where
    try:
        note = parse_note(read_plain(archive.layout.folder, path, LARGEST_NOTE + 1), verify)
    except OSError as error:
        return unreadable(where, error)
    except Malformed as error:
        return Finding(Kind.MALFORMED, where, str(error))
    if (note.archive, note.device, note.file_name) != (archive.id, path.parent.name, path.name):
        return Finding(Kind.UNEXPECTED, where, "belongs elsewhere")
    return note


def _histories(named: Named, device: str, notes: Sequence[tuple[str, Checkpoint]]) -> Iterator[Finding]:
    """Each checkpoint has to be one of the ledger, or of another branch of it."""
    sizes = {note.size for _, note in notes}
    branches = named.all_of(device)
    roots = [
        roots_of_beginnings([bytes.fromhex(head) for head in heads], sizes) for heads in branches if notes
    ]
    for where, note in notes:
        if any(found.get(note.size) == note.root for found in roots):
            continue
        longest = max(map(len, branches))
        if note.size > longest:
            yield Finding(Kind.CUT_SHORT, where, f"the ledger has {longest} of {note.size} entries")
        else:
            yield Finding(Kind.FORK, where, "the device signed another history")


def _check_withdrawals(archive: Archive, named: Named) -> Check:
    objects = str(archive.layout.objects)
    # Text, not paths: this is asked for everything that was ever withdrawn.
    here = [
        name for name in sorted(named.withdrawn)
        if os.path.lexists(f"{objects}{os.sep}{name[:2]}{os.sep}{name}.age")
    ]  # fmt: skip
    gone = to_be_gone(archive.state, here, datetime.now(UTC))
    findings = (
        Finding(Kind.RESURRECTED, where, "it was withdrawn and has to be gone, but is here")
        if name in gone
        else Finding(Kind.WITHDRAWN, where, "it was withdrawn, and is still to be erased")
        for name in here
        for where in [f"objects/{name[:2]}/{name}.age"]
    )
    return Check(5, "withdrawals", f"{counted(len(named.withdrawn), 'object')} withdrawn", _all(findings))


def _check_strays(layout: Layout, number: int) -> Check:
    return Check(
        number, "unexpected files", "every name in the folder looked at", _all(strays.unexpected(layout))
    )
