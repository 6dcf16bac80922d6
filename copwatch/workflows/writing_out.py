"""Where files outside the archive may be written: never over anything, never into the archive itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from copwatch.errors import NotFound, Refused
from copwatch.store.durable import flush
from copwatch.store.names_taken import take_name, taken

if TYPE_CHECKING:
    from copwatch.store.archive import Archive

__all__ = ["check_new", "check_outside", "create_new", "reserved", "take_name", "taken"]


def check_new(path: Path, archive: "Archive") -> None:
    """Looks whether a new file or folder can be made there, before any work is done.

    Raises:
        Refused: something is there, or it is inside the archive.
        NotFound: the folder that shall hold it is not there.
    """
    if os.path.lexists(path):
        raise taken(path)
    folder = path.absolute().parent
    if not folder.is_dir():
        raise NotFound(f"the folder {folder} is not there", hint="make it first, or name another")
    check_outside(folder, archive)


def check_outside(folder: Path, archive: "Archive") -> None:
    """Raises `Refused` for the archive itself, and any folder in it: there every other file is a finding."""
    if folder.resolve().is_relative_to(archive.layout.folder.resolve()):
        raise Refused(f"{folder} is inside the archive", hint="name a place outside of it")


@contextmanager
def create_new(path: Path) -> Iterator[BinaryIO]:
    """A new file for this user alone, for writing; on any error nothing of it stays. Raises `FileExistsError`."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags, 0o600), "wb")
    try:
        with file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def reserved(path: Path) -> Iterator[BinaryIO]:
    """A new file that is there before the work begins, so that writing it will not fail for its place.

    It is for this user alone. When nothing was written into it, it is removed.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0) as file:
            yield file
            flush(file.fileno())
    finally:
        if path.is_file() and path.stat().st_size == 0:
            path.unlink()
