"""Matroska and WebM: nothing moves, nothing of a person stays, and every picture is the same."""

import contextlib
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.facts import Danger
from copwatch.media.formats import matroska
from copwatch.media.mkv import walk
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from copwatch.media.source import Source
from tests.media import making_matroska as make
from tests.media.sounding import PICTURE, SOUND, cleaned, cleaning_of, decoded, made

SECRET, FRAME = make.SECRET, make.FRAME
TITLES = (
    "-metadata",
    "title=secret title",
    "-metadata",
    "location=+52.5+13.4/",
    "-metadata:s:0",
    "title=secret track",
)


@pytest.mark.parametrize("unknown", [False, True])
@pytest.mark.parametrize("kind", [b"matroska", b"webm"])
def test_secrets_go_and_frames_stay_where_they_are(unknown, kind):
    data = make.film(unknown=unknown, kind=kind)
    found = cleaned(data)
    assert len(found) == len(data)
    assert SECRET not in found
    assert b"deu" not in found
    for at in range(len(data) - len(FRAME)):
        assert (data[at : at + len(FRAME)] == FRAME) == (found[at : at + len(FRAME)] == FRAME)
    assert found.count(FRAME) == data.count(FRAME) == 8


def test_it_says_what_the_file_reveals():
    facts = cleaning_of(make.film()).scan.facts
    assert {fact.danger for fact in facts} >= {
        Danger.PLACE,
        Danger.IDENTITY,
        Danger.TIME,
        Danger.SOFTWARE,
        Danger.TRACKS,
    }
    times = [fact.value for fact in facts if fact.danger is Danger.TIME]
    assert times == ["2023-03-08T20:26:40+00:00"]
    assert len(facts) <= 200


def test_references_and_cues_of_what_goes_are_void():
    found = cleaned(make.film())
    assert make.seek(0x1254C367) not in found
    assert make.cue(3) not in found
    assert make.seek(0x1549A966) in found
    assert make.cue(1) in found


def test_an_element_of_two_bytes_becomes_void():
    data = make.header() + make.segment(
        make.element(0x1654AE6B, make.track(1, 2, b"A_PCM/INT/LIT", extra=b"\x8e\x80")),
        make.cluster(make.block(1, FRAME)),
    )
    assert b"\xec\x80" in cleaned(data)


def test_sei_in_blocks_and_in_the_settings_of_a_decoder_becomes_filler(tmp_path):
    sound = ("-c:a", "aac", "-flags:a", "+bitexact")  # FFmpeg writes its name into the coded sound
    data = made(tmp_path, "a.mkv", *PICTURE, *SOUND, "-c:v", "libx264", *sound, *TITLES)
    found = cleaned(data)
    assert b"x264 - core" in data
    for secret in (b"x264", b"Lavf", b"Lavc", b"secret", b"52.5"):
        assert secret not in found
    assert decoded(tmp_path, found) == decoded(tmp_path, data)


@pytest.mark.parametrize(
    "codecs",
    [
        ("a.mkv", "-c:v", "libx265", "-x265-params", "log-level=none", "-c:a", "flac"),
        ("a.webm", "-c:v", "libvpx-vp9", "-c:a", "libopus"),
        ("a.webm", "-c:v", "libvpx", "-c:a", "libvorbis"),
        ("a.mkv", "-c:v", "mpeg4", "-c:a", "libmp3lame"),
        ("a.mkv", "-c:v", "mpeg2video", "-c:a", "ac3"),
        ("a.mkv", "-c:v", "mjpeg", "-c:a", "adpcm_ms"),
        ("a.mkv", "-c:v", "libtheora", "-c:a", "pcm_s16le"),
        ("a.mkv", "-c:v", "ffv1", "-c:a", "alac", "-write_crc32", "1"),
        ("a.mkv", "-c:v", "libaom-av1", "-cpu-used", "8", "-c:a", "mp2"),
        ("a.webm", "-c:v", "libvpx-vp9", "-c:a", "libopus", "-live", "1"),
    ],
)
def test_pictures_and_sound_of_real_encoders_stay(tmp_path, codecs):
    name, *options = codecs
    data = made(tmp_path, name, *PICTURE, *SOUND, *TITLES, *options)
    found = cleaned(data)
    for secret in (b"Lavf", b"Lavc", b"libVorbis", b"Xiph", b"x265 (build", b"secret", b"52.5"):
        assert secret not in found
    assert decoded(tmp_path, found) == decoded(tmp_path, data)


