"""A bundle as a new folder: written under a name of its own beside its place, and watched until it gets that place."""

import contextlib
import errno
import os
import secrets
import shutil
import stat
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, BinaryIO, Final, Protocol

from copwatch.bundle.sinks import Stretches
from copwatch.errors import NoPermission, NoSpace, NotFound, Refused, Unfinished
from copwatch.past_cache import LARGE, Collecting

_MOST_OPEN: Final = 16
_EARLY: Final = "early"
_READ: Final[int] = sum(
    getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)
"""What somebody put in the place of a file of ours is not followed, and not waited for."""
_OTHERS = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP)


class NewFile(Protocol):
    """A new file of a folder, which takes views of memory too."""

    def write(self, data: bytes | memoryview, /) -> int | None:
        """Takes all of `data`."""


class FolderSink:
    """Writes a new folder, 0700, under a temporary name beside it, which has `mark` in it; the name comes last.

    Raises (on creation):
        Refused: something is there already that is not an empty folder.
        NotFound: the folder that should hold it does not exist.
    """

    def __init__(self, target: Path, mark: str = "") -> None:
        _check_target(target)
        self._target = target
        self._work = target.parent / f".{target.name}.{mark or secrets.token_hex(8)}.partial"
        with _told(target):
            self._work.mkdir(mode=0o700)
            self._ours = self._work.stat()
        self._flushing, self._large = _Flushing(), Collecting()
        self._files, self._early = dict[str, int](), dict[str, int]()
        """Bytes that were written to each file, by path, and of those that wait, by name."""
        self._naming = self._finished = False

    @contextlib.contextmanager
    def open(self, path: str, size: int | None = None, coded: Stretches = ()) -> Iterator[NewFile]:
        """A new file, 0600, on disk at the latest when the folder is finished."""
        with self._new(path, size) as file:
            yield file
        self._files[path] = file.size

    @contextlib.contextmanager
    def early(self, name: str, size: int) -> Iterator[NewFile]:
        """A new file that waits under `name` until `place` or `drop`, which come before `finish`."""
        path = f"{_EARLY}/{name}"
        try:
            with self._new(path, size) as file:
                yield file
        except BaseException:
            (self._work / path).unlink(missing_ok=True)
            raise
        self._early[name] = file.size

    def open_early(self, name: str) -> BinaryIO:
        """Reads a file that waits. Raises `Unfinished` where it is not what was written there."""
        path = f"{_EARLY}/{name}"
        with _told(self._target):
            self._flushing.wait()
            descriptor = os.open(self._work / path, _READ)
        if _is_file(os.fstat(descriptor), self._early[name]):
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
        raise _disturbed(f"changed {path}", self._work)

    def place(self, name: str, path: str) -> None:
        """Gives a file that waits its path. Raises `Unfinished`."""
        where = self._work / path
        with _told(self._target):
            # Windows renames no file that is open.
            self._flushing.wait()
            where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if where.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
            (self._work / _EARLY / name).rename(where)
        self._files[path] = self._early.pop(name)

    def drop(self, name: str) -> None:
        """Removes a file that waits."""
        with _told(self._target):
            self._flushing.wait()
            (self._work / _EARLY / name).unlink()
        del self._early[name]

    @contextlib.contextmanager
    def _new(self, path: str, size: int | None) -> Iterator["_Counted"]:
        try:
            with _told(self._target), self._opened(self._work / path, size) as file, _by_others():
                yield _Counted(file, self._target)
        except _ByOthers as error:
            raise error.error from None

    @contextlib.contextmanager
    def _opened(self, where: Path, size: int | None) -> Iterator[NewFile]:
        where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.ExitStack() as closing:
            file = closing.enter_context(open(where, "xb", opener=_private))
            written: Callable[[], None] = file.flush
            if size is not None and size >= LARGE:
                with self._large.into_later(file.fileno()) as (filling, written):
                    yield filling
            else:
                yield file
            closing.pop_all()
        self._flushing.flush_and_close(file, written)

    def finish(self) -> None:
        """Renames the folder to its name. An empty folder of that name gives way. Raises `Unfinished`."""
        with _told(self._target):
            self._large.close()
            self._flushing.finish()
            with contextlib.suppress(OSError):
                (self._work / _EARLY).rmdir()
            folders = self._check_whole()
            for folder in folders:
                _sync(folder)
            if self._target.is_dir():
                self._target.rmdir()
            self._naming = True
            self._work.rename(self._target)
            _sync(self._target.parent)
            self._finished = True

    def abort(self) -> None:
        """Removes what was written, also where its name was the last that it got; of a finished bundle nothing."""
        if self._finished:
            return
        self._large.close()
        self._flushing.stop()
        has_name = self._naming and _is(self._target, self._ours)
        shutil.rmtree(self._target if has_name else self._work, ignore_errors=True)

    def _check_whole(self) -> list[Path]:
        """Gives every folder; in them have to stand the files that were written, in their length, and nothing else.

        Whoever tidies up may take what has no name yet for something left over. Raises `Unfinished`.
        """
        found, folders = dict[str, os.stat_result](), list[Path]()
        for folder, inside, files in os.walk(self._work):
            folders.append(Path(folder))
            for each in (Path(folder) / name for name in (*files, *inside)):
                known = each.lstat()
                if not stat.S_ISDIR(known.st_mode):
                    found[each.relative_to(self._work).as_posix()] = known
        for path, size in self._files.items():
            if path not in found:
                raise _disturbed(f"removed {path}", self._work)
            if not _is_file(found[path], size):
                raise _disturbed(f"changed {path}", self._work)
        if more := found.keys() - self._files.keys():
            raise _disturbed(f"put {min(more)}", self._work, "into")
        return folders


