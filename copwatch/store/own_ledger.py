"""The one ledger that this computer appends to, and what guards it against appending twice at one place."""

import errno
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.signing import SigningKey, verify
from copwatch.errors import NotThisDevice
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.entry import (
    Entry,
    Line,
    Lists,
    encode_line,
    entry_hash,
    entry_message,
    make_entry,
    parse_line,
)
from copwatch.proof.ledger import SEGMENT_LINES
from copwatch.proof.shapes import Malformed, Newer
from copwatch.store.archive import Archive
from copwatch.store.durable import FIXED_TIME, flush, flush_folder
from copwatch.store.layout import segment_name
from copwatch.store.state import Head


@dataclass
class OwnLedger:
    """This device's ledger, ready to append at `size` after the entry `head`. Made by `open_own_ledger`."""

    archive: Archive
    key: SigningKey
    size: int
    head: str | None

    @property
    def folder(self) -> Path:
        """Where its segments stand."""
        return self.archive.layout.ledger(self.key.public_hex)

    def make_line(self, lists: Lists) -> Line:
        """The signed line that would come next."""
        entry = make_entry(
            self.archive.id, self.key.public_hex, self.size, self.head, self.archive.history.ruling, lists
        )
        return Line(entry, lists, self.key.sign(entry_message(entry)))

    def append(self, line: Line) -> str:
        """Writes a line durably and remembers the new head; gives the entry's hash."""
        created = not self.folder.exists()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / segment_name(self.size)
        new = not path.exists()
        _append(path, encode_line(line) + b"\n")
        if new:
            flush_folder(self.folder)
        if created:
            flush_folder(self.folder.parent)
        self._advance(line.entry)
        if self.size % SEGMENT_LINES == 0:
            os.utime(path, (FIXED_TIME, FIXED_TIME))
        self._remember()
        return str(self.head)

    def recover(self) -> None:
        """Takes in what was written after the remembered head, and moves a torn rest to tmp/.

        Raises `NotThisDevice` when the file ends before the remembered head: an older copy of the archive.
        """
        path = self.folder / segment_name(max(self.size - 1, 0))
        self._check_remembered(path)
        while True:
            torn = self._take_further(self.folder / segment_name(self.size))
            if torn or self.size % SEGMENT_LINES or not (self.folder / segment_name(self.size)).exists():
                break
        self._remember()

    def _check_remembered(self, path: Path) -> None:
        if not self.size:
            return
        number = (self.size - 1) % SEGMENT_LINES
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        found = _parse(lines[number]) if number < len(lines) else None
        if found is None or entry_hash(found.entry) != self.head:
            raise NotThisDevice(
                "this copy of the archive is older than what this computer last wrote, or its ledger was changed",
                hint="bring it up to date with `copwatch merge DIR`, or start a new device key: `copwatch recover`",
            )

    def _take_further(self, path: Path) -> bool:
        """Reads on in one segment; True when something torn stood at its end."""
        if not path.exists():
            return False
        data = path.read_bytes()
        lines = data.split(b"\n")
        done = self.size % SEGMENT_LINES
        whole = sum(len(line) + 1 for line in lines[:done])
        for raw in lines[done:-1]:
            line = _parse(raw)
            if line is None or not self._follows(line):
                break
            self._advance(line.entry)
            whole += len(raw) + 1
        if whole == len(data):
            return False
        _move_rest(path, whole, self.archive.layout.staging)
        return True

    def _follows(self, line: Line) -> bool:
        entry = line.entry
        placed = (entry.archive, entry.device, entry.seq, entry.prev) == (
            self.archive.id, self.key.public_hex, self.size, self.head,
        )  # fmt: skip
        return placed and verify(entry.device, entry_message(entry), line.sig)

    def _advance(self, entry: Entry) -> None:
        self.size, self.head = entry.seq + 1, entry_hash(entry)

    def _remember(self) -> None:
        self.archive.state.write("own.json", {"size": self.size, "head": self.head})
        if self.head is not None:
            self.archive.state.save_heads({self.key.public_hex: Head(self.size, self.head)})


def open_own_ledger(archive: Archive) -> OwnLedger:
    """This computer's ledger, recovered. The caller holds `LocalState.writing`.

    Raises:
        NotThisDevice: no device key, no remembered head, a revoked or unknown device, or an older copy.
    """
    key, own = archive.state.device(), archive.state.read("own.json")
    if key is None or own is None:
        raise NotThisDevice(
            "this computer is not a device of this archive",
            hint="`copwatch recover` makes it one, with the recovery words or the passphrase",
        )
    known = archive.charter.device(key.public_hex)
    if known is None or known.until is not None:
        raise NotThisDevice(
            "this computer's device key is not in the charter, or was revoked",
            hint="`copwatch recover` gives it a new device key, with the recovery words or the passphrase",
        )
    ledger = OwnLedger(archive, key, own.get("size", 0), own.get("head"))
    ledger.recover()
    return ledger


def _parse(raw: bytes) -> Line | None:
    try:
        return parse_line(raw)
    except (NotCanonical, Malformed, Newer):
        return None


def _append(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        try:
            _write_whole(descriptor, data)
            flush(descriptor)
        except BaseException:
            os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)


def _write_whole(descriptor: int, data: bytes) -> None:
    written = os.write(descriptor, data)
    if written != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _move_rest(path: Path, keep: int, staging: Path) -> None:
    """Moves what stands after `keep` bytes to tmp/, where a person can look at it."""
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("r+b") as file:
        file.seek(keep)
        (staging / f"torn-{secrets.token_hex(4)}.jsonl").write_bytes(file.read())
        file.truncate(keep)
        file.flush()
        flush(file.fileno())
