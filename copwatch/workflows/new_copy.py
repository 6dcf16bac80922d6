"""A new file without a name: written straight to the disk where that can be, and gone when it gets none (ADR 0070)."""

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO, Final

from copwatch.past_cache import PastCache
from copwatch.store.durable import FIXED_TIME
from copwatch.workflows.writing_out import take_name

_NAME: Final = re.compile(r"\.copwatch-[0-9a-f]{16}\.part")


class NewCopy:
    """One file, for this user alone; locked, so that a later run can tell it from what was left by one that died."""

    def __init__(self, folder: Path) -> None:
        self.path, self._descriptor = _created(folder)
        self._out = PastCache(self._descriptor)

    def write(self, block: memoryview) -> None:
        """The next bytes, as `PastCache` takes them. Raises `OSError`."""
        self._out.write(block)

    def finish(self) -> None:
        """All is written; the time that it bears says nothing. Not yet flushed."""
        os.utime(self.path, (FIXED_TIME, FIXED_TIME))

    def open(self) -> BinaryIO:
        """For reading here and there: what is not asked for is not to be fetched from the disk either."""
        file = self.path.open("rb", buffering=0)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        return file

    def name(self, out: Path) -> None:
        """Gives it its name, never that of another. Raises `Refused`."""
        if os.name == "nt":  # there no open file gets another name
            self._close()
        take_name(self.path, out)
        self.discard()

    def discard(self) -> None:
        """Removes it, as far as it has no name."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def clear_left(folder: Path) -> int:
    """Removes what runs that were killed left in a folder, and nobody writes any more; says how many."""
    count = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if _NAME.fullmatch(path.name) and not path.is_symlink() and path.is_file():
            with contextlib.suppress(OSError):
                count += _clear(path)
    return count


def _clear(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        if not _lock(descriptor):
            return 0
        if os.name != "nt":
            path.unlink()
            return 1
    finally:
        os.close(descriptor)
    path.unlink()  # fails there while somebody has it open
    return 1


def _created(folder: Path) -> tuple[Path, int]:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
    for name in ("O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    while True:
        path = folder / f".copwatch-{secrets.token_hex(8)}.part"
        descriptor = os.open(path, flags, 0o600)
        _lock(descriptor, wait=True)
        if os.fstat(descriptor).st_nlink:
            return path, descriptor
        os.close(descriptor)  # another run cleared it away before it was locked


def _lock(descriptor: int, *, wait: bool = False) -> bool:
    """Whether it is locked by us now, until it is closed; true where a system has no locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
