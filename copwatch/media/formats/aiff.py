"""AIFF and AIFF-C (Apple, "Audio Interchange File Format" 1.3, 1989, and AIFF-C draft, 1991).

Kept: what the sound is coded with (COMM), the version of the format (FVER), where channels stand (CHAN, without text),
and the sound (SSND), whose samples are the essence. The name of the compressor is for reading only and becomes empty;
bytes before the first sample are of no use and become zero. A length that was never written means: to the end.
"""

from collections.abc import Iterable
from typing import Final

from copwatch.media import texts
from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.riff import Chunk, chunks, named, padded
from copwatch.media.source import Source

_UNKNOWN: Final = 0xFFFFFFFF
_CODINGS: Final = {
    *(b"NONE", b"none", b"twos", b"sowt", b"raw ", b"in24", b"in32", b"23ni", b"42ni"),
    *(b"fl32", b"FL32", b"fl64", b"FL64", b"alaw", b"ALAW", b"ulaw", b"ULAW"),
    *(b"ima4", b"MAC3", b"MAC6", b"ADP4", b"G722", b"GSM ", b"agsm", b"SDX2", b"DWVW"),
}
"""Ways of coding whose samples need nothing but COMM."""
_WIDTHS: Final = {
    **dict.fromkeys((b"NONE", b"none", b"twos", b"sowt"), 0),
    **dict.fromkeys((b"raw ", b"alaw", b"ALAW", b"ulaw", b"ULAW"), 1),
    **dict.fromkeys((b"in24", b"42ni"), 3),
    **dict.fromkeys((b"in32", b"23ni", b"fl32", b"FL32"), 4),
    **dict.fromkeys((b"fl64", b"FL64"), 8),
}
"""Bytes of a sample; 0 where COMM says how many bits it has."""


def recognises(head: bytes) -> bool:
    """FORM with one of both types."""
    return head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC")


