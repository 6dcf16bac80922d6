"""What Matroska keeps for a decoder (CodecPrivate; RFC 9559, 27, and the codec mappings), at the same length.

Headers that decode the picture or the sound stay; texts in them, and information beside the picture, do not.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from copwatch.media.avi.bitmap import HEADER, neutral_header, neutral_settings
from copwatch.media.avi.codings import Way, way_of_pictures
from copwatch.media.iso.aac_config import needless
from copwatch.media.iso.obu import blanked_obus
from copwatch.media.iso.sps import UNKNOWN, Layouts, learned
from copwatch.media.iso.startcodes import StartCodes
from copwatch.media.mkv.units import Stream, neutral_unit, put
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.wave_format import neutral_format

_CODECS: Final = re.compile(
    r"A_(MPEG/L[123]|PCM/(INT/(BIG|LIT)|FLOAT/IEEE)|MPC|AC3(/BSID(9|10))?|EAC3|AC4|ALAC|DTS(/(EXPRESS|LOSSLESS))?"
    r"|VORBIS|FLAC|MS/ACM|AAC(/MPEG[24]/(MAIN|LC|SSR|LTP)(/SBR)?)?|OPUS(/EXPERIMENTAL)?|TTA1|WAVPACK4|TRUEHD|MLP"
    r"|SPEEX|ATRAC/AT1)"
    r"|V_(VP8|VP9|AV1|MPEG1|MPEG2|MPEG4/ISO/(SP|ASP|AP|AVC)|MPEG4/MS/V3|MPEGH/ISO/HEVC|THEORA|MS/VFW/FOURCC"
    r"|FFV1|UNCOMPRESSED|PRORES|MJPEG|DIRAC|SNOW)"
)
_LONGEST: Final = 4096
_SETTINGS: Final = {
    "V_PRORES": 4, "V_MPEG4/MS/V3": 40, "V_FFV1": _LONGEST, "A_MPC": 64, "A_AC4": 256, "A_ALAC": 48, "A_TTA1": 30,
    "A_WAVPACK4": 2, "A_SPEEX": 80,
}  # fmt: skip
"""How many bytes decoders get of codings that stand in no rule below; the others get none."""
_STREAMINFO: Final = 34
UNITS: Final = "units"
START_CODES: Final = "start codes"
OBUS: Final = "obus"
MPEG2: Final = "MPEG-2"
MPEG4: Final = "MPEG-4"
JPEG: Final = "jpeg"
PNG: Final = "png"
DV: Final = "dv"
PRORES: Final = "prores"


class Coding(NamedTuple):
    """How the frames of a track have to be looked at, and the private data as it stays.

    `frames` is one of `UNITS` (each with its length, in `width` bytes), `START_CODES`, `OBUS`, `MPEG2`, `MPEG4`,
    `JPEG`, `PNG`, `DV`, `PRORES`, or empty: nothing in them is known to be anything but picture or sound. `layouts` are
    what the parameter sets of H.264 say of timing.
    """

    private: bytes
    frames: str = ""
    width: int = 0
    hevc: bool = False
    layouts: Layouts = UNKNOWN


def coding(codec: str, private: bytes, offset: int) -> Coding:
    """What a codec's private data become.

    Raises:
        Unsupported: the codec, or data of it, are not known well enough.
        Damaged: the data are not what the codec says.
    """
    if not _CODECS.fullmatch(codec):
        raise Unsupported("a track of a coding that is not known well enough", offset)
    try:
        if codec in _RULES:
            return _RULES[codec](private)
        if codec.startswith("A_AAC"):
            return _aac(private)
        if codec.startswith("V_MPEG") and "MS" not in codec:
            return _start_codes(private, mpeg4="MPEG4" in codec)
    except IndexError:
        raise Damaged("the settings of a decoder are cut short", offset) from None
    if codec == "V_FFV1" and len(private) > _LONGEST:
        raise Unsupported("settings of a decoder that are longer than any", offset)
    return Coding(_cut(private, _SETTINGS.get(codec, 0)), _WITH_FRAMES.get(codec, ""))


def _avc(private: bytes) -> Coding:
    """avcC (ISO/IEC 14496-15, 5.3.3): parameter sets; what stands behind them goes."""
    if not private or private[0] != 1:
        return _annex_b(private, hevc=False)
    found, profile, layouts = bytearray(private), private[1], UNKNOWN
    at = _units(found, 6, private[5] & 31)
    for unit in _all_units(found, 6, at):
        layouts = learned(layouts, bytes(unit))
    at = _units(found, at + 1, private[at])
    if profile in (100, 110, 122, 144, 244) and at + 4 <= len(private) and private[at] & 0xFC == 0xFC:
        at = _units(found, at + 4, private[at + 3])
    return Coding(_cut(bytes(found), at), UNITS, (private[4] & 3) + 1, layouts=layouts)


def _annex_b(private: bytes, *, hevc: bool) -> Coding:
    stream = Stream(hevc=hevc)
    new = put(private, ((at + change.start, change.new) for at, change in stream.found(private)))
    return Coding(new, START_CODES, hevc=hevc, layouts=stream.layouts)


def _start_codes(private: bytes, *, mpeg4: bool) -> Coding:
    changes = ((found.start, found.new) for found in StartCodes(mpeg4=mpeg4).found(private))
    return Coding(put(private, changes), MPEG4 if mpeg4 else MPEG2)


def _hevc(private: bytes) -> Coding:
    """hvcC (ISO/IEC 14496-15, 8.3.3): arrays of units, supplemental information among them."""
    if not private or private[0] > 1 or private[:3] == b"\0\0\1" or private[:4] == b"\0\0\0\1":
        return _annex_b(private, hevc=True)
    found, at = bytearray(private), 23
    for _ in range(private[22]):
        count, at = int.from_bytes(private[at + 1 : at + 3], "big"), at + 3
        at = _units(found, at, count, hevc=True)
    return Coding(_cut(bytes(found), at), UNITS, (private[21] & 3) + 1, hevc=True)


def _units(data: bytearray, at: int, count: int, *, hevc: bool = False) -> int:
    """Makes neutral `count` units, each with its length in two bytes; where they end."""
    for _ in range(count):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise IndexError
        if change := neutral_unit(bytes(data[start:at]), hevc=hevc):
            data[start + change.start : at] = change.new
    return at


def _all_units(data: bytearray, at: int, end: int) -> Iterator[bytearray]:
    while at < end:
        size = int.from_bytes(data[at : at + 2], "big")
        yield data[at + 2 : at + 2 + size]
        at += 2 + size


def _av1(private: bytes) -> Coding:
    """av1C (AV1 in ISOBMFF, 2.3.3): four bytes, then units."""
    return Coding(put(private, ((at, new) for at, _, new in blanked_obus(private, 4, len(private), 0))), OBUS)


def _xiph(private: bytes) -> Coding:
    """Three headers, of which the second is texts (RFC 9559, codec mapping of A_VORBIS and V_THEORA)."""
    if private[0] != 2:
        raise IndexError
    sizes, at = [], 1
    for _ in range(2):
        size = 0
        while private[at] == 0xFF:
            size, at = size + 255, at + 1
        sizes.append(size + private[at])
        at += 1
    start = at + sizes[0]
    end = start + sizes[1]
    if end > len(private):
        raise IndexError
    return Coding(private[:start] + empty_comments(private[start:end]) + private[end:])


def empty_comments(packet: bytes) -> bytes:
    """A comment header of Vorbis or Theora of the same length, with a writer's name of zeros and no comments."""
    framing = b"\1" if packet[1:7] == b"vorbis" else b""
    room = len(packet) - 7 - 8 - len(framing)
    if room < 0:
        raise IndexError
    return packet[:7] + room.to_bytes(4, "little") + bytes(room + 4) + framing


