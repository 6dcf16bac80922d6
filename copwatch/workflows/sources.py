"""Sealing one source file: opened without following links, read once, and held to be the same before and after.

The functions that name files by their paths can be done by another process; what they give can be pickled.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO, TypeAlias

from copwatch.crypto.age import Recipient, parse_recipient
from copwatch.errors import CopwatchError, Unfinished
from copwatch.model.records.described import Described
from copwatch.model.values import Instant
from copwatch.store.objects import StagingFolder
from copwatch.store.sealing import LARGE, Sealed, seal_file
from copwatch.workflows.collecting import Found
from copwatch.workflows.stamping import rfc3339

_INSTANT = Instant()
_LINK_NOW = "a link stands there now"


Mark: TypeAlias = tuple[int, ...]
"""What changes when a file is written to, or another takes its name."""


def mark_of(status: os.stat_result) -> Mark:
    """The mark of a file: which it is, how long, and when it was last written to and last changed in any way."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


@dataclass(frozen=True, slots=True)
class Taken:
    """A source that was sealed whole, and the time that its file bears; or its clean rendition, which is `stripped`.

    `mark` tells whether another reading was of the same file. `stripped` is what the rendition still shows.
    """

    sealed: Sealed
    file_time: str | None
    mark: Mark | None = None
    stripped: Described | None = None


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why nothing is sealed of a source; `refused` when it could be read, but not be cleaned."""

    reason: str
    refused: bool = False


class Changed(CopwatchError):
    """The file was written to while it was read: what was read is nobody's file."""


def batches(files: Iterable[Found], most: int) -> Iterator[list[Found]]:
    """Small files together, at most so many and about `LARGE` bytes; a large one by itself. In order."""
    batch: list[Found] = []
    size = 0
    for found in files:
        if batch and (found.size >= LARGE or len(batch) == most or size >= LARGE):
            yield batch
            batch, size = [], 0
        if found.size >= LARGE:
            yield [found]
        else:
            batch.append(found)
            size += found.size
    if batch:
        yield batch


def seal_sources(
    sources: Sequence[tuple[Path, int]], recipients: tuple[str, ...], folder: StagingFolder
) -> list[Taken | NotTaken]:
    """Seals several small files; each is given as its path and about how large it is.

    Raises:
        OSError: the archive's disk failed; nothing of these is left there.
    """
    done: list[Taken | NotTaken] = []
    try:
        for path, size in sources:
            done.append(seal_source(path, size, recipients, folder))
    except BaseException:
        for each in done:
            if isinstance(each, Taken):
                each.sealed.discard()
        raise
    return done


def seal_source(
    path: Path,
    size: int,
    recipients: tuple[str, ...],
    folder: StagingFolder,
    advance: Callable[[int], None] = lambda _: None,
) -> Taken | NotTaken:
    """Seals a file of about `size` bytes. Raises `OSError` when the archive's disk failed."""
    return tried(lambda: _seal(path, size, parsed(recipients), folder, advance))


def tried(seal: Callable[[], Taken]) -> Taken | NotTaken:
    """What `seal` gives, or what a person is told where the source failed."""
    try:
        return seal()
    except SourceError as error:
        return NotTaken(f"cannot be read: {error.reason}")
    except Changed:
        return NotTaken("changed while it was read")


@cache
def parsed(recipients: tuple[str, ...]) -> list[Recipient]:
    """The recipients that these texts name."""
    return [parse_recipient(text) for text in recipients]


def _seal(
    path: Path,
    size: int,
    recipients: list[Recipient],
    folder: StagingFolder,
    advance: Callable[[int], None],
) -> Taken:
    with open_source(path) as file:
        source = Guarded(file)
        before = source.status()
        source.most = before.st_size
        sealed = seal_file(source, recipients, folder, expected=size, advance=advance)
        try:
            check_unchanged(before, sealed.size, source.status())
        except BaseException:
            sealed.discard()
            raise
    return Taken(sealed, _file_time(before.st_mtime), mark_of(before))


class SourceError(Unfinished):
    """The source, not the archive, failed."""

    def __init__(self, error: OSError) -> None:
        super().__init__("the source cannot be read")
        self.reason = (error.strerror or type(error).__name__) if error.errno != errno.ELOOP else _LINK_NOW


class Guarded:
    """Tells a failing card from a failing archive disk, and a file that grows without end from a long one."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self._read = source, 0
        self.most = 0

    def status(self) -> os.stat_result:
        """What the source says of the file now."""
        try:
            return os.fstat(self._source.fileno())
        except OSError as error:
            raise SourceError(error) from error

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Reads from the source. Raises `Changed` once there is more than `most` bytes."""
        try:
            count: int | None = self._source.readinto(buffer)  # type: ignore[attr-defined]
        except OSError as error:
            raise SourceError(error) from error
        self._read += count or 0
        if self._read > self.most:
            raise Changed("grew")
        return count

    def seek(self, offset: int) -> int:
        """Moves to a position from the beginning."""
        try:
            return self._source.seek(offset)
        except OSError as error:
            raise SourceError(error) from error

    def read(self, length: int) -> bytes:
        """Reads up to so many bytes."""
        try:
            return self._source.read(length)
        except OSError as error:
            raise SourceError(error) from error


def _open_quietly(path: Path, flags: int) -> int:
    """Leaves the time of the last access on the card as it is, where the system lets this user (open(2))."""
    quiet = getattr(os, "O_NOATIME", 0)
    try:
        return os.open(path, flags | quiet)
    except PermissionError:
        if not quiet:
            raise
        return os.open(path, flags)


def open_source(path: Path) -> BinaryIO:
    """Opens a regular file for reading, without following a link that took its place meanwhile."""
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    try:
        descriptor = _open_quietly(path, flags)
        file = os.fdopen(descriptor, "rb", buffering=0)
    except OSError as error:
        raise SourceError(error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise SourceError(OSError(0, "it is no longer a file"))
    return file


def check_unchanged(before: os.stat_result, read: int, after: os.stat_result) -> None:
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
