"""Objects: sealed files named by their own SHA-256. Staged under tmp/, then renamed into place."""

import hashlib
import io
import itertools
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import filelock

from copwatch.errors import IntegrityFailure
from copwatch.past_cache import Collecting, Filling
from copwatch.store.durable import FIXED_TIME, flush_all, flush_names
from copwatch.store.layout import OBJECT_NAME, Layout
from copwatch.store.plain import is_plain_folder, open_plain

BLOCK = 1 << 20
_IN_USE = "in-use.lock"
_STAGED = re.compile(r"[0-9a-f]{16}\Z")
FRESH = 3600
"""Seconds. What is newer may be of a program that has just begun."""


_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class StagingFolder:
    """Where new files are made before they are objects; any process that is told of it may do so."""

    folder: Path

    def create(self) -> tuple[Path, io.FileIO]:
        """A new empty file to write an object into."""
        path = self.folder / f"{os.getpid()}-{next(_numbers)}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return path, io.FileIO(os.open(path, flags, 0o600), "wb")


@dataclass
class Staging:
    """A private folder under tmp/ for objects that no ledger line names yet.

    Use as a context manager: whatever was not placed is removed at the end. Safe for use by several threads.
    """

    layout: Layout
    folder: Path = field(init=False)
    _lock: filelock.BaseFileLock = field(init=False)
    _staged: dict[str, Path] = field(init=False, default_factory=dict)
    _collecting: Collecting = field(init=False, default_factory=Collecting)

    def __enter__(self) -> "Staging":
        self.folder = self.layout.staging / secrets.token_hex(8)
        self.folder.mkdir(mode=0o700, parents=True)
        self._lock = filelock.FileLock(self.folder / _IN_USE, mode=0o600)
        # Where a file system has no locks, what is left behind is not found again, and nothing else suffers.
        with suppress(NotImplementedError, OSError):
            self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._collecting.close()
        self._lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def beside(self) -> StagingFolder:
        """Where new files are made for it."""
        return StagingFolder(self.folder)

    def into(self, file: io.FileIO) -> AbstractContextManager[Filling]:
        """What takes the bytes of a large new file of `beside`; one file at a time, by one thread. Raises `OSError`."""
        return self._collecting.into(file.fileno())

    def add(self, path: Path, name: str) -> None:
        """Takes a file that was written whole; `name` is its SHA-256 in hexadecimal."""
        os.utime(path, (FIXED_TIME, FIXED_TIME))
        self._staged[name] = path

    def take(self, files: Mapping[str, Path]) -> None:
        """Takes files, by the SHA-256 of each, that bear their time already."""
        self._staged.update(files)

    def add_bytes(self, data: bytes) -> str:
        """Stages a small object; gives its name."""
        path, file = self.beside.create()
        with file:
            file.write(data)
        name = hashlib.sha256(data).hexdigest()
        self.add(path, name)
        return name

    def place(self, names: Iterable[str] | None = None) -> None:
        """Flushes staged objects (all, or those of `names`), then renames them into place. Durable when it returns."""
        staged = {name: self._staged[name] for name in (self._staged if names is None else names)}
        flush_all(staged.values(), self.folder)
        folders = {self.layout.object(name).parent for name in staged}
        for folder in sorted(folders):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, path in staged.items():
            path.replace(self.layout.object(name))
        flush_names([*folders, self.layout.objects], self.folder)
        for name in staged:
            del self._staged[name]


def remove_leftovers(layout: Layout, now: float) -> None:
    """Removes what was staged by a program that is gone: killed, or without power. `now` is the time in seconds.

    The hour keeps away from who has just begun and has no lock yet.
    """
    for path in layout.staging.iterdir() if is_plain_folder(layout.staging) else ():
        if not _STAGED.match(path.name) or not is_plain_folder(path) or not (path / _IN_USE).is_file():
            continue
        with suppress(OSError):
            if now - path.stat().st_mtime >= FRESH and in_use(path) is False:
                shutil.rmtree(path, ignore_errors=True)


def in_use(folder: Path) -> bool | None:
    """Whether a program, of whichever user and state folder, is working in a staging folder: it holds its lock.

    None when that cannot be told: there is no lock, it is another user's, or the file system has none.
    """
    if not (folder / _IN_USE).is_file():
        return None
    try:
        with filelock.FileLock(folder / _IN_USE, timeout=0, mode=0o600):
            return False
    except filelock.Timeout:
        return True
    except (NotImplementedError, OSError):
        return None


def names(layout: Layout) -> Iterator[str]:
    """The names of all objects that are there, in order."""
    for folder in sorted(layout.objects.iterdir()) if layout.objects.is_dir() else []:
        if folder.is_dir():
            found = (OBJECT_NAME.match(path.name) for path in folder.iterdir())
            yield from sorted(match[1] for match in found if match and match[1][:2] == folder.name)


def read_object(layout: Layout, name: str, limit: int) -> bytes:
    """A small object, whole. Raises `IntegrityFailure` when it is missing, unreadable, or larger than `limit`."""
    with open_object(layout, name) as file:
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise _unreadable(name, error) from error
    if len(data) > limit:
        raise IntegrityFailure(f"object {name[:16]} is larger than it can be")
    return data


def open_object(layout: Layout, name: str) -> BinaryIO:
    """An object for reading. Raises `IntegrityFailure` when it is missing, cannot be read, or is no plain file."""
    try:
        return os.fdopen(open_plain(layout.folder, layout.object(name)), "rb")
    except FileNotFoundError as error:
        raise IntegrityFailure(
            f"object {name[:16]} is missing",
            hint="take it from another copy: `copwatch doctor --from DIR`",
        ) from error
    except OSError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: OSError) -> IntegrityFailure:
    return IntegrityFailure(
        f"object {name[:16]} cannot be read: {error.strerror}",
        hint="take it from another copy: `copwatch doctor --from DIR`",
    )