def test_subtitles_go_with_their_blocks(tmp_path):
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:00,900\nsecret words\n")
    subtitles = ("-i", str(tmp_path / "a.srt"), "-c:s", "srt")
    data = made(tmp_path, "a.mkv", *PICTURE, *subtitles, "-c:v", "libx264")
    found = cleaned(data)
    assert b"secret words" in data
    assert b"secret words" not in found
    assert b"S_TEXT" not in found
    assert decoded(tmp_path, found) == decoded(tmp_path, data)


def avc(frame: bytes, encodings: bytes = b"", *, flags: int = 0x80) -> bytes:
    private = b"\1\x42\0\x0a\xff\xe1\0\4\x67\x42\0\x0a\1\0\4\x68\1\2\3" + SECRET
    entry = make.track(1, 1, b"V_MPEG4/ISO/AVC", private, encodings)
    return make.header() + make.segment(
        make.element(0x1654AE6B, entry), make.cluster(make.block(1, frame, flags=flags))
    )


def unit(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


SEI = b"\x06\x05" + bytes([len(SECRET)]) + SECRET + b"\x80"


def test_units_that_are_no_picture_become_filler():
    found = cleaned(avc(unit(SEI) + unit(b"\x65" + FRAME) + unit(b"\x1e" + SECRET)))
    assert SECRET not in found
    assert unit(b"\x65" + FRAME) in found


def test_a_stripped_beginning_of_frames_is_read_with_them():
    stripping = make.element(0x5034, make.number(0x4254, 3) + make.element(0x4255, b"\0\0"))
    encodings = make.element(0x6D80, make.element(0x6240, make.number(0x5031, 0) + stripping))
    whole = unit(SEI) + unit(b"\x65" + FRAME)
    found = cleaned(avc(whole[2:], encodings))
    assert SECRET not in found
    assert unit(b"\x65" + FRAME) in found


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (make.header() + make.segment(make.info()), Unsupported, "no track"),
        (make.header(b"x-matroska"), Unsupported, "neither Matroska"),
        (make.header(), Damaged, "no recording"),
        (avc(unit(SEI), flags=0x82), Unsupported, "several pictures"),
        (avc(b"\0\0\1\0\x65"), Damaged, "longer than its frame"),
        (
            avc(unit(SEI), make.element(0x6D80, make.element(0x6240, make.element(0x5035, b"")))),
            Unsupported,
            "encrypted",
        ),
        (
            avc(unit(SEI), make.element(0x6D80, make.element(0x6240, make.element(0x5034, b"")))),
            Unsupported,
            "compressed",
        ),
        (avc(unit(SEI)).replace(b"V_MPEG4/ISO/AVC", b"V_UNKNOWN/CODEC"), Unsupported, "coding"),
        (make.film() + make.film(), Unsupported, "second recording"),
    ],
)
def test_what_is_not_certain_is_refused(data, kind, words):
    if words in ("neither Matroska", "second recording"):
        data = data.replace(SECRET + make.header(), make.header())
        with pytest.raises(kind, match=words):
            matroska.scan(Source(io.BytesIO(data)))
        return
    with pytest.raises(kind, match=words):
        cleaning_of(data)


def test_a_recording_that_was_cut_off_stays_as_far_as_it_is_whole():
    data = make.header() + make.segment(
        make.element(0x1654AE6B, make.track(1, 1, b"V_VP9")),
        make.cluster(make.block(1, FRAME), make.block(1, FRAME)),
    )
    for cut in range(1, len(FRAME) + 5):
        found = cleaned(data[:-cut])
        assert found.count(FRAME) == 1
        assert FRAME[: 80 - cut] not in found[data.index(FRAME) + 80 :] or cut >= 80


def test_bytes_that_are_no_element_between_clusters_are_refused_and_at_the_end_they_go():
    parts = [make.element(0x1654AE6B, make.track(1, 1, b"V_VP9")), make.cluster(make.block(1, FRAME))]
    junk = b"\0" + SECRET
    assert SECRET not in cleaned(make.header() + make.segment(*parts, junk))
    with pytest.raises(Damaged, match="at byte") as caught:
        cleaning_of(make.header() + make.segment(parts[0], junk, parts[1]))
    assert caught.value.offset == len(make.header() + make.segment(parts[0], junk, parts[1])) - len(
        parts[1]
    ) - len(junk)


def test_many_blocks_are_walked_quickly():
    blocks = make.block(1, b"12345") * 200_000
    entry = make.element(0x1654AE6B, make.track(1, 1, b"V_VP9"))
    data = make.header() + make.segment(entry, make.cluster(blocks))
    start = time.process_time()
    plan = cleaning_of(data)
    assert time.process_time() - start < 10
    assert len(plan.scan.parts) < 50


