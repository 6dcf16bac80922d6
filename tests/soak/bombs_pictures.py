"""Pictures made to take much time or memory."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from tests.media import (
    making_bmp,
    making_gif,
    making_heif,
    making_icc,
    making_jpeg,
    making_jxl,
    making_png,
    making_riff,
    making_tiff,
)

Made = Iterator[bytes]
_MANY: Final = 1_000_000


def jpeg_segments() -> Made:
    """Millions of the smallest segments."""
    yield making_jpeg.put_in(making_jpeg.picture(), making_jpeg.segment(0xFE, b"") * (3 * _MANY))


def jpeg_restarts() -> Made:
    """Millions of restart markers with a byte between."""
    data = making_jpeg.picture(restart_marker_blocks=1)
    yield (
        data[:-2]
        + b"".join(b"\xff" + bytes((0xD0 + n % 8,)) + b"\x11" for n in range(8)) * 400_000
        + data[-2:]
    )


def jpeg_scans() -> Made:
    """As many scans as fit into 20 MB."""
    data = making_jpeg.picture(progressive=True)
    at = data.rindex(b"\xff\xda")
    yield data[:at] + data[at:-2] * (20_000_000 // (len(data) - at - 2)) + b"\xff\xd9"


def jpeg_fill() -> Made:
    """20 MB of fill bytes before a marker."""
    data = making_jpeg.picture()
    yield data[:2] + b"\xff" * 20_000_000 + data[2:]


def jpeg_pictures_behind() -> Made:
    """Many small pictures behind the first."""
    data = making_jpeg.picture(size=(8, 8))
    yield data * (20_000_000 // len(data))


def jpeg_icc() -> Made:
    """A colour profile in 255 pieces of 64 kB."""
    profile = making_icc.lut8()
    big = (255 * 65_519).to_bytes(4, "big") + profile[4:]
    yield making_jpeg.put_in(making_jpeg.picture(), making_jpeg.icc(big.ljust(255 * 65_519, b"\0")))


def jpeg_xmp() -> Made:
    """Extended XMP of 16 MB in pieces."""
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    pieces = [
        head + struct.pack(">II", 16_000_000, at) + b"<a>" * 20_000 for at in range(0, 16_000_000, 60_000)
    ]
    yield making_jpeg.put_in(
        making_jpeg.picture(), b"".join(making_jpeg.segment(0xE1, each) for each in pieces)
    )


def png_chunks() -> Made:
    """Two million empty texts, each followed by an empty part of the picture."""
    chunk = making_png.chunk
    yield making_png.png(chunk(b"tEXt", b"A\0") * (2 * _MANY))


def png_data() -> Made:
    """Two million empty parts of the picture."""
    data = making_png.png()
    at = data.index(b"IDAT") - 4
    yield data[:at] + making_png.chunk(b"IDAT") * (2 * _MANY) + data[at:]


def png_text_bomb() -> Made:
    """Compressed texts that become a thousand times as long: 40 of 100 MB."""
    bomb = zlib.compress(bytes(100_000_000), 9)
    yield making_png.png(making_png.chunk(b"zTXt", b"Comment\0\0" + bomb) * 40)


def png_itxt_bomb() -> Made:
    """The same as international texts, which may hold XMP."""
    bomb = zlib.compress(b" " * 100_000_000, 9)
    name = b"XML:com.adobe.xmp\0\1\0\0\0"
    yield making_png.png(making_png.chunk(b"iTXt", name + bomb) * 40)


def png_profile_bomb() -> Made:
    """A colour profile that becomes 2 GB."""
    state = zlib.compressobj(9)
    out = b"".join(state.compress(bytes(10_000_000)) for _ in range(200)) + state.flush()
    yield making_png.png(making_png.chunk(b"iCCP", b"x\0\0" + out))


def png_pixel_bomb() -> Made:
    """A picture of 2 GB that is 2 MB when compressed, as it says in its header."""
    state = zlib.compressobj(9)
    row = bytes(1 + 3 * 30_000)
    out = b"".join(state.compress(row * 100) for _ in range(230)) + state.flush()
    yield making_png.png(data=out, head=making_png.header(30_000, 23_000))


def png_frames() -> Made:
    """300,000 frames of an animation, of one point each."""
    chunk, header = making_png.chunk, making_png.header(1, 1)
    frame = zlib.compress(bytes(4))
    yield (
        making_png.SIGNATURE + header + chunk(b"acTL", struct.pack(">II", 300_000, 0)) + chunk(b"IDAT", frame)
    )
    for number in range(0, 600_000, 2):
        control = struct.pack(">5I2H2B", number, 1, 1, 0, 0, 1, 1, 0, 0)
        yield chunk(b"fcTL", control) + chunk(b"fdAT", struct.pack(">I", number + 1) + frame)
    yield chunk(b"IEND")


def gif_pictures() -> Made:
    """A million pictures of one point."""
    one = making_gif.picture(width=1, height=1)
    yield making_gif.gif(one * _MANY)


def gif_comments() -> Made:
    """Millions of comments between controls."""
    yield making_gif.gif(making_gif.extension(0xFE, b"x") * (3 * _MANY), making_gif.picture())


def gif_blocks() -> Made:
    """Ten million sub-blocks of one byte."""
    yield making_gif.gif(making_gif.picture(bytes(10 * _MANY), size=1))


def gif_alternating() -> Made:
    """Pictures and comments in turn, a million of each."""
    yield making_gif.gif((making_gif.extension(0xFE, b"x") + making_gif.picture(width=1, height=1)) * _MANY)


def webp_chunks() -> Made:
    """Two million unknown chunks."""
    point = making_riff.chunk(b"VP8L", bytes.fromhex("2f0000000007d0fffef7bfff81880801"))
    yield making_riff.riff(b"WEBP", point, making_riff.chunk(b"XXXX") * (2 * _MANY))


def webp_frames() -> Made:
    """300,000 frames of an animation."""
    point = making_riff.chunk(b"VP8L", bytes.fromhex("2f0000000007d0fffef7bfff81880801"))
    frame = making_riff.chunk(b"ANMF", bytes(16) + point)
    extended = making_riff.chunk(b"VP8X", bytes([2]) + bytes(9))
    yield making_riff.riff(b"WEBP", extended, making_riff.chunk(b"ANIM", bytes(6)), frame * 300_000)


def tiff_strips() -> Made:
    """300,000 strips with a byte between each."""
    yield from _strips(300_000, 2)


def tiff_overlapping() -> Made:
    """300,000 strips that are one."""
    yield from _strips(300_000, 0)


def tiff_equal() -> Made:
    """A million strips one behind the other."""
    yield from _strips(_MANY, 1)


def _strips(many: int, apart: int) -> Made:
    entries = [
        (256, 4, 1, 1),
        (257, 4, 1, many),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (277, 3, 1, 1),
        (278, 4, 1, 1),
    ]
    table = 8 + 2 + 12 * (len(entries) + 2) + 4
    data = table + 8 * many
    entries += [(273, 4, many, table), (279, 4, many, table + 4 * many)]
    rows = b"".join(struct.pack("<HHII", *row) for row in sorted(entries))
    yield b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + rows + bytes(4)
    yield struct.pack(f"<{many}I", *(data + at * apart for at in range(many)))
    yield struct.pack("<I", 1) * many
    yield bytes(many * max(1, apart))


def tiff_directories() -> Made:
    """A chain of 200,000 directories."""
    entries = [
        (256, 4, 1, 1),
        (257, 4, 1, 1),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 1),
    ]
    rows = b"".join(struct.pack("<HHII", *row) for row in entries)
    size, at = 2 + len(rows) + 4, 16
    yield b"II*\0" + struct.pack("<I", at) + bytes(8)
    for number in range(200_000):
        at += size
        yield struct.pack("<H", len(entries)) + rows + struct.pack("<I", at if number < 199_999 else 0)


def tiff_tags() -> Made:
    """A directory of 65,535 entries, each with a value elsewhere."""
    many = 65_535
    table = 8 + 2 + 12 * many + 4
    yield b"II*\0\x08\0\0\0" + struct.pack("<H", many)
    yield b"".join(struct.pack("<HHII", tag, 2, 100, table + tag * 100) for tag in range(many))
    yield bytes(4) + b"x" * (100 * many)


def heif_items() -> Made:
    """60,000 items."""
    ispe = (making_heif.ispe(64, 64),)
    items = [making_heif.Item(1, b"hvc1", making_heif.slices(1), ispe, (making_heif.hvcc(),))]
    items += [making_heif.Item(n, b"Exif", b"x", refers=((b"cdsc", (1,)),)) for n in range(2, 60_000)]
    yield making_heif.Picture(items).bytes()


def heif_grid() -> Made:
    """A grid of 65,025 tiles."""
    tile = (making_heif.ispe(64, 64),)
    many = 255 * 255
    items = [making_heif.Item(1, b"grid", b"\0\0\xfe\xfe\x40\0\x40\0", (making_heif.ispe(16384, 16384),), inside=True,
        refers=((b"dimg", tuple(range(2, many + 2))),))]  # fmt: skip
    data = making_heif.slices(1, 20)
    items += [
        making_heif.Item(n, b"hvc1", data, tile, (making_heif.hvcc(),))
        for n in range(2, many + 2)
        if n < 65_536
    ]
    try:
        yield making_heif.Picture(items).bytes()
    except (OverflowError, struct.error):
        return


def heif_properties() -> Made:
    """30,000 properties, all of them associated with the picture."""
    properties = tuple(making_heif.box(b"free", number.to_bytes(4, "big")) for number in range(250))
    items = [
        making_heif.Item(n, b"hvc1", making_heif.slices(n % 100, 20), properties, (making_heif.hvcc(),))
        for n in range(1, 400)
    ]
    data = making_heif.Picture(items, wide=True).bytes()
    yield data


def heif_boxes() -> Made:
    """Two million empty boxes behind the picture."""
    yield making_heif.photograph(b"x", behind=making_heif.box(b"free") * (2 * _MANY)).bytes()


def jxl_brob() -> Made:
    """Brotli bombs as metadata: 1,000 boxes."""
    bomb = making_jxl.box(b"brob", b"Exif" + b"\xcf\xff\xff\x7f\xf8" + b"\x27\x00\xe2\xb1\x40\x02\x10" * 200)
    yield making_jxl.container(making_jxl.box(b"jxlc", making_jxl.codestream(b"", b"")), bomb * 1000)


def jxl_boxes() -> Made:
    """Two million boxes, and as many parts of the picture."""
    stream = making_jxl.codestream(b"", b"")
    parts = [making_jxl.partial(number, b"") for number in range(500_000)]
    yield making_jxl.container(making_jxl.partial(0, stream), *parts[1:], making_jxl.partial(500_000, b"", last=True),
        making_jxl.box(b"xml ") * _MANY)  # fmt: skip


def bmp_gap() -> Made:
    """A bitmap of 50 million points, most of it a run of two bytes each."""

    yield making_bmp.bitmap(depth=24, width=5000, height=3000)


def xmp_entities() -> Made:
    """Entities that multiply, in the XMP of a JPEG."""
    rows = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 50) for n in range(1, 30))
    packet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">' + rows + b"]><x>&a29;</x>"
    yield making_jpeg.put_in(
        making_jpeg.picture(), making_jpeg.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)
    )


def xmp_attributes() -> Made:
    """XMP of 2 MB with attributes, in a PNG."""
    packet = (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a " + b" ".join(b'b%d="c"' % n for n in range(180_000)) + b"/>"
    )
    yield making_png.png(making_png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet) * 10)


def exif_loops() -> Made:
    """EXIF in which directories point to one another, many times."""
    yield making_png.png(*[making_png.chunk(b"eXIf", making_tiff.full())] * 3000)
