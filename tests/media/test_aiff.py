"""AIFF and AIFF-C: the sound and what it is coded with stay, without names, texts and times."""

import contextlib
import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.media.cleaned import clean, essence, facts
from tests.media.making_aiff import RATE, SOUND, aiff, common, part, sound
from tests.media.making_riff import parts

SECRET = b"Maria Lopez 40.7128"
BARE = aiff(common(), sound())
VERSION = part(b"FVER", b"\xa2\x80\x51\x40")
COMPRESSED = aiff(VERSION, common(b"sowt\0\0"), sound(), kind=b"AIFC")
REMOVED = {
    "title": part(b"NAME", SECRET),
    "author": part(b"AUTH", SECRET),
    "copyright": part(b"(c) ", SECRET),
    "comment": part(b"ANNO", SECRET),
    "comments with times": part(b"COMT", struct.pack(">HIHH", 1, 3_800_000_000, 0, len(SECRET)) + SECRET),
    "ID3": part(b"ID3 ", b"ID3\3\0\0\0\0\0\x1eTPE1\0\0\0\x14\0\0\0" + SECRET),
    "program": part(b"APPL", b"pdos" + SECRET),
    "marks": part(b"MARK", SECRET),
    "unknown": part(b"zzzz", SECRET),
    "version of what has none": VERSION,
}


@pytest.mark.parametrize("name", REMOVED)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_not_on_the_list_goes(name, place):
    chunks = [common(), sound()]
    chunks.insert(place, REMOVED[name])
    data = aiff(*chunks)
    assert clean(data) == BARE
    assert facts(data)
    assert essence(data) == SOUND


def test_what_is_clean_stays_as_it_is():
    layout = part(b"CHAN", b"\0\x65\0\2" + bytes(8))
    for data in (BARE, COMPRESSED, aiff(sound(), common()), aiff(common(), layout, sound(SOUND[:99]))):
        assert clean(data) == data
        assert not make_cleaning(io.BytesIO(data)).changes


def test_the_compressor_has_no_name():
    named = aiff(VERSION, common(b"sowt\x13" + SECRET), sound(), kind=b"AIFC")
    assert clean(named) == COMPRESSED
    assert facts(named) == {"name of the compressor": SECRET.decode()}
    assert clean(aiff(common(SECRET), sound())) == BARE


def test_bytes_that_are_no_sound_become_zero():
    data = aiff(common(), sound(unused=SECRET + b"\0"))
    assert clean(data) == aiff(common(), sound(unused=bytes(20)))
    assert essence(data) == SOUND


def test_descriptions_of_channels_go():
    described = part(b"CHAN", b"\0\x65\0\2" + bytes(4) + b"\0\0\0\1" + SECRET)
    assert clean(aiff(common(), described, sound())) == aiff(
        common(), part(b"CHAN", b"\0\x65\0\2" + bytes(8)), sound()
    )


@pytest.mark.parametrize("said", [0, 0xFFFFFFFF, 100_000])
def test_a_length_that_was_never_written_is_made_good(said):
    at = BARE.index(b"SSND") + 4
    data = BARE[:4] + struct.pack(">I", said) + BARE[8:at] + struct.pack(">I", said) + BARE[at + 4 :]
    assert clean(data) == BARE


def test_bytes_behind_the_sound_go():
    assert clean(BARE + b"\0\1\2" + SECRET) == BARE
    assert clean(BARE + b"\0") == BARE
    assert facts(BARE + b"\0\1\2" + SECRET) == {"bytes behind the end of the sound": "22"}


REFUSED = {
    "no sound": (aiff(common()), Damaged, 38),
    "no format": (aiff(sound()), Damaged, 428),
    "two formats": (aiff(common(), common(), sound()), Damaged, 38),
    "two sounds": (aiff(common(), sound(), sound()), Damaged, 454),
    "short format": (aiff(part(b"COMM", bytes(9)), sound()), Damaged, 12),
    "short compressed format": (aiff(common(), sound(), kind=b"AIFC"), Damaged, 12),
    "unknown coding": (aiff(common(b"QDM2\0\0"), sound(), kind=b"AIFC"), Unsupported, 12),
    "empty sound": (aiff(common(), sound(b"")), Damaged, 38),
    "sound behind its end": (aiff(common(), part(b"SSND", b"\xff" * 20)), Damaged, 38),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused(name):
    data, error, offset = REFUSED[name]
    with pytest.raises(error) as refusal:
        clean(data)
    assert refusal.value.offset == offset


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damage_is_refused_or_harmless(data):
    named = aiff(VERSION, common(b"sowt\x13" + SECRET), *REMOVED.values(), sound(), kind=b"AIFC")
    seed = data.draw(st.sampled_from([named, aiff(sound(unused=SECRET), common(), REMOVED["ID3"])]))
    at = data.draw(st.integers(0, len(seed)))
    damaged = seed[:at] + data.draw(st.binary(max_size=8)) + seed[at + data.draw(st.integers(0, 8)) :]
    with contextlib.suppress(CannotClean):
        out = clean(damaged)
        assert clean(out) == out
        parts(out, ">")


def test_more_sound_than_is_counted_is_refused():
    with pytest.raises(Unsupported, match="more sound than"):
        clean(aiff(common(), sound(SOUND + SECRET)))
    with pytest.raises(Unsupported, match="more sound than"):
        clean(aiff(sound(SOUND + SECRET), VERSION, common(b"sowt\0\0"), kind=b"AIFC"))
    stopped = aiff(part(b"COMM", struct.pack(">HIH", 1, 0, 16) + RATE), sound(SOUND + SECRET + b"!"))
    assert clean(stopped) == stopped
