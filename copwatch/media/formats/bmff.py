"""MP4, MOV, M4V, 3GP, M4A: movies of the ISO base media file format and QuickTime, whole or in fragments.

Cleaned in place, since tables hold positions in the file: what goes becomes a `free` box of the same size, and every
byte of media data that no sample of picture or sound covers becomes zero. Sources: ISO/IEC 14496-12 (boxes, tables,
fragments), 14496-14 and -15 (MP4, H.264 and HEVC), QuickTime File Format.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from copwatch.media.boxes import MOST_BOXES, Box, boxes
from copwatch.media.facts import Danger
from copwatch.media.iso import tracks
from copwatch.media.iso.brands import OTHERS, file_type, media_type
from copwatch.media.iso.claims import Claims, only, shown
from copwatch.media.iso.compressed import folded, opened, told
from copwatch.media.iso.fragments import Defaults, Fragments, extends, index_of_fragments, index_of_segments
from copwatch.media.iso.gapless import Edit, edit_for, put
from copwatch.media.iso.headers import movie_header, time_scale
from copwatch.media.iso.movie_facts import removed_box, told_by_track
from copwatch.media.iso.samples import Placing
from copwatch.media.iso.stretches import Near, Stretches
from copwatch.media.iso.tracks import Track
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_OLD_BEGINNINGS: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_MOST_TRACKS: Final = 1000
_SPACE: Final = (b"free", b"skip", b"wide")


def recognises(head: bytes) -> bool:
    """A file type box with a brand that is no still picture's, or the boxes with which old QuickTime begins."""
    size, kind = int.from_bytes(head[:4], "big"), head[4:8]
    if kind == b"ftyp":
        return size >= 12 and head[8:12] not in OTHERS
    return kind in _OLD_BEGINNINGS and (size in (0, 1) or size >= 8)


def scan(source: Source) -> Scan:
    """Every part of a movie. Raises `CannotClean`."""
    found, end = _top(source)
    header = only(found, b"moov")
    if header is None:
        raise Damaged("there is no header of the movie (moov)", end if end < source.size else None)
    whole, inner = opened(source, header)
    claims = Claims(whole, Parts(whole.size, Treatment.BLANK))
    if end < source.size:
        _behind(claims, end, source.size - end)
    # Not kept: its samples may take as much memory as what follows.
    _Movie(claims).claim(inner, [box for box in found if box is not header])
    if whole is source:
        parts, facts = claims.parts.whole(), tuple(claims.facts)
    else:
        parts, facts = folded(claims, header, source.size), tuple(told(claims.facts, header, source.size))
    return Scan(media_type(source.read(0, min(12, source.size))), parts, facts)


