"""Finding the files that `add` was pointed at. Sources are only read; links are never followed."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from copwatch.errors import NotFound

_LITTER = {".ds_store", "thumbs.db", "desktop.ini"}
_LITTER_FOLDERS = {".trashes", ".spotlight-v100", ".fseventsd", "system volume information", "$recycle.bin"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take in: its path, its size when it was listed, and the folder that was named, if one was."""

    path: Path
    size: int
    top: Path | None

    @property
    def folder(self) -> str | None:
        """The path of its folder below the one that was named, with forward slashes."""
        if self.top is None or self.path.parent == self.top:
            return None
        return self.path.parent.relative_to(self.top).as_posix()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that is not taken, and why. `failed` ones should have been: the command ends with exit code 1."""

    path: Path
    reason: str
    failed: bool = False


def collect(paths: Iterable[Path], archive: Path) -> Iterator[Found | Skipped]:
    """Every file below `paths`, in order; what is skipped is named. Raises `NotFound` when a path is not there."""
    inside, seen = archive.resolve(), set[tuple[int, int]]()
    for path in paths:
        try:
            status = path.lstat()
        except FileNotFoundError as error:
            raise NotFound(f"{path} is not there", hint="nothing was added; check the name") from error
        yield from _look(path, status, path if stat.S_ISDIR(status.st_mode) else None, inside, seen)


def _look(
    path: Path, status: os.stat_result, top: Path | None, inside: Path, seen: set[tuple[int, int]]
) -> Iterator[Found | Skipped]:
    name = path.name.lower()
    if stat.S_ISLNK(status.st_mode):
        yield Skipped(path, "a link")
    elif stat.S_ISDIR(status.st_mode):
        if path.resolve() == inside:
            yield Skipped(path, "the archive itself")
        elif name in _LITTER_FOLDERS and path != top:
            yield Skipped(path, "a folder of the operating system")
        else:
            yield from _look_inside(path, top, inside, seen)
    elif not stat.S_ISREG(status.st_mode):
        yield Skipped(path, "not a file")
    elif name in _LITTER:
        yield Skipped(path, "a file of the operating system")
    elif (status.st_dev, status.st_ino) in seen and status.st_ino:
        yield Skipped(path, "named twice")
    else:
        seen.add((status.st_dev, status.st_ino))
        yield Found(path, status.st_size, top)


def _look_inside(
    folder: Path, top: Path | None, inside: Path, seen: set[tuple[int, int]]
) -> Iterator[Found | Skipped]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Skipped(folder, f"cannot be read: {error.strerror}", failed=True)
        return
    for path in entries:
        try:
            status = path.lstat()
        except OSError as error:
            yield Skipped(path, f"cannot be read: {error.strerror}", failed=True)
        else:
            yield from _look(path, status, top, inside, seen)
