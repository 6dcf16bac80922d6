"""JPEG: the same picture in the same bytes, with nothing beside it; what is not whole is refused at its byte."""

import io
import subprocess
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import essence_hash, make_cleaning
from copwatch.media.exif import orientation
from copwatch.media.facts import Danger
from copwatch.media.parts import essence_of
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean, Damaged, Unsupported

pytest.importorskip("PIL")
from PIL import Image, ImageFile

from tests.conftest import judge
from tests.media import making_icc
from tests.media import making_jpeg as making

PICTURES = {
    "baseline": making.picture(),
    "grey": making.picture("L"),
    "progressive": making.picture(progressive=True),
    "restarts": making.picture(restart_marker_blocks=1),
    "cmyk": making.picture("CMYK"),
    "rgb": making.picture(keep_rgb=True),
    "no subsampling": making.picture(subsampling=0, optimize=True),
}


def cleaned(data):
    file = io.BytesIO(data)
    made = make_cleaning(file)
    return b"".join(stream(file, made.plan))


def facts(data):
    return make_cleaning(io.BytesIO(data)).scan.facts


def decoded(data):
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture.mode, picture.size, picture.tobytes()


def nothing_planted(data):
    return [secret for secret in making.SECRETS if secret in data] == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_with_nothing_beside_it_stays_byte_for_byte(name):
    data = PICTURES[name]
    made = make_cleaning(io.BytesIO(data))
    assert not made.changes, [part for part in made.scan.parts if part.danger]
    assert cleaned(data) == data


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("planted", making.SEGMENTS)
def test_what_is_planted_goes_and_the_picture_stays(name, planted):
    data = making.put_in(PICTURES[name], making.SEGMENTS[planted])
    found = cleaned(data)
    assert found == PICTURES[name]


@pytest.mark.parametrize("planted", making.SEGMENTS)
@pytest.mark.parametrize("number", [0, 1, 4])
def test_what_is_planted_between_scans_goes(planted, number):
    data = making.before_scan(PICTURES["progressive"], number, making.SEGMENTS[planted])
    assert cleaned(data) == PICTURES["progressive"]


@pytest.mark.parametrize("trailer", making.TRAILERS)
def test_what_stands_behind_goes_and_is_told(trailer):
    data = PICTURES["baseline"] + making.TRAILERS[trailer]
    assert cleaned(data) == PICTURES["baseline"]
    told = facts(data)
    if trailer in ("picture", "video"):
        assert told[0].danger is Danger.PICTURES
        assert told[0].offset == len(PICTURES["baseline"])
    if trailer == "samsung":
        assert ("image utc data", "1738064711169" + making.SECRET.decode()) in [
            (fact.name, fact.value) for fact in told
        ]
    assert bool(told) == (trailer not in ("zeros",))


@pytest.mark.parametrize("value", range(2, 9))
def test_of_exif_only_the_orientation_stays(value):
    data = making.put_in(PICTURES["baseline"], making.exif(value))
    found = cleaned(data)
    assert found == making.put_in(PICTURES["baseline"], making.clean_exif(value))
    assert not make_cleaning(io.BytesIO(found)).changes
    with Image.open(io.BytesIO(found)) as picture:
        assert dict(picture.getexif()) == {0x0112: value}


def test_the_first_exif_counts_and_an_upright_one_goes():
    both = making.exif(6) + making.exif(3)
    assert cleaned(making.put_in(PICTURES["baseline"], both)).count(b"Exif") == 1
    block = cleaned(making.put_in(PICTURES["baseline"], both)).split(b"Exif\0\0")[1]
    assert orientation(block) == 6
    assert cleaned(making.put_in(PICTURES["baseline"], making.exif(1))) == PICTURES["baseline"]


def test_exif_after_the_first_scan_means_nothing():
    data = making.before_scan(PICTURES["progressive"], 2, making.exif(6))
    assert cleaned(data) == PICTURES["progressive"]


def test_the_thumbnail_of_a_jfif_header_goes_and_the_density_stays():
    data = PICTURES["baseline"]
    thumbnail = making.segment(0xE0, data[6:16] + data[16:18] + b"\2\2" + making.SECRET[:12])
    assert cleaned(data[:2] + thumbnail + data[20:]) == data
    assert [fact.name for fact in facts(data[:2] + thumbnail + data[20:])] == ["thumbnail"]


def test_a_second_jfif_header_goes():
    data = PICTURES["baseline"]
    assert cleaned(data[:20] + data[2:]) == data