def _flac(private: bytes) -> Coding:
    """STREAMINFO (RFC 9639, 8.2) stays; other blocks become padding: of a seek table the places mean another file."""
    if private[:4] != b"fLaC":
        return Coding(_cut(private, _STREAMINFO))
    found, at = bytearray(private), 4
    while at + 4 <= len(private):
        kind, size = private[at] & 127, int.from_bytes(private[at + 1 : at + 4], "big")
        if at + 4 + size > len(private):
            raise IndexError
        if kind or at != 4 or size != _STREAMINFO:
            found[at] = private[at] & 128 | 1
            found[at + 4 : at + 4 + size] = bytes(size)
        at += 4 + size
        if private[at - 4 - size] & 128:
            break
    return Coding(_cut(bytes(found), at))


def _vp9(private: bytes) -> Coding:
    """Numbers, each behind its name and its length, which is 1 (WebM Container Guidelines, VP9 features)."""
    at = 0
    while at + 3 <= len(private) and private[at] in range(1, 5) and private[at + 1] == 1:
        at += 3
    return Coding(_cut(private, min(at, 12)))


def _aac(private: bytes) -> Coding:
    """AudioSpecificConfig (14496-3, 1.6.2.1)."""
    return Coding(put(private, ((at, bytes(length)) for at, length in needless(private))))


def _opus(private: bytes) -> Coding:
    """OpusHead (RFC 7845, 5.1)."""
    return Coding(_cut(private, 21 + private[9] if private[18] else 19))


def _acm(private: bytes) -> Coding:
    """WAVEFORMATEX: the codings are those of WAV."""
    return Coding(neutral_format(private).ljust(len(private), b"\0"))


def _vfw(private: bytes) -> Coding:
    """BITMAPINFOHEADER, and behind it what the codec wants: the codings are those of AVI."""
    if len(private) < HEADER:
        raise IndexError
    head, extra = neutral_header(private[:HEADER]), private[HEADER:]
    way = way_of_pictures(private[16:20])
    if way in (Way.H264, Way.HEVC):
        inner = (_hevc if way is Way.HEVC else _avc)(extra)
        return inner._replace(private=head + inner.private)
    if way in (Way.MPEG2, Way.MPEG4):
        extra = extra if b"\0\0\1" in extra else bytes(len(extra))
        inner = _start_codes(extra, mpeg4=way is Way.MPEG4)
        return inner._replace(private=head + inner.private)
    if way in _WITHOUT_SETTINGS:
        return Coding(head + bytes(len(extra)), _WITHOUT_SETTINGS[way])
    return Coding(head + neutral_settings(head, extra))


def _cut(data: bytes, at: int) -> bytes:
    """Zeros from a position on."""
    return data[:at] + bytes(max(0, len(data) - at))


_WITH_FRAMES: Final = {"V_PRORES": PRORES, "V_MJPEG": JPEG}
_WITHOUT_SETTINGS: Final = {Way.JPEG: JPEG, Way.PNG: PNG, Way.DV: DV}
_RULES: Final[dict[str, Callable[[bytes], Coding]]] = {
    "V_MPEG4/ISO/AVC": _avc,
    "V_MPEGH/ISO/HEVC": _hevc,
    "V_AV1": _av1,
    "V_THEORA": _xiph,
    "A_VORBIS": _xiph,
    "A_FLAC": _flac,
    "A_OPUS": _opus,
    "A_OPUS/EXPERIMENTAL": _opus,
    "A_MS/ACM": _acm,
    "V_VP9": _vp9,
    "V_MS/VFW/FOURCC": _vfw,
}
