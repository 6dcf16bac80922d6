"""MPEG audio, layers 1 to 3 (ISO/IEC 11172-3, 13818-3): whole frames stay, tags and everything between them go.

A frame of which the end is missing stays if the file ends with it: players decode what is there. An encoder may
write its name (`LAME3.100`) into bits of frames that no decoder reads; they lie within the coded sound, and stay.
"""

import re
from bisect import bisect_left
from typing import Final

from copwatch.media.audio_tags import Tag, before, behind, tag_facts
from copwatch.media.facts import Danger
from copwatch.media.formats import aac, flac
from copwatch.media.gathering import Gathering, text_of
from copwatch.media.kinds import UNKNOWN, media_type
from copwatch.media.mpeg_audio import frame_size, informs, kind, neutral_info
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_SEARCH: Final = 1 << 20
_MOST_GAPS: Final = 10_000
_LONGEST_GAP: Final = 2048
_IN_A_ROW: Final = 3
_HEADER: Final = re.compile(rb"\xff(?=[\xe2-\xff][\x10-\xef])")
_OVERLAP: Final = 1 << 13
"""More than so many frames in a row have."""
_FREE: Final = -1
_HEAD: Final = 44
"""Up to here a frame that only informs says so."""
_SETTINGS: Final = ("the name and settings of an encoder", Danger.SOFTWARE)


def recognises(head: bytes) -> bool:
    """By an ID3v2 tag, or by a frame that is followed by another, as far as the head reaches.

    A recording that was cut out of a longer one begins within a frame; it is known by several whole frames in a row.
    """
    if head[:3] == b"ID3" and len(head) >= 10:
        return max(head[6:10]) < 128
    bare = head.lstrip(b"\0") if head[:1] == b"\0" else head
    if _is_frame(bare):
        return True
    return media_type(head) == UNKNOWN and _frames_follow(head)


def _is_frame(head: bytes) -> bool:
    if len(head) < 4 or head[0] != 0xFF:
        return False
    size = frame_size(head[1], head[2])
    after = head[max(size, 0) : max(size, 0) + 4]
    return size == _FREE or (0 < size <= len(head) and (len(after) < 4 or _follows(head, after)))


def _frames_follow(head: bytes) -> bool:
    """Whether frames of one kind stand somewhere in these bytes, one behind the other."""
    for found in _HEADER.finditer(head):
        at, count, first = found.start(), 0, head[found.start() : found.start() + 4]
        while len(head) - at >= 4 and count < _IN_A_ROW and _follows(first, head[at : at + 4]):
            at += frame_size(head[at + 1], head[at + 2])
            count += 1
        if count == _IN_A_ROW:
            return True
    return False


def scan(source: Source) -> Scan:
    """Every part of the file.

    Raises:
        Damaged: no sound stands in it.
        Unsupported: free format, in which frames do not say how long they are, or frames of more than one kind.
    """
    tags = before(source)
    start = tags[-1].end if tags else 0
    if source.read(start, min(4, source.size - start)) == b"fLaC":
        return flac.scan(source)
    if aac.frame_size(source.read(start, min(7, source.size - start))):
        return aac.scan(source)
    return _Frames(source, tags, start).scan()


def _follows(header: bytes, other: bytes) -> bool:
    return other[0] == 0xFF and frame_size(other[1], other[2]) > 0 and kind(header) == kind(other)


