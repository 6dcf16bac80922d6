"""What evidence says of itself, as rows that can be searched by time, place and device. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from copwatch.catalogue.times import utc
from copwatch.model.records import Evidence
from copwatch.model.records.described import Camera

TIMES: Final = {
    "leaf": "TEXT", "row": "INTEGER", "evidence": "TEXT", "at": "TEXT", "utc": "TEXT", "zone": "TEXT", "source": "TEXT",
}  # fmt: skip
"""`utc` is NULL where the zone is not known: then only `at`, the local time, can be compared."""
PLACES: Final = {
    "leaf": "TEXT", "row": "INTEGER", "evidence": "TEXT", "latitude": "REAL", "longitude": "REAL", "altitude": "REAL",
    "source": "TEXT",
}  # fmt: skip
MEDIA: Final = {
    "leaf": "TEXT", "evidence": "TEXT", **dict.fromkeys(Camera.shape(), "TEXT"), "width": "INTEGER",
    "height": "INTEGER", "duration": "INTEGER", "pair": "TEXT", "program": "TEXT", "signs": "TEXT", "looked": "TEXT",
}  # fmt: skip
"""`duration` in milliseconds; `pair` is what picture and film of a Live Photo have in common."""


def media_rows(leaf: str, record: Evidence) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of `evidence_times`, `evidence_places` and `evidence_media`; none for a file that said nothing."""
    for row, time in enumerate(record.captured or ()):
        moment = None if time.zone == "unknown" else utc(time.at)
        cells = {"at": time.at, "utc": moment, "zone": time.zone, "source": time.source}
        yield "evidence_times", {"leaf": leaf, "row": row, "evidence": record.id, **cells}
    for row, place in enumerate(record.places or ()):
        above = None if place.altitude is None else float(place.altitude)
        where = {"latitude": float(place.latitude), "longitude": float(place.longitude), "altitude": above}
        yield (
            "evidence_places",
            {"leaf": leaf, "row": row, "evidence": record.id, **where, "source": place.source},
        )
    if record.members():
        yield "evidence_media", {"leaf": leaf, "evidence": record.id, **_media(record)}


def _media(record: Evidence) -> dict[str, Any]:
    came, camera = record.came_through, record.camera or Camera()
    return {
        **{name: getattr(camera, name) for name in Camera.shape()},
        "width": record.pixels and record.pixels.width, "height": record.pixels and record.pixels.height,
        "duration": record.duration, "pair": record.pair and record.pair.identifier,
        "program": came and came.program, "signs": came and " ".join(came.signs), "looked": record.looked,
    }  # fmt: skip
