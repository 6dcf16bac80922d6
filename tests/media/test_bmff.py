"""MP4 and MOV: nothing moves, nothing of a person stays, and picture and sound are the same."""

import contextlib
import io
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning, scan
from copwatch.media.facts import Danger
from copwatch.media.formats import bmff
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.media import making_bmff as make
from tests.media.sounding import PICTURE, SOUND, cleaned, cleaning_of, decoded, made

SECRET = make.SECRET
ORIGINS = {
    "header first": {},
    "media first": {"before": True},
    "version 1": {"version": 1},
    "to the end": {"head": struct.pack(">I4s", 0, b"mdat")},
    "old QuickTime": {"ftyp": make.box(b"wide")},
}
TAGS = (
    "-metadata",
    "title=secret title",
    "-metadata",
    "location=+52.5+13.4/",
    "-metadata",
    "comment=secret words",
)


def without_secrets(found: bytes) -> None:
    """Neither the secret nor a beginning of it, nor the times."""
    for piece in (
        SECRET,
        SECRET[:10],
        SECRET[:4],
        b"SECR",
        make.TIME,
        b"+52.5",
        b"gpmd",
        b"Lavc",
        b"Lavf",
        b"x264",
    ):
        assert piece not in found, piece


@pytest.mark.parametrize("origin", ORIGINS)
def test_secrets_go_and_samples_stay_where_they_are(origin):
    data = make.movie(**ORIGINS[origin])
    found = cleaned(data)
    assert len(found) == len(data)
    without_secrets(found)
    assert found.count(make.MATRIX) == 3
    for piece in (make.SLICE, make.TONE, make.AVCC):
        assert data.count(piece) == found.count(piece) > 0
        at = -1
        while (at := data.find(piece, at + 1)) >= 0:
            assert found[at : at + len(piece)] == piece


@pytest.mark.parametrize("how", [{"base": True}, {"base": False}, {"base": True, "default_base": False}])
def test_fragments_lose_their_events_and_their_other_tracks(how):
    data = make.fragmented(**how)
    found = cleaned(data)
    without_secrets(found)
    assert len(found) == len(data)
    assert found.count(make.SLICE) == 4
    assert found.count(make.TONE) == 4
    for kind in (b"emsg", b"prft", b"uuid"):
        assert kind not in found


def test_it_says_what_the_file_reveals():
    scan = cleaning_of(make.movie()).scan
    assert {fact.danger for fact in scan.facts} >= {
        Danger.PLACE, Danger.IDENTITY, Danger.TIME, Danger.SOFTWARE, Danger.TRACKS,
    }  # fmt: skip
    named = {fact.name: fact.value for fact in scan.facts}
    assert named["place"] == "+52.5200+013.4050/"
    assert named["movie created"] == "2022-05-20T21:55:59Z"
    assert named["track 3"] == "meta, gpmd, 3 samples, switched off; it is removed"
    assert any(part.what == "samples of a track beside picture and sound (gpmd)" for part in scan.removed())


def test_user_data_of_a_picture_becomes_filler_and_other_messages_stay():
    recovery, other = (6, b"\xc4"), (5, b"\x11" * 16 + SECRET)
    sample = make.unit(make.sei(recovery, other)) + make.unit(make.SLICE)
    found = cleaned(make.movie(make.Track(b"vide", make.AVC1, [sample])))
    stays = make.sei(recovery, (3, b"\xff" * (16 + len(SECRET))))
    assert make.unit(stays) in found


def test_units_behind_start_codes_in_one_unit_are_looked_into():
    inner = b"\x6e\xc0\x80\x0f\0\0\0\x01" + make.USER + b"\0\0\0\x01" + make.SLICE
    found = cleaned(make.movie(make.Track(b"vide", make.AVC1, [make.unit(inner)])))
    without_secrets(found)
    assert make.SLICE in found