class _Frames:
    """The frames of one file."""

    def __init__(self, source: Source, tags: list[Tag], start: int) -> None:
        self._source, self._tags = source, tags
        self._tags += behind(source, start)
        self._limit = min([source.size, *(tag.start for tag in self._tags if tag.start >= start)])
        self._start, self._header = start, b""
        self._runs: list[tuple[int, int]] = []
        self._informing: list[tuple[int, bytes]] = []

    def scan(self) -> Scan:
        """Gives everything its place."""
        first = self._next(self._start)
        if first is None:
            raise Damaged("no sound stands in it", self._start)
        self._header = self._source.read(first, 4)
        self._walk(first)
        parts, found = Parts(self._source.size, Treatment.DROP), Gathering("MPEG audio")
        informed = self._info(parts, found)
        for at, new in self._informing:
            parts.blank(at, len(new), *_SETTINGS, new)
        for start, end in self._runs:
            begin = max(start, informed)
            for at, new in self._informing[bisect_left(self._informing, (start, b"")) :]:
                if at >= end:
                    break
                parts.keep(begin, at - begin, "sound", essence=True)
                begin = at + len(new)
            parts.keep(begin, end - begin, "sound", essence=True)
        for tag in self._tags:
            parts.drop(tag.start, tag.end - tag.start, f"a tag ({tag.name})", Danger.IDENTITY)
            tag_facts(self._source, tag, found)
        return Scan("audio/mpeg", parts.whole(), tuple(found.facts()))

    def _walk(self, at: int) -> None:
        """Frames from the first to the last, with what stands between them left out."""
        read, limit, (second, third) = self._source.read, self._limit, kind(self._header)
        start = first = at
        while True:
            while limit - at >= 4:
                head = read(at, min(_HEAD, limit - at))
                size = frame_size(head[1], head[2]) if head[0] == 0xFF else 0
                if size <= 0 or head[1] & 0xFE != second or head[2] & 0x0C != third:
                    break
                if (b"Info" in head or b"Xing" in head) and at != first and at + size <= limit:
                    self._other_info(head, at, size)
                at += size
            if at >= limit:
                self._runs.append((start, limit))
                return
            self._runs.append((start, at))
            after = self._next(at) if limit - at > 4 else None
            self._check(at, limit if after is None else after)
            if after is None:
                return
            if len(self._runs) > _MOST_GAPS:
                raise Unsupported("sound with more gaps than any program leaves", at)
            start = at = after

    def _check(self, start: int, end: int) -> None:
        """What goes between or behind the frames may not be sound: that of another rate, if files were put together."""
        for at in range(start, end, _SEARCH):
            data = self._source.read(at, min(_SEARCH + _OVERLAP, end - at))
            if _frames_follow(data):
                raise Unsupported("sound of another kind behind the first", at)

    def _other_info(self, head: bytes, at: int, size: int) -> None:
        """A frame that only informs, with empty side information, behind the first: files were put together."""
        if (mark := informs(head)) and not any(head[6:mark]) and len(self._informing) < _MOST_GAPS:
            new = neutral_info(self._source.read(at, size), None)
            self._informing.append((at, new or b""))

    def _next(self, at: int) -> int | None:
        """Where frames begin at or behind a position: one that another follows, or the only one that is left."""
        for tag in before(self._source, at) if self._header else []:
            if tag.end > self._limit:
                return None
            self._tags.append(tag)
            at = tag.end
        end = min(self._limit, at + _SEARCH)
        data = self._source.read(at, end - at)
        place = data.find(b"\xff")
        while 0 <= place < len(data) - 3:
            size = frame_size(data[place + 1], data[place + 2])
            if size == _FREE and not self._header and self._is_free(data, place):
                raise Unsupported("sound in free format", at + place)
            if size > 0 and self._fits(data, place, at + place + size):
                return at + place
            place = data.find(b"\xff", place + 1)
        return None

    def _fits(self, data: bytes, place: int, end: int) -> bool:
        header = data[place : place + 4]
        if self._header and kind(header) != kind(self._header):
            return False
        if self._limit - end < 4:
            return end <= self._limit
        return _follows(header, self._source.read(end, 4))

    def _is_free(self, data: bytes, place: int) -> bool:
        """A file of free format begins with it; within other bytes the same two bytes mean nothing."""
        return place == 0 and data[place + 1] >> 1 & 3 != 0

    def _info(self, parts: Parts, found: Gathering) -> int:
        """The frame that only informs, if there is one; returns the first position behind it, else 0."""
        first = self._runs[0][0]
        size = frame_size(self._header[1], self._header[2])
        total = sum(end - start for start, end in self._runs)
        if total < size:
            return 0
        frame = self._source.read(first, min(size, self._runs[0][1] - first))
        new = neutral_info(frame, total) if len(frame) == size else None
        if new is None:
            return 0
        name = next((frame[at : at + 9] for mark in (b"LAME", b"Lav") if (at := frame.find(mark)) > 0), b"")
        found.add(Danger.SOFTWARE, "program", text_of(name), first)
        parts.blank(first, size, *_SETTINGS, new)
        if first - self._start <= _LONGEST_GAP:
            # players do not read this frame where it does not stand at once behind the tag; so it stays for them
            parts.blank(self._start, first - self._start, "bytes before the sound", Danger.OTHER)
        return first + size
