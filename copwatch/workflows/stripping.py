"""Sealing the clean rendition of a source, in the same single pass; nothing else of it enters the archive."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from copwatch.crypto.age import Recipient
from copwatch.media.cleaning import Cleaning, make_cleaning
from copwatch.media.essence import EssenceHash
from copwatch.media.isolated import MediaProcess
from copwatch.media.kinds import speaks
from copwatch.media.messengers import came_through
from copwatch.media.plan import Rendition
from copwatch.media.refusal import CannotClean, Damaged
from copwatch.model.records.described import Described
from copwatch.store.objects import StagingFolder
from copwatch.store.sealing import seal_file
from copwatch.workflows.looking import why_not
from copwatch.workflows.sources import (
    Changed,
    Guarded,
    NotTaken,
    SourceError,
    Taken,
    check_unchanged,
    open_source,
    parsed,
    tried,
)

_HEAD = 4096


def seal_stripped(
    process: MediaProcess,
    path: Path,
    size: int,
    recipients: tuple[str, ...],
    folder: StagingFolder,
    advance: Callable[[int], None] = lambda _: None,
) -> Taken | NotTaken:
    """Seals the clean rendition of a file of about `size` bytes, which `process` looks at, and nothing else of it.

    Raises `OSError` when the archive's disk failed.
    """
    try:
        return tried(lambda: _strip(path, size, parsed(recipients), folder, process, advance))
    except CannotClean as refused:
        return NotTaken(f"cannot be cleaned: {refused.message}", refused=True)


def _strip(
    path: Path,
    size: int,
    recipients: list[Recipient],
    folder: StagingFolder,
    process: MediaProcess,
    advance: Callable[[int], None],
) -> Taken:
    with open_source(path) as file:
        source = Guarded(file)
        before = source.status()
        try:
            cleaning = make_cleaning(file, process.scan)
            shows = _shows(process, file, cleaning, path.name)
        except OSError as error:
            raise SourceError(error) from error
        rendition = _Rendered(source, cleaning)
        sealed = seal_file(rendition, recipients, folder, expected=size, advance=advance)
        try:
            check_unchanged(before, before.st_size, source.status())
        except BaseException:
            sealed.discard()
            raise
    essence = rendition.essence.hexdigest() if cleaning.essence else None
    return Taken(sealed, None, stripped=replace(shows, essence=essence))


def _shows(process: MediaProcess, file: BinaryIO, cleaning: Cleaning, untrusted_name: str) -> Described:
    """What the rendition still shows; and by which signs the source looks to have come through a messenger."""
    file.seek(0)
    if not speaks(file.read(_HEAD)):
        return Described()
    try:
        rendition = process.described(cast("BinaryIO", Rendition(file, cleaning.plan)), essence=False)
        came = came_through(untrusted_name, process.described(file, essence=False))
    except CannotClean as error:
        return Described(looked=why_not(error))
    signs = None if came is None else replace(came, program=None)
    return Described(
        pixels=rendition.pixels, duration=rendition.duration, tracks=rendition.tracks, came_through=signs
    )


class _Rendered:
    """A clean rendition, read from its beginning to its end; its essence is hashed on the way."""

    def __init__(self, source: Guarded, cleaning: Cleaning) -> None:
        self._rendition = Rendition(cast("BinaryIO", source), cleaning.plan)
        self.essence = EssenceHash(cleaning.essence)

    def readinto(self, buffer: memoryview, /) -> int:
        """Raises `Changed` when the source has become shorter than its plan."""
        try:
            count = self._rendition.readinto(buffer)
        except Damaged as error:
            raise Changed("shrank") from error
        self.essence.update(buffer[:count])
        return count
