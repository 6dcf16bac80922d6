"""Sound and documents made to take much time or memory."""

import random
import re
import zlib
from collections.abc import Iterator
from typing import Final

from tests.media import (
    making_aiff,
    making_riff,
    making_wav,
    test_flac,
    test_mp3,
    test_ogg,
)

Made = Iterator[bytes]
_MANY: Final = 1_000_000


def wav_chunks() -> Made:
    """Two million chunks."""
    yield making_wav.wav(after=making_riff.chunk(b"XXXX") * (2 * _MANY))


def wav_info() -> Made:
    """A list of a million texts."""
    yield making_wav.wav(making_riff.listed(b"INFO", making_riff.chunk(b"IART", b"x\0") * _MANY))


def mp3_frames() -> Made:
    """1.5 million of the smallest frames, 26 bytes each."""
    yield b"\xff\xf3\x10\xc4".ljust(26, b"\0") * 1_500_000


def mp3_apart() -> Made:
    """As many with a byte between them."""
    yield test_mp3.FRAME * 4 + (test_mp3.FRAME + b"x") * 80_000


def mp3_syncs() -> Made:
    """20 MB of what could begin a frame."""
    yield test_mp3.FRAME * 4 + b"\xff\xfb\x90" * 7_000_000


def mp3_tags() -> Made:
    """An ID3 tag of a million frames, and many tags behind the sound."""
    frame = b"TXXX\0\0\0\x03\0\0\0a\0"
    size = len(frame) * _MANY
    safe = bytes(size >> 7 * place & 127 for place in (3, 2, 1, 0))
    yield b"ID3\x04\0\0" + safe + frame * _MANY + test_mp3.FRAME * 9 + test_mp3.ID3V1 * 100_000


def flac_frames() -> Made:
    """Two million tiny frames, the last one cut short."""
    frame = test_flac.frame(5)
    yield test_flac.sound(0)
    yield frame * (2 * _MANY) + frame[:-1]


def flac_syncs() -> Made:
    """What could begin frames, and never ends."""
    yield test_flac.sound(3) + test_flac.frame(5)[:6] * 3_000_000


def flac_blocks() -> Made:
    """A million blocks of metadata."""
    yield test_flac.sound(3, test_flac.block(4, b"") * _MANY)


def ogg_pages() -> Made:
    """300,000 pages of one byte."""
    yield test_ogg.opus()
    for number in range(300_000):
        yield test_ogg.page(0, 7, 10 + number, b"x")


def ogg_chained() -> Made:
    """50,000 recordings one behind the other."""
    for number in range(50_000):
        yield test_ogg.opus(number)


def ogg_noise() -> Made:
    """What begins like pages, and is none."""
    yield test_ogg.opus() + b"OggS" * 5_000_000


def ogg_tags() -> Made:
    """A comment of 30 MB before the sound."""
    yield test_ogg.opus(size=1_500_000)


def aiff_chunks() -> Made:
    """Two million chunks."""

    yield making_aiff.aiff(
        making_aiff.common(), making_aiff.sound(), making_aiff.part(b"XXXX", b"") * (2 * _MANY)
    )


def _pdf(objects: Made, trailer: bytes = b"/Root 1 0 R") -> Made:
    """With a table that is right, for what would have to be guessed is refused."""
    data = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    data += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj " + b"".join(objects)
    return _with_table(data, trailer)


def _with_table(data: bytes, trailer: bytes = b"/Root 1 0 R") -> Made:
    places = {int(found[1]): found.start(1) for found in re.finditer(rb"\b(\d+) 0 obj", data)}
    size = max(places) + 1
    yield data + b"\nxref\n0 %d\n" % size
    for number in range(size):
        yield b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    yield b"trailer<<%s/Size %d>>\nstartxref\n%d\n%%%%EOF" % (trailer, size, len(data) + 1)


def _pdf_stream(number: int, data: bytes, extra: bytes = b"/Filter/FlateDecode") -> bytes:
    return b"%d 0 obj<<%s/Length %d>>stream\n" % (number, extra, len(data)) + data + b"\nendstream endobj "


def pdf_flate() -> Made:
    """Contents of a page that become 1 GB."""
    state = zlib.compressobj(9)
    out = b"".join(state.compress(b"0 g " * 2_500_000) for _ in range(100)) + state.flush()
    return _pdf(iter([_pdf_stream(4, out)]))


def pdf_flate_twice() -> Made:
    """Compressed three times over."""
    once = zlib.compress(bytes(400_000_000), 9)
    thrice = zlib.compress(zlib.compress(once, 9), 9)
    return _pdf(iter([_pdf_stream(4, thrice, b"/Filter[/FlateDecode/FlateDecode/FlateDecode]")]))


def pdf_objects() -> Made:
    """A million objects."""
    body = (b"%d 0 obj[%d 0 R]endobj " % (number, number + 1) for number in range(5, 1_000_000))
    return _pdf(iter([_pdf_stream(4, b"", b""), *body]), b"/Root 1 0 R/Info 5 0 R")


def pdf_used_objects() -> Made:
    """300,000 objects that the page uses."""
    many = 300_000
    body = (b"%d 0 obj<</A 1>>endobj " % number for number in range(6, many))
    kids = b"5 0 obj[" + b" ".join(b"%d 0 R" % number for number in range(6, many)) + b"]endobj "
    return _pdf(iter([_pdf_stream(4, b"", b"/X 5 0 R"), kids, *body]))


def pdf_deep() -> Made:
    """Arrays within arrays, 200,000 of them."""
    return _pdf(iter([_pdf_stream(4, b"", b""), b"5 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj "]),
        b"/Root 1 0 R/Info 5 0 R")  # fmt: skip


def pdf_pages() -> Made:
    """20,000 pages."""
    data = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 20000/Kids["
    data += b" ".join(b"%d 0 R" % number for number in range(3, 20_003)) + b"]>>endobj "
    pages = (
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj " % number
        for number in range(3, 20_003)
    )
    return _with_table(data + b"".join(pages))


def pdf_object_streams() -> Made:
    """An object stream that becomes 500 MB."""
    state = zlib.compressobj(9)
    out = b"".join(state.compress(b" " * 5_000_000) for _ in range(100)) + state.flush()
    return _pdf(
        iter(
            [_pdf_stream(4, b"", b""), _pdf_stream(5, out, b"/Type/ObjStm/N 100/First 5/Filter/FlateDecode")]
        )
    )


def pdf_xref_stream() -> Made:
    """A table of objects that becomes 500 MB."""
    state = zlib.compressobj(9)
    out = b"".join(state.compress(bytes(5_000_000)) for _ in range(100)) + state.flush()
    yield b"%PDF-1.7\n"
    yield _pdf_stream(1, out, b"/Type/XRef/Size 70000000/W[1 4 2]/Root 2 0 R/Filter/FlateDecode")
    yield b"\nstartxref\n9\n%%EOF"


def pdf_large() -> Made:
    """40 MB of pictures, as a scanner writes them: nothing hostile."""
    noise, kind = random.Random(1).randbytes(8_000_000), b"/Type/XObject/Subtype/Image/Width 1000/Height 2666"
    kind += b"/ColorSpace/DeviceRGB/BitsPerComponent 8"
    data = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    names = b"".join(b"/P%d %d 0 R" % (number, number) for number in range(5, 10))
    data += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
    data += b"/Resources<</XObject<<%s>>>>>>endobj " % names
    data += _pdf_stream(4, b"q /P5 Do /P6 Do /P7 Do /P8 Do /P9 Do Q", b"")
    return _with_table(data + b"".join(_pdf_stream(number, noise, kind) for number in range(5, 10)))
