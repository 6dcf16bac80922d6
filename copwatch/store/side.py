"""One of the two folders of a transfer: what is wrong with it, and whether its disk still answers."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from copwatch.errors import CopwatchError, NoPermission, NoSpace, Unfinished
from copwatch.proof.findings import Finding, Kind
from copwatch.store.durable import drop_from_cache
from copwatch.store.found import MOST
from copwatch.store.layout import CHARTER_NAME, Layout
from copwatch.store.plain import open_plain, plain_names, refuse_way, size_of

_GONE = frozenset(
    getattr(errno, name)
    for name in ("ENODEV", "ENXIO", "ENOTCONN", "ESTALE", "ENOMEDIUM", "ETIMEDOUT", "EHOSTDOWN")
    if hasattr(errno, name)
)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
AGAIN = "plug it in again, then run the same command again: finished work stays and is not repeated"


@dataclass
class Side:
    """A folder that is read from or written to, with the findings about it.

    Once `had_charter` is set, an empty charter folder means that the disk has gone.
    """

    layout: Layout
    findings: list[Finding] = field(default_factory=list)
    had_charter: bool = False
    _looked_at: set[str] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        self._objects = str(self.layout.objects)

    @property
    def folder(self) -> Path:
        """The archive folder."""
        return self.layout.folder

    def object_size(self, name: str) -> int | None:
        """The size of an object; None when it is not there. A link on the way becomes a finding, once an object.

        Asked three times for each object of a merge, so in text, and each folder on the way is looked at once.
        """
        folder = f"{self._objects}{os.sep}{name[:2]}"
        path = f"{folder}{os.sep}{name}.age"
        try:
            if folder not in self._looked_at:
                refuse_way(str(self.folder), path)
                self._looked_at.add(folder)
            return size_of(path)
        except OSError as error:
            self.unreadable(object_path(name), error)
            return None

    def open_object(self, name: str) -> int:
        """A descriptor of an object. Raises `OSError`."""
        return open_plain(self.folder, self.layout.object(name))

    def report(self, kind: Kind, where: str, detail: str) -> None:
        """Notes a finding; a hostile folder may give millions, and they are not all kept."""
        if len(self.findings) < MOST:
            self.findings.append(Finding(kind, where, detail))
        elif len(self.findings) == MOST:
            self.findings.append(Finding(kind, "", "further findings are not listed"))

    def unreadable(self, where: str, error: OSError) -> None:
        """Notes what cannot be read; raises `Unfinished` when the whole disk no longer answers."""
        if error.errno in _GONE or self.gone():
            raise stopped_answering(self.folder) from error
        if error.errno == errno.ELOOP:
            self.report(Kind.UNEXPECTED, where, "a link has no place here")
        elif isinstance(error, FileNotFoundError):
            self.report(Kind.MISSING, where, "is not here")
        else:
            self.report(Kind.UNREADABLE, where, error.strerror or "cannot be read")

    def gone(self) -> bool:
        """Whether the disk was pulled: a charter that was there cannot be read from it any more."""
        try:
            if not self.folder.is_dir():
                return True
            for name in plain_names(self.layout.charter, CHARTER_NAME)[:1]:
                _read_from_disk(self.folder, self.layout.charter / name)
        except OSError:
            return True
        return self.had_charter and not plain_names(self.layout.charter, CHARTER_NAME)


def object_path(name: str) -> str:
    """Where an object stands, for findings."""
    return f"objects/{name[:2]}/{name}.age"


def stopped_answering(folder: Path) -> Unfinished:
    """The failure of a disk that was pulled."""
    return Unfinished(f"the disk stopped answering: {folder}", hint=AGAIN)


@contextmanager
def explained(source: Side | None, destination: Side) -> Iterator[None]:
    """Turns what the operating system throws into failures that say which disk, and that nothing is lost."""
    try:
        yield
    except OSError as error:
        raise _explained(error, source, destination) from error


def _explained(error: OSError, source: Side | None, destination: Side) -> CopwatchError:
    again = "then run the same command again: finished work stays and is not repeated"
    if error.errno in _FULL:
        return NoSpace(
            f"no space left: {destination.folder}", hint=f"free some space or use another disk, {again}"
        )
    if error.errno in _FORBIDDEN:
        return NoPermission(
            f"no permission: {error.filename or destination.folder}",
            hint=f"check who owns it and whether it is write-protected, {again}",
        )
    if source is not None and source.gone():
        return stopped_answering(source.folder)
    if error.errno in _GONE or error.errno == errno.EIO or destination.gone():
        return stopped_answering(destination.folder)
    return Unfinished(f"{error.strerror or 'failed'}: {error.filename or destination.folder}", hint=again)


def _read_from_disk(top: Path, path: Path) -> None:
    descriptor = open_plain(top, path)
    try:
        drop_from_cache(descriptor)
        os.read(descriptor, 1)
    finally:
        os.close(descriptor)
