"""What is wrong with an archive folder, and mending what can be mended without a doubt.

Nothing is made worse: bytes are replaced only by bytes that their hash, or chain and signature, prove; what is
removed is what no ledger names and nobody is about to name; everything that is done is listed.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from copwatch.errors import CopwatchError, IntegrityFailure, NotThisDevice, Unfinished
from copwatch.proof.findings import Finding, Kind
from copwatch.store.archive import Archive, load_archive
from copwatch.store.branches import begins
from copwatch.store.carry import Carrier
from copwatch.store.charters import archive_id
from copwatch.store.check import Verification, verify_archive
from copwatch.store.erasing import erase
from copwatch.store.layout import OBJECT_NAME, Layout
from copwatch.store.mend import Mender
from copwatch.store.objects import FRESH, Staging, in_use
from copwatch.store.own_key import guard_own_key
from copwatch.store.own_ledger import may_append, open_own_ledger
from copwatch.store.places import transferring
from copwatch.store.plain import is_plain_folder
from copwatch.store.side import Side, explained, object_path
from copwatch.store.state import LocalState
from copwatch.store.survey import Found, Rest, read_one
from copwatch.store.transfer import carry_out, prepare

DAY = 24 * 60 * 60
KEPT = ("torn-", "damaged-")
"""What stands in tmp/ for a person to look at; never removed here."""
_OBJECT_TROUBLE = frozenset({Kind.MISSING, Kind.ALTERED, Kind.UNREADABLE, Kind.MALFORMED})


class Deed(StrEnum):
    """What a repair can do."""

    REMOVED_STAGING = "removed what an interrupted run had left in tmp/"
    REMOVED_UNREFERENCED = "removed an object that nothing names"
    MOVED_TORN = "moved a torn line to tmp/"
    REPLACED_OBJECT = "replaced an object by the proven one of the other copy"
    REPLACED_LINES = "replaced lines of a ledger by the proven ones of the other copy"
    BROUGHT = "brought what was missing from the other copy"
    ERASED = "erased what was withdrawn"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that was done, and where."""

    deed: Deed
    where: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Staged:
    """Something under tmp/: its name, the newest time in it (seconds since 1970), and whether it is kept."""

    name: str
    modified: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that was found: by verifying, in tmp/, and in what this computer remembers."""

    verification: Verification
    staged: tuple[Staged, ...]
    local: tuple[Finding, ...]

    @property
    def findings(self) -> list[Finding]:
        """Every finding, notes too."""
        return [*self.verification.findings, *self.local]

    @property
    def healthy(self) -> bool:
        """Whether nothing has to be done, but perhaps something can be tidied up."""
        return not any(finding.fails for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was done, and what was found wrong with the other copy on the way."""

    actions: tuple[Action, ...]
    source_findings: tuple[Finding, ...]


def examine(folder: Path, advance: Callable[[int], None] = lambda _: None) -> Diagnosis:
    """Runs every check and looks at tmp/ and at the local state; writes nothing. Raises `NotFound`."""
    verification = verify_archive(folder, (), advance)
    local = tuple(_local_findings(folder, verification)) if verification.archive else ()
    return Diagnosis(verification, tuple(_staged(Layout(folder))), local)


def repair(
    folder: Path,
    source: Path | None,
    diagnosis: Diagnosis,
    now: float,
    advance: Callable[[int], None] = lambda _: None,
) -> Repaired:
    """Mends what `examine` found.

    Args:
        folder: the archive.
        source: another copy of it to take proven bytes from. Everything that is missing here is brought from it.
        diagnosis: what `examine` found.
        now: seconds since 1970, to judge the age of what is to be removed.
        advance: is told of bytes read and written.

    Raises:
        IntegrityFailure: the charter does not hold, and there is no other copy to take it from.
        Refused: `source` is a copy of another archive.
        Busy: another copwatch is writing.
    """
    folder = folder.resolve()
    identity = diagnosis.verification.archive or (source and archive_id(Side(Layout(source.resolve()))))
    if not identity:
        raise IntegrityFailure(
            "the charter of this archive does not hold",
            hint="name another copy of the archive with --from DIR",
        )
    state, doctor = LocalState(identity), _Doctor(folder, identity, now, advance)
    with transferring(state, folder) as journal, explained(None, Side(Layout(folder))):
        if source is not None:
            doctor.guard_key(state, source.resolve())
        with state.writing():
            if source is not None:
                doctor.mend_from(source.resolve(), diagnosis, journal)
            doctor.recover_own_ledger()
            doctor.remove_staging()
            doctor.remove_unreferenced(diagnosis)
            doctor.erase_withdrawn(state, diagnosis)
    return Repaired(tuple(doctor.actions), tuple(dict.fromkeys(doctor.source_findings)))


