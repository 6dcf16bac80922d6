"""Clean renditions of files outside of any archive: written beside, looked at again, and only then named.

A file is never changed, and nothing is written over. What cannot be cleaned with certainty is refused as a whole.
"""

import os
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

from copwatch.errors import Refused
from copwatch.media.isolated import DECODING_MEMORY, MediaProcess
from copwatch.progress import Progress
from copwatch.store.durable import flush_all, flush_names
from copwatch.workflows.cleaning_one import Cleaned, Cleaner, NotCleaned
from copwatch.workflows.cleaning_plan import Plan
from copwatch.workflows.new_copy import NewCopy, clear_left
from copwatch.workflows.writing_out import taken

_AT_ONCE: Final = 3
_TOGETHER, _TOGETHER_BYTES = 64, 256 << 20
"""Renditions that are flushed and named together, at most."""
_AHEAD: Final = 16
"""Renditions that are verified and wait for those before them, at most."""


def clean_files(plan: Plan, progress: Progress, process: MediaProcess) -> Iterator[Cleaned | NotCleaned]:
    """Cleans files, several at a time, and answers in their order; without `keep_going` the first refusal is the last.

    `process` looks at some of them, and is stopped by whoever gave it.

    Raises:
        OSError, Unfinished: reading or writing failed; what was finished before stays.
    """
    keep_going = plan.request.keep_going
    with _Crew(plan, progress, process) as crew:
        for results in _together(crew.prepared(), keep_going=keep_going):
            for result in _named(results):
                yield result
                if isinstance(result, NotCleaned) and not keep_going:
                    return


def clear_left_behind(plan: Plan) -> int:
    """Removes copies without a name that a killed run left where this one writes; says how many."""
    return sum(clear_left(folder) for folder in plan.folders)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A rendition that is verified, and has no name yet; `copy` is None where nothing is written."""

    copy: NewCopy | None
    done: Cleaned


class _Crew:
    """Prepares several renditions at once, each with processes and threads of its own. Use as a context manager."""

    def __init__(self, plan: Plan, progress: Progress, first: MediaProcess) -> None:
        self._plan, self._progress, self._first = plan, progress, first
        self._left = threading.Event()
        self._stack = ExitStack()
        self._idle: SimpleQueue[Cleaner] = SimpleQueue()
        self._unnamed: set[NewCopy] = set()

    def __enter__(self) -> Self:
        request, count = self._plan.request, min(_AT_ONCE, len(self._plan.files))
        self._stack.callback(self._forget)
        self._first.waiting = self._waiting
        for number in range(count):
            process = (
                self._stack.enter_context(MediaProcess(waiting=self._waiting)) if number else self._first
            )
            decoder = self._stack.enter_context(MediaProcess(memory=DECODING_MEMORY, waiting=self._waiting))
            cleaner = Cleaner(
                process, decoder if request.decode else None, self._advance, hashed=request.essence
            )
            self._idle.put(self._stack.enter_context(cleaner))
        self._pool = ThreadPoolExecutor(count)
        self._stack.callback(self._pool.shutdown, cancel_futures=True)
        self._stack.callback(self._left.set)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def prepared(self) -> Iterator[_Prepared | NotCleaned]:
        """What came of the files, in their order."""
        files, waiting = iter(self._plan.files), deque[Future[_Prepared | NotCleaned]]()
        total = sum(path.stat().st_size for path, _ in self._plan.files)
        self._progress.start(3 * total, self._what())
        while True:
            waiting.extend(
                self._pool.submit(self._prepare, *file) for file in islice(files, _AHEAD - len(waiting))
            )
            if not waiting:
                return
            yield waiting.popleft().result()

    def _prepare(self, path: Path, target: Path) -> _Prepared | NotCleaned:
        work = self._idle.get()
        try:
            if self._plan.request.check:
                return _Prepared(None, work.check(path))
            if os.path.lexists(target):
                raise taken(target)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            copy = NewCopy(target.parent)
            self._unnamed.add(copy)
            return _Prepared(copy, work.write(path, target, copy))
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
        files = self._plan.files
        verb = "looking at" if self._plan.request.check else "cleaning"
        return f"{verb} {files[0][0].name}" if len(files) == 1 else f"{verb} {len(files):,} files"

    def _forget(self) -> None:
        """Removes what got no name, or another one."""
        self._progress.finish()
        for copy in self._unnamed:
            copy.discard()


class _Left(Exception):
    """Nobody waits for the answer any more."""


def _together(
    results: Iterable[_Prepared | NotCleaned], *, keep_going: bool
) -> Iterator[list[_Prepared | NotCleaned]]:
    """In order, as many as are flushed at once: one flush costs about the same for many files as for one."""
    batch: list[_Prepared | NotCleaned] = []
    size = 0
    for result in results:
        batch.append(result)
        size += result.done.clean_size if isinstance(result, _Prepared) else 0
        last = isinstance(result, NotCleaned) and not keep_going
        if last or len(batch) >= _TOGETHER or size >= _TOGETHER_BYTES:
            yield batch
            batch, size = [], 0
        if last:
            return
    yield batch


def _named(results: list[_Prepared | NotCleaned]) -> Iterator[Cleaned | NotCleaned]:
    """Gives renditions their names, once they are on the disk."""
    copies = [each.copy for each in results if isinstance(each, _Prepared) and each.copy is not None]
    disks = _by_disk(copy.path.parent for copy in copies)
    for folders in disks:
        flush_all([copy.path for copy in copies if copy.path.parent in folders], folders[0])
    named = [each if isinstance(each, NotCleaned) else _name(each) for each in results]
    for folders in disks:
        flush_names(folders, folders[0])
    yield from named


def _name(prepared: _Prepared) -> Cleaned | NotCleaned:
    done = prepared.done
    if prepared.copy is None or done.out is None:
        return done
    try:
        prepared.copy.name(done.out)
    except Refused as error:
        return NotCleaned(done.path, error)
    return done


def _by_disk(folders: Iterable[Path]) -> list[list[Path]]:
    """Folders that stand on one file system together."""
    found: dict[int, list[Path]] = {}
    for folder in dict.fromkeys(folders):
        found.setdefault(folder.stat().st_dev, []).append(folder)
    return list(found.values())
