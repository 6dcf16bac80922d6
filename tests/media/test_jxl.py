"""JPEG XL: the codestream to its last frame stays, and of the container only what holds it."""

import contextlib
import io
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.formats import jxl
from copwatch.media.icc import neutral_profile
from copwatch.media.jxl_bits import Bits
from copwatch.media.jxl_headers import end_of
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.conftest import judge
from tests.media import making_icc
from tests.media import making_jxl as making
from tests.media.cleaned import clean, essence, facts
from tests.media.making_heif import exif
from tests.media.making_png import chunk, header

SECRET = b"Maria Lopez, 40.7128"
PLAIN = making.codestream()
METADATA = (
    making.box(b"Exif", exif(SECRET)),
    making.box(b"xml ", b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"),
    making.box(b"jumb", SECRET),
    making.box(b"brob", b"Exif" + SECRET),
    making.box(b"jbrd", SECRET),
    making.box(b"jxli", SECRET),
    making.box(b"jhgm", SECRET),
    making.box(b"what", SECRET),
)
LEVEL = making.box(b"jxll", b"\x0a")
BARE = making.container(LEVEL, making.box(b"jxlc", PLAIN))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_boxes_of_metadata_go_wherever_they_stand(place):
    boxes = [LEVEL, making.box(b"jxlc", PLAIN)]
    boxes[place:place] = METADATA
    assert clean(making.container(*boxes)) == BARE
    assert clean(BARE) == BARE
    assert essence(BARE) == PLAIN


def test_a_codestream_in_pieces_stays_in_pieces():
    first, second = making.partial(0, PLAIN[:9]), making.partial(1, PLAIN[9:], last=True)
    data = making.container(first, *METADATA, second, brands=b"jxl MLpz") + SECRET[:6]
    assert clean(data) == making.container(first, second, brands=b"jxl jxl ")
    assert essence(data) == PLAIN


def test_it_tells_what_the_boxes_reveal():
    told = facts(making.container(*METADATA, making.box(b"jxlc", PLAIN)))
    assert told["maker"] == SECRET.decode()
    assert told["compressed metadata"] == f"{len(SECRET) + 12} bytes Exif"
    assert "metadata of the JPEG file that the picture was made from" in told


def test_what_stands_behind_the_last_frame_goes():
    assert clean(PLAIN + SECRET) == PLAIN
    assert clean(PLAIN) == PLAIN
    inside = making.container(making.box(b"jxlc", PLAIN + SECRET))
    assert clean(inside) == making.container(making.box(b"jxlc", PLAIN + bytes(len(SECRET))))


@pytest.mark.parametrize("split", range(4, 60, 7))
def test_names_in_the_codestream_become_zeros(split):
    named = making.codestream(b"frame of " + SECRET, b"alpha of " + SECRET)
    silent = making.codestream(bytes(9 + len(SECRET)), bytes(9 + len(SECRET)))
    assert clean(named) == silent
    boxes = making.partial(0, named[:split]), making.partial(1, named[split:], last=True)
    assert clean(making.container(*boxes)) == making.container(
        making.partial(0, silent[:split]), making.partial(1, silent[split:], last=True)
    )


TOLD = making_icc.profile(
    {
        **dict.fromkeys((b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt"), making_icc.xyz(0.4, 0.5, 0.6)),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), making_icc.curve(*range(0, 65536, 900))),
        b"desc": making_icc.described(b"display of " + SECRET),
    }
)
SILENT = neutral_profile(TOLD)


@pytest.mark.parametrize("split", [9, 40, 300])
@pytest.mark.parametrize("wide", [False, True])
def test_a_profile_is_written_again_without_its_texts(split, wide):
    told, silent = (making.codestream(profile=each) for each in (TOLD, SILENT))
    assert clean(told) == clean(told + SECRET) == silent == clean(silent)
    assert essence(told) == essence(silent)
    rest = making.codestream(profile=TOLD)[split:]
    first = (
        (1).to_bytes(4, "big") + b"jxlp" + (20 + split).to_bytes(8, "big") + bytes(4) + told[:split]
        if wide
        else making.partial(0, told[:split])
    )
    data = making.container(first, making.partial(1, rest, last=True))
    assert making.joined(clean(data)) == silent
    assert clean(clean(data)) == clean(data)


def test_a_profile_that_is_not_valid_is_refused():
    with pytest.raises(Unsupported, match="its texts cannot be told"):
        clean(making.codestream(profile=TOLD[:200] + bytes(200)))


REFUSED = {
    "cut short": (PLAIN[:-1], Damaged, "not whole"),
    "cut in its headers": (PLAIN[:3], Damaged, "within its headers"),
    "an extension": (making.codestream(extension=True), Unsupported, "extension"),
    "no picture": (making.container(*METADATA), Damaged, "holds no picture"),
    "two pictures": (making.container(*2 * [making.box(b"jxlc", PLAIN)]), Damaged, "more than one"),
    "no last piece": (making.container(making.partial(0, PLAIN)), Damaged, "not whole"),
    "wrong order": (making.container(making.partial(1, PLAIN, last=True)), Damaged, "not in order"),
    "not one": (making.container(making.box(b"jxlc", b"\xff\xd8")), Damaged, "does not begin as one"),
    "a box cut short": (making.container(making.box(b"jxlc", PLAIN))[:-1], Damaged, "longer than what holds"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused(name):
    data, kind, reason = REFUSED[name]
    with pytest.raises(kind, match=reason):
        make_cleaning(io.BytesIO(data))


def test_it_is_told_by_its_beginning():
    assert jxl.recognises(PLAIN)
    assert jxl.recognises(BARE)
    assert not jxl.recognises(b"\xff\xd8\xff")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 150), st.integers(0, 255)), min_size=1, max_size=6),
    st.sampled_from([b"", SILENT]),
)
def test_no_damage_leads_to_anything_but_a_refusal(changes, profile):
    whole = making.codestream(b"frame of " + SECRET, b"alpha of " + SECRET, profile=profile)
    for data in (bytearray(whole), bytearray(making.container(METADATA[0], making.box(b"jxlc", whole)))):
        for at, value in changes:
            data[at % len(data)] = value
        with contextlib.suppress(CannotClean):
            clean(bytes(data))


def noise(width: int = 300, height: int = 280, colour: int = 2) -> bytes:
    """A PNG file that is not easily compressed."""
    draw, depth = random.Random(width), {0: 1, 2: 3, 6: 4}[colour]
    rows = b"".join(b"\0" + draw.randbytes(depth * width) for _ in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header(width, height, 8, colour)
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND")
    )


def profile_of(data: bytes) -> bytes | None:
    """What its coded profile says."""
    bits = Bits(lambda at, length: data[at : at + length], len(data))
    end_of(bits)
    return bits.profile and bits.profile[2]


LONG = making_icc.profile(
    {
        **dict.fromkeys((b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt"), making_icc.xyz(0.4, 0.5, 0.6)),
        b"rTRC": making_icc.curve(*range(0, 65536, 16)),
        b"gTRC": making_icc.curve(*(n * n >> 16 for n in range(0, 65536, 32))),
        b"bTRC": making_icc.curve(*random.Random(7).sample(range(65536), 1024)),
        b"desc": making_icc.described(b"display of " + SECRET),
        b"cprt": b"text" + bytes(4) + 20 * SECRET,
    }
)


@pytest.mark.parametrize("effort", [1, 3, 5, 7, 9])
@pytest.mark.parametrize("profile", [TOLD, LONG, making_icc.srgb()], ids=["made", "long", "sRGB"])
def test_profiles_that_encoders_write_are_read_and_written_again(effort, profile):
    judge("cjxl")
    judge("djxl")
    png = noise(40, 30)
    at = png.index(b"IDAT") - 4
    png = png[:at] + chunk(b"iCCP", b"p\0\0" + zlib.compress(profile)) + png[at:]
    data = making.encoded(png, "-d", "0", "-e", str(effort))
    assert profile_of(data) == profile
    cleaned = clean(data + SECRET)
    assert profile_of(cleaned) == neutral_profile(profile)
    assert clean(cleaned) == cleaned
    assert making.shown(cleaned) == making.shown(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=40, max_size=400))
def test_no_coded_profile_leads_to_anything_but_a_refusal(coded):
    head = making.codestream(profile=SILENT)[:6]
    for data in (head + coded, head + b"\x01" + coded):
        with contextlib.suppress(CannotClean):
            clean(data)


OPTIONS = {
    "usual": (),
    "lossless": ("-d", "0", "-e", "2"),
    "strong": ("-d", "12"),
    "progressive": ("--progressive_dc=1", "--progressive_ac"),
    "modular": ("-m", "1", "-d", "2", "-e", "3"),
    "container": ("--container=1",),
    "other order": ("--group_order=1",),
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("colour", [0, 2, 6])
def test_the_end_of_real_pictures_is_found(name, colour):
    judge("cjxl")
    data = making.encoded(noise(colour=colour), *OPTIONS[name])
    assert data is not None
    assert clean(data) == data
    if name == "container":
        return  # that ends with its box
    assert clean(data + SECRET) == data
    assert making.shown(clean(data + SECRET)) == making.shown(data)
