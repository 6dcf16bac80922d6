"""Makes picture files in boxes by hand, so that tests know where every byte of them stands."""

import random
from dataclasses import dataclass, field

BRANDS = (b"heic", b"mif1", b"heic")
PARAMETERS = b"\x42\x01parameters of the picture"


def box(kind: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def full(kind: bytes, content: bytes = b"", version: int = 0, flags: int = 0) -> bytes:
    return box(kind, bytes((version,)) + flags.to_bytes(3, "big") + content)


def two(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def unit(kind: int, content: bytes) -> bytes:
    """A unit of HEVC behind its length of four bytes."""
    whole = bytes((kind << 1, 1)) + content
    return len(whole).to_bytes(4, "big") + whole


def sei(text: bytes) -> bytes:
    return unit(39, bytes((5, 16 + len(text))) + bytes(range(1, 17)) + text + b"\x80")


def slices(seed: int, length: int = 200) -> bytes:
    """What stands for a coded picture."""
    return unit(19, random.Random(seed).randbytes(length))


def hvcc(*arrays: tuple[int, bytes]) -> bytes:
    arrays = ((33, PARAMETERS), *arrays)
    coded = b"".join(bytes((kind,)) + two(1, len(data)) + data for kind, data in arrays)
    return box(b"hvcC", b"\x01" + bytes(20) + b"\x03" + bytes((len(arrays),)) + coded)


def ispe(width: int, height: int) -> bytes:
    return full(b"ispe", width.to_bytes(4, "big") + height.to_bytes(4, "big"))


def auxc(name: bytes) -> bytes:
    return full(b"auxC", name + b"\0")


ALPHA = auxc(b"urn:mpeg:hevc:2015:auxid:1")
DEPTH = auxc(b"urn:mpeg:hevc:2015:auxid:2")
NCLX = box(b"colr", b"nclx" + two(1, 13, 6) + b"\x80")
GRID = b"\0\0\0\1\0\x80\0\x40"


@dataclass
class Item:
    """One item. `refers` are references from it; `essential` are properties that a reader has to understand."""

    number: int
    type: bytes
    data: bytes
    properties: tuple[bytes, ...] = ()
    essential: tuple[bytes, ...] = ()
    refers: tuple[tuple[bytes, tuple[int, ...]], ...] = ()
    name: bytes = b""
    more: bytes = b""
    hidden: bool = False
    inside: bool = False
    protection: int = 0
    method: int | None = None
    reference: int = 0
    shift: int = 0


@dataclass
class Picture:
    """A file of items. `between` stands in `mdat` before each item; `extra` in `meta`; `behind` at the end.

    `version` is that of `iloc`, `listing` that of `iinf`.
    """

    items: list[Item]
    primary: int = 1
    brands: tuple[bytes, ...] = BRANDS
    version: int = 1
    handler: bytes = b"\0"
    between: bytes = b""
    extra: bytes = b""
    behind: bytes = b""
    wide: bool = False
    listing: int = 0
    first: tuple[str, ...] = ("hdlr", "pitm", "iinf", "iloc", "iprp", "iref", "idat")
    found: list[bytes] = field(default_factory=list)

    def bytes(self) -> bytes:
        """The file; `meta` is made twice, because it says how far behind it the data stands."""
        ftyp = box(b"ftyp", self.brands[0] + bytes(4) + b"".join(self.brands[1:]))
        start = len(ftyp) + len(self._meta(0)) + 8
        data = b"".join(self.between + item.data for item in self.items if not item.inside)
        return ftyp + self._meta(start) + box(b"mdat", data + self.between) + self.behind

    def _meta(self, start: int) -> bytes:
        known: dict[bytes, int] = {}
        for item in self.items:
            for one in item.properties + item.essential:
                known.setdefault(one, len(known) + 1)
        made = {
            "hdlr": full(b"hdlr", bytes(4) + b"pict" + bytes(12) + self.handler),
            "pitm": full(b"pitm", two(self.primary)),
            "iinf": full(
                b"iinf",
                len(self.items).to_bytes(4 if self.listing else 2, "big")
                + b"".join(map(self._infe, self.items)),
                self.listing,
            ),
            "iloc": self._iloc(start),
            "iprp": box(b"iprp", box(b"ipco", b"".join(known)) + self._ipma(known)),
            "iref": self._iref(),
            "idat": box(b"idat", b"".join(item.data for item in self.items if item.inside)),
        }
        return full(b"meta", b"".join(made[name] for name in self.first) + self.extra)

    def _infe(self, item: Item) -> bytes:
        content = two(item.number, item.protection) + item.type + item.name + b"\0" + item.more
        return full(b"infe", content, 2, int(item.hidden))

    def _iloc(self, start: int) -> bytes:
        entries, inside = [], 0
        for item in self.items:
            if not item.inside:
                start += len(self.between)
            offset = inside if item.inside else start
            method = int(item.inside) if item.method is None else item.method
            number = item.number.to_bytes(4 if self.version == 2 else 2, "big")
            entries.append(number + (two(method) if self.version else b"") + two(item.reference, 1))
            entries[-1] += max(0, offset + item.shift).to_bytes(4, "big") + len(item.data).to_bytes(4, "big")
            if item.inside:
                inside += len(item.data)
            else:
                start += len(item.data)
        count = len(entries).to_bytes(4 if self.version == 2 else 2, "big")
        return full(b"iloc", b"\x44\0" + count + b"".join(entries), self.version)

    def _ipma(self, known: dict[bytes, int]) -> bytes:
        width, entries = (2 if self.wide else 1), []
        for item in self.items:
            links = [(known[one], False) for one in item.properties]
            links += [(known[one], True) for one in item.essential]
            coded = b"".join(
                (number | must << 8 * width - 1).to_bytes(width, "big") for number, must in links
            )
            if links:
                entries.append(two(item.number) + bytes((len(links),)) + coded)
        return full(b"ipma", len(entries).to_bytes(4, "big") + b"".join(entries), 0, int(self.wide))

    def _iref(self) -> bytes:
        found = [
            box(kind, two(item.number, len(targets), *targets))
            for item in self.items
            for kind, targets in item.refers
        ]
        return full(b"iref", b"".join(found)) if found else b""


def exif(text: bytes) -> bytes:
    """An item of EXIF: the offset of the TIFF header, and a maker's name in it."""
    text += b"\0"
    entry = two(0x010F, 2) + len(text).to_bytes(4, "big") + (26).to_bytes(4, "big")
    return bytes(4) + b"MM\0*\0\0\0\x08" + two(1) + entry + bytes(4) + text


def photograph(secret: bytes, **more: object) -> Picture:
    """What a telephone writes: a grid of two tiles, alpha, thumbnail, depth, EXIF, XMP, and another picture."""
    tile = (ispe(64, 64),)
    items = [
        Item(1, b"grid", GRID, (ispe(128, 64),), inside=True, refers=((b"dimg", (2, 3)),), name=secret),
        Item(2, b"hvc1", sei(secret) + slices(2), tile, (hvcc(),), hidden=True),
        Item(3, b"hvc1", slices(3) + unit(40, bytes((4, len(secret))) + secret + b"\x80"), tile, (hvcc(),)),
        Item(4, b"hvc1", slices(4), (ispe(128, 64), ALPHA), (hvcc(),), refers=((b"auxl", (1,)),)),
        Item(5, b"hvc1", slices(5) + secret, tile, (hvcc(),), refers=((b"thmb", (1,)),)),
        Item(6, b"hvc1", slices(6) + secret, (*tile, DEPTH), (hvcc(),), refers=((b"auxl", (1,)),)),
        Item(7, b"Exif", exif(secret), refers=((b"cdsc", (1,)),)),
        Item(8, b"mime", b"<x:xmpmeta>" + secret, refers=((b"cdsc", (1,)),), more=b"application/rdf+xml\0"),
        Item(9, b"hvc1", slices(9) + secret, tile, (hvcc(),)),
        Item(10, b"uri ", secret, more=b"urn:" + secret + b"\0"),
    ]
    return Picture(items, **more)  # type: ignore[arg-type]


def frame(seed: int) -> bytes:
    """A sample of AV1: a temporal delimiter, and what stands for a coded picture."""
    return b"\x12\0\x32\x20" + random.Random(seed).randbytes(32)


def auxi(name: bytes) -> bytes:
    return full(b"auxi", name + b"\0")


def track(
    number: int,
    place: int,
    lengths: list[int],
    secret: bytes,
    refers: tuple[bytes, int] | None = None,
    *more: bytes,
) -> bytes:
    """A track of AV1 pictures of which the samples stand one behind another at `place`."""
    entry = bytes(6) + two(1) + bytes(16) + two(8, 8) + bytes(12) + two(1) + bytes((min(len(secret), 31),))
    entry += secret[:31].ljust(31, b"\0") + two(24, 0xFFFF) + box(b"av1C", b"\x81\0\x0c\0")
    entry += full(b"ccst", b"\x7c\0\0\0") + b"".join(more)
    tables = full(b"stsd", (1).to_bytes(4, "big") + box(b"av01", entry))
    tables += full(b"stts", two(0, 1, 0, len(lengths), 0, 1))
    tables += full(b"stsc", two(0, 1, 0, 1, 0, len(lengths), 0, 1))
    sizes = b"".join(length.to_bytes(4, "big") for length in lengths)
    tables += full(b"stsz", bytes(4) + len(lengths).to_bytes(4, "big") + sizes)
    tables += full(b"stco", two(0, 1) + place.to_bytes(4, "big"))
    reference = full(b"dref", two(0, 1) + full(b"url ", flags=1))
    media = full(b"vmhd", bytes(8), 0, 1) + box(b"dinf", reference) + box(b"stbl", tables)
    handler = b"auxv" if refers and refers[0] == b"auxl" else b"pict"
    head = full(b"mdhd", b"time" * 2 + two(0, 30, 0, len(lengths)) + b"\x55\xc4\0\0")
    named = full(b"hdlr", bytes(4) + handler + bytes(12) + secret + b"\0")
    tkhd = b"time" * 2 + number.to_bytes(4, "big") + bytes(60) + two(8, 0, 8, 0)
    parts = full(b"tkhd", tkhd, 0, 1)
    if refers:
        parts += box(b"tref", box(refers[0], refers[1].to_bytes(4, "big")))
    return box(b"trak", parts + box(b"mdia", head + named + box(b"minf", media)) + full(b"meta", secret))


def sequence(secret: bytes) -> bytes:
    """Two moving pictures with their alpha, and with thumbnails and depth; the first one is the still picture too."""
    tracks = [[frame(10 * number + count) for count in range(2)] for number in range(4)]
    notes = [b"\x2a" + bytes((len(secret) + 1, 4)) + secret + one for one in tracks[0]]
    tracks[0] = notes
    refers = (None, (b"auxl", 1), (b"thmb", 1), (b"auxl", 1))
    boxes = ((), (auxi(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"),), (), (auxi(b"urn:x:depth"),))
    ftyp = box(b"ftyp", b"avis" + bytes(4) + b"avifavismsf1mif1")
    data = b"".join(b"".join(frames) for frames in tracks)

    def header(place: int) -> bytes:
        made = full(b"mvhd", b"time" * 2 + two(0, 30, 0, 2) + bytes(80))
        for number, frames in enumerate(tracks):
            lengths = [len(one) for one in frames]
            made += track(number + 1, place, lengths, secret, refers[number], *boxes[number])
            place += sum(lengths)
        item = two(1, 0) + b"av01" + secret + b"\0"
        meta = full(b"hdlr", bytes(4) + b"pict" + bytes(12) + secret + b"\0") + full(b"pitm", two(1))
        start = place - len(data)
        meta += full(b"iinf", two(1) + full(b"infe", item, 2))
        extent = start.to_bytes(4, "big") + len(tracks[0][0]).to_bytes(4, "big")
        meta += full(b"iloc", b"\x44\0" + two(1, 1, 0, 1) + extent)
        ipco = box(b"ipco", ispe(8, 8) + box(b"av1C", b"\x81\0\x0c\0"))
        meta += box(b"iprp", ipco + full(b"ipma", two(0, 1, 1) + b"\2\1\x82"))
        return full(b"meta", meta) + box(b"moov", made + box(b"udta", secret))

    place = len(ftyp) + len(header(0)) + 8
    return ftyp + header(place) + box(b"mdat", data + secret) + box(b"uuid", bytes(16) + secret)
