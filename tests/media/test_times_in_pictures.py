"""Times of day that recorders write among coded pictures, and what stands behind the end of units there."""

import pytest

from copwatch.media.facts import Danger
from copwatch.media.iso.nal import Act, instead
from copwatch.media.iso.sei import H264, HEVC, clean_sei
from copwatch.media.iso.sps import Layout, end_of_set, learned
from copwatch.media.refusal import Unsupported
from tests.media import making_bmff as make
from tests.media import making_matroska as mkv
from tests.media.making_avi import simple
from tests.media.sounding import PICTURE, cleaned, cleaning_of, decoded, made
from tests.media.test_movie_samples import esds, film, media

SECRET = make.SECRET
START = b"\0\0\0\1"
PPS = b"\x68\xce\x3c\x80"


def bits(text: str) -> bytes:
    text = text.replace(" ", "")
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")


def sps(*, clocks: bool, rates: bool = False, number: str = "1") -> bytes:
    """Baseline, 96 × 64, with usability information: delays of 24 bits where there are rates."""
    rate = "1 1 00000000 1 1 0 10111 10111 10111 11000" if rates else "0"
    vui = f"0 0 0 0 0 {rate} 0 {'0' if rates else ''} {int(clocks)} 0"
    return b"\x67\x42\xc0\x0a" + bits(f"{number} 1 011 010 0 00110 00100 1 1 0 1 {vui} 1")


def timing(clock: bool, *, delays: str = "") -> bytes:
    """A picture's timing: one timestamp of 17:42:31, or none."""
    stamp = f"1 00 0 00000 1 0 0 00000101 {31:06b} {42:06b} {17:05b} {0:024b}" if clock else "0"
    text = f"{delays} 0000 {stamp}".replace(" ", "")
    return bits(text if len(text) % 8 == 0 else text + "1")


def entry(*sets: bytes) -> bytes:
    pairs = b"".join(len(each).to_bytes(2, "big") + each for each in sets)
    content = b"\x01\x42\xc0\x0a\xff" + bytes([0xE0 | len(sets)]) + pairs + b"\1\0\4" + PPS
    return make.visual(b"avc1", make.box(b"avcC", content))


def test_the_timing_of_a_picture_stays_unless_it_tells_the_time_of_day():
    told, plain = make.sei((1, timing(True))), make.sei((1, timing(False)))
    data = film(
        entry(sps(clocks=True)),
        make.unit(told) + make.unit(make.SLICE) + make.unit(plain) + make.unit(make.SLICE),
    )
    out = cleaned(data)
    assert told not in out
    assert out.count(plain) == 2
    removed = [part for part in cleaning_of(data).scan.removed() if part.danger is Danger.TIME]
    assert "time of day in the picture's stream" in {part.what for part in removed}


def test_in_matroska_and_avi_the_parameter_sets_among_the_pictures_say_where_times_stand():
    told, plain = make.sei((1, timing(True))), make.sei((1, timing(False)))
    stream = START + sps(clocks=True) + START + PPS + START + told + START + make.SLICE + START + plain
    recording = mkv.recording(mkv.track(1, 1, b"V_MPEG4/ISO/AVC"), mkv.block(1, stream))
    for data in (simple(b"H264", stream), recording):
        out = cleaned(data)
        assert told not in out
        assert plain in out


def test_samples_that_are_known_are_walked_again_where_later_ones_depend_on_them():
    entry = make.visual(b"avc3", make.box(b"avcC", b"\x01\x42\xc0\x0a\xff\xe0\0"))
    plain, user = make.sei((1, timing(False))), make.USER
    first = make.unit(sps(clocks=True)) + make.unit(PPS) + make.unit(make.SLICE)
    second = make.unit(plain) + make.unit(user) + make.unit(make.SLICE)
    out = cleaned(make.movie(make.Track(b"vide", entry, [first, second, second]), stray=b""))
    assert out.count(make.unit(plain)) == 2
    assert SECRET not in media(out)


def test_timing_that_no_parameter_set_explains_goes():
    nal = make.sei((1, timing(False, delays="0" * 48)))
    known = {"rates": sps(clocks=True, rates=True), "none": sps(clocks=True), "cut": sps(clocks=True)[:7]}
    kept = {name: clean_sei(nal, H264, learned(frozenset(), unit)) == nal for name, unit in known.items()}
    assert kept == {"rates": True, "none": False, "cut": False}
    assert clean_sei(nal, H264) != nal
    two = learned(learned(frozenset(), sps(clocks=True, rates=True)), sps(clocks=False, number="010"))
    assert two == {Layout(48, 48, True), Layout(0, 0, False)}
    assert clean_sei(nal, H264, two) != nal


