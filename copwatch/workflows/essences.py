"""The essence of a file that somebody has: the hash of its coded picture and sound, whatever else stands in it."""

from pathlib import Path
from typing import BinaryIO

from copwatch.bundle.renditions import Look, Looked
from copwatch.media.cleaning import essence_hash
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import Treatment, essence_of
from copwatch.media.refusal import CannotClean
from copwatch.progress import Progress
from copwatch.workflows.given_files import open_given


def look_with(process: MediaProcess) -> Look:
    """Has a file looked at by a process that has nothing, and computes its essence here."""

    def look(file: BinaryIO) -> Looked:
        try:
            found = process.scan(file)
            essence = essence_of(found.parts)
            left = next((part.what for part in found.parts if part.treatment is not Treatment.KEEP), "")
            return Looked(found.media_type, essence_hash(file, essence) if essence else None, left)
        except CannotClean as error:
            return Looked(why_not=error.message)

    return look


def look_at_given(path: Path, progress: Progress) -> Looked:
    """What looking at a file shows. Raises `NotFound`, `OSError`."""
    with MediaProcess(waiting=lambda: progress.advance(0)) as process, open_given(path) as file:
        return look_with(process)(file)
