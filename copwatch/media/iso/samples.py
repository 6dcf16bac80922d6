"""Samples of the tracks that stay: what in them is picture and sound, and what changes, for each coding."""

import re
from array import array
from collections.abc import Callable
from typing import Final

from copwatch.media.facts import Danger
from copwatch.media.iso import codings
from copwatch.media.iso.aac_config import encoder_name
from copwatch.media.iso.dv_frames import dv_frame
from copwatch.media.iso.entries import Description
from copwatch.media.iso.jpeg_frames import jpeg_frame
from copwatch.media.iso.nal import Units, coding
from copwatch.media.iso.obu import must_be_seen, replacement, unit_header
from copwatch.media.iso.png_frames import png_frame
from copwatch.media.iso.sps import UNKNOWN
from copwatch.media.iso.startcodes import StartCodes
from copwatch.media.iso.stretches import Near, Stretches
from copwatch.media.iso.tables import Chunk, Fixed
from copwatch.media.iso.tracks import Track
from copwatch.media.refusal import Damaged, Unsupported

Samples = Callable[[int, "array[int]"], None]
"""Gives the bytes of samples that follow one another, by start and lengths, their place."""
_MOST_READS: Final = 8
_PRORES_HEADER: Final = 16


class Placing:
    """Puts the samples of a file's tracks where they belong."""

    def __init__(self, near: Near, found: Stretches) -> None:
        self._near, self._found = near, found
        self._ways: dict[Description, Samples | None] = {}
        self._in_order: set[Samples] = set()
        self._seen = 0

    def table(self, track: Track) -> None:
        """All samples of a track that stays, by its tables. Raises `CannotClean`."""
        tables = track.tables
        if tables is None:
            return
        ways: dict[int, tuple[Description, Samples | None, Fixed | None]] = {}
        for chunk in tables.chunks():
            start, index, first, count = chunk
            if index not in ways:
                described = _description(track, chunk)
                counted = track.single_values and track.kind == b"soun"
                ways[index] = described, self._way(described), described.fixed if counted else None
            description, way, fixed = ways[index]
            if way is None:
                self._plain(start, tables.length(chunk, fixed), description, first=not first)
            elif tables.size:
                self.uniform(description, start, tables.size, count)
            else:
                self._walk(way, start, tables.sizes[first : first + count])

    def run(self, description: Description, start: int, lengths: "array[int]") -> None:
        """Samples that follow one another from `start`."""
        way = self._way(description)
        if way is None:
            self._plain(start, sum(lengths), description, first=True)
        else:
            self._walk(way, start, lengths)

    def uniform(self, description: Description, start: int, size: int, count: int) -> None:
        """The same for samples of one size."""
        way = self._way(description)
        self._check(start, size * count)
        if way is None:
            self._plain(start, size * count, description, first=True)
        elif size:
            self._walk(way, start, array("I", [size]) * count)

    def _walk(self, way: Samples, start: int, lengths: "array[int]") -> None:
        """Looks into samples where nobody did before. Some share their bytes, but none are read again and again."""
        length = sum(lengths)
        self._check(start, length)
        if way not in self._in_order and self._near.source.known(start, start + length):
            self._found.keep(start, start + length)
            return
        self._seen += length
        if self._seen > _MOST_READS * self._near.source.size:
            raise Unsupported("its samples mean the same bytes again and again", start)
        way(start, lengths)

    def gone(self, track: Track) -> None:
        """All samples of a track that goes, as far as its tables can be read."""
        tables = track.tables
        if tables is None:
            return
        for chunk in tables.chunks():
            end = chunk.start + tables.length(chunk, None)
            self._found.remove(chunk.start, end, track.label, track.danger)

    def _check(self, start: int, length: int) -> None:
        if start + length > self._near.source.size:
            raise Damaged("a sample stands beyond the end of the file", start)

    def _plain(self, start: int, length: int, description: Description, *, first: bool) -> None:
        self._check(start, length)
        if first and description.object_type in codings.AAC_OBJECTS:
            start, length = self._behind_fill(start, length)
        self._found.keep(start, start + length)

    def _behind_fill(self, start: int, length: int) -> tuple[int, int]:
        """Encoders of AAC write their name into a fill element at the very beginning (14496-3, 4.4.2.7)."""
        low, high = encoder_name(self._near.at(start, min(length, 300)))
        if not high:
            return start, length
        self._found.keep(start, start + low)
        self._found.other(
            start + low, start + high, "name of the encoder in the sound", Danger.SOFTWARE, None
        )
        return start + high, length - high

    def _way(self, description: Description) -> Samples | None:
        if description not in self._ways:
            way = self._ways[description] = self._way_of(description)
            if way is not None and _has_memory(description):
                self._in_order.add(way)
        return self._ways[description]

    def _way_of(self, description: Description) -> Samples | None:
        """How samples of a coding are looked into; None when nothing but picture or sound can be in them."""
        kind = description.coding
        if kind in codings.NAL_H264 | codings.NAL_HEVC:
            rules = coding("h264" if kind in codings.NAL_H264 else "hevc", dolby=_dolby(description))
            return Units(self._near, self._found, rules, description.unit, description.layouts).samples
        if kind in codings.AV1:
            return _each(self._obus)
        if kind in codings.MPEG2_VIDEO | codings.MPEG4_VIDEO:
            return self._way_of_object(description)
        ways = (
            (codings.JPEG, self._jpeg),
            (codings.PNG, self._png),
            (codings.DV, self._dv),
            (codings.PRORES, self._prores),
        )
        return next((_each(way) for known, way in ways if kind in known), None)

    def _way_of_object(self, description: Description) -> Samples | None:
        """Sample entries for MPEG-4 may hold other codings, which the object type names (mp4ra.org)."""
        object_type = description.object_type
        if object_type in (0, codings.MPEG4_OBJECT) or object_type in codings.MPEG2_OBJECTS:
            codes = StartCodes(mpeg4=_is_mpeg4(description))
            return _each(lambda start, length: self._start_codes(codes, start, length))
        if object_type == codings.JPEG_OBJECT:
            return _each(self._jpeg)
        if object_type == codings.PNG_OBJECT:
            return _each(self._png)
        if object_type in codings.PLAIN_OBJECTS:
            return None
        raise Unsupported(f"pictures in a coding that is not known (object type {object_type})")

    def _obus(self, start: int, length: int) -> None:
        at, kept, end = start, start, start + length
        while at < end:
            head = self._near.at(at, min(10, end - at))
            kind, header, size = unit_header(head, end - at, at)
            stop = at + header + size
            if must_be_seen(kind):
                change = replacement(kind, self._near.exactly(at, stop - at), header, at)
                if change is not None:
                    self._found.keep(kept, at + change[0])
                    what = "metadata in the picture's stream"
                    self._found.other(at + change[0], stop, what, Danger.SOFTWARE, change[1])
                    kept = stop
            at = stop
        self._found.keep(kept, end)

    def _start_codes(self, codes: StartCodes, start: int, length: int) -> None:
        kept = start
        for low, high, new, what, danger in codes.found(self._near.exactly(start, length)):
            self._found.keep(kept, start + low)
            self._found.other(start + low, start + high, what, danger, new)
            kept = start + high
        self._found.keep(kept, start + length)

    def _jpeg(self, start: int, length: int) -> None:
        kept = start
        for low, high in jpeg_frame(self._near.exactly(start, length)):
            self._found.keep(kept, start + low)
            what = "metadata in a picture of the track"
            self._found.other(start + low, start + high, what, Danger.IDENTITY, None)
            kept = start + high
        self._found.keep(kept, start + length)

    def _png(self, start: int, length: int) -> None:
        kept = start
        for low, high, new in png_frame(self._near.exactly(start, length), start):
            self._found.keep(kept, start + low)
            what = "texts and other data in a picture of the track"
            self._found.other(start + low, start + high, what, Danger.IDENTITY, new)
            kept = start + high
        self._found.keep(kept, start + length)

    def _dv(self, start: int, length: int) -> None:
        kept = start
        for low, high, new in dv_frame(self._near.exactly(start, length)):
            self._found.keep(kept, start + low)
            self._found.other(start + low, start + high, "date and camera in the picture", Danger.TIME, new)
            kept = start + high
        self._found.keep(kept, start + length)

    def _prores(self, start: int, length: int) -> None:
        """The four letters of the encoder in the header of a frame (SMPTE RDD 36, 5.1.1)."""
        head = self._near.at(start, _PRORES_HEADER)
        if length < _PRORES_HEADER or head[4:8] != b"icpf":
            self._found.keep(start, start + length)
            return
        self._found.keep(start, start + 12)
        self._found.other(start + 12, start + 16, "letters of the encoder", Danger.SOFTWARE, None)
        self._found.keep(start + 16, start + length)


def _each(sample: Callable[[int, int], None]) -> Samples:
    """A way through samples one by one."""

    def samples(start: int, lengths: "array[int]") -> None:
        for length in lengths:
            if length:
                sample(start, length)
                start += length

    return samples


def _is_mpeg4(description: Description) -> bool:
    if description.object_type:
        return description.object_type == codings.MPEG4_OBJECT
    return description.coding in codings.MPEG4_VIDEO


def _has_memory(description: Description) -> bool:
    """Whether what a sample means depends on the samples before it, so that all have to be walked in order."""
    kind = description.coding
    if kind in codings.NAL_H264:
        return description.layouts == UNKNOWN
    return kind in codings.MPEG2_VIDEO | codings.MPEG4_VIDEO and _is_mpeg4(description)


def _dolby(description: Description) -> bool:
    return description.dolby or bool(re.match(rb"dv[ah]", description.coding))


def _description(track: Track, chunk: Chunk) -> Description:
    index = chunk.description - 1
    if not 0 <= index < len(track.descriptions):
        raise Damaged("samples without a description", chunk.start)
    return track.descriptions[index]
