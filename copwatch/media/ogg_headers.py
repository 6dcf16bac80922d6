"""Headers of the codecs in Ogg: how many there are, and what becomes of the one with texts.

Vorbis I (4.2, 5), Theora (6), Opus (RFC 7845, 5), Speex (manual, 8), FLAC (RFC 9639, 10.1).
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from copwatch.media.refusal import Unsupported

_SPEEX_VERSION: Final = slice(8, 28)


class Codec(NamedTuple):
    """A codec whose streams stay.

    `headers` counts the packets behind the first (0: up to the one that says that it is the last); `comments` is the
    place of the texts in the second one. `first` and `rest` give the first and the other headers as they stay; `first`
    raises `IndexError` when it is cut short.
    """

    name: str
    mark: bytes
    headers: int
    comments: int
    first: Callable[[bytes], bytes]
    rest: Callable[[list[bytes]], list[bytes] | None]


def _same(packet: bytes) -> bytes:
    return packet


def _opus_head(packet: bytes) -> bytes:
    """OpusHead; a mapping table follows where the family is not 0."""
    if len(packet) != (21 + packet[9] if packet[18] else 19):
        raise IndexError
    return packet


def _speex_head(packet: bytes) -> bytes:
    """Without the version of the library in words."""
    if len(packet) < 80 or any(packet[68:72]):
        raise IndexError
    return packet[:8] + bytes(20) + packet[28:]


def _flac_head(packet: bytes) -> bytes:
    """With one header behind it: the comments, which are mandatory."""
    if len(packet) != 51 or packet[9:13] != b"fLaC":
        raise IndexError
    return packet[:7] + b"\0\1" + packet[9:13] + b"\0" + packet[14:]


def _vorbis(packets: list[bytes]) -> list[bytes] | None:
    if packets[0][:7] != b"\3vorbis" or packets[1][:7] != b"\5vorbis":
        return None
    return [b"\3vorbis" + bytes(8) + b"\1", packets[1]]


def _theora(packets: list[bytes]) -> list[bytes] | None:
    if packets[0][:7] != b"\x81theora" or packets[1][:7] != b"\x82theora":
        return None
    return [b"\x81theora" + bytes(8), packets[1]]


def _opus(packets: list[bytes]) -> list[bytes] | None:
    return [b"OpusTags" + bytes(8)] if packets[0][:8] == b"OpusTags" else None


def _speex(_: list[bytes]) -> list[bytes] | None:
    return [bytes(8)]


def _flac(packets: list[bytes]) -> list[bytes] | None:
    return [b"\x84\0\0\x08" + bytes(8)] if packets[0][:1] and packets[0][0] & 127 == 4 else None


CODECS: Final = (
    Codec("vorbis", b"\1vorbis", 2, 7, _same, _vorbis),
    Codec("opus", b"OpusHead", 1, 8, _opus_head, _opus),
    Codec("theora", b"\x80theora", 2, 7, _same, _theora),
    Codec("flac", b"\x7fFLAC", 0, 4, _flac_head, _flac),
    Codec("speex", b"Speex   ", 1, 0, _speex_head, _speex),
)
_LENGTHS: Final = {"vorbis": 30, "theora": 42}
_UNKNOWN_MEDIA: Final = (
    b"OVP80",
    b"BBCD",
    b"\1video",
    b"\1audio",
    b"CELT    ",
    b"PCM     ",
    b"\x80daala",
    b"\1Direct",
)
"""Pictures and sound that are not known well enough; without them the file would not be what it was."""


def codec_of(packet: bytes, offset: int) -> Codec | None:
    """The codec of a stream by its first packet; None for streams that are no picture and no sound.

    Raises:
        Unsupported: picture or sound, but not known well enough.
    """
    if packet.startswith(_UNKNOWN_MEDIA):
        raise Unsupported("a stream of a coding that is not known well enough", offset)
    codec = next((codec for codec in CODECS if packet.startswith(codec.mark)), None)
    if codec is None:
        return None
    try:
        codec.first(packet)
    except IndexError:
        raise Unsupported(f"a first header of {codec.name} that is not as it has to be", offset) from None
    if len(packet) != _LENGTHS.get(codec.name, len(packet)):
        raise Unsupported(f"a first header of {codec.name} that is not as it has to be", offset)
    return codec
