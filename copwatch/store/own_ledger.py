"""The one ledger that this computer appends to, and what guards it against appending twice at one place."""

import errno
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.signing import SigningKey, verify
from copwatch.errors import IntegrityFailure, NewerFormat, NotThisDevice
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.entry import (
    LONGEST_LINE,
    Entry,
    Line,
    Lists,
    encode_line,
    entry_hash,
    entry_message,
    make_entry,
    parse_line,
)
from copwatch.proof.shapes import Malformed, Newer
from copwatch.store.archive import Archive
from copwatch.store.durable import FIXED_TIME, flush, flush_folder, write_new
from copwatch.store.layout import SEGMENT_LINES, segment_name
from copwatch.store.plain import open_plain
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
        """Takes in what was written after the remembered head, and moves the rest of an unfinished line to tmp/.

        Raises:
            NotThisDevice: the file ends before the remembered head (an older copy), or this key was used elsewhere.
            NewerFormat: a newer copwatch wrote here.
            IntegrityFailure: what stands there is not what this computer wrote, or cannot be read.
        """
        known, seq = self.size, max(self.size - 1, 0) // SEGMENT_LINES * SEGMENT_LINES
        try:
            while os.path.lexists(path := self.folder / segment_name(seq)):
                begun, seq = seq, self._read_segment(path, seq, known)
                if seq - begun < SEGMENT_LINES:
                    break
        except OSError as error:
            raise _changed(f"it cannot be read: {error.strerror}") from error
        if seq < known:
            raise _older()
        self._remember()

    def _read_segment(self, path: Path, seq: int, known: int) -> int:
        """Reads one segment that begins with entry `seq`; gives the number behind the last entry that holds."""
        end, kept = seq + SEGMENT_LINES, 0
        with os.fdopen(open_plain(self.archive.layout.folder, path), "rb") as file:
            while raw := file.readline(LONGEST_LINE + 2):
                if seq == end:
                    raise _changed("a segment of it is too long")
                if seq == known - 1 and not self._is_head(raw):
                    raise _older()
                if seq >= known and not self._take(raw):
                    if file.read(1):
                        raise _changed("lines stand there that it did not write")
                    break
                seq, kept = seq + 1, kept + len(raw)
            whole = kept == os.fstat(file.fileno()).st_size
        if not whole:
            _move_rest(path, kept, self.archive.layout.staging)
        return seq

    def _is_head(self, raw: bytes) -> bool:
        line = _parse(raw)
        return line is not None and entry_hash(line.entry) == self.head

    def _take(self, raw: bytes) -> bool:
        """Takes in the next line; False when it was not finished, which can only be the last one."""
        line = _parse(raw)
        if line is None or not verify(self.key.public_hex, entry_message(line.entry), line.sig):
            return False
        if not self._follows(line):
            raise NotThisDevice(
                "this computer's device key was used elsewhere: another entry stands where the next one belongs",
                hint="start a new device key: `copwatch device join FILE`, or `copwatch recover`",
            )
        self._advance(line.entry)
        return True

    def _follows(self, line: Line) -> bool:
        entry = line.entry
        return (entry.archive, entry.device, entry.seq, entry.prev) == (
            self.archive.id, self.key.public_hex, self.size, self.head,
        )  # fmt: skip

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
            hint="`copwatch device join FILE` makes it one that waits for approval; `copwatch recover` does with "
            "the passphrase or the recovery words",
        )
    if not may_append(archive, key.public_hex):
        raise NotThisDevice(
            "this computer's device key was revoked",
            hint="`copwatch device join` gives it a new one, for the founder to approve",
        )
    ledger = OwnLedger(archive, key, own.get("size", 0), own.get("head"))
    ledger.recover()
    return ledger


def may_append(archive: Archive, device: str) -> bool:
    """Whether a device of ours may write: one that counts, or one that waits for approval and is held apart."""
    known = archive.charter.device(device)
    return known.until is None if known is not None else archive.history.is_waiting(device)


def _parse(raw: bytes) -> Line | None:
    """A line with its newline; None when it is none. Raises `NewerFormat`."""
    try:
        return parse_line(raw.removesuffix(b"\n")) if raw.endswith(b"\n") else None
    except Newer as error:
        raise NewerFormat(
            "a newer copwatch has written to this computer's ledger",
            hint="install the newest version; nothing was changed",
        ) from error
    except (NotCanonical, Malformed):
        return None


def _older() -> NotThisDevice:
    return NotThisDevice(
        "this copy of the archive is older than what this computer last wrote, or its ledger was changed",
        hint="bring it up to date with `copwatch merge DIR`; where no copy is newer, `copwatch device join FILE` or "
        "`copwatch recover` starts a new device key",
    )


def _changed(why: str) -> IntegrityFailure:
    return IntegrityFailure(
        f"this computer's ledger was changed: {why}",
        hint="run `copwatch verify`; another copy of the archive may have it whole",
    )


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
        rest = staging / f"torn-{secrets.token_hex(4)}.jsonl"
        write_new(rest, file.read(LONGEST_LINE + 2))
        flush_folder(staging)
        file.truncate(keep)
        file.flush()
        flush(file.fileno())
