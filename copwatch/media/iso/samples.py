"""Samples of the tracks that stay: what in them is picture and sound, and what changes, for each coding."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from copwatch.media.facts import Danger
from copwatch.media.iso import codings
from copwatch.media.iso.entries import Description
from copwatch.media.iso.jpeg_frames import jpeg_frame
from copwatch.media.iso.nal import Units, coding
from copwatch.media.iso.obu import must_be_seen, replacement, unit_header
from copwatch.media.iso.startcodes import user_data
from copwatch.media.iso.stretches import Near, Stretches
from copwatch.media.iso.tables import MOST_ENTRIES, Chunk
from copwatch.media.iso.tracks import Track
from copwatch.media.refusal import Damaged, Unsupported

Sample = Callable[[int, int], None]
"""Gives the bytes of one sample, by start and length, their place."""
_PRORES_HEADER: Final = 16
_FILL_ELEMENT: Final = 6
_ACTED_ON: Final = b"libfaac "
"""The one name that decoders act on: they leave out what this encoder put before the sound."""


class Placing:
    """Puts the samples of a file's tracks where they belong."""

    def __init__(self, near: Near, found: Stretches) -> None:
        self._near, self._found = near, found
        self._ways: dict[Description, Sample | None] = {}

    def table(self, track: Track) -> None:
        """All samples of a track that stays, by its tables. Raises `CannotClean`."""
        tables = track.tables
        if tables is None:
            return
        for chunk in tables.chunks():
            description = _description(track, chunk)
            way = self._way(description)
            if way is None:
                fixed = description.fixed if track.single_values and track.kind == b"soun" else None
                self._plain(chunk.start, tables.length(chunk, fixed), description, chunk.first == 0)
            elif tables.size:
                self._check(chunk.start, tables.size * chunk.samples, chunk.samples)
                self.run(description, chunk.start, [tables.size] * chunk.samples)
            else:
                self.run(description, chunk.start, tables.lengths(chunk))

    def run(self, description: Description, start: int, lengths: Iterable[int]) -> None:
        """Samples that follow one another from `start`."""
        way = self._way(description)
        if way is None:
            self._plain(start, sum(lengths), description, True)
            return
        for length in lengths:
            if length:
                if start + length > self._near.source.size:
                    raise Damaged("a sample stands beyond the end of the file", start)
                way(start, length)
                start += length

    def gone(self, track: Track) -> None:
        """All samples of a track that goes, as far as its tables can be read."""
        tables = track.tables
        if tables is None:
            return
        for chunk in tables.chunks():
            self._found.remove(
                chunk.start, chunk.start + tables.length(chunk, None), track.label, track.danger
            )

    def _check(self, start: int, length: int, count: int) -> None:
        if start + length > self._near.source.size:
            raise Damaged("a sample stands beyond the end of the file", start)
        if count > MOST_ENTRIES:
            raise Unsupported("it has more samples than any camera writes", start)

    def _plain(self, start: int, length: int, description: Description, first: bool) -> None:
        self._check(start, length, 1)
        if first and description.object_type in codings.AAC_OBJECTS:
            start, length = self._behind_fill(start, length)
        self._found.keep(start, start + length)

    def _behind_fill(self, start: int, length: int) -> tuple[int, int]:
        """Encoders of AAC write their name into a fill element at the very beginning (14496-3, 4.4.2.7)."""
        head = self._near.at(start, min(length, 300))
        if len(head) < 4 or head[0] >> 5 != _FILL_ELEMENT:
            return start, length
        bits = int.from_bytes(head[:4], "big")
        count, at = bits >> 25 & 15, 7
        if count == 15:
            count, at = 14 + (bits >> 17 & 255), 15
        kind = bits >> 28 - at & 15
        # what follows the type (0: fill) are bits of no meaning; whole bytes between are blanked
        low, high = (at + 4 + 7) // 8, (at + 8 * count) // 8
        if kind or not count or high > len(head) or high <= low or _ACTED_ON in head[low - 1 : high]:
            return start, length
        self._found.keep(start, start + low)
        self._found.other(
            start + low, start + high, "name of the encoder in the sound", Danger.SOFTWARE, None
        )
        return start + high, length - high

    def _way(self, description: Description) -> Sample | None:
        if description not in self._ways:
            self._ways[description] = self._way_of(description)
        return self._ways[description]

    def _way_of(self, description: Description) -> Sample | None:
        kind = description.coding
        if kind in codings.NAL_H264 | codings.NAL_HEVC:
            rules = coding("h264" if kind in codings.NAL_H264 else "hevc", dolby=_dolby(description))
            return Units(self._near, self._found, rules, description.unit).sample
        if kind in codings.AV1:
            return self._obus
        if kind in codings.MPEG2_VIDEO | codings.MPEG4_VIDEO:
            return self._start_codes_of(description)
        if kind in codings.JPEG:
            return self._jpeg
        return self._prores if kind in codings.PRORES else None

    def _start_codes_of(self, description: Description) -> Sample | None:
        others = description.object_type and description.object_type != codings.MPEG4_OBJECT
        if others and description.object_type in (0x6C,):
            return self._jpeg
        return self._start_codes

    def _obus(self, start: int, length: int) -> None:
        at, kept, end = start, start, start + length
        while at < end:
            head = self._near.at(at, min(10, end - at))
            kind, header, size = unit_header(head, end - at, at)
            stop = at + header + size
            if must_be_seen(kind):
                new = replacement(kind, self._near.exactly(at, stop - at), header)
                if new is not None:
                    self._found.keep(kept, at)
                    what = "metadata in the picture's stream"
                    self._found.other(at, stop, what, Danger.SOFTWARE, new)
                    kept = stop
            at = stop
        self._found.keep(kept, end)

    def _start_codes(self, start: int, length: int) -> None:
        kept = start
        for low, high, new in user_data(self._near.exactly(start, length)):
            self._found.keep(kept, start + low)
            what = "user data in the picture's stream"
            self._found.other(start + low, start + high, what, Danger.SOFTWARE, new)
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

    def _prores(self, start: int, length: int) -> None:
        """The four letters of the encoder in the header of a frame (SMPTE RDD 36, 5.1.1)."""
        head = self._near.at(start, _PRORES_HEADER)
        if length < _PRORES_HEADER or head[4:8] != b"icpf":
            self._found.keep(start, start + length)
            return
        self._found.keep(start, start + 12)
        self._found.other(start + 12, start + 16, "letters of the encoder", Danger.SOFTWARE, None)
        self._found.keep(start + 16, start + length)


def _dolby(description: Description) -> bool:
    return description.dolby or bool(re.match(rb"dv[ah]", description.coding))


def _description(track: Track, chunk: Chunk) -> Description:
    index = chunk.description - 1
    if not 0 <= index < len(track.descriptions):
        raise Damaged("samples without a description", chunk.start)
    return track.descriptions[index]