def test_samples_that_two_chunks_share_stay():
    track = make.tone(4)
    data = make.movie(track)
    first, second = track.offsets
    shared = data.replace(make.table(b"stco", (first,), (second,)), make.table(b"stco", (first,), (first,)))
    assert shared != data
    assert cleaned(shared).count(make.TONE) == 2


@pytest.mark.parametrize(
    ("brand", "known"),
    [(b"isom", True), (b"qt  ", True), (b"heic", False), (b"avif", False), (b"crx ", False)],
)
def test_brands_of_pictures_are_not_its_own(brand, known):
    assert bmff.recognises(make.box(b"ftyp", brand, bytes(4))) is known
    assert not bmff.recognises(b"RIFF\0\0\0\0AVI ")


def test_brands_of_makers_become_neutral_and_those_of_standards_stay():
    found = cleaned(make.movie(ftyp=make.box(b"ftyp", b"CAEP", bytes(4), b"CAEPmp42")))
    assert found.startswith(make.box(b"ftyp", b"isom", bytes(4), b"isommp42"))


def test_an_alias_loses_the_disk_that_it_names():
    track = make.tone()
    track.reference = make.full(b"alis", SECRET, flags=1)
    found = cleaned(make.movie(track))
    without_secrets(found)
    assert b"alis" not in found
    assert b"url \0\0\0\x01" in found


def test_a_projection_stays_with_its_header_but_not_the_program_that_wrote_it(tmp_path):
    projection = make.box(b"proj", make.full(b"prhd", bytes(12)), make.full(b"equi", bytes(16)))
    sphere = make.box(b"sv3d", make.full(b"svhd", SECRET + b"\0"), projection)
    found = cleaned(make.movie(make.Track(b"vide", make.visual(b"jpeg", sphere), [b"\xff\xd8\xff\xd9"] * 2)))
    without_secrets(found)
    assert make.full(b"svhd", bytes(len(SECRET) + 1)) + projection in found


def test_an_address_of_nothing_means_this_very_file():
    for address, allowed in ((b"\0", True), (b"", True), (b"http://a", False), (b"\0a", False)):
        track = make.tone()
        track.reference = make.full(b"url ", address)
        if allowed:
            assert b"url \0\0\0\x01" in cleaned(make.movie(track))
        else:
            with pytest.raises(Unsupported):
                cleaning_of(make.movie(track))


def test_bytes_behind_the_end_go():
    data = make.movie()
    assert cleaned(data + b"\0\0\0\x05junk" + SECRET) == cleaned(data)
    assert cleaned(data + b"odd") == cleaned(data)


def test_a_wide_table_and_small_sizes_are_read():
    track = make.tone(3)
    track.wide = True
    assert cleaned(make.movie(track)).count(make.TONE) == 3
    small = make.movie(make.tone(3))
    sizes = make.full(b"stsz", make.numbers(0, 3, *[len(make.TONE)] * 3))
    packed = make.full(b"stz2", make.numbers(8, 3), bytes([len(make.TONE)] * 3))
    packed += make.box(b"free", bytes(len(sizes) - len(packed) - 8))
    assert cleaned(small.replace(sizes, packed)).count(make.TONE) == 3


def test_names_of_compressors_that_decoders_need_stay():
    entry = make.visual(b"raw ", name=b"\x19Planar Y'CbCr 8-bit 4:2:0 ")
    assert b"\x19Planar Y'CbCr 8-bit 4:2:0\0" in cleaned(make.movie(make.Track(b"vide", entry, [b"x" * 30])))


def test_tags_of_flac_become_padding():
    blocks = b"\0\0\0\x22" + b"i" * 34 + b"\x84" + len(SECRET).to_bytes(3, "big") + SECRET
    entry = make.sound(b"fLaC", make.full(b"dfLa", blocks))
    found = cleaned(make.movie(make.Track(b"soun", entry, [make.TONE] * 2)))
    without_secrets(found)
    assert b"\x81" + len(SECRET).to_bytes(3, "big") + bytes(len(SECRET)) in found