class _Doctor:
    """The steps of a repair. Both locks are held: nothing with this state folder writes there meanwhile."""

    def __init__(self, folder: Path, archive: str, now: float, advance: Callable[[int], None]) -> None:
        self.folder, self.identity, self.now, self.advance = folder, archive, now, advance
        self.layout = Layout(folder)
        self.actions: list[Action] = []
        self.source_findings: list[Finding] = []

    def guard_key(self, state: LocalState, source: Path) -> None:
        """Before anything is written, what the other copy says of our own key."""
        device = state.device()
        if device is not None:
            transfer = prepare(source, self.folder, self.identity)
            found = [*transfer.ours.of(device.public_hex), *transfer.theirs.of(device.public_hex)]
            guard_own_key(state, [ledger.heads for ledger in found])

    def mend_from(self, source: Path, diagnosis: Diagnosis, journal: Path) -> None:
        """Lines that do not hold first, so that everything behind them can be brought; then objects, then the rest."""
        self._mend_ledgers(source)
        self._replace_objects(source, diagnosis)
        transfer = prepare(source, self.folder, self.identity)
        charters = [name for name, _ in transfer.charters.missing]
        done = carry_out(transfer, self.advance, journal=journal)
        self.source_findings += done.source_findings
        self.actions += [Action(Deed.BROUGHT, f"charter/{name}") for name in charters]
        if done.objects or done.entries or done.checkpoints:
            what = f"{done.objects} objects, {done.entries} entries, {done.checkpoints} checkpoints"
            self.actions.append(Action(Deed.BROUGHT, ".", what))

    def recover_own_ledger(self) -> None:
        """The torn end of our own ledger goes to tmp/, as before any writing."""
        archive, _ = load_archive(self.folder)
        if archive is None:
            return
        before = {staged.name for staged in _staged(self.layout)}
        # Not our device, or an older copy: then there is nothing of ours to move.
        with suppress(NotThisDevice):
            ledger = open_own_ledger(archive)
            for staged in _staged(self.layout):
                if staged.name not in before:
                    self.actions.append(
                        Action(Deed.MOVED_TORN, f"tmp/{staged.name}", ledger.key.public_hex[:8])
                    )

    def remove_staging(self) -> None:
        """Removes what was left by a program that died.

        The locks that are held keep out this state folder alone. Another user may be adding to the same folder, with
        a state folder of their own: what is in use stays, and so does what is fresh, where nobody can say.
        """
        for staged in _staged(self.layout):
            path = self.layout.staging / staged.name
            used = in_use(path) if is_plain_folder(path) else None
            if staged.kept or used or (used is None and self.now - staged.modified < FRESH):
                continue
            # What belongs to another user, or was taken away meanwhile, is not ours to remove.
            with suppress(FileNotFoundError, PermissionError):
                if is_plain_folder(path):
                    shutil.rmtree(path)
                else:
                    path.unlink()
                self.actions.append(Action(Deed.REMOVED_STAGING, f"tmp/{staged.name}"))

    def remove_unreferenced(self, diagnosis: Diagnosis) -> None:
        """Removes what nothing names, if it is old, and if it is certain that nothing names it.

        A line that cannot be read may name it, and so may one that a synced folder has not brought yet. Its
        modification time is fixed; the time of its last change of name is what counts.
        """
        if any(f.fails and not f.where.startswith("objects/") for f in diagnosis.verification.findings):
            return
        for finding in diagnosis.verification.findings:
            if finding.kind is not Kind.UNREFERENCED or not OBJECT_NAME.match(
                finding.where.rpartition("/")[2]
            ):
                continue
            path = self.folder / finding.where
            with suppress(FileNotFoundError):
                if path.lstat().st_ctime < self.now - DAY:
                    path.unlink()
                    self.actions.append(Action(Deed.REMOVED_UNREFERENCED, finding.where))

    def erase_withdrawn(self, state: LocalState, diagnosis: Diagnosis) -> None:
        """Erases what was found to be withdrawn, and has to be gone. The verification has proven the withdrawals."""
        kinds = (Kind.RESURRECTED, Kind.WITHDRAWN)
        found = [f for f in diagnosis.verification.findings if f.kind in kinds]
        names = [match[1] for f in found if (match := OBJECT_NAME.match(f.where.rpartition("/")[2]))]
        archive, _ = load_archive(self.folder)
        keep = archive.history.objects() if archive else names
        done = erase(state, self.layout, names, datetime.fromtimestamp(self.now, UTC), keep=keep)
        if done.objects:
            self.actions.append(Action(Deed.ERASED, "objects/", f"{done.objects} objects"))

    def _mend_ledgers(self, source: Path) -> None:
        transfer = prepare(source, self.folder, self.identity)
        self.layout.staging.mkdir(mode=0o700, exist_ok=True)
        here, there = Side(Layout(source)), Side(self.layout)
        for device in transfer.devices:
            for ours in transfer.ours.of(device):
                if ours.rest is not Rest.BAD:
                    continue
                count = self._mend_one(transfer.archive, (here, there), ours, transfer.theirs.of(device))
                if count:
                    where = ours.folder.relative_to(self.folder).as_posix()
                    self.actions.append(Action(Deed.REPLACED_LINES, where, f"{count}"))

    def _mend_one(self, archive: Archive, sides: tuple[Side, Side], ours: Found, theirs: list[Found]) -> int:
        fitting = [other for other in theirs if begins(ours.heads, other.heads) and not other.aside]
        for other in sorted(fitting, key=lambda found: len(found.heads), reverse=True):
            count = Mender(archive, *sides, ours, other).mend()
            if count:
                return count
        return 0

    def _replace_objects(self, source: Path, diagnosis: Diagnosis) -> None:
        here, there = Side(Layout(source)), Side(self.layout)
        with Staging(self.layout) as staging:
            carrier = Carrier(here, there, staging, self.advance)
            for name in _troubled_objects(diagnosis):
                deed = Deed.REPLACED_OBJECT if there.object_size(name) is not None else Deed.BROUGHT
                before = carrier.brought
                carrier.take(name, None, check=True)
                carrier.flush()
                if carrier.brought > before:
                    self.actions.append(Action(deed, object_path(name)))
        self.source_findings += here.findings


