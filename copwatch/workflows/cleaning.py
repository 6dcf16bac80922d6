"""Clean renditions of files outside of any archive: written beside, looked at again, and only then named.

A file is never changed, and nothing is written over. What cannot be cleaned with certainty is refused as a whole.
"""

import os
import secrets
import stat
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self

from copwatch.errors import BadInput, NotFound, Refused
from copwatch.media.isolated import DECODING_MEMORY, MediaProcess
from copwatch.media.kinds import usual_ending
from copwatch.progress import Progress
from copwatch.store.durable import flush_file, flush_folder
from copwatch.store.layout import is_archive
from copwatch.workflows.cleaning_one import Cleaned, Cleaner, NotCleaned
from copwatch.workflows.writing_out import take_name, taken

_MARK = ".clean"
_AT_ONCE: Final = 2
_AHEAD: Final = 16
"""Renditions that are verified and wait for those before them, at most."""


@dataclass(frozen=True, slots=True)
class Request:
    """What shall be done: written into `folder` (None: beside each source), or with `check` only looked at."""

    paths: tuple[Path, ...]
    folder: Path | None = None
    check: bool = False
    decode: bool = False
    neutral_names: bool = False
    keep_going: bool = False
    essence: bool = False
    """Whether the hash of the coded picture and sound is wanted in each answer."""


def clean_files(request: Request, progress: Progress) -> Iterator[Cleaned | NotCleaned]:
    """Cleans files, two at a time, and answers in their order; without `keep_going` the first refusal is the last.

    Raises:
        NotFound, BadInput, Refused: a path or the folder cannot be used; nothing was done then.
        OSError, Unfinished: reading or writing failed; what was finished before stays.
    """
    targets = _targets(request)
    with _Crew(request, progress) as crew:
        for results in crew.prepared(zip(request.paths, targets, strict=True)):
            for result in _named(results, keep_going=request.keep_going):
                yield result
                if isinstance(result, NotCleaned) and not request.keep_going:
                    return


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A rendition that is verified, and has no name yet but `beside`; None where nothing is written."""

    beside: Path | None
    done: Cleaned


class _Crew:
    """Prepares several renditions at once, each with processes and threads of its own. Use as a context manager."""

    def __init__(self, request: Request, progress: Progress) -> None:
        self._request, self._progress = request, progress
        self._left = threading.Event()
        self._stack = ExitStack()
        self._idle: SimpleQueue[Cleaner] = SimpleQueue()
        self._unnamed: set[Path] = set()

    def __enter__(self) -> Self:
        count = min(_AT_ONCE, len(self._request.paths))
        self._stack.callback(self._forget)
        for _ in range(count):
            process = self._stack.enter_context(MediaProcess(waiting=self._waiting))
            decoder = MediaProcess(memory=DECODING_MEMORY, waiting=self._waiting)
            self._stack.enter_context(decoder)
            self._idle.put(
                Cleaner(
                    process,
                    decoder if self._request.decode else None,
                    self._advance,
                    self._request.essence,
                )
            )
        self._pool = ThreadPoolExecutor(count)
        self._stack.callback(self._pool.shutdown, cancel_futures=True)
        self._stack.callback(self._left.set)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def prepared(self, files: Iterable[tuple[Path, Path]]) -> Iterator[list[_Prepared | NotCleaned]]:
        """What came of the files, in their order: each time as many as there are."""
        files, waiting = iter(files), deque[Future[_Prepared | NotCleaned]]()
        self._progress.start(3 * sum(path.stat().st_size for path in self._request.paths), self._what())
        while True:
            waiting.extend(
                self._pool.submit(self._prepare, *file) for file in islice(files, _AHEAD - len(waiting))
            )
            if not waiting:
                return
            found = [waiting.popleft().result()]
            while waiting and waiting[0].done() and waiting[0].exception() is None:
                found.append(waiting.popleft().result())
            yield found

    def _prepare(self, path: Path, target: Path) -> _Prepared | NotCleaned:
        work, beside = self._idle.get(), target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            if self._request.check:
                return _Prepared(None, work.check(path))
            if os.path.lexists(target):
                raise taken(target)
            self._unnamed.add(beside)
            return _Prepared(beside, work.write(path, target, beside))
        except Refused as error:
            return NotCleaned(path, error)
        finally:
            self._idle.put(work)

    def _advance(self, count: int) -> None:
        if self._left.is_set():
            raise _Left
        self._progress.advance(count)

    def _waiting(self) -> None:
        self._advance(0)

    def _what(self) -> str:
        paths = self._request.paths
        verb = "looking at" if self._request.check else "cleaning"
        return f"{verb} {paths[0].name}" if len(paths) == 1 else f"{verb} {len(paths):,} files"

    def _forget(self) -> None:
        """Removes what got no name, or another one."""
        self._progress.finish()
        for beside in self._unnamed:
            beside.unlink(missing_ok=True)


class _Left(Exception):
    """Nobody waits for the answer any more."""


def _named(results: list[_Prepared | NotCleaned], *, keep_going: bool) -> Iterator[Cleaned | NotCleaned]:
    """Gives renditions their names, once they are on the disk; with a refusal that is the last one, no further ones."""
    last = next((at + 1 for at, each in enumerate(results) if isinstance(each, NotCleaned)), len(results))
    chosen = results if keep_going else results[:last]
    for each in chosen:
        if isinstance(each, _Prepared) and each.beside is not None:
            flush_file(each.beside)
    named: list[Cleaned | NotCleaned] = []
    for each in chosen:
        named.append(each if isinstance(each, NotCleaned) else _name(each))
        if isinstance(named[-1], NotCleaned) and not keep_going:
            break
    for folder in {each.out.parent for each in named if isinstance(each, Cleaned) and each.out is not None}:
        flush_folder(folder)
    yield from named


def _name(prepared: _Prepared) -> Cleaned | NotCleaned:
    done = prepared.done
    if prepared.beside is None or done.out is None:
        return done
    try:
        take_name(prepared.beside, done.out)
    except Refused as error:
        return NotCleaned(done.path, error)
    prepared.beside.unlink(missing_ok=True)
    return done


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
        name = f"{secrets.token_hex(4)}{usual_ending(path.suffix)}"
    else:
        name = path.name if request.folder is not None else f"{path.stem}{_MARK}{path.suffix}"
    return (path.parent if request.folder is None else request.folder) / name
