"""Bitmaps: the same pixels, and zeros wherever something could stand that is none."""

import io
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean, Damaged, Unsupported

pytest.importorskip("PIL")
from PIL import Image

from tests.media import making_bmp as making
from tests.media import making_icc


def cleaned(data):
    file = io.BytesIO(data)
    return b"".join(stream(file, make_cleaning(file).plan))


def decoded(data):
    with Image.open(io.BytesIO(data)) as picture:
        palette = picture.getpalette()
        return picture.size, picture.tobytes(), palette


@pytest.mark.parametrize("name", making.ALL)
@pytest.mark.parametrize("behind", [b"", making.SECRET * 100])
def test_the_pixels_stay_and_what_is_planted_goes(name, behind):
    data = making.ALL[name]
    found = cleaned(data + behind)
    assert making.SECRET[:3] not in found
    assert struct.unpack("<I", found[2:6]) == (len(found),)
    assert len(found) <= len(data)
    assert not make_cleaning(io.BytesIO(found)).changes
    if name != "header 16":
        assert decoded(found) == decoded(data)


def test_what_a_program_wrote_without_leftovers_stays_byte_for_byte():
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        file = io.BytesIO()
        Image.new(mode, (7, 5), 1).save(file, "BMP")
        assert cleaned(file.getvalue()) == file.getvalue()


def test_the_profile_stays_in_its_place_and_names_nothing():
    data = making.ALL["profile"]
    found = cleaned(data)
    place, length = struct.unpack("<II", found[126:134])
    profile = found[14 + place : 14 + place + length]
    assert len(found) == len(data)
    assert making_icc.opened(profile).profile.profile_description == "profile"
    assert found[70:74] == b"DEBM"
    assert [fact.value for fact in make_cleaning(io.BytesIO(data)).scan.facts if fact.name == "maker"] != []


@pytest.mark.parametrize("name", ["profile that is none", "linked profile"])
def test_a_profile_that_is_not_here_is_not_named(name):
    found = cleaned(making.ALL[name])
    assert found[70:74] == b" niW"
    assert found[126:134] == bytes(8)
    assert found.endswith(making.rows(5, 6, 24)[-16:])


def test_the_path_of_a_linked_profile_is_told():
    told = make_cleaning(io.BytesIO(making.ALL["linked profile"])).scan.facts
    assert ("linked colour profile", "C:\\Users\\" + making.SECRET.decode()) in [
        (f.name, f.value) for f in told
    ]


def test_pixels_that_begin_within_a_palette_of_named_length_are_refused():
    """Decoders differ in where they take the pixels from: Pillow goes by the palette, FFmpeg by the header."""
    data = bytearray(making.bitmap(depth=8, junk=b"\0\0\0\0"))
    data[10:14], data[46:50] = struct.pack("<I", 54), struct.pack("<I", 252)
    with pytest.raises(Damaged, match="within its palette"):
        cleaned(bytes(data))
    data[46:50] = bytes(4)  # then the palette is as long as there is room
    assert cleaned(bytes(data))[10:14] == struct.pack("<I", 54)


def test_numbers_of_the_header_that_cannot_be_meant_go():
    plain = bytearray(making.bitmap(junk=b""))
    plain[6:10] = bytes(4)
    data = plain[:34] + b"SECRET-PLANTED-SECRE" + plain[54:]
    found = cleaned(bytes(data))
    assert found == bytes(plain[:38]) + bytes(16) + bytes(plain[54:])
    assert decoded(found) == decoded(bytes(data)) == decoded(bytes(plain))
    for said in (0, len(plain) - 54, len(plain) - 52):
        plain[34:38] = said.to_bytes(4, "little")
        assert cleaned(bytes(plain)) == plain


@pytest.mark.parametrize("one", [1 << 30, 1 << 16])
def test_primaries_of_a_calibrated_space_are_chromaticities(one):
    points = [(0.64, 0.33), (0.3, 0.6), (0.15, 0.06)]
    ends = [round(one * value) for x, y in points for value in (x, y, 1 - x - y)]
    right = struct.pack("<12I", *ends, 144179, 144179, 144179)
    data = bytearray(making.bitmap(108, space=bytes(4), junk=b""))
    data[74:122] = right
    assert cleaned(bytes(data))[74:122] == right
    data[74:122] = (making.SECRET * 4)[:48]
    assert cleaned(bytes(data))[74:122] == bytes(48)


def test_a_last_row_that_is_not_filled_up_is_whole():
    data = making.bitmap(junk=b"\0\0\0\0")
    assert decoded(cleaned(data[:-1])) == decoded(data)


@pytest.mark.parametrize(
    ("data", "kind", "offset"),
    [
        (making.bitmap()[:-3], Damaged, len(making.bitmap()) - 3),
        (making.bitmap()[:40], Damaged, 14),
        (making.bitmap(width=0, pixels=b"1234"), Damaged, 18),
        (making.bitmap(width=1 << 30, height=1 << 30, pixels=b"1234"), Damaged, None),
        (making.bitmap()[:10] + struct.pack("<I", 20) + making.bitmap()[14:], Damaged, 10),
        (making.bitmap()[:10] + struct.pack("<I", 1 << 31) + making.bitmap()[14:], Damaged, 10),
        (making.bitmap(coding=4), Unsupported, 30),
        (making.bitmap(coding=1), Unsupported, 30),
        (making.bitmap(depth=24)[:28] + b"\x40\0" + making.bitmap()[30:], Unsupported, 30),
    ],
)
def test_what_is_not_whole_or_not_known_is_refused_where_it_stands(data, kind, offset):
    with pytest.raises(kind) as refused:
        cleaned(data)
    assert offset in (None, refused.value.offset)


def test_no_bitmap_of_a_size_of_its_own_is_taken():
    with pytest.raises(Unsupported):
        cleaned(b"BM" + bytes(12) + struct.pack("<I", 41) + bytes(100))


def test_many_rows_take_little_time():
    before = time.monotonic()
    data = making.bitmap(width=1, height=5_000, pixels=b"abc\0" * 5_000)
    assert cleaned(data) == cleaned(cleaned(data))
    assert time.monotonic() - before < 10


@given(st.data())
@settings(max_examples=200, deadline=2000)
def test_whatever_comes_in_it_is_cleaned_or_refused(data):
    spoilt = bytearray(making.ALL[data.draw(st.sampled_from(sorted(making.ALL)))])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, min(len(spoilt), 160) - 1))
        spoilt[at] = data.draw(st.integers(0, 255))
    try:
        found = cleaned(bytes(spoilt))
    except CannotClean:
        return
    assert not make_cleaning(io.BytesIO(found)).changes
