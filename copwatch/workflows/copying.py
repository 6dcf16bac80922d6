"""`copwatch copy` and `copwatch merge`: another folder gets what this archive has, or the other way round."""

import errno
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from copwatch.errors import IntegrityFailure, NewerFormat, NotThisDevice, Refused
from copwatch.model.records import Custody
from copwatch.model.vocabulary import PREMIS
from copwatch.progress import Progress
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History
from copwatch.proof.ledger import Standing, cut_off_findings, standing
from copwatch.store.archive import Archive, load_archive, pin_findings, refuse_swapped, remember
from copwatch.store.branches import OwnKey
from copwatch.store.erasing import NOTHING_ERASED, Erased, erase
from copwatch.store.own_key import guard_own_key, own_head
from copwatch.store.places import Place, known_place, make_place, save_place, transferring, verified_places
from copwatch.store.transfer import Guard, Transfer, Transferred, carry_out, prepare
from copwatch.store.unfinished import unfinished
from copwatch.store.writer import append_records
from copwatch.store.young import grow_up, softened
from copwatch.workflows.stamping import Now, fresh_id, local_now, make_stamp, rfc3339


@dataclass(frozen=True, slots=True)
class Copied:
    """What `copwatch copy` did, and what may be said of it.

    `places` are the verified places, besides the archive, that hold every entry that this device wrote. A copy on
    the disk of the archive, or in memory, is none of them. `card_may_be_wiped` is true only when this copy is one
    of them, nothing was found but notes, every entry of this device counts under the newest charter, and this very
    run looked for every object of them in the archive and read it at the copy: what was read at another time, or
    on a disk that looks the same, frees no card. `apart` says why entries of this device do not count, and is
    empty when they do; `waiting` that this is only because nobody has approved it yet. `unfinished` counts the
    sources that an `add` did not take in whole: while there is one, no card is free. `why_not_recorded` is empty
    when a custody event was written.
    """

    place: Place
    done: Transferred
    own_key: OwnKey
    places: tuple[Place, ...]
    card_may_be_wiped: bool
    apart: str
    why_not_recorded: str
    unfinished: int = 0
    waiting: bool = False
    erased: Erased = NOTHING_ERASED


@dataclass(frozen=True, slots=True)
class Merged:
    """What `copwatch merge` did. `charter_findings` says when the charter is still older than what was seen."""

    done: Transferred
    own_key: OwnKey
    charter_findings: tuple[Finding, ...]
    erased: Erased = NOTHING_ERASED

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return self.done.clean and not self.charter_findings


def copy_archive(
    archive: Archive, folder: Path, now: Now, progress: Progress, *, record: bool = True, full: bool = False
) -> Copied:
    """Brings everything to `folder`, a copy of this archive or a new or empty folder, and reads it back.

    Args:
        archive: the archive to copy.
        folder: where to.
        now: the clock.
        progress: is told of bytes copied and read.
        record: write a custody event first, so that the copy has it.
        full: read everything at the destination, also what was verified there before.

    Raises:
        Refused: the folder holds another archive or other things, or lies inside this one.
        NoSpace, NoPermission, Busy, NotFound, Unfinished: as their names say; nothing is lost.
    """
    source, destination = archive.layout.folder.resolve(), folder.resolve()
    _refuse_nested(source, destination)
    with transferring(archive.state, destination) as journal:
        known = None if full else known_place(archive.state, destination)
        own = _own(archive)
        transfer = prepare(source, destination, archive.id, check_all=True, known=known, own=own)
        own_key = _guard(archive, transfer)
        why_not = (
            _writes(archive, transfer) or _record_copied(archive, now) if record else "it was not asked for"
        )
        if not why_not:
            transfer = prepare(source, destination, archive.id, check_all=True, known=known, own=own)
        done = _carry_out(transfer, progress, "copying", journal)
        done = replace(done, source_findings=tuple(softened(archive, done.source_findings)))
        erased = _erase(archive, transfer, now())
        at = known.at if known and done.covered else rfc3339(now())
        place = make_place(destination, source, done.place_heads, at)
        save_place(archive.state, place)
    history = transfer.archive.history
    copied = _copied(archive, history, place, done, own_key, _held_apart(archive, transfer), why_not)
    return replace(copied, erased=erased)


def merge_archive(archive: Archive, folder: Path, progress: Progress, now: Now = local_now) -> Merged:
    """Brings everything from `folder`, a copy of this archive, that is missing here. Nothing there is changed.

    What was withdrawn and has to be gone is erased here.

    Raises:
        Refused: the folder holds another archive, or is this one.
        NotFound, NoSpace, NoPermission, Busy, Unfinished: as their names say; nothing is lost.
    """
    source, destination = folder.resolve(), archive.layout.folder.resolve()
    _refuse_nested(source, destination)
    own = _own(archive)

    def guard(changed: str) -> AbstractContextManager[None]:
        return archive.state.writing() if changed == own else nullcontext()

    with transferring(archive.state, destination) as journal:
        transfer = prepare(source, destination, archive.id, own=own)
        own_key = _guard(archive, transfer)
        done = _carry_out(transfer, progress, "merging", journal, guard)
        erased = _erase(archive, transfer, now())
    grow_up(archive)
    return Merged(done, own_key, _remember(destination, done), erased)


