"""Giving every branch of a device's ledgers its place in a folder, segment by segment.

Each step leaves a folder whose ledgers are whole: a branch that has to make room stands at its new place before
its old one is touched, segments are replaced by complete ones, and further ones come after. Whatever is
interrupted is finished by doing it again.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from copwatch.errors import Unfinished
from copwatch.proof.findings import Kind
from copwatch.store.archive import Archive
from copwatch.store.bodies import ReadLine
from copwatch.store.branches import Target, arrange, begins, parting
from copwatch.store.durable import FIXED_TIME, drop_from_cache, flush, flush_folder
from copwatch.store.layout import SEGMENT_LINES, SEGMENT_NAME, segment_name
from copwatch.store.plain import open_plain, plain_names
from copwatch.store.side import Side
from copwatch.store.state import Head
from copwatch.store.survey import Found, Reading, Rest


@dataclass
class Settler:
    """Settles the ledgers of one device in the folder of `destination`; `theirs` is what the source has of it."""

    archive: Archive
    source: Side
    destination: Side
    staging: Path
    device: str
    ours: list[Found]
    theirs: list[Found]

    def __post_init__(self) -> None:
        self._ledgers = [*self.ours, *self.theirs]
        self._targets = arrange([found.heads for found in self._ledgers])
        self._there = {found.branch: found for found in self.ours}

    @property
    def settled(self) -> bool:
        """Whether everything stands in its place already."""
        places = {target.name for target in self._targets}
        return not (self._there.keys() - places) and all(self._in_place(t) for t in self._targets)

    def standing(self) -> list[tuple[str | None, Sequence[str]]]:
        """The name and the entries of each branch that stands in the folder."""
        return [(name, found.heads) for name, found in self._there.items()]

    def settle(self) -> int:
        """Does it; gives how many entries came. What would lose something is left, with a finding."""
        before = _distinct([found.heads for found in self.ours])
        if not self._obstructed():
            pending = self._targets
            while pending:
                waiting = [target for target in pending if not self._place(target)]
                if len(waiting) == len(pending):
                    self._leave("its branches cannot be put in order")
                    break
                pending = waiting
            else:
                self._remove_what_is_held_elsewhere()
        return _distinct([found.heads for found in self._there.values()]) - before

    def _obstructed(self) -> bool:
        names = [target.name for target in self._targets]
        if len(set(names)) != len(names):
            self._leave("two of its branches would have one name")
            return True
        if any(found.rest is Rest.BAD for found in self.ours) and not self.settled:
            self._leave("lines here do not hold; `copwatch doctor --from DIR` can replace them")
            return True
        return False

    def _leave(self, why: str) -> None:
        self.destination.report(Kind.UNEXPECTED, f"ledger/{self.device}", f"was left as it is: {why}")

    def _in_place(self, target: Target) -> bool:
        found = self._there.get(target.name)
        return found is not None and len(found.heads) == len(self._heads(target)) and (
            begins(found.heads, self._heads(target))
        )  # fmt: skip

    def _heads(self, target: Target) -> Sequence[str]:
        return self._ledgers[target.origin].heads

    def _place(self, target: Target) -> bool:
        """Puts one branch in its place; False when another one stands there that is nowhere else yet."""
        there, heads = self._there.get(target.name), self._heads(target)
        if there is None or not there.folder.exists():
            self._write_whole(target)
        elif begins(there.heads, heads):
            if len(there.heads) < len(heads):
                self._keep_torn(there)
                self._write_from(target, len(there.heads) // SEGMENT_LINES)
        elif any(begins(there.heads, other.heads) for other in self._safe(target)):
            self._keep_torn(there)
            first = parting(there.heads, heads) // SEGMENT_LINES
            _cut_from(there.folder, first + 1)
            self._write_from(target, first)
        else:
            return False
        self._there[target.name] = Found(self.device, target.name, self._folder(target), heads, Rest.NOTHING)
        return True

    def _safe(self, target: Target) -> list[Found]:
        """What stands at places that this target does not touch, and that stay."""
        stays = {other.name for other in self._targets if other is not target and self._in_place(other)}
        return [found for name, found in self._there.items() if name in stays]

    def _folder(self, target: Target) -> Path:
        layout = self.destination.layout
        return layout.ledger(self.device) if target.name is None else layout.fork(self.device, target.name)

    def _write_whole(self, target: Target) -> None:
        """A ledger that is not there yet appears at once, with all its segments."""
        beside, place = self.staging / secrets.token_hex(8), self._folder(target)
        beside.mkdir(mode=0o700)
        for segment in self._segments(target, 0):
            path, digest = self._stage(segment)
            path.replace(beside / path.name)
            read_back(self.staging, beside / path.name, digest)
        flush_folder(beside)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.rename(place)
        flush_folder(place.parent)
        flush_folder(place.parent.parent)

    def _write_from(self, target: Target, first: int) -> None:
        """Replaces the segments of a ledger from number `first` on, each as a whole."""
        folder = self._folder(target)
        for segment in self._segments(target, first):
            path, digest = self._stage(segment)
            path.replace(folder / path.name)
            flush_folder(folder)
            read_back(self.destination.folder, folder / path.name, digest)

    def _segments(self, target: Target, first: int) -> Iterator[tuple[int, Iterator[ReadLine]]]:
        """The lines of the branch, proven once more, in runs of one segment; never more than a line in memory."""
        heads, seq = self._heads(target), first * SEGMENT_LINES
        origin = self._ledgers[target.origin]
        side = self.source if target.origin >= len(self.ours) else self.destination
        reading = Reading(self.archive, side, self.device, origin.folder, aside=origin.aside)
        lines = reading.lines(Head(seq, heads[seq - 1]) if seq else None)
        while seq < len(heads):
            count = min(SEGMENT_LINES, len(heads) - seq)
            yield seq, self._expected(lines, heads, seq, count)
            seq += count

    def _expected(
        self, lines: Iterator[ReadLine], heads: Sequence[str], seq: int, count: int
    ) -> Iterator[ReadLine]:
        done = 0
        for read in islice(lines, count):
            if read.hash != heads[seq + done]:
                break
            done += 1
            yield read
        if done < count:
            raise Unfinished(
                f"the ledger of device {self.device[:8]} changed while it was read",
                hint="run the same command again when nothing else writes there",
            )

    def _stage(self, segment: tuple[int, Iterator[ReadLine]]) -> tuple[Path, str]:
        """Writes one segment beside, flushed, under its final name; gives its hash."""
        seq, lines = segment
        folder = self.staging / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        path, state, count = folder / segment_name(seq), hashlib.sha256(), 0
        with path.open("xb") as file:
            for read in lines:
                file.write(read.raw + b"\n")
                state.update(read.raw + b"\n")
                count += 1
            file.flush()
            flush(file.fileno())
        if count == SEGMENT_LINES:
            os.utime(path, (FIXED_TIME, FIXED_TIME))
        return path, state.hexdigest()

    def _keep_torn(self, found: Found) -> None:
        """What stands behind the last proven line is kept in tmp/, where a person can look at it."""
        if found.rest is not Rest.TORN:
            return
        last = found.folder / plain_names(found.folder, SEGMENT_NAME)[-1]
        keep = self.destination.layout.staging / f"torn-{secrets.token_hex(4)}.jsonl"
        with os.fdopen(open_plain(self.destination.folder, last), "rb") as file:
            keep.write_bytes(file.read().rpartition(b"\n")[2])

    def _remove_what_is_held_elsewhere(self) -> None:
        """Removes branches of old names, when each of their entries stands in another place."""
        places = {target.name for target in self._targets}
        for name in [name for name in self._there if name not in places]:
            found = self._there[name]
            held = any(begins(found.heads, self._there[other].heads) for other in places)
            if name is None or not held or found.rest is not Rest.NOTHING:
                continue
            _cut_from(found.folder, 0)
            if not any(found.folder.iterdir()):
                found.folder.rmdir()
                flush_folder(found.folder.parent)
            del self._there[name]


def _distinct(ledgers: Sequence[Sequence[str]]) -> int:
    return len({head for heads in ledgers for head in heads})


def _cut_from(folder: Path, first: int) -> None:
    """Removes segments from the end down to number `first`, so that what stands is a whole ledger all the time."""
    for name in reversed(plain_names(folder, SEGMENT_NAME)):
        if int(name[:8]) >= first:
            (folder / name).unlink()
            flush_folder(folder)


def read_back(top: Path, path: Path, digest: str) -> None:
    """Reads a ledger file from its disk. Raises `Unfinished` unless it has that SHA-256 (hexadecimal)."""
    with os.fdopen(open_plain(top, path), "rb", buffering=0) as file:
        drop_from_cache(file.fileno())
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise Unfinished(
                f"{path.name} came back different from the disk: {top}",
                hint="this disk cannot be relied on: use another one, then run the same command again",
            )
