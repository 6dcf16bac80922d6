"""Viewing renditions: what a plain office computer shows, made of what it may not. JPEG, and H.264 with AAC.

They are decoded and coded anew, so they are smaller and prove nothing; they stand beside the file that does. So do
thumbnails. Only in the process that looks at hostile bytes. The decoders are an optional part of the installation (see
`decoding`).
"""

import io
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from importlib import import_module
from typing import Any, BinaryIO, Final

from copwatch.media.decoding import DEMUXERS, PICTURES
from copwatch.media.refusal import CannotClean, Unsupported

Write = Callable[[bytes], object]
"""Takes the next bytes of a rendition."""

_FILMS: Final = DEMUXERS | {"video/mp2t": "mpegts", "video/x-ms-asf": "asf"}
_STILLS: Final = PICTURES | {"image/jp2": "JPEG2000"}
"""What is looked at here alone: nobody cleans it, so that nobody compares it decoded."""
JPEG, MP4, M4A = "image/jpeg", "video/mp4", "audio/mp4"
_PLAIN: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/bmp",
        "audio/mpeg",
        "audio/wav",
        "audio/x-wav",
        "application/pdf",
        "text/plain",
    }
)
_PLAIN_IN_MP4: Final = frozenset({"avc1", "avc3", "h264", "mp4a", "aac"})
_LONGEST_SIDE: Final = 4096
_LONGEST_SIDE_OF_FILM: Final = 1280
_QUALITY: Final = 88
_THUMBNAIL_SIDE: Final = 320
_THUMBNAIL_QUALITIES: Final = (78, 60, 40, 20)
MOST_THUMBNAIL: Final = 32 << 10
"""Bytes of a thumbnail."""
_SORT, _REDUCED = 254, 1
"""NewSubfileType (TIFF 6.0), and its bit for a smaller copy of another picture of the file, as in DNG."""
_RATE: Final = 48_000
_MOST_SECONDS: Final = 6 * 3600
_MOST_PIXELS: Final = 200_000_000
_MOST_WAITING: Final = 5000


def is_plain(media_type: str, codecs: Collection[str] = ()) -> bool:
    """Whether a plain office computer shows a file as it is.

    Args:
        media_type: of the file.
        codecs: of its tracks; of a film without any, nobody knows.
    """
    if media_type in {MP4, M4A}:
        return bool(codecs) and {codec.lower() for codec in codecs} <= _PLAIN_IN_MP4
    return media_type in _PLAIN


def viewing_type(media_type: str) -> str | None:
    """The media type of the viewing rendition of such a file; None where none can be made."""
    if media_type in _STILLS:
        return JPEG
    if media_type not in _FILMS:
        return None
    return MP4 if media_type.startswith("video/") else M4A


def has_thumbnail(media_type: str) -> bool:
    """Whether a thumbnail can be made of files of this type."""
    return media_type in _STILLS or (media_type in _FILMS and media_type.startswith("video/"))


def view(file: BinaryIO, media_type: str, write: Write) -> None:
    """Makes the viewing rendition, in pieces from its beginning to its end, without any metadata.

    Raises:
        Unsupported: none can be made of such a file, the decoders are not installed, or they cannot decode it.
    """
    if viewing_type(media_type) is None:
        raise Unsupported("no viewing rendition can be made of this kind of file")
    with _decoding():
        if media_type in _STILLS:
            write(_jpeg(_picture(file, _STILLS[media_type], _LONGEST_SIDE), _QUALITY))
        else:
            _film(file, _FILMS[media_type], write)


def thumbnail(file: BinaryIO, media_type: str, write: Write) -> None:
    """Makes a JPEG of at most `MOST_THUMBNAIL` bytes and 320 pixels a side: of a film, of its first picture.

    Raises:
        Unsupported: as `view`.
    """
    if not has_thumbnail(media_type):
        raise Unsupported("no thumbnail can be made of this kind of file")
    with _decoding():
        if media_type in _STILLS:
            picture = _picture(file, _STILLS[media_type], _THUMBNAIL_SIDE)
        else:
            picture = _first_picture(file, _FILMS[media_type])
            picture.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
        made = (_jpeg(picture, quality) for quality in _THUMBNAIL_QUALITIES)
        found = next((data for data in made if len(data) <= MOST_THUMBNAIL), None)
        if found is None:
            raise Unsupported("its thumbnail would be too large")
        write(found)


