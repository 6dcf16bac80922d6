"""The blocks of Matroska (RFC 9559, 5.1.3 and 10): frames of the tracks that stay, and what hides in them.

A film of two hours has half a million blocks, so the walk over them makes no object for a block.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from copwatch.media.ebml import LONGEST_HEADER, Element, children, element
from copwatch.media.facts import Danger
from copwatch.media.iso.dv_frames import dv_frame
from copwatch.media.iso.jpeg_frames import jpeg_frame
from copwatch.media.iso.nal import Act, Change
from copwatch.media.iso.obu import blanked_obus
from copwatch.media.iso.png_frames import png_frame
from copwatch.media.iso.sps import learned
from copwatch.media.iso.startcodes import StartCodes
from copwatch.media.mkv import tables
from copwatch.media.mkv.private import DV, JPEG, MPEG2, MPEG4, OBUS, PNG, START_CODES, UNITS, Coding
from copwatch.media.mkv.tracks import Track, number
from copwatch.media.mkv.units import Stream, neutral_unit, rules
from copwatch.media.mkv.walk import Walk
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import LONGEST_READ

_LACED: Final = 0x06
_ENCODER: Final = 4
"""Where the four letters of the encoder stand in the header of a frame of ProRes (SMPTE RDD 36, 5.1.1)."""
_GONE: Final = ("a block of a track that goes", Danger.TRACKS)
_INSIDE: Final = ("information beside the picture", Danger.IDENTITY)
_Change = tuple[int, bytes, tuple[str, Danger]]
"""Where, what stands there afterwards, and what it is."""


class Clusters:
    """Gives the clusters of a segment their place."""

    def __init__(self, walk: Walk, tracks: list[Track]) -> None:
        self._walk, self._source = walk, walk.source
        self._tracks: Mapping[int, Track] = {track.number: track for track in tracks}
        self._layouts = {track.number: track.coding.layouts for track in tracks}
        self._looks = {track.number: _look(track.coding) for track in tracks}
        self._acts = {hevc: rules(hevc=hevc).acts for hevc in (False, True)}

    def cluster(self, found: Element, limit: int) -> int:
        """One cluster, up to `limit` at the most; returns the first position behind it.

        A cluster of unknown size ends where something begins that stands in a segment. What is cut off by the end of
        the file is no block for any reader, so it goes.

        Raises:
            CannotClean: something in it is no element, or a frame is not what its codec says.
        """
        walk, source = self._walk, self._source
        walk.keep(found.start, found.content)
        at, end = found.content, limit if found.end is None else min(found.end, limit)
        while at < end:
            try:
                child = element(source, at, end)
            except Damaged:
                if end == source.size and end - at < LONGEST_HEADER:
                    return self._cut_off(at, end)
                raise
            if found.end is None and (child.id in tables.TOP or child.id in (tables.EBML, tables.SEGMENT)):
                return at
            if child.end is None:
                raise Unsupported("a block of unknown size", at)
            if child.end > end:
                if end != source.size:
                    raise Damaged("a block is longer than what holds it", at)
                return self._cut_off(at, end)
            self._child(child, child.end)
            at = child.end
        return end

    def _cut_off(self, at: int, end: int) -> int:
        if end - at >= 2:
            self._walk.gone(at, at + 1, end, "a block that is cut short", Danger.TRAILING)
        return end

    def _child(self, child: Element, end: int) -> None:
        if child.id == tables.SIMPLE_BLOCK:
            self._block(child, child.start, end)
        elif child.id in tables.CLUSTER_KEPT and end - child.content <= tables.NUMBER:
            self._walk.keep(child.start, end)
        elif child.id == tables.BLOCK_GROUP:
            self._group(child, end)
        elif child.id == tables.ENCRYPTED_BLOCK:
            raise Unsupported("an encrypted block", child.start)
        else:
            self._walk.void(child.id, child.start, child.content, end)

    def _track_of(self, block: Element, end: int) -> tuple[Track | None, int, int]:
        """Whose block it is, its flags, and where its frames begin."""
        head = self._source.read(block.content, min(12, end - block.content))
        width = 9 - head[0].bit_length() if head else 9
        if width > 8 or len(head) < width + 3:
            raise Damaged("a block has no track", block.start)
        name = int.from_bytes(head[:width], "big") & (1 << 7 * width) - 1
        return self._tracks.get(name), head[width + 2], block.content + width + 3

    def _block(self, block: Element, start: int, end: int) -> None:
        track, flags, frames = self._track_of(block, end)
        if track is None:
            self._walk.gone(start, block.content, end, *_GONE)
        elif not track.coding.frames:
            self._walk.keep(start, end, essence=True)
        else:
            if flags & _LACED:
                raise Unsupported("several pictures in one block", start)
            self._walk.keep(start, frames, essence=True)
            self._frame(track, frames, end)

    def _frame(self, track: Track, start: int, end: int) -> None:
        """One frame of a coding in which something can stand beside the picture."""
        walk, kept = self._walk, start
        changes = (
            self._units(track, start, end) if track.coding.frames == UNITS else self._found(track, start, end)
        )
        for at, new, what in changes:
            if at < kept:
                raise Unsupported(
                    "information beside the picture at the stripped beginning of a frame", start
                )
            if at > kept:
                walk.keep(kept, at, essence=True)
            kept = at + len(new)
            if (
                self._source.read(at, len(new)) == new
            ):  # filler, which may be most of a file: it is not held in memory
                walk.keep(at, kept)
            else:
                walk.blank(at, new, *what)
        if end > kept:
            walk.keep(kept, end, essence=True)

    def _found(self, track: Track, start: int, end: int) -> Iterator[_Change]:
        """What changes in a frame that has to be read as a whole."""
        if end - start > LONGEST_READ:
            raise Unsupported("a picture that is larger than any", start)
        prefix, look = track.prefix, self._looks[track.number]
        data = prefix + self._source.read(start, end - start)
        for at, new, what in look(data, start):
            if at < len(prefix):
                raise Unsupported("information beside the picture at the stripped start of a frame", start)
            yield start + at - len(prefix), new, what

    def _units(self, track: Track, start: int, end: int) -> Iterator[_Change]:
        """What changes in a frame of units with their lengths, of which only the first bytes are read."""
        width, prefix = track.coding.width, track.prefix
        read, acts = self._source.read, self._acts[track.coding.hevc]
        at, seen = start - len(prefix), False
        while at < end:
            if end - at < width:
                raise Damaged("a picture is cut short", at)
            want = min(width + 1, end - at)
            head = read(at, want) if at >= start else self._joined(prefix, start, at, want)
            size = int.from_bytes(head[:width], "big")
            at += width
            if size > end - at:
                raise Damaged("a part of a picture is longer than its frame", max(at, start))
            if size:
                act = acts[head[width]]
                if act is Act.SLICE:
                    seen = True
                elif act is not Act.KEEP:
                    unit = read(at, size) if at >= start else self._joined(prefix, start, at, size)
                    change = self._neutral(track, unit, seen=seen)
                    if change is not None:
                        yield _visible(at, unit, change, start)
            at += size

    def _neutral(self, track: Track, unit: bytes, *, seen: bool) -> Change | None:
        layouts, hevc = self._layouts[track.number], track.coding.hevc
        change = neutral_unit(unit, hevc=hevc, seen=seen, layouts=layouts)
        if not hevc:
            self._layouts[track.number] = learned(layouts, unit)
        return change

    def _joined(self, prefix: bytes, start: int, at: int, length: int) -> bytes:
        """Bytes of a frame that begin in its stripped header, which the file holds once for all frames."""
        hidden = prefix[at - start + len(prefix) :][:length]
        return hidden + self._source.read(start, length - len(hidden))

    def _group(self, group: Element, end: int) -> None:
        """A block with what belongs to it: its duration, what it refers to, and alpha of VP8 and VP9."""
        walk = self._walk
        inside = [child for child, _ in children(self._source, group.content, end)]
        block = next((child for child in inside if child.id == tables.BLOCK), None)
        track = self._track_of(block, block.end)[0] if block and block.end else None
        if track is None:
            walk.gone(group.start, group.content, end, *_GONE)
            return
        walk.keep(group.start, group.content, essence=True)
        for child in inside:
            behind = child.end or end
            if child is block:
                self._block(child, child.start, behind)
            elif child.id in tables.GROUP_KEPT and behind - child.content <= tables.NUMBER:
                walk.keep(child.start, behind, essence=True)
            elif child.id == tables.ADDITIONS and track.alpha:
                walk.keep(child.start, child.content, essence=True)
                self._additions(child, behind)
            else:
                walk.void(child.id, child.start, child.content, behind)

    def _additions(self, additions: Element, end: int) -> None:
        """Only additional data of the number 1, which is the alpha channel (WebM container guidelines)."""
        walk = self._walk
        for more, behind in children(self._source, additions.content, end):
            inside = self._inside(more, behind)
            names = [child for child in inside if child.id == tables.ADD_ID]
            known = (
                all(child.id in (tables.ADD_ID, tables.ADDITIONAL) for child in inside) and len(inside) <= 2
            )
            is_alpha = all(number(self._source, child) == 1 for child in names)
            if inside and known and is_alpha:
                walk.keep(more.start, behind, essence=True)
            else:
                walk.void(more.id, more.start, more.content, behind)

    def _inside(self, more: Element, end: int) -> list[Element]:
        if more.id != tables.BLOCK_MORE:
            return []
        return [child for child, _ in children(self._source, more.content, end)]


def _visible(at: int, unit: bytes, change: Change, start: int) -> _Change:
    """A change of a unit, of which what stands before `start` is in the stripped header of all frames."""
    hidden = max(0, start - at - change.start)
    if change.new[:hidden] != unit[change.start :][:hidden]:
        raise Unsupported("information beside the picture at the stripped start of a frame", start)
    return at + change.start + hidden, change.new[hidden:], (change.what, change.danger)


def _look(rule: Coding) -> Callable[[bytes, int], Iterator[_Change]]:
    """What finds in the frames of a track, given in their order with their place, what is no picture."""
    if rule.frames == START_CODES:
        stream = Stream(hevc=rule.hevc, layouts=rule.layouts)
        return lambda data, _: (
            (at + change.start, change.new, (change.what, change.danger)) for at, change in stream.found(data)
        )
    if rule.frames in (MPEG2, MPEG4):
        codes = StartCodes(mpeg4=rule.frames == MPEG4)
        return lambda data, _: (
            (found.start, found.new, (found.what, found.danger)) for found in codes.found(data)
        )
    return lambda data, offset: ((at, new, _INSIDE) for at, new in _changes(data, rule, offset))


def _changes(data: bytes, rule: Coding, offset: int) -> Iterator[tuple[int, bytes]]:
    """(place, new bytes) of what is no picture in a frame that stands at `offset`, of the codings without memory."""
    if rule.frames == OBUS:
        changes = blanked_obus(data, 0, len(data), offset)
    elif rule.frames == JPEG:
        changes = ((at, stop, bytes(stop - at)) for at, stop in jpeg_frame(data))
    elif rule.frames == PNG:
        changes = png_frame(data, offset)
    elif rule.frames == DV:
        changes = dv_frame(data)
    else:
        at = _ENCODER + (8 if data[4:8] == b"icpf" else 0)
        changes = iter([(at, at + 4, bytes(4))] if len(data) >= at + 4 else [])
    return ((at, new) for at, _, new in changes)
