"""Makes renditions for a bundle, each in one reading of what is sealed: looked at, hashed, and written where it may be.

A process without keys looks at the original through the decrypting reader and says what has to go; what comes of it is
looked at again as a file of its own, and its coded picture and sound are compared with those of the original.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, NamedTuple, cast

from copwatch.bundle.bag import Digest
from copwatch.bundle.folder_sink import FolderSink, NewFile
from copwatch.bundle.hashing import Hashing
from copwatch.bundle.sinks import Early
from copwatch.catalogue.shown import EvidenceRow
from copwatch.in_memory import in_memory
from copwatch.looking_ahead import looking_ahead
from copwatch.media.cleaning import Cleaning, check_rendition, cleaning_of
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import essence_of
from copwatch.media.plan import Rendition, RenditionAsRead
from copwatch.media.refusal import CannotClean
from copwatch.progress import Progress
from copwatch.workflows.made import Hashes, Made, NotMade, TwoHashes, made_of
from copwatch.workflows.opening import naming, read_evidence
from copwatch.workflows.session import Session

_BLOCK = 1 << 20
_MOST_IN_MEMORY = 16 << 20
"""Of two files at a time: a photo, and no film."""


def make_all(
    session: Session, process: MediaProcess, items: Sequence[EvidenceRow], progress: Progress,
    folder: FolderSink | None = None, *, md5: bool = False,
) -> Iterator[Made | NotMade]:  # fmt: skip
    """Makes each rendition once, so that its hash is known before anything of it goes out.

    With a `folder` of a bundle it is written there while it is made, otherwise nowhere. `md5` asks for that hash, too.

    Raises `IntegrityFailure` when sealed bytes are not those that were received.
    """
    progress.start(2 * sum(item.size for item in items), "cleaning")
    ahead = looking_ahead(items, partial(_opened, session), partial(_looked, process))
    begun: deque[Callable[[], Made | NotMade]] = deque()
    try:
        with Hashing(4) as hashing:
            making = _Making(hashing, progress, folder, md5=md5)
            for item, source, looked in ahead:
                begun.append(making.begin(item, source.file, looked))
                if len(begun) > 1:
                    yield begun.popleft()()
            while begun:
                yield begun.popleft()()
    finally:
        ahead.close()
        progress.finish()


@dataclass(frozen=True, slots=True)
class _Making:
    hashing: Hashing
    progress: Progress
    folder: FolderSink | None
    md5: bool

    def begin(
        self, item: EvidenceRow, source: BinaryIO, looked: Future[Cleaning]
    ) -> Callable[[], Made | NotMade]:
        """Reads an item to its end; what is given says what came of it, as soon as all is hashed."""
        try:
            with naming(item):
                found = looked.result()
                if self.folder is None:
                    hashes = self._read(item, source, found, None)
                else:
                    with self.folder.early(item.leaf, found.size) as target:
                        hashes = self._read(item, source, found, target)
        except CannotClean as refusal:
            return partial(NotMade, item, refusal)
        return partial(self._settled, item, found, hashes)

    def _settled(self, item: EvidenceRow, found: Cleaning, hashes: Callable[[], "_OfBoth"]) -> Made | NotMade:
        try:
            with naming(item):
                both = hashes()
                made = made_of(item, found, both.sealed, both.made)
        except CannotClean as refusal:
            if self.folder is not None:
                self.folder.drop(item.leaf)
            return NotMade(item, refusal)
        return replace(made, early=self._early(self.folder, made, both)) if self.folder else made

    def _early(self, folder: FolderSink, made: Made, both: "_OfBoth") -> Early:
        coded = made.carried.essence if made.carried else None
        digest, name = Digest(made.size, made.sha256, both.sha512), made.item.leaf
        return Early(digest, both.md5, coded, partial(folder.open_early, name), partial(folder.place, name))

    def _read(
        self, item: EvidenceRow, source: BinaryIO, found: Cleaning, target: NewFile | None
    ) -> Callable[[], "_OfBoth"]:
        """The hashes of a file and of its rendition; the file is read but once for both, and before this ends.

        The essence that was recorded with the hash of the file is not computed again: that of the rendition has to be
        it.
        """
        sealed = TwoHashes(essence_of(found.scan.parts) if item.essence is None else ())
        made, sha512, md5 = TwoHashes(found.essence), hashlib.sha512(), hashlib.md5(usedforsecurity=False)
        also = () if target is None else (sha512.update, md5.update)[: 1 + self.md5]
        into = self.hashing.file(made.update, *also, *made.essence_update)
        of = self.hashing.file(sealed.update, *sealed.essence_update)
        as_read = RenditionAsRead(found.plan)

        def give(pieces: Iterator[bytes | memoryview]) -> None:
            for piece in pieces:
                into.update(piece)
                if target is not None:
                    target.write(piece)

        source.seek(0)
        while block := source.read(_BLOCK):
            of.update(block)
            give(as_read.feed(block))
            self.progress.advance(len(block))
        give(as_read.end())

        def settled() -> _OfBoth:
            of.settle()
            into.settle()
            self.progress.advance(item.size)
            hashes = sealed.hashes()
            if item.essence is not None:
                hashes = hashes._replace(essence=item.essence)
            asked = self.md5 and target is not None
            return _OfBoth(hashes, made.hashes(), sha512.hexdigest(), md5.hexdigest() if asked else "")

        return settled


class _OfBoth(NamedTuple):
    """Of what is sealed and of its rendition; of this also SHA-512 where it was written, and MD5 if asked for."""

    sealed: Hashes
    made: Hashes
    sha512: str
    md5: str


class _Source:
    """What is sealed, to be read; `file` is it, or a copy in memory."""

    def __init__(self, sealed: BinaryIO) -> None:
        self._sealed = self.file = sealed

    def take_into_memory(self) -> None:
        """What is short is opened but once, for it is looked at and hashed. Raises `IntegrityFailure`."""
        self.file = in_memory(self._sealed)

    def close(self) -> None:
        """Closes both."""
        self.file.close()
        self._sealed.close()


def _opened(session: Session, item: EvidenceRow) -> _Source:
    with naming(item):
        return _Source(read_evidence(session, item))


def _looked(process: MediaProcess, item: EvidenceRow, source: _Source) -> Cleaning:
    """How it is cleaned, when that gives a clean file. Raises `CannotClean`, `IntegrityFailure`."""
    with naming(item):
        if item.size <= _MOST_IN_MEMORY:
            source.take_into_memory()
        found = cleaning_of(process.scan(source.file))
        check_rendition(found.scan, process.scan(_rendition(source.file, found), found.known))
    return found


def _rendition(source: BinaryIO, found: Cleaning) -> BinaryIO:
    return cast("BinaryIO", Rendition(source, found.plan))
