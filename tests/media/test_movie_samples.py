"""What cameras and encoders write into the coded samples of movies, coding by coding."""

import io
import random

import pytest

from copwatch.media.cleaning import scan
from copwatch.media.iso.aac_config import comment
from copwatch.media.iso.sei import H264, HEVC, clean_sei
from copwatch.media.refusal import Damaged, Unsupported
from tests.media import making_bmff as make
from tests.media.sounding import PICTURE, SOUND, cleaned, cleaning_of, decoded, made

SECRET = make.SECRET


def film(entry: bytes, sample: bytes, kind: bytes = b"vide") -> bytes:
    """A movie of one track, whose two samples are alike."""
    return make.movie(make.Track(kind, entry, [sample] * 2), stray=b"")


def media(data: bytes) -> bytes:
    """The first sample of a cleaned movie, and the rest."""
    return data[data.find(b"mdat") + 4 :]


def esds(object_type: int, specific: bytes) -> bytes:
    inner = b"\x05" + bytes([len(specific)]) + specific
    decoder = b"\x04" + bytes([13 + len(inner), object_type]) + bytes(12) + inner
    return make.full(b"esds", b"\x03" + bytes([3 + len(decoder)]) + bytes(3) + decoder)


def obu(kind: int, content: bytes, *, sized: bool = True) -> bytes:
    return bytes([kind << 3 | (2 if sized else 0)]) + (bytes([len(content)]) if sized else b"") + content


def test_metadata_of_av1_becomes_padding_and_light_levels_stay():
    entry = make.visual(b"av01", make.box(b"av1C", b"\x81\0\x0c\0" + obu(1, b"sequence")))
    light, secret, frame = (
        obu(5, b"\x01\0\x10\0\x20\x80"),
        obu(5, b"\x04\xb5" + SECRET + b"\x80"),
        obu(6, b"frame"),
    )
    found = media(cleaned(film(entry, obu(2, b"") + light + secret + frame)))
    padding = obu(15, bytes(len(SECRET) + 2) + b"\x80")
    assert found == (obu(2, b"") + light + padding + frame) * 2


@pytest.mark.parametrize(
    ("kind", "said"),
    [(5, b"\x01\0\x10\0\x20"), (5, b"\x02" + bytes(range(1, 25))), (5, b"\x03\x01"), (2, b"")],
)
def test_behind_what_a_unit_of_av1_says_are_trailing_bits(kind, said):
    entry = make.visual(b"av01", make.box(b"av1C", b"\x81\0\x0c\0" + obu(kind, said + SECRET)))
    out = cleaned(film(entry, obu(kind, said + SECRET) + obu(6, b"frame")))
    assert SECRET not in out
    plain = obu(kind, said + b"\x80" + bytes(len(SECRET) - 1))
    assert media(out) == (plain + obu(6, b"frame")) * 2
    assert out.count(plain) == 3
    usual = obu(kind, said + b"\x80" if said else b"") + obu(6, b"frame")
    assert media(cleaned(film(entry, usual))) == usual * 2


def test_behind_a_sequence_header_of_av1_nothing_stays(tmp_path):
    data = made(tmp_path, "x.obu", *PICTURE, "-c:v", "libaom-av1", "-cpu-used", "8", "-frames:v", "2")
    at = data.find(b"\x0a", 1)
    header = data[at + 2 : at + 2 + data[at + 1]]
    for payload in (header, header.ljust(len(header) + 3, b"\0")):
        entry = make.visual(b"av01", make.box(b"av1C", b"\x81\0\x0c\0" + obu(1, payload + SECRET)))
        out = cleaned(film(entry, obu(1, payload + SECRET) + obu(6, b"frame")))
        assert SECRET not in out
        assert out.count(obu(1, payload + bytes(len(SECRET)))) == 3
        clean = film(make.visual(b"av01", make.box(b"av1C", b"\x81\0\x0c\0" + obu(1, payload))), obu(6, b"x"))
        assert obu(1, payload) in cleaned(clean)


