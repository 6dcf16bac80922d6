"""PNG and APNG (W3C Portable Network Graphics, third edition): a signature, then chunks with a CRC each.

The essence is the content (without length, type and CRC) of IHDR, PLTE, tRNS, acTL, fcTL, IDAT and fdAT, in the order
of the file. What IDAT and fdAT hold behind the end of their zlib stream is no picture: it is cut off. A stream that
inflates to more or less than its frame is refused.

A wrong CRC: decoders stop at one in what they need, so that is refused; they pass over a colour chunk with one, so that
goes (13.1). Of EXIF only eXIf says which way up a picture is; browsers look at no other place.
"""

from typing import Final

from copwatch.media import png_facts, png_profile, texts
from copwatch.media.exif import only_orientation, orientation
from copwatch.media.facts import Danger, Fact
from copwatch.media.icc import neutral_profile
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.png_chunks import SIGNATURE, Chunk, chunk_bytes, chunks, crc, intact
from copwatch.media.png_numbers import sensible
from copwatch.media.png_pixels import Picture, Stream, picture
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_END: Final = chunk_bytes(b"IEND", b"")
_LONGEST_EXIF: Final = 1 << 20
_NUMBERS: Final = {
    b"cHRM": (32,),
    b"gAMA": (4,),
    b"sRGB": (1,),
    b"sBIT": (1, 2, 3, 4),
    b"bKGD": (1, 2, 6),
    b"pHYs": (9,),
    b"cICP": (4,),
    b"mDCV": (24,),
    b"cLLI": (8,),
    b"sTER": (1,),
}
"""Chunks of numbers that say how to show the picture, and the lengths they have (11.3); they stand before it (5.6)."""


def recognises(head: bytes) -> bool:
    """PNG and APNG; Apple's variant begins the same, and is refused by its first chunk."""
    return head.startswith(SIGNATURE)


