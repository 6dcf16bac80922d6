"""Matroska and WebM (RFC 9559; WebM container guidelines), cleaned in place: what goes becomes `Void`.

Cues and SeekHead hold positions, so no byte moves. What stays is named in `copwatch.media.mkv.tables`. Checksums of
elements (CRC-32, optional by RFC 8794, 11.3.1) become `Void` too: what they covered may have changed.
"""

from typing import Final

from copwatch.media.ebml import CRC32, VOID, Element, children, element, void
from copwatch.media.facts import Danger
from copwatch.media.mkv import tables
from copwatch.media.mkv.clusters import Clusters
from copwatch.media.mkv.facts import facts_of
from copwatch.media.mkv.tracks import Track, content, number, tracks
from copwatch.media.mkv.walk import Walk
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from copwatch.media.source import Source

_MAGIC: Final = tables.EBML.to_bytes(4, "big")
_TYPES: Final = {b"matroska": "video/x-matroska", b"webm": "video/webm"}
_STAYS: Final = frozenset({tables.INFO, tables.TRACKS, tables.CUES, tables.CLUSTER})
_MOST_TOP: Final = 2_000_000
_APPS: Final = frozenset({tables.MUXING_APP, tables.WRITING_APP})
_TRAILING: Final = ("bytes behind the end", Danger.TRAILING)


def recognises(head: bytes) -> bool:
    """By the identifier of an EBML header, with a kind of document that is ours in it."""
    return head.startswith(_MAGIC) and any(kind in head[:128] for kind in _TYPES)


def scan(source: Source) -> Scan:
    """Every part of the file.

    Raises:
        Damaged: something is no element where one has to be.
        Unsupported: encrypted, or a coding that is not known well enough.
    """
    parts = Parts(source.size, Treatment.BLANK)
    walk = Walk(source, parts)
    header = element(source, 0, source.size)
    kind = _header(walk, header)
    found: list[Element] = []
    at = header.end or source.size
    segments = 0
    while source.size - at >= 2:
        try:
            top = element(source, at, source.size)
        except Damaged:
            break
        if top.id == tables.SEGMENT and not segments:
            at, segments = _Segment(walk, top, found).end, 1
        elif top.id in (tables.SEGMENT, tables.EBML):
            raise Unsupported("a second recording behind the first", at)
        else:
            break
    if not segments:
        raise Damaged("there is no recording in it", at)
    if source.size - at >= 2:
        void(parts, at, at + 1, source.size, *_TRAILING)
    walk.flush()
    return Scan(kind, parts.whole(), tuple(facts_of(source, found)))


def _header(walk: Walk, header: Element) -> str:
    """The EBML header; returns the media type."""
    if header.id != tables.EBML or header.end is None or header.end > walk.source.size:
        raise Damaged("the header of the document is not whole", 0)
    kind = b""
    for child, _ in children(walk.source, header.content, header.end):
        if child.id == tables.DOC_TYPE:
            kind = content(walk.source, child, 32).rstrip(b"\0")
    if kind not in _TYPES:
        raise Unsupported("a document that is neither Matroska nor WebM", 0)
    walk.master(header.start, header.content, header.end, tables.HEADER)
    return _TYPES[kind]