@pytest.mark.parametrize("kind", [7, 8])
def test_units_of_av1_that_decoders_read_in_different_ways_are_refused(kind):
    entry = make.visual(b"av01", make.box(b"av1C", b"\x81\0\x0c\0"))
    with pytest.raises(Unsupported):
        cleaning_of(film(entry, obu(kind, SECRET) + obu(6, b"frame")))


def test_a_last_unit_of_av1_without_a_size_reaches_to_the_end():
    entry = make.visual(b"av01", make.box(b"av1C", b"\x81\0\x0c\0"))
    sample = obu(2, b"") + obu(6, b"frame" * 20, sized=False)
    assert media(cleaned(film(entry, sample))) == sample * 2
    with pytest.raises(Damaged):
        cleaning_of(film(entry, b"\x32\x7fshort"))


@pytest.mark.parametrize("name", [b"XviD0064", b"DivX503b1393p"])
def test_user_data_of_mpeg4_goes_but_for_the_names_that_decoders_need(name):
    head, picture = b"\0\0\x01\xb0\x01\0\0\x01\xb5\x89", b"\0\0\x01\xb6picture"
    entry = make.visual(b"mp4v", esds(0x20, head + b"\0\0\x01\xb2" + SECRET))
    sample = head + b"\0\0\x01\xb2" + SECRET + b"\0\0\x01\xb2" + name + picture
    found = cleaned(film(entry, sample))
    assert SECRET not in found
    gone = b"\0\0\x01\xb2" + b"\xff" * len(SECRET)
    assert media(found) == (head + gone + b"\0\0\x01\xb2" + name + picture) * 2
    assert head + gone in found[: found.find(b"mdat")]


def test_other_codings_in_an_mpeg4_entry_are_not_taken_for_it():
    sample = b"\0\0\x01\xb2coded"
    assert media(cleaned(film(make.visual(b"mp4v", esds(0xB1, b"")), sample))) == sample * 2
    with pytest.raises(Unsupported):
        cleaning_of(film(make.visual(b"mp4v", esds(0x6E, b"")), sample))


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def test_segments_and_comments_of_motion_jpeg_are_blanked():
    tables, scan = segment(0xDB, b"t" * 65), segment(0xDA, b"s" * 10) + b"coded\xff\0\xff\xd0coded"
    jfif, exif = segment(0xE0, b"JFIF\0" + b"\1" * 9 + SECRET), segment(0xE1, b"Exif\0\0" + SECRET)
    sample = b"\xff\xd8" + jfif + exif + segment(0xFE, SECRET) + tables + scan + b"\xff\xd9" + SECRET
    found = media(cleaned(film(make.visual(b"jpeg"), sample)))
    assert SECRET not in found
    assert b"Exif" not in found
    assert found.count(b"JFIF\0" + b"\1" * 9 + bytes(len(SECRET))) == 2
    assert found.count(tables + scan + b"\xff\xd9" + bytes(len(SECRET))) == 2


def test_prores_loses_the_letters_of_its_encoder():
    sample = b"\0\0\0\x20icpf\0\x94\0\0SECR" + b"coded frame 1234"
    found = media(cleaned(film(make.visual(b"apch"), sample)))
    assert found == sample.replace(b"SECR", bytes(4)) * 2


def test_dv_loses_date_and_camera():
    header = (b"\x1f\x07\0" + bytes(77)).ljust(80, b"\xff")
    subcode = b"\x3f\x07\0" + (b"\x00\x00\xff" + b"\x62\x12\x34\x56\x78").ljust(77, b"\xff")
    vaux = b"\x5f\x07\0" + (b"\x60abcd" + b"\x63TIME" + b"\x70CAME").ljust(77, b"\xff")
    video = b"\x9f\x07\0" + b"\x63coded" * 12 + bytes(5)
    found = media(cleaned(film(make.visual(b"dvc "), header + subcode + vaux + video)))
    assert b"\x62\x12\x34" not in found
    assert b"TIME" not in found
    assert b"CAME" not in found
    assert found.count(b"\x60abcd" + b"\xff" * 10) == 2
    assert found.count(video) == 2


