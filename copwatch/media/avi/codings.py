"""What becomes of the samples of a stream of AVI, by what they are coded with."""

from enum import Enum
from typing import Final

from copwatch.media.refusal import Unsupported


class Way(Enum):
    """How the samples of a stream are looked at."""

    AS_IT_IS = "nothing but picture or sound can be in them"
    JPEG = "pictures of JPEG, with comments and applications' data"
    MPEG4 = "start codes of MPEG-4, with user data and times"
    MPEG2 = "start codes of MPEG-2, with user data and times"
    H264 = "units behind start codes, with supplemental information"
    HEVC = "the same of HEVC"
    PNG = "pictures of PNG, with texts and other data"
    DV = "pictures of DV, with the date and the camera's settings"
    REMOVED = "no picture or sound"


def _codes(text: str) -> frozenset[bytes]:
    return frozenset(code.encode().ljust(4) for code in text.split())


_JPEG: Final = _codes("MJPG JPEG JPGL DMB1 AVRN AVDJ IJPG CJPG LJPG ADJV SLMJ QIVG")
_MPEG4: Final = _codes(
    "XVID XVIX DIVX DX50 DIV1 DIVF FMP4 MP4V MP4S M4S2 3IV2 3IVX 3IVD RMP4 ZMP4 SIPP BLZ0 SEDG UMP4 WV1F LMP4 "
    "HDX4 DM4V DXGM PM4V QMP4 SM4V EPHV EM4A M4CC SEG4 NDIG DYM1 DCOD"
)
_MPEG2: Final = _codes("MPG1 MPG2 MPEG EM2V MMES PIM1 LMP2 XMPG")
_H264: Final = _codes("H264 X264 AVC1 VSSH Q264 V264 DAVC")
_PNG: Final = _codes("MPNG PNG PNG1")
_HEVC: Final = _codes("HEVC H265 X265 HM10 HEV1")
_PICTURES: Final = _codes(
    "RGB DIB RAW RLE MRLE CRAM MSVC WHAM YUY2 YUYV YUNV UYVY UYNV YVYU HDYC I420 IYUV YV12 YVU9 YUV9 NV12 NV21 Y41P "
    "Y41B Y42B P422 Y800 Y8 Y16 GREY V210 V308 V408 V410 24BG 411P 444P YV16 YV24 "
    "HFYU FFVH FFV1 LAGS CVID IV31 IV32 IV41 IV50 RT21 "
    "MP41 MPG4 DIV2 MP42 DIV3 DIV4 DIV5 DIV6 MP43 MPG3 AP41 COL0 COL1 DVX3 WMV1 WMV2 WMV3 WVC1 WMVA WVP2 "
    "H261 H263 X263 U263 I263 L263 M263 D263 VX1K ZYGO LSVX VIVO S263 VP30 VP31 VP40 VP50 VP60 VP61 VP62 VP6F VP70 "
    "VP71 VP80 VP90 TSCC TSC2 CSCD ZMBV ULRA ULRG ULY0 ULY2 ULY4 ULH0 ULH2 ULH4 UMY2 UMH2 UMY4 UMH4 UMRG UMRA "
    "ASV1 ASV2 SNOW SVQ1 SVQ3 DUCK TM20 TR20 QPEG Q1.0 Q1.1 ZLIB MSZH AASC FPS1 LOCO VBLE VCR1 VCR2 ULTI VIXL XXAN "
    "AMVV MWV1 CLJR CYUV KMVC SMSV TRLE WNV1 YLZ0 M101 M102 MAGY MTS2 MSA1 MSS1 MSS2 G2M2 G2M3 G2M4 DXV1 "
    "AYUV YUV4 R210 FLV1 FSV1 HAP1 HAP5 HAPY HAPM M8RG M8RA M8Y0 M8Y2 M8Y4 M8YA M8G0 M0RG M0RA M0Y0 M0Y2 M0Y4 M2RG M2RA"
)
_BITS: Final = frozenset(number.to_bytes(4, "little") for number in range(4))
"""Numbers in the place of letters: without compression, two kinds of run lengths, masks of bits."""
_DV: Final = _codes(
    "DVSD DVHD DVSL DV25 DV50 DVC DVCP DVCS CDVC CDVH CDV5 DVH1 DV5N DV5P DVPP AVDV AVD1 PDVC DVIS"
)


def way_of_pictures(code: bytes, offset: int | None = None) -> Way:
    """How the samples of a stream of pictures with this code are looked at.

    Raises:
        Unsupported: unknown: they could hold anything beside the picture.
    """
    if code in _BITS:
        return Way.AS_IT_IS
    letters = bytes(code).upper()
    letters = letters.rstrip(b"\0").ljust(4)
    for codes, way in (
        (_JPEG, Way.JPEG),
        (_MPEG4, Way.MPEG4),
        (_MPEG2, Way.MPEG2),
        (_H264, Way.H264),
        (_HEVC, Way.HEVC),
        (_PNG, Way.PNG),
        (_DV, Way.DV),
        (_PICTURES, Way.AS_IT_IS),
    ):
        if letters in codes:
            return way
    raise Unsupported(f"pictures of an unknown coding, {code.decode('latin-1')!a}", offset)
