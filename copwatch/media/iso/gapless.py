"""What iTunes writes beside an edit list: how many values an encoder of AAC put before the sound (`iTunSMPB`).

The comment goes with all others. So that players leave out the same values, an edit list says it instead
(ISO/IEC 14496-12, 8.6.6): the track grows by it over the beginning of a box behind it that goes, and nothing moves.
"""

import re
from typing import Final, NamedTuple

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.iso.claims import Claims, only
from copwatch.media.iso.tracks import Track

LENGTH: Final = 36
"""Of an `edts` box with one edit."""
_COMMENT = re.compile(rb"iTunSMPB.{4}data.{8} [0-9A-F]{8} ([0-9A-F]{8}) ", re.DOTALL)
_LONGEST: Final = 4 << 20
_MOST: Final = 16384


class Edit(NamedTuple):
    """An edit list that is put behind a track, over the beginning of another box."""

    track: Box
    over: Box
    data: bytes


def edit_for(
    claims: Claims, moov: Box, children: list[Box], staying: list[Track], gone: set[int]
) -> Edit | None:
    """The edit list that says what a comment said, if there is one, and a place for it. `gone` are starts of boxes."""
    if len(staying) != 1 or staying[0].kind != b"soun" or staying[0].coding != b"mp4a":
        return None
    box = staying[0].box
    after = next((child for child in children if child.start == box.end and child.start in gone), None)
    priming = next(
        (found for child in children if child.type == b"udta" if (found := _priming(claims, child))), 0
    )
    if after is None or not priming or (after.size < LENGTH + 8 and after.size != LENGTH):
        return None
    if only(claims.children(box), b"edts") or claims.source.number(box.start, 4) < 8 or after.header != 8:
        return None
    length = _length(claims, moov, box, priming)
    if not 0 < length < 1 << 32:
        return None
    entry = length.to_bytes(4, "big") + priming.to_bytes(4, "big") + b"\0\x01\0\0"
    data = b"\0\0\0\x24edts\0\0\0\x1celst\0\0\0\0\0\0\0\x01" + entry
    return Edit(box, after, data)


def put(claims: Claims, edit: Edit) -> None:
    """Claims the header of the track, which grows, and the box behind it, which shrinks and goes."""
    what = "comments of iTunes"
    size = edit.track.size + LENGTH
    claims.parts.blank(edit.track.start, 4, what, Danger.OTHER, size.to_bytes(4, "big"))
    claims.parts.keep(edit.track.start + 4, 4, "headers of boxes")
    start, left = edit.over.start + LENGTH, edit.over.size - LENGTH
    claims.parts.blank(edit.over.start, LENGTH, what, Danger.OTHER, edit.data)
    if left:
        claims.parts.blank(start, 8, what, Danger.OTHER, left.to_bytes(4, "big") + b"free")
        claims.parts.blank(start + 8, left - 8, what, Danger.IDENTITY)


def _priming(claims: Claims, udta: Box) -> int:
    if udta.length > _LONGEST:
        return 0
    found = _COMMENT.search(claims.source.read(udta.content, udta.length))
    priming = int(found.group(1), 16) if found else 0
    return priming if priming < _MOST else 0


def _length(claims: Claims, moov: Box, track: Box, priming: int) -> int:
    """The length of the sound behind the priming, in the time of the movie; rounded up, so that nothing is cut."""
    media = only(claims.children(track), b"mdia")
    header = only(claims.children(media), b"mdhd") if media else None
    movie = only(claims.children(moov), b"mvhd")
    if header is None or movie is None:
        return 0
    scale, values = _time(claims, header)
    movie_scale, _ = _time(claims, movie)
    return -(-(values - priming) * movie_scale // scale) if scale and values > priming else 0


def _time(claims: Claims, box: Box) -> tuple[int, int]:
    """Time scale and duration of a `mdhd` or `mvhd` box."""
    if box.length < 24 + 8 * (box.type == b"mvhd"):
        return 0, 0
    source = claims.source
    if source.number(box.content, 1) == 1:
        return source.number(box.content + 20, 4), source.number(box.content + 24, 8)
    return source.number(box.content + 12, 4), source.number(box.content + 16, 4)
