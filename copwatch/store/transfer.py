"""Bringing everything that one archive folder lacks from another copy of the same archive: the way to merge.

`prepare` reads both folders and says how much there is to do; `carry_out` does it. The charter comes first with
its objects, then the objects of entries, then checkpoints and ledger lines, each flushed and read back from the
disk: an interruption at any moment leaves a folder that verifies, and doing it again goes on. Nothing is brought
that is not proven, and nothing at the destination is removed but a branch that stands whole at its new place.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from copwatch.proof.findings import Finding, Kind
from copwatch.proof.hashing import is_hex
from copwatch.proof.ledger import Standing, standing
from copwatch.store.archive import Archive
from copwatch.store.bodies import ReadLine
from copwatch.store.branches import arrange, begins, parting
from copwatch.store.carry import Carrier, Owner
from copwatch.store.charters import Charters, join_charters
from copwatch.store.checkpoint_files import bring_checkpoints
from copwatch.store.durable import check_space, flush_folder, write_beside, write_new
from copwatch.store.foresight import Sizes, check_destination, ledger_bytes, nearest
from copwatch.store.layout import CHARTER, LEDGER, OBJECTS, STAGING, Layout
from copwatch.store.objects import Staging
from copwatch.store.places import Place
from copwatch.store.plain import is_plain_folder, read_plain
from copwatch.store.settle import Settler
from copwatch.store.side import Side, explained
from copwatch.store.state import Head
from copwatch.store.survey import Found, Reading, Survey, survey

Advance = Callable[[int], None]
Guard = Callable[[str], AbstractContextManager[None]]
"""What is held while the ledgers of that device change at the destination."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """What was brought, what the destination holds now, and everything that was found on the way.

    `bytes` are those of objects that were brought and read back, `read` all that were read from the destination.
    `ahead` names devices of which the destination has entries that the source lacks. `place_heads` are the heads
    up to which every object is proven to be at the destination and every entry counts; only a transfer that was
    prepared with `check_all` knows that of objects that were there before. `read_heads` are the heads up to which
    that is so because this very transfer read every object there; what the source lacks of them is a finding.
    `covered` counts the entries whose objects were not read, because they were read there at another time.
    """

    charters: int
    entries: int
    checkpoints: int
    objects: int
    bytes: int
    replaced: int
    read: int
    withdrawn: int
    ahead: tuple[str, ...]
    forks: tuple[tuple[str, str], ...]
    heads: Mapping[str, Head]
    place_heads: Mapping[str, Head]
    read_heads: Mapping[str, Head]
    covered: int
    source_findings: tuple[Finding, ...]
    destination_findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was found in either folder but notes."""
        return not any(finding.fails for finding in (*self.source_findings, *self.destination_findings))


@dataclass
class Transfer:
    """A transfer that was prepared."""

    source: Side
    destination: Side
    archive: Archive
    charters: Charters
    theirs: Survey
    ours: Survey
    check_all: bool
    known: Place | None
    total_bytes: int
    own: str | None = None

    @property
    def devices(self) -> list[str]:
        """Every device with a ledger in one of the folders."""
        return sorted(self.theirs.found.keys() | self.ours.found.keys())


def prepare(
    source: Path,
    destination: Path,
    archive: str,
    *,
    check_all: bool = False,
    known: Place | None = None,
    own: str | None = None,
) -> Transfer:
    """Reads both folders, which are copies of the archive with that id; the destination may be new or empty.

    Args:
        source: a resolved path.
        destination: a resolved path.
        archive: the archive id.
        check_all: also read the objects that are at the destination already, except those of `known`.
        known: what was verified at the destination before.
        own: this computer's device, whose ledger is carried also while it waits for approval.

    Raises:
        NotFound: the source is no archive, or there is no folder to put the destination into.
        Refused: another archive, a folder with other things in it, or a link where a folder should be.
        IntegrityFailure: the first charter holds in neither folder.
        NoSpace: there is not enough space at the destination.
        Unfinished: a disk stopped answering.
    """
    here, there = Side(Layout(source)), Side(Layout(destination))
    with explained(here, there):
        check_destination(destination)
        charters = join_charters(here, there, archive)
        measure = Archive(here.layout, charters.history)
        ours, sizes = survey(measure, there, own=own), Sizes(here, there, known, check_all)
        theirs = survey(measure, here, visit=sizes.visit, own=own, proven=ours.proven, aside=True)
        for name in charters.history.objects():
            sizes.count(name, covered=False)
        check_space(nearest(destination), sizes.space + ledger_bytes(here.layout))
    total = 2 * sizes.copied + sizes.checked
    # Links on the way were met while measuring; they are reported when the object itself is asked for.
    for side in (here, there):
        side.findings = list(dict.fromkeys(f for f in side.findings if not f.where.startswith("objects/")))
    return Transfer(here, there, measure, charters, theirs, ours, check_all, known, total, own)


