"""Incidents near a point, or near a place that reports with a position name."""

import math
import re
from collections.abc import Iterator
from typing import Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.errors import BadInput

_KM: Final = 1.0
"""Without a distance."""
_EARTH_KM: Final = 6371.0088
_MOST: Final = 2_000
_NUMBER: Final = r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*"
_POINT: Final = re.compile(rf"{_NUMBER},{_NUMBER}(?:,\s*(\d{{1,5}}(?:\.\d+)?)\s*(?:km)?\s*)?")
_PLACE: Final = re.compile(r"(.*?)\s*(?:,\s*(\d{1,5}(?:\.\d+)?)\s*(?:km)?\s*)?", re.DOTALL)
_POSITIONS: Final = """
    SELECT r.incident, CAST(r.lat AS REAL) AS lat, CAST(r.lon AS REAL) AS lon, r.location_text AS place, r.city
    FROM reports AS r WHERE r.head AND r.lat > '' AND r.lon IS NOT NULL
"""


def near(catalogue: Catalogue, untrusted: str) -> list[str]:
    """The ids of incidents within a distance, the nearest first, 2,000 at most.

    Args:
        untrusted: `lat,lon[,km]` in degrees, or `place[,km]`: words of the place or the city of a report that has a
            position; then each such position counts. Without a distance, 1 km.

    Raises:
        BadInput: neither, or no report with a position names that place.
    """
    point, place = _POINT.fullmatch(untrusted), _PLACE.fullmatch(untrusted)
    known = catalogue.read(_POSITIONS)
    if point is not None:
        centres, km = [_on_earth(float(point[1]), float(point[2]))], float(point[3] or _KM)
    else:
        name, km = (place[1], float(place[2] or _KM)) if place else (untrusted, _KM)
        centres = list(dict.fromkeys(_named(known, name)))
    found = sorted(
        (min(kilometres(row["lat"], row["lon"], *centre) for centre in centres), row["incident"])
        for row in known
    )
    return list(dict.fromkeys(incident for far, incident in found if far <= km))[:_MOST]


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance of two points along the earth's surface, by the haversine formula."""
    a, b = math.radians(lat), math.radians(other_lat)
    across = math.sin((b - a) / 2) ** 2
    along = math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(across + along)))


def _on_earth(lat: float, lon: float) -> tuple[float, float]:
    if abs(lat) > 90 or abs(lon) > 180:
        raise BadInput(
            "near: takes a latitude up to 90 and a longitude up to 180", hint="such as near:37.80,-122.27,2"
        )
    return lat, lon


def _named(known: list[dict[str, object]], name: str) -> Iterator[tuple[float, float]]:
    wanted = name.casefold()
    found = [
        row
        for row in known
        if name and any(wanted in str(row[at] or "").casefold() for at in ("place", "city"))
    ]
    if not found:
        raise BadInput(
            f"no report with a position names the place {name[:40]!r}",
            hint="give the point itself, near:37.80,-122.27,2; reports without lat and lon are not found by near:",
        )
    yield from ((float(str(row["lat"])), float(str(row["lon"]))) for row in found[:200])
