"""Clean renditions of sealed evidence, made while it is read: nothing of the original is written anywhere.

A process without keys looks at the original through the decrypting reader and says what has to go; what comes of it is
looked at again as a file of its own, and its coded picture and sound are compared with those of the original.
"""

import hashlib
import io
import os
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from copwatch import __version__
from copwatch.bundle.hashing import Hashing
from copwatch.catalogue.shown import EvidenceRow
from copwatch.errors import Unfinished
from copwatch.in_memory import in_memory
from copwatch.looking_ahead import looking_ahead
from copwatch.media.cleaning import Cleaning, check_rendition, cleaning_of
from copwatch.media.essence import EssenceHash
from copwatch.media.isolated import MediaProcess
from copwatch.media.kinds import neutral_name
from copwatch.media.parts import essence_of
from copwatch.media.plan import Rendition, RenditionHash, Segment, stream
from copwatch.media.refusal import CannotClean
from copwatch.model import records
from copwatch.model.records import Stamp
from copwatch.progress import Progress
from copwatch.store.durable import FIXED_TIME, check_space, flush, flush_folder
from copwatch.workflows.opening import naming, not_received, read_evidence
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import fresh_id
from copwatch.workflows.writing_out import check_new, create_new, take_name

TOOL = f"copwatch {__version__}"
_BLOCK = 1 << 20
_MOST_IN_MEMORY = 16 << 20
"""Of two files at a time: a photo, and no film."""
_MOST_KEPT, _MOST_NEW_KEPT = 64, 4096
"""Segments of a plan, and bytes that stand in it, of which a thousand may be held at once."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How a rendition is made of what is sealed, and where coded picture and sound stand in it."""

    plan: Sequence[Segment]
    essence: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A clean rendition that held. `id` is that of its record, and empty where what is sealed is one already.

    `carried` is how it is made, where that is short: then nobody has to look at the file once more.
    """

    item: EvidenceRow
    id: str
    media_type: str
    size: int
    sha256: str
    essence: str | None
    carried: "Carried | None" = None

    @property
    def name(self) -> str:
        """A name that says nothing but the kind."""
        return neutral_name(self.media_type)

    def record(self, stamp: Stamp) -> records.Rendition:
        """What is written to the ledger. That both essences are one was compared before there was a `Made`."""
        return records.Rendition(
            self.id, stamp, self.item.id, self.item.leaf, "stripped", TOOL, self.media_type, self.size, self.sha256,
            self.essence, self.essence,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotMade:
    """An item that cannot be cleaned with certainty."""

    item: EvidenceRow
    why: CannotClean


def make_all(
    session: Session, process: MediaProcess, items: Sequence[EvidenceRow], progress: Progress
) -> Iterator[Made | NotMade]:
    """Makes each rendition once, without writing it, so that its hash is known before anything of it goes out.

    Raises `IntegrityFailure` when sealed bytes are not those that were received.
    """
    progress.start(2 * sum(item.size for item in items), "cleaning")
    ahead = looking_ahead(items, partial(_opened, session), partial(_looked, process))
    begun: deque[Callable[[], Made | NotMade]] = deque()
    try:
        with Hashing(3) as hashing:
            for item, source, looked in ahead:
                begun.append(_begin(hashing, item, source, looked, progress))
                if len(begun) > 1:
                    yield begun.popleft()()
            while begun:
                yield begun.popleft()()
    finally:
        ahead.close()
        progress.finish()


def _begin(
    hashing: Hashing, item: EvidenceRow, source: "_Source", looked: Future[Cleaning], progress: Progress
) -> Callable[[], Made | NotMade]:
    """Reads an item to its end; what is given says what came of it, as soon as all is hashed."""
    try:
        with naming(item):
            found = looked.result()
            both = _hashes_of_both(hashing, source.file, item, found, progress)
    except CannotClean as refusal:
        return partial(NotMade, item, refusal)

    def settled() -> Made | NotMade:
        try:
            with naming(item):
                return _made(item, found, *both())
        except CannotClean as refusal:
            return NotMade(item, refusal)

    return settled


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


class RenditionReader(io.BufferedReader):
    """A rendition, which is made while it is read. `essence` is where its coded picture and sound stand."""

    def __init__(self, source: BinaryIO, carried: Carried) -> None:
        super().__init__(Rendition(source, carried.plan), _BLOCK)
        self.essence, self._source = carried.essence, source

    def close(self) -> None:
        """Closes what it is made of, too."""
        self._source.close()
        super().close()


def open_rendition(session: Session, process: MediaProcess, made: Made) -> BinaryIO:
    """A `RenditionReader` of what was made before; who reads it compares size and hash with `made`.

    Long plans are not kept between the two, for there can be many: then the file is looked at once more.

    Raises `IntegrityFailure`, `CannotClean`.
    """
    source = read_evidence(session, made.item)
    try:
        with naming(made.item):
            return RenditionReader(source, made.carried or _carried(cleaning_of(process.scan(source))))
    except BaseException:
        source.close()
        raise


def _carried(found: Cleaning) -> Carried:
    return Carried(found.plan, found.essence)


def _short(found: Cleaning) -> bool:
    """Whether a plan may be kept: that of a photo, and none that holds much of the file itself."""
    new = sum(len(segment.data or b"") for segment in islice(found.plan, _MOST_KEPT))
    return max(len(found.plan), len(found.essence)) <= _MOST_KEPT and new <= _MOST_NEW_KEPT


def write_rendition(
    session: Session,
    item: EvidenceRow,
    out: Path,
    progress: Progress,
    before: Callable[[Made], None] = lambda _: None,
) -> tuple[Made, Path]:
    """Writes the clean rendition of an item to a new file, read back from the disk and held before it has its name.

    `out` is the file, or a folder, where it gets a neutral name. `before` is called just before the name is given.

    Raises:
        CannotClean: it cannot be cleaned with certainty; nothing was written.
        Refused, NotFound: it cannot stand there; `check_new` says why. Or the bytes were withdrawn.
        IntegrityFailure: what is sealed is not what was received; nothing was written.
    """
    folder = out if out.is_dir() else out.parent
    beside = folder / f".{secrets.token_hex(8)}.part"
    try:
        with MediaProcess(waiting=lambda: progress.advance(0)) as process:
            progress.start(3 * item.size, "cleaning")
            with naming(item), read_evidence(session, item) as source:
                found = cleaning_of(process.scan(source))
                target = out / neutral_name(found.scan.media_type) if out.is_dir() else out
                check_new(target, session.archive)
                check_space(folder, found.size)
                written = _write(source, found, beside, progress)
                with beside.open("rb", buffering=0) as back:
                    rendition = cast("BinaryIO", back)
                    check_rendition(found.scan, process.scan(rendition, found.known))
                    with Hashing(2) as hashing:
                        sealed = _hashes(hashing, source, essence_of(found.scan.parts), progress)()
                        again = _hashes(hashing, rendition, found.essence, progress)()
                    made = _made(item, found, sealed, again)
        if made.sha256 != written:
            raise Unfinished("the disk does not give back what was written to it", hint="use another disk")
        before(made)
        take_name(beside, target)
        flush_folder(folder.absolute())
    finally:
        progress.finish()
        beside.unlink(missing_ok=True)
    return made, target


def _write(source: BinaryIO, found: Cleaning, beside: Path, progress: Progress) -> str:
    """Carries out a plan; gives the SHA-256 of what was written."""
    state = hashlib.sha256()
    with create_new(beside) as target:
        for block in stream(source, found.plan):
            state.update(block)
            target.write(block)
            progress.advance(len(block))
        target.flush()
        os.utime(target.fileno(), (FIXED_TIME, FIXED_TIME))
        flush(target.fileno())
    return state.hexdigest()


class _Hashes(NamedTuple):
    """Bytes, and SHA-256 of them and of their essence where there is one."""

    size: int
    sha256: str
    essence: str | None


def _made(item: EvidenceRow, found: Cleaning, sealed: _Hashes, made: _Hashes) -> Made:
    """What was made, when it is of the same picture and sound as what is sealed; that it is clean was looked at.

    Raises `CannotClean`, and `IntegrityFailure` when what is sealed is not what was received.
    """
    if sealed.sha256 != item.sha256:
        raise not_received(item)
    if item.essence not in (None, sealed.essence):
        raise CannotClean("its picture and sound are not found to be what was recorded when it was received")
    if (made.size, made.essence) != (found.size, sealed.essence):
        raise CannotClean("the rendition would not have the same picture and sound")
    clean_already = item.metadata == "strip" and made.sha256 == item.sha256
    id_ = "" if clean_already else fresh_id()
    carried = _carried(found) if _short(found) else None
    return Made(item, id_, found.scan.media_type, made.size, made.sha256, sealed.essence, carried)


def _hashes_of_both(
    hashing: Hashing, source: BinaryIO, item: EvidenceRow, found: Cleaning, progress: Progress
) -> Callable[[], tuple[_Hashes, _Hashes]]:
    """The hashes of a file and of its rendition; the file is read but once for both, and before this ends.

    The essence that was recorded with the hash of the file is not computed again: that of the rendition has to be it.
    """
    made_part = EssenceHash(found.essence)
    made = RenditionHash(found.plan, made_part.update)
    stretches = essence_of(found.scan.parts) if item.essence is None else ()
    settle = _hashes(hashing, source, stretches, progress, made.update)

    def both() -> tuple[_Hashes, _Hashes]:
        sealed = settle()
        progress.advance(sealed.size)
        sealed = sealed._replace(essence=item.essence or sealed.essence)
        made_sha256 = made.hexdigest()
        return sealed, _Hashes(made.size, made_sha256, made_part.hexdigest() if found.essence else None)

    return both


def _hashes(
    hashing: Hashing, file: BinaryIO, essence: Sequence[tuple[int, int]], progress: Progress,
    *also: Callable[[bytes], object],
) -> Callable[[], _Hashes]:  # fmt: skip
    """Of a file from its beginning to its end, which others get too; it is read before this ends."""
    whole, part, size = hashlib.sha256(), EssenceHash(essence), 0
    hashed = hashing.file(whole.update, *also, *((part.update,) if essence else ()))
    file.seek(0)
    while block := file.read(_BLOCK):
        hashed.update(block)
        progress.advance(len(block))
        size += len(block)

    def settled() -> _Hashes:
        hashed.settle()
        return _Hashes(size, whole.hexdigest(), part.hexdigest() if essence else None)

    return settled
