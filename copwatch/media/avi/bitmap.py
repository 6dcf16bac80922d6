"""How pictures of AVI are coded: the header of a bitmap (BITMAPINFOHEADER, Microsoft), and what stands behind it.

What each decoder reads there: libavcodec's decoders of these names; they need nothing else.
"""

from typing import Final

from copwatch.media.iso.bits import Bits
from copwatch.media.refusal import Unsupported

HEADER: Final = 40
_LEAST_COLOURS: Final = 8
_RUNS: Final = 256
_OTHERS: Final = 64
"""Bytes of settings of decoders that are not named here."""
_MASKS: Final = 16


def _codes(text: str, size: int) -> dict[bytes, int]:
    return {code.encode().ljust(4): size for code in text.split()}


_SETTINGS: Final = {
    **_codes("RGB DIB RAW YUY2 YUYV YUNV UYVY UYNV YVYU HDYC I420 IYUV YV12 YVU9 YUV9 NV12 NV21 Y41P Y41B Y42B", 0),
    **_codes("P422 Y800 Y8 Y16 GREY V210 V308 V408 V410 24BG 411P 444P YV16 YV24 AYUV YUV4 R210 MPNG PNG PNG1 RLE", 0),
    **_codes("MRLE CRAM MSVC WHAM LAGS CVID IV31 IV32 IV41 IV50 RT21 MP41 MPG4 DIV2 MP42 DIV3 DIV4 DIV5 DIV6 MP43", 0),
    **_codes("MPG3 AP41 COL0 COL1 DVX3 WMV1 H261 H263 X263 U263 I263 L263 M263 D263 S263 VP30 VP31 VP40 VP50 VP60", 0),
    **_codes("VP61 VP62 VP70 VP71 VP80 VP90 TSCC CSCD ZMBV SNOW FLV1 FSV1 HAP1 HAP5 HAPY HAPM MAGY M8RG M8RA M8Y0", 0),
    **_codes("Q1.0 Q1.1", 0),
    **_codes("M8Y2 M8Y4 M8YA M8G0 M0RG M0RA M0Y0 M0Y2 M0Y4 M2RG M2RA CLJR CYUV VBLE FPS1 DUCK TM20 TR20 QPEG", 0),
    **_codes("VP6F VP6A", 1), **_codes("WMV2", 4), **_codes("ASV1 ASV2 ZLIB MSZH", 8), **_codes("LOCO", 16),
    **_codes("ULRA ULRG ULY0 ULY2 ULY4 ULH0 ULH2 ULH4 UMY2 UMH2 UMY4 UMH4 UMRG UMRA", 16),
    **_codes("WMV3 WVC1 WMVA WVP2", 256), **_codes("KMVC MSS1 MSS2 MSA1 MTS2", 1100), **_codes("HFYU FFVH FFV1", 4096),
    **{number.to_bytes(4, "little"): 0 for number in range(3)}, b"\3\0\0\0": _MASKS,
}  # fmt: skip
"""How many bytes of settings a decoder reads, beside a palette."""


def neutral_header(head: bytes) -> bytes:
    """The header, of 40 bytes, without sizes in metres and counts of colours that no reader of films uses."""
    bits, used = _number(head, 14, 2), _number(head, 32, 4)
    few = bits <= _LEAST_COLOURS and used <= 1 << bits
    planes = head[12:14] if _number(head, 12, 2) <= 1 else b"\1\0"
    return head[:12] + planes + head[14:24] + bytes(8) + (head[32:36] if few else bytes(4)) + bytes(4)


def neutral_settings(head: bytes, extra: bytes) -> bytes:
    """What stands behind the header, of the same length, as far as the decoder reads it.

    Raises:
        Unsupported: more than a palette, so that readers take the palette from different places.
    """
    code = head[16:20] if head[17:20] == bytes(3) else head[16:20].upper().rstrip(b"\0").ljust(4)
    size, palette = _SETTINGS.get(code, _OTHERS), 4 << _number(head, 14, 2)
    if code in (b"HFYU", b"FFVH"):
        size = _end_of_runs(head, extra)
    if not size and _number(head, 14, 2) <= _LEAST_COLOURS:
        if extra[palette:].strip(b"\0"):
            raise Unsupported("a palette of more colours than there can be")
        size = palette
    return extra[:size] + bytes(max(0, len(extra) - size))


def _end_of_runs(head: bytes, extra: bytes) -> int:
    """Where Huffyuv's lengths of codes end: three tables of runs behind four bytes, where all values have 8 bits."""
    depth = _number(head, 14, 2)
    if depth & 7 and depth != 12:
        return 4
    if len(extra) < 4 or extra[3]:
        return _SETTINGS[b"HFYU"]
    bits = Bits(extra[4 : _SETTINGS[b"HFYU"]])
    for _ in range(3):
        known = 0
        while known < _RUNS and bits.left > 0:
            run = bits.take(3)
            bits.take(5)
            known += run or bits.take(8)
    return 4 - (-bits.position // 8)


def _number(head: bytes, at: int, length: int) -> int:
    return int.from_bytes(head[at : at + length], "little")
