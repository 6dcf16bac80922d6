"""File types (ISO/IEC 14496-12, 4.3): which brands are movies, and which of them may name a maker of cameras."""

from typing import Final

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.iso.claims import Claims, Hole, shown

OTHERS: Final = frozenset(
    {
        b"mif1",
        b"mif2",
        b"msf1",
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"hevm",
        b"hevs",
        b"avif",
    }
    | {
        b"avis",
        b"avio",
        b"miaf",
        b"jp2 ",
        b"jpx ",
        b"jpm ",
        b"jxl ",
        b"mjp2",
        b"mj2s",
        b"crx ",
        b"jpeg",
        b"jpgs",
    }
    | {b"avci", b"avcs", b"vvic", b"1pic"}
)
"""Brands of pictures; they are formats of their own."""
_STANDARD: Final = frozenset(
    {
        b"qt  ",
        b"mp41",
        b"mp42",
        b"mp71",
        b"avc1",
        b"hvc1",
        b"hev1",
        b"av01",
        b"vp09",
        b"iso1",
        b"isom",
        b"isml",
    }
    | {b"iso%c" % letter for letter in b"23456789abc"}
    | {b"3gp%c" % letter for letter in b"456789"}
    | {
        b"3gr6",
        b"3gs6",
        b"3gs7",
        b"3ge6",
        b"3ge7",
        b"3ge9",
        b"3gg6",
        b"3gh9",
        b"3gm9",
        b"3gt8",
        b"3g2a",
        b"3g2b",
    }
    | {
        b"3g2c",
        b"M4A ",
        b"M4B ",
        b"M4P ",
        b"M4V ",
        b"M4VH",
        b"M4VP",
        b"mmp4",
        b"kddi",
        b"f4v ",
        b"F4V ",
        b"f4a ",
    }
    | {
        b"F4A ",
        b"F4P ",
        b"F4B ",
        b"dash",
        b"msdh",
        b"msix",
        b"sims",
        b"risx",
        b"lmsg",
        b"cmfc",
        b"cmf2",
        b"cmfs",
    }
    | {
        b"cmff",
        b"cmfl",
        b"chdf",
        b"chd1",
        b"chd2",
        b"clg1",
        b"cud1",
        b"ca4m",
        b"caac",
        b"caaa",
        b"ceac",
        b"piff",
    }
    | {
        b"dby1",
        b"db1p",
        b"dtsh",
        b"Opus",
        b"MSNV",
        b"ndsc",
        b"nvr1",
        b"ssc1",
        b"ssc2",
        b"hlsf",
        b"cvid",
        b"NDSC",
    }
    | OTHERS
)
_NEUTRAL: Final = b"isom"
_MEDIA_TYPES: Final = {
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"3g2a": "video/3gpp2",
    b"3g2b": "video/3gpp2", b"3g2c": "video/3gpp2",
}  # fmt: skip


def media_type(head: bytes) -> str:
    """The media type that the first bytes of a movie announce."""
    if head[4:8] != b"ftyp":
        return "video/quicktime"
    brand = head[8:12]
    return _MEDIA_TYPES.get(brand, "video/3gpp" if brand[:2] == b"3g" else "video/mp4")


def file_type(claims: Claims, box: Box) -> None:
    """`ftyp` and `styp`: brands of standards stay, those of makers become `isom`; the version says nothing."""
    length = min(box.length, 1024) & ~3
    data, holes = claims.source.read(box.content, length), list[Hole]()
    for at in range(0, length, 4):
        brand = data[at : at + 4]
        if at == 4:
            _version(claims, brand, box.content + 4, holes)
        elif brand not in _STANDARD and brand.strip(b"\0"):
            claims.fact(Danger.IDENTITY, "brand", shown(brand), box.type.decode(), box.content + at)
            holes.append(Hole(at, 4, "brand of a maker", Danger.IDENTITY, _NEUTRAL))
    claims.record(box, length, "type of the file", holes)


def _version(claims: Claims, version: bytes, offset: int, holes: list[Hole]) -> None:
    if version.strip(b"\0"):
        holes.append(Hole(4, 4, "version of the brand", Danger.SOFTWARE))
