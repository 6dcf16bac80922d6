"""The codings of picture and sound that are known, by the four letters of their sample entry (mp4ra.org, QTFF).

What is not here is refused: it is not known what it carries beside picture and sound.
"""

from typing import Final

NAL_H264: Final = frozenset({b"avc1", b"avc2", b"avc3", b"avc4", b"dva1", b"dvav"})
NAL_HEVC: Final = frozenset({b"hvc1", b"hev1", b"hvc2", b"hev2", b"dvh1", b"dvhe", b"lhv1", b"lhe1"})
AV1: Final = frozenset({b"av01", b"dav1"})
MPEG4_VIDEO: Final = frozenset(
    {b"mp4v", b"XVID", b"xvid", b"DIVX", b"divx", b"DX50", b"FMP4", b"3IV2", b"3IVD"}
)
MPEG2_VIDEO: Final = frozenset(
    {b"m2v1", b"mp2v", b"mpg2", b"m1v ", b"m1v1", b"mpeg", b"mp1v", b"mpg1", b"m2t1"}
    | {b"hdv%c" % letter for letter in b"123456789a"}
    | {b"xdv%c" % letter for letter in b"123456789abcdef"}
    | {b"xd5%c" % letter for letter in b"123456789abcdef"}
    | {b"xd59", b"xd5a", b"xdh2", b"xdhd"}
    | {b"mx3n", b"mx3p", b"mx4n", b"mx4p", b"mx5n", b"mx5p"}
)
JPEG: Final = frozenset({b"jpeg", b"mjpa", b"AVDJ", b"dmb1", b"AVRn", b"MJPG", b"mjpg"})
PRORES: Final = frozenset({b"apch", b"apcn", b"apcs", b"apco", b"ap4h", b"ap4x"})
DV: Final = frozenset(
    {
        b"dvc ",
        b"dvcp",
        b"dvpp",
        b"dv5n",
        b"dv5p",
        b"dvh2",
        b"dvh3",
        b"dvh4",
        b"dvh5",
        b"dvh6",
        b"dvhp",
        b"dvhq",
        b"dvs1",
    }
)
PNG: Final = frozenset({b"png ", b"MPNG"})
PLAIN_PICTURE: Final = frozenset(
    {
        b"vp08",
        b"vp09",
        b"VP80",
        b"VP90",
        b"VP31",
        b"s263",
        b"h263",
        b"H263",
        b"mjpb",
        b"SVQ1",
        b"svq1",
        b"svqi",
    }
    | {
        b"SVQ3",
        b"cvid",
        b"rle ",
        b"rpza",
        b"azpr",
        b"smc ",
        b"8BPS",
        b"WRLE",
        b"WRAW",
        b"raw ",
        b"RAW ",
        b"yuvs",
    }
    | {
        b"yuv2",
        b"2vuy",
        b"2Vuy",
        b"UYVY",
        b"v210",
        b"v308",
        b"v408",
        b"v410",
        b"R10k",
        b"r210",
        b"b16g",
        b"b48r",
    }
    | {
        b"b64a",
        b"I420",
        b"IYUV",
        b"yv12",
        b"AVdn",
        b"AVdh",
        b"FFV1",
        b"Hap1",
        b"Hap5",
        b"HapY",
        b"HapM",
        b"HapA",
    }
    | {b"BGRA", b"AYUV", b"Y41P", b"yuv4", b"FLV1", b"VP6F", b"VP6A"}
    | {b"M8%s" % kind for kind in (b"RG", b"RA", b"Y0", b"Y2", b"Y4", b"YA", b"G0")}
    | {b"Hap7", b"HapH", b"IV41", b"IV32", b"qdrw", b"UTVS"}
)
PICTURE: Final = (
    NAL_H264 | NAL_HEVC | AV1 | MPEG4_VIDEO | MPEG2_VIDEO | JPEG | PNG | PRORES | DV | PLAIN_PICTURE
)  # fmt: skip

PCM: Final = {
    b"raw ": 1, b"NONE": 1, b"twos": 2, b"sowt": 2, b"in24": 3, b"in32": 4, b"fl32": 4, b"fl64": 8, b"ulaw": 1,
    b"alaw": 1,
}  # fmt: skip
"""Bytes of a value where the description of the sound does not say."""
SOUND: Final = frozenset(
    {
        *PCM,
        b"lpcm",
        b"ipcm",
        b"fpcm",
        b"mp4a",
        b".mp3",
        b".mp2",
        b".mp1",
        b"mp3 ",
        b"ms\0U",
        b"ms\0P",
        b"ms\0\x02",
    }
    | {
        b"ms\0\x11",
        b"alac",
        b"samr",
        b"sawb",
        b"sawp",
        b"sevc",
        b"secb",
        b"sqcp",
        b"sevs",
        b"Qclp",
        b"QCLP",
        b"ac-3",
    }
    | {
        b"ec-3",
        b"ac-4",
        b"mlpa",
        b"dtsc",
        b"dtse",
        b"dtsh",
        b"dtsl",
        b"dtsx",
        b"dts+",
        b"Opus",
        b"fLaC",
        b"ima4",
    }
    | {
        b"QDM2",
        b"QDMC",
        b"MAC3",
        b"MAC6",
        b"agsm",
        b"mha1",
        b"mha2",
        b"mhm1",
        b"mhm2",
        b"apac",
        b"spex",
        b"vrbs",
    }
)
ENCRYPTED: Final = frozenset({b"encv", b"enca", b"enct", b"drms", b"drmi", b"drmt", b"resv", b"aavd"})

MPEG4_OBJECT: Final = 0x20
JPEG_OBJECT: Final = 0x6C
PNG_OBJECT: Final = 0x6D
PLAIN_OBJECTS: Final = frozenset({0xB1})
"""VP9."""
MPEG2_OBJECTS: Final = frozenset(range(0x60, 0x66)) | {0x6A}
AAC_OBJECTS: Final = frozenset({0x40, 0x66, 0x67, 0x68})
"""Object types of a DecoderConfigDescriptor (mp4ra.org)."""
ALPHA: Final = (
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    b"urn:mpeg:hevc:2015:auxid:1",
    b"urn:mpeg:avc:2015:auxid:1",
)
"""Names of auxiliary pictures that are alpha (23008-12, 6.6.2.1 and B.2.3.5; AVIF, 4.1)."""