def test_what_x264_writes_about_timing_stays(tmp_path):
    options = "nal-hrd=vbr:vbv-maxrate=200:vbv-bufsize=200:pic-struct=1:aud=1"
    data = made(tmp_path, "x.mp4", *PICTURE, "-c:v", "libx264", "-x264opts", options)
    out = cleaned(data)
    removed = [part.what for part in cleaning_of(data).scan.removed() if "(SEI)" in part.what]
    assert len(removed) == 1  # what x264 says of itself, at the beginning
    assert decoded(tmp_path, out) == decoded(tmp_path, data)


@pytest.mark.parametrize(("kind", "size"), [(137, 24), (144, 4), (147, 1), (154, 13)])
def test_a_message_stays_as_far_as_its_syntax_reaches(kind, size):
    right = bytes(range(1, size + 1))
    nal = make.sei((kind, right + SECRET))
    new = clean_sei(nal, H264)
    assert SECRET not in new
    assert bytes([kind, size]) + right in new
    assert len(new) == len(nal)
    assert clean_sei(new, H264) == new
    assert clean_sei(make.sei((kind, right)), H264) == make.sei((kind, right))


def test_messages_of_many_fields_end_where_these_do():
    grain = bits(f"0 00 0 00 0110 100 {0:08b} 000 {1:08b} {255:08b} 00101 1 1")
    arrangement = bits(f"1 0 0000011 0 000001 000000 {0:016b} {0:08b} 1 0 1")
    for kind, content in ((19, grain), (45, arrangement), (6, b"\xc4"), (47, bits(f"0 0 0 {1:016b} 1 0 1"))):
        assert clean_sei(make.sei((kind, content)), H264) == make.sei((kind, content))
        new = clean_sei(make.sei((kind, content + SECRET)), H264)
        assert SECRET not in new
        assert clean_sei(new, H264) == new
    viewport = bits(f"{1:010b} 0 1 0000") + b"\1" * 20
    for kind, content in ((156, viewport), (132, b"\0" + b"\1" * 48), (6, b"\xd0")):
        nal = b"\x4e\x01" + bytes([kind, len(content)]) + content + b"\x80"
        assert clean_sei(nal, HEVC) == nal


@pytest.mark.parametrize("clocks", [True, False])
@pytest.mark.parametrize("rates", [True, False])
def test_behind_the_end_of_parameter_sets_nothing_stays(clocks, rates):
    for unit in (sps(clocks=clocks, rates=rates), PPS):
        assert end_of_set(unit) == len(unit)
        assert instead(unit, Act.SHORT, H264) is None
    unit = sps(clocks=clocks, rates=rates)
    assert end_of_set(unit + SECRET) == len(unit)
    out = cleaned(film(entry(unit + SECRET), make.unit(make.SLICE)))
    assert SECRET not in out
    assert unit + bytes(len(SECRET)) in out


def test_delimiters_have_one_length_and_extensions_are_small():
    sample = make.unit(b"\x09\xf0" + SECRET) + make.unit(make.SLICE) + make.unit(b"\x0a" + SECRET)
    out = media(cleaned(film(entry(sps(clocks=False)), sample)))
    assert SECRET not in out
    assert make.unit(b"\x09\xf0" + bytes(len(SECRET))) in out
    for head in (b"\x6d", b"\x6e"):
        small = make.unit(head + b"\xc0\x80\x0f") + make.unit(make.SLICE)
        assert media(cleaned(film(entry(sps(clocks=False)), small))) == small * 2
        assert SECRET not in cleaned(film(entry(sps(clocks=False)), make.unit(head + 3 * SECRET)))
    delimiter = b"\x46\x01\x50"
    assert instead(delimiter, Act.SHORT, HEVC) is None
    change = instead(delimiter + SECRET, Act.SHORT, HEVC)
    assert change is not None
    assert (change.start, change.new) == (3, bytes(len(SECRET)))


GROUP = b"\0\0\1\xb8"
NOON = bits(f"0 10001 101010 1 {31:06b} {5:06b} 1 0 00000")


def test_the_time_code_of_mpeg2_becomes_zero():
    head, picture = b"\0\0\1\xb3" + b"\x06\0\x40\x23\xff\xff\xe0\x18", b"\0\0\1\0\0\x0f\xff\xf8\0\0\1\1coded"
    sample = head + GROUP + NOON + picture
    clean = head + GROUP + b"\0\x08\0\x40" + picture
    entries = make.visual(b"m2v1"), make.visual(b"mp4v", esds(0x61, head))
    for each in entries:
        assert media(cleaned(film(each, sample))) == clean * 2
    assert clean in cleaned(simple(b"MPG2", sample))
    recording = mkv.recording(mkv.track(1, 1, b"V_MPEG2"), mkv.block(1, sample))
    assert clean in cleaned(recording)
    assert SECRET not in cleaned(simple(b"MPG2", head + GROUP + NOON + SECRET + picture))