class _Flushing:
    """Waits in a thread of its own until files are on the disk, while the next are written; few at once are open."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "flushing")
        self._waiting: deque[Future[None]] = deque()

    def flush_and_close(self, file: IO[bytes], written: Callable[[], None]) -> None:
        """Takes a file that is whole when `written` ends. Raises `OSError`, for this or an earlier one."""
        self._waiting.append(self._thread.submit(_flush_and_close, file, written))
        if len(self._waiting) > _MOST_OPEN:
            self._waiting.popleft().result()

    def wait(self) -> None:
        """Until all that were taken are on the disk. Raises `OSError`."""
        while self._waiting:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Waits for all. Raises `OSError`."""
        self.wait()
        self._thread.shutdown()

    def stop(self) -> None:
        """Waits for all, whatever became of them."""
        self._thread.shutdown()


def _flush_and_close(file: IO[bytes], written: Callable[[], None]) -> None:
    with file:
        written()
        os.fsync(file.fileno())


class _Counted:
    """Writes a file, and says in our words what the system refuses of that; `size` is what was written."""

    def __init__(self, file: NewFile, target: Path) -> None:
        self._file, self._target, self.size = file, target, 0

    def write(self, data: bytes | memoryview, /) -> int | None:
        with _told(self._target):
            self._file.write(data)
        self.size += len(data)
        return len(data)


class _ByOthers(Exception):
    """Carries what the system refused elsewhere past our own words for this folder."""

    def __init__(self, error: OSError) -> None:
        self.error = error


@contextlib.contextmanager
def _by_others() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _ByOthers(error) from error


def _check_target(target: Path) -> None:
    if not target.parent.is_dir():
        raise NotFound(f"there is no folder {target.parent}", hint="create it, or name another place")
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise Refused(f"{target} exists already", hint="name a folder that does not exist yet")


def _is(path: Path, known: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(path.lstat(), known)
    return False


def _is_file(found: os.stat_result, size: int) -> bool:
    return stat.S_ISREG(found.st_mode) and found.st_size == size


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle of a folder to flush.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _disturbed(what: str, work: Path, where: str = "of") -> Unfinished:
    return Unfinished(
        f"somebody {what} {where} {work} while the bundle was written",
        hint="nothing was released; run it again, and leave that folder alone meanwhile",
    )


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    """What the operating system refuses, in our words."""
    try:
        yield
    except FileNotFoundError as error:
        gone = Path(error.filename or target)
        raise _disturbed(f"removed {gone.name}", gone.parent) from error
    except OSError as error:
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise NoPermission(f"may not write to {target.parent}", hint="name another place") from error
        if error.errno == errno.ENOSPC:
            raise NoSpace(f"no space left for {target}", hint="free space, or name another disk") from error
        if error.errno in _OTHERS:
            raise Unfinished(
                f"something else stands at {target} or in what is written of it",
                hint="nothing was released; name another place",
            ) from error
        raise Unfinished(
            f"could not finish {target}: {error.strerror}", hint="nothing was released; try another disk"
        ) from error
