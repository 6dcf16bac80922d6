"""AVI (Microsoft, "AVI RIFF File Reference") with the extensions of OpenDML (AVI 1.02, 1996), cleaned in place.

Kept: the headers that say how many streams there are and what they are coded with, without names, language and unused
bytes; indexes; and the samples of picture and sound, which are the essence, without their chunks' headers. Of coded
pictures go: user data of MPEG, supplemental information of H.264 and HEVC, comments and applications' data of JPEG.
Samples of other streams become zeros; every other chunk becomes filling (JUNK) of its length.
"""

from typing import Final

from copwatch.media.avi.claims import Claims
from copwatch.media.avi.headers import header_list, other
from copwatch.media.avi.index import old_index
from copwatch.media.avi.movie import Movie
from copwatch.media.avi.samples import Samples
from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import Scan
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.riff import Chunk, chunks
from copwatch.media.source import Source
from copwatch.media.texts import first

_MOST_RIFFS: Final = 10_000
"""Each has up to a gigabyte."""


_SHORTEST: Final = 64
"""What is said to be shorter has no header, so the length was never written."""


def recognises(head: bytes) -> bool:
    """RIFF with the type AVI."""
    return head[:4] == b"RIFF" and head[8:12] == b"AVI "


def scan(source: Source) -> Scan:
    """Every chunk in its place. Raises `CannotClean`."""
    return _Reader(source).scan()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.claims = Claims(source)
        self.streams: list[Samples] = []
        self.movie: Movie | None = None

    def scan(self) -> Scan:
        """Goes through the file once. Raises `CannotClean`."""
        at = self._riff(0)
        for _ in range(_MOST_RIFFS):
            if self.source.size - at < 12 or self.source.read(at, 4) != b"RIFF":
                break
            if self.source.read(at + 8, 4) not in (b"AVIX", b"AVI "):
                break
            at = self._riff(at)
        if self.movie is None or not self.movie.samples:
            raise Damaged("there is neither picture nor sound in it", at)
        if at < self.source.size:
            self._trailing(at)
        return Scan("video/x-msvideo", self.claims.parts.whole(), first(self.claims.facts))

    def _riff(self, start: int) -> int:
        """One RIFF, of which a long file has several; where the next begins."""
        said = self.source.number(start + 4, 4, little=True)
        end = min(start + 8 + said, self.source.size)
        if start == 0 and said < _SHORTEST:  # a recorder that was stopped
            end = self.source.size
        self.claims.parts.keep(start, 12, "the beginning of the file")
        for chunk in chunks(self.source, start + 12, end):
            kind = self.source.read(chunk.content, 4) if chunk.type == b"LIST" and chunk.length >= 4 else b""
            if kind == b"hdrl" and self.movie is None:
                self._list(chunk)
                self.streams = header_list(self.claims, chunk.content + 4, chunk.content + chunk.length)
                self.movie = Movie(self.claims, self.streams)
            elif kind == b"movi":
                if self._samples(chunk, end):
                    return end
            elif chunk.type == b"idx1" and self.movie is not None:
                old_index(self.claims, chunk, len(self.streams))
            elif chunk.type[:2].isdigit():
                raise Unsupported("samples outside of their list", chunk.start)
            else:
                other(self.claims, chunk)
        pad = min(end & 1, self.source.size - end)
        if pad and self.source.number(end, 1):
            return end
        self.claims.blank(end, pad, "the end of the file", Danger.OTHER)
        return end + pad

    def _list(self, chunk: Chunk) -> None:
        self.claims.parts.keep(chunk.start, 12, "the beginning of a list")
        self.claims.blank(chunk.end - chunk.pad, chunk.pad, "the end of a list", Danger.OTHER)

    def _samples(self, chunk: Chunk, end: int) -> bool:
        """A list of samples; whether it goes on to the end, because its length was never written."""
        if self.movie is None:
            raise Damaged("samples before the header", chunk.start)
        stopped = chunk.said == 4 and end - chunk.end >= 8 and self.source.read(chunk.end, 2).isdigit()
        if stopped:
            self.claims.parts.keep(chunk.start, 12, "the beginning of a list")
            self.movie.walk(chunk.content + 4, end)
        else:
            self._list(chunk)
            self.movie.walk(chunk.content + 4, chunk.content + chunk.length)
        return stopped

    def _trailing(self, start: int) -> None:
        length = self.source.size - start
        if self.source.read(start, min(2, length)).isdigit():
            raise Unsupported("samples behind the end of the file", start)
        what = "bytes behind the end"
        self.claims.parts.drop(start, length, what, Danger.TRAILING)
        self.claims.add([Fact(Danger.TRAILING, what, f"{length:,}", "", start)])