class _Movie:
    """One file, box by box."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._found = Stretches()
        self._placing = Placing(Near(claims.source), self._found)
        self._media: list[tuple[int, int]] = []
        self._tracks: list[Track] = []
        self._kept: set[int] = set()
        self._defaults: dict[int, Defaults] = {}
        self._scale = 0

    def claim(self, header: Box, others: list[Box]) -> None:
        """Gives all boxes and samples of the file their place."""
        self._header(header)
        fragments = self._fragments()
        for box in others:
            self._other(box, fragments)
        self._samples()
        self._found.claim(self._claims.parts, self._media)

    def _header(self, moov: Box) -> None:
        """`moov`: which tracks stay decides about all else."""
        claims = self._claims
        children = list(claims.children(moov))
        if any(box.type in (b"cmov", b"rmra") for box in children):
            raise Unsupported("a movie that means other files, or is compressed twice", moov.start)
        self._tracks = [tracks.look(claims, box) for box in children if box.type == b"trak"][
            : _MOST_TRACKS + 1
        ]
        if len(self._tracks) > _MOST_TRACKS:
            raise Unsupported("it has more tracks than any camera writes", moov.start)
        staying = tracks.staying(self._tracks)
        self._kept = {track.number for track in staying}
        if not staying:
            raise Unsupported("there is neither picture nor sound in it", moov.start)
        if len(self._kept) < len(staying) or self._kept & {
            track.number for track in self._tracks if track not in staying
        }:
            raise Damaged("two tracks have one number", moov.start)
        self._children(moov, children, staying)

    def _children(self, moov: Box, children: list[Box], staying: list[Track]) -> None:
        claims = self._claims
        stays = {b"mvhd", b"mvex"}
        starts = {track.box.start for track in staying}
        gone = {box.start for box in children if box.type not in stays and box.start not in starts}
        edit = edit_for(claims, moov, children, staying, gone)
        over = edit.over.start if edit else None
        claims.head(moov)
        by_start = {track.box.start: track for track in self._tracks}
        for box in children:
            if box.type == b"mvhd":
                movie_header(claims, box)
                self._scale = time_scale(claims, box)
            elif box.type == b"mvex":
                self._defaults = extends(claims, box, self._kept)
            elif (track := by_start.get(box.start)) is not None:
                self._track(track, edit)
            else:
                removed_box(claims, box)
                if box.start != over:
                    tracks.other(claims, box, "the header of the movie")

    def _track(self, track: Track, edit: Edit | None) -> None:
        claims, stays = self._claims, track.number in self._kept
        if not stays:
            tracks.remove(claims, track, claim=edit is None or edit.over != track.box)
        elif edit is not None:
            put(claims, edit)
        else:
            claims.head(track.box)
        if stays:
            tracks.keep(claims, track, self._kept)
        told_by_track(claims, track, self._scale, stays=stays)

    def _fragments(self) -> Fragments:
        def gone(track: Track, start: int, end: int) -> None:
            self._found.remove(start, end, track.label, track.danger)

        by_number = {track.number: track for track in self._tracks}
        fragments = Fragments(self._claims, self._placing, by_number, self._kept, gone)
        fragments.defaults = self._defaults
        return fragments

    def _samples(self) -> None:
        for track in self._tracks:
            if track.number in self._kept:
                self._placing.table(track)
            else:
                self._placing.gone(track)

    def _other(self, box: Box, fragments: Fragments) -> None:
        """A box beside the header of the movie."""
        claims = self._claims
        ways: dict[bytes, Callable[[], None]] = {
            b"ftyp": lambda: file_type(claims, box),
            b"styp": lambda: file_type(claims, box),
            b"moof": lambda: fragments.fragment(box),
            b"mfra": lambda: index_of_fragments(claims, box, self._kept),
            b"sidx": lambda: index_of_segments(claims, box, self._kept),
        }
        if box.type == b"mdat":
            claims.head(box)
            self._media.append((box.content, box.end))
        elif box.type in _SPACE:
            claims.empty(box)
        elif (way := ways.get(box.type)) is not None:
            way()
        else:
            removed_box(claims, box)
            claims.free(box, f"a box that is not needed ({shown(box.type)})", Danger.OTHER)


def _behind(claims: Claims, end: int, left: int) -> None:
    """What stands behind the last box."""
    claims.fact(Danger.TRAILING, "behind the end", f"{left:,} bytes", "", end)
    claims.parts.drop(end, left, "bytes behind the end", Danger.TRAILING)


def _top(source: Source) -> tuple[list[Box], int]:
    """The boxes of a file, and where they end.

    Media data that was to become longer than the file stays as it is: samples are checked one by one. Other bytes
    that are no box, behind header and media data, were put there by somebody.
    """
    found: list[Box] = []
    at = 0
    while source.size - at >= 8:
        box = _one(source, at)
        if box is None:
            kinds = {box.type for box in found}
            if b"moov" in kinds and kinds & {b"mdat", b"moof"}:
                break
            raise Damaged("no box of the format stands here", at)
        found.append(box)
        at = box.end
        if len(found) > MOST_BOXES:
            raise Unsupported("it has more boxes than any camera writes", at)
    if any(after.start != before.end for before, after in pairwise(found)):
        raise AssertionError("boxes of a file follow one another")
    return found, at


def _one(source: Source, at: int) -> Box | None:
    try:
        return next(boxes(source, at, source.size))
    except Damaged:
        return _cut_media(source, at)


def _cut_media(source: Source, at: int) -> Box | None:
    """Media data whose size reaches beyond the end of the file."""
    size = source.number(at, 4)
    if source.read(at + 4, 4) != b"mdat" or (size != 1 and size < 8):
        return None
    header = 16 if size == 1 else 8
    if source.size - at < header:
        return None
    return Box(b"mdat", at, header, source.size - at)
