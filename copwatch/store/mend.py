"""Replacing lines of a ledger that do not hold by those of another copy, where chain and signature prove them."""

import hashlib
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.proof.canonical import NotCanonical, encode
from copwatch.proof.entry import entry_hash, entry_message, parse_line
from copwatch.proof.hashing import sha256_hex
from copwatch.proof.shapes import Malformed, Newer
from copwatch.store.archive import Archive
from copwatch.store.branches import begins
from copwatch.store.durable import flush, flush_folder
from copwatch.store.layout import SEGMENT_LINES, segment_name
from copwatch.store.settle import read_back
from copwatch.store.side import Side
from copwatch.store.state import Head
from copwatch.store.survey import Found, Reading, Rest, raw_lines


@dataclass
class Mender:
    """One ledger folder `ours` with lines that do not hold, and a proven ledger of the same device elsewhere.

    Every line that the other copy proves takes its place; lines behind those stay as they are. Nothing is touched
    when a line here is signed and another one than theirs, or when the other copy ends before the damage does.
    """

    archive: Archive
    source: Side
    destination: Side
    ours: Found
    theirs: Found

    def mend(self) -> int:
        """Does it; gives how many lines were replaced. 0 when the other copy does not prove what is needed.

        The segments as they were are kept in tmp/, where a person can look at them.
        """
        if self.ours.rest is not Rest.BAD or not begins(self.ours.heads, self.theirs.heads):
            return 0
        first, known = len(self.ours.heads), len(self.theirs.heads)
        bad = self._replaceable(first, known)
        if not bad:
            return 0
        for seq in range(first - first % SEGMENT_LINES, known, SEGMENT_LINES):
            self._rewrite(seq, min(seq + SEGMENT_LINES, known))
        return bad

    def _replaceable(self, first: int, known: int) -> int:
        """How many lines here are to be replaced; 0 when one of them must not be, or lies behind what is proven."""
        count, last = 0, first - 1
        try:
            for position, raw in raw_lines(
                self.destination.folder, self.ours.folder, first=first // SEGMENT_LINES
            ):
                if position < first:
                    continue
                there, whole = self._signed(raw.removesuffix(b"\n"), position)
                if position >= known and (not whole or position != last + 1):
                    return 0
                if position < known and there not in (None, self.theirs.heads[position]):
                    return 0
                count += not whole
                last = position
        except OSError as error:
            self.destination.unreadable(self._where(), error)
            count += 1
        return count or int(last < known - 1)

    def _signed(self, raw: bytes, position: int) -> tuple[str | None, bool]:
        """The hash of the entry that this device signed for this place, if any, and whether its lists hold."""
        try:
            line = parse_line(raw)
        except (NotCanonical, Malformed, Newer):
            return None, False
        entry = line.entry
        if (entry.archive, entry.device, entry.seq) != (self.archive.id, self.ours.device, position):
            return None, False
        if not verify(entry.device, entry_message(entry), line.sig):
            return None, False
        return entry_hash(entry), entry.lists == sha256_hex(encode(line.lists.to_json(), nulls=True))

    def _rewrite(self, seq: int, end: int) -> None:
        """Replaces one segment: proven lines up to `end`, then what stood behind them."""
        folder, name = self.ours.folder, segment_name(seq)
        beside = self.destination.layout.staging / secrets.token_hex(8)
        state = hashlib.sha256()
        with beside.open("xb") as file:
            for raw in self._lines(seq, end):
                file.write(raw)
                state.update(raw)
            file.flush()
            flush(file.fileno())
        if (folder / name).exists():
            _keep(folder / name, self.destination.layout.staging)
        beside.replace(folder / name)
        flush_folder(folder)
        read_back(self.destination.folder, folder / name, state.hexdigest())

    def _lines(self, seq: int, end: int) -> Iterator[bytes]:
        heads = self.theirs.heads
        reading = Reading(self.archive, self.source, self.ours.device, self.theirs.folder)
        for read in reading.lines(Head(seq, heads[seq - 1]) if seq else None):
            if read.line.entry.seq >= end:
                break
            yield read.raw + b"\n"
        if end % SEGMENT_LINES:
            for position, raw in raw_lines(
                self.destination.folder, self.ours.folder, first=seq // SEGMENT_LINES
            ):
                if end <= position < seq + SEGMENT_LINES and raw.endswith(b"\n"):
                    yield raw

    def _where(self) -> str:
        return self.ours.folder.relative_to(self.destination.folder).as_posix()


def _keep(path: Path, staging: Path) -> None:
    """A copy of what is about to be replaced. One that cannot be read is lost already."""
    with suppress(OSError):
        shutil.copyfile(path, staging / f"damaged-{secrets.token_hex(4)}.jsonl", follow_symlinks=False)
