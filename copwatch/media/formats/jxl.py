"""JPEG XL (ISO/IEC 18181-1 the codestream, 18181-2 the container).

Which way up the picture is, its colours and its animation stand in the codestream, which stays as it is. Of the
container's boxes those stay that hold it. `jbrd` goes: it holds the metadata of the JPEG file that the picture was
made from, and is needed only to make that file again (18181-2, 9.5). `jxli`, an index of frames, holds offsets
and times and is optional.

In the codestream, names of frames and channels become zeros, a colour profile is written again without its texts, and
what stands behind the last frame goes.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from copwatch.media.boxes import Box, boxes
from copwatch.media.facts import Danger, Fact
from copwatch.media.jxl_stream import codestream
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_NAKED: Final = b"\xff\x0a"
_SIGNATURE: Final = b"\0\0\0\x0cJXL \r\n\x87\n"
_FTYP: Final = b"jxl " + bytes(4) + b"jxl "
_MOST_FACTS = 200
_LONGEST_BLOCK = 4 << 20
_TYPE: Final = "image/jxl"
_LAST = 0x80000000
_NAMES: Final = {
    b"Exif": ("EXIF: camera, settings, time and place", Danger.PLACE),
    b"xml ": ("XMP: names, notes and history", Danger.IDENTITY),
    b"jumb": ("JUMBF: claims of content, other pictures", Danger.IDENTITY),
    b"brob": ("compressed metadata", Danger.PLACE),
    b"jbrd": ("metadata of the JPEG file that the picture was made from", Danger.IDENTITY),
    b"jxli": ("an index of frames", Danger.OTHER),
    b"jhgm": ("a gain map, which shows the picture a second time", Danger.PICTURES),
}


def recognises(head: bytes) -> bool:
    """Whether a file begins as a codestream or as its container."""
    return head.startswith((_NAKED, _SIGNATURE))


def scan(source: Source) -> Scan:
    """The parts of a JPEG XL file. Raises `CannotClean`."""
    parts = Parts(source.size, Treatment.DROP)
    if source.read(0, 2) == _NAKED:
        codestream(source, [(0, source.size)], parts, naked=True)
        return Scan(_TYPE, parts.whole())
    parts.keep(0, len(_SIGNATURE), "the signature of the container")
    found, damage = _boxes(source)
    pieces = _pieces(source, found)
    if not pieces or damage:
        raise damage or Damaged("it holds no picture", len(_SIGNATURE))
    stretches = [(box.content + 4 * (box.type == b"jxlp"), box.end) for box in pieces]
    grown = codestream(source, stretches, parts, naked=False)
    for box in found:
        if box in pieces:
            _header(source, box, sum(more for at, more in grown if box.start <= at < box.end), parts)
        elif box.type == b"ftyp":
            _ftyp(box, parts)
        elif box.type == b"jxll" and box.length == 1:
            parts.keep(box.start, box.size, "the level of the picture")
        else:
            what, danger = _NAMES.get(box.type, ("a box that no picture needs", Danger.OTHER))
            parts.drop(box.start, box.size, what, danger)
    end = found[-1].end
    parts.drop(end, source.size - end, "what stands behind the end", Danger.TRAILING)
    return Scan(_TYPE, parts.whole(), tuple(islice(_facts(source, found), _MOST_FACTS)))


def _boxes(source: Source) -> tuple[list[Box], Damaged | None]:
    """The boxes behind the signature; and the damage that ends them, where that is not behind the whole picture."""
    found: list[Box] = []
    try:
        for box in boxes(source, len(_SIGNATURE), source.size):
            found.append(box)
    except Damaged as error:
        whole = any(box.type == b"jxlc" or _is_last(source, box) for box in found)
        return found, None if whole else error
    return found, None


def _pieces(source: Source, found: list[Box]) -> list[Box]:
    """The boxes that hold the codestream: one `jxlc`, or `jxlp` numbered from 0, of which one says that it is the last.

    Raises:
        Damaged: both, or in another order, or without a beginning or an end.
    """
    whole = [box for box in found if box.type == b"jxlc"]
    partial = [box for box in found if box.type == b"jxlp"]
    if len(whole) + bool(partial) > 1:
        raise Damaged("it holds more than one picture", (whole + partial)[1].start)
    for number, box in enumerate(partial):
        last = number == len(partial) - 1
        if box.length < 4 or source.number(box.content, 4) != number + last * _LAST:
            raise Damaged("the pieces of the picture are not in order, or not whole", box.start)
    pieces = whole or partial
    if pieces:
        start = pieces[0].content + (4 if partial else 0)
        if source.read(start, min(2, pieces[0].end - start)) != _NAKED:
            raise Damaged("the picture does not begin as one", start)
    return pieces


def _header(source: Source, box: Box, grown: int, parts: Parts) -> None:
    """The header of a box with a piece of the picture, which is longer by `grown` bytes than it was."""
    length = box.header + 4 * (box.type == b"jxlp")
    what = "the header of a box"
    if not grown or source.number(box.start, 4) == 0:
        parts.keep(box.start, length, what)
        return
    at, width = (8, 8) if box.header == 16 else (0, 4)
    parts.keep(box.start, at, what)
    if box.size + grown >> 8 * width:
        raise Unsupported("a box would be longer than it can say", box.start)
    parts.replace(box.start + at, width, (box.size + grown).to_bytes(width, "big"), what)
    parts.keep(box.start + at + width, length - at - width, what)


def _is_last(source: Source, box: Box) -> bool:
    return box.type == b"jxlp" and box.length >= 4 and source.number(box.content, 4) >= _LAST


def _ftyp(box: Box, parts: Parts) -> None:
    """Only the brand that the standard has (18181-2, 9.2)."""
    if box.length < len(_FTYP):
        raise Damaged("the kinds of the file end too early", box.start)
    parts.keep(box.start, box.header, "the header of a box")
    brands = _FTYP + b"jxl " * ((box.length - len(_FTYP)) // 4)
    brands = brands.ljust(box.length, b"\0")
    parts.blank(box.content, box.length, "the kinds of the file", Danger.SOFTWARE, brands)


def _facts(source: Source, found: list[Box]) -> Iterator[Fact]:
    from copwatch.media.exif_facts import exif_facts, xmp_facts

    for box in found:
        if box.type not in _NAMES:
            continue
        if box.type == b"Exif" and 4 < box.length <= _LONGEST_BLOCK:
            data = source.read(box.content, box.length)
            start = 4 + int.from_bytes(data[:4], "big")
            yield from exif_facts(data[start:], box.content + start)
        elif box.type == b"xml " and box.length <= _LONGEST_BLOCK:
            yield from xmp_facts(source.read(box.content, box.length), box.content)
        else:
            what, danger = _NAMES[box.type]
            inner = (
                source.read(box.content, min(4, box.length)).decode("latin-1") if box.type == b"brob" else ""
            )
            yield Fact(
                danger, what, f"{box.size:,} bytes {inner}".strip(), box.type.decode().strip(), box.start
            )
