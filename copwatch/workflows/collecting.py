"""Finding the files that `add` was pointed at. Sources are only read; links are never followed."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from copwatch.bundle.names import SYSTEM_FILES
from copwatch.errors import NotFound
from copwatch.store.layout import is_archive
from copwatch.store.state import state_folder

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
    """A path that is not taken, and why. `failed` ones should have been: the command ends with exit code 1.

    With `refused` it was to be cleaned and cannot be: exit code 5.
    """

    path: Path
    reason: str
    failed: bool = False
    refused: bool = False


def collect(paths: Iterable[Path], ours: Path | None = None) -> Iterator[Found | Skipped]:
    """Every file below `paths`, in order; what is skipped is named. Raises `NotFound` when a path is not there.

    Args:
        paths: files, and folders with all that is in them.
        ours: a folder that is being written to, or will be: the archive, the place of copies.
    """
    walk = _Walk(None if ours is None else ours.resolve(), state_folder().resolve())
    for path in paths:
        check_there(path)
        yield from walk.below(path)


def check_there(path: Path) -> None:
    """Raises `NotFound` when nothing has that name, and `OSError` when it cannot be looked at."""
    try:
        path.lstat()
    except FileNotFoundError as error:
        raise NotFound(f"{path} is not there", hint="nothing was added; check the name") from error


@dataclass
class _Walk:
    """Folders in the order of their names, without recursion: a card may nest folders deeper than Python can call.

    `seen` holds resolved paths. The numbers of files (inodes) would not do: some cards and phones give one number to
    several files, and a file that is skipped by mistake is lost. Two names of one file are found by their bytes.
    """

    ours: Path | None
    state: Path
    seen: set[Path] = field(default_factory=set)

    def below(self, top: Path) -> Iterator[Found | Skipped]:
        """The file `top`, or everything below the folder `top`."""
        waiting = [(top, top.parent.resolve() / top.name if top.name not in {"", ".."} else top.resolve())]
        while waiting:
            path, real = waiting.pop()
            try:
                status = path.lstat()
                if not stat.S_ISDIR(status.st_mode):
                    yield self._file(path, real, status, top)
                elif reason := self._left_out(path, real, top):
                    yield Skipped(path, reason, failed=path is top)
                else:
                    inside = sorted(path.iterdir(), reverse=True)
                    waiting += [(each, real / each.name) for each in inside]
            except OSError as error:
                yield Skipped(path, f"cannot be read: {error.strerror}", failed=True)

    def _file(self, path: Path, real: Path, status: os.stat_result, top: Path) -> Found | Skipped:
        if stat.S_ISLNK(status.st_mode):
            # A link that a person named was meant; one that lies in a folder is only not followed.
            hint = "; name what it points to" if path is top else ""
            return Skipped(path, f"a link{hint}", failed=path is top)
        if not stat.S_ISREG(status.st_mode):
            return Skipped(path, "not a file", failed=path is top)
        if path.name.lower() in SYSTEM_FILES:
            return Skipped(path, "a file of the operating system")
        if real in self.seen:
            return Skipped(path, "named twice")
        if self._is_ours(real) or real.is_relative_to(self.state):
            return Skipped(path, "it belongs to copwatch itself", failed=True)
        self.seen.add(real)
        return Found(path, status.st_size, None if path is top else top)

    def _is_ours(self, real: Path) -> bool:
        return self.ours is not None and real.is_relative_to(self.ours)

    def _left_out(self, folder: Path, real: Path, top: Path) -> str | None:
        """Why a folder is not looked into."""
        if self._is_ours(real):
            return "the archive itself"
        if real.is_relative_to(self.state):
            return "what copwatch remembers on this computer"
        if is_archive(folder):
            return "an archive of copwatch"
        if folder is not top and folder.name.lower() in _LITTER_FOLDERS:
            return "a folder of the operating system"
        return None