class _Segment:
    """Gives the elements of a segment their place. `end` is the first position behind it."""

    def __init__(self, walk: Walk, segment: Element, found: list[Element]) -> None:
        self._walk, self._source, self._found = walk, walk.source, found
        size = walk.source.size
        self._limit = size if segment.end is None else min(segment.end, size)
        self._unknown = segment.end is None
        self._tracks = self._tracks_of(segment.content)
        self._kept = {track.number for track in self._tracks}
        self._clusters = Clusters(walk, self._tracks)
        walk.keep(segment.start, segment.content)
        self.end = self._walked(segment.content)

    def _tracks_of(self, at: int) -> list[Track]:
        """The tracks, which have to be known before any block is: they usually stand near the beginning."""
        for _ in range(_MOST_TOP):
            if at >= self._limit:
                break
            found = element(self._source, at, self._limit)
            if found.id == tables.TRACKS and found.end is not None and found.end <= self._limit:
                kept = tracks(self._walk, found.start, found.content, found.end)
                if kept:
                    return kept
                break
            if found.end is None:
                raise Unsupported("pictures stand before their description", at)
            at = found.end
        raise Unsupported("there is no track of picture or sound", at)

    def _walked(self, at: int) -> int:
        seen = False
        for _ in range(_MOST_TOP):
            if at >= self._limit:
                return self._limit
            try:
                found = element(self._source, at, self._limit)
            except CannotClean:
                return self._rest(at)
            if self._unknown and found.id in (tables.EBML, tables.SEGMENT):
                return at
            if found.id == tables.CLUSTER:
                at = self._clusters.cluster(found, self._limit)
                continue
            if found.end is None:
                raise Unsupported("an element of unknown size", at)
            if found.end > self._limit:
                return self._rest(at)
            if found.id == tables.TRACKS:
                if seen:
                    raise Unsupported("tracks are described twice", at)
                seen = True
                self._found.append(found)
            else:
                self._top(found, found.end)
            at = found.end
        raise Unsupported("it has more parts than any program writes", at)

    def _rest(self, at: int) -> int:
        """What cannot be read goes, if it ends the segment and no pictures stand in it."""
        if self._source.find(tables.CLUSTER.to_bytes(4, "big"), at, self._limit) >= 0:
            raise Damaged("something stands between the pictures that is no element", at)
        if self._limit - at >= 2:
            self._walk.gone(at, at + 1, self._limit, *_TRAILING)
        return self._limit

    def _top(self, found: Element, end: int) -> None:
        if found.id == tables.INFO:
            self._info(found, end)
        elif found.id == tables.SEEK_HEAD:
            self._seek_head(found, end)
        elif found.id == tables.CUES:
            self._cues(found, end)
        else:
            self._walk.void(found.id, found.start, found.content, end)
            if found.id not in (VOID, CRC32):
                self._found.append(found)

    def _info(self, info: Element, end: int) -> None:
        self._found.append(info)
        self._walk.keep(info.start, info.content)
        for child, behind in children(self._source, info.content, end):
            if child.id in _APPS:
                # mandatory; a text that begins with a zero is empty (RFC 8794, 13)
                self._walk.keep(child.start, child.content)
                name, danger = tables.named(child.id)
                self._walk.parts.blank(child.content, behind - child.content, name, danger)
            elif child.id in tables.INFO_KEPT and behind - child.content <= tables.NUMBER:
                self._walk.keep(child.start, behind)
            else:
                self._walk.void(child.id, child.start, child.content, behind)

    def _seek_head(self, head: Element, end: int) -> None:
        """References to what stays; what others point to is `Void` now."""
        self._walk.keep(head.start, head.content)
        for seek, behind in children(self._source, head.content, end):
            inside = (
                [child for child, _ in children(self._source, seek.content, behind)]
                if seek.id == tables.SEEK
                else []
            )
            target = next((child for child in inside if child.id == tables.SEEK_ID), None)
            if number(self._source, target) in _STAYS | {tables.SEEK_HEAD}:
                self._walk.master(seek.start, seek.content, behind, tables.SEEK_KEPT)
            else:
                self._walk.void(seek.id, seek.start, seek.content, behind)

    def _cues(self, cues: Element, end: int) -> None:
        """Where pictures stand by their time, for tracks that stay."""
        self._walk.keep(cues.start, cues.content)
        for point, behind in children(self._source, cues.content, end):
            if point.id != tables.CUE_POINT:
                self._walk.void(point.id, point.start, point.content, behind)
                continue
            inside = list(children(self._source, point.content, behind))
            wanted = [self._is_cue(child, after) for child, after in inside]
            if not any(wanted):
                self._walk.gone(
                    point.start,
                    point.content,
                    behind,
                    "a cue of a track that goes",
                    Danger.TRACKS,
                )
                continue
            self._walk.keep(point.start, point.content)
            for (child, after), stays in zip(inside, wanted, strict=True):
                if stays:
                    self._walk.master(child.start, child.content, after, tables.CUE_KEPT)
                elif child.id == tables.CUE_TIME and after - child.content <= tables.NUMBER:
                    self._walk.keep(child.start, after)
                else:
                    self._walk.void(child.id, child.start, child.content, after)

    def _is_cue(self, child: Element, end: int) -> bool:
        """Whether it points into a track that stays."""
        if child.id != tables.CUE_POSITIONS:
            return False
        fields = {field.id: field for field, _ in children(self._source, child.content, end)}
        return number(self._source, fields.get(tables.CUE_TRACK)) in self._kept
