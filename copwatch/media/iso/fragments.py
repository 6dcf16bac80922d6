"""Movie fragments (ISO/IEC 14496-12, 8.8): where they place their samples, and what of them stays."""

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.iso.claims import Claims, only, shown
from copwatch.media.iso.grouping import groups
from copwatch.media.iso.samples import Placing
from copwatch.media.iso.tables import counted, numbers
from copwatch.media.iso.tracks import Track, other
from copwatch.media.refusal import Damaged, Unsupported

_BASE, _DESCRIPTION, _DURATION, _SIZE, _FLAGS = 1, 2, 8, 0x10, 0x20
_FROM_MOOF: Final = 0x20000
_OFFSET, _FIRST_FLAGS = 1, 4
_EACH: Final = (0x100, 0x200, 0x400, 0x800)
"""In a run: a duration, a size, flags, a composition offset for each sample."""


class Defaults(NamedTuple):
    """What a track's samples in fragments have where nothing else is said (`trex`)."""

    description: int = 1
    size: int = 0


@dataclass
class Run:
    """Where the samples of a fragment stand."""

    moof: int
    at: int


Gone = Callable[[Track, int, int], None]


def extends(claims: Claims, box: Box, numbers_kept: set[int]) -> dict[int, Defaults]:
    """`mvex`: the defaults of each track; those of tracks that go, go."""
    claims.head(box)
    found = {}
    for child in claims.children(box):
        number = claims.source.number(child.content + 4, 4) if child.length >= 8 else 0
        if child.type == b"trex" and child.length >= 24:
            description = claims.source.number(child.content + 8, 4)
            found[number] = Defaults(description, claims.source.number(child.content + 16, 4))
        if child.type == b"mehd":
            claims.record(child, 12 if claims.source.number(child.content, 1) else 8, "length of the movie")
        elif child.type == b"trex" and number in numbers_kept:
            claims.record(child, 24, "defaults of fragments")
        else:
            other(claims, child, "the header of the movie")
    return found


class Fragments:
    """Gives fragments and the samples that they place their parts."""

    def __init__(
        self, claims: Claims, placing: Placing, tracks: Mapping[int, Track], kept: set[int], gone: Gone
    ) -> None:
        self._claims, self._placing, self._tracks, self._kept, self._gone = (
            claims,
            placing,
            tracks,
            kept,
            gone,
        )
        self.defaults: dict[int, Defaults] = {}

    def fragment(self, moof: Box) -> None:
        """One `moof`. Raises `CannotClean`."""
        claims, run = self._claims, Run(moof.start, moof.start)
        claims.head(moof)
        for child in claims.children(moof):
            if child.type == b"mfhd":
                claims.record(child, 8, "header of a fragment")
            elif child.type == b"traf":
                self._track(child, run)
            else:
                other(claims, child, "a fragment")

    def _track(self, traf: Box, run: Run) -> None:
        claims = self._claims
        header = only(claims.children(traf), b"tfhd")
        if header is None or header.length < 8:
            raise Damaged("a fragment of a track without a header", traf.start)
        number = claims.source.number(header.content + 4, 4)
        track = self._tracks.get(number)
        if track is None or number not in self._kept:
            self._walk(traf, header, track, run)
            kind = shown(track.coding or track.kind) if track else "unknown"
            claims.free(traf, f"a fragment of a track beside picture and sound ({kind})", Danger.TRACKS)
            return
        claims.head(traf)
        for child in claims.children(traf):
            self._keep(child)
        self._walk(traf, header, track, run)

    def _keep(self, box: Box) -> None:
        claims = self._claims
        if box.type == b"tfhd":
            claims.record(box, _header_length(claims, box), "header of a fragment")
        elif box.type == b"tfdt":
            claims.record(box, 12 if claims.source.number(box.content, 1) else 8, "time of a fragment")
        elif box.type == b"trun":
            claims.record(box, _run_end(claims, box), "table of samples")
        elif box.type == b"sdtp":
            claims.record(box, box.length, "table of samples")
        elif box.type in (b"sbgp", b"sgpd"):
            groups(claims, box)
        elif box.type == b"senc":
            raise Unsupported("its picture or sound is encrypted", box.start)
        else:
            other(claims, box, "a fragment")

    def _walk(self, traf: Box, header: Box, track: Track | None, run: Run) -> None:
        """The samples of a fragment of a track, run by run; the next track begins where this one ends."""
        claims = self._claims
        flags, number = (
            claims.source.number(header.content + 1, 3),
            claims.source.number(header.content + 4, 4),
        )
        if _header_length(claims, header) > header.length:
            raise Damaged("the header of a fragment is cut short", header.start)
        at, default = header.content + 8, self.defaults.get(number, Defaults())
        base = run.moof if flags & _FROM_MOOF else run.at
        if flags & _BASE:
            base, at = claims.source.number(at, 8), at + 8
        if flags & _DESCRIPTION:
            default, at = default._replace(description=claims.source.number(at, 4)), at + 4
        at += 4 if flags & _DURATION else 0
        if flags & _SIZE:
            default = default._replace(size=claims.source.number(at, 4))
        position = base
        for box in claims.children(traf):
            if box.type == b"trun":
                position = self._run(box, base, position, track, default)
        run.at = position

    def _run(self, box: Box, base: int, position: int, track: Track | None, default: Defaults) -> int:
        claims = self._claims
        _run_end(claims, box)
        flags, count = claims.source.number(box.content + 1, 3), claims.source.number(box.content + 4, 4)
        at = box.content + 8
        if flags & _OFFSET:
            offset = claims.source.number(at, 4)
            position, at = base + (offset - (1 << 32) if offset >> 31 else offset), at + 4
        at += 4 if flags & _FIRST_FLAGS else 0
        fields = [flag for flag in _EACH if flags & flag]
        if position < 0:
            raise Damaged("samples of a fragment would stand before the file", box.start)
        if 0x200 in fields:
            table = numbers(claims.source, at, count * len(fields), 4)
            lengths = table[fields.index(0x200) :: len(fields)]
        else:
            lengths = array("I")
        length = sum(lengths) if 0x200 in fields else default.size * count
        if track is not None and track.number in self._kept and length:
            if not 0 < default.description <= len(track.descriptions):
                raise Damaged("samples without a description", box.start)
            description = track.descriptions[default.description - 1]
            if 0x200 in fields:
                self._placing.run(description, position, lengths)
            else:
                self._placing.uniform(description, position, default.size, count)
        elif track is not None:
            self._gone(track, position, position + length)
        return position + length