def test_what_itunes_says_about_gaps_becomes_an_edit_list():
    words = b" 00000000 00000840 000001CA 00000000000AB5B0 00000000"
    comment = make.box(b"----", make.full(b"name", b"iTunSMPB"), make.box(b"data", make.numbers(1, 0), words))
    udta = make.box(b"udta", make.full(b"meta", make.box(b"ilst", comment)))
    esds = make.full(b"esds", b"\x03\x19\0\0\0\x04\x11\x40\x15" + bytes(11) + b"\x05\x02\x12\x10\x06\x01\x02")
    sound = make.Track(b"soun", make.sound(b"mp4a", esds), [make.TONE] * 2, edits=b"", length=9000)
    data = make.movie(sound, udta=udta)
    found = cleaned(data)
    assert len(found) == len(data)
    assert found.count(make.box(b"edts", make.table(b"elst", (9000 - 0x840, 0x840, 0x10000)))) == 1
    assert found.count(make.TONE) == 2
    sound.edits = make.box(b"edts", make.table(b"elst", (100, 0, 0x10000)))
    assert cleaned(make.movie(sound, udta=udta)).count(b"elst") == 1
    assert b"iTun" not in found


REFUSED = {
    "encrypted": (Unsupported, make.movie(make.Track(b"vide", make.visual(b"encv"), [b"x"]))),
    "in a scheme": (
        Unsupported,
        make.movie(make.Track(b"soun", make.sound(b"sowt", make.box(b"sinf", bytes(8))), [b"x"])),
    ),
    "unknown coding": (Unsupported, make.movie(make.Track(b"vide", make.visual(b"what"), [b"x"]))),
    "another file": (
        Unsupported,
        make.movie(make.Track(b"soun", make.SOWT, [b"x"], reference=make.full(b"url ", b"a/b"))),
    ),
    "neither picture nor sound": (Unsupported, make.movie(make.places())),
    "no header": (Damaged, make.FTYP + make.box(b"mdat", b"x")),
    "cut short": (Damaged, make.movie(make.tone())[:-40]),
    "start codes": (Damaged, make.movie(make.Track(b"vide", make.AVC1, [b"\0\0\0\x01\x65abcdef"]))),
    "nested": (Unsupported, make.FTYP + make.box(b"moov", make.box(b"moov", make.box(b"moov", b"")))),
    "two of one number": (
        Damaged,
        make.movie(
            make.Track(b"soun", make.SOWT, [b"x"], number=1), make.Track(b"soun", make.SOWT, [b"x"], number=1)
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused_with_a_place(name):
    kind, data = REFUSED[name]
    with pytest.raises(kind) as refusal:
        cleaning_of(data)
    assert refusal.value.offset is not None or name == "no header"


@pytest.mark.parametrize("kind", [b"stts", b"stsz", b"stsc", b"stco", b"stsd", b"elst", b"dref"])
def test_counts_beyond_the_box_are_bounded(kind):
    data = make.movie(make.tone())
    at = data.find(kind) + (12 if kind == b"stsz" else 8)
    began = time.monotonic()
    with contextlib.suppress(CannotClean):
        cleaning_of(data[:at] + b"\xff\xff\xff\xf0" + data[at + 4 :])
    assert time.monotonic() - began < 1


def test_a_constant_size_beyond_the_file_is_bounded():
    data = make.movie(make.tone())
    sizes = make.full(b"stsz", make.numbers(0, 3, *[len(make.TONE)] * 3))
    for size in (1, 0x7FFFFFFF):
        huge = make.full(b"stsz", make.numbers(size, 0xFFFFFFF0), bytes(12))
        rows = make.table(b"stsc", (1, 0xFFFFFFF0, 1))
        with pytest.raises(Damaged):
            cleaning_of(data.replace(sizes, huge).replace(make.table(b"stsc", (1, 2, 1)), rows))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_is_refused_or_cleaned_but_never_crashes(data):
    seed = data.draw(st.sampled_from([make.movie(), make.movie(before=True), make.fragmented()]))
    changed = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(seed) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(seed) // 2, len(seed)))
    with contextlib.suppress(CannotClean):
        make_cleaning(io.BytesIO(bytes(changed[:cut])))


AUDIO = ("-c:a", "aac")
MADE = {
    "h264.mp4": ("-c:v", "libx264", *AUDIO),
    "fast.mov": ("-c:v", "libx264", *AUDIO, "-movflags", "+faststart", "-timecode", "01:02:03:04"),
    "fragments.mp4": (
        "-c:v",
        "libx264",
        *AUDIO,
        "-movflags",
        "+frag_keyframe+empty_moov+default_base_moof",
        "-g",
        "5",
    ),
    "old.mp4": ("-c:v", "libx264", *AUDIO, "-movflags", "+frag_keyframe", "-g", "5"),
    "hint.mp4": ("-c:v", "libx264", *AUDIO, "-movflags", "+rtphint"),
    "hevc.mp4": ("-c:v", "libx265", "-x265-params", "log-level=none:hash=1", "-tag:v", "hvc1", *AUDIO),
    "mpeg4.mp4": ("-c:v", "mpeg4", *AUDIO),
    "mjpeg.mov": ("-c:v", "mjpeg", "-c:a", "pcm_s16le"),
    "prores.mov": ("-c:v", "prores_ks", "-c:a", "pcm_s24be"),
    "h263.3gp": ("-s", "176x144", "-c:v", "h263", "-c:a", "aac"),
    "mpeg2.mov": ("-c:v", "mpeg2video", "-c:a", "ac3"),
    "vp9.mp4": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus"),
    "alac.m4a": ("-vn", "-c:a", "alac"),
    "ima.mov": ("-c:v", "qtrle", "-c:a", "adpcm_ima_qt"),
}


@pytest.mark.parametrize("name", MADE)
def test_what_ffmpeg_makes_decodes_to_the_same(name, tmp_path):
    data = made(tmp_path, name, *PICTURE, *SOUND, *TAGS, *MADE[name])
    found = cleaned(data)
    assert len(found) == len(data)
    assert decoded(tmp_path, found) == decoded(tmp_path, data)
    for secret in (b"secret", b"+52.5", b"x264", b"x265", b"Lavf", b"VideoHandler", b"Lavc", b"FFMP"):
        assert secret not in found


def test_texts_and_chapters_go_with_their_tracks(tmp_path):
    (tmp_path / "s.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nsecret words\n")
    (tmp_path / "c.txt").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle=secret chapter\n"
    )
    more = (
        "-i",
        str(tmp_path / "s.srt"),
        "-i",
        str(tmp_path / "c.txt"),
        "-map_metadata",
        "3",
        "-map_chapters",
        "3",
    )
    data = made(
        tmp_path, "texts.mp4", *PICTURE, *SOUND, *more, "-c:v", "libx264", "-c:a", "aac", "-c:s", "mov_text"
    )
    assert b"secret words" in data
    assert b"secret chapter" in data
    found = cleaned(data)
    assert b"secret" not in found
    assert decoded(tmp_path, found) == decoded(tmp_path, data)


def test_a_number_of_a_device_is_told_in_digits_and_a_name_without_its_length():
    number = bytes.fromhex("733a069854ef0ca87e873153a29b3a44")
    udta = make.box(b"udta", make.box(b"CAME", number), make.box(b"LENS", b"C33632245042171"))
    facts = {(fact.source, fact.value) for fact in scan(io.BytesIO(make.movie(udta=udta))).facts}
    assert {("CAME", number.hex()), ("LENS", "C33632245042171"), ("hdlr", SECRET.decode())} <= facts
