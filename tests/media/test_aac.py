"""AAC in frames of its own: frames stay, what stands around them goes, and doubt refuses."""

import io

import pytest

from copwatch.media.formats import aac
from copwatch.media.refusal import Damaged, Unsupported
from tests.media.sounding import SOUND, cleaned, cleaning_of, decoded, made
from tests.media.test_mp3 import APE, ID3V1, SECRET, id3


def frame(body: bytes = b"coded sound", *, private=0, owner=0, channels=2, checked=False) -> bytes:
    """A frame of 44.1 kHz. `owner` are the two bits of a copyright number."""
    size = 7 + 2 * checked + len(body)
    head = [0xFF, 0xF0 | (not checked), 0x50 | private << 1 | channels >> 2]
    head += [(channels & 3) << 6 | owner << 2 | size >> 11, size >> 3 & 0xFF, (size & 7) << 5 | 0x1F, 0xFC]
    return bytes(head) + bytes(2 * checked) + body


SOME = frame(b"first") + frame(b"second sound") + frame(b"third")


def test_tags_around_and_between_frames_go():
    data = id3() + frame(b"first") + id3() + frame(b"second sound") + frame(b"third") + APE + ID3V1
    assert cleaned(data) == SOME
    assert SECRET.decode() in str(cleaning_of(data).scan.facts)
    assert cleaned(SOME) == SOME


@pytest.mark.parametrize("bits", [{"private": 1}, {"owner": 1}, {"owner": 2}])
def test_private_data_and_numbers_of_an_owner_in_headers_are_refused(bits):
    with pytest.raises(Unsupported) as refused:
        cleaning_of(SOME + frame(**bits) + SOME)
    assert refused.value.offset == len(SOME)


@pytest.mark.parametrize("bits", [{"private": 1}, {"owner": 2}])
def test_bits_that_are_the_same_in_all_frames_spell_nothing(bits):
    assert cleaned(id3() + frame(**bits) * 3) == frame(**bits) * 3


def test_frames_with_a_checksum_stay():
    assert cleaned(id3() + frame(checked=True) * 3) == frame(checked=True) * 3


def test_what_stands_behind_the_last_frame_goes_and_a_frame_that_is_cut():
    assert cleaned(SOME + SECRET) == SOME
    assert cleaned(SOME + frame()[:9]) == SOME
    assert cleaned(frame()[:-1]) == frame()[:-1]


def test_of_a_frame_that_is_cut_nothing_is_heard(tmp_path):
    data = made(tmp_path, "a.aac", *SOUND, "-c:a", "aac", "-f", "adts")
    short = cleaned(data[:-5])
    assert len(short) < len(data) - 5
    assert decoded(tmp_path, short) == decoded(tmp_path, data[:-5])


def test_something_between_frames_is_refused_where_it_stands():
    for between in (
        SECRET + SOME,
        frame(channels=1) * 3,
        SECRET + frame(channels=1) * 3,
        bytes(3 << 20) + SOME,
    ):
        with pytest.raises(Damaged) as refused:
            cleaning_of(SOME + between)
        assert refused.value.offset == len(SOME)


def test_channels_that_are_told_among_the_sound_are_refused():
    with pytest.raises(Unsupported):
        cleaning_of(frame(channels=0) * 3)


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (SOME, True),
        (frame()[:9], True),
        (frame()[:6], False),
        (frame() + b"RIFF" * 4, False),
        (b"\xff\xfb\x90\0" * 9, False),
    ],
    ids=["frames", "one", "less", "other", "mpeg audio"],
)
def test_frames_are_recognised(head, known):
    assert aac.recognises(head) is known


def test_it_sounds_as_before_without_the_name_of_its_encoder(tmp_path):
    data = made(tmp_path, "a.aac", *SOUND, "-c:a", "aac")
    assert b"Lavc" in data
    found = cleaned(id3() + data)
    assert b"Lavc" not in found
    assert len(found) == len(data)
    assert decoded(tmp_path, found) == decoded(tmp_path, data)
    assert cleaning_of(data).scan.media_type == "audio/aac"


def test_a_tag_with_nothing_behind_it_is_no_sound():
    with pytest.raises(Damaged):
        aac.scan(aac.Source(io.BytesIO(id3() + SECRET)))
