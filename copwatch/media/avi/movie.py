"""The list movi of AVI: the samples of all streams, one behind the other, each a chunk named by its stream."""

from collections.abc import Sequence

from copwatch.media.avi.claims import Claims
from copwatch.media.avi.codings import Way
from copwatch.media.avi.index import long_index
from copwatch.media.avi.samples import Samples
from copwatch.media.facts import Danger
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.riff import Chunk, named, padding
from copwatch.media.source import LONGEST_READ

MOST_SAMPLES = 1_000_000
"""Ten hours of picture and sound."""


class Movie:
    """Walks the lists of samples of a file."""

    def __init__(self, claims: Claims, streams: Sequence[Samples]) -> None:
        self._claims, self._source, self._parts = claims, claims.source, claims.parts
        self._streams = {b"%02d" % number: stream for number, stream in enumerate(streams)}
        self.samples = 0

    def walk(self, start: int, end: int) -> None:
        """Gives every byte between two positions its place. Raises `CannotClean`."""
        at, streams, read = start, self._streams, self._source.read
        while end - at >= 8:
            head = read(at, 8)
            said = int.from_bytes(head[4:], "little")
            length = min(said, end - at - 8)
            pad = padding(self._source, at + 8, length, end) if length & 1 else 0
            chunk = Chunk(head[:4], at, said, length, at + 8 + length + pad)
            stream = streams.get(head[:2])
            if chunk.type == b"LIST" and length >= 4 and read(at + 8, 4) == b"rec ":
                self._parts.keep(at, 12, "the beginning of a group of samples")
                at += 12
                continue
            if stream is not None:
                self._sample(chunk, stream)
            else:
                self._other(chunk)
            at = chunk.end

    def _sample(self, chunk: Chunk, stream: Samples) -> None:
        self.samples += 1
        if self.samples > MOST_SAMPLES:
            raise Unsupported("it has more samples than any camera writes", chunk.start)
        parts, start, length = self._parts, chunk.content, chunk.length
        parts.keep(chunk.start, 8, "the beginning of a sample")
        if stream.way is Way.AS_IT_IS:
            parts.keep(start, length, "picture or sound", essence=True)
        elif stream.way is Way.REMOVED:
            parts.blank(start, length, "samples of a track beside picture and sound", Danger.TRACKS)
        else:
            self._pictures(start, length, stream)
        if chunk.pad:
            parts.blank(start + length, 1, "the end of a sample", Danger.OTHER)

    def _pictures(self, start: int, length: int, stream: Samples) -> None:
        if length > LONGEST_READ:
            raise Unsupported("a picture that is larger than any", start)
        parts, kept = self._parts, 0
        for low, high, what, danger, new in stream.holes(self._source.read(start, length), start):
            parts.keep(start + kept, low - kept, "picture or sound", essence=True)
            parts.blank(start + low, high - low, what, danger, new)
            kept = high
        parts.keep(start + kept, length - kept, "picture or sound", essence=True)

    def _other(self, chunk: Chunk) -> None:
        kind = chunk.type
        if kind[:2] == b"ix":
            long_index(self._claims, chunk)
        elif kind[:2].isdigit() or not named(kind):
            raise Damaged("what stands here is no sample of a stream", chunk.start)
        else:
            danger = Danger.OTHER if kind == b"JUNK" else Danger.TRACKS
            self._claims.remove(chunk, "data among the samples", danger)
            self._claims.tell(danger, "data among the samples", chunk)
