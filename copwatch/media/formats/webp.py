"""WebP (RFC 9649): a RIFF file with one coded picture, or frames of them, and a list of what it has (VP8X).

The essence is the content of VP8, VP8L and ALPH, and the header of each frame (ANMF). Of the second and later pictures
of a file that is no animation nothing stays, and nothing of what a simple file (without VP8X) has beside its picture:
no decoder looks there. Flags of what goes are taken back; the others say what they said.
"""

from typing import Final

from copwatch.media import texts
from copwatch.media.exif import only_orientation, orientation
from copwatch.media.facts import Danger, Fact
from copwatch.media.icc import neutral_profile
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.riff import Chunk, chunks, padded
from copwatch.media.source import Source

_PICTURES: Final = (b"VP8 ", b"VP8L")
_ICC, _ALPHA, _EXIF, _ANIMATION = 0x20, 0x10, 0x08, 0x02
_FRAME: Final = 16
_MOST_FRAMES: Final = 100_000
"""Bytes before the chunks of a frame: place, size, time, how it is drawn (2.7.1.2)."""
_LONGEST_BLOCK: Final = 8 << 20


def recognises(head: bytes) -> bool:
    """RIFF with the type WEBP."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def scan(source: Source) -> Scan:
    """Every chunk in its place. Raises `CannotClean`."""
    return _Reader(source).scan()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.parts = Parts(source.size, Treatment.DROP)
        self.facts: list[Fact] = []
        self.size = 4
        """What the header will say: the bytes behind it."""
        self.flags = 0
        self.extended: Chunk | None = None
        self.seen: set[bytes] = set()
        self.frames = 0

    def scan(self) -> Scan:
        """Goes through the file once. Raises `CannotClean`."""
        end = min(8 + self.source.number(4, 4, little=True), self.source.size)
        at = 12
        for chunk in chunks(self.source, 12, end):
            if at == 12 and chunk.type == b"VP8X":
                self._extended(chunk)
            elif at == 12 and chunk.type not in _PICTURES:
                raise Damaged("a WebP file begins with its picture, or with what it has", at)
            else:
                self._chunk(chunk)
            at = chunk.end
        if not self.seen & {*_PICTURES, b"ANMF"}:
            raise Damaged("there is no picture in it", at)
        if self.extended:
            self._flags(self.extended)
        self._trailing(at)
        self.parts.keep(0, 4, "the signature")
        self.parts.replace(4, 4, self.size.to_bytes(4, "little"), "the length of the file")
        self.parts.keep(8, 4, "the type of the file")
        return Scan("image/webp", self.parts.whole(), texts.first(self.facts))

    @property
    def animated(self) -> bool:
        """Whether decoders look for frames."""
        return bool(self.flags & _ANIMATION)

    def _extended(self, chunk: Chunk) -> None:
        if chunk.length < 10:
            raise Damaged("the list of what the file has is cut short", chunk.start)
        self.extended = chunk
        self.flags = self.source.number(chunk.content, 1)
        self.size += 18

    def _flags(self, chunk: Chunk) -> None:
        kept = self.flags & (_ALPHA | _ANIMATION)
        kept |= self.flags & _ICC if b"ICCP" in self.seen else 0
        kept |= self.flags & _EXIF if b"EXIF" in self.seen else 0
        canvas = self.source.read(chunk.content + 4, 6)
        clean = b"VP8X\x0a\0\0\0" + bytes([kept, 0, 0, 0]) + canvas
        self.parts.replace(chunk.start, chunk.end - chunk.start, clean, "the list of what the file has")

    def _chunk(self, chunk: Chunk) -> None:
        kind = chunk.type
        if kind in _PICTURES and not self.animated and not self.seen & {*_PICTURES}:
            self._picture(chunk)
        elif not self.extended:
            self._drop(chunk)
        elif kind == b"ALPH" and not self.animated and not self.seen & {*_PICTURES, b"ALPH"}:
            self._alpha(chunk, self.extended.content + 4)
        elif kind == b"ANIM" and self.animated and b"ANIM" not in self.seen:
            self._animation(chunk)
        elif kind == b"ANMF" and self.animated:
            self._frame(chunk)
        elif kind == b"ICCP" and b"ICCP" not in self.seen:
            self._profile(chunk)
        elif kind == b"EXIF" and b"EXIF" not in self.seen:
            self._exif(chunk)
        else:
            self._drop(chunk)

    def _picture(self, chunk: Chunk) -> None:
        head = self.source.read(chunk.content, min(10, chunk.length))
        lossy = chunk.type == b"VP8 " and head[3:6] == b"\x9d\x01\x2a" and not head[0] & 1
        if not lossy and not (chunk.type == b"VP8L" and head[:1] == b"\x2f"):
            raise Damaged("a picture that is not one", chunk.start)
        self._coded(chunk)

    def _alpha(self, chunk: Chunk, size: int) -> None:
        """How opaque each point is: where it is not compressed (2.7.1.2) a byte each, of the size said at `size`."""
        width, height = (1 + self.source.number(size + at, 3, little=True) for at in (0, 3))
        plain = chunk.length > 0 and not self.source.number(chunk.content, 1) & 3
        most = 1 + width * height if plain else chunk.length
        if most >= chunk.length or not chunk.whole:
            return self._coded(chunk)
        self.parts.keep(chunk.start, 4, "the beginning of a chunk")
        self.parts.replace(chunk.start + 4, 4, most.to_bytes(4, "little"), "the length of a chunk")
        self.parts.keep(chunk.content, most, "the picture", essence=True)
        what = "bytes behind the last point of a picture"
        self.parts.replace(
            chunk.content + most, chunk.end - chunk.content - most, bytes(most & 1), what, Danger.TRAILING
        )
        self.size += 8 + most + (most & 1)
        return self.seen.add(chunk.type)

    def _coded(self, chunk: Chunk) -> None:
        """A chunk that stays as it is."""
        if not chunk.whole:
            raise Damaged("the picture is cut short", chunk.start)
        self.parts.keep(chunk.start, 8, "the beginning of a chunk")
        self.parts.keep(chunk.content, chunk.length, "the picture", essence=True)
        self.size += 8 + chunk.length + padded(self.parts, chunk)
        self.seen.add(chunk.type)

    def _animation(self, chunk: Chunk) -> None:
        if chunk.length < 6:
            raise Damaged("the beginning of the animation is cut short", chunk.start)
        clean = b"ANIM\x06\0\0\0" + self.source.read(chunk.content, 6)
        self._replace(chunk, clean, "data behind the beginning of the animation")

    def _frame(self, chunk: Chunk) -> None:
        if not chunk.whole or chunk.length < _FRAME:
            raise Damaged("a frame is cut short", chunk.start)
        before, end = self.size, chunk.content + chunk.length
        self.parts.keep(chunk.start, 4, "the beginning of a frame")
        self.parts.keep(chunk.content, _FRAME, "a frame", essence=True)
        self.seen -= {*_PICTURES, b"ALPH"}
        for inner in chunks(self.source, chunk.content + _FRAME, end):
            if inner.type in _PICTURES and not self.seen & {*_PICTURES}:
                self._picture(inner)
            elif inner.type == b"ALPH" and not self.seen & {*_PICTURES, b"ALPH"}:
                self._alpha(inner, chunk.content + 6)
            else:
                self._drop(inner)
        if not self.seen & {*_PICTURES}:
            raise Damaged("a frame without a picture", chunk.start)
        self.frames += 1
        if self.frames > _MOST_FRAMES:
            raise Unsupported("it has more frames than any writer makes", chunk.start)
        length = _FRAME + self.size - before
        self.parts.replace(chunk.start + 4, 4, length.to_bytes(4, "little"), "the length of a frame")
        self.seen.add(b"ANMF")
        self.size += 8 + _FRAME

    def _profile(self, chunk: Chunk) -> None:
        neutral = None
        if chunk.whole and chunk.length <= _LONGEST_BLOCK:
            neutral = neutral_profile(self.source.read(chunk.content, chunk.length))
        if neutral is None:
            return self._drop(chunk)
        clean = b"ICCP" + len(neutral).to_bytes(4, "little") + neutral + bytes(len(neutral) & 1)
        return self._replace(chunk, clean, "names in the colour profile")

    def _exif(self, chunk: Chunk) -> None:
        """The first of them counts; many writers put the letters before it that belong to JPEG."""
        block = self.source.read(chunk.content, min(chunk.length, _LONGEST_BLOCK))
        value = orientation(block[6:] if block[:6] == b"Exif\0\0" else block)
        if value is None or value == 1:
            return self._drop(chunk)
        self.facts += texts.of_exif(block, chunk.content)
        clean = b"EXIF\x1a\0\0\0" + only_orientation(value)
        return self._replace(chunk, clean, "EXIF, except which way up the picture is")

    def _replace(self, chunk: Chunk, clean: bytes, what: str) -> None:
        self.parts.replace(chunk.start, chunk.end - chunk.start, clean, what, Danger.IDENTITY)
        self.size += len(clean)
        self.seen.add(chunk.type)

    def _drop(self, chunk: Chunk) -> None:
        danger, what = _DROPPED.get(chunk.type, (Danger.OTHER, "a chunk that is not in the standard"))
        self.parts.drop(chunk.start, chunk.end - chunk.start, what, danger)
        if len(self.facts) > 10 * texts.MOST:
            return
        block = self.source.read(chunk.content, min(chunk.length, _LONGEST_BLOCK))
        if chunk.type == b"EXIF":
            self.facts += texts.of_exif(block, chunk.content)
        elif chunk.type == b"XMP ":
            self.facts += texts.of_xmp(block, chunk.content)
        else:
            value = f"{texts.letters(chunk.type)}, {chunk.length:,} bytes"
            self.facts.append(Fact(danger, what, value, "", chunk.start))

    def _trailing(self, start: int) -> None:
        length = self.source.size - start
        if length:
            what = "bytes behind the end of the picture"
            self.parts.drop(start, length, what, Danger.TRAILING)
            self.facts.append(Fact(Danger.TRAILING, what, f"{length:,}", "", start))


_DROPPED: Final = {
    b"EXIF": (Danger.IDENTITY, "EXIF"),
    b"XMP ": (Danger.IDENTITY, "XMP"),
    b"C2PA": (Danger.IDENTITY, "data about where it comes from (C2PA)"),
    b"ICCP": (Danger.IDENTITY, "a colour profile that no decoder would use"),
    b"VP8 ": (Danger.PICTURES, "a picture that no decoder would show"),
    b"VP8L": (Danger.PICTURES, "a picture that no decoder would show"),
    b"ALPH": (Danger.PICTURES, "a picture that no decoder would show"),
    b"ANMF": (Danger.PICTURES, "a picture that no decoder would show"),
}
