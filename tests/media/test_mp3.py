"""MPEG audio: every frame stays, and every tag goes."""

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.facts import Danger
from copwatch.media.formats import format_of, mp3
from copwatch.media.mpeg_audio import frame_size
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from copwatch.media.source import Source
from tests.media.sounding import SOUND, cleaned, cleaning_of, decoded, made
from tests.media.test_flac import APE, ID3V1, SECRET, id3, sound

TITLES = (
    "-metadata",
    "title=Jane Doe 52.5N 13.4E",
    "-metadata",
    "comment=a comment",
    "-metadata",
    "date=2024-05-06",
)
HEAD = b"\xff\xfb\x90\x64"
FRAME = HEAD + bytes(range(1, 200)) + bytes(417 - 4 - 199)
LYRICS = b"LYRICSBEGIN" + SECRET
LYRICS2 = LYRICS + b"%06d" % len(LYRICS) + b"LYRICS200"


def test_sizes_of_frames():
    assert frame_size(0xFB, 0x90) == 417
    assert frame_size(0xFB, 0x92) == 418
    assert frame_size(0xF3, 0x80) == 208
    assert frame_size(0xE3, 0x80) == 417
    assert frame_size(0xFD, 0x90) == 522
    assert frame_size(0xFF, 0x90) == 312
    assert frame_size(0xFB, 0x00) == -1
    assert (
        frame_size(0xFB, 0xF0)
        == frame_size(0xF9, 0x90)
        == frame_size(0xFB, 0x9C)
        == frame_size(0xEB, 0x90)
        == 0
    )


@pytest.mark.parametrize("front", [b"", id3(), id3() + id3(), id3() + bytes(30), id3() + SECRET])
@pytest.mark.parametrize(
    "back",
    [
        b"",
        ID3V1,
        APE,
        APE + ID3V1,
        LYRICS2 + ID3V1,
        LYRICS + b"LYRICSEND" + ID3V1,
        b"TAG+" + SECRET.ljust(223) + ID3V1,
    ],
)
def test_tags_go_and_frames_stay(front, back):
    assert cleaned(front + FRAME * 5 + back) == FRAME * 5


def test_what_stands_between_frames_goes():
    assert cleaned(FRAME * 3 + SECRET + FRAME * 3 + id3() + FRAME * 2) == FRAME * 8


def test_a_frame_that_was_cut_short_at_the_end_stays():
    assert cleaned(FRAME * 3 + FRAME[:100]) == FRAME * 3 + FRAME[:100]


@pytest.mark.parametrize(
    "options", [("-b:a", "128k"), ("-q:a", "4"), ("-ar", "22050", "-ac", "1"), ("-ar", "11025")]
)
def test_real_encoders(tmp_path, options):
    data = made(
        tmp_path,
        "a.mp3",
        *SOUND,
        "-c:a",
        "libmp3lame",
        *options,
        *TITLES,
        "-id3v2_version",
        "3",
        "-write_id3v1",
        "1",
    )
    found = cleaned(data)
    for secret in (b"Lavf", b"Lavc", b"Jane", b"comment", b"TAG"):
        assert secret not in found
    assert decoded(tmp_path, found) == decoded(tmp_path, data)
    facts = cleaning_of(data).scan.facts
    assert {fact.danger for fact in facts} >= {Danger.TIME, Danger.SOFTWARE, Danger.IDENTITY}


def test_other_layers(tmp_path):
    data = made(tmp_path, "a.mp2", *SOUND, "-c:a", "mp2")
    found = cleaned(id3() + data + ID3V1)
    assert found == data
    assert decoded(tmp_path, found) == decoded(tmp_path, data)


def test_the_frame_that_informs_keeps_its_counts_and_a_right_checksum(tmp_path):
    data = made(tmp_path, "a.mp3", *SOUND, "-c:a", "libmp3lame")
    found = cleaned(data)
    start, was = found.index(b"Info"), data.index(b"Info")
    assert found[start : start + 12] == data[was : was + 12]
    assert int.from_bytes(found[start + 12 : start + 16], "big") == len(found)
    lame = start + 120
    assert found[lame : lame + 9] == b"LAME" + bytes(5)
    assert found[lame + 21 : lame + 24] == data[was + 141 : was + 144]
    value = 0
    for byte in found[: lame + 34]:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    assert value == int.from_bytes(found[lame + 34 : lame + 36], "big")


