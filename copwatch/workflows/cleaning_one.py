"""One clean rendition: planned by a process that looks at the source, written, and looked at again."""

import io
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from copwatch.errors import Refused, Unfinished
from copwatch.media.cleaning import Cleaning, check_rendition, cleaning_of, make_cleaning
from copwatch.media.essence import EssenceHash
from copwatch.media.facts import Danger
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import Part, Treatment
from copwatch.media.plan import Rendition
from copwatch.media.refusal import CannotClean
from copwatch.store.durable import FIXED_TIME, check_space, start_writing
from copwatch.workflows.given_files import open_given
from copwatch.workflows.writing_out import create_new

_BLOCK: Final = 1 << 20
_STRETCH: Final = 32 << 20
"""Bytes after which the disk is asked to begin with what was written."""


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


@dataclass(frozen=True, slots=True)
class Cleaner:
    """One file after the other, looked at by `process`, and compared by `decoder` where that was asked for."""

    process: MediaProcess
    decoder: MediaProcess | None
    advance: Callable[[int], None]
    hashed: bool
    """Whether the hash of the essence is wanted; nothing of the comparison rests on it."""

    def check(self, path: Path) -> Cleaned:
        """What would be done."""
        with open_given(path) as source:
            size = os.fstat(source.fileno()).st_size
            made = make_cleaning(source, self.process.scan)
            rendition = cast("BinaryIO", Rendition(source, made.plan))
            decoded = self._compared(source, rendition, made)
        self.advance(3 * size)
        return _cleaned(path, None, size, made, None, decoded)

    def write(self, path: Path, target: Path, beside: Path) -> Cleaned:
        """The rendition at `beside`, verified; what the system still has to write to the disk is not waited for."""
        with ExitStack() as stack:
            source = stack.enter_context(open_given(path))
            # It is gone through three times: to be looked at, to be copied, and to be looked at again.
            before = os.fstat(source.fileno())
            made = cleaning_of(self.process.scan(source))
            self.advance(before.st_size)
            check_space(target.parent, made.size)
            essence = EssenceHash(made.essence) if self.hashed and made.essence else None
            _write(Rendition(source, made.plan), beside, essence, self.advance)
            _check_unchanged(path, before, os.fstat(source.fileno()))
            written = stack.enter_context(beside.open("rb", buffering=0))
            check_rendition(made.scan, self.process.scan(written, made.known))
            decoded = self._compared(source, written, made)
            self.advance(before.st_size)
        digest = essence.hexdigest() if essence else None
        return _cleaned(path, target, before.st_size, made, digest, decoded)

    def _compared(self, source: BinaryIO, rendition: BinaryIO, made: Cleaning) -> bool:
        """Whether both were decoded, and are the same. Raises `CannotClean` when they are not."""
        if self.decoder is None:
            return False
        media_type = made.scan.media_type
        if self.decoder.decoded(source, media_type) != self.decoder.decoded(rendition, media_type):
            raise CannotClean("the rendition does not decode to the same picture and sound")
        return True


def _write(
    rendition: Rendition, path: Path, essence: EssenceHash | None, advance: Callable[[int], None]
) -> None:
    """Writes all of it into a new file, and compares what stands there with what was to be written.

    The disk is set to work while the rest is read. Raises `Unfinished` when something else stands there.
    """
    buffer, back = memoryview(bytearray(_BLOCK)), bytearray(_BLOCK)
    with create_new(path) as file, path.open("rb", buffering=0) as again:
        at = begun = 0
        while length := rendition.readinto(buffer):
            if essence is not None:
                essence.update(buffer[:length])
            file.write(buffer[:length])
            file.flush()
            _compare(again, back, buffer[:length])
            at += length
            if at - begun >= _STRETCH:
                start_writing(file.fileno(), begun, at - begun)
                begun = at
            advance(length)
        os.utime(file.fileno(), (FIXED_TIME, FIXED_TIME))


def _compare(file: io.FileIO, back: bytearray, written: memoryview) -> None:
    count = 0
    with memoryview(back) as room:
        while count < len(written) and (more := file.readinto(room[count : len(written)])):
            count += more
    # The comparison of a bytearray with a view of memory is C's, that of two views is Python's.
    if (back if count == len(back) else back[:count]) != written:
        raise Unfinished("what was written is not what stands there", hint="use another disk")


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
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Unfinished(
            f"{path} was written to while it was read", hint="clean it again when nothing writes to it"
        )
