"""Colour profiles: the same colours, nobody's name, the same bytes when done twice, and never a crash."""

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.icc import neutral_profile, tag_table

pytest.importorskip("PIL.ImageCms")
from PIL import Image, ImageCms

from tests.media import making_icc as making

PROFILES = {
    "as Little CMS makes it": making.srgb(),
    "primaries": making.matrix(),
    "tables of 8 bits": making.lut8(),
    "stages": making.staged(),
    "elements": making.floating(),
}
MODES = {b"RGB ": "RGB", b"CMYK": "CMYK"}


def converted(profile, intent):
    mode = MODES[profile[16:20]]
    picture = Image.frombytes(mode, (32, 32), random.Random(1).randbytes(1024 * len(mode)))
    target = ImageCms.createProfile("sRGB")
    return ImageCms.profileToProfile(
        picture, making.opened(profile), target, renderingIntent=intent, outputMode="RGB"
    ).tobytes()


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("in_place", [False, True])
def test_the_colours_stay_and_the_names_go(name, in_place):
    profile = PROFILES[name]
    found = neutral_profile(profile, len(profile) if in_place else None)
    assert found is not None
    assert [secret for secret in making.SECRETS if secret in found] == []
    assert b"SEC" not in found
    for intent in range(4):
        assert converted(found, intent) == converted(profile, intent)
    assert ImageCms.getProfileDescription(making.opened(found)).strip() == "profile"
    assert ImageCms.getProfileCopyright(making.opened(found)).strip() == ""
    assert neutral_profile(found, len(found) if in_place else None) == found


@pytest.mark.parametrize("name", PROFILES)
def test_in_place_it_fills_its_room_and_every_tag_is_within(name):
    profile = PROFILES[name]
    for more in (0, 1, 2, 3, 1000):
        length = len(profile) + more
        found = neutral_profile(profile, length)
        assert found is not None
        assert len(found) == length == int.from_bytes(found[:4], "big")
        places = tag_table(found)
        assert max(start + size for start, size in places.values()) == length
        assert all(size >= 8 and start % 4 == 0 for start, size in places.values())


def test_the_header_names_nothing():
    header = neutral_profile(making.matrix())[:128]
    assert header[4:8] == header[24:36].strip(b"\0") + header[40:44] == bytes(4)
    assert header[44:48] == b"\0\0\0\1"
    assert not header[48:64].strip(b"\0") and not header[80:].strip(b"\0")
    assert header[64:68] == b"\0\0\0\1"


def test_equal_tags_stand_once():
    places = tag_table(neutral_profile(making.matrix()))
    assert len({places[name] for name in (b"rTRC", b"gTRC", b"bTRC")}) == 1


def test_bytes_behind_the_profile_are_left_out():
    assert neutral_profile(making.matrix() + b"SECRET") == neutral_profile(making.matrix())


def test_less_room_than_the_colours_need_is_no_result():
    least = len(neutral_profile(making.matrix()))
    assert neutral_profile(making.matrix(), least) is not None
    assert neutral_profile(making.matrix(), least - 12) is None


@pytest.mark.parametrize(
    ("at", "data"),
    [
        (36, b"acsq"),
        (8, b"\5"),
        (12, b"link"),
        (16, b"junk"),
        (20, b"RGB "),
        (128, b"\xff\xff\xff\xff"),
        (132 + 4 + 12 * 5, b"\xff\xff\xff\0"),
    ],
)
def test_what_is_no_profile_for_pictures_is_not_kept(at, data):
    profile = making.matrix()
    assert neutral_profile(profile) is not None
    assert neutral_profile(profile[:at] + data + profile[at + len(data) :]) is None


@pytest.mark.parametrize("length", [0, 3, 4, 127, 131, 140, 300])
def test_a_profile_that_is_cut_off_is_not_kept(length):
    assert neutral_profile(making.matrix()[:length]) is None


def test_a_curve_that_claims_more_than_there_is_spoils_the_profile():
    tags = {**making.PRIMARIES, b"gTRC": making.curve(1), b"bTRC": making.curve(1)}
    whole = making.profile({**tags, b"rTRC": making.curve(1)})
    assert neutral_profile(whole) is not None
    hostile = b"curv" + bytes(4) + struct.pack(">I", 0xFFFFFFFF) + bytes(2)
    assert neutral_profile(making.profile({**tags, b"rTRC": hostile})) is None


def test_a_table_that_claims_more_than_there_is_spoils_the_profile():
    hostile = b"mft1" + bytes(4) + bytes([15, 15, 255, 0]) + bytes(3000)
    assert neutral_profile(making.profile({b"A2B0": hostile})) is None


@given(st.data())
@settings(max_examples=300, deadline=2000)
def test_whatever_comes_in_there_is_a_profile_or_none(data):
    profile = bytearray(PROFILES[data.draw(st.sampled_from(sorted(PROFILES)))])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(profile), 400) - 1))
        profile[at] = data.draw(st.sampled_from([0, 1, 4, 127, 128, 255]))
    for length in (None, len(profile)):
        found = neutral_profile(bytes(profile), length)
        if found is not None:
            assert neutral_profile(found, length) == found
            assert b"SERIAL42" not in found