def open_for_merging(folder: Path) -> Archive:
    """Opens an archive that may have fallen behind what this computer has seen: merging is what mends that.

    Raises:
        NotFound: there is none.
        IntegrityFailure: its charter does not hold, or it is another archive than the one that stood there.
        NewerFormat: a newer copwatch changed it.
    """
    archive, findings = load_archive(folder)
    if any(f.kind is Kind.NEWER for f in findings):
        raise NewerFormat(
            "a newer copwatch has changed the charter of this archive",
            hint="install the newest version; nothing was changed",
        )
    if archive is None:
        raise IntegrityFailure(
            f"the charter of this archive does not hold: {findings[0].detail}",
            hint="`copwatch doctor --from DIR` takes it from another copy",
        )
    refuse_swapped(archive)
    pin = archive.state.pin()
    if pin is not None and pin.root != archive.history.root:
        raise IntegrityFailure(
            "the root key is not the one that this computer knows", hint="use another copy"
        )
    return archive


def _own(archive: Archive) -> str | None:
    device = archive.state.device()
    return device.public_hex if device else None


def _carry_out(
    transfer: Transfer, progress: Progress, what: str, journal: Path, guard: Guard = lambda _: nullcontext()
) -> Transferred:
    progress.start(transfer.total_bytes, what)
    try:
        return carry_out(transfer, progress.advance, journal=journal, guard=guard)
    finally:
        progress.finish()


def _erase(archive: Archive, transfer: Transfer, now: datetime) -> Erased:
    """Erases at the destination what was withdrawn, as both folders say, and has to be gone."""
    withdrawn = {**transfer.theirs.withdrawn, **transfer.ours.withdrawn}
    keep = transfer.archive.history.objects()
    return erase(archive.state, transfer.destination.layout, withdrawn, now, keep=keep)


def _refuse_nested(source: Path, destination: Path) -> None:
    if source == destination:
        raise Refused(f"{destination} is this archive itself", hint="name another folder")
    if source in destination.parents or destination in source.parents:
        raise Refused(
            f"{destination} and the archive lie inside one another", hint="name a folder on another disk"
        )


def _guard(archive: Archive, transfer: Transfer) -> OwnKey:
    device = archive.state.device()
    if device is None:
        return OwnKey.OURS
    found = [*transfer.ours.of(device.public_hex), *transfer.theirs.of(device.public_hex)]
    return guard_own_key(archive.state, [ledger.heads for ledger in found])


def _writes(archive: Archive, transfer: Transfer) -> str:
    """Why this device may not write any more under the charters of both folders; empty when it may."""
    device = archive.state.device()
    known = transfer.archive.charter.device(device.public_hex) if device else None
    return "the newest charter has revoked this computer" if known and known.until else ""


def _held_apart(archive: Archive, transfer: Transfer) -> str:
    """Why entries of this device do not count under the charters of both folders; empty when all do."""
    device, head, charter = archive.state.device(), own_head(archive.state), transfer.archive.charter
    if device is None:
        return ""
    key = device.public_hex
    longest = max((f.heads for f in (*transfer.ours.of(key), *transfer.theirs.of(key))), key=len, default=())
    size = max(len(longest), head.size if head else 0)
    stands = standing(charter, key, size - 1) if size else Standing.COUNTS
    cut = [f.detail for f in cut_off_findings(charter, key, list(longest)) if f.kind is Kind.FORK]
    return "; ".join([*cut, *([] if stands is Standing.COUNTS else [str(stands)])])


def _record_copied(archive: Archive, now: Now) -> str:
    """Writes the custody event; gives why it could not be written."""
    device = archive.state.device()
    if device is None:
        return "this computer is not a device of the archive"
    try:
        stamp = make_stamp(archive, device.public_hex, now)
        custody = Custody(fresh_id(), stamp, "copied", PREMIS["copied"], stamp.recorded_at, "archive", "pass")
        append_records(archive, [custody.to_json()])
    except NotThisDevice as error:
        return error.message
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return "the archive is write-protected"
        raise
    return ""


def _copied(
    archive: Archive,
    history: History,
    place: Place,
    done: Transferred,
    own_key: OwnKey,
    apart: str,
    why_not: str,
) -> Copied:
    device, head = archive.state.device(), own_head(archive.state)
    waiting = bool(apart) and device is not None and history.is_waiting(device.public_hex)
    if device is None or head is None:
        return Copied(place, done, own_key, (), False, apart, why_not, waiting=waiting)
    places = verified_places(archive.state, device.public_hex, head.size - 1)
    here = place.heads.get(device.public_hex) == head and place in places
    read = done.read_heads.get(device.public_hex) == head
    left = unfinished(archive.state)
    free = here and read and done.clean and not apart and not left
    return Copied(place, done, own_key, tuple(places), free, apart, why_not, left, waiting)


def _remember(folder: Path, done: Transferred) -> tuple[Finding, ...]:
    """Remembers the newest charter and heads, unless what is here is still older than what was seen."""
    archive, _ = load_archive(folder)
    if archive is None:
        return ()
    rolled_back = tuple(pin_findings(archive))
    if not rolled_back:
        remember(archive)
    archive.state.save_heads(done.heads)
    return rolled_back
