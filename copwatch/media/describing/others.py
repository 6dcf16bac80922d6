"""EXIF of files that no reader of ours finds it in (raw pictures of some makers), by way of `exifread`."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, BinaryIO, Final

from copwatch.media.describing.exif import tell_time
from copwatch.media.describing.told import Told
from copwatch.media.exif_gps import in_degrees
from copwatch.media.other_exif import other_tags

_TIMES: Final = (
    ("exif_original", "EXIF DateTimeOriginal", "EXIF OffsetTimeOriginal", "EXIF SubSecTimeOriginal"),
    ("exif_digitized", "EXIF DateTimeDigitized", "EXIF OffsetTimeDigitized", "EXIF SubSecTimeDigitized"),
    ("exif_changed", "Image DateTime", "EXIF OffsetTime", "EXIF SubSecTime"),
)
_CAMERA: Final = (
    ("make", "Image Make"), ("model", "Image Model"), ("serial", "EXIF BodySerialNumber"),
    ("owner", "EXIF CameraOwnerName"), ("owner", "Image Artist"), ("software", "Image Software"),
)  # fmt: skip


def other(told: Told, file: BinaryIO) -> None:
    """What that library finds. Raises `Unsupported` where it gives up."""
    tags = other_tags(file)
    for source, *names in _TIMES:
        tell_time(told, source, *(str(tags.get(name, "")) for name in names))
    for kind, name in _CAMERA:
        told.camera(kind, str(tags.get(name, "")))
    latitude, longitude = (_degrees(tags, name) for name in ("GPS GPSLatitude", "GPS GPSLongitude"))
    if latitude is not None and longitude is not None:
        told.place(latitude, longitude, "exif")


def _degrees(tags: Mapping[str, Any], name: str) -> Fraction | None:
    sign = {"N": 1, "E": 1, "S": -1, "W": -1}.get(str(tags.get(f"{name}Ref", "")).strip()[:1].upper())
    parts = getattr(tags.get(name), "values", None)
    if (
        sign is None
        or not isinstance(parts, list)
        or not all(isinstance(part, Fraction) for part in parts[:3])
    ):
        return None
    degrees = in_degrees(parts)
    return None if degrees is None else sign * degrees
