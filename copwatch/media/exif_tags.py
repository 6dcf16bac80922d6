"""What tags of EXIF and TIFF directories reveal: the ground for `exif_facts`, and for naming what is removed.

Tags and their meaning: TIFF 6.0, CIPA DC-008 (EXIF 3.0), Adobe DNG 1.7, XMP part 3, GeoTIFF 1.1, Windows' XP tags.
"""

from typing import Final

from copwatch.media.facts import Danger

EXIF, GPS, INTEROP, SUB = 0x8769, 0x8825, 0xA005, 0x014A
MAKER_NOTE, USER_COMMENT, XMP, IPTC, PHOTOSHOP = 0x927C, 0x9286, 0x02BC, 0x83BB, 0x8649
JPEG_AT, JPEG_LENGTH = 0x0201, 0x0202
MODEL_TIEPOINT, MODEL_TRANSFORM, GEO_TEXT = 0x8482, 0x85D8, 0x87B1

Row = tuple[Danger, str]

PICTURE_TAGS: Final[dict[int, Row]] = {
    0x010D: (Danger.IDENTITY, "document name"),
    0x010E: (Danger.OTHER, "description"),
    0x010F: (Danger.IDENTITY, "maker"),
    0x0110: (Danger.IDENTITY, "model"),
    0x011D: (Danger.OTHER, "page name"),
    0x0131: (Danger.SOFTWARE, "software"),
    0x0132: (Danger.TIME, "changed"),
    0x013B: (Danger.IDENTITY, "artist"),
    0x013C: (Danger.IDENTITY, "host computer"),
    GEO_TEXT: (Danger.PLACE, "name of the map's coordinates"),
    0x8298: (Danger.IDENTITY, "copyright"),
    0x8830: (Danger.OTHER, "sensitivity type"),
    0x882A: (Danger.TIME, "offset of time zone"),
    0x9003: (Danger.TIME, "taken"),
    0x9004: (Danger.TIME, "digitised"),
    0x9010: (Danger.TIME, "offset of time zone, changed"),
    0x9011: (Danger.TIME, "offset of time zone, taken"),
    0x9012: (Danger.TIME, "offset of time zone, digitised"),
    0x9211: (Danger.IDENTITY, "image number"),
    0x9212: (Danger.OTHER, "security classification"),
    0x9213: (Danger.OTHER, "history"),
    0x9290: (Danger.TIME, "part of a second, changed"),
    0x9291: (Danger.TIME, "part of a second, taken"),
    0x9292: (Danger.TIME, "part of a second, digitised"),
    0xA004: (Danger.TRACKS, "name of a sound file"),
    0xA420: (Danger.IDENTITY, "unique id of the image"),
    0xA430: (Danger.IDENTITY, "camera owner"),
    0xA431: (Danger.IDENTITY, "camera serial number"),
    0xA433: (Danger.IDENTITY, "lens maker"),
    0xA434: (Danger.IDENTITY, "lens model"),
    0xA435: (Danger.IDENTITY, "lens serial number"),
    0xA436: (Danger.OTHER, "title"),
    0xA437: (Danger.IDENTITY, "photographer"),
    0xA438: (Danger.IDENTITY, "image editor"),
    0xA439: (Danger.SOFTWARE, "camera firmware"),
    0xA43A: (Danger.SOFTWARE, "raw developing software"),
    0xA43B: (Danger.SOFTWARE, "image editing software"),
    0xA43C: (Danger.SOFTWARE, "metadata editing software"),
    0xA480: (Danger.OTHER, "GDAL metadata"),
    0xC4A5: (Danger.OTHER, "print image matching"),
    0xC614: (Danger.IDENTITY, "unique camera model"),
    0xC615: (Danger.IDENTITY, "localised camera model"),
    0xC62F: (Danger.IDENTITY, "camera serial number"),
    0xC65D: (Danger.IDENTITY, "unique id of the raw data"),
    0xC68B: (Danger.IDENTITY, "name of the original raw file"),
    0xC6F3: (Danger.OTHER, "camera calibration signature"),
    0xC6F6: (Danger.OTHER, "name of the profile as shot"),
    0xC6F8: (Danger.OTHER, "name of the profile"),
    0xC6FE: (Danger.OTHER, "copyright of the profile"),
    0xC716: (Danger.SOFTWARE, "preview application"),
    0xC717: (Danger.SOFTWARE, "version of the preview application"),
    0xC71B: (Danger.TIME, "preview made"),
    0xC763: (Danger.TIME, "time codes"),
    0xC789: (Danger.IDENTITY, "reel"),
    0xC7A1: (Danger.IDENTITY, "camera label"),
    0xFDE8: (Danger.IDENTITY, "camera owner"),
    0xFDE9: (Danger.IDENTITY, "camera serial number"),
    0xFDEA: (Danger.IDENTITY, "lens model"),
    0xFE4C: (Danger.SOFTWARE, "raw file version"),
    0xFE4D: (Danger.SOFTWARE, "converter"),
}
"""Text, of the directories of pictures and of the EXIF directory: all tags of both are distinct."""

