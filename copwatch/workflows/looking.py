"""Looking at what comes in while more of it is sealed: one thread asks one process, which has no keys, file by file.

Whatever comes of it, the file is taken in: a look that fails says so in the record, and nothing else.
"""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from copwatch.media.kinds import speaks
from copwatch.media.refusal import BrokeDown, CannotClean, NoProcess, TookTooLong
from copwatch.model.records.described import Described
from copwatch.workflows.sources import Mark, SourceError, mark_of, open_source

if TYPE_CHECKING:
    from copwatch.media.isolated import MediaProcess

LARGEST_FOR_ESSENCE = 64 << 20
"""Bytes; of a larger file only headers are read, and its essence is taken when a rendition is made of it."""
MOST_ENDED = 6
"""How often the process may have to be ended before nobody looks any more: each time may cost some ten seconds."""
_HEAD = 4096
_REASONS: dict[type[CannotClean], str] = {
    TookTooLong: "too_long",
    BrokeDown: "broke_down",
    NoProcess: "no_process",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file says of itself, and which file that was; nothing for one that has nothing to say."""

    described: Described
    mark: Mark | None = None

    def of(self, mark: Mark | None) -> Described:
        """What holds for a file that was sealed when it bore that mark."""
        if self.described.given() and self.mark is not None and self.mark != mark:
            return Described(looked="changed")
        return self.described


class Looker:
    """Use as a context manager. The process is started with the first file that may have something to say."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "looking")
        self._process: MediaProcess | None = None
        self._ended = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)
        if self._process is not None:
            self._process.stop()

    def look(self, path: Path) -> "Future[Looked]":
        """Has a file looked at. The future raises nothing."""
        return self._thread.submit(self._look, path)

    def _look(self, path: Path) -> Looked:
        try:
            with open_source(path) as file:
                before = os.fstat(file.fileno())
                if not speaks(file.read(_HEAD)):
                    return Looked(Described())
                described = self._whatever_happens(file, before.st_size)
                after = os.fstat(file.fileno())
        except (SourceError, OSError):
            return Looked(Described(looked="unreadable"))
        if mark_of(before) != mark_of(after):
            described = Described(looked="changed")
        return Looked(described, mark_of(before))

    def _whatever_happens(self, file: BinaryIO, size: int) -> Described:
        """No defect of a reader, and no system that has no process left, may cost evidence."""
        try:
            return self._described(file, size)
        except Exception:
            self._ended += 1
            return Described(looked="broke_down")

    def _described(self, file: BinaryIO, size: int) -> Described:
        """Where the scan for the essence takes too long or breaks down, the headers alone are looked at."""
        from copwatch.media.isolated import MediaProcess

        process = self._process = self._process or MediaProcess()
        found = Described(looked="refused")
        for essence in (True, False) if size <= LARGEST_FOR_ESSENCE else (False,):
            if self._ended >= MOST_ENDED:
                return Described(looked="broke_down")
            try:
                return process.described(file, essence=essence)
            except CannotClean as error:
                found = Described(looked=why_not(error))
                if found.looked not in ("too_long", "broke_down"):
                    break
                self._ended += 1
        return found


def why_not(error: CannotClean) -> str:
    """The term for why nobody could say what stands in a file."""
    return _REASONS.get(type(error), "refused")