def test_a_name_in_the_first_fill_element_of_aac_goes_and_libfaac_stays():
    def fill(text: bytes) -> bytes:
        """Element 6, count 15 and an escape, type 0 and padding; then the name from a whole byte on."""
        bits = f"110{15:04b}{len(text) + 2 - 14:08b}00000".ljust(24, "0")
        return int(bits, 2).to_bytes(3, "big") + text + b"\0" + b"coded sound"

    entry = make.sound(b"mp4a", esds(0x40, b"\x12\x10"))
    found = media(cleaned(film(entry, fill(SECRET), b"soun")))
    assert found.count(SECRET) == 1  # in the second sample: only the first is looked into
    assert found.startswith(fill(bytes(len(SECRET))))
    kept = fill(b"libfaac 1.28 and more")
    assert media(cleaned(film(entry, kept, b"soun"))) == kept * 2


def test_the_comment_in_a_configuration_of_aac_is_found(tmp_path):
    eight = "pan=octagonal|" + "|".join(f"c{index}=c0" for index in range(8))
    data = made(tmp_path, "eight.m4a", *SOUND, "-af", eight, "-c:a", "aac")
    assert data.count(b"Lavc") >= 1
    found = cleaned(data)
    assert b"Lavc" not in found
    assert decoded(tmp_path, found) == decoded(tmp_path, data)
    assert comment(b"\x12\x10") == (0, 0)
    assert comment(b"") == (0, 0)


def test_behind_a_configuration_of_aac_nothing_stays():
    for config in (b"\x12\x10", b"\x12\x10\x56\xe5\0", b"\x2b\x92\x08\0"):
        out = cleaned(film(make.sound(b"mp4a", esds(0x40, config + SECRET)), b"coded sound", b"soun"))
        assert SECRET not in out
        assert config + bytes(len(SECRET)) in out


LONG = SECRET * 12


@pytest.mark.parametrize(
    ("kind", "coding", "stays"),
    [
        (b"dvcC", b"avc1", b"\1\0\x10\x2d\x10"),
        (b"btrt", b"avc1", bytes(range(1, 13))),
        (b"cclv", b"avc1", bytes(range(1, 38))),
        (b"vpcC", b"vp09", b"\1\0\0\0" + bytes(range(1, 9))),
        (b"chan", b"mp4a", bytes(4) + b"\0\x64\0\1" + bytes(4) + b"\0\0\0\0"),
        (b"SA3D", b"mp4a", b"\0\0\0\0\0\1\0\0\0\0\0\2" + b"\0\0\0\0\0\0\0\1"),
        (b"dOps", b"Opus", b"\0\2\1\x38\0\0\xbb\x80\0\0\0"),
        (b"dOps", b"Opus", b"\0\2\1\x38\0\0\xbb\x80\0\0\1\1\1\0\1"),
        (b"mhaC", b"mhm1", b"\1\x0c\6\0\4abcd"),
        (b"dec3", b"ec-3", b"\7\xc0\x20\x0f\0\1\x10"),
        (b"damr", b"samr", b"\0\0\0\0\1\x81\xff\0\1"),
        (b"alac", b"alac", bytes(4) + bytes(range(1, 49))),
    ],
)
def test_boxes_of_numbers_are_bound_to_codings_and_as_long_as_their_fields(kind, coding, stays):
    def movie(name: bytes, content: bytes, twice: bool = False) -> bytes:
        inner = make.box(name, content) * (2 if twice else 1)
        if coding == b"avc1":
            inner = make.box(b"avcC", make.AVCC) + inner
        picture = coding in (b"avc1", b"vp09")
        entry = make.visual(coding, inner) if picture else make.sound(coding, inner)
        return film(entry, make.unit(make.SLICE), b"vide" if picture else b"soun")

    assert make.box(kind, stays) in cleaned(movie(kind, stays))
    longer = cleaned(movie(kind, stays + LONG))
    assert SECRET not in longer
    assert stays + bytes(len(LONG)) in longer
    twice = cleaned(movie(kind, stays, twice=True))
    assert twice.count(make.box(kind, stays)) == 1
    foreign = b"udts" if coding != b"dts+" else b"dvcC"
    assert SECRET not in cleaned(movie(foreign, LONG))


