"""WAV (RIFF with type WAVE), its large kin RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), and RIFX with big numbers.

Kept: what the sound is coded with (fmt), how long it is (fact, ds64), and the sound, which is the essence. Recorders
that do not know the length beforehand, or were stopped, leave a length of 0, of all ones, or beyond the end: then the
sound goes on to the end of the file, as decoders hear it, and the lengths are made good.
"""

from typing import Final

from copwatch.media import texts, wave_facts
from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.riff import Chunk, chunks, named
from copwatch.media.source import Source
from copwatch.media.wave_format import block_of, neutral_format

_UNKNOWN: Final = 0xFFFFFFFF
_LARGE: Final = (b"RF64", b"BW64")
_LONGEST_FORMAT: Final = 4096
_MPEG: Final = (0x0050, 0x0055)


def recognises(head: bytes) -> bool:
    """All four signatures, with the type WAVE."""
    return head[:4] in (b"RIFF", b"RIFX", *_LARGE) and head[8:12] == b"WAVE"


def scan(source: Source) -> Scan:
    """Every chunk in its place. Raises `CannotClean`."""
    return _Reader(source).scan()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.parts = Parts(source.size, Treatment.DROP)
        self.facts: list[Fact] = []
        self.signature = source.read(0, 4)
        self.little = self.signature != b"RIFX"
        self.size = 4
        """What the header will say: the bytes behind it."""
        self.seen: set[bytes] = set()
        self.long: Chunk | None = None
        self.mpeg = False
        self.block = 1

    def scan(self) -> Scan:
        """Goes through the file once. Raises `CannotClean`."""
        for chunk in chunks(self.source, 12, self.source.size, little=self.little):
            if chunk.type == b"data":
                self._sound(chunk)
                break
            self._chunk(chunk)
            self.seen.add(chunk.type)
        else:
            raise Damaged("there is no sound in it", self.source.size)
        self.parts.keep(0, 4, "the signature")
        self.parts.keep(8, 4, "the type of the file")
        return Scan("audio/wav", self.parts.whole(), texts.first(self.facts))

    def _chunk(self, chunk: Chunk) -> None:
        if chunk.type == b"fmt ":
            self._format(chunk)
        elif chunk.type == b"fact" and b"fact" not in self.seen and chunk.length >= 4:
            self._replace(chunk, self.source.read(chunk.content, 4), "data behind the number of samples")
        elif chunk.type == b"ds64" and self.signature in _LARGE and self.long is None and chunk.length >= 24:
            self.long = chunk
            self.size += 8 + 28
        else:
            self._drop(chunk)

    def _format(self, chunk: Chunk) -> None:
        if b"fmt " in self.seen or chunk.length > _LONGEST_FORMAT:
            raise Damaged("a second format of the sound, or none", chunk.start)
        content = self.source.read(chunk.content, chunk.length)
        clean = neutral_format(content if self.little else _turned(content), chunk.start)
        self.block = block_of(clean)
        self.mpeg = int.from_bytes(clean[:2], "little") in _MPEG
        self._replace(chunk, clean if self.little else _turned(clean), "data behind the format of the sound")

    def _sound(self, chunk: Chunk) -> None:
        if b"fmt " not in self.seen:
            raise Damaged("sound without its format", chunk.start)
        length = self._length(chunk)
        cut = length % self.block if length >= self.block else 0
        stop, length = chunk.content + length, length - cut
        end = chunk.content + length
        if self.mpeg and (
            self._has(b"ID3", chunk.content) or self._has(b"TAG", max(chunk.content, end - 128))
        ):
            raise Unsupported("a tag inside of the sound", chunk.content)
        self.parts.keep(chunk.start, 4, "the beginning of the sound")
        self.parts.keep(chunk.content, length, "the sound", essence=True)
        pad, total = length & 1, self.size + 8 + length
        if self.long is not None:
            self._long_sizes(self.long, total + pad, length)
            total, length = _UNKNOWN, _UNKNOWN
        elif total + pad > _UNKNOWN:  # only its end says how long such a file is
            pad, total, length = 0, _UNKNOWN, _UNKNOWN
        else:
            total += pad
        if pad:
            self.parts.replace(
                end, min(1, self.source.size - end), b"\0", "the end of the sound", Danger.OTHER
            )
        self._number(4, total, "the length of the file")
        self._number(chunk.start + 4, length, "the length of the sound")
        if cut:
            what = "bytes behind the last whole sample"
            end += pad
            pad, after = 0, min(stop + (stop - chunk.content & 1), self.source.size)
            self.parts.drop(end, after - end, what, Danger.TRAILING)
            end = after
        self._rest(end, end + pad)

    def _has(self, letters: bytes, at: int) -> bool:
        return self.source.read(at, min(len(letters), self.source.size - at)) == letters

    def _length(self, chunk: Chunk) -> int:
        """How much sound there is, as decoders find it."""
        rest = self.source.size - chunk.content
        said = chunk.said
        if self.signature in _LARGE:
            if self.long is None:
                raise Damaged("a large file without its lengths", chunk.start)
            if said == _UNKNOWN:
                said = self.source.number(self.long.content + 8, 8, little=True)
        elif said == _UNKNOWN:
            said = rest
        if not said and not self._only_chunks(chunk.content):
            said = rest
        if not min(said, rest):
            raise Damaged("there is no sound in it", chunk.start)
        return min(said, rest)

    def _only_chunks(self, start: int) -> bool:
        """Whether chunks follow that reach exactly to the end of the file; then the sound before them is empty."""
        at = start
        for chunk in chunks(self.source, start, self.source.size, little=self.little):
            if not chunk.whole or not named(chunk.type):
                return False
            at = chunk.end
        return at == self.source.size

    def _long_sizes(self, chunk: Chunk, total: int, length: int) -> None:
        samples = self.source.read(chunk.content + 16, 8)
        clean = (
            b"ds64\x1c\0\0\0"
            + total.to_bytes(8, "little")
            + length.to_bytes(8, "little")
            + samples
            + bytes(4)
        )
        self.parts.replace(
            chunk.start, chunk.end - chunk.start, clean, "lengths of other chunks", Danger.OTHER
        )

    def _rest(self, sound: int, start: int) -> None:
        """What stands behind the sound goes. A second stretch of sound would be heard by some decoders only."""
        start = min(start, self.source.size)
        if start == self.source.size:
            return
        at = start
        for chunk in chunks(self.source, start, self.source.size, little=self.little):
            if chunk.type == b"data":
                raise Unsupported("sound in more than one piece", chunk.start)
            if not named(chunk.type):
                break
            self._drop(chunk)
            at = chunk.end
        if at < self.source.size:
            length = self.source.size - at
            self.parts.drop(at, length, "bytes behind the end of the sound", Danger.TRAILING)
            name = "bytes behind the end of the sound"
            self.facts.append(Fact(Danger.TRAILING, name, f"{length:,}", "", at))

    def _replace(self, chunk: Chunk, content: bytes, what: str) -> None:
        length = len(content).to_bytes(4, "little" if self.little else "big")
        clean = chunk.type + length + content + bytes(len(content) & 1)
        danger = Danger.OTHER if chunk.length != len(content) else None
        self.parts.replace(chunk.start, chunk.end - chunk.start, clean, what, danger)
        self.size += len(clean)

    def _drop(self, chunk: Chunk) -> None:
        danger, what = wave_facts.danger(chunk.type)
        self.parts.drop(chunk.start, chunk.end - chunk.start, what, danger)
        if len(self.facts) < 10 * texts.MOST:
            self.facts += wave_facts.facts(self.source, chunk)

    def _number(self, at: int, value: int, what: str) -> None:
        self.parts.replace(at, 4, value.to_bytes(4, "little" if self.little else "big"), what)


def _turned(content: bytes) -> bytes:
    """A format with big numbers as one with little numbers, and back; of an extensible one its numbers and GUID too."""
    found, at = bytearray(), 0
    extensible = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for length in (2, 2, 4, 4, 2, 2, 2, *((2, 4, 4, 2, 2) if extensible else ())):
        found += content[at : at + length][::-1]
        at += length
    return bytes(found + content[at:])
