"""Image sequences (ISO/IEC 23008-12, 7; AVIF 1.1, 3): tracks of pictures and their alpha, as in a film.

Thumbnails, depth and other auxiliary tracks go, and so does all else that goes in a film (`copwatch.media.iso`).
"""

from contextlib import suppress
from itertools import islice
from typing import Final

from copwatch.media.boxes import Box, boxes
from copwatch.media.heif.items import read_meta
from copwatch.media.heif.telling import MOST_FACTS, facts_of, gather_removed
from copwatch.media.iso import tracks
from copwatch.media.iso.claims import Claims, only
from copwatch.media.iso.entries import is_alpha
from copwatch.media.iso.headers import movie_header
from copwatch.media.iso.movie_facts import removed_box, told_by_track
from copwatch.media.iso.samples import Placing
from copwatch.media.iso.stretches import Near, Stretches
from copwatch.media.iso.tracks import Track
from copwatch.media.refusal import CannotClean, Damaged, Unsupported

_MOST_TRACKS: Final = 100
_PICTURES: Final = (b"pict", b"vide", b"soun")
_AUXILIARY: Final = b"auxv"
_VISUAL: Final = 78
"""How long the fields of a visual sample entry are, before its boxes (14496-12, 12.1.3)."""


def keep_sequence(claims: Claims, moov: Box, found: Stretches) -> None:
    """Claims `moov` and gathers the samples of its tracks.

    Raises:
        Damaged: two tracks of one number.
        Unsupported: no picture that moves, more tracks than any camera writes, or one that cannot be judged.
    """
    children = list(claims.children(moov))
    there = [tracks.look(claims, box) for box in children[: _MOST_TRACKS + 1] if box.type == b"trak"]
    staying = _staying(claims, there)
    numbers = {track.number for track in staying}
    if len(children) > _MOST_TRACKS or any(box.type == b"mvex" for box in children):
        raise Unsupported("an image sequence in fragments, or of many tracks", moov.start)
    if not any(track.kind in (b"pict", b"vide") for track in staying):
        raise Unsupported("an image sequence without a picture", moov.start)
    if len(numbers) < len(staying):
        raise Damaged("two tracks have one number", moov.start)
    claims.head(moov)
    by_start = {track.box.start: track for track in there}
    placing = Placing(Near(claims.source), found)
    for box in children:
        if box.type == b"mvhd":
            movie_header(claims, box)
        elif (track := by_start.get(box.start)) is not None:
            _track(claims, track, numbers if track in staying else None, placing, found)
        else:
            removed_box(claims, box)
            tracks.other(claims, box, "the header of the image sequence")


def _track(
    claims: Claims, track: Track, numbers: set[int] | None, placing: Placing, found: Stretches
) -> None:
    if numbers is None:
        tracks.remove(claims, track, claim=True)
        placing.gone(track)
    else:
        if track.kind in (b"pict", _AUXILIARY):
            track.kind = b"vide"  # its samples are described as those of a film
        claims.head(track.box)
        tracks.keep(claims, track, numbers)
        placing.table(track)
    _items(claims, track, found)
    told_by_track(claims, track, 0, stays=numbers is not None)


def _items(claims: Claims, track: Track, found: Stretches) -> None:
    """EXIF and XMP of a track, which stand as items of its own; all of them go."""
    for box in claims.children(track.box):
        if box.type == b"meta":
            with suppress(CannotClean):
                meta = read_meta(claims.source, box)
                gather_removed(meta, (), found)
                told = facts_of(claims.source, meta, ())
                claims.facts += islice(told, max(0, MOST_FACTS - len(claims.facts)))


def _staying(claims: Claims, there: list[Track]) -> list[Track]:
    """Pictures and sound, but no thumbnails; and the alpha of these pictures."""
    refers = {track.box.start: _references(claims, track) for track in there}
    pictures = [
        track for track in there if track.kind in _PICTURES and b"thmb" not in refers[track.box.start]
    ]
    numbers = {track.number for track in pictures}
    alphas = [
        track
        for track in there
        if track.kind == _AUXILIARY
        and refers[track.box.start].get(b"auxl", set()) & numbers
        and _is_alpha(claims, track)
    ]
    return [track for track in there if track in pictures or track in alphas]


def _references(claims: Claims, track: Track) -> dict[bytes, set[int]]:
    """The tracks that a track refers to, by the type of the reference."""
    found: dict[bytes, set[int]] = {}
    tref = only(claims.children(track.box), b"tref")
    for box in claims.children(tref) if tref else ():
        data = claims.source.read(box.content, min(box.length, 4096) & ~3)
        numbers = {int.from_bytes(data[at : at + 4], "big") for at in range(0, len(data), 4)}
        found.setdefault(box.type, set()).update(numbers)
    return found


def _is_alpha(claims: Claims, track: Track) -> bool:
    """Whether `auxi` in the description of its samples says so (23008-12, 7.5.3.2)."""
    box: Box | None = track.box
    try:
        for kind in (b"mdia", b"minf", b"stbl", b"stsd"):
            box = only(claims.children(box), kind) if box else None
        entry = next(claims.children(box, 8), None) if box else None
        if entry is None:
            return False
        auxi = only(boxes(claims.source, entry.content + _VISUAL, entry.end), b"auxi")
        return auxi is not None and is_alpha(claims, auxi)
    except CannotClean:
        return False
