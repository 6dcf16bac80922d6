"""One clean rendition: planned by a process that looks at the source, written, read back, and looked at again."""

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
from copwatch.store.durable import FIXED_TIME, check_space
from copwatch.workflows.checked_writing import CheckedWriter
from copwatch.workflows.given_files import open_given

_SMALL: Final = 8 << 20
"""Bytes of a rendition that is kept in memory as the disk gave it back, so that looking at it reads no disk."""


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
    writer: CheckedWriter
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
        self.advance(4 * size)
        return _cleaned(path, None, size, made, None, decoded)

    def write(self, path: Path, target: Path, beside: Path) -> Cleaned:
        """The rendition at `beside`, read back and verified; what the system still has to write is not waited for."""
        with ExitStack() as stack:
            source = stack.enter_context(open_given(path))
            # It is gone through four times: to be looked at, to be copied, and both of that with what was written.
            before = os.fstat(source.fileno())
            made = cleaning_of(self.process.scan(source))
            self.advance(before.st_size)
            check_space(target.parent, made.size)
            essence = EssenceHash(made.essence) if self.hashed and made.essence else None
            small = stack.enter_context(_in_memory()) if made.size <= _SMALL else None

            def found(block: bytearray) -> None:
                self.advance(2 * len(block))
                if small is not None:
                    small[0].write(block)

            self.writer.write(
                Rendition(source, made.plan), beside, essence.update if essence else None, found
            )
            os.utime(beside, (FIXED_TIME, FIXED_TIME))
            _check_unchanged(path, before, os.fstat(source.fileno()))
            written = small[1] if small else stack.enter_context(beside.open("rb", buffering=0))
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


@contextmanager
def _in_memory() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file that stands nowhere, for writing and for reading; where Linux has it, one with a descriptor to hand on."""
    if not hasattr(os, "memfd_create"):
        held = io.BytesIO()
        yield held, held
        return
    descriptor = os.memfd_create("rendition")
    with (
        os.fdopen(descriptor, "wb", buffering=0) as file,
        Path(f"/proc/self/fd/{descriptor}").open("rb", buffering=0) as back,
    ):
        yield file, back


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