def carry_out(
    transfer: Transfer,
    advance: Advance = lambda _: None,
    *,
    journal: Path | None = None,
    guard: Guard = lambda _: nullcontext(),
) -> Transferred:
    """Does what was prepared.

    Args:
        transfer: what `prepare` gave.
        advance: is told of every byte that was copied or read back.
        journal: a file outside of both folders, held by the caller alone, that names what is being staged, so
            that a later run can remove what a killed one left.
        guard: see `Guard`.

    Raises:
        NoSpace, NoPermission, Busy: as their names say; what was brought stays.
        Unfinished: a disk stopped answering, or gave back other bytes than it was given.
    """
    layout = transfer.destination.layout
    with explained(transfer.source, transfer.destination):
        _make_folders(layout)
        _remove_left_over(layout, journal)
        with Staging(layout) as staging:
            if journal is not None:
                write_beside(journal, json.dumps({"staging": staging.folder.name}).encode())
            return _Work(transfer, staging, advance, guard).run()


class _Work:
    """The steps of a transfer in their order."""

    def __init__(self, transfer: Transfer, staging: Staging, advance: Advance, guard: Guard) -> None:
        self.transfer, self.staging, self.guard = transfer, staging, guard
        self.carrier = Carrier(
            transfer.source, transfer.destination, staging, advance, audit=transfer.check_all
        )
        self.withdrawn = {*transfer.theirs.withdrawn, *transfer.ours.withdrawn}
        self.skipped, self.entries, self.covered = 0, 0, 0
        self.main: dict[str, Sequence[str]] = {}
        self.seen: dict[str, list[tuple[str, bool]]] = {}
        self.forks: list[tuple[str, str]] = []

    def run(self) -> Transferred:
        """All of them."""
        self._charter_objects()
        self._charter_files()
        for device in self.transfer.devices:
            self._objects_of(device)
        self.carrier.flush()
        checkpoints = bring_checkpoints(
            self.transfer.archive, self.transfer.source, self.transfer.destination, self.staging.folder
        )
        for device in self.transfer.devices:
            self._settle(device)
        return self._result(checkpoints)

    def _charter_objects(self) -> None:
        for name in sorted(self.transfer.archive.history.objects()):
            if name not in self.withdrawn:
                offered = name in self.transfer.charters.offered
                self.carrier.take(name, None, check=self.transfer.check_all, offered=offered)
        self.carrier.flush()

    def _charter_files(self) -> None:
        """Oldest first, so that each version finds the one that it follows."""
        layout = self.transfer.destination.layout
        for name, data in self.transfer.charters.missing:
            write_new(self.staging.folder / name, data)
            (self.staging.folder / name).replace(layout.charter / name)
            flush_folder(layout.charter)
            if read_plain(layout.folder, layout.charter / name, len(data) + 1) != data:
                raise OSError(5, "came back different from the disk", str(layout.charter / name))
        self.transfer.destination.had_charter = True

    def _objects_of(self, device: str) -> None:
        ours, theirs = self.transfer.ours.of(device), self.transfer.theirs.of(device)
        ledgers = [*ours, *theirs]
        targets = arrange([found.heads for found in ledgers])
        main: Sequence[str] = ledgers[targets[0].origin].heads if targets else []
        for target in targets:
            origin = ledgers[target.origin]
            shared = 0 if target.name is None else parting(main, origin.heads)
            side = self.transfer.destination if target.origin < len(ours) else self.transfer.source
            for read in self._again(side, origin):
                if read.line.entry.seq >= shared:
                    whole = self._objects_in(read, theirs, covered=self._covered(read, main))
                    if target.name is None:
                        self.seen.setdefault(device, []).append((read.hash, whole))

    def _again(self, side: Side, found: Found) -> Iterable[ReadLine]:
        """The lines that were found, once more; when they are no longer the same, their device is not whole."""
        done = 0
        proven = self.transfer.ours.proven
        reading = Reading(
            self.transfer.archive, side, found.device, found.folder, proven=proven, aside=found.aside
        )
        for read in islice(reading.lines(), len(found.heads)):
            if read.hash != found.heads[done]:
                break
            done += 1
            yield read
        if done < len(found.heads):
            side.report(Kind.UNREADABLE, f"{found.device[:8]}:{done}", "changed while it was read")
            self.carrier.fail(Owner(found.device, done))

    def _objects_in(self, read: ReadLine, theirs: list[Found], *, covered: bool) -> bool:
        """Takes what one entry names; whether all of it is read at the destination and looked for in the source."""
        entry, lists = read.line.entry, read.line.lists
        offered = any(len(f.heads) > entry.seq and f.heads[entry.seq] == read.hash for f in theirs)
        if not offered and not self.transfer.check_all:
            return False
        names = [name for part in lists.sets for name in (part.body, *part.objects)]
        names += [item.by for item in lists.withdrawn if item.by is not None]
        check = self.transfer.check_all and not covered
        self.covered += covered
        owed = self._counts(entry.device, entry.seq)
        for name in names:
            if name in self.withdrawn:
                self.skipped += 1
            elif owed or self._anywhere(name):
                self.carrier.take(name, Owner(entry.device, entry.seq), check=check, offered=offered)
        return offered and owed and check

    def _counts(self, device: str, seq: int) -> bool:
        return standing(self.transfer.archive.charter, device, seq) is Standing.COUNTS

    def _anywhere(self, name: str) -> bool:
        """Whether one of the folders has it. What entries that are held apart name comes when it is there."""
        sides = (self.transfer.destination, self.transfer.source)
        return any(side.object_size(name) is not None for side in sides)

    def _covered(self, read: ReadLine, main: Sequence[str]) -> bool:
        """Whether all objects of this entry were verified at this very place before."""
        entry, known = read.line.entry, self.transfer.known
        head = known.heads.get(entry.device) if known else None
        if head is None or not entry.seq < head.size <= len(main):
            return False
        return main[head.size - 1] == head.hash and main[entry.seq] == read.hash

    def _settle(self, device: str) -> None:
        settler = self._settler(device, self.transfer.ours.of(device))
        if not settler.settled:
            with self.guard(device):
                # Somebody may have written since; and two transfers must not undo each other.
                there = Side(self.transfer.destination.layout)
                fresh = survey(self.transfer.archive, there, only=device, own=self.transfer.own)
                settler = self._settler(device, fresh.of(device))
                self.entries += settler.settle()
        for name, heads in settler.standing():
            if name is None:
                self.main[device] = heads
            else:
                self._note_fork(device, name)

    def _settler(self, device: str, ours: list[Found]) -> Settler:
        return Settler(
            self.transfer.archive, self.transfer.source, self.transfer.destination, self.staging.folder,
            device, ours, self.transfer.theirs.of(device),
        )  # fmt: skip

    def _note_fork(self, device: str, name: str) -> None:
        self.forks.append((device, name))
        if all(found.branch != name for found in self.transfer.ours.of(device)):
            detail = "a device wrote two entries at one place; both ledgers are kept"
            self.transfer.destination.report(Kind.FORK, f"forks/{device[:8]}…/{name}", detail)

    def _result(self, checkpoints: int) -> Transferred:
        transfer, carrier = self.transfer, self.carrier
        heads = {d: Head(len(heads), heads[-1]) for d, heads in self.main.items() if heads}
        return Transferred(
            len(transfer.charters.missing), self.entries, checkpoints,
            carrier.brought, carrier.brought_bytes, carrier.replaced, carrier.read, self.skipped,
            tuple(device for device in transfer.devices if self._is_ahead(device)),
            tuple(self.forks), heads, self._place_heads(), self._place_heads(read=True), self.covered,
            tuple(dict.fromkeys(transfer.source.findings)),
            tuple(dict.fromkeys(transfer.destination.findings)),
        )  # fmt: skip

    def _is_ahead(self, device: str) -> bool:
        theirs = self.transfer.theirs.of(device)
        return any(
            not any(begins(found.heads, other.heads) for other in theirs)
            for found in self.transfer.ours.of(device)
            if found.heads
        )

    def _place_heads(self, *, read: bool = False) -> dict[str, Head]:
        """Only of what went through this transfer: the destination may have grown meanwhile."""
        if None in self.carrier.bad:
            return {}
        sizes = {device: self._place_size(device, heads, read=read) for device, heads in self.main.items()}
        return {d: Head(size, self.main[d][size - 1]) for d, size in sizes.items() if size}

    def _place_size(self, device: str, heads: Sequence[str], *, read: bool) -> int:
        bad = self.carrier.bad.get(device, len(heads))
        for seq, (head, (seen, whole)) in enumerate(zip(heads, self.seen.get(device, ()), strict=False)):
            if seq >= bad or head != seen or not self._counts(device, seq) or (read and not whole):
                return seq
        return min(bad, len(heads), len(self.seen.get(device, ())))


def _make_folders(layout: Layout) -> None:
    for name in (CHARTER, LEDGER, OBJECTS, STAGING):
        (layout.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    flush_folder(layout.folder)
    flush_folder(layout.folder.parent)


def _remove_left_over(layout: Layout, journal: Path | None) -> None:
    """Removes what an earlier transfer to this folder, which is no more, had staged."""
    if journal is None or not journal.exists():
        return
    try:
        name = json.loads(journal.read_bytes())["staging"]
    except (ValueError, KeyError, TypeError):
        return
    if is_hex(name, 16) and is_plain_folder(layout.staging / name):
        shutil.rmtree(layout.staging / name, ignore_errors=True)
