"""Writing so that it survives a power cut: beside, flushed, then renamed.

`os.replace` is atomic on every system we know. Folders are flushed where the system can (not on Windows, whose
file systems journal names themselves); file systems that refuse to flush a folder (some FAT drivers) are no error.
"""

import ctypes
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from copwatch.errors import NoSpace

FIXED_TIME = 946_684_800
"""2000-01-01T00:00:00Z: the modification time of objects, so that folder listings tell no dates."""
_UNSUPPORTED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.EACCES, errno.ENOSYS}
_RESERVE = 16 << 20
"""Bytes left free, so that ledgers and the local state can still be written."""


def flush(file: int) -> None:
    """Waits until an open file's bytes are on the disk."""
    os.fsync(file)


def flush_file(path: Path) -> None:
    """Waits until a closed file's bytes are on the disk."""
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        flush(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(descriptor)


def write_beside(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replaces `path` with `data` as a whole: after a crash the old or the new content is there, never half."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        write_new(beside, data, mode=mode)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def write_new(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Writes and flushes a file that must not exist yet; on any error nothing of it stays."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            flush(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def flush_all(files: Iterable[Path], folder: Path) -> None:
    """Waits until all `files`, which stand on the file system of `folder`, are on the disk.

    One `syncfs` on Linux, which is much faster for many small files than one `fsync` each.
    """
    if _syncfs(folder):
        return
    for path in files:
        flush_file(path)


def flush_names(folders: Iterable[Path], folder: Path) -> None:
    """Waits until renames into `folders` are on the disk."""
    if _syncfs(folder):
        return
    for changed in folders:
        flush_folder(changed)


def check_space(folder: Path, needed: int) -> None:
    """Raises `NoSpace` unless `needed` bytes and a small reserve are free where `folder` stands."""
    free = shutil.disk_usage(folder).free
    if free < needed + _RESERVE:
        raise NoSpace(
            f"not enough space: {needed:,} bytes and a reserve of {_RESERVE:,} are needed, and {free:,} are free",
            hint="free some space or use another disk; nothing was changed",
        )


def drop_from_cache(descriptor: int) -> None:
    """Asks the system to forget its cached copy, so that reading back reads the disk. A hint, no promise."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def start_writing(descriptor: int, start: int, length: int) -> None:
    """Asks the system to begin writing a stretch to the disk now, so that flushing has less to wait for. A hint.

    On Linux POSIX_FADV_DONTNEED starts the writing of changed pages, and drops those that are written already.
    """
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, start, length, os.POSIX_FADV_DONTNEED)


def _syncfs(folder: Path) -> bool:
    """Flushes the whole file system of `folder`; False where the system has no such call."""
    if sys.platform != "linux":
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return False
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if call(descriptor) == 0:
            return True
        code = ctypes.get_errno()
        if code in _UNSUPPORTED:
            return False
        raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(descriptor)
