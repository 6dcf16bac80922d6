"""TIFF files made byte by byte, with everything in them that has to go (TIFF 6.0; DNG 1.7.1)."""

import io
import struct
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL, DOUBLE, LONG8 = 1, 2, 3, 4, 5, 7, 10, 12, 16
_CODES = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "I", RATIONAL: "I", UNDEFINED: "B", SRATIONAL: "i"}
_CODES |= {DOUBLE: "d", LONG8: "Q"}

SECRETS = (
    b"SECRET-DESCRIPTION",
    b"SECRET-MAKER",
    b"SECRET-OWNER",
    b"SECRET-SERIAL",
    b"SECRET-NOTE",
    b"SECRET-XMP",
    b"SECRET-IPTC",
    b"SECRET-PRIVATE",
    b"SECRET-GAP",
    b"SECRET-TAIL",
    b"SECRET-THUMBNAIL",
    b"2023:04:05 06:07:08",
    struct.pack("<6I", 33, 1, 51, 1, 2442, 100),
)
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Kit"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 exif:GPSLatitude="33,51.407S" exif:GPSLongitude="151,12,54E" Brightness="12"><dc:creator><rdf:Seq>
<rdf:li>SECRET-XMP &amp; Co</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"""


class Pieces(list[bytes]):
    """Strips that are written somewhere, with their places as the value of a tag."""


class Sub(list["Ifd"]):
    """Directories that a tag points to."""


@dataclass
class Ifd:
    """A directory: tag to (type, values); bytes stand for themselves."""

    tags: dict[int, tuple[int, Any]] = field(default_factory=dict)


class Maker:
    """Puts a file together: values first, then the directory that points to them."""

    def __init__(self, order: str = "<", *, big: bool = False) -> None:
        self.order, self.big = order, big
        mark = b"II" if order == "<" else b"MM"
        self.data = bytearray(
            mark + struct.pack(order + ("HHHQ" if big else "HI"), *((43, 8, 0, 0) if big else (42, 0)))
        )

    @property
    def offset(self) -> str:
        return "Q" if self.big else "I"

    def put(self, data: bytes) -> int:
        """Writes at an even position."""
        self.data += bytes(len(self.data) % 2)
        self.data += data
        return len(self.data) - len(data)

    def value(self, kind: int, values: Any) -> tuple[int, int, bytes]:
        if isinstance(values, Pieces):
            values = [self.put(piece) for piece in values]
        elif isinstance(values, Sub):
            values = [self.directory(one)[0] for one in values]
        if isinstance(values, bytes):
            return kind, len(values), values
        values = values if isinstance(values, list) else [values]
        flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
        return kind, len(values), struct.pack(f"{self.order}{len(flat)}{_CODES[kind]}", *flat)

    def directory(self, ifd: Ifd) -> tuple[int, int]:
        """Writes one; gives its place and that of its pointer to the next."""
        width = 8 if self.big else 4
        rows = []
        for tag, (type_, values) in sorted(ifd.tags.items()):
            kind, count, data = self.value(type_, values)
            if len(data) > width:
                data = struct.pack(self.order + self.offset, self.put(data))
            entry = struct.pack(self.order + "HH" + self.offset, tag, kind, count)
            rows.append(entry + data.ljust(width, b"\0"))
        head = struct.pack(self.order + ("Q" if self.big else "H"), len(rows))
        at = self.put(head + b"".join(rows) + bytes(width))
        return at, len(self.data) - width

    def file(self, *pages: Ifd, tail: bytes = b"") -> bytes:
        """The whole file with its pages in a chain."""
        link = 8 if self.big else 4
        for page in pages:
            at, following = self.directory(page)
            struct.pack_into(self.order + self.offset, self.data, link, at)
            link = following
        return bytes(self.data) + tail


def page(width: int = 16, height: int = 12, strips: int = 2, **more: Any) -> dict[int, tuple[int, Any]]:
    """The tags of an uncompressed picture in grey, a gradient."""
    rows = height // strips
    pixels = [bytes((x * 7 + y * 13) % 256 for y in range(rows) for x in range(width)) for _ in range(strips)]
    return {
        256: (SHORT, width),
        257: (SHORT, height),
        258: (SHORT, 8),
        259: (SHORT, 1),
        262: (SHORT, 1),
        273: (LONG, Pieces(pixels)),
        277: (SHORT, 1),
        278: (SHORT, rows),
        279: (LONG, [len(piece) for piece in pixels]),
        282: (RATIONAL, (300, 1)),
        283: (RATIONAL, (300, 1)),
    }


def telling(*, note: bytes = b"SECRET-NOTE" * 9) -> dict[int, tuple[int, Any]]:
    """What devices and programs put into a first directory."""
    gps = {
        1: (ASCII, b"S\0"),
        2: (RATIONAL, [(33, 1), (51, 1), (2442, 100)]),
        3: (ASCII, b"E\0"),
        4: (RATIONAL, [(151, 1), (12, 1), (54, 1)]),
        5: (BYTE, b"\1"),
        6: (RATIONAL, (123, 10)),
        7: (RATIONAL, [(6, 1), (7, 1), (17, 2)]),
        0x1B: (UNDEFINED, b"ASCII\0\0\0GPS"),
        0x1D: (ASCII, b"2023:04:05\0"),
    }
    exif = {
        0x9003: (ASCII, b"2023:04:05 06:07:08\0"),
        0x9011: (ASCII, b"+10:00\0"),
        0x927C: (UNDEFINED, note),
        0x9286: (UNDEFINED, b"UNICODE\0" + "a comment".encode("utf-16-le")),
        0xA430: (ASCII, b"SECRET-OWNER\0"),
        0xA431: (ASCII, b"SECRET-SERIAL\0"),
    }
    return {
        270: (ASCII, b"SECRET-DESCRIPTION\0"),
        271: (ASCII, b"SECRET-MAKER\0"),
        272: (ASCII, b"Model 9\0"),
        274: (SHORT, 6),
        700: (BYTE, XMP),
        33723: (UNDEFINED, b"\x1c\x02\x50\0\x0bSECRET-IPTC"),
        34377: (BYTE, b"8BIM\x04\x04\0\0\0\0\0\x0f\x1c\x02\x5a\0\x0aSECRET-IPTC"[:-1] + b"\0"),
        34665: (LONG, Sub([Ifd(exif)])),
        34853: (LONG, Sub([Ifd(gps)])),
        0x9C9D: (BYTE, "An Author\0".encode("utf-16-le")),
        65000: (UNDEFINED, b"SECRET-PRIVATE"),
    }


def full(order: str = "<", *, big: bool = False) -> bytes:
    """Two pages, everything that tells, a thumbnail, a gap and a tail."""
    maker = Maker(order, big=big)
    maker.put(b"SECRET-GAP")
    small = page(8, 8, 1) | {254: (LONG, 1), 273: (LONG, Pieces([b"SECRET-THUMBNAIL" * 4]))}
    return maker.file(Ifd(page() | telling()), Ifd(page(20, 10, 5)), Ifd(small), tail=b"SECRET-TAIL")


def jpeg(mode: str = "L", *, comment: bytes = b"") -> bytes:
    """A JPEG stream of 16 by 16 pixels, with a comment and an APP1 segment when one is given."""
    picture = Image.linear_gradient("L").resize((16, 16)).convert(mode)
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=90)
    data = held.getvalue()
    if not comment:
        return data
    app = b"\xff\xe1" + struct.pack(">H", len(comment) + 2) + comment
    return data[:20] + app + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[20:]


def jpeg_page(data: bytes) -> dict[int, tuple[int, Any]]:
    """A page of a single strip of JPEG."""
    return page(16, 16, 1) | {259: (SHORT, 7), 273: (LONG, Pieces([data])), 279: (LONG, [len(data)])}


def dng(order: str = "<", **more: tuple[int, Any]) -> bytes:
    """A raw picture in a sub-directory below a thumbnail, with a preview beside it."""
    width, height = 64, 48
    samples = [(x * 331 + y * 97 + 40 * (x % 2)) % 4000 for y in range(height) for x in range(width)]
    raw = struct.pack(f"{order}{len(samples)}H", *samples)
    main = {
        254: (LONG, 0),
        256: (LONG, width),
        257: (LONG, height),
        258: (SHORT, 16),
        259: (SHORT, 1),
        262: (SHORT, 32803),
        273: (LONG, Pieces([raw])),
        277: (SHORT, 1),
        278: (LONG, height),
        279: (LONG, [len(raw)]),
        284: (SHORT, 1),
        33421: (SHORT, [2, 2]),
        33422: (BYTE, b"\0\1\1\2"),
        50714: (SHORT, 16),
        50717: (SHORT, 4095),
        50829: (LONG, [0, 0, height, width]),
        51008: (UNDEFINED, struct.pack(">IIIII", 1, 4, 0x01030000, 0, 8) + bytes(8) + b"SECRET-TAIL"),
    }
    preview = jpeg_page(b"SECRET-THUMBNAIL" * 9) | {254: (LONG, 1), 50966: (ASCII, b"SECRET-PRIVATE\0")}
    matrix = [(8000, 10000), (-2000, 10000), (-800, 10000), (-4000, 10000), (12000, 10000), (2200, 10000)]
    matrix += [(-700, 10000), (1500, 10000), (6400, 10000)]
    first = (
        page(8, 8, 1)
        | telling()
        | {
            254: (LONG, 1),
            273: (LONG, Pieces([b"SECRET-THUMBNAIL" * 4])),
            279: (LONG, [64]),
            330: (LONG, Sub([Ifd(main), Ifd(preview)])),
            50706: (BYTE, b"\1\4\0\0"),
            50707: (BYTE, b"\1\3\0\0"),
            50708: (ASCII, b"SECRET-MAKER 9\0"),
            50721: (SRATIONAL, matrix),
            50728: (RATIONAL, [(52, 100), (1, 1), (74, 100)]),
            50778: (SHORT, 21),
            50735: (ASCII, b"SECRET-SERIAL\0"),
            50740: (BYTE, b"SECRET-PRIVATE" * 20),
            50827: (BYTE, b"SECRET-DESCRIPTION"),
            **{int(name): value for name, value in more.items()},
        }
    )
    return Maker(order).file(Ifd(first), tail=b"SECRET-TAIL")
