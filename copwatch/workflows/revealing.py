"""What files reveal, outside of an archive and in it: looked at by a process that has no key."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from copwatch.catalogue.shown import EvidenceRow
from copwatch.media.cleaning import cleaning_of
from copwatch.media.facts import Fact
from copwatch.media.isolated import MediaProcess
from copwatch.media.kinds import media_type
from copwatch.media.messengers import came_through
from copwatch.media.refusal import CannotClean, TookTooLong
from copwatch.model.records.described import CameThrough
from copwatch.progress import Progress
from copwatch.workflows.cleaning_one import Removed, removed_of
from copwatch.workflows.collecting import Found, Skipped, collect
from copwatch.workflows.given_files import open_given
from copwatch.workflows.opening import read_evidence
from copwatch.workflows.session import Session

_HEAD = 1024


@dataclass(frozen=True, slots=True)
class Revealed:
    """What one file would tell whoever gets it.

    `path` is None for evidence, `evidence` for a file outside. `refusal` says why it cannot be cleaned, `removed` what
    cleaning would take away. `came_through` as `copwatch.media.messengers.came_through` says it.
    """

    path: Path | None
    evidence: str | None
    untrusted_name: str
    media_type: str
    size: int
    facts: tuple[Fact, ...]
    removed: tuple[Removed, ...]
    clean: bool
    refusal: CannotClean | None
    came_through: CameThrough | None


def files_reveal(paths: Sequence[Path], progress: Progress) -> Iterator[Revealed | Skipped]:
    """What each of these files reveals, and those below these folders. Raises `NotFound`, `OSError`."""
    with MediaProcess(waiting=lambda: progress.advance(0)) as process:
        for path in paths:
            for each in collect([path]) if path.is_dir() else [Found(path, 0, None)]:
                if isinstance(each, Skipped):
                    yield each
                else:
                    yield _file_reveals(process, each, progress)


def _file_reveals(process: MediaProcess, found: Found, progress: Progress) -> Revealed | Skipped:
    """Below a folder one that cannot be read does not end the others."""
    name = "/".join(filter(None, (found.folder, found.path.name)))
    try:
        with open_given(found.path) as file:
            return _reveal(process, file, name, progress, path=found.path)
    except OSError as error:
        if found.top is None:
            raise
        return Skipped(found.path, f"cannot be read: {error.strerror}", failed=True)


def evidence_reveals(session: Session, rows: Sequence[EvidenceRow], progress: Progress) -> Iterator[Revealed]:
    """What each of these items reveals, read straight from its sealed object. Raises `IntegrityFailure`, `NotFound`."""
    with MediaProcess(waiting=lambda: progress.advance(0)) as process:
        for row in rows:
            with read_evidence(session, row) as file:
                yield _reveal(process, file, row.name, progress, evidence=row.code)


def _reveal(
    process: MediaProcess,
    file: BinaryIO,
    untrusted_name: str,
    progress: Progress,
    *,
    path: Path | None = None,
    evidence: str | None = None,
) -> Revealed:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    kind = media_type(file.read(_HEAD))
    facts: tuple[Fact, ...] = ()
    removed: tuple[Removed, ...] = ()
    refusal, clean = None, False
    progress.start(size, f"looking at {untrusted_name}")
    try:
        made = cleaning_of(process.scan(file))
        kind, facts, removed = made.scan.media_type, made.scan.facts, removed_of(made.scan.parts)
        clean = not made.changes
    except CannotClean as error:
        refusal = error
        # What took too long would take as long once more, and then again.
        facts = () if isinstance(error, TookTooLong) else _facts(process, file)
    finally:
        progress.finish()
    ordered = tuple(sorted(facts, key=lambda fact: fact.danger))
    found = None if isinstance(refusal, TookTooLong) else _came_through(process, file, untrusted_name)
    return Revealed(path, evidence, untrusted_name, kind, size, ordered, removed, clean, refusal, found)


def _facts(process: MediaProcess, file: BinaryIO) -> tuple[Fact, ...]:
    try:
        return tuple(process.facts(file))
    except CannotClean:
        return ()


def _came_through(process: MediaProcess, file: BinaryIO, untrusted_name: str) -> CameThrough | None:
    try:
        return came_through(untrusted_name, process.described(file, essence=False))
    except CannotClean:
        return None