WINDOWS_TAGS: Final[dict[int, Row]] = {
    0x9C9B: (Danger.OTHER, "title (Windows)"),
    0x9C9C: (Danger.OTHER, "comment (Windows)"),
    0x9C9D: (Danger.IDENTITY, "author (Windows)"),
    0x9C9E: (Danger.OTHER, "keywords (Windows)"),
    0x9C9F: (Danger.OTHER, "subject (Windows)"),
}
"""UTF-16, little-endian, in bytes."""

GPS_TEXT: Final[dict[int, Row]] = {
    0x0008: (Danger.PLACE, "GPS satellites"),
    0x0012: (Danger.PLACE, "GPS map datum"),
    0x001B: (Danger.PLACE, "GPS method"),
    0x001C: (Danger.PLACE, "GPS area"),
}
GPS_NUMBERS: Final[dict[int, tuple[str, int]]] = {
    0x000D: ("GPS speed", 0x000C),
    0x000F: ("GPS direction of movement", 0x000E),
    0x0011: ("GPS direction of the picture", 0x0010),
    0x001F: ("GPS error in metres", 0),
}
"""Numbers, with the tag of their reference (CIPA DC-008, 4.6.6)."""

BLOBS: Final[dict[int, Row]] = {
    MAKER_NOTE: (Danger.IDENTITY, "maker note"),
    PHOTOSHOP: (Danger.OTHER, "Photoshop resources"),
    XMP: (Danger.OTHER, "XMP"),
    IPTC: (Danger.OTHER, "IPTC"),
    0xC634: (Danger.IDENTITY, "private data of the raw converter"),
    0xC68C: (Danger.PICTURES, "original raw file"),
    0xC6F5: (Danger.OTHER, "further camera profiles"),
    0xCD41: (Danger.IDENTITY, "content credentials (C2PA)"),
    0x935C: (Danger.PICTURES, "Photoshop layers"),
}

DIRECTORIES: Final[dict[int, Row]] = {
    EXIF: (Danger.IDENTITY, "EXIF"),
    GPS: (Danger.PLACE, "GPS"),
    INTEROP: (Danger.OTHER, "EXIF interoperability"),
    SUB: (Danger.PICTURES, "further pictures"),
}

_PLACES: Final = frozenset((0x830E, MODEL_TIEPOINT, 0x8480, MODEL_TRANSFORM, 0x87AF, 0x87B0, GEO_TEXT))


_NAMED: Final = {USER_COMMENT: (Danger.OTHER, "comment")}


def reveals(tag: int) -> Row:
    """What a tag of a picture's directory reveals at the worst, and what it is called."""
    for table in (PICTURE_TAGS, WINDOWS_TAGS, BLOBS, DIRECTORIES, _NAMED):
        if tag in table:
            return table[tag]
    return (Danger.PLACE, "position on a map (GeoTIFF)") if tag in _PLACES else (Danger.OTHER, "other tags")
