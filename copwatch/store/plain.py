"""Touching only plain files in plain folders: links, pipes and devices on a stranger's stick are never followed."""

import errno
import os
import stat
from pathlib import Path
from re import Pattern
from types import TracebackType
from typing import Self

from copwatch.errors import Refused
from copwatch.store.layout import CHARTER, CHECKPOINTS, FORKS, LEDGER, OBJECTS, STAGING

# Without O_NONBLOCK a named pipe would be waited for until somebody writes into it.
_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0)
_NOTHING = (FileNotFoundError, NotADirectoryError)


class PlainFolder:
    """A plain folder below `top` from which many files are opened; use as a context manager.

    The way to it is looked at once; where the system lets files be opened by it, nobody can exchange it afterwards.
    Raises `OSError` as `open_plain` does.
    """

    def __init__(self, top: Path, folder: Path) -> None:
        self._top, self._folder = top, folder
        self._held: int | None = None

    def __enter__(self) -> Self:
        refuse_way(str(self._top), str(self._folder / "any"))
        if os.open in os.supports_dir_fd:
            self._held = os.open(self._folder, _FOLDER_FLAGS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held is not None:
            os.close(self._held)

    def open(self, name: str) -> int:
        """Opens the plain file of that name for reading; gives its descriptor."""
        if self._held is None:
            return open_plain(self._top, self._folder / name)
        return _only_plain(os.open(name, _FLAGS, dir_fd=self._held), self._folder / name)


def open_plain(top: Path, path: Path) -> int:
    """Opens a plain file below `top` for reading; gives its descriptor.

    Raises `OSError`; with `ELOOP` when it, or a folder on the way from `top`, is a link or anything else.
    """
    refuse_way(str(top), str(path))
    if not hasattr(os, "O_NOFOLLOW") and path.is_symlink():
        raise _not_plain(path)
    return _only_plain(os.open(path, _FLAGS), path)


def _only_plain(descriptor: int, path: Path) -> int:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _not_plain(path)
    return descriptor


def read_plain(top: Path, path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a plain file. Raises `OSError` as `open_plain` does."""
    with os.fdopen(open_plain(top, path), "rb") as file:
        return file.read(limit)


def plain_size(top: Path, path: Path) -> int | None:
    """The size of a plain file below `top`; None when there is none. Raises `OSError` for links on the way."""
    refuse_way(str(top), str(path))
    return size_of(str(path))


def size_of(path: str) -> int | None:
    """The size of a plain file; None when there is none. How one gets there is not looked at."""
    try:
        found = os.lstat(path)
    except _NOTHING:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def plain_names(folder: Path, pattern: Pattern[str]) -> list[str]:
    """The names in a folder that fit, in order; none when it is no plain folder. What they name may be anything."""
    if folder.is_symlink():
        return []
    try:
        return sorted(name for name in os.listdir(folder) if pattern.match(name))  # noqa: PTH208 (no stat calls)
    except _NOTHING:
        return []


def is_plain_folder(path: Path) -> bool:
    """Whether a folder, and no link to one, stands there."""
    return path.is_dir() and not path.is_symlink()


def refuse_links(folder: Path) -> None:
    """Raises `Refused` when a link stands where an archive has one of its folders: nothing is written through it."""
    for name in (CHARTER, LEDGER, FORKS, OBJECTS, CHECKPOINTS, STAGING):
        _refuse_link(folder / name)
    for name in (LEDGER, FORKS, OBJECTS, CHECKPOINTS):
        for path in sorted((folder / name).iterdir()) if (folder / name).is_dir() else []:
            _refuse_link(path)


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise Refused(
            f"{path} is a link, and an archive has none",
            hint="look at where it leads, remove it, then run this again; nothing was written",
        )


def refuse_way(top: str, path: str) -> None:
    """Raises `OSError` (`ELOOP`) for a link among the folders between `top` and a file."""
    folder = path
    while (folder := folder.rpartition(os.sep)[0]) and folder != top:
        if os.path.islink(folder):  # noqa: PTH114
            raise _not_plain(Path(folder))


def _not_plain(path: Path) -> OSError:
    return OSError(errno.ELOOP, "is a link, or no plain file", str(path))