@contextmanager
def _decoding() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise Unsupported("the decoders are not installed (`pip install '.[decode]'`)") from error
    except Exception as error:
        # Pillow and FFmpeg raise whatever they like at what they cannot read.
        if isinstance(error, CannotClean | MemoryError | ConnectionError):
            raise
        raise Unsupported(f"the decoder cannot read it ({type(error).__name__})") from error


def _picture(file: BinaryIO, decoder: str, side: int) -> Any:
    """The picture, upright, in the usual colours and no larger than that."""
    from PIL import Image

    if decoder == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    warnings.simplefilter("ignore")
    with Image.open(file, formats=[decoder]) as source:
        if decoder == "TIFF" and getattr(source, "tag_v2", {}).get(_SORT, 0) & _REDUCED:
            raise Unsupported("it holds its picture raw, and beside that only smaller previews")
        # A JPEG can be decoded at a fraction of its size, which is many times faster.
        source.draft("RGB", (2 * side, 2 * side))
        picture = _as_srgb(_upright(source))
    picture.thumbnail((side, side))
    return picture


def _upright(source: Any) -> Any:
    """As its EXIF says; where nobody can read that, as it lies."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(source)
    except MemoryError:
        raise
    except Exception:
        source.load()  # a picture that is damaged itself is none
        return source


def _jpeg(picture: Any, quality: int) -> bytes:
    from PIL import Image

    # A new picture: nothing that the source had beside its pixels can come along.
    made = Image.new("RGB", picture.size)
    made.paste(picture)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _as_srgb(picture: Any) -> Any:
    """The colours of the profile as those that every screen takes for granted; without, as they are."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    flat = picture.convert("RGBA").convert("RGB") if picture.mode in {"P", "LA", "PA", "RGBA"} else picture
    if profile and flat.mode in {"RGB", "CMYK"}:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(flat, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except ImageCms.PyCMSError:
            found = None
        if found is not None:
            return found
    return flat.convert("RGB")


class _Pieces:
    """A file that can only be written on: FFmpeg gets nothing to go back in."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        self._write(bytes(data))
        return len(data)


def _film(file: BinaryIO, demuxer: str, write: Write) -> None:
    import av

    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "fflags": "+bitexact"}
    with (
        av.open(file, "r", format=demuxer, metadata_errors="replace") as source,
        av.open(_Pieces(write), "w", format="mp4", options=options) as target,
    ):
        if source.duration and source.duration > _MOST_SECONDS * av.time_base:
            raise Unsupported("it is longer than six hours")
        pictures, sound = _picture_of(source, target), _sound_of(source, target)
        makers = {maker.stream.index: maker for maker in (pictures, sound) if maker is not None}
        if not makers:
            raise Unsupported("the decoder finds neither picture nor sound in it")
        for packet in _in_turn(source.demux(*(maker.stream for maker in makers.values())), pictures):
            for one in makers[packet.stream.index].packets(packet):
                target.mux(one)
        # A coder may give nothing before its end: that of a short film looks ahead.
        if not ((pictures and pictures.sized) or (sound and sound.begun)):
            raise Unsupported("nothing of it can be decoded")
        for maker in makers.values():
            for one in maker.rest():
                target.mux(one)


def _first_picture(file: BinaryIO, demuxer: str) -> Any:
    import av

    with av.open(file, "r", format=demuxer, metadata_errors="replace") as source:
        streams = _films(source)
        if not streams:
            raise Unsupported("the decoder finds no picture in it")
        for packet in source.demux(streams[0]):
            for frame in _frames(packet):
                return _turned(frame).to_image()
    raise Unsupported("nothing of it can be decoded")


def _in_turn(packets: Iterable[Any], pictures: "_Pictures | None") -> Iterator[Any]:
    """Packets of sound wait for the first picture: all coders begin together, and the size of pictures is in one."""
    waiting: list[Any] = []
    for packet in packets:
        if pictures is None or pictures.sized:
            yield from waiting
            waiting.clear()
            yield packet
        elif packet.stream.index == pictures.stream.index:
            yield packet
        elif len(waiting) < _MOST_WAITING:
            waiting.append(packet)
        else:
            raise Unsupported("its pictures begin too long after its sound")
    if waiting and (pictures is None or pictures.sized):
        yield from waiting


def _films(source: Any) -> list[Any]:
    """Its tracks of moving pictures: a cover is none."""
    return [each for each in source.streams.video if "attached_pic" not in str(each.disposition)]


def _picture_of(source: Any, target: Any) -> "_Pictures | None":
    streams = _films(source)
    return _Pictures(streams[0], target) if streams else None


def _sound_of(source: Any, target: Any) -> "_Sound | None":
    return _Sound(source.streams.audio[0], target) if source.streams.audio else None


class _Pictures:
    """The first picture track as H.264, upright and no larger than an office screen shows well."""

    def __init__(self, stream: Any, target: Any) -> None:
        from av.bitstream import BitStreamFilterContext

        self.stream = stream
        rate = stream.average_rate or stream.guessed_rate or Fraction(30)
        self._coder = target.add_stream("libx264", rate=min(rate, Fraction(60)))
        self._coder.pix_fmt = "yuv420p"
        self._coder.options = {"preset": "veryfast", "crf": "23"}
        self._coder.codec_context.time_base = stream.time_base
        # x264 writes its version and settings into the first picture, as supplemental information (type 6).
        self._settings = BitStreamFilterContext("filter_units=remove_types=6", self._coder)
        self.sized = False
        self._last = -1

    def packets(self, packet: Any) -> Iterator[Any]:
        for frame in _frames(packet):
            made = self._upright(frame)
            if frame.pts is None or frame.pts <= self._last:
                continue
            self._last = frame.pts
            made.pts, made.time_base = frame.pts, frame.time_base
            yield from self._coded(made)

    def rest(self) -> Iterator[Any]:
        if self.sized:
            yield from self._coded(None)

    def _coded(self, frame: Any) -> Iterator[Any]:
        for packet in self._coder.encode(frame):
            yield from self._settings.filter(packet)

    def _upright(self, frame: Any) -> Any:
        turned = _turned(frame)
        if not self.sized:
            scale = min(1.0, _LONGEST_SIDE_OF_FILM / max(turned.width, turned.height))
            self._coder.width, self._coder.height = (
                max(2, int(side * scale) // 2 * 2) for side in (turned.width, turned.height)
            )
            self.sized = True
        return turned.reformat(self._coder.width, self._coder.height, "yuv420p")


def _turned(frame: Any) -> Any:
    """A frame upright."""
    turns = round(frame.rotation / 90) % 4
    if not turns:
        return frame
    from PIL import Image

    made: Any = import_module("av").VideoFrame
    ways = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    return made.from_image(frame.to_image().transpose(ways[turns - 1]))


class _Sound:
    """The first sound track as AAC, in stereo at most."""

    def __init__(self, stream: Any, target: Any) -> None:
        from av import AudioResampler
        from av.codec.context import Flags

        self.stream = stream
        layout = "mono" if stream.channels == 1 else "stereo"
        self._coder = target.add_stream("aac", rate=_RATE, layout=layout)
        self._coder.bit_rate = 128_000
        # Else it writes its version into the first frame.
        self._coder.codec_context.flags |= Flags.bitexact
        self._resampler = AudioResampler("fltp", layout, _RATE, frame_size=1024)
        self.begun = False

    def packets(self, packet: Any) -> Iterator[Any]:
        for frame in _frames(packet):
            self.begun = True
            for one in self._resampler.resample(frame):
                yield from self._coder.encode(one)

    def rest(self) -> Iterator[Any]:
        if not self.begun:
            return
        for one in self._resampler.resample(None):
            if one is not None:
                yield from self._coder.encode(one)
        yield from self._coder.encode(None)


def _frames(packet: Any) -> Iterator[Any]:
    """What a packet holds; players pass over one that cannot be decoded."""
    from av.error import InvalidDataError

    try:
        yield from packet.decode()
    except InvalidDataError:
        return
