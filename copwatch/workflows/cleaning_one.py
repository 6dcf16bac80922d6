"""One clean rendition: planned by a process that looks at the source, written, and looked at again."""

import mmap
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self, cast

from copwatch.errors import Refused, Unfinished
from copwatch.media.cleaning import Cleaning, check_rendition, cleaning_of, make_cleaning
from copwatch.media.essence import EssenceHash, SameEssence
from copwatch.media.facts import Danger
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import Part, Treatment
from copwatch.media.plan import Rendition
from copwatch.media.refusal import CannotClean
from copwatch.store.durable import check_space
from copwatch.workflows.given_files import open_given
from copwatch.workflows.new_copy import NewCopy
from copwatch.workflows.written import check_written, filled

_BLOCK: Final = 2 << 20
_SHORT: Final = 16 << 20
"""Bytes of a file for which nothing is handed to another thread: that costs more than a photo takes to be written."""


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


class Cleaner:
    """One file after the other, looked at by `process`, and compared by `decoder` where that was asked for.

    A block is written while the next is read, and the rendition is looked at while it is written. Use as a context
    manager.
    """

    def __init__(
        self,
        process: MediaProcess,
        decoder: MediaProcess | None,
        advance: Callable[[int], None],
        *,
        hashed: bool,
    ) -> None:
        """With `hashed` the hash of the essence is wanted; nothing of the comparison rests on it."""
        self._process, self._decoder, self._advance, self._hashed = process, decoder, advance, hashed
        self._rooms = mmap.mmap(-1, _BLOCK), mmap.mmap(-1, _BLOCK)
        self._writer = ThreadPoolExecutor(1, "writing")
        self._looker = ThreadPoolExecutor(1, "looking")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.shutdown()
        self._looker.shutdown()

    def check(self, path: Path) -> Cleaned:
        """What would be done."""
        with open_given(path) as source:
            size = os.fstat(source.fileno()).st_size
            made = make_cleaning(source, self._process.scan)
            rendition = cast("BinaryIO", Rendition(source, made.plan))
            decoded = self._compared(source, rendition, made)
        self._advance(3 * size)
        return _cleaned(path, None, size, made, None, decoded)

    def write(self, path: Path, target: Path, copy: NewCopy) -> Cleaned:
        """The rendition in `copy`, verified; flushing it and giving it the name `target` is left to do."""
        with open_given(path) as source, open_given(path) as again:
            before = os.fstat(source.fileno())
            made = cleaning_of(self._process.scan(source))
            self._advance(before.st_size)
            check_space(target.parent, made.size)
            essence = EssenceHash(made.essence) if self._hashed and made.essence else None
            rendition = cast("BinaryIO", Rendition(again, made.plan))
            long = made.size > _SHORT
            looking = self._looker.submit(self._process.scan, rendition, made.known) if long else None
            try:
                self._copy(source, made, copy, essence)
            finally:
                wait([looking] if looking else [])
                for file in (source, again):
                    _check_unchanged(path, before, os.fstat(file.fileno()))
            with copy.open() as written:
                check_written(written, rendition, made.essence)
                looked = looking.result() if looking else self._process.scan(written, made.known)
                check_rendition(made.scan, looked)
                decoded = self._compared(source, written, made)
            self._advance(before.st_size)
        digest = essence.hexdigest() if essence else None
        return _cleaned(path, target, before.st_size, made, digest, decoded)

    def _copy(self, source: BinaryIO, made: Cleaning, copy: NewCopy, essence: EssenceHash | None) -> None:
        """Carries out the plan. Raises `CannotClean` where what is to be written has other picture or sound."""
        rendition, same = cast("BinaryIO", Rendition(source, made.plan)), SameEssence(source, made.moved())
        writing: Future[None] | None = None
        try:
            for room in cycle(self._rooms):
                block = filled(rendition, memoryview(room))
                same.update(block)
                if essence is not None:
                    essence.update(block)
                if writing is not None:
                    writing.result()
                if not block:
                    break
                if made.size > _SHORT:
                    writing = self._writer.submit(copy.write, block)
                else:
                    copy.write(block)
                self._advance(len(block))
        finally:
            wait([] if writing is None else [writing])
        same.finish()
        copy.finish()

    def _compared(self, source: BinaryIO, rendition: BinaryIO, made: Cleaning) -> bool:
        """Whether both were decoded, and are the same. Raises `CannotClean` when they are not."""
        if self._decoder is None:
            return False
        media_type = made.scan.media_type
        if self._decoder.decoded(source, media_type) != self._decoder.decoded(rendition, media_type):
            raise CannotClean("the rendition does not decode to the same picture and sound")
        return True


def removed_of(parts: Sequence[Part]) -> tuple[Removed, ...]:
    """What goes, the most dangerous first; parts of one sort together."""
    found: dict[tuple[Danger, str], list[int]] = {}
    for part in parts:
        if part.treatment is not Treatment.KEEP and part.danger is not None:
            found.setdefault((part.danger, part.what), []).append(part.length)
    rows = [Removed(danger, what, len(sizes), sum(sizes)) for (danger, what), sizes in found.items()]
    return tuple(sorted(rows, key=lambda row: (row.danger, -row.size)))


def _cleaned(
    path: Path, out: Path | None, size: int, made: Cleaning, essence: str | None, decoded: bool
) -> Cleaned:
    removed = removed_of(made.scan.parts)
    return Cleaned(path, out, made.scan.media_type, size, made.size, essence, removed, made.changes, decoded)


def _check_unchanged(path: Path, before: os.stat_result, after: os.stat_result) -> None:
    if not os.path.samestat(before, after) or _state(before) != _state(after):
        raise Unfinished(
            f"{path} was written to while it was read", hint="clean it again when nothing writes to it"
        )


def _state(of: os.stat_result) -> tuple[int, int]:
    return of.st_size, of.st_mtime_ns