def index_of_fragments(claims: Claims, mfra: Box, kept: set[int]) -> None:
    """`mfra`: for the tracks that stay."""
    claims.head(mfra)
    for child in claims.children(mfra):
        if child.type == b"mfro":
            claims.record(child, 8, "index of fragments")
        elif (
            child.type == b"tfra"
            and child.length >= 16
            and claims.source.number(child.content + 4, 4) in kept
        ):
            sizes = claims.source.number(child.content + 8, 4)
            width = 16 if claims.source.number(child.content, 1) else 8
            width += sum((sizes >> shift & 3) + 1 for shift in (4, 2, 0))
            _, end = counted(claims.source, child, 12, width)
            claims.record(child, end, "index of fragments")
        else:
            other(claims, child, "the index of fragments")


def index_of_segments(claims: Claims, sidx: Box, kept: set[int]) -> None:
    """`sidx` (8.16.3)."""
    wide = sidx.length >= 24 and claims.source.number(sidx.content, 1) > 0
    start = 28 if wide else 20
    if sidx.length < start + 4 or claims.source.number(sidx.content + 4, 4) not in kept:
        claims.free(sidx, "an index that is not needed", Danger.OTHER)
        return
    end = start + 4 + 12 * claims.source.number(sidx.content + start + 2, 2)
    if end > sidx.length:
        raise Damaged("a table is longer than its box", sidx.start)
    claims.record(sidx, end, "index of segments")


def _header_length(claims: Claims, box: Box) -> int:
    flags = claims.source.number(box.content + 1, 3)
    return (
        8
        + (8 if flags & _BASE else 0)
        + 4 * sum(1 for flag in (_DESCRIPTION, _DURATION, _SIZE, _FLAGS) if flags & flag)
    )


def _run_end(claims: Claims, box: Box) -> int:
    """Where the samples of a `trun` end in its content."""
    if box.length < 8:
        raise Damaged("a table is cut short", box.start)
    flags, count = claims.source.number(box.content + 1, 3), claims.source.number(box.content + 4, 4)
    end = 8 + (4 if flags & _OFFSET else 0) + (4 if flags & _FIRST_FLAGS else 0)
    end += 4 * count * sum(1 for flag in _EACH if flags & flag)
    if end > box.length:
        raise Damaged("a table is longer than its box", box.start)
    return end
