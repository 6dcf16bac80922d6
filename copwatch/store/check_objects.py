"""Every object has the name of its content and is an age file; every object that is named is there."""

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from copwatch.crypto.age import looks_sealed
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History
from copwatch.store.all_ledgers import Named
from copwatch.store.found import Collected, unreadable
from copwatch.store.layout import OBJECT_NAME, OBJECTS, Layout
from copwatch.store.objects import BLOCK
from copwatch.store.plain import open_plain

LARGEST_OBJECT = 4_000_000_000
"""No piece of evidence is as large when sealed (docs/format.md, "Evidence"), and nothing else comes near."""
FOLDERS = frozenset(f"{number:02x}" for number in range(256))
_WORKERS = 2
Advance = Callable[[int], None]


def object_files(layout: Layout, found: Collected) -> Iterator[tuple[str, int]]:
    """Name and size of each object that is a plain file at its place, folder by folder in no order."""
    for folder in plain_folders(layout):
        try:
            with os.scandir(layout.objects / folder) as entries:
                for entry in entries:
                    match = OBJECT_NAME.match(entry.name)
                    if match and match[1][:2] == folder and entry.is_file(follow_symlinks=False):
                        yield match[1], entry.stat(follow_symlinks=False).st_size
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


def check_objects(
    layout: Layout, known: tuple[History, Named] | None, advance: Advance
) -> tuple[tuple[Finding, ...], str]:
    """What was found, and what was done, in words. `known` says which objects are named; None when nobody knows."""
    run = _Run(layout, known, advance)
    with ThreadPoolExecutor(_WORKERS) as pool:
        for future in [pool.submit(run.work) for _ in range(_WORKERS)]:
            future.result()
    run.found.listed.sort(key=lambda finding: finding.where)
    for name in sorted(run.missing):
        run.found.add([Finding(Kind.MISSING, _where(name), f"named by {run.missing[name]}")])
    return run.found.all(), f"{run.count:,} objects, {run.size:,} bytes, each read whole"


@dataclass
class _Run:
    """Hashes all objects on as many threads as help; each has its own buffer. What is shared is under a lock."""

    layout: Layout
    known: tuple[History, Named] | None
    advance: Advance
    found: Collected = field(default_factory=Collected)
    missing: dict[str, str] = field(default_factory=dict)
    count: int = 0
    size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._ahead = object_files(self.layout, self.found)
        if self.known is not None:
            history, named = self.known
            wanted = {**dict.fromkeys(history.objects(), "charter/"), **named.objects}
            self._wanted = wanted.keys()
            self.missing = {name: by for name, by in wanted.items() if name not in named.withdrawn}

    def work(self) -> None:
        """Takes object after object until there is none."""
        buffer = memoryview(bytearray(BLOCK))
        while True:
            with self._lock:
                item = next(self._ahead, None)
                if item is None:
                    return
                self._note(*item)
            found = _check_one(self.layout, item[0], buffer)
            with self._lock:
                self.advance(item[1])
                if found is not None:
                    self.found.add([found])

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


def _check_one(layout: Layout, name: str, buffer: memoryview) -> Finding | None:
    state, sealed = hashlib.sha256(), None
    try:
        with io.FileIO(open_plain(layout.folder, layout.object(name))) as file:
            if os.fstat(file.fileno()).st_size > LARGEST_OBJECT:
                return Finding(Kind.MALFORMED, _where(name), "is larger than any object of this format")
            while count := file.readinto(buffer):
                sealed = looks_sealed(bytes(buffer[: min(count, 64)])) if sealed is None else sealed
                state.update(buffer[:count])
    except OSError as error:
        return unreadable(_where(name), error)
    if state.hexdigest() != name:
        return Finding(Kind.ALTERED, _where(name), "its content does not have its name")
    if not sealed:
        return Finding(Kind.MALFORMED, _where(name), "is not an age v1 file")
    return None
