"""AAC in frames of its own (ADTS; ISO/IEC 14496-3, 1.A.3.2), as recorders of voice and messengers write it.

Frames stay; tags before, between and behind them go. Between frames there may be nothing else, or it is not certain
which of them are sound.
"""

import re
from typing import Final

from copwatch.media.audio_tags import Tag, before, behind, tag_facts
from copwatch.media.facts import Danger
from copwatch.media.gathering import Gathering, text_of
from copwatch.media.iso.aac_config import encoder_name
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_HEADER: Final = 7
_CHECKSUM: Final = 2
_LONGEST_ELEMENT: Final = 300
_RATES: Final = 13
_AT_ONCE: Final = 1 << 20
_MARK: Final = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")
_PRIVATE, _COPYRIGHT = 0x02, 0x0C
"""In the third byte of a header its private bit, in the fourth two that spell a copyright number over many frames.

Where they are the same in all frames they spell nothing; some encoders set one.
"""


def recognises(head: bytes) -> bool:
    """By a frame that is followed by another, as far as the head reaches."""
    size = frame_size(head)
    if not size:
        return False
    after = head[size : size + _HEADER]
    return len(after) < _HEADER or (frame_size(after) > 0 and _kind(after) == _kind(head))


def frame_size(header: bytes) -> int:
    """How long a frame is that begins with these seven bytes; 0 for what is no header."""
    if (
        len(header) < _HEADER
        or header[0] != 0xFF
        or header[1] & 0xF6 != 0xF0
        or header[2] >> 2 & 15 >= _RATES
    ):
        return 0
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return size if size > _HEADER + (0 if header[1] & 1 else _CHECKSUM) else 0


def scan(source: Source) -> Scan:
    """Every part of the file.

    Raises:
        Damaged: no sound stands in it, or something else between two frames.
        Unsupported: its headers say more than how the sound is coded.
    """
    return _Frames(source).scan()


def _kind(header: bytes) -> tuple[int, int, int]:
    """What all frames of a file have in common: version, checksum, profile, rate and channels."""
    return header[1], header[2] & ~_PRIVATE, header[3] & 0xC0


class _Frames:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._tags: list[Tag] = before(source)
        self._start = self._tags[-1].end if self._tags else 0
        self._tags += behind(source, self._start)
        self._limit = min([source.size, *(tag.start for tag in self._tags if tag.start >= self._start)])
        self._first = self._read(self._start, _HEADER)
        self._parts, self._found = Parts(source.size, Treatment.DROP), Gathering("AAC")

    def scan(self) -> Scan:
        """Gives everything its place."""
        if not frame_size(self._first):
            raise Damaged("no sound stands in it", self._start)
        if not (self._first[2] & 1 or self._first[3] & 0xC0):
            raise Unsupported("the places of its channels stand among the sound, with a comment", self._start)
        self._name(self._start)
        at = self._start
        while at < self._limit:
            at = self._frame(at)
        for tag in self._tags:
            self._parts.drop(tag.start, tag.end - tag.start, f"a tag ({tag.name})", Danger.IDENTITY)
            tag_facts(self._source, tag, self._found)
        return Scan("audio/aac", self._parts.whole(), tuple(self._found.facts()))

    def _read(self, at: int, length: int) -> bytes:
        return self._source.read(at, min(length, self._limit - at))

    def _fits(self, header: bytes) -> int:
        return frame_size(header) if _kind(header) == _kind(self._first) else 0

    def _frame(self, at: int) -> int:
        """One frame, or tags; returns where the next begins. One that is cut short at the end goes: none is heard."""
        header = self._read(at, _HEADER)
        size = self._fits(header) if len(header) == _HEADER else 0
        if not size:
            return self._between(at)
        if (header[2] ^ self._first[2]) & _PRIVATE or (header[3] ^ self._first[3]) & _COPYRIGHT:
            raise Unsupported("private data or a copyright number in the headers of its sound", at)
        if at + size > self._limit and at > self._start:
            self._parts.drop(at, self._limit - at, "a frame that is cut short", Danger.TRAILING)
            return self._limit
        end, kept = min(at + size, self._limit), at
        if at == self._start and self._named:
            low, high = self._named
            self._sound(kept, at + low)
            self._parts.blank(at + low, high - low, "name of the encoder in the sound", Danger.SOFTWARE)
            kept = at + high
        self._sound(kept, end)
        return end

    def _sound(self, start: int, end: int) -> None:
        self._parts.keep(start, end - start, "sound", essence=True)

    def _name(self, at: int) -> None:
        """Where the encoder's name stands in the first frame; one under a checksum stays, as in later frames."""
        self._named: tuple[int, int] | None = None
        if not self._first[1] & 1 or self._first[6] & 3:
            return
        size = min(frame_size(self._first), self._limit - at)
        body = self._read(at + _HEADER, min(size - _HEADER, _LONGEST_ELEMENT))
        low, high = encoder_name(body)
        if high:
            self._found.add(Danger.SOFTWARE, "program", text_of(body[low:high]), at)
            self._named = low + _HEADER, high + _HEADER

    def _between(self, at: int) -> int:
        """What is no frame: tags, as streams have them, or the end."""
        tags = [tag for tag in before(self._source, at) if tag.end <= self._limit]
        if tags:
            self._tags += tags
            return tags[-1].end
        for start in range(at, self._limit, _AT_ONCE):
            data = self._read(start, _AT_ONCE + 1)
            if any(self._sounds(start + found.start()) for found in _MARK.finditer(data)):
                raise Damaged("something stands between the frames of sound, or frames of another kind", at)
        self._parts.drop(at, self._limit - at, "bytes behind the end", Danger.TRAILING)
        self._found.add(Danger.TRAILING, "bytes behind the end", f"{self._limit - at:,}", at)
        return self._limit

    def _sounds(self, at: int) -> bool:
        """Whether frames of any kind stand at a position: one that another follows, or that ends the file."""
        header = self._read(at, _HEADER)
        size = frame_size(header)
        if not size or at + size > self._limit:
            return False
        after = self._read(at + size, _HEADER)
        return not after or (frame_size(after) > 0 and _kind(after) == _kind(header))
