"""A bundle as files to read: a folder here, a zip in `ziptree`. Both only read, in memory that does not grow."""

import itertools
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from copwatch.bundle.names import MOST_FILES, is_litter, sift
from copwatch.errors import NotFound
from copwatch.proof.findings import Finding, Kind

CHUNK = 1 << 20
_DEEPEST = 16
_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
)
_LITTER = "put there by the file manager of a computer; it is not part of the bundle and was not checked"


class Unreadable(Exception):
    """A file of the bundle cannot be read, or its container says different things about it."""


class BundleTree(Protocol):
    """The files of a bundle.

    `files` gives the size in bytes by NFC path; what may not be among them is in `findings`, each with its
    reason, and is never opened.
    """

    @property
    def files(self) -> Mapping[str, int]:
        """Size by path."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was refused while listing."""

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file in pieces of at most 1 MiB. Raises `Unreadable`, perhaps after some of them."""

    def open(self, path: str) -> BinaryIO:
        """A seekable reader of a file, for whoever closes it. Raises `Unreadable` where there can be none."""


class FolderTree:
    """A bundle in a folder.

    What file managers drop into folders is a note and no file of the bundle: its size is not counted and no manifest
    is expected to list it. A bundle never has a file with such a name, so that none of its own can hide behind one.

    Raises (on creation):
        NotFound: there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotFound(f"there is no folder {folder}")
        self._folder = folder
        self._findings: list[Finding] = []
        self._seen = 0
        found = dict(self._walk(folder, "", _DEEPEST))
        if self._seen > MOST_FILES:
            self._refuse(Kind.UNEXPECTED, "", "it holds more files than a bundle can have")
        kept, refused = sift(found)
        litter = [path for path in kept if is_litter(path)]
        for path in litter:
            self._refuse(Kind.UNREFERENCED, path, _LITTER)
            del kept[path]
        self._names = kept
        self._sizes = {path: found[raw] for path, raw in kept.items()}
        self._findings += refused

    @property
    def files(self) -> Mapping[str, int]:
        """Size by path."""
        return self._sizes

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was refused while listing."""
        return tuple(self._findings)

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file; a link that appeared in its place meanwhile is not followed."""
        try:
            with self.open(path) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except OSError as error:
            raise Unreadable(error.strerror or "cannot be read") from error

    def open(self, path: str) -> BinaryIO:
        """An unbuffered reader of the file itself, as `chunks` finds it."""
        try:
            handle = os.open(self._folder / self._names[path], _FLAGS)
        except OSError as error:
            raise Unreadable(error.strerror or "cannot be read") from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise Unreadable("not an ordinary file")
        return cast("BinaryIO", os.fdopen(handle, "rb", buffering=0))

    def _walk(self, folder: Path, above: str, depth: int) -> Iterator[tuple[str, int]]:
        try:
            with os.scandir(folder) as entries:
                found = sorted(itertools.islice(entries, MOST_FILES + 1), key=lambda entry: entry.name)
        except OSError as error:
            self._refuse(Kind.UNREADABLE, above, error.strerror or "cannot be read")
            return
        if not found and above:
            self._refuse(Kind.UNEXPECTED, above, "an empty folder")
        for entry in found:
            self._seen += 1
            if self._seen > MOST_FILES:
                return
            yield from self._look(entry, f"{above}{entry.name}", depth)

    def _look(self, entry: os.DirEntry[str], path: str, depth: int) -> Iterator[tuple[str, int]]:
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._refuse(Kind.UNREADABLE, path, error.strerror or "cannot be read")
            return
        if stat.S_ISDIR(found.st_mode) and depth > 0:
            yield from self._walk(Path(entry.path), f"{path}/", depth - 1)
        elif stat.S_ISREG(found.st_mode):
            yield path, found.st_size
        else:
            self._refuse(Kind.UNEXPECTED, path, "a link, a device or a folder too deep")

    def _refuse(self, kind: Kind, path: str, why: str) -> None:
        self._findings.append(Finding(kind, path, why))
