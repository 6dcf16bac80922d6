"""Taking files in: read once, seal, and close an entry every 256 files, 4 GiB or minute.

An interruption therefore loses minutes of work, never the card: what an entry holds is durable before its line is
written, and files that were not in a closed entry come in when `add` is run again.
"""

import errno
import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from copwatch.crypto.age import Recipient
from copwatch.errors import CopwatchError, Unfinished
from copwatch.media.kinds import media_type
from copwatch.model.records import Evidence, Piece, Stamp
from copwatch.model.values import Instant
from copwatch.progress import Progress
from copwatch.store.objects import Staging
from copwatch.store.sealing import LARGE, Sealed, seal_file
from copwatch.store.writer import Committed, Draft, Writer
from copwatch.workflows.collecting import Found, Skipped
from copwatch.workflows.stamping import fresh_id, rfc3339
from copwatch.workflows.undisturbed import undisturbed

MOST_FILES, MOST_BYTES, MOST_SECONDS = 256, 4 << 30, 60.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_INSTANT = Instant()
_LINK_NOW = "a link stands there now"
_WORKERS = 2
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is in the archive now."""

    evidence: str
    path: Path
    name: str
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Twin:
    """A file whose bytes are in the archive already, under that evidence id."""

    path: Path
    evidence: str


class Changed(CopwatchError):
    """The file was written to while it was read: what was read is nobody's file."""


@dataclass
class _Taken:
    found: Found
    sealed: Sealed
    file_time: str | None


@dataclass
class Intake:
    """One run of `add`: use as a context manager, `take` files, then `close` the last entry."""

    writer: Writer
    staging: Staging
    recipients: list[Recipient]
    batch: str
    stamp: Callable[[], Stamp]
    find_twin: Callable[[str], str | None]
    before_entry: Callable[[int, str, dict[str, str]], None]
    progress: Progress
    first_records: Callable[[Draft], None]
    received: list[Received] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    entries: list[Committed] = field(default_factory=list)
    _draft: Draft | None = None
    _open: list[Received] = field(default_factory=list)
    _bytes: int = 0
    _since: float = 0.0
    _stamp: Stamp | None = None

    def __enter__(self) -> "Intake":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """An interruption, or a full disk, closes the entry first: what was read whole is kept."""
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            if self._draft is not None:
                self.progress.note("stopping; what was read whole is kept")
            self.close()
        elif isinstance(error, OSError) and error.errno in _FULL:
            # What failed while the entry was closed is not tried again: then no draft is open any more.
            with suppress(OSError):
                self.close()

    def take(self, files: Iterable[Found]) -> None:
        """Takes files in, in order; small ones are sealed beside each other, large ones by themselves."""
        with ThreadPoolExecutor(_WORKERS) as pool:
            waiting: deque[tuple[Found, Future[_Taken]]] = deque()
            try:
                for found in files:
                    if found.size >= LARGE:
                        self._drain(waiting, 0)
                        self._settle(found, lambda found=found: self._seal(found))  # type: ignore[misc]
                    else:
                        waiting.append((found, pool.submit(self._seal, found)))
                        self._drain(waiting, _AHEAD)
                self._drain(waiting, 0)
            except BaseException as error:
                pool.shutdown(cancel_futures=True)
                if isinstance(error, KeyboardInterrupt):
                    self._drain(deque(each for each in waiting if not each[1].cancelled()), 0)
                raise

    def close(self) -> None:
        """Commits the entry that is open, if there is one."""
        if self._draft is None:
            return
        files = {item.sha256: item.evidence for item in self._open}
        seq = self.writer.ledger.size
        draft, opened = self._draft, self._open
        self._draft, self._open, self._bytes = None, [], 0
        with undisturbed():
            self.entries.append(draft.commit(lambda entry: self.before_entry(seq, entry, files)))
            self.received += opened

    def _drain(self, waiting: "deque[tuple[Found, Future[_Taken]]]", most: int) -> None:
        while len(waiting) > most:
            found, future = waiting.popleft()
            self._settle(found, future.result)

    def _settle(self, found: Found, result: Callable[[], _Taken]) -> None:
        try:
            taken = result()
        except _SourceError as error:
            self.skipped.append(Skipped(found.path, f"cannot be read: {error.reason}", failed=True))
        except Changed:
            self.skipped.append(Skipped(found.path, "changed while it was read", failed=True))
        else:
            with undisturbed():
                self._add(taken)

    def _add(self, taken: _Taken) -> None:
        sealed = taken.sealed
        twin = self.find_twin(sealed.sha256) or self._in_this_run(sealed.sha256)
        if twin is not None:
            for piece in sealed.pieces:
                self.staging.discard(piece.object)
            self.twins.append(Twin(taken.found.path, twin))
            return
        if self._draft is None:
            self._draft, self._since = self.writer.draft(self.staging), time.monotonic()
            self._stamp = self.stamp()
            self.first_records(self._draft)
        record = self._record(taken)
        self._draft.add(record.to_json(), objects=[piece.object for piece in sealed.pieces])
        self._open.append(
            Received(record.id, taken.found.path, record.name, sealed.size, sealed.sha256, record.media_type)
        )
        self._bytes += sealed.size
        if self._full():
            self.close()

    def _in_this_run(self, sha256: str) -> str | None:
        return next((item.evidence for item in self._open if item.sha256 == sha256), None)

    def _full(self) -> bool:
        late = time.monotonic() - self._since >= MOST_SECONDS
        return len(self._open) >= MOST_FILES or self._bytes >= MOST_BYTES or late

    def _record(self, taken: _Taken) -> Evidence:
        raw, sealed = os.fsencode(taken.found.path.name), taken.sealed
        name = raw.decode("utf-8", "replace")
        return Evidence(
            fresh_id(), self._stamp or self.stamp(), self.batch, name, sealed.size, sealed.sha256,
            tuple(Piece(piece.object, piece.size) for piece in sealed.pieces),
            media_type(sealed.head), "preserve",
            name_bytes=None if name.encode() == raw else raw.hex(),
            file_time=taken.file_time, folder=_writable(taken.found.folder),
        )  # fmt: skip

    def _seal(self, found: Found) -> _Taken:
        with _open_source(found.path) as file:
            source = _Guarded(file)
            before = source.status()
            source.most = before.st_size
            sealed = seal_file(
                source, self.recipients, self.staging, expected=found.size, advance=self.progress.advance
            )
            try:
                _check_unchanged(before, sealed.size, source.status())
            except BaseException:
                for piece in sealed.pieces:
                    self.staging.discard(piece.object)
                raise
        return _Taken(found, sealed, _file_time(before.st_mtime))