def test_a_configuration_that_comes_twice_is_refused():
    entry = make.visual(b"avc1", make.box(b"avcC", make.AVCC) * 2)
    with pytest.raises(Damaged):
        cleaning_of(film(entry, make.unit(make.SLICE)))


def test_containers_hold_what_is_theirs():
    stereo = make.box(
        b"vexu",
        make.full(b"must", b"eyes"),
        make.box(b"eyes", make.full(b"stri", b"\3"), make.full(b"hero", b"\1")),
    )
    entry = make.visual(b"avc1", make.box(b"avcC", make.AVCC), stereo)
    assert stereo in cleaned(film(entry, make.unit(make.SLICE)))
    for wrong in (
        make.box(b"vexu", make.full(b"must", SECRET)),
        make.box(b"wave", make.box(b"equi", SECRET), make.box(b"avc1", SECRET)),
        make.box(b"vexu", make.box(b"eyes", make.full(b"stri", b"\3" + SECRET), make.box(b"equi", SECRET))),
    ):
        entry = make.visual(b"avc1", make.box(b"avcC", make.AVCC), wrong)
        assert SECRET not in cleaned(film(entry, make.unit(make.SLICE)))
    wave = make.box(b"wave", make.box(b"frma", b"mp4a"), make.box(b"mp4a", bytes(4) + SECRET), bytes(8))
    assert SECRET not in cleaned(film(make.sound(b"mp4a", wave), b"coded", b"soun"))


def test_descriptions_of_samples_that_are_not_there_go():
    data = film(make.AVC1, make.unit(make.SLICE))
    other = make.visual(b"avc1", make.box(b"avcC", make.AVCC[:-3] + b"\x68" + b"xy"))
    track = make.Track(b"vide", make.AVC1 + other, [make.unit(make.SLICE)] * 2)
    both = make.movie(track, stray=b"").replace(
        make.full(b"stsd", make.numbers(1), make.AVC1 + other),
        make.full(b"stsd", make.numbers(2), make.AVC1 + other),
    )
    assert len(both) == len(data) + len(other)
    out = cleaned(both)
    assert b"\x68xy" not in out
    assert out.count(b"avcC") == 1
    used = both.replace(make.table(b"stsc", (1, 2, 1)), make.table(b"stsc", (1, 2, 2)))
    assert cleaned(used).count(b"avcC") == 2


def test_settings_of_x265_go_from_the_configuration_too(tmp_path):
    coder = ("-c:v", "libx265", "-x265-params", "log-level=none:hash=1", "-tag:v", "hvc1")
    data = made(tmp_path, "x.mp4", *PICTURE, *coder)
    found = cleaned(data)
    assert b"x265" in data
    assert b"x265" not in found
    assert b"options:" not in found


def escaped(data: bytes) -> bytes:
    found, zeros = bytearray(), 0
    for byte in data:
        if zeros == 2 and byte <= 3:
            found.append(3)
            zeros = 0
        found.append(byte)
        zeros = zeros + 1 if not byte else 0
    return bytes(found)


@pytest.mark.parametrize(("codec", "head"), [(H264, b"\x06"), (HEVC, b"\x4e\x01")])
def test_messages_of_any_length_are_replaced_in_their_length(codec, head):
    draw = random.Random(7)
    for _ in range(1500):
        messages, gone = b"", 0
        for _ in range(draw.randint(1, 4)):
            size, kind = (
                draw.choice((0, 1, 2, 20, 253, 254, 255, 256, 300)),
                draw.choice((0, 3, 4, 5, 6, 137, 200)),
            )
            content = bytes(draw.choice((0, 0, 1, 2, 3, 255)) for _ in range(size))
            gone += kind in (4, 5, 200)
            messages += bytes([kind]) + b"\xff" * (size // 255) + bytes([size % 255]) + content
        nal = escaped(head + messages + b"\x80")
        found = clean_sei(nal, codec)
        assert len(found) == len(nal)
        assert clean_sei(found, codec) == found
        assert not gone or found != nal
        assert not any(start in found for start in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))


