"""Headers of a movie, its tracks and their media: what is needed of them (ISO/IEC 14496-12, 8.2.2, 8.3.2, 8.4)."""

from datetime import UTC, datetime, timedelta
from typing import Final

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.iso.claims import Claims, Hole
from copwatch.media.refusal import Damaged

_EPOCH: Final = datetime(1904, 1, 1, tzinfo=UTC)
_UNDETERMINED: Final = 0x55C4
"""`und` in three times five bits (8.4.2.3); QuickTime reads it as "unspecified" too."""
_COMPONENTS: Final = (b"mhlr", b"dhlr")


def movie_header(claims: Claims, box: Box) -> None:
    """`mvhd`. Times, reserved bytes and QuickTime's positions of preview and selection go."""
    before = _longer(claims, box)
    start = before + 4 + (8 if before > 12 else 4)  # behind the time scale and the duration
    holes = [
        *_times(claims, box, "movie"),
        Hole(start + 6, 10, "reserved bytes", Danger.OTHER),
        Hole(start + 52, 24, "positions of preview and selection", Danger.OTHER),
    ]
    claims.record(box, start + 80, "header of the movie", holes)


def time_scale(claims: Claims, box: Box) -> int:
    """How many units of a movie's time a second has, by its `mvhd`. Raises as `movie_header`."""
    return claims.source.number(box.content + _longer(claims, box), 4)


def track_header(claims: Claims, box: Box) -> None:
    """`tkhd`."""
    number = _longer(claims, box)  # the track's number stands behind the times
    start = number + 8 + (8 if number > 12 else 4)
    holes = [
        *_times(claims, box, "track"),
        Hole(number + 4, 4, "reserved bytes", Danger.OTHER),
        Hole(start, 8, "reserved bytes", Danger.OTHER),
    ]
    claims.record(box, start + 60, "header of a track", holes)


def media_header(claims: Claims, box: Box) -> None:
    """`mdhd`."""
    start = _longer(claims, box)
    language = start + 4 + (8 if start > 12 else 4)
    if language + 4 > box.length:
        raise Damaged("the header of the media is cut short", box.start)
    _language(claims, claims.source.number(box.content + language, 2), box.content + language)
    holes = [
        *_times(claims, box, "media"),
        Hole(language, 2, "language", Danger.OTHER, _UNDETERMINED.to_bytes(2, "big")),
        Hole(language + 2, 2, "quality", Danger.OTHER),
    ]
    claims.record(box, language + 4, "header of the media", holes)


def handler(claims: Claims, box: Box) -> None:
    """`hdlr`: what kind of media stays; who made it and its name go, in QuickTime's form and that of MP4."""
    if box.length < 20:
        raise Damaged("a handler is cut short", box.start)
    data = claims.source.read(box.content, min(box.length, 280))
    name = data[24:].strip(b"\0")
    if name and name[0] == len(name) - 1:  # QuickTime writes the length before it
        name = name[1:]
    if name:
        claims.fact(
            Danger.SOFTWARE, "handler name", name.decode("utf-8", "replace"), "hdlr", box.content + 24
        )
    holes = [Hole(12, box.length - 12, "name of the handler", Danger.SOFTWARE)]
    if data[4:8] not in _COMPONENTS:
        holes.append(Hole(4, 4, "kind of a component", Danger.SOFTWARE))
    if data[4:12] == b"dhlralis":
        holes.append(Hole(8, 4, "kind of a data reference", Danger.OTHER, b"url "))
    claims.record(box, box.length, "handler", holes)


def _longer(claims: Claims, box: Box) -> int:
    """Where the fields behind the two times begin in a header of version 0 or 1."""
    if box.length < 20:
        raise Damaged("a header is cut short", box.start)
    version = claims.source.number(box.content, 1)
    if version > 1:
        raise Damaged(f"a header of version {version}, which there is not", box.start)
    return 20 if version else 12


def _times(claims: Claims, box: Box, of: str) -> list[Hole]:
    end = _longer(claims, box)
    width = (end - 4) // 2
    for name, at in (("created", 4), ("changed", 4 + width)):
        seconds = claims.source.number(box.content + at, width)
        if seconds:
            claims.fact(Danger.TIME, f"{of} {name}", _time(seconds), box.type.decode(), box.content + at)
    return [Hole(4, end - 4, "times", Danger.TIME)]


def _time(seconds: int) -> str:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return str(seconds)


def _language(claims: Claims, code: int, offset: int) -> None:
    letters = [(code >> shift & 31) + 0x60 for shift in (10, 5, 0)]
    if code not in (_UNDETERMINED, 0, 0x7FFF) and all(0x61 <= letter <= 0x7A for letter in letters):
        claims.fact(Danger.OTHER, "language", "".join(map(chr, letters)), "mdhd", offset)
