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
from copwatch.media.iso.tables import counted, numbers, plain_end
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


class Header(NamedTuple):
    """What a `tfhd` says; None where it says nothing. `length` is how long it is by what it says."""

    number: int
    base: int | None
    description: int | None
    size: int | None
    from_moof: bool
    length: int


class Table(NamedTuple):
    """The beginning of a `trun`: how many samples, from where, what is said of each, and where that stands."""

    samples: int
    offset: int | None
    fields: list[int]
    at: int
    length: int


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
        children = list(claims.children(traf))
        first = only(children, b"tfhd")
        if first is None or first.length < 8:
            raise Damaged("a fragment of a track without a header", traf.start)
        header = _header(claims, first)
        track = self._tracks.get(header.number)
        stays = track is not None and header.number in self._kept
        if stays:
            claims.head(traf)
            self._walk(children, header, track, run)
        else:
            self._walk([box for box in children if box.type == b"trun"], header, track, run)
            kind = shown(track.coding or track.kind) if track else "unknown"
            claims.free(traf, f"a fragment of a track beside picture and sound ({kind})", Danger.TRACKS)

    def _walk(self, children: list[Box], header: Header, track: Track | None, run: Run) -> None:
        """The boxes of a fragment of a track, and its samples; the next track begins where this one ends."""
        claims, keeps = self._claims, track is not None and track.number in self._kept
        base = header.base
        if base is None:
            base = run.moof if header.from_moof else run.at
        position = base
        tables = {box: _table(claims, box) for box in children if box.type == b"trun"}
        samples = sum(table.samples for table in tables.values())
        for box in children:
            if box.type == b"trun":
                table = tables[box]
                if keeps:
                    claims.record(box, table.length, "table of samples")
                position = self._run(box, table, header, base, position, track)
            elif keeps:
                _keep(claims, box, samples)
        run.at = position

    def _run(
        self, box: Box, table: Table, header: Header, base: int, position: int, track: Track | None
    ) -> int:
        if table.offset is not None:
            position = base + table.offset
        if position < 0:
            raise Damaged("samples of a fragment would stand before the file", box.start)
        default = self.defaults.get(header.number, Defaults())
        size = default.size if header.size is None else header.size
        sized = 0x200 in table.fields
        lengths = _lengths(self._claims, table) if sized else array("I")
        length = sum(lengths) if sized else size * table.samples
        if track is not None and track.number in self._kept and length:
            index = default.description if header.description is None else header.description
            if not 0 < index <= len(track.descriptions):
                raise Damaged("samples without a description", box.start)
            description = track.descriptions[index - 1]
            if sized:
                self._placing.run(description, position, lengths)
            else:
                self._placing.uniform(description, position, size, table.samples)
        elif track is not None:
            self._gone(track, position, position + length)
        return position + length


def _keep(claims: Claims, box: Box, samples: int) -> None:
    """A box of a fragment of a track that stays, of so many samples. Raises `CannotClean`."""
    if box.type == b"tfhd":
        claims.record(box, _header(claims, box).length, "header of a fragment")
    elif box.type == b"tfdt":
        claims.record(box, 12 if claims.source.number(box.content, 1) else 8, "time of a fragment")
    elif box.type == b"sdtp":
        claims.record(box, plain_end(claims.source, box, samples), "table of samples")
    elif box.type in (b"sbgp", b"sgpd"):
        groups(claims, box)
    elif box.type == b"senc":
        raise Unsupported("its picture or sound is encrypted", box.start)
    else:
        other(claims, box, "a fragment")


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


def _header(claims: Claims, box: Box) -> Header:
    """`tfhd` (8.8.7), of which there are at least eight bytes. Raises `Damaged`."""
    data = claims.source.read(box.content, min(box.length, 32))
    flags, at = int.from_bytes(data[1:4], "big"), 8
    found: dict[int, int] = {}
    for flag, width in ((_BASE, 8), (_DESCRIPTION, 4), (_DURATION, 4), (_SIZE, 4), (_FLAGS, 4)):
        if flags & flag:
            found[flag] = int.from_bytes(data[at : at + width], "big")
            at += width
    if at > box.length:
        raise Damaged("the header of a fragment is cut short", box.start)
    number, from_moof = int.from_bytes(data[4:8], "big"), bool(flags & _FROM_MOOF)
    return Header(number, found.get(_BASE), found.get(_DESCRIPTION), found.get(_SIZE), from_moof, at)


def _table(claims: Claims, box: Box) -> Table:
    """The beginning of `trun` (8.8.8). Raises `Damaged`."""
    if box.length < 8:
        raise Damaged("a table is cut short", box.start)
    data = claims.source.read(box.content, min(box.length, 12))
    flags, count = int.from_bytes(data[1:4], "big"), int.from_bytes(data[4:8], "big")
    offset = int.from_bytes(data[8:12], "big", signed=True) if flags & _OFFSET else None
    fields = [flag for flag in _EACH if flags & flag]
    at = 8 + (4 if flags & _OFFSET else 0) + (4 if flags & _FIRST_FLAGS else 0)
    length = at + 4 * count * len(fields)
    if length > box.length:
        raise Damaged("a table is longer than its box", box.start)
    return Table(count, offset, fields, box.content + at, length)


def _lengths(claims: Claims, table: Table) -> "array[int]":
    """Of each sample."""
    each = len(table.fields)
    return numbers(claims.source, table.at, table.samples * each, 4)[table.fields.index(0x200) :: each]