def test_the_marker_of_adobe_says_only_how_colours_are_coded():
    data = PICTURES["cmyk"]
    at = data.index(b"Adobe")
    noted = data[: at - 4] + making.segment(
        0xEE, b"Adobe\0\x64AB\0\1" + data[at + 11 : at + 12] + making.SECRET
    )
    assert decoded(noted + data[at + 12 :]) == decoded(data)
    found = cleaned(noted + data[at + 12 :])
    assert decoded(found) == decoded(data)
    assert found[at : at + 12] == b"Adobe\0\x64\x40\0\0\0" + data[at + 11 : at + 12]
    assert nothing_planted(found)
    assert len(found) == len(data)


@pytest.mark.parametrize("room", [65519, 100])
@pytest.mark.parametrize("make", [making_icc.matrix, making_icc.staged])
def test_a_colour_profile_keeps_its_colours_in_one_piece(room, make):
    profile = make()
    data = making.put_in(PICTURES["baseline"], making.icc(profile, room))
    found = cleaned(data)
    assert nothing_planted(found)
    with Image.open(io.BytesIO(found)) as picture:
        assert making_icc.opened(picture.info["icc_profile"]).profile.profile_description == "profile"
    assert found.count(b"ICC_PROFILE") == 1
    assert not make_cleaning(io.BytesIO(found)).changes
    assert decoded(found) == decoded(PICTURES["baseline"])


def test_a_long_profile_needs_several_segments_and_comes_in_any_order():
    ramp = making_icc.curve(*range(60000))
    profile = making_icc.profile({**making_icc.PRIMARIES, **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), ramp)})
    whole = making.icc(profile)
    pieces = [whole[at : at + 65537] for at in range(0, len(whole), 65537)]
    data = making.put_in(PICTURES["baseline"], pieces[2] + making.exif(6) + b"".join(pieces[:2] + pieces[3:]))
    found = cleaned(data)
    assert found.count(b"ICC_PROFILE") == 2
    assert nothing_planted(found)
    assert not make_cleaning(io.BytesIO(found)).changes


