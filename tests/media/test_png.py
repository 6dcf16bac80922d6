"""PNG: what stays is on a list, the picture stays byte for byte, and nothing hides in or behind it."""

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.media.cleaned import clean, essence, facts
from tests.media.making_icc import srgb
from tests.media.making_png import SIGNATURE, apng, chunk, exif, frame, header, pixels, png

SECRET = b"Maria Lopez 40.7128"
BARE = png()
ITXT = b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"


def decoded(data: bytes) -> list[bytes]:
    """All frames, by another decoder."""
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(data))
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(image.convert("RGBA").tobytes())
    return frames


REMOVED = {
    "tEXt": chunk(b"tEXt", b"Author\0" + SECRET),
    "zTXt": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SECRET)),
    "iTXt": chunk(b"iTXt", ITXT),
    "tIME": chunk(b"tIME", b"\x07\xe9" + bytes([6, 1, 12, 30, 59])),
    "caBX": chunk(b"caBX", SECRET),
    "private": chunk(b"prVt", SECRET),
    "long gamma": chunk(b"gAMA", SECRET),
    "EXIF that is upright": chunk(b"eXIf", exif(1, SECRET)),
    "profile that is none": chunk(b"iCCP", b"name\0\0" + zlib.compress(SECRET)),
    "frames without animation": chunk(b"fdAT", b"\0\0\0\0" + SECRET),
    "suggested palette": chunk(b"sPLT", SECRET + b"\0\x08" + bytes(6)),
    "bad checksum": chunk(b"tEXt", b"Author\0" + SECRET)[:-1] + b"?",
}


CHROMATICITIES = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
MASTERING = struct.pack(">8H2I", 35400, 14600, 8500, 39850, 6550, 2300, 15635, 16450, 10_000_000, 50)
NO_NUMBERS = {
    b"cHRM": SECRET.ljust(32),
    b"mDCV": SECRET.ljust(24),
    b"cLLI": SECRET[:8],
    b"gAMA": SECRET[:4],
    b"pHYs": SECRET[:9],
    b"cICP": SECRET[:4],
    b"sBIT": SECRET[:3],
    b"bKGD": SECRET[:6],
    b"sRGB": SECRET[:1],
    b"sTER": SECRET[:1],
}


@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_numbers_that_make_no_sense_go(kind):
    assert clean(png(chunk(kind, NO_NUMBERS[kind]))) == BARE


def test_a_palette_stays_where_indices_need_it_and_as_long_as_they_can_be():
    assert clean(png(chunk(b"PLTE", SECRET[:18]))) == BARE
    head, data = header(depth=2, colour=3), zlib.compress(3 * b"\0\x1b")
    short = png(chunk(b"PLTE", bytes(range(12))), chunk(b"tRNS", b"\1\2"), head=head, data=data)
    long = png(chunk(b"PLTE", bytes(range(12)) + SECRET[:18]), chunk(b"tRNS", b"\1\2"), head=head, data=data)
    assert clean(long) == short == clean(short)
    assert decoded(long) == decoded(short)
    assert essence(long) == essence(short)
    with pytest.raises(Damaged, match="more colours than there are"):
        clean(png(chunk(b"PLTE", bytes(6)), chunk(b"tRNS", SECRET), head=head, data=data))


@pytest.mark.parametrize("name", REMOVED)
@pytest.mark.parametrize("place", ["before", "after"])
def test_what_is_not_on_the_list_goes(name, place):
    data = png(REMOVED[name]) if place == "before" else png(after=REMOVED[name])
    assert clean(data) == BARE
    assert make_cleaning(io.BytesIO(data)).scan.facts


def test_what_is_clean_stays_as_it_is():
    kept = [chunk(b"gAMA", b"\0\0\xb1\x8f"), chunk(b"sRGB", b"\0"), chunk(b"pHYs", bytes(9))]
    kept += [chunk(b"cICP", bytes([9, 16, 0, 1])), chunk(b"cHRM", CHROMATICITIES), chunk(b"bKGD", bytes(6))]
    kept += [chunk(b"mDCV", MASTERING), chunk(b"cLLI", struct.pack(">2I", 10_000_000, 4_000_000))]
    kept += [chunk(b"sBIT", b"\5\6\5")]
    data = png(*kept)
    assert clean(data) == data
    assert not make_cleaning(io.BytesIO(data)).changes


def test_a_colour_chunk_that_no_decoder_uses_goes():
    gamma = chunk(b"gAMA", b"\0\0\xb1\x8f")
    assert clean(png(gamma, gamma)) == png(gamma)
    assert clean(png(gamma[:-1] + b"?")) == BARE
    assert clean(png(after=gamma)) == BARE


def test_of_exif_only_the_orientation_stays():
    out = clean(png(chunk(b"eXIf", exif(6, SECRET))))
    assert SECRET not in out
    assert decoded(out) == decoded(BARE)
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(out))
    assert dict(image.getexif()) == {0x0112: 6}
    assert clean(out) == out
    assert clean(png(after=chunk(b"eXIf", b"Exif\0\0" + exif(6, SECRET)))).count(b"eXIf") == 1