def scan(source: Source) -> Scan:
    """Every chunk in its place. Raises `CannotClean`."""
    return _Reader(source).scan()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.parts = Parts(source.size, Treatment.DROP)
        self.facts: list[Fact] = []
        self.compressed = source.read(8, 4) == b"AIFC"
        self.size = 4
        """What the header will say: the bytes behind it."""
        self.seen: set[bytes] = set()
        self.needed = self.length = 0
        """Bytes of the samples by COMM, where it says, and by SSND."""

    def scan(self) -> Scan:
        """Goes through the file once. Raises `CannotClean`."""
        end = 12
        for chunk in chunks(self.source, 12, self.source.size, little=False):
            if {b"COMM", b"SSND"} <= self.seen and not named(chunk.type):
                break
            end = self._chunk(chunk)
            self.seen.add(chunk.type)
            if end == self.source.size:
                break
        if not {b"COMM", b"SSND"} <= self.seen:
            raise Damaged("there is no sound in it, or not its format", end)
        if 0 < self.needed < self.length:
            raise Unsupported("more sound than its header counts, which some programs play", end)
        if end < self.source.size:
            self._remove(end, self.source.size - end, "bytes behind the end of the sound", Danger.TRAILING)
        self.parts.keep(0, 4, "the signature")
        self.parts.replace(4, 4, min(self.size, _UNKNOWN).to_bytes(4, "big"), "the length of the file")
        self.parts.keep(8, 4, "the type of the file")
        return Scan("audio/aiff", self.parts.whole(), texts.first(self.facts))

    def _chunk(self, chunk: Chunk) -> int:
        """One chunk; where the next one begins."""
        if chunk.type in (b"COMM", b"SSND") and chunk.type in self.seen:
            raise Damaged("a second sound, or a second format of it", chunk.start)
        if chunk.type == b"COMM":
            self._format(chunk)
        elif chunk.type == b"SSND":
            return self._sound(chunk)
        elif chunk.type == b"FVER" and self.compressed and chunk.length >= 4 and b"FVER" not in self.seen:
            self._replace(chunk, self.source.read(chunk.content, 4), "data behind the version")
        elif chunk.type == b"CHAN" and chunk.length >= 12 and b"CHAN" not in self.seen:
            layout = self.source.read(chunk.content, 8) + bytes(4)
            self._replace(chunk, layout, "descriptions of channels")
        else:
            self._drop(chunk)
        return chunk.end

    def _format(self, chunk: Chunk) -> None:
        if chunk.length < 18 + 4 * self.compressed:
            raise Damaged("the format of the sound is cut short", chunk.start)
        content = self.source.read(chunk.content, 18)
        if self.compressed:
            coding = self.source.read(chunk.content + 18, 4)
            if coding not in _CODINGS:
                raise Unsupported(f"sound of an unknown coding, {texts.letters(coding)!r}", chunk.start)
            content += coding + b"\0\0"
            name = texts.text(self.source.read(chunk.content + 22, min(chunk.length - 22, 256))[1:])
            self.facts.append(Fact(Danger.SOFTWARE, "name of the compressor", name, "COMM", chunk.start))
        self._replace(chunk, content, "the name of the compressor")
        self._count(content)

    def _count(self, content: bytes) -> None:
        """How long the samples are that COMM counts, with a moment more; a recorder that was stopped has 0."""
        channels, frames, bits = (
            int.from_bytes(content[at:end], "big") for at, end in ((0, 2), (2, 6), (6, 8))
        )
        width = _WIDTHS.get(content[18:22], 0) or -(-bits // 8)
        if frames and (not self.compressed or content[18:22] in _WIDTHS):
            self.needed = (frames + 1) * channels * width

    def _sound(self, chunk: Chunk) -> int:
        """The samples, behind 8 bytes that say how many bytes before them are of no use, and how blocks are aligned."""
        if chunk.said in (0, _UNKNOWN):  # a recorder that was stopped
            length = self.source.size - chunk.content
            chunk = Chunk(chunk.type, chunk.start, length, length, self.source.size)
        if chunk.length <= 8:
            raise Damaged("there is no sound in it", chunk.start)
        first = chunk.content + 8 + self.source.number(chunk.content, 4)
        end = chunk.content + chunk.length
        if first >= end:
            raise Damaged("the sound would begin behind its end", chunk.start)
        self.parts.keep(chunk.start, 4, "the beginning of the sound")
        self.parts.keep(chunk.content, 8, "the beginning of the sound")
        unused = first - chunk.content - 8
        self.parts.blank(chunk.content + 8, unused, "bytes before the first sample", Danger.OTHER)
        self.parts.keep(first, end - first, "the sound", essence=True)
        self.length = end - first
        if self.size + chunk.length + 10 > _UNKNOWN:
            raise Unsupported("a file that is too large for its format", chunk.start)
        self.parts.replace(chunk.start + 4, 4, chunk.length.to_bytes(4, "big"), "the length of the sound")
        self.size += 8 + chunk.length + padded(self.parts, chunk)
        return chunk.end

    def _replace(self, chunk: Chunk, content: bytes, what: str) -> None:
        clean = chunk.type + len(content).to_bytes(4, "big") + content
        danger = (
            Danger.OTHER if self.source.read(chunk.start, min(chunk.end - chunk.start, 64)) != clean else None
        )
        self.parts.replace(chunk.start, chunk.end - chunk.start, clean, what, danger)
        self.size += len(clean)

    def _drop(self, chunk: Chunk) -> None:
        danger, what = _DROPPED.get(chunk.type, (Danger.OTHER, "a chunk that the sound does not need"))
        self.parts.drop(chunk.start, chunk.end - chunk.start, what, danger)
        if len(self.facts) < 10 * texts.MOST:
            self.facts += self._facts(chunk, danger, what)

    def _facts(self, chunk: Chunk, danger: Danger, what: str) -> Iterable[Fact]:
        if chunk.type == b"ID3 ":
            return texts.of_id3(self.source, chunk.content, chunk.length)
        content = self.source.read(chunk.content, min(chunk.length, 1000))
        said = texts.text(content) if chunk.type in _TEXTS else f"{chunk.length:,} bytes"
        return [Fact(danger, what, said, texts.letters(chunk.type), chunk.start)]

    def _remove(self, start: int, length: int, what: str, danger: Danger) -> None:
        self.parts.drop(start, length, what, danger)
        self.facts.append(Fact(danger, what, f"{length:,}", "", start))


_TEXTS: Final = (b"NAME", b"AUTH", b"(c) ", b"ANNO")
_DROPPED: Final = {
    b"NAME": (Danger.IDENTITY, "title"),
    b"AUTH": (Danger.IDENTITY, "author"),
    b"(c) ": (Danger.IDENTITY, "copyright"),
    b"ANNO": (Danger.IDENTITY, "comment"),
    b"COMT": (Danger.TIME, "comments with their times"),
    b"ID3 ": (Danger.IDENTITY, "ID3 tag"),
    b"APPL": (Danger.SOFTWARE, "data of a program"),
    b"AESD": (Danger.OTHER, "data about the recording"),
    b"MARK": (Danger.OTHER, "marks in the sound"),
    b"INST": (Danger.OTHER, "settings of an instrument"),
    b"MIDI": (Danger.OTHER, "settings of an instrument"),
}
