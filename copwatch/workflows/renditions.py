"""Clean renditions of sealed evidence, made while it is read: nothing of the original is written anywhere.

A process without keys looks at the original through the decrypting reader and says what has to go; what comes of it is
looked at again as a file of its own, and its coded picture and sound are compared with those of the original.
"""

import hashlib
import io
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from copwatch.bundle.hashing import Hashing
from copwatch.catalogue.shown import EvidenceRow
from copwatch.errors import Unfinished
from copwatch.media.cleaning import Cleaning, check_rendition, cleaning_of
from copwatch.media.isolated import MediaProcess
from copwatch.media.kinds import neutral_name
from copwatch.media.parts import essence_of
from copwatch.media.plan import Rendition, stream
from copwatch.progress import Progress
from copwatch.store.durable import FIXED_TIME, check_space, flush, flush_folder
from copwatch.workflows.made import Carried, Hashes, Made, TwoHashes, carried_by, made_of
from copwatch.workflows.opening import naming, read_evidence
from copwatch.workflows.session import Session
from copwatch.workflows.writing_out import check_new, create_new, take_name

_BLOCK = 1 << 20


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
            return RenditionReader(source, made.carried or carried_by(cleaning_of(process.scan(source))))
    except BaseException:
        source.close()
        raise


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
                    made = made_of(item, found, sealed, again)
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


def _hashes(
    hashing: Hashing, file: BinaryIO, essence: Sequence[tuple[int, int]], progress: Progress
) -> Callable[[], Hashes]:
    """Of a file from its beginning to its end; it is read before this ends."""
    hash_ = TwoHashes(essence)
    hashed = hashing.file(hash_.update, *hash_.essence_update)
    file.seek(0)
    while block := file.read(_BLOCK):
        hashed.update(block)
        progress.advance(len(block))

    def settled() -> Hashes:
        hashed.settle()
        return hash_.hashes()

    return settled