def test_more_to_remove_than_any_program_writes_is_refused(monkeypatch):
    monkeypatch.setattr(walk, "_MOST_CHANGES", 2000)
    entry = make.element(0x1654AE6B, make.track(1, 1, b"V_VP9"))
    fewer, more = (make.element(0x1C53BB6B, b"\x8e\x80" * count) for count in (1900, 2001))
    assert cleaning_of(make.header() + make.segment(entry, fewer)).changes
    with pytest.raises(Unsupported, match="more has to be removed"):
        cleaning_of(make.header() + make.segment(entry, more))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutations_are_cleaned_or_refused(data):
    seed = bytearray(data.draw(st.sampled_from([make.film(), make.film(unknown=True), avc(unit(SEI))])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(seed) - 1))
        if data.draw(st.booleans()):
            seed[at] = data.draw(st.integers(0, 255))
        else:
            del seed[at : at + data.draw(st.integers(1, 40))]
    with contextlib.suppress(CannotClean):
        make_cleaning(io.BytesIO(bytes(seed)))


FEATURES = b"\1\1\0\2\1\x1e\3\1\x08\4\1\1"
BLOCK_OF_FLAC = b"fLaC\x00\0\0\x22" + bytes(range(34))


@pytest.mark.parametrize(
    ("codec", "needed", "more"),
    [
        (b"V_VP9", FEATURES, SECRET),
        (b"V_VP8", b"", SECRET),
        (b"A_PCM/INT/LIT", b"", SECRET),
        (b"A_AC3", b"", SECRET),
        (b"A_ALAC", bytes(range(1, 49)), SECRET),
        (b"A_AAC", b"\x12\x10", SECRET),
        (b"A_AAC", b"\x12\x10\x56\xe5\0", SECRET),
        (b"A_FLAC", BLOCK_OF_FLAC, b"\x83\0\0\x14" + SECRET),
        (b"V_MPEG4/MS/V3", bytes(range(1, 41)), SECRET),
    ],
)
def test_a_decoder_gets_no_more_settings_than_it_reads(codec, needed, more):
    data = make.recording(
        make.track(1, 1 if codec[:1] == b"V" else 2, codec, needed + more), make.block(1, FRAME)
    )
    out = cleaned(data)
    assert SECRET not in out
    assert needed in out
    clean = make.recording(make.track(1, 1 if codec[:1] == b"V" else 2, codec, needed), make.block(1, FRAME))
    assert needed in cleaned(clean)


def test_an_extension_somewhere_behind_the_configuration_of_aac_is_refused():
    private = b"\x12\x10" + b"xx" + b"\x56\xe5\x80"
    with pytest.raises(Unsupported):
        cleaned(make.recording(make.track(1, 2, b"A_AAC", private), make.block(1, FRAME)))


@pytest.mark.parametrize(("kind", "size"), [(0, 0), (1, 20), (2, 12)])
def test_private_data_of_a_projection_have_the_length_of_its_type(kind, size):
    def film(private: bytes) -> bytes:
        projection = make.element(0x7670, make.number(0x7671, kind) + make.element(0x7672, private))
        entry = make.track(1, 1, b"V_VP9", extra=make.element(0xE0, make.number(0xB0, 96) + projection))
        return make.recording(entry, make.block(1, FRAME))

    if size:
        assert bytes(range(1, size + 1)) in cleaned(film(bytes(range(1, size + 1))))
        with pytest.raises(Damaged):
            cleaned(film(SECRET * 3))
    else:
        assert SECRET not in cleaned(film(SECRET))


def test_data_beside_a_block_stay_for_pictures_with_alpha_alone():
    group = make.group(1, FRAME, make.addition(1, SECRET))
    assert SECRET in cleaned(make.recording(make.track(1, 1, b"V_VP9", extra=make.VIDEO), group))
    for codec, extra in ((b"V_VP9", b""), (b"V_AV1", make.VIDEO)):
        frame = FRAME if codec == b"V_VP9" else b"\x12\0"
        group = make.group(1, frame, make.addition(1, SECRET))
        assert SECRET not in cleaned(make.recording(make.track(1, 1, codec, extra=extra), group))


def test_what_every_frame_begins_with_is_short_and_said_once():
    def film(*settings: bytes, kind: int = 3) -> bytes:
        inner = make.number(0x4254, kind) + b"".join(make.element(0x4255, each) for each in settings)
        encodings = make.element(0x6D80, make.element(0x6240, make.element(0x5034, inner)))
        return make.recording(make.track(1, 2, b"A_AC3", extra=encodings), make.block(1, FRAME))

    assert b"\x0b\x77" in cleaned(film(b"\x0b\x77"))
    for data in (film(SECRET), film(b"\x0b\x77", SECRET[:16]), film(SECRET[:16], kind=0)):
        with pytest.raises(Damaged):
            cleaned(data)
