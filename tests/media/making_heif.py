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
    """A file of items. `between` stands in `mdat` before each item; `extra` in `meta`; `behind` at the end."""

    items: list[Item]
    primary: int = 1
    brands: tuple[bytes, ...] = BRANDS
    version: int = 1
    handler: bytes = b"\0"
    between: bytes = b""
    extra: bytes = b""
    behind: bytes = b""
    wide: bool = False
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
            "iinf": full(b"iinf", two(len(self.items)) + b"".join(map(self._infe, self.items))),
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