def _troubled_objects(diagnosis: Diagnosis) -> list[str]:
    found = []
    for finding in diagnosis.verification.findings:
        match = OBJECT_NAME.match(finding.where.rpartition("/")[2])
        if match and finding.kind in _OBJECT_TROUBLE and finding.where.startswith("objects/"):
            found.append(match[1])
    return sorted(set(found))


def _staged(layout: Layout) -> Iterator[Staged]:
    if layout.staging.is_symlink() or not layout.staging.is_dir():
        return
    for path in sorted(layout.staging.iterdir()):
        # Staged objects have a fixed time; the folder that holds them has that of the last one.
        yield Staged(path.name, path.lstat().st_mtime, path.name.startswith(KEPT))


def _local_findings(folder: Path, verification: Verification) -> Iterator[Finding]:
    """What this computer remembers against what is here; heads of ledgers are the verification's third check."""
    archive, _ = load_archive(folder)
    if archive is None:
        return
    state = archive.state
    try:
        state.heads(), state.pin()
        device, own = state.device(), state.read("own.json")
    except (Unfinished, KeyError, TypeError, ValueError) as error:
        detail = error.message if isinstance(error, CopwatchError) else "a local state file is damaged"
        yield Finding(Kind.UNREADABLE, "local state", detail)
        return
    if device is None:
        return
    if own is None:
        yield Finding(
            Kind.HELD_APART,
            "local state",
            "this computer does not know what it wrote last, and does not write",
        )
    elif not may_append(archive, device.public_hex):
        yield Finding(Kind.HELD_APART, "local state", "the charter does not let this computer write any more")
    else:
        size, head = own.get("size", 0), own.get("head")
        found = read_one(archive, Side(Layout(folder)), device.public_hex, None)
        if size and (len(found.heads) < size or found.heads[size - 1] != head):
            yield Finding(
                Kind.CUT_SHORT, "local state", "this copy is older than what this computer wrote last"
            )