@pytest.mark.parametrize(
    "nal", [b"\x06", b"\x06\x05", b"\x06\x05\xff", b"\x06\x05\xffshort", b"\x06\xff\xff\xff\xff"]
)
def test_messages_that_cannot_be_read_are_filler(nal):
    found = clean_sei(nal, H264)
    assert len(found) == len(nal)
    assert b"short" not in found


def test_a_file_cannot_make_this_read_the_same_bytes_for_ever():
    picture = make.Track(b"vide", make.visual(b"jpeg"), [b"\xff\xd8" + bytes(20000)] + [b""] * 40)
    data = make.movie(picture)
    sizes = make.numbers(0, 41, 20002, *[0] * 40)
    same = data.replace(sizes, make.numbers(0, 41, *[20002] * 41))
    at = make.table(b"stco", *((offset,) for offset in picture.offsets))
    first = make.table(b"stco", *((picture.offsets[0],) for _ in picture.offsets))
    assert same.count(at) == 1
    rows = make.table(b"stsc", (1, 2, 1))
    with pytest.raises(Unsupported):
        cleaning_of(same.replace(at, first).replace(rows, make.table(b"stsc", (1, 1, 1))))


def test_of_a_rendition_only_samples_that_were_changed_are_walked_again():
    changed, same = make.unit(make.sei((5, SECRET))) + make.unit(make.SLICE), make.unit(make.SLICE)
    data = make.movie(make.Track(b"vide", make.AVC1, [changed, changed, same, same]))
    known = cleaning_of(data).known
    assert scan(io.BytesIO(data), known) == scan(io.BytesIO(data))
    slices = data.rindex(same * 2)
    assert any(start <= slices < start + length for start, length in known)
    unlike = data[:slices] + b"\xff" * len(same * 2) + data[slices + len(same * 2) :]
    assert scan(io.BytesIO(unlike), known).parts == scan(io.BytesIO(data)).parts
    with pytest.raises(Damaged):
        scan(io.BytesIO(unlike))


@pytest.mark.parametrize("kind", [b"sdtp", b"stdp", b"padb", b"cslg"])
def test_what_stands_behind_the_values_of_samples_goes(kind):
    track = make.picture()
    values = {b"padb": make.numbers(3) + b"\x11\x01", b"stdp": bytes(6), b"cslg": make.numbers(0, 0, 1, 0, 9)}
    value = values.get(kind, b"\x20\x18\x18")
    track.in_tables = make.full(kind, value, SECRET * 3)
    found = cleaned(make.movie(track))
    assert SECRET not in found
    assert make.full(kind, value)[4:] in found


def test_what_stands_behind_the_values_of_samples_of_a_fragment_goes():
    data = make.fragmented()
    at = data.index(b"trun") - 4
    inner = make.full(b"sdtp", b"\x20\x18", SECRET)
    end = at + int.from_bytes(data[at : at + 4], "big")
    hole = data.index(b"uuid", end) - 4
    size = int.from_bytes(data[hole : hole + 4], "big")
    assert size >= len(inner) + 8
    room = inner + make.box(b"free", bytes(size - len(inner) - 8))
    found = cleaned(data[:hole] + room + data[hole + size :])
    assert SECRET not in found
    assert b"sdtp\0\0\0\0\x20\x18\0" in found


@pytest.mark.parametrize(("version", "before"), [(0, b""), (2, make.numbers(1))])
def test_what_stands_behind_the_descriptions_of_groups_goes(version, before):
    track = make.picture()
    value = b"roll" + before + make.numbers(1) + b"\xff\xff"
    track.in_tables = make.full(b"sgpd", value, SECRET, version=version)
    found = cleaned(make.movie(track))
    assert SECRET not in found
    assert value in found


def test_a_table_that_comes_twice_is_refused():
    track = make.picture()
    track.in_tables = make.table(b"stts", (3, 10))
    with pytest.raises(Damaged, match="twice"):
        cleaned(make.movie(track))
