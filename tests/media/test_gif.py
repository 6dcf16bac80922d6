"""GIF: pictures, their timing and their loop stay; comments, applications and hidden data do not."""

import contextlib
import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.gif_end import PictureEnd
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.media.cleaned import clean, essence, facts
from tests.media.making_gif import CONTROL, LOOP, PALETTE, application, blocks, codes, extension, gif, picture
from tests.media.making_icc import srgb

SECRET = b"Maria Lopez 40.7128"
BARE = gif(picture())
XMP_TAIL = b"\1" + bytes(range(255, -1, -1))


def decoded(data: bytes) -> list[bytes]:
    """All frames, by another decoder."""
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(data))
    frames = []
    for number in range(image.n_frames):
        image.seek(number)
        frames.append(image.convert("RGBA").tobytes())
    return frames


REMOVED = {
    "comment": extension(0xFE, SECRET, b"more"),
    "text over the picture": extension(1, bytes(12), SECRET),
    "XMP": b"\x21\xff\x0bXMP DataXMP<x:xmpmeta>" + SECRET + b"</x:xmpmeta>" + XMP_TAIL + b"\0",
    "application": application(b"C2PA_GIF\1\0\0", SECRET * 20),
    "unknown extension": extension(0x77, SECRET),
    "a profile that is none": application(b"ICCRGBG1012", SECRET),
    "a byte too many": b"\0",
    "an odd loop": application(b"NETSCAPE2.0", b"\5\2" + SECRET),
}


@pytest.mark.parametrize("name", REMOVED)
def test_what_is_not_on_the_list_goes(name):
    data = gif(REMOVED[name], picture(), REMOVED[name], end=REMOVED[name] + b";")
    assert clean(data) == BARE
    assert make_cleaning(io.BytesIO(data)).scan.facts or name == "a byte too many"


def test_an_animation_stays_as_it_is():
    data = gif(LOOP, CONTROL, picture(), CONTROL, picture())
    assert clean(data) == data
    assert not make_cleaning(io.BytesIO(data)).changes
    assert len(decoded(data)) == 2


def test_of_a_loop_only_its_number_stays():
    assert clean(gif(LOOP[:-1] + b"\x13" + SECRET + b"\0", picture())) == gif(LOOP, picture())


def test_of_a_control_only_its_numbers_stay():
    assert clean(gif(CONTROL[:-1] + b"\x13" + SECRET + b"\0", picture())) == gif(CONTROL, picture())


def test_a_colour_profile_stays_without_its_names():
    out = clean(gif(application(b"ICCRGBG1012", srgb()), picture()))
    assert b"ICCRGBG1012" in out
    assert b"Little" not in srgb() or b"Little" not in out
    assert decoded(out) == decoded(BARE)
    assert clean(out) == out


def test_what_stands_behind_the_end_goes_and_the_end_may_be_missing():
    assert clean(BARE + SECRET) == BARE
    assert facts(BARE + SECRET) == {"bytes behind the end of the picture": "19 bytes"}
    assert clean(BARE[:-1]) == BARE
    assert clean(BARE[:-1] + REMOVED["comment"][:9]) == BARE


@pytest.mark.parametrize("size", [1, 5, 9, 255])
def test_data_behind_the_end_of_a_picture_are_cut_off(size):
    data = gif(picture(SECRET, size=size), CONTROL, picture(size=size))
    out = clean(data)
    assert SECRET[:8] not in out.replace(b"\1", b"")
    assert out == gif(picture(size=size), CONTROL, picture(size=size))
    assert decoded(out) == decoded(data)
    assert codes([number % 8 for number in range(16)])[-4:] in essence(data).replace(b"\1", b"")


def test_zeros_behind_the_end_of_a_picture_may_stay():
    data = gif(picture(bytes(300)))
    assert clean(data) == data


@pytest.mark.parametrize("colours", [2, 4, 16, 256])
def test_the_end_is_found_whatever_the_table_holds(colours):
    image_module = pytest.importorskip("PIL.Image")
    size = (301, 203)
    points = bytes(
        (x * x * 7 + y * y * 3 + x * y) % 251 % colours for y in range(size[1]) for x in range(size[0])
    )
    image = image_module.frombytes("P", size, points)
    image.putpalette(bytes(range(256)) * 3)
    file = io.BytesIO()
    image.save(file, "GIF", optimize=False, interlace=False)
    data = file.getvalue()
    assert clean(data) == data
    end = data.rindex(b"\0;")
    hidden = data[:end] + blocks(SECRET) + b";"
    out = clean(hidden)
    assert SECRET not in out
    assert out == data


def test_looking_for_the_end_takes_a_bounded_number_of_steps():
    search = PictureEnd(2, steps=50)
    for _ in range(100):
        search.feed(b"\x24\x49\x92" * 2000)  # nothing but codes that empty the table
    assert search.close() is None
    assert search.lost


def test_a_picture_whose_codes_always_begin_anew_is_refused():
    evil = b"," + bytes(4) + b"\4\0\4\0\0\2" + blocks(b"\x24\x49\x92" * 30_000)
    with pytest.raises(Unsupported, match="begin anew"):
        clean(gif(evil, picture(SECRET)))


def test_a_picture_has_one_control_and_an_animation_one_loop():
    other = CONTROL.replace(b"\x0a", b"\x0b")
    assert clean(gif(other, CONTROL, picture(), other)) == gif(CONTROL, picture())
    assert clean(gif(LOOP.replace(b"\1\0", b"\1M"), LOOP, picture(), CONTROL, picture())) == gif(
        LOOP, picture(), CONTROL, picture()
    )


@pytest.mark.parametrize("place", [(4, 0, 4, 4), (0, 500, 4, 4), (0, 0, 0, 4), (0, 0, 4, 0)])
def test_a_picture_that_is_not_on_the_screen_is_refused(place):
    hidden = b"," + struct.pack("<HHHH", *place) + picture()[9:]
    with pytest.raises(Unsupported, match="not on the screen"):
        clean(gif(picture(), hidden))


AT = 13 + len(PALETTE)
REFUSED = {
    "no picture": (gif(), AT),
    "not a block": (gif(b"?", picture()), AT),
    "a picture that is cut short": (BARE[:-3], None),
    "a picture without codes": (BARE.replace(b"\0\4\0\4\0\0\3", b"\0\4\0\4\0\0\0"), AT + 10),
    "a control that is none": (gif(extension(0xF9, SECRET), picture()), AT),
    "a comment that never ends": (BARE[:AT] + extension(0xFE, SECRET)[:-1], None),
    "only a header": (BARE[:9], None),
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
    seed = gif(LOOP, *REMOVED.values(), CONTROL, picture(SECRET), CONTROL, picture())
    at = data.draw(st.integers(0, len(seed)))
    damaged = seed[:at] + data.draw(st.binary(max_size=8)) + seed[at + data.draw(st.integers(0, 8)) :]
    with contextlib.suppress(CannotClean):
        out = clean(damaged)
        assert clean(out) == out