def scan(source: Source) -> Scan:
    """Every chunk in its place. Raises `CannotClean`."""
    return _Reader(source).scan()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.parts = Parts(source.size, Treatment.DROP)
        self.facts: list[Fact] = []
        self.seen: set[bytes] = set()
        self.last = b""
        self.picture: Picture | None = None
        self.colours = 0
        self.stream: Stream | None = None
        """The frame whose data come: that of IDAT, or, where `in_frame`, that of the last fcTL."""
        self.in_frame = False
        self.frames, self.frames_said, self.numbered = 0, 0, 0

    def scan(self) -> Scan:
        """Goes through the file once. Raises `CannotClean`."""
        self.parts.keep(0, len(SIGNATURE), "the signature")
        end, ended = len(SIGNATURE), False
        walk = chunks(self.source, end)
        while not ended:
            try:
                chunk = next(walk, None)
            except Damaged:
                if not self._complete():
                    raise
                chunk = None
            if chunk is None:
                break
            self._chunk(chunk)
            end, ended, self.last = chunk.end, chunk.type == b"IEND", chunk.type
            self.seen.add(chunk.type)
        if not self._complete():
            raise Damaged("the picture is not whole", end)
        if not ended:
            self.parts.replace(end, 0, _END, "the mark of the end")
        self._trailing(end)
        return Scan("image/png", self.parts.whole(), texts.first(self.facts))

    def _chunk(self, chunk: Chunk) -> None:
        kind = chunk.type
        handler = _HANDLERS.get(kind)
        if self.picture is None and kind not in (b"IHDR", b"CgBI"):
            raise Damaged("a PNG file begins with its header", chunk.start)
        if handler is not None:
            handler(self, chunk)
        elif kind in _NUMBERS:
            self._numbers(chunk)
        elif not kind[0] & 0x20:
            raise Unsupported(f"a chunk {kind.decode()}, unknown, that the picture may need", chunk.start)
        else:
            self._drop(chunk)

    def _header(self, chunk: Chunk) -> None:
        if self.picture is not None or chunk.length != 13:
            raise Damaged("a header that is not one", chunk.start)
        self.picture = picture(self.source.read(chunk.content, 13), chunk.content)
        self._essence(chunk)

    def _palette(self, chunk: Chunk) -> None:
        """In a picture without indices it is a suggestion that decoders do not follow (11.2.2)."""
        if not self._known.needs_palette:
            return self._drop(chunk)
        if self.seen & {b"PLTE", b"IDAT"} or chunk.length % 3 or not 3 <= chunk.length <= 768:
            raise Damaged("a palette that is not one", chunk.start)
        self.colours = min(chunk.length // 3, 1 << self._known.depth)
        return self._essence(chunk, 3 * self.colours)

    def _transparency(self, chunk: Chunk) -> None:
        if not self._known.transparency or b"IDAT" in self.seen:
            return self._drop(chunk)
        if b"tRNS" in self.seen or chunk.length not in self._known.transparency:
            raise Damaged("a transparency that is not one", chunk.start)
        if self._known.needs_palette and chunk.length > self.colours:
            raise Damaged("a transparency of more colours than there are", chunk.start)
        return self._essence(chunk)

    def _numbers(self, chunk: Chunk) -> None:
        """Decoders pass over it when its length or CRC is wrong, when it is late, and when it is a second one."""
        late = bool(self.seen & {b"IDAT", chunk.type})
        if late or chunk.length not in _NUMBERS[chunk.type] or not intact(self.source, chunk):
            return self._drop(chunk)
        content = self.source.read(chunk.content, chunk.length)
        if not sensible(chunk.type, content, self._known.depth, self._known.colour):
            return self._drop(chunk)
        return self.parts.keep(chunk.start, chunk.size, "how to show the picture")

    def _profile(self, chunk: Chunk) -> None:
        late = bool(self.seen & {b"IDAT", b"iCCP"})
        if late or chunk.length > png_profile.LONGEST or not intact(self.source, chunk):
            return self._drop(chunk)
        name, _, packed = self.source.read(chunk.content, chunk.length).partition(b"\0")
        profile = png_profile.inflated(packed[1:], chunk.start) if packed[:1] == b"\0" else None
        neutral = neutral_profile(profile) if profile is not None and 1 <= len(name) <= 79 else None
        if neutral is None:
            return self._drop(chunk)
        clean = chunk_bytes(b"iCCP", b"ICC\0\0" + png_profile.stored(neutral))
        return self._replace(chunk, clean, "names in the colour profile")

    def _exif(self, chunk: Chunk) -> None:
        """The first of them counts, wherever it stands."""
        if chunk.length > _LONGEST_EXIF or b"eXIf" in self.seen or not intact(self.source, chunk):
            return self._drop(chunk)
        tiff = self.source.read(chunk.content, chunk.length)
        value = orientation(tiff[6:] if tiff[:6] == b"Exif\0\0" else tiff)
        if value is None or value == 1:
            return self._drop(chunk)
        clean = chunk_bytes(b"eXIf", only_orientation(value))
        self.facts += texts.of_exif(tiff, chunk.content)
        return self._replace(chunk, clean, "EXIF, except which way up the picture is")

    def _image(self, chunk: Chunk) -> None:
        if self.last != b"IDAT" and b"IDAT" in self.seen:
            if not self._complete():
                raise Damaged("the data of the picture do not follow one another", chunk.start)
            return self._drop(chunk)
        if self.stream is None:
            if self._known.needs_palette and b"PLTE" not in self.seen:
                raise Damaged("a picture without its palette", chunk.start)
            self.stream = Stream(self._known, self._known.width, self._known.height, chunk.start)
        return self._data(chunk, self.stream, 0)

    def _animation(self, chunk: Chunk) -> None:
        said = self.source.number(chunk.content, 4) if chunk.length == 8 else 0
        if self.seen & {b"acTL", b"IDAT", b"fcTL"} or not said:
            return self._drop(chunk)
        self.frames_said = said
        return self._essence(chunk)

    def _frame(self, chunk: Chunk) -> None:
        if not self.frames_said:  # every decoder shows a still picture then
            self._drop(chunk)
            return
        self._in_order(chunk)
        if chunk.length != 26:
            raise Damaged("the header of a frame has 26 bytes", chunk.start)
        width, height, left, top = (self.source.number(chunk.content + at, 4) for at in (4, 8, 12, 16))
        if not width or not height or left + width > self._known.width or top + height > self._known.height:
            raise Damaged("a frame that lies outside of the picture", chunk.start)
        whole = (width, height) == (self._known.width, self._known.height)
        self.frames += 1
        self._essence(chunk)
        if self.stream is None:
            if self.frames > 1 or not whole:
                raise Damaged("a frame without its data", chunk.start)
            return
        if not self.stream.complete:
            raise Damaged("the frame before this one is not whole", chunk.start)
        self.stream, self.in_frame = Stream(self._known, width, height, chunk.start), True

    def _frame_data(self, chunk: Chunk) -> None:
        if not self.frames_said:
            return self._drop(chunk)
        self._in_order(chunk)
        if self.stream is None or not self.in_frame:
            raise Damaged("data of a frame without its header", chunk.start)
        return self._data(chunk, self.stream, 4)

    def _in_order(self, chunk: Chunk) -> None:
        if chunk.length < 4 or self.source.number(chunk.content, 4) != self.numbered:
            raise Damaged("a part of the animation is missing", chunk.start)
        self.numbered += 1

    def _data(self, chunk: Chunk, stream: Stream, skipped: int) -> None:
        """Of the data only what belongs to the stream; `skipped` bytes stand before them."""
        start, used = chunk.content + skipped, 0
        for block in self.source.blocks(start, chunk.length - skipped):
            count = stream.feed(block, start + used)
            used += count
            if count < len(block):
                break
        used += skipped
        if used == chunk.length:
            return self._essence(chunk)
        if skipped == used:
            if skipped:
                raise Unsupported("data behind the end of a frame, in a chunk of their own", chunk.start)
            return self._drop(chunk)
        return self._essence(chunk, used)

    def _close(self, chunk: Chunk) -> None:
        if chunk.length or not intact(self.source, chunk):
            self.parts.replace(
                chunk.start, chunk.size, _END, "what stands in the mark of the end", Danger.TRAILING
            )
        else:
            self.parts.keep(chunk.start, chunk.size, "the mark of the end")

    def _complete(self) -> bool:
        """Whether all that is to be shown is there."""
        return self.stream is not None and self.stream.complete and self.frames == self.frames_said

    def _refuse_variant(self, chunk: Chunk) -> None:
        raise Unsupported("a PNG file in Apple's own variant", chunk.start)

    def _essence(self, chunk: Chunk, used: int | None = None) -> None:
        """Keeps a chunk, or the first `used` bytes of its content."""
        if not intact(self.source, chunk):
            raise Damaged("a checksum is wrong", chunk.start)
        if used is not None and used < chunk.length:
            return self._shorter(chunk, used)
        self.parts.keep(chunk.start, 8, "the beginning of a chunk")
        self.parts.keep(chunk.content, chunk.length, "the picture", essence=True)
        return self.parts.keep(chunk.end - 4, 4, "the checksum of a chunk")

    def _shorter(self, chunk: Chunk, used: int) -> None:
        self.parts.replace(chunk.start, 4, used.to_bytes(4, "big"), "the length of a chunk")
        self.parts.keep(chunk.start + 4, 4, "the type of a chunk")
        self.parts.keep(chunk.content, used, "the picture", essence=True)
        kind, name = png_facts.danger(b"IDAT")
        self.parts.drop(chunk.content + used, chunk.length - used, name, kind)
        checksum = crc(self.source, chunk, used).to_bytes(4, "big")
        self.parts.replace(chunk.end - 4, 4, checksum, "the checksum of a chunk")
        extra = f"{chunk.length - used:,} bytes"
        self.facts.append(Fact(kind, name, extra, chunk.type.decode(), chunk.content + used))

    def _drop(self, chunk: Chunk) -> None:
        kind, name = png_facts.danger(chunk.type)
        self.parts.drop(chunk.start, chunk.size, name, kind)
        if len(self.facts) < 10 * texts.MOST:
            self.facts += png_facts.facts(self.source, chunk)

    def _replace(self, chunk: Chunk, clean: bytes, what: str) -> None:
        self.parts.replace(chunk.start, chunk.size, clean, what, Danger.IDENTITY)

    def _trailing(self, start: int) -> None:
        length = self.source.size - start
        if length:
            self.parts.drop(start, length, "what stands behind the end of the picture", Danger.TRAILING)
            name = "bytes behind the end of the picture"
            self.facts.append(Fact(Danger.TRAILING, name, f"{length:,}", "", start))

    @property
    def _known(self) -> Picture:
        if self.picture is None:
            raise AssertionError("the header comes first")
        return self.picture


_HANDLERS: Final = {
    b"CgBI": _Reader._refuse_variant,
    b"IHDR": _Reader._header,
    b"PLTE": _Reader._palette,
    b"tRNS": _Reader._transparency,
    b"iCCP": _Reader._profile,
    b"eXIf": _Reader._exif,
    b"IDAT": _Reader._image,
    b"acTL": _Reader._animation,
    b"fcTL": _Reader._frame,
    b"fdAT": _Reader._frame_data,
    b"IEND": _Reader._close,
}
