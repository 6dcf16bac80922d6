"""What files say of themselves, as people read it; and what of that matters at once when files come in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from copwatch.model.records.described import Camera, CameThrough, Captured, Described, Place
from copwatch.model.vocabulary import label
from copwatch.text import clean

if TYPE_CHECKING:
    # `add` loads this too, and nothing of the catalogue.
    from copwatch.catalogue.described import DescribedItem
    from copwatch.workflows.intake import Received

_SOURCES = {
    "exif_original": "EXIF, taken",
    "exif_digitized": "EXIF, digitised",
    "exif_changed": "EXIF, changed",
    "gps": "satellites",
    "quicktime": "QuickTime, header of the film",
    "quicktime_date": "QuickTime, as the camera notes it",
    "matroska": "Matroska",
    "broadcast_wave": "Broadcast Wave",
    "riff": "RIFF",
}
_PLACES = {"exif": "EXIF", "quicktime": "QuickTime", "three_gpp": "3GPP"}
_ZONES = {
    "stated": "",
    "utc": "",
    "said_utc": "; said to be UTC, but many cameras write local time",
    "unknown": "; local time of a zone that nobody states",
}
_SIGNS = {
    "name": "the shape of its name",
    "no_camera_data": "no data of a camera",
    "recompressed": "coded as programs do it",
}
_LOOKED = {
    "refused": "what stands in it could not be read",
    "too_long": "nobody could: it took too long",
    "broke_down": "nobody could: the process for it broke down",
    "no_process": "nobody could: this system has no process for it yet",
    "changed": "it was changed just then",
    "unreadable": "the source could not be read a second time",
}
_PROGRAMS = {"whatsapp": "WhatsApp"}


def described_facts(item: "DescribedItem") -> list[tuple[str, str]]:
    """Label and text of everything that is there; texts of the file are cleaned when they are laid out."""
    said = item.described
    rows = [("captured", _time(time)) for time in said.captured or ()]
    rows += [("place", _place(place)) for place in said.places or ()]
    if said.camera is not None:
        rows.append(("device", _device(said.camera)))
    if said.pixels is not None:
        rows.append(("dimensions", f"{said.pixels.width} × {said.pixels.height} pixels"))
    if said.duration is not None:
        rows.append(("duration", _duration(said.duration)))
    if said.tracks:
        rows.append(
            ("tracks", ", ".join(f"{track.kind} {track.coding or ''}".strip() for track in said.tracks))
        )
    if said.pair is not None:
        other = ", ".join(item.others)
        rows.append(("Live Photo", f"one with {other}" if other else "its other half is not here"))
    if said.came_through is not None:
        rows.append(("messenger", messenger_said(said.came_through)))
    if said.essence is not None:
        rows.append(("essence", said.essence))
    if said.looked is not None:
        rows.append(("looked at", _LOOKED[said.looked]))
    return rows


def described_json(item: "DescribedItem") -> dict[str, Any]:
    """The members of the record, and the codes of the other halves of a Live Photo."""
    return {**item.described.given(), "others": list(item.others)}


def matters(received: "Sequence[Received]") -> list[str]:
    """In a line each: files that came through a messenger, while the originals can still be fetched; and pairs."""
    said = []
    sent = [item for item in received if item.described.came_through is not None]
    came = sent[0].described.came_through if len(sent) == 1 else None
    if came is not None:
        name = clean(sent[0].name, limit=60)
        said.append(f"{name} {messenger_said(came)}: fetch the original by cable if you can")
    elif sent:
        said.append(
            f"{len(sent)} files may have come through a messenger: fetch the originals by cable if you can "
            "(--json names them)"
        )
    pairs = sum(
        item.described.pair is not None and item.described.pair.evidence is not None for item in received
    )
    if pairs:
        many = "1 Live Photo" if pairs == 1 else f"{pairs} Live Photos"
        said.append(f"{many}: picture and film are linked")
    return said


def received_json(described: Described) -> dict[str, Any]:
    """What of it the one who adds needs: nothing that the sealed record keeps for those with a key."""
    came, pair = described.came_through, described.pair
    return {
        "came_through": None if came is None else came.given(),
        "pair": None if pair is None else pair.evidence,
        "looked": described.looked,
    }


def _time(time: Captured) -> str:
    day, _, clock = time.at.partition("T")
    for ending in ("Z", time.at[-6:]):
        if time.zone != "unknown" and clock.endswith(ending):
            clock = f"{clock.removesuffix(ending)} {'UTC' if ending == 'Z' else ending}"
            break
    return f"{day} {clock} ({_SOURCES[time.source]}{_ZONES[time.zone]})"


def _place(place: Place) -> str:
    above = f", {place.altitude} m" if place.altitude is not None else ""
    return f"{place.latitude}, {place.longitude}{above} ({_PLACES[place.source]})"


def _device(camera: Camera) -> str:
    name = " ".join(part for part in (camera.make, camera.model) if part)
    more = (("serial number", camera.serial), ("owner", camera.owner), ("software", camera.software))
    return ", ".join([*([name] if name else []), *(f"{what} {text}" for what, text in more if text)])


def _duration(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def messenger_said(came: CameThrough) -> str:
    """By which signs a file may have come through a messenger."""
    through = _PROGRAMS.get(came.program, label(came.program).title()) if came.program else "a messenger"
    signs = ", ".join(_SIGNS[sign] for sign in came.signs)
    return f"may have come through {through} ({signs})"