class _SourceError(Unfinished):
    """The source, not the archive, failed."""

    def __init__(self, error: OSError) -> None:
        super().__init__("the source cannot be read")
        self.reason = (error.strerror or type(error).__name__) if error.errno != errno.ELOOP else _LINK_NOW


class _Guarded:
    """Tells a failing card from a failing archive disk, and a file that grows without end from a long one."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self._read = source, 0
        self.most = 0

    def status(self) -> os.stat_result:
        """What the source says of the file now."""
        try:
            return os.fstat(self._source.fileno())
        except OSError as error:
            raise _SourceError(error) from error

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Reads from the source. Raises `Changed` once there is more than `most` bytes."""
        try:
            count: int | None = self._source.readinto(buffer)  # type: ignore[attr-defined]
        except OSError as error:
            raise _SourceError(error) from error
        self._read += count or 0
        if self._read > self.most:
            raise Changed("grew")
        return count


def _open_quietly(path: Path, flags: int) -> int:
    """Leaves the time of the last access on the card as it is, where the system lets this user (open(2))."""
    quiet = getattr(os, "O_NOATIME", 0)
    try:
        return os.open(path, flags | quiet)
    except PermissionError:
        if not quiet:
            raise
        return os.open(path, flags)


def _open_source(path: Path) -> BinaryIO:
    """Opens a regular file for reading, without following a link that took its place meanwhile."""
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    try:
        descriptor = _open_quietly(path, flags)
        file = os.fdopen(descriptor, "rb", buffering=0)
    except OSError as error:
        raise _SourceError(error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise _SourceError(OSError(0, "it is no longer a file"))
    return file


def _check_unchanged(before: os.stat_result, read: int, after: os.stat_result) -> None:
    """Raises `Changed` when a file was written to while its `read` bytes were read."""
    if not before.st_size == read == after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise Changed("changed")


def _file_time(seconds: float) -> str | None:
    """The time of a file in this computer's zone; None for one that no record can hold: a damaged card says anything.

    In UTC where the zone is no help: before zones were agreed on, their offsets had seconds.
    """
    try:
        when = datetime.fromtimestamp(seconds, UTC)
        said = [rfc3339(when.astimezone()), rfc3339(when)]
    except (ValueError, OverflowError, OSError):
        return None
    return next((text for text in said if not _INSTANT.check(text)), None)


def _writable(folder: str | None) -> str | None:
    """A folder path as text that JSON can hold."""
    return None if folder is None else os.fsencode(folder).decode("utf-8", "replace")


def each_found(items: Iterable[Found | Skipped], skipped: list[Skipped]) -> Iterator[Found]:
    """The files among what was collected; the rest is noted."""
    for item in items:
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            yield item
