"""Properties of XMP by their local names, and what they reveal (ISO 16684, IPTC Photo Metadata, EXIF for XMP)."""

import re
from typing import Final

from copwatch.media.facts import Danger

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

NAMES: Final[dict[str, tuple[Danger, str]]] = {
    "GPSAltitude": (Danger.PLACE, "altitude"),
    "AbsoluteAltitude": (Danger.PLACE, "altitude"),
    "GPSTimeStamp": (Danger.TIME, "GPS time"),
    "City": (Danger.PLACE, "city"),
    "State": (Danger.PLACE, "province or state"),
    "Country": (Danger.PLACE, "country"),
    "Location": (Danger.PLACE, "place"),
    "Sublocation": (Danger.PLACE, "part of the city"),
    "creator": (Danger.IDENTITY, "author"),
    "rights": (Danger.IDENTITY, "copyright"),
    "publisher": (Danger.IDENTITY, "publisher"),
    "contributor": (Danger.IDENTITY, "contributor"),
    "Make": (Danger.IDENTITY, "maker"),
    "Model": (Danger.IDENTITY, "model"),
    "Artist": (Danger.IDENTITY, "artist"),
    "Copyright": (Danger.IDENTITY, "copyright"),
    "SerialNumber": (Danger.IDENTITY, "camera serial number"),
    "BodySerialNumber": (Danger.IDENTITY, "camera serial number"),
    "LensSerialNumber": (Danger.IDENTITY, "lens serial number"),
    "OwnerName": (Danger.IDENTITY, "camera owner"),
    "CameraOwnerName": (Danger.IDENTITY, "camera owner"),
    "ImageUniqueID": (Danger.IDENTITY, "unique id of the image"),
    "DocumentID": (Danger.IDENTITY, "id of the document"),
    "InstanceID": (Danger.IDENTITY, "id of the version"),
    "OriginalDocumentID": (Danger.IDENTITY, "id of the original document"),
    "instanceID": (Danger.IDENTITY, "id of an earlier version"),
    "RawFileName": (Danger.IDENTITY, "name of the raw file"),
    "DateTimeOriginal": (Danger.TIME, "taken"),
    "DateTimeDigitized": (Danger.TIME, "digitised"),
    "DateTime": (Danger.TIME, "changed"),
    "CreateDate": (Danger.TIME, "made"),
    "ModifyDate": (Danger.TIME, "changed"),
    "MetadataDate": (Danger.TIME, "metadata changed"),
    "DateCreated": (Danger.TIME, "made"),
    "when": (Danger.TIME, "edited"),
    "CreatorTool": (Danger.SOFTWARE, "software"),
    "Software": (Danger.SOFTWARE, "software"),
    "softwareAgent": (Danger.SOFTWARE, "software of an earlier version"),
    "Firmware": (Danger.SOFTWARE, "camera firmware"),
    "title": (Danger.OTHER, "title"),
    "description": (Danger.OTHER, "description"),
    "subject": (Danger.OTHER, "keyword"),
    "image": (Danger.PICTURES, "thumbnail in XMP"),
    "Data": (Danger.PICTURES, "second picture or sound in XMP"),
    "MicroVideo": (Danger.PICTURES, "motion photo"),
    "MotionPhoto": (Danger.PICTURES, "motion photo"),
    "HasExtendedXMP": (Danger.IDENTITY, "id of the further XMP"),
}

PATTERNS: Final[tuple[tuple[Danger, re.Pattern[str]], ...]] = (
    (
        Danger.PLACE,
        re.compile(
            r"gps|latitude|longi?titude|longitude|altitude|location|city|country|province|address|Adr", re.I
        ),
    ),
    (
        Danger.IDENTITY,
        re.compile(
            r"serial|owner|author|by-?line|credit|creator|person|name$|e?mail|phone|make$|model|lens|copyright|uuid|guid|ID$|Region"
        ),
    ),
    (Danger.TIME, re.compile(r"date|time|when", re.I)),
    (Danger.SOFTWARE, re.compile(r"software|version|tool|agent|firmware|processor|encoder", re.I)),
)
"""For names that are in no table: the first that matches."""

QUIET: Final = frozenset(
    ("format", "Orientation", "ImageWidth", "ImageLength", "ColorSpace", "PixelXDimension")
)
"""What says nothing that the picture does not."""
