"""Where a bundle is written: a new folder, or a zip that streams into whatever can be written to."""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, Final, Protocol, TypeAlias

from copwatch.bundle.bag import Digest
from copwatch.errors import NoPermission, NoSpace, NotFound, Refused, Unfinished
from copwatch.past_cache import LARGE, Collecting, Filling

_ZIP_FIRST_YEAR, _ZIP_LAST_YEAR = 1980, 2107
_REGULAR_FILE = (stat.S_IFREG | 0o600) << 16
_UNIX = 3
_MOST_OPEN: Final = 16
_EARLY: Final = "early"


Stretches = Sequence[tuple[int, int]]
"""Coded picture and sound in a file, as (start, length) in order."""


class Writes(Protocol):
    """What bytes go into: a file of a sink, or the stream below a zip."""

    def write(self, data: bytes, /) -> int | None:
        """Takes all of `data`."""


NewFile: TypeAlias = IO[bytes] | Filling
"""A file of a folder, which takes views of memory too."""


class Sink(Protocol):
    """Takes the files of one bundle, then `finish` or `abort`. Until `finish` there is no bundle."""

    def open(
        self, path: str, size: int | None = None, coded: Stretches = ()
    ) -> contextlib.AbstractContextManager[Writes]:
        """A writer for a new file, one at a time; `size` where it is known, and where its coded parts stand."""

    def finish(self) -> None:
        """Makes the bundle exist under its name."""

    def abort(self) -> None:
        """Leaves nothing behind that could be taken for a bundle. May be called after a failed `finish`."""


@dataclass(frozen=True, slots=True)
class Early:
    """A file of a bundle that stands in its folder already, under no path yet.

    `md5` is empty where nobody asked for it, `coded` None where it would be long. `open` gives a reader, `place` gives
    the file its path; both raise `OSError`.
    """

    digest: Digest
    md5: str
    coded: Stretches | None
    open: Callable[[], BinaryIO]
    place: Callable[[str], None]


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
        self._paths: list[str] = []
        self._naming = self._finished = False

    @contextlib.contextmanager
    def open(self, path: str, size: int | None = None, coded: Stretches = ()) -> Iterator[Writes]:
        """A new file, 0600, on disk at the latest when the folder is finished."""
        with self._new(path, size) as file:
            yield file
        self._paths.append(path)

    @contextlib.contextmanager
    def early(self, name: str, size: int) -> Iterator[NewFile]:
        """A new file that waits under `name` until `place` or `drop`, which come before `finish`."""
        try:
            with self._new(f"{_EARLY}/{name}", size) as file:
                yield file
        except BaseException:
            (self._work / _EARLY / name).unlink(missing_ok=True)
            raise

    def open_early(self, name: str) -> BinaryIO:
        """Reads a file that waits. Raises `OSError`."""
        with _told(self._target):
            self._flushing.wait()
        return (self._work / _EARLY / name).open("rb")

    def place(self, name: str, path: str) -> None:
        """Gives a file that waits its path. Raises `OSError`."""
        where = self._work / path
        with _told(self._target):
            # Windows renames no file that is open.
            self._flushing.wait()
            where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if where.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
            (self._work / _EARLY / name).rename(where)
        self._paths.append(path)

    def drop(self, name: str) -> None:
        """Removes a file that waits."""
        with _told(self._target):
            self._flushing.wait()
            (self._work / _EARLY / name).unlink()

    @contextlib.contextmanager
    def _new(self, path: str, size: int | None) -> Iterator[NewFile]:
        where = self._work / path
        with _told(self._target):
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
        """Renames the folder to its name. An empty folder of that name gives way."""
        with _told(self._target):
            self._large.close()
            self._flushing.finish()
            if (self._work / _EARLY).is_dir():
                (self._work / _EARLY).rmdir()
            self._check_there()
            for folder in (self._work, *(path for path in self._work.rglob("*") if path.is_dir())):
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

    def _check_there(self) -> None:
        """Whoever tidies up may take what has no name yet for something left over. Raises `Unfinished`."""
        if gone := next((path for path in self._paths if not (self._work / path).is_file()), None):
            raise Unfinished(
                f"somebody removed {gone} of {self._work} while the bundle was written",
                hint="nothing was released; run it again, and leave that folder alone meanwhile",
            )


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


class ZipSink:
    """Writes a zip into `stream`, which needs no more than `write`; the caller owns and closes the stream.

    Nothing is compressed, and names, order and times follow from the bundle alone, so that the same bundle gives
    the same bytes. What was streamed cannot be taken back: after `abort` the zip has no directory and no program
    takes it for whole, but the caller has to discard it.

    Args:
        stream: where the bytes go.
        folder: the one folder in the zip that holds the bag.
        created_at: RFC 3339; every file gets this time, as it reads in its own zone.
    """

    def __init__(self, stream: Writes, folder: str, created_at: str) -> None:
        moment = datetime.fromisoformat(created_at)
        year = min(max(moment.year, _ZIP_FIRST_YEAR), _ZIP_LAST_YEAR)
        self._time = (year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
        self._folder = folder
        self._gate = _Gate(stream)
        self._zip = zipfile.ZipFile(self._gate, "w", zipfile.ZIP_STORED)

    @contextlib.contextmanager
    def open(self, path: str, size: int | None = None, coded: Stretches = ()) -> Iterator[Writes]:
        """A new file of the zip; without `size` it is written so that it could be of any size."""
        info = zipfile.ZipInfo(f"{self._folder}/{path}", self._time)
        info.create_system, info.external_attr = _UNIX, _REGULAR_FILE
        info.file_size = size or 0
        with self._zip.open(info, "w", force_zip64=size is None) as file:
            yield file

    def finish(self) -> None:
        """Writes the directory of the zip."""
        self._zip.close()

    def abort(self) -> None:
        """Lets nothing more through, not even the directory that `zipfile` writes when it is collected."""
        self._gate.shut = True
        with contextlib.suppress(ValueError, OSError):
            self._zip.close()


class _Gate:
    """Only `write` and `flush`, so that `zipfile` streams, whatever the stream below could do."""

    def __init__(self, stream: Writes) -> None:
        self._stream = stream
        self.shut = False

    def write(self, data: bytes) -> int:
        if not self.shut:
            self._stream.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """`zipfile` calls it; what is below is flushed by whoever owns it."""

    def close(self) -> None:
        """What is below is closed by whoever owns it."""


def _check_target(target: Path) -> None:
    if not target.parent.is_dir():
        raise NotFound(f"there is no folder {target.parent}", hint="create it, or name another place")
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise Refused(f"{target} exists already", hint="name a folder that does not exist yet")


def _is(path: Path, known: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(path.lstat(), known)
    return False


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


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    """What the operating system refuses, in our words."""
    try:
        yield
    except PermissionError as error:
        raise NoPermission(f"may not write to {target.parent}") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoSpace(f"no space left for {target}", hint="free space, or name another disk") from error
        raise Unfinished(f"could not finish {target}: {error.strerror}") from error
