"""Taking files in: read once, seal, and close an entry every 256 files, 4 GiB or minute.

An interruption therefore loses minutes of work, never the card: what an entry holds is durable before its line is
written, and files that were not in a closed entry come in when `add` is run again.
"""

import errno
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeAlias, TypeVar

from copwatch.media.kinds import media_type, neutral_name, speaks
from copwatch.media.messengers import came_through
from copwatch.model.records import Evidence, Piece, Stamp
from copwatch.model.records.described import Described, described_in
from copwatch.progress import Progress
from copwatch.store.objects import Staging, StagingFolder
from copwatch.store.sealing import LARGE
from copwatch.store.worker_pool import WORKERS, WorkerPool
from copwatch.store.writer import Committed, Draft, Writer
from copwatch.workflows.collecting import Found, Skipped
from copwatch.workflows.looking import Looked, Looker
from copwatch.workflows.pairs import Pairs
from copwatch.workflows.sources import NotTaken, Taken, batches, seal_source, seal_sources
from copwatch.workflows.stamping import fresh_id
from copwatch.workflows.undisturbed import undisturbed

MOST_FILES, MOST_BYTES, MOST_SECONDS = 256, 4 << 30, 60.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_T = TypeVar("_T")
_FEW = 64
"""With more small files it is worth starting processes."""
_BATCH = 8
_NOTHING = Looked(Described())
_AHEAD = 4 * WORKERS


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is in the archive now."""

    evidence: str
    path: Path
    name: str
    size: int
    sha256: str
    media_type: str
    described: Described
    objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Twin:
    """A file whose bytes are in the archive already, under that evidence id."""

    path: Path
    evidence: str


class _Job(Protocol):
    """What is being sealed."""

    def result(self) -> list[Taken | NotTaken]:
        """Waits for it."""

    def cancel(self) -> bool:
        """Takes it back, unless somebody has begun."""


Strip: TypeAlias = Callable[
    [Path, int, tuple[str, ...], StagingFolder, Callable[[int], None]], Taken | NotTaken
]
"""How the clean rendition of one file is sealed: `stripping.seal_stripped`, which looks at it first."""
_Waiting: TypeAlias = deque[tuple[list[Found], _Job]]
_Sealed: TypeAlias = deque[tuple[Found, Taken | NotTaken, "Future[Looked] | None"]]


@dataclass
class Intake:
    """One run of `add`: use as a context manager, `take` files, then `close` the last entry.

    With `strip`, which seals the clean rendition of one file, nothing else is sealed.
    """

    writer: Writer
    staging: Staging
    recipients: tuple[str, ...]
    batch: str
    stamp: Callable[[], Stamp]
    find_twin: Callable[[str], str | None]
    before_entry: Callable[[int, str, dict[str, str], dict[str, tuple[str, ...]]], None]
    progress: Progress
    first_records: Callable[[Draft], None]
    strip: Strip | None = None
    received: list[Received] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    entries: list[Committed] = field(default_factory=list)
    _draft: Draft | None = None
    _open: list[Received] = field(default_factory=list)
    _bytes: int = 0
    _since: float = 0.0
    _stamp: Stamp | None = None
    _looking: _Sealed = field(default_factory=deque)
    _pairs: Pairs = field(default_factory=Pairs)

    def __enter__(self) -> "Intake":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """An interruption, or a full disk, closes the entry first: what was read whole is kept."""
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            if self._draft is not None:
                self.progress.note("stopping; what was read whole is kept")
            self.close()
        elif isinstance(error, OSError) and error.errno in _FULL:
            # What failed while the entry was closed is not tried again: then no draft is open any more.
            with suppress(OSError):
                self.close()

    def take(self, files: Sequence[Found]) -> None:
        """Takes files in, in order; small ones are sealed beside each other, large ones by themselves."""
        if self.strip is not None:
            for found in files:
                self._settle(found, self._stripped(found, self.strip))
            return
        small = sum(found.size < LARGE for found in files)
        with ThreadPoolExecutor(WORKERS) as threads, WorkerPool() as processes, Looker() as looker:
            pool = threads if small <= _FEW else processes
            waiting = _Waiting()
            try:
                for batch in batches(files, 1 if small <= _FEW else _BATCH):
                    if batch[0].size >= LARGE:
                        self._drain(waiting, 0, looker)
                        self._looking.append(self._seal_large(batch[0], looker))
                    else:
                        sources = [(found.path, found.size) for found in batch]
                        job = pool.submit(seal_sources, sources, self.recipients, self.staging.beside)
                        waiting.append((batch, job))
                        self._drain(waiting, _AHEAD, looker)
                self._drain(waiting, 0, looker)
                self._settle_looked(0)
            except BaseException as error:
                begun = _Waiting(each for each in waiting if not each[1].cancel())
                if isinstance(error, KeyboardInterrupt):
                    self._drain(begun, 0, looker)
                    self._settle_looked(0)
                raise

    def close(self) -> None:
        """Commits the entry that is open, if there is one."""
        if self._draft is None:
            return
        files = {item.sha256: item.evidence for item in self._open} | self._pairs.take()
        objects = {item.sha256: item.objects for item in self._open}
        seq = self.writer.ledger.size
        draft, opened = self._draft, self._open
        self._draft, self._open, self._bytes = None, [], 0
        with undisturbed():
            self.entries.append(draft.commit(lambda entry: self.before_entry(seq, entry, files, objects)))
            self.received += opened

    def _seal_large(self, found: Found, looker: Looker) -> tuple[Found, Taken | NotTaken, "Future[Looked]"]:
        """It is looked at meanwhile: of a large file few bytes are read for that, and seldom those being sealed."""
        advance, look = self.progress.advance, looker.look(found.path)
        taken = self._or_settle(
            lambda: seal_source(found.path, found.size, self.recipients, self.staging.beside, advance)
        )
        return found, taken, look

    def _or_settle(self, seal: Callable[[], _T]) -> _T:
        """What came before is kept when this fails: it was sealed whole, and only waits until it has been looked at."""
        try:
            return seal()
        except BaseException:
            self._settle_looked(0)
            raise

    def _stripped(self, found: Found, strip: Strip) -> Taken | NotTaken:
        advance = self.progress.advance
        return strip(found.path, found.size, self.recipients, self.staging.beside, advance)

    def _drain(self, waiting: "_Waiting", most: int, looker: Looker) -> None:
        """What was sealed is looked at now, while the system still has its bytes in memory, and settled after that."""
        while len(waiting) > most:
            batch, job = waiting.popleft()
            for found, taken in zip(batch, self._or_settle(job.result), strict=True):
                self.progress.advance(found.size)
                look = looker.look(found.path) if self._is_to_be_looked_at(taken) else None
                self._looking.append((found, taken, look))
            self._settle_looked(_AHEAD * _BATCH)

    def _is_to_be_looked_at(self, taken: Taken | NotTaken) -> bool:
        if isinstance(taken, NotTaken) or not speaks(taken.sealed.head):
            return False
        return self.find_twin(taken.sealed.sha256) is None

    def _settle_looked(self, most: int) -> None:
        """Settles, in order, all but the last `most` of what was sealed; and whatever else has been looked at."""
        looking = self._looking
        while looking and (len(looking) > most or looking[0][2] is None or looking[0][2].done()):
            found, taken, look = looking[0]
            looked = look.result() if look is not None else _NOTHING
            looking.popleft()
            self._settle(found, taken, looked)

    def _settle(self, found: Found, taken: Taken | NotTaken, looked: Looked = _NOTHING) -> None:
        if isinstance(taken, NotTaken):
            self.skipped.append(Skipped(found.path, taken.reason, failed=True, refused=taken.refused))
            return
        with undisturbed():
            self._add(found, taken, looked)

    def _add(self, found: Found, taken: Taken, looked: Looked) -> None:
        sealed = taken.sealed
        twin = self.find_twin(sealed.sha256) or self._in_this_run(sealed.sha256)
        if twin is not None:
            sealed.discard()
            self.twins.append(Twin(found.path, twin))
            return
        self.staging.take(sealed.staged())
        if self._draft is None:
            self._draft, self._since = self.writer.draft(self.staging), time.monotonic()
            self._stamp = self.stamp()
            self.first_records(self._draft)
        record = self._record(found, taken, looked)
        objects = tuple(piece.object for piece in sealed.pieces)
        self._draft.add(record.to_json(), objects=objects)
        self._open.append(
            Received(
                record.id,
                found.path,
                _text(found.path.name),
                sealed.size,
                sealed.sha256,
                record.media_type,
                described_in(record),
                objects,
            )
        )
        self._bytes += sealed.size
        if self._full():
            self.close()

    def _in_this_run(self, sha256: str) -> str | None:
        return next((item.evidence for item in self._open if item.sha256 == sha256), None)

    def _full(self) -> bool:
        late = time.monotonic() - self._since >= MOST_SECONDS
        return len(self._open) >= MOST_FILES or self._bytes >= MOST_BYTES or late

    def _record(self, found: Found, taken: Taken, looked: Looked) -> Evidence:
        sealed = taken.sealed
        pieces = tuple(Piece(piece.object, piece.size) for piece in sealed.pieces)
        id_, stamp, kind = fresh_id(), self._stamp or self.stamp(), media_type(sealed.head)
        if taken.stripped is not None:
            return Evidence(
                id_, stamp, self.batch, neutral_name(kind), sealed.size, sealed.sha256, pieces, kind, "strip",
                **taken.stripped.members(),
            )  # fmt: skip
        raw, name = os.fsencode(found.path.name), _text(found.path.name)
        said = looked.of(taken.mark)
        said = replace(said, came_through=came_through(name, said))
        said = self._pairs.linked(said, id_, kind, self.find_twin)
        return Evidence(
            id_, stamp, self.batch, name, sealed.size, sealed.sha256, pieces, kind, "preserve",
            name_bytes=None if name.encode() == raw else raw.hex(),
            file_time=taken.file_time, folder=None if found.folder is None else _text(found.folder),
            **said.members(),
        )  # fmt: skip


def _text(name: str) -> str:
    """A name of the file system as text that JSON can hold."""
    return os.fsencode(name).decode("utf-8", "replace")


def each_found(items: Iterable[Found | Skipped], skipped: list[Skipped]) -> Iterator[Found]:
    """The files among what was collected; the rest is noted."""
    for item in items:
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            yield item
