"""Every object has the name of its content and is an age file; every object that is named is there."""

import errno
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from types import TracebackType
from typing import Protocol, Self

from copwatch.crypto.age.header import VERSION_LINE
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History
from copwatch.store.all_ledgers import Named
from copwatch.store.found import Collected, unreadable
from copwatch.store.layout import OBJECTS, Layout
from copwatch.store.object_hashes import Hashed, ReadFolder, objects_in, read_folder, read_objects
from copwatch.store.worker_pool import WORKERS, WorkerPool
from copwatch.text import counted

FOLDERS = frozenset(f"{number:02x}" for number in range(256))
_FEW = 512
"""With more objects it is worth starting processes."""
_AHEAD = 4 * WORKERS
_BEGINNING = VERSION_LINE + b"\n"
Advance = Callable[[int], None]


class _Job(Protocol):
    """What is being read."""

    def result(self) -> ReadFolder:
        """Waits for it."""


def object_files(layout: Layout, found: Collected) -> Iterator[tuple[str, int]]:
    """Name and size of each object that is a plain file at its place, folder by folder in no order."""
    for folder in plain_folders(layout):
        try:
            yield from objects_in(layout.folder, f"{OBJECTS}/{folder}")
        except OSError as error:
            found.add([unreadable(f"{OBJECTS}/{folder}", error)])


def plain_folders(layout: Layout) -> list[str]:
    """The folders below objects/ that are no links; none where nothing can be asked: the check of names says that."""
    try:
        if layout.objects.is_symlink():
            return []
        with os.scandir(layout.objects) as entries:
            return sorted(e.name for e in entries if e.name in FOLDERS and e.is_dir(follow_symlinks=False))
    except OSError:
        return []


class ObjectCheck:
    """Reads every object of an archive whole. Use as a context manager, from before the ledgers are read.

    Few objects, whatever their size, are read in threads, which begin at once; many are read in processes, folder by
    folder; these take a tenth of a second to begin, and begin with the first folders beside the ledgers.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout, self._found = layout, Collected()
        self._pool = WorkerPool()
        self._few: list[tuple[str, int]] | None = None

    def __enter__(self) -> Self:
        found = Collected()
        some = list(islice(object_files(self._layout, found), _FEW + 1))
        if len(some) > _FEW:
            top, folders = self._layout.folder, plain_folders(self._layout)
            self._jobs = (
                self._pool.submit(read_folder, top, f"{OBJECTS}/{folder}", _BEGINNING) for folder in folders
            )
            self._begun: deque[_Job] = deque(islice(self._jobs, _AHEAD))
        else:
            self._few, self._found = some, found
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.__exit__(kind, error, trace)

    def run(self, known: tuple[History, Named] | None, advance: Advance) -> tuple[tuple[Finding, ...], str]:
        """What was found, and what was done, in words. `known` says which objects are named; None: nobody knows."""
        run = _Run(known, advance, self._found)
        if self._few is not None:
            with ThreadPoolExecutor(WORKERS) as threads:
                jobs = (threads.submit(self._read, name, size) for name, size in self._few)
                run.take_all(deque(islice(jobs, _AHEAD)), jobs)
        else:
            run.take_all(self._begun, self._jobs)
        run.found.listed.sort(key=lambda finding: finding.where)
        for name in sorted(run.missing):
            run.found.add([Finding(Kind.MISSING, _where(name), f"named by {run.missing[name]}")])
        return (
            run.found.all(),
            f"{counted(run.count, 'object')}, {counted(run.size, 'byte')}, each read whole",
        )

    def _read(self, name: str, size: int) -> ReadFolder:
        folder = f"{OBJECTS}/{name[:2]}"
        return read_objects(self._layout.folder, folder, [(name, size)], _BEGINNING), None


@dataclass
class _Run:
    """What is found and counted while objects are read beside each other."""

    known: tuple[History, Named] | None
    advance: Advance
    found: Collected
    missing: dict[str, str] = field(default_factory=dict)
    count: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        if self.known is not None:
            history, named = self.known
            wanted = {**dict.fromkeys(history.objects(), "charter/"), **named.objects}
            self._wanted = wanted.keys()
            self.missing = {name: by for name, by in wanted.items() if name not in named.withdrawn}

    def take_all(self, waiting: deque[_Job], jobs: Iterator[_Job]) -> None:
        """Takes what was found by those that were begun, and by all others, in order; as many stay ahead."""
        while waiting:
            objects, failed = waiting.popleft().result()
            waiting.extend(islice(jobs, 1))
            for name, size, problem in objects:
                self._note(name, size)
                self.advance(size)
                if problem is not None:
                    self.found.add([_finding(name, problem)])
            if failed is not None:
                self.found.add([unreadable(*failed)])

    def _note(self, name: str, size: int) -> None:
        self.count += 1
        self.size += size
        self.missing.pop(name, None)
        if self.known is None:
            return
        named = self.known[1]
        if name not in self._wanted and name not in named.withdrawn and name not in named.apart:
            self.found.add([Finding(Kind.UNREFERENCED, _where(name), "no entry names it")])


def _where(name: str) -> str:
    return f"{OBJECTS}/{name[:2]}/{name}.age"


def _finding(name: str, problem: Hashed | OSError) -> Finding:
    if isinstance(problem, Hashed):
        if problem.sha256 != name:
            return Finding(Kind.ALTERED, _where(name), "its content does not have its name")
        return Finding(Kind.MALFORMED, _where(name), "is not an age v1 file")
    if problem.errno == errno.EFBIG:
        return Finding(Kind.MALFORMED, _where(name), "is larger than any object of this format")
    return unreadable(_where(name), problem)
