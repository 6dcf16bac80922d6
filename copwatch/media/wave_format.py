"""What sound is coded with, in WAV and AVI (WAVEFORMATEX: RFC 2361; Microsoft, "Multiple Channel Audio Data", 2001)."""

import struct
from typing import Final

from copwatch.media.refusal import Damaged, Unsupported

_PLAIN: Final = {0x0001, 0x0003, 0x0006, 0x0007}
"""PCM, float, A-law, mu-law. These have nothing behind the common fields that a decoder would read."""
_OTHERS: Final = {
    *(0x0002, 0x0010, 0x0011, 0x0017, 0x0020, 0x0061, 0x0062, 0x0200),  # ADPCM of many makers
    *(0x0022, 0x0031, 0x0042, 0x0083, 0x0130),  # of telephones: TrueSpeech, GSM 6.10, G.723.1, G.729, ACELP
    *(0x0040, 0x0045, 0x0064, 0x0065, 0x028F),  # G.721, G.722, G.726
    *(0x0050, 0x0055, 0x00FF, 0x1600, 0x1602, 0x1610),  # MPEG, MP3, AAC
    *(0x0160, 0x0161, 0x0162, 0x0163),  # Windows Media Audio
    *(0x0270, 0x2000, 0x2001, 0xF1AC),  # ATRAC3, AC-3, DTS, FLAC
}
"""These have what their decoder needs behind the common fields, and no texts in their frames."""
_EXTENSIBLE: Final = 0xFFFE
_GUIDS: Final = (
    bytes.fromhex("0000 0000 1000 8000 00aa 0038 9b71"),
    bytes.fromhex("0000 2107 d311 8644 c8c1 ca00 0000"),
)
"""What follows the number of the coding in an extensible header: the common one, and that of Ambisonic sound."""
_LONGEST_EXTRA: Final = 256
_MICROSOFT_ADPCM: Final = 0x0002
_COEFFICIENTS: Final = struct.pack("<14h", 256, 0, 512, -256, 0, 0, 192, 64, 240, 0, 460, -208, 392, -232)
"""The seven pairs that decoders use (RFC 2361, A.1: "the standard set")."""
_EXTRAS: Final = {0x0011: 2, 0x0017: 2, 0x0031: 2, 0x0040: 2, 0x0045: 2, 0x0064: 2, 0x0050: 22, 0x0055: 12}
"""Bytes behind the common fields, where the coding says how many (RFC 2361, A)."""


def neutral_format(content: bytes, offset: int | None = None) -> bytes:
    """Of a format header the bytes that a decoder reads, from its beginning: 14 or more.

    Raises:
        CannotClean: it is cut short, or of a coding that could carry texts of its own.
    """
    if len(content) < 14:
        raise Damaged("the format of the sound is cut short", offset)
    tag = int.from_bytes(content[:2], "little")
    length = min(len(content), 18 + int.from_bytes(content[16:18], "little"))
    if tag == _EXTENSIBLE:
        tag = int.from_bytes(content[24:26], "little")
        if length < 40 or content[26:40] not in _GUIDS:
            raise Unsupported("sound of an unknown coding", offset)
        length = 40 if tag in _PLAIN else length
    elif tag in _PLAIN:
        length = min(length, 18)
        if length == 18 and content[16:18] != b"\0\0":
            return content[:16] + b"\0\0"
    if tag not in _PLAIN and tag not in _OTHERS:
        raise Unsupported(f"sound of an unknown coding, 0x{tag:04x}", offset)
    if length > 18 + _LONGEST_EXTRA:
        raise Unsupported("a format of sound that is longer than any", offset)
    if tag == _MICROSOFT_ADPCM and length >= 22:
        if content[20:22] != b"\7\0":
            raise Unsupported("ADPCM with coefficients of its own", offset)
        return content[:16] + b"\x20\0" + content[18:22] + _COEFFICIENTS
    most = 18 + _EXTRAS.get(tag, _LONGEST_EXTRA)
    if length > most:
        return content[:16] + (most - 18).to_bytes(2, "little") + content[18:most]
    return content[:length]


def block_of(format_: bytes) -> int:
    """Bytes of the samples of one moment, in sound that is not packed; 1 in any other."""
    tag = int.from_bytes(format_[:2], "little")
    if tag == _EXTENSIBLE:
        tag = int.from_bytes(format_[24:26], "little")
    if tag not in _PLAIN or len(format_) < 16:
        return 1
    return max(1, int.from_bytes(format_[2:4], "little") * -(-int.from_bytes(format_[14:16], "little") // 8))