def test_a_table_for_seeking_rises_or_is_written_anew():
    rising = bytes(min(255, 3 * place) for place in range(100))
    even = bytes(256 * place // 100 for place in range(100))
    for table, kept in ((rising, rising), ((SECRET * 9)[:100], even)):
        info = (HEAD + bytes(32) + b"Info" + b"\0\0\0\4" + table).ljust(417, b"\0")
        assert cleaned(info + FRAME * 3)[44:144] == kept


def test_names_of_encoders_go_where_files_were_put_together(tmp_path):
    data = made(tmp_path, "a.mp3", *SOUND, "-c:a", "libmp3lame", *TITLES)
    found = cleaned(data * 3)
    assert b"Lavc" not in found
    assert b"Jane" not in found
    assert found.count(b"Info") == 3


def test_a_recording_that_begins_within_a_frame_is_known_by_the_frames_that_follow(tmp_path):
    data = made(tmp_path, "a.mp3", *SOUND, "-c:a", "libmp3lame", "-id3v2_version", "0")[1000:]
    assert not data.startswith(b"\xff")
    found = cleaned(data)
    assert data.endswith(found)
    assert decoded(tmp_path, found) == decoded(tmp_path, data)
    assert not mp3.recognises(b"\x89" + FRAME + b"\x89" + FRAME + b"\x89" + FRAME)
    assert not mp3.recognises(b"\x89PNG\r\n\x1a\n" + FRAME * 4)
    assert format_of(b"RF64\xff\xff\xff\xffWAVE" + FRAME * 4) is not mp3


def test_sound_of_another_rate_is_not_dropped_silently(tmp_path):
    coder = ("-c:a", "libmp3lame", "-id3v2_version", "0")
    one, other = (made(tmp_path, "a.mp3", *SOUND, *coder, "-ar", rate) for rate in ("44100", "24000"))
    for data in (one + other, one + other + one, one + id3() + other, one + bytes(2 << 20) + other):
        with pytest.raises(Unsupported):
            cleaning_of(data)


def test_files_that_were_put_together_are_heard_to_the_end_of_the_last(tmp_path):
    data = made(tmp_path, "a.mp3", *SOUND, "-c:a", "libmp3lame", "-id3v2_version", "0")
    found = cleaned(data * 3)
    assert found != data * 3
    assert decoded(tmp_path, found) == decoded(tmp_path, data * 3)


def test_a_vbri_frame_keeps_its_table():
    table = b"VBRI" + b"\0\1" + bytes(4) + bytes(8) + b"\0\4" + b"\0\1" + b"\0\2" + b"\0\1" + b"ABCDEFGH"
    frame = (HEAD + SECRET.ljust(32) + table + SECRET).ljust(417, b"\0")
    found = cleaned(frame + FRAME * 3)
    assert table in found
    assert SECRET not in found


def test_flac_behind_a_tag_is_flac():
    assert mp3.scan(Source(io.BytesIO(id3() + sound(3)))).media_type == "audio/flac"


def test_no_other_format_is_taken_for_mpeg_audio():
    for head in (
        b"\xff\xd8\xff\xe0" + bytes(50),
        b"\xff\xfe" + "text".encode("utf-16-le"),
        bytes(4096),
        b"",
        b"\xff\xf1\x50\x80",
    ):
        assert not mp3.recognises(head)
    assert mp3.recognises(FRAME * 2)
    assert not mp3.recognises(FRAME + b"something else")


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (id3(), Damaged, "no sound"),
        (id3() + SECRET * 100, Damaged, "no sound"),
        (b"\xff\xfb\x00\x64" + bytes(2000), Unsupported, "free format"),
    ],
)
def test_what_is_not_certain_is_refused(data, kind, words):
    with pytest.raises(kind, match=words) as caught:
        cleaning_of(data)
    assert caught.value.offset is not None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutations_are_cleaned_or_refused(data):
    seed = bytearray(id3() + FRAME * 4 + LYRICS2 + APE + ID3V1)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(seed) - 1))
        seed[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CannotClean):
        make_cleaning(io.BytesIO(bytes(seed)))