def test_the_number_of_a_work_and_long_extensions_of_mpeg2_go():
    work = b"\0\0\1\xb5" + bits(f"0100 1 {66:08b} 1 0000000 1 {0x5EC12:020b} 1 {1:022b} 1 {2:022b}")
    coding = b"\0\0\1\xb5\x8f\xff\xf3\x41\x80"
    data = b"\0\0\1\0\0\x0f\xff\xf8" + coding + work + b"\0\0\1\xb5\xf4" + SECRET + b"\0\0\1\1coded"
    found = media(cleaned(film(make.visual(b"m2v1"), data)))
    assert SECRET not in found
    assert b"\0\0\1\xb5" + bits(f"0100 0 {0:015b} 0 1 {0:020b} 1 {0:022b} 1 {0:022b}") in found
    assert coding in found
    longer = media(cleaned(film(make.visual(b"m2v1"), data.replace(coding, coding + SECRET))))
    assert SECRET not in longer
    assert coding in longer


def group4(hours: int, minutes: int, seconds: int) -> bytes:
    return b"\0\0\1\xb3" + bits(f"{hours:05b} {minutes:06b} 1 {seconds:06b} 1 0 0111")


def test_times_of_mpeg4_begin_at_zero_and_stay_as_far_apart():
    picture = b"\0\0\1\xb6\x10coded"
    sample = group4(23, 59, 59) + picture + group4(0, 0, 1) + picture
    clean = group4(0, 0, 0) + picture + group4(0, 0, 2) + picture
    rest = group4(0, 0, 0) + picture + group4(0, 0, 2) + picture
    for each in (make.visual(b"mp4v", esds(0x20, b"")), make.visual(b"XVID")):
        assert media(cleaned(film(each, sample))) == clean + rest
    assert clean in cleaned(simple(b"XVID", sample))
    recording = mkv.recording(mkv.track(1, 1, b"V_MPEG4/ISO/ASP"), mkv.block(1, sample))
    assert clean in cleaned(recording)


def test_a_time_of_mpeg4_that_follows_pictures_is_that_of_the_film_or_refused():
    second, same = b"\0\0\1\xb6\x30coded", b"\0\0\1\xb6\x10coded"
    entry4 = make.visual(b"XVID")
    sample = same + second + group4(0, 0, 1) + same
    assert media(cleaned(film(entry4, sample))) == sample * 2
    with pytest.raises(Unsupported):
        cleaning_of(film(entry4, same + group4(17, 42, 31) + same))


def test_what_ffmpeg_codes_with_time_codes_decodes_to_the_same(tmp_path):
    for name, coder in (
        ("a.mov", "mpeg2video"),
        ("b.mkv", "mpeg2video"),
        ("c.mp4", "mpeg4"),
        ("d.avi", "mpeg4"),
    ):
        code = ("-timecode", "17:42:31:05") if coder == "mpeg2video" else ("-bf", "2")
        data = made(tmp_path, name, *PICTURE, "-r", "25", "-c:v", coder, *code, "-g", "5")
        out = cleaned(data)
        assert GROUP + NOON[:2] not in out
        assert decoded(tmp_path, out) == decoded(tmp_path, data)


def sets_of(data: bytes) -> list[bytes]:
    """The parameter sets in the configuration of a file of HEVC."""
    at, found = data.find(b"hvcC") + 4 + 22, []
    count, at = data[at], at + 1
    for _ in range(count):
        units, at = int.from_bytes(data[at + 1 : at + 3], "big"), at + 3
        for _ in range(units):
            size = int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : at + 2 + size])
            at += 2 + size
    return [unit for unit in found if unit[0] >> 1 in (32, 33, 34)]


@pytest.mark.parametrize(
    "options",
    ["hrd=1:vbv-maxrate=200:vbv-bufsize=200", "scaling-list=default:tskip=1", "temporal-layers=2:no-sao=1"],
)
def test_behind_the_end_of_parameter_sets_of_hevc_nothing_stays(options, tmp_path):
    data = made(tmp_path, "x.mp4", *PICTURE, "-c:v", "libx265", "-x265-params", f"log-level=none:{options}")
    sets = sets_of(data)
    assert len(sets) == 3
    for unit in sets:
        assert end_of_set(unit, hevc=True) == len(unit)
        change = instead(unit + SECRET, Act.SHORT, HEVC)
        assert change is not None
        assert (change.start, change.new) == (len(unit), bytes(len(SECRET)))
        assert all(end_of_set(unit[:end], hevc=True) is None for end in range(len(unit) - 1))
    assert decoded(tmp_path, cleaned(data)) == decoded(tmp_path, data)


def test_of_sets_of_further_layers_nothing_is_said():
    assert end_of_set(b"\x42\x09" + bytes(40), hevc=True) is None
    assert end_of_set(b"\x42", hevc=True) is None
