"""Where a bundle is written: a zip that streams into whatever can be written to, or a folder (`folder_sink.py`)."""

import contextlib
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final, Protocol

from copwatch.bundle.bag import Digest

_ZIP_FIRST_YEAR, _ZIP_LAST_YEAR = 1980, 2107
_REGULAR_FILE = (stat.S_IFREG | 0o600) << 16
_UNIX = 3
_MOST_OPEN: Final = 16
_EARLY: Final = "early"


Stretches = Sequence[tuple[int, int]]
"""Coded picture and sound in a file, as (start, length) in order."""


class Writes(Protocol):
    """What bytes go into: a file of a sink, or the stream below a zip."""

    def write(self, data: bytes, /) -> int | None:
        """Takes all of `data`."""


class Sink(Protocol):
    """Takes the files of one bundle, then `finish` or `abort`. Until `finish` there is no bundle."""

    def open(
        self, path: str, size: int | None = None, coded: Stretches = ()
    ) -> contextlib.AbstractContextManager[Writes]:
        """A writer for a new file, one at a time; `size` where it is known, and where its coded parts stand."""

    def finish(self) -> None:
        """Makes the bundle exist under its name."""

    def abort(self) -> None:
        """Leaves nothing behind that could be taken for a bundle. May be called after a failed `finish`."""


@dataclass(frozen=True, slots=True)
class Early:
    """A file of a bundle that stands in its folder already, under no path yet.

    `md5` is empty where nobody asked for it, `coded` None where it would be long. `open` gives a reader, `place` gives
    the file its path; both raise `Unfinished` where it is not what was written.
    """

    digest: Digest
    md5: str
    coded: Stretches | None
    open: Callable[[], BinaryIO]
    place: Callable[[str], None]


class ZipSink:
    """Writes a zip into `stream`, which needs no more than `write`; the caller owns and closes the stream.

    Nothing is compressed, and names, order and times follow from the bundle alone, so that the same bundle gives
    the same bytes. What was streamed cannot be taken back: after `abort` the zip has no directory and no program
    takes it for whole, but the caller has to discard it.

    Args:
        stream: where the bytes go.
        folder: the one folder in the zip that holds the bag.
        created_at: RFC 3339; every file gets this time, as it reads in its own zone.
    """

    def __init__(self, stream: Writes, folder: str, created_at: str) -> None:
        moment = datetime.fromisoformat(created_at)
        year = min(max(moment.year, _ZIP_FIRST_YEAR), _ZIP_LAST_YEAR)
        self._time = (year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
        self._folder = folder
        self._gate = _Gate(stream)
        self._zip = zipfile.ZipFile(self._gate, "w", zipfile.ZIP_STORED)

    @contextlib.contextmanager
    def open(self, path: str, size: int | None = None, coded: Stretches = ()) -> Iterator[Writes]:
        """A new file of the zip; without `size` it is written so that it could be of any size."""
        info = zipfile.ZipInfo(f"{self._folder}/{path}", self._time)
        info.create_system, info.external_attr = _UNIX, _REGULAR_FILE
        info.file_size = size or 0
        with self._zip.open(info, "w", force_zip64=size is None) as file:
            yield file

    def finish(self) -> None:
        """Writes the directory of the zip."""
        self._zip.close()

    def abort(self) -> None:
        """Lets nothing more through, not even the directory that `zipfile` writes when it is collected."""
        self._gate.shut = True
        with contextlib.suppress(ValueError, OSError):
            self._zip.close()


class _Gate:
    """Only `write` and `flush`, so that `zipfile` streams, whatever the stream below could do."""

    def __init__(self, stream: Writes) -> None:
        self._stream = stream
        self.shut = False

    def write(self, data: bytes) -> int:
        if not self.shut:
            self._stream.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """`zipfile` calls it; what is below is flushed by whoever owns it."""

    def close(self) -> None:
        """What is below is closed by whoever owns it."""
