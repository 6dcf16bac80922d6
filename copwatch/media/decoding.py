"""What a decoder makes of a file, as one hash: so that source and rendition can be shown to look and sound the same.

Only in the process that looks at hostile bytes. The decoders (Pillow, pillow-heif, FFmpeg by PyAV) are an optional part
of the installation: `pip install '.[decode]'`.
"""

import hashlib
import warnings
from typing import Any, BinaryIO, Final, Protocol

from copwatch.media.refusal import CannotClean, Unsupported

DEMUXERS: Final = {
    "video/mp4": "mov", "video/quicktime": "mov", "video/3gpp": "mov", "video/3gpp2": "mov", "audio/mp4": "mov",
    "video/x-matroska": "matroska", "video/webm": "matroska", "audio/webm": "matroska", "audio/mpeg": "mp3",
    "audio/flac": "flac", "audio/ogg": "ogg", "video/ogg": "ogg", "audio/wav": "wav", "audio/x-wav": "wav",
    "audio/aiff": "aiff", "audio/aac": "aac", "video/x-msvideo": "avi",
}  # fmt: skip
"""The one demuxer of FFmpeg for each type: it never guesses what a file might be as well."""
PICTURES: Final = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/tiff": "TIFF",
    "image/avif": "AVIF", "image/heic": "HEIF", "image/heif": "HEIF",
}  # fmt: skip
_MOST_PIXELS: Final = 200_000_000
_MOST_FRAMES: Final = 2000


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def can_decode(media_type: str) -> bool:
    """Whether there is a decoder for files of this type, if it is installed."""
    return media_type in DEMUXERS or media_type in PICTURES


def fingerprint(file: BinaryIO, media_type: str) -> str:
    """SHA-256 (hexadecimal) over all decoded pictures and sound.

    Raises:
        Unsupported: no decoder for this type, or it is not installed, or it cannot decode the file.
    """
    state = hashlib.sha256()
    if not can_decode(media_type):
        raise Unsupported("there is no decoder for this kind of file")
    try:
        if media_type in PICTURES:
            _picture(file, PICTURES[media_type], state)
        else:
            _streams(file, DEMUXERS[media_type], state)
    except ImportError as error:
        reason = "the decoders are not installed (`pip install '.[decode]'`)"
        raise Unsupported(reason) from error
    except Exception as error:
        # Pillow and FFmpeg raise whatever they like at what they cannot read.
        if isinstance(error, CannotClean | MemoryError):
            raise
        raise Unsupported(f"the decoder cannot read it ({type(error).__name__})") from error
    return state.hexdigest()


def _picture(file: BinaryIO, decoder: str, state: _Hash) -> None:
    from PIL import Image

    if decoder == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    warnings.simplefilter("ignore")
    # A JPEG with further pictures behind it is opened as MPO, and counts with its first one.
    with Image.open(file, formats=[decoder]) as picture:
        count = 1 if decoder == "JPEG" else min(getattr(picture, "n_frames", 1), _MOST_FRAMES)
        for number in range(count):
            picture.seek(number)
            picture.load()
            state.update(f"{picture.mode} {picture.size} {picture.info.get('duration')}\n".encode())
            state.update(picture.tobytes())
            if picture.palette:
                state.update(bytes(picture.palette.tobytes()))


def _streams(file: BinaryIO, demuxer: str, state: _Hash) -> None:
    """Each frame of each stream of picture and sound, with its time."""
    import av

    # A file object: FFmpeg gets no protocol, so nothing in the file can name another one.
    with av.open(file, "r", format=demuxer, metadata_errors="replace") as container:
        streams = [*container.streams.video, *container.streams.audio]
        covers = {stream.index for stream in streams if "attached_pic" in str(stream.disposition)}
        kept = [stream for stream in streams if stream.index not in covers]
        number = {stream.index: at for at, stream in enumerate(kept)}
        states = [hashlib.sha256() for _ in kept]
        for stream in kept:
            stream.codec_context.thread_count = 1
        for packet in container.demux(*kept):
            _decoded(packet, states[number[packet.stream.index]])
    if not states:
        raise Unsupported("the decoder finds neither picture nor sound in it")
    for one in states:
        state.update(one.digest())


def _decoded(packet: Any, state: _Hash) -> None:
    """A packet that cannot be decoded counts as such: players pass over it, and it has to be so on both sides."""
    from av.error import InvalidDataError

    try:
        for frame in packet.decode():
            state.update(f"{frame.pts}\n".encode())
            for number, plane in enumerate(frame.planes):
                state.update(_samples(plane, number, frame))
    except InvalidDataError:
        state.update(b"not decoded\n")


def _samples(plane: Any, number: int, frame: Any) -> bytes:
    """What a plane holds, without what pads the lines of a picture."""
    data = bytes(plane)
    if not hasattr(plane, "width"):
        return data
    parts = frame.format.components
    a_pixel = sum(-(-part.bits // 8) for part in parts if part.plane == number) or plane.line_size
    width = min(plane.line_size, plane.width * a_pixel)
    return b"".join(data[at : at + width] for at in range(0, plane.height * plane.line_size, plane.line_size))
