"""Files that wait until they are needed, sealed in one file without a name, under a key that nobody keeps.

For what is made of evidence before it has a place: it may be longer than memory, and no plain byte of it goes to disk.
Where the process ends, however it does, the system takes the file away and the key is gone.
"""

import errno
import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from copwatch.crypto.age import SealedReader, X25519Identity
from copwatch.errors import NoSpace
from copwatch.store.sealed_file import SealingStream


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of the files: its size and SHA-256, and where it stands, sealed."""

    size: int
    sha256: str
    start: int
    end: int


class Spool:
    """Use as a context manager; one file is put at a time, and any may be opened in between."""

    def __init__(self, folder: Path) -> None:
        self._file = cast("BinaryIO", tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
        self._identity = X25519Identity.generate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def put(self, make: Callable[[Callable[[bytes], object]], None]) -> Waiting:
        """Keeps what `make` gives to the function that it gets, piece by piece. Where it raises, nothing is kept.

        Raises:
            NoSpace: the disk is full.
        """
        start = self._file.seek(0, io.SEEK_END)
        state, size = hashlib.sha256(), 0

        def write(data: bytes) -> None:
            nonlocal size
            state.update(data)
            size += len(data)
            with _told():
                sealing.write(data)

        try:
            with _told():
                sealing = SealingStream(self._file, [self._identity.recipient()])
            make(write)
            with _told():
                sealing.finish()
                self._file.flush()
        except BaseException:
            with suppress(OSError):
                self._file.seek(start)
                self._file.truncate()
            raise
        return Waiting(size, state.hexdigest(), start, self._file.tell())

    def open(self, waiting: Waiting) -> BinaryIO:
        """A reader of one of them."""
        file = cast("BinaryIO", io.FileIO(os.dup(self._file.fileno())))
        try:
            file.seek(waiting.start)
            return cast("BinaryIO", SealedReader(file, [self._identity], waiting.end))
        except BaseException:
            file.close()
            raise


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoSpace(
                "no space left for the viewing renditions", hint="free space, or use --no-viewing"
            ) from error
        raise
