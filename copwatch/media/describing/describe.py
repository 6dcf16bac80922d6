"""One file described by the reader of its kind; and the hash of its picture and sound where that is asked for."""

import io
from collections.abc import Callable
from typing import BinaryIO, Final

from copwatch.media.cleaning import essence_hash, scan
from copwatch.media.describing import movies, pictures, recordings
from copwatch.media.describing.told import Told
from copwatch.media.kinds import media_type
from copwatch.media.messengers import looks_made_anew
from copwatch.media.parts import essence_of
from copwatch.media.refusal import CannotClean
from copwatch.media.source import Source
from copwatch.model.records.described import Described

_HEAD: Final = 4096
_BUFFER: Final = 256 << 10
_READERS: Final[dict[str, Callable[[Told, Source], None]]] = {
    "image/jpeg": pictures.jpeg, "image/png": pictures.png, "image/webp": pictures.webp, "image/gif": pictures.gif,
    "image/bmp": pictures.bmp, "image/tiff": pictures.tiff, "image/jxl": pictures.jxl,
    "image/heic": pictures.heif, "image/heif": pictures.heif, "image/avif": pictures.heif,
    "image/x-canon-cr3": movies.movie, "video/mp4": movies.movie, "video/quicktime": movies.movie,
    "video/3gpp": movies.movie, "video/3gpp2": movies.movie, "audio/mp4": movies.movie,
    "video/webm": recordings.matroska, "video/x-matroska": recordings.matroska, "video/x-msvideo": recordings.avi,
    "audio/wav": recordings.wav, "audio/aiff": recordings.aiff, "audio/flac": recordings.flac,
    "audio/mpeg": recordings.mp3, "audio/ogg": recordings.ogg, "audio/aac": recordings.aac,
}  # fmt: skip


def describe(file: BinaryIO, *, essence: bool) -> Described:
    """What a file says of itself; with `essence` also the hash of its picture and sound, where it can be taken.

    A file that is damaged is described as far as it can be read. Facts come from headers alone, at a cost that does not
    grow with the file; the essence takes a scan of all of it.

    Raises:
        CannotClean: it is of a kind that nobody here reads, or nothing at all can be read of it.
    """
    source, told = Source(file), Told()
    kind = media_type(source.read(0, min(_HEAD, source.size)))
    refused: CannotClean | None = None
    try:
        if kind in _READERS:
            _READERS[kind](told, source)
        else:
            _other(told, file)
    except CannotClean as error:
        refused = error
    found = told.described(_essence(file) if essence else None)
    if refused is not None and not found.given():
        raise refused
    return looks_made_anew(found, recompressed=told.recompressed)


def _other(told: Told, file: BinaryIO) -> None:
    from copwatch.media.describing.others import other

    raw = file if isinstance(file, io.RawIOBase) else None
    other(told, io.BufferedReader(raw, _BUFFER) if raw is not None else file)


def _essence(file: BinaryIO) -> str | None:
    try:
        stretches = essence_of(scan(file).parts)
    except CannotClean:
        return None
    return essence_hash(file, stretches) if stretches else None
