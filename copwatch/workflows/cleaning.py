"""Clean renditions of files outside of any archive: written beside, read back from the disk, and only then named.

A file is never changed, and nothing is written over. What cannot be cleaned with certainty is refused as a whole.
"""

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from copwatch.errors import BadInput, NotFound, Refused, Unfinished
from copwatch.media.cleaning import Cleaning, check_rendition, cleaning_of, make_cleaning
from copwatch.media.essence import EssenceHash
from copwatch.media.facts import Danger
from copwatch.media.isolated import DECODING_MEMORY, MediaProcess
from copwatch.media.parts import Part, Treatment
from copwatch.media.plan import Rendition, stream
from copwatch.media.refusal import CannotClean
from copwatch.progress import Progress
from copwatch.store.durable import (
    FIXED_TIME,
    check_space,
    flush,
    flush_folder,
    start_writing,
)
from copwatch.store.layout import is_archive
from copwatch.workflows.given_files import open_given
from copwatch.workflows.writing_out import create_new, take_name, taken

_MARK = ".clean"
_WINDOW = 32 << 20
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Request:
    """What shall be done: written into `folder` (None: beside each source), or with `check` only looked at."""

    paths: tuple[Path, ...]
    folder: Path | None = None
    check: bool = False
    decode: bool = False
    neutral_names: bool = False
    keep_going: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """Parts of one sort that go: how many, and how many bytes of the source."""

    danger: Danger
    what: str
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file that was, or could be, cleaned. `out` is None when nothing was written."""

    path: Path
    out: Path | None
    media_type: str
    size: int
    clean_size: int
    essence: str | None
    removed: tuple[Removed, ...]
    changes: bool
    decoded: bool


@dataclass(frozen=True, slots=True)
class NotCleaned:
    """A file that was refused."""

    path: Path
    why: Refused


def clean_files(request: Request, progress: Progress) -> Iterator[Cleaned | NotCleaned]:
    """Cleans one file after the other; without `keep_going` the first refusal is the last answer.

    Raises:
        NotFound, BadInput, Refused: a path or the folder cannot be used; nothing was done then.
        OSError, Unfinished: reading or writing failed; what was finished before stays.
    """
    targets = _targets(request)
    with ExitStack() as stack:
        process = stack.enter_context(MediaProcess(waiting=lambda: progress.advance(0)))
        decoder = stack.enter_context(
            MediaProcess(memory=DECODING_MEMORY, waiting=lambda: progress.advance(0))
        )
        work = _Work(process, decoder if request.decode else None, progress)
        for path, target in zip(request.paths, targets, strict=True):
            try:
                if not request.check and os.path.lexists(target):
                    raise taken(target)
                done = work.check(path) if request.check else work.write(path, target)
            except Refused as error:
                yield NotCleaned(path, error)
                if not request.keep_going:
                    return
            else:
                yield done
            finally:
                progress.finish()


def removed_of(parts: Sequence[Part]) -> tuple[Removed, ...]:
    """What goes, the most dangerous first; parts of one sort together."""
    found: dict[tuple[Danger, str], list[int]] = {}
    for part in parts:
        if part.treatment is not Treatment.KEEP and part.danger is not None:
            found.setdefault((part.danger, part.what), []).append(part.length)
    rows = [Removed(danger, what, len(sizes), sum(sizes)) for (danger, what), sizes in found.items()]
    return tuple(sorted(rows, key=lambda row: (row.danger, -row.size)))


@dataclass(frozen=True, slots=True)
class _Work:
    """One file after the other, looked at by `process`, and compared by `decoder` where that was asked for."""

    process: MediaProcess
    decoder: MediaProcess | None
    progress: Progress

    def check(self, path: Path) -> Cleaned:
        """What would be done."""
        with open_given(path) as source:
            size = os.fstat(source.fileno()).st_size
            self.progress.start(size, f"looking at {path.name}")
            made = make_cleaning(source, self.process.scan)
            rendition = cast("BinaryIO", Rendition(source, made.plan))
            decoded = self._compared(source, rendition, made)
        return _cleaned(path, None, size, made, None, decoded)

    def write(self, path: Path, target: Path) -> Cleaned:
        """The rendition, under its name only when it was read back and held."""
        beside = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with open_given(path) as source:
                before = os.fstat(source.fileno())
                # It is gone through four times: to be looked at, to be copied, and both of that with what was written.
                self.progress.start(4 * before.st_size, f"cleaning {path.name}")
                found = self.process.scan(source)
                made = cleaning_of(found)
                self.progress.advance(before.st_size)
                check_space(target.parent, made.size)
                with create_new(beside) as file, beside.open("rb", buffering=0) as raw:
                    written = cast("BinaryIO", raw)
                    essence = _write(source, made, file, written.fileno(), self.progress)
                    file.flush()
                    os.utime(file.fileno(), (FIXED_TIME, FIXED_TIME))
                    flush(file.fileno())
                    _check_unchanged(path, before, os.fstat(source.fileno()))
                    check_rendition(found, self.process.scan(written))
                    self.progress.advance(before.st_size)
                    decoded = self._compared(source, written, made)
            take_name(beside, target)
        finally:
            beside.unlink(missing_ok=True)
        flush_folder(target.parent)
        return _cleaned(path, target, before.st_size, made, essence if made.essence else None, decoded)

    def _compared(self, source: BinaryIO, rendition: BinaryIO, made: Cleaning) -> bool:
        """Whether both were decoded, and are the same. Raises `CannotClean` when they are not."""
        if self.decoder is None:
            return False
        media_type = made.scan.media_type
        if self.decoder.decoded(source, media_type) != self.decoder.decoded(rendition, media_type):
            raise CannotClean("the rendition does not decode to the same picture and sound")
        return True


def _write(source: BinaryIO, made: Cleaning, file: BinaryIO, back: int, progress: Progress) -> str:
    """Copies by the plan, and reads what came to the disk back by the descriptor `back`, not far behind.

    One more thread takes the hash of the essence, which is given back; another compares what was read with what was
    written, byte for byte, which costs less than a second hash.

    Raises:
        Unfinished: the disk gave back something else.
    """
    essence = EssenceHash(made.essence)
    hashing: list[Future[None]] = []
    reading: list[Future[None]] = []
    window: list[bytes] = []
    at = begun = 0
    with ThreadPoolExecutor(1) as hasher, ThreadPoolExecutor(1) as reader:
        for block in stream(source, made.plan):
            hashing.append(hasher.submit(essence.update, block))
            if len(hashing) > _AHEAD:
                hashing.pop(0).result()
            file.write(block)
            window.append(block)
            at += len(block)
            progress.advance(len(block))
            if at - begun >= _WINDOW:
                file.flush()
                if reading:
                    reading.pop().result()
                reading.append(reader.submit(_read_back, back, begun, window, progress))
                begun, window = at, []
        file.flush()
        reading.append(reader.submit(_read_back, back, begun, window, progress))
        for future in (*hashing, *reading):
            future.result()
    return essence.hexdigest()


def _read_back(descriptor: int, start: int, blocks: list[bytes], progress: Progress) -> None:
    """A stretch that was written, from the disk and not from memory as far as the system lets us."""
    flush(descriptor)
    start_writing(
        descriptor, start, sum(map(len, blocks))
    )  # of what is written already the cached copy is forgotten
    for block in blocks:
        if _exactly(descriptor, start, len(block)) != block:
            raise _bad_disk()
        start += len(block)
        progress.advance(len(block))


def _exactly(descriptor: int, start: int, length: int) -> bytes:
    """Up to the end of the file; the system may give less at once than it is asked for."""
    found = os.pread(descriptor, length, start)
    while 0 < len(found) < length and (more := os.pread(descriptor, length - len(found), start + len(found))):
        found += more
    return found


def _bad_disk() -> Unfinished:
    return Unfinished("the disk does not give back what was written to it", hint="use another disk")


def _cleaned(
    path: Path, out: Path | None, size: int, made: Cleaning, essence: str | None, decoded: bool
) -> Cleaned:
    removed = removed_of(made.scan.parts)
    return Cleaned(path, out, made.scan.media_type, size, made.size, essence, removed, made.changes, decoded)


def _check_unchanged(path: Path, before: os.stat_result, after: os.stat_result) -> None:
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Unfinished(
            f"{path} was written to while it was read", hint="clean it again when nothing writes to it"
        )


def _targets(request: Request) -> list[Path]:
    """Where each rendition will stand, one place for each. Looks at everything before anything is done."""
    for path in request.paths:
        if not stat.S_ISREG(path.stat().st_mode):
            hint = "name files: `DIR/*` names those of a folder" if path.is_dir() else "name a plain file"
            raise BadInput(f"{path} is not a file", hint=hint)
    if request.folder is not None and not request.folder.is_dir():
        raise NotFound(f"the folder {request.folder} is not there", hint="make it first, or name another")
    targets = [_target(path, request) for path in request.paths]
    for folder in {target.parent.resolve() for target in targets}:
        if any(is_archive(above) for above in (folder, *folder.parents)):
            raise Refused(f"{folder} is inside an archive", hint="name a place outside of it")
    if len({target.absolute() for target in targets}) != len(targets):
        hint = "clean them one after the other, or add --neutral-names"
        raise BadInput("two of the files would get the same name", hint=hint)
    return targets


def _target(path: Path, request: Request) -> Path:
    """A neutral name says nothing about the source, not even where it stood in a series."""
    if request.neutral_names:
        name = f"{secrets.token_hex(4)}{path.suffix.lower()}"
    else:
        name = path.name if request.folder is not None else f"{path.stem}{_MARK}{path.suffix}"
    return (path.parent if request.folder is None else request.folder) / name
