"""WebP: pictures, frames and colour profile stay; everything else goes, and what the file says of itself is true."""

import contextlib
import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from copwatch.media.cleaning import make_cleaning
from copwatch.media.refusal import CannotClean, Damaged
from tests.media.cleaned import clean, essence, facts
from tests.media.making_icc import srgb
from tests.media.making_png import exif
from tests.media.making_riff import chunk, parts, riff

SECRET = b"Maria Lopez 40.7128"
XMP = chunk(b"XMP ", b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")


def picture(lossless: bool = False, alpha: bool = False, start: int = 0) -> Image.Image:
    size = (32, 24)
    mode, bands = ("RGBA", 4) if alpha else ("RGB", 3)
    points = bytes((start + number * 7 + number // 96) % 256 for number in range(size[0] * size[1] * bands))
    return Image.frombytes(mode, size, points)


def saved(*images: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    more = {"save_all": True, "append_images": images[1:], "duration": 70} if len(images) > 1 else {}
    images[0].save(file, "WEBP", **more, **options)
    return file.getvalue()


LOSSY, LOSSLESS = saved(picture()), saved(picture(), lossless=True)
MOVING = saved(picture(), picture(start=90), picture(alpha=True), lossless=False)
STILL = LOSSY[12:]


def extended(flags: int, *chunks: bytes) -> bytes:
    head = bytes([flags, 0, 0, 0]) + (31).to_bytes(3, "little") + (23).to_bytes(3, "little")
    return riff(b"WEBP", chunk(b"VP8X", head), *chunks)


def decoded(data: bytes) -> list[bytes]:
    image = Image.open(io.BytesIO(data))
    frames = []
    for number in range(image.n_frames):
        image.seek(number)
        frames.append(image.convert("RGBA").tobytes())
    return frames


@pytest.mark.parametrize("data", [LOSSY, LOSSLESS, MOVING, extended(0, STILL)])
def test_what_is_clean_stays_as_it_is(data):
    assert clean(data) == data
    assert not make_cleaning(io.BytesIO(data)).changes


REMOVED = {
    "XMP": XMP,
    "EXIF that is upright": chunk(b"EXIF", exif(1, SECRET)),
    "unknown": chunk(b"PSAI", SECRET),
    "profile that is none": chunk(b"ICCP", SECRET),
    "second picture": LOSSLESS[12:],
    "frames of a still picture": chunk(b"ANMF", bytes(16) + LOSSLESS[12:]),
}


@pytest.mark.parametrize("name", REMOVED)
def test_what_is_not_on_the_list_goes(name):
    out = clean(extended(0x2C, STILL, REMOVED[name]))
    assert out == extended(0, STILL)
    assert decoded(out) == decoded(LOSSY)
    assert facts(extended(0x2C, STILL, REMOVED[name]))


def test_beside_a_simple_picture_nothing_stays():
    data = riff(b"WEBP", STILL, chunk(b"EXIF", exif(6, SECRET)), XMP)
    assert clean(data) == LOSSY


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_of_exif_only_the_orientation_stays(prefix):
    out = clean(extended(0x0C, STILL, chunk(b"EXIF", prefix + exif(6, SECRET)), XMP))
    assert SECRET not in out
    assert dict(Image.open(io.BytesIO(out)).getexif()) == {0x0112: 6}
    assert out[20] == 0x08
    assert decoded(out) == decoded(LOSSY)


def test_a_colour_profile_stays_without_its_names():
    out = clean(saved(picture(), icc_profile=srgb(), exif=exif(3, SECRET), xmp=SECRET))
    assert SECRET not in out
    assert [name for name, _ in parts(out)] == [b"VP8X", b"ICCP", b"VP8 ", b"EXIF"]
    assert out[20] & 0x2C == 0x28
    assert decoded(out) == decoded(LOSSY)


def test_frames_stay_without_what_is_hidden_in_them():
    at = MOVING.index(b"ANMF")
    length = struct.unpack("<I", MOVING[at + 4 : at + 8])[0]
    frame = chunk(b"ANMF", MOVING[at + 8 : at + 8 + length] + chunk(b"priv", SECRET))
    hidden = MOVING[:at] + frame + MOVING[at + 8 + length :] + XMP
    hidden = hidden[:4] + struct.pack("<I", len(hidden) - 8) + hidden[8:]
    assert clean(hidden) == MOVING
    assert essence(hidden) == essence(MOVING)
    assert decoded(clean(hidden)) == decoded(MOVING)


def test_what_stands_behind_the_end_goes():
    assert clean(LOSSY + SECRET) == LOSSY
    assert facts(LOSSY + SECRET) == {"bytes behind the end of the picture": "19"}


@pytest.mark.parametrize("width", [32, 31])
def test_nothing_stands_behind_alpha_that_is_not_compressed(width):
    image = picture().crop((0, 0, width, 23))
    coded = saved(image)[12:]
    head = bytes([0x10, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (22).to_bytes(3, "little")
    alpha = b"\0" + bytes(range(256)) * 2 + bytes(width * 23 - 512)
    still = [
        riff(b"WEBP", chunk(b"VP8X", head), chunk(b"ALPH", alpha + more), coded) for more in (b"", SECRET)
    ]
    frame = [
        bytes(6) + head[4:] + bytes(3) + b"\0" + chunk(b"ALPH", alpha + more) + coded
        for more in (b"", SECRET)
    ]
    moving = [
        riff(b"WEBP", chunk(b"VP8X", b"\x12" + head[1:]), chunk(b"ANIM", bytes(6)), chunk(b"ANMF", each))
        for each in frame
    ]
    for short, long in (still, moving):
        assert clean(long) == short == clean(short)
        assert decoded(long) == decoded(short)
        assert essence(long) == essence(short)


def test_reserved_bits_and_padding_become_zero():
    data = bytearray(extended(0, STILL))
    data[20:24] = b"\xc1cat"
    assert clean(bytes(data)) == extended(0, STILL)
    odd = chunk(b"VP8L", LOSSLESS[20:] + (b"" if len(LOSSLESS[20:]) & 1 else b"\0"), pad=b"S")
    for data in (riff(b"WEBP", odd), riff(b"WEBP", odd[:-1])):
        assert clean(data) == riff(b"WEBP", odd[:-1] + b"\0")


REFUSED = {
    "no picture": (riff(b"WEBP"), 12),
    "another chunk first": (riff(b"WEBP", XMP, STILL), 12),
    "cut short": (LOSSY[:-30], 12),
    "not a picture": (riff(b"WEBP", chunk(b"VP8 ", SECRET)), 12),
    "no picture behind the list": (extended(0, XMP), None),
    "an animation without frames": (extended(2, STILL), None),
    "a frame without a picture": (extended(2, chunk(b"ANMF", bytes(16) + XMP)), 30),
    "a frame that is cut": (extended(2, chunk(b"ANMF", bytes(9))), 30),
    "a list that is cut": (riff(b"WEBP", chunk(b"VP8X", bytes(4)), STILL), 12),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused(name):
    data, offset = REFUSED[name]
    with pytest.raises(Damaged) as refusal:
        clean(data)
    assert offset is None or refusal.value.offset == offset


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damage_is_refused_or_harmless(data):
    seed = data.draw(st.sampled_from([MOVING, extended(0x2C, STILL, *REMOVED.values())]))
    at = data.draw(st.integers(0, len(seed)) | st.integers(0, 60))
    damaged = seed[:at] + data.draw(st.binary(max_size=8)) + seed[at + data.draw(st.integers(0, 8)) :]
    with contextlib.suppress(CannotClean):
        out = clean(damaged)
        assert clean(out) == out
        parts(out)