def test_a_colour_profile_stays_without_its_names():
    data = png(chunk(b"iCCP", b"Display of Maria\0\0" + zlib.compress(srgb())))
    out = clean(data)
    assert b"iCCPICC\0\0\x78\x01" in out
    assert b"Maria" not in out
    pytest.importorskip("PIL.Image").open(io.BytesIO(out)).load()
    assert clean(out) == out


def test_what_stands_behind_the_end_goes():
    assert clean(BARE + SECRET) == BARE
    assert facts(BARE + SECRET) == {"bytes behind the end of the picture": str(len(SECRET))}
    assert clean(BARE[:-12] + chunk(b"IEND", SECRET)) == BARE


def test_data_behind_the_stream_are_cut_off():
    out = clean(png(data=pixels() + SECRET))
    assert out == BARE
    split = SIGNATURE + header() + chunk(b"IDAT", pixels()[:9]) + chunk(b"IDAT", pixels()[9:] + SECRET)
    out = clean(split + chunk(b"IDAT", SECRET) + chunk(b"IEND"))
    assert SECRET not in out
    assert decoded(out) == decoded(BARE)
    assert zlib.decompress(essence(split + chunk(b"IEND"))[13:]) == zlib.decompress(pixels())


def test_a_late_group_of_data_goes():
    assert clean(png(after=chunk(b"tEXt", b"a\0b") + chunk(b"IDAT", SECRET))) == BARE


def test_the_end_may_be_missing():
    assert clean(BARE[:-12]) == BARE
    assert clean(BARE[:-12] + chunk(b"tEXt", b"Author\0" + SECRET)[:-6]) == BARE


def test_an_animation_stays_and_frames_without_one_go():
    assert clean(apng()) == apng()
    assert len(decoded(apng())) == 2
    assert clean(apng(said=0)) == BARE
    out = clean(apng(second=pixels(start=40) + SECRET, between=chunk(b"tEXt", b"a\0" + SECRET)))
    assert out == apng()


@pytest.mark.parametrize("interlace", [0, 1])
@pytest.mark.parametrize(
    ("depth", "colour", "bits"), [(1, 0, 1), (16, 0, 16), (8, 4, 16), (16, 6, 64), (4, 0, 4)]
)
@pytest.mark.parametrize("size", [(1, 1), (5, 9), (8, 8), (17, 3)])
def test_the_length_of_a_picture_is_known_for_every_kind(interlace, depth, colour, bits, size):
    width, height = size
    starts = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]
    length = 0
    for left, top, across, down in starts if interlace else [(0, 0, 1, 1)]:
        columns = len(range(left, width, across))
        length += len(range(top, height, down)) * (1 + (columns * bits + 7) // 8) if columns else 0
    head = header(width, height, depth, colour, interlace)
    data = png(head=head, data=zlib.compress(bytes(length)))
    assert clean(data) == data
    decoded(data)
    for wrong in (length - 1, length + 1):
        with pytest.raises(Damaged):
            clean(png(head=head, data=zlib.compress(bytes(wrong))))


START = len(SIGNATURE) + 25
REFUSED = {
    "unknown critical chunk": (png(chunk(b"ABCD", SECRET)), Unsupported, START),
    "Apple's variant": (SIGNATURE + chunk(b"CgBI", bytes(4)) + BARE[8:], Unsupported, 8),
    "no header": (SIGNATURE + BARE[START:], Damaged, 8),
    "two headers": (png(header()), Damaged, START),
    "bad checksum of the header": (BARE[:32] + b"?" + BARE[33:], Damaged, 8),
    "not a chunk": (BARE[:START] + b"\0\0\0\1a b c" + BARE[START:], Damaged, START),
    "cut short": (BARE[:-20], Damaged, START),
    "no data": (SIGNATURE + header() + chunk(b"IEND"), Damaged, None),
    "no palette": (png(head=header(colour=3)), Damaged, START),
    "broken stream": (png(data=b"\x78\x9c" + SECRET), Damaged, None),
    "frame missing": (apng(said=3), Damaged, None),
    "frame outside": (png(chunk(b"acTL", struct.pack(">II", 1, 0)), frame(0, 9, 9)), Damaged, None),
    "frame cut": (apng(second=pixels()[:-9]), Damaged, None),
    "transparency": (png(chunk(b"tRNS", SECRET)), Damaged, START),
    "too large": (png(head=header(1 << 20, 1 << 20)), Unsupported, START),
    "chunk beyond the file": (SIGNATURE + header() + b"\x7f\xff\xff\xffIDAT", Damaged, START),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused(name):
    data, error, offset = REFUSED[name]
    with pytest.raises(error) as refusal:
        clean(data)
    assert offset is None or refusal.value.offset == offset


def test_a_stream_that_never_ends_is_not_followed():
    bomb = zlib.compress(bytes(50 << 20), 9)
    with pytest.raises(Damaged, match="more than the picture"):
        clean(png(data=bomb))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damage_is_refused_or_harmless(data):
    seed = data.draw(st.sampled_from([apng(), png(*REMOVED.values()), png(chunk(b"eXIf", exif(6, SECRET)))]))
    at = data.draw(st.integers(0, len(seed)))
    damaged = seed[:at] + data.draw(st.binary(max_size=8)) + seed[at + data.draw(st.integers(0, 8)) :]
    with contextlib.suppress(CannotClean):
        out = clean(damaged)
        assert SECRET not in out
        assert clean(out) == out