@pytest.mark.parametrize(
    "change", [lambda d: d.replace(b"\1\1", b"\1\2", 1), lambda d: d * 2, lambda d: d[:200]]
)
def test_a_profile_that_no_decoder_would_use_goes(change):
    whole = making.icc(making_icc.matrix())
    spoilt = change(whole)
    if len(spoilt) < len(whole):
        spoilt = making.segment(0xE2, spoilt[4:])
    data = making.put_in(PICTURES["baseline"], spoilt)
    made = make_cleaning(io.BytesIO(data))
    assert cleaned(data) == PICTURES["baseline"]
    assert "a colour profile that is not valid" in {part.what for part in made.scan.removed()}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_is_cut_off_shows_as_far_as_it_goes(name, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = PICTURES[name]
    last_scan = data.rindex(b"\xff\xda")
    for end in (len(data) - 1, len(data) - 2, len(data) - 40, last_scan + 20):
        found = cleaned(data[:end])
        assert found.endswith(b"\xff\xd9")
        assert decoded(found) == decoded(data[:end])
        assert not make_cleaning(io.BytesIO(found)).changes


def test_a_cut_off_segment_behind_the_only_scan_goes():
    note = making.segment(0xE1, b"Exif" + making.SECRET * 20)
    assert cleaned(PICTURES["baseline"][:-2] + note[:100]) == PICTURES["baseline"]


def test_a_picture_of_several_scans_that_stops_between_them_is_refused():
    data = PICTURES["progressive"]
    third = [at for at in range(len(data)) if data[at : at + 2] == b"\xff\xda"][2]
    with pytest.raises(Damaged) as refused:
        cleaned(data[: third + 5])
    assert refused.value.offset == third
    assert cleaned(data[:-2] + b"\xff") == data


def test_another_picture_without_an_end_before_it_goes():
    data = PICTURES["baseline"]
    assert cleaned(data[:-2] + making.TRAILERS["picture"]) == data


def test_tables_that_nothing_uses_go():
    data = PICTURES["baseline"]
    hidden = making.segment(0xDB, b"\3" + (making.SECRET * 5)[:64])
    assert cleaned(data[:-2] + hidden + data[-2:]) == data


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("table", [b"\3", b"\x13", b"\0"])
def test_tables_count_once_between_two_scans(name, table):
    data = PICTURES[name]
    room = 128 if table[0] >> 4 else 64
    hidden = making.segment(0xDB, table + (making.SECRET * 10)[:room])
    many = making.put_in(data, 3 * hidden)
    assert cleaned(many) == data
    assert decoded(many) == decoded(data)
    values = making.segment(0xC4, b"\x13" + bytes(15) + bytes([len(making.SECRET)]) + making.SECRET)
    conditions = making.segment(0xCC, b"\0\x10" * 1)
    restart = b"".join(making.segment(0xDD, each) for each in (b"SE", b"CR", b"\0\0"))
    assert cleaned(making.before_scan(data, 0, values + conditions)) == data
    if name != "restarts":
        found = cleaned(making.before_scan(data, 0, restart))
        assert found == making.before_scan(data, 0, restart[-6:])
        assert decoded(found) == decoded(data)


@pytest.mark.parametrize("table", [b"\3" + (making.SECRET * 5)[:64], b"\x13" + (making.SECRET * 10)[:128]])
def test_of_a_segment_that_is_used_in_part_the_rest_is_written_over(table):
    data = PICTURES["baseline"]
    at = data.index(b"\xff\xdb")
    own = data[at + 4 :][:65]
    mixed = data[:at] + making.segment(0xDB, table + own) + data[at + 69 :]
    found = cleaned(mixed)
    assert nothing_planted(found) and len(found) == len(mixed)
    assert decoded(found) == decoded(mixed) == decoded(data)
    assert not make_cleaning(io.BytesIO(found)).changes
    before = essence_hash(io.BytesIO(mixed), essence_of(make_cleaning(io.BytesIO(mixed)).scan.parts))
    assert essence_hash(io.BytesIO(found), make_cleaning(io.BytesIO(mixed)).essence) == before
    with pytest.raises(Damaged, match="not whole"):
        cleaned(making.put_in(data, making.segment(0xDB, own + own)))


@pytest.mark.parametrize("count", [1, 14, 256])
def test_codes_that_no_scan_uses_are_written_over(count):
    data = PICTURES["grey"]
    at = data.index(b"\xff\xc4")
    size = int.from_bytes(data[at + 2 : at + 4], "big")
    counts = bytes(14) + bytes([max(0, count - 255), min(count, 255)])
    hidden = b"\x13" + counts
    symbols = (making.SECRET * 19)[:count]
    mixed = data[: at + 2] + (size + 17 + count).to_bytes(2, "big") + hidden + symbols + data[at + 4 :]
    found = cleaned(mixed)
    assert decoded(found) == decoded(mixed) == decoded(data)
    assert b"SECRET" not in found
    assert not make_cleaning(io.BytesIO(found)).changes


@pytest.mark.parametrize("code", [1, 2, 0xBF])
def test_a_reserved_marker_in_coded_data_is_refused(code):
    data = PICTURES["baseline"][:-2] + bytes([0xFF, code]) + making.SECRET + b"\xff\xd9"
    with pytest.raises(Damaged, match="has no meaning") as refused:
        cleaned(data)
    assert refused.value.offset == data.index(making.SECRET) - 2


def test_fill_bytes_in_coded_data_are_not_its_end():
    data = PICTURES["restarts"]
    at = data.index(b"\xff\xd0")
    filled = data[:at] + b"\xff\xff" + data[at:]
    assert decoded(filled) == decoded(data)
    assert cleaned(filled) == filled
    assert cleaned(data[:-2] + b"\xff" * 200_000 + data[-2:]) == data


def test_the_essence_is_tables_frame_and_scans():
    data = making.put_in(PICTURES["progressive"], making.exif(6) + making.icc(making_icc.matrix()))
    made = make_cleaning(io.BytesIO(data))
    found = cleaned(data)
    pieces = b"".join(data[at : at + length] for at, length in essence_of(made.scan.parts))
    plain = PICTURES["progressive"]
    assert pieces == plain[20:-2]
    before = essence_hash(io.BytesIO(data), essence_of(made.scan.parts))
    assert essence_hash(io.BytesIO(found), made.essence) == before


def test_the_width_of_a_number_of_lines():
    data = PICTURES["baseline"]
    lines = making.segment(0xDC, b"\0\x20")
    assert cleaned(data[:-2] + 3 * lines + data[-2:]) == data[:-2] + lines + data[-2:]
    assert cleaned(data[:-2] + making.segment(0xDC, b"SE") + data[-2:]) == data
    assert cleaned(data[:-2] + making.segment(0xDC, making.SECRET) + data[-2:]) == data


def with_marker(old, new):
    return PICTURES["baseline"].replace(bytes([0xFF, old]), bytes([0xFF, new]), 1)


REFUSED = {
    "nothing else": (b"\xff\xd8\xff", Damaged, 2),
    "an end and no picture": (b"\xff\xd8\xff\xd9", Damaged, 2),
    "only tables": (PICTURES["baseline"][:400], Damaged, None),
    "nothing behind the header of a scan": (
        PICTURES["baseline"].partition(b"\x11\x03\x11\0\x3f\0")[0] + b"\x11\x03\x11\0\x3f\0",
        Damaged,
        None,
    ),
    "a segment that is cut off": (b"\xff\xd8" + making.exif(6)[:90], Damaged, 2),
    "two frames": (making.before_scan(PICTURES["baseline"], 0, PICTURES["baseline"][158:177]), Damaged, None),
    "no frame": (with_marker(0xC0, 0xEC), Damaged, None),
    "hierarchical": (with_marker(0xC0, 0xC5), Unsupported, None),
    "JPEG-LS": (with_marker(0xC0, 0xF7), Unsupported, None),
    "a reserved marker": (with_marker(0xC0, 0x20), Damaged, None),
    "a picture in a picture": (PICTURES["baseline"][:20] + PICTURES["baseline"], Damaged, 20),
    "a table too long": (making.put_in(PICTURES["baseline"], making.segment(0xDB, bytes(66))), Damaged, 20),
    "a table too short": (
        making.put_in(PICTURES["baseline"], making.segment(0xC4, b"\0" + b"\1" * 16)),
        Damaged,
        20,
    ),
    "more codes than there are": (
        making.put_in(PICTURES["baseline"], making.segment(0xC4, b"\0" + b"\x11" * 289)),
        Damaged,
        20,
    ),
    "a restart interval of three bytes": (
        making.put_in(PICTURES["baseline"], making.segment(0xDD, bytes(3))),
        Damaged,
        20,
    ),
    "a table of a number that is none": (
        making.put_in(PICTURES["baseline"], making.segment(0xDB, b"\4" + bytes(64))),
        Damaged,
        20,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_judged_is_refused_where_it_stands(name):
    data, kind, offset = REFUSED[name]
    with pytest.raises(kind) as refused:
        cleaned(data)
    assert refused.value.offset is not None
    assert offset in (None, refused.value.offset)


def test_segments_without_end_are_refused_soon():
    before = time.process_time()
    with pytest.raises(Unsupported):
        cleaned(making.put_in(PICTURES["baseline"], b"\xff\xe5\0\2" * 300_000))
    assert time.process_time() - before < 5


@pytest.mark.parametrize("filler", [b"\xff\xd0", b"\xff\0", b"\xff", b"\0", b"\xff\x01"])
def test_megabytes_of_nothing_are_passed_over(filler):
    before = time.process_time()
    assert cleaned(making.put_in(PICTURES["baseline"], filler * 4_000_000)) == PICTURES["baseline"]
    assert time.process_time() - before < 5


def test_many_facts_are_bounded():
    data = making.put_in(PICTURES["baseline"], (making.exif(6) + making.SEGMENTS["comment"]) * 400)
    told = facts(data)
    assert 0 < len(told) <= 200
    assert all(len(fact.value) <= 200 for fact in told)


def test_the_facts_of_each_segment_say_where_it_stands():
    for name in ("photoshop", "list of pictures", "credentials", "comment", "gain map", "unknown"):
        assert facts(making.put_in(PICTURES["baseline"], making.SEGMENTS[name])), name


@pytest.mark.parametrize(
    "options", [["-arithmetic"], ["-arithmetic", "-progressive"], ["-restart", "1B"], ["-rgb"]]
)
def test_what_other_encoders_write_stays(options, tmp_path):
    cjpeg = judge("cjpeg")
    with Image.open(io.BytesIO(PICTURES["baseline"])) as picture:
        picture.save(tmp_path / "a.ppm")
    run = subprocess.run([cjpeg, *options, str(tmp_path / "a.ppm")], capture_output=True, check=False)
    if run.returncode:
        pytest.skip("this cjpeg cannot do that")
    assert cleaned(run.stdout) == run.stdout
    assert cleaned(making.put_in(run.stdout, making.exif(None))) == run.stdout


@given(st.data())
@settings(max_examples=200, deadline=3000, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_comes_in_it_is_cleaned_or_refused(data):
    seeds = [
        making.put_in(
            PICTURES[name], making.exif(6) + making.icc(making_icc.matrix()) + making.SEGMENTS["photoshop"]
        )
        + making.samsung()
        for name in ("baseline", "progressive")
    ]
    spoilt = bytearray(data.draw(st.sampled_from(seeds)))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        found = cleaned(bytes(spoilt))
    except CannotClean:
        return
    assert b"Photoshop 3.0" not in found
    assert not make_cleaning(io.BytesIO(found)).changes
