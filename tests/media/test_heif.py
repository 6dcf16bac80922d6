"""HEIC, HEIF and AVIF: the picture and what it needs stay where they are, and nothing else of the file does."""

import contextlib
import io
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.formats import heif
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.media import making_heif as making
from tests.media.cleaned import clean, essence, facts
from tests.media.making_icc import srgb

SECRET = b"Maria Lopez 40.7128 N"
PHOTOGRAPH = making.photograph(SECRET).bytes()


def kept_data() -> list[bytes]:
    """What of the photograph has to be in its rendition: slices of its tiles and its alpha."""
    return [making.slices(number) for number in (2, 3, 4)]


def test_the_picture_stays_where_it_was_and_nothing_else_does():
    data = PHOTOGRAPH
    out = clean(data)
    assert SECRET in data
    assert SECRET not in out
    assert len(out) == len(data)
    for coded in kept_data():
        assert out.find(coded) == data.find(coded) > 0
        assert coded in essence(data)
    for number in (5, 6, 9):
        assert making.slices(number)[8:] not in out
    for kind in (b"Exif", b"mime", b"uri ", b"thmb", b"cdsc", b"auxid:2"):
        assert kind in data
        assert kind not in out
    assert b"auxid:1" in out
    assert making.GRID in out
    assert clean(out) == out


def test_it_tells_what_the_photograph_reveals():
    told = facts(making.photograph(SECRET, handler=b"camera of M. L.\0").bytes())
    assert told["name of the handler"] == "camera of M. L."
    assert told["maker"] == SECRET.decode()
    assert told["a small copy of the picture"] == "64 × 64"
    assert told["an auxiliary picture: depth, a mask or a gain map"] == "urn:mpeg:hevc:2015:auxid:2"
    assert told["name of an item"] == SECRET.decode()


@pytest.mark.parametrize("version", [0, 1, 2])
@pytest.mark.parametrize("wide", [False, True])
def test_all_forms_of_the_tables(version, wide):
    picture = making.photograph(SECRET, version=version, wide=wide)
    if version == 0:
        picture.items[0].inside = False  # version 0 knows no `idat`
    out = clean(picture.bytes())
    assert SECRET not in out
    assert all(coded in out for coded in kept_data())


@pytest.mark.parametrize("listing", [0, 1, 2])
def test_all_versions_of_the_list_of_items(listing):
    data = making.photograph(SECRET, listing=listing).bytes()
    out = clean(data)
    assert SECRET not in out
    assert all(coded in out for coded in kept_data())
    assert clean(out) == out


def test_a_version_of_the_list_that_nobody_writes_is_refused():
    with pytest.raises(CannotClean, match="iinf has version 3"):
        clean(making.photograph(SECRET, listing=3).bytes())


@pytest.mark.parametrize("length", range(12))
@pytest.mark.parametrize("first", ["hdlr", "idat"])
def test_whatever_room_is_left_the_description_fills_its_place(length, first):
    order = ("hdlr", "pitm", "iinf", "iloc", "iprp", "iref", "idat")
    order = order if first == "hdlr" else ("hdlr", "pitm", "idat", "iinf", "iloc", "iref", "iprp")
    item = making.Item(
        1, b"hvc1", making.slices(1), (making.ispe(8, 8),), (making.hvcc(),), name=b"n" * length, inside=True
    )
    data = making.Picture([item], first=order).bytes()
    out = clean(data)
    assert len(out) == len(data) - 8  # without `mdat`, in which is nothing
    assert out.find(making.slices(1)) == data.find(making.slices(1))
    assert b"nn" not in out
    assert essence(data) == making.slices(1)


def test_what_stands_between_the_pictures_is_blanked_and_what_stands_behind_is_cut_off():
    behind = making.box(b"mpvd", SECRET * 9) + making.box(b"sefd", SECRET) + SECRET[:5]
    picture = making.photograph(SECRET, between=SECRET, extra=making.box(b"uuid", SECRET), behind=behind)
    data = picture.bytes()
    out = clean(data)
    assert len(out) == len(data) - len(behind)
    assert SECRET[:5] not in out
    assert clean(data[:-3]) == out


@pytest.mark.parametrize("kind", [b"uuid", b"free", b"skip", b"moov", b"abcd"])
def test_boxes_before_the_pictures_are_emptied(kind):
    plain = PHOTOGRAPH
    size = int.from_bytes(plain[:4], "big")
    # The box stands between, so that all positions are by its length too small
    between = making.box(kind, SECRET * 2)
    picture = making.photograph(SECRET)
    for item in picture.items:
        item.shift = 0 if item.inside else len(between)
    moved = picture.bytes()
    out = clean(moved[:size] + between + moved[size:])
    assert SECRET not in out
    assert out[size : size + 8] == between[:4] + (kind if kind in (b"free", b"skip") else b"free")
    assert not out[size + 8 : size + len(between)].strip(b"\0")


def test_a_second_file_behind_the_first_is_cut_off():
    assert clean(PHOTOGRAPH + making.photograph(b"somebody else").bytes()) == clean(PHOTOGRAPH)


def test_a_gain_map_goes_and_so_does_the_brand_that_promises_it():
    picture = making.photograph(SECRET, brands=(b"heic", b"mif1", b"tmap", b"Cnon"))
    gain = making.Item(11, b"hvc1", making.slices(11) + SECRET, (making.ispe(8, 8),), (making.hvcc(),))
    tone = making.Item(12, b"tmap", SECRET, (making.ispe(8, 8),), refers=((b"dimg", (1, 11)),))
    picture.items += [gain, tone]
    picture.extra = making.box(b"grpl", making.full(b"altr", bytes(4) + b"\0\0\0\2" + b"\0\0\0\x0c\0\0\0\1"))
    out = clean(picture.bytes())
    assert SECRET not in out
    assert b"tmap" not in out
    assert b"altr" not in out
    assert out[8:24] == b"heic\0\0\0\0mif1mif1"


def test_properties_are_cut_to_what_readers_need():
    described = (
        making.full(b"udes", b"en\0" + SECRET + b"\0"),
        making.full(b"crtt", bytes(8)),
        making.box(b"irot", b"\1" + SECRET),
        making.full(b"pixi", b"\3\x08\x08\x08" + SECRET),
        making.NCLX[:-1] + b"\x80",
        making.box(b"prvt", SECRET),
    )
    configuration = making.hvcc((39, making.sei(SECRET)[4:]))
    item = making.Item(1, b"hvc1", making.slices(1), described, (configuration,))
    out = clean(making.Picture([item]).bytes())
    assert SECRET not in out
    assert making.PARAMETERS in out
    for kind, stays in {b"irot": 1, b"pixi": 1, b"nclx": 1, b"udes": 0, b"crtt": 0, b"prvt": 0}.items():
        assert out.count(kind) == stays


def test_a_colour_profile_loses_its_names_and_one_that_is_none_goes():
    profile = srgb()
    item = making.Item(
        1, b"hvc1", making.slices(1), (making.box(b"colr", b"prof" + profile),), (making.hvcc(),)
    )
    data = making.Picture([item]).bytes()
    out = clean(data)
    assert out.find(b"colrprof") > 0
    assert profile not in out
    assert b"IEC" not in out
    assert b"colr" not in clean(data.replace(profile, SECRET.ljust(len(profile))))


def test_metadata_in_av1_becomes_padding():
    config = making.box(b"av1C", b"\x81\0\x0c\0\x0a\x01\x55" + b"\x2a" + bytes([len(SECRET) + 1, 4]) + SECRET)
    notes = b"\x2a" + bytes([len(SECRET) + 1, 4]) + SECRET
    level = b"\x2a\x05\x01\0\x64\0\x32"
    frame = b"\x32\x20" + bytes(range(32))
    item = making.Item(1, b"av01", b"\x12\0" + level + notes + frame, (making.ispe(8, 8),), (config,))
    data = making.Picture([item], brands=(b"avif", b"mif1", b"avif")).bytes()
    out = clean(data)
    assert SECRET not in out
    assert level in out
    assert frame in out
    assert b"\x7a" + notes[1:2] + bytes(len(SECRET)) + b"\x80" in out
    assert make_cleaning(io.BytesIO(data)).scan.media_type == "image/avif"


def test_an_image_sequence_keeps_its_pictures_and_their_alpha():
    data = making.sequence(SECRET)
    out = clean(data)
    assert SECRET not in out
    assert b"time" not in out
    for number in (0, 1, 10, 11):
        assert out.find(making.frame(number)) == data.find(making.frame(number)) > 0
        assert making.frame(number) in essence(data)
    for number in (20, 21, 30, 31):
        assert making.frame(number)[8:] in data
        assert making.frame(number)[8:] not in out
    assert out.count(b"trak") == 2
    assert out.count(b"auxi\0") == out.count(b"auxl") == 1
    assert clean(out) == out
    told = facts(data)
    assert told["movie created"].startswith("19")
    assert "a film that stands in the file beside the photograph" not in told


def test_an_image_sequence_needs_no_still_picture():
    data = making.sequence(SECRET).replace(b"meta", b"free")
    out = clean(data)
    assert SECRET not in out
    assert making.frame(1) in out


def test_a_description_of_a_sequence_that_is_none_of_pictures_goes():
    data = making.sequence(SECRET)
    start = data.find(b"pict")
    out = clean(data[:start] + b"mdta" + data[start + 4 :])
    assert SECRET not in out
    assert b"mdta" not in out
    assert making.frame(1) in out


def test_a_film_beside_a_still_picture_goes():
    data = (
        making.sequence(SECRET)
        .replace(b"avifavismsf1mif1", b"avifavifmif1mif1")
        .replace(b"ftypavis", b"ftypavif")
    )
    out = clean(data)
    assert b"moov" not in out
    assert making.frame(0) in out
    assert making.frame(1)[8:] not in out


def one(**how: object) -> bytes:
    """A file of one picture, which is made in some unusual way."""
    item = making.Item(1, b"hvc1", making.slices(1), (making.ispe(8, 8),), (making.hvcc(),))
    return making.Picture([replace(item, **how)]).bytes()


REFUSED = {
    "encrypted": (one(protection=1), Unsupported, "encrypted"),
    "unknown kind": (one(type=b"vvc1"), Unsupported, "'vvc1'"),
    "unknown property": (one(essential=(making.hvcc(), making.box(b"what"))), Unsupported, "'what'"),
    "no configuration": (one(essential=()), Damaged, "how to decode"),
    "behind the end": (one(shift=1 << 20), Damaged, "beyond the end"),
    "in the description": (one(type=b"grid", data=2 * making.GRID, shift=-60), Damaged, "does not lie in"),
    "other items": (one(method=2), Unsupported, "in other items"),
    "other file": (one(reference=1), Unsupported, "in another file"),
    "no data": (one(data=b""), Damaged, "no data"),
    "a long unit": (one(data=making.slices(1)[:-1]), Damaged, "longer than what holds it"),
    "missing tile": (one(refers=((b"dimg", (7,)),)), Damaged, "item 7"),
    "no primary": (
        making.photograph(SECRET, first=("hdlr", "iinf", "iloc")).bytes(),
        Damaged,
        "which of its",
    ),
    "no moving picture": (
        making.sequence(SECRET).replace(b"\0pict\0", b"\0text\0"),
        Unsupported,
        "without a picture",
    ),
    "fragments": (making.sequence(SECRET).replace(b"udta", b"mvex"), Unsupported, "in fragments"),
    "samples elsewhere": (
        making.sequence(SECRET).replace(b"mdat", b"free"),
        Damaged,
        "does not lie in the media data",
    ),
    "not of pictures": (PHOTOGRAPH.replace(b"\0pict\0", b"\0soun\0"), Unsupported, "not one of pictures"),
    "two descriptions": (making.photograph(SECRET, behind=making.full(b"meta")).bytes(), Damaged, "2 times"),
    "no description": (PHOTOGRAPH.replace(b"meta", b"free"), Damaged, "0 times"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused_with_its_place(name):
    data, kind, reason = REFUSED[name]
    with pytest.raises(kind, match=reason) as refused:
        make_cleaning(io.BytesIO(data))
    assert refused.value.offset is not None


def test_hostile_counts_take_no_time():
    many = making.full(b"iloc", b"\0\0" + b"\xff\xff" + bytes(6) + b"\xff\xff", 0)
    with pytest.raises(CannotClean):
        make_cleaning(io.BytesIO(making.Picture([], extra=many, first=("hdlr", "pitm")).bytes()))
    count = 60_000
    links = b"".join(making.box(b"dimg", making.two(1, 1, 1)) for _ in range(count))
    picture = making.photograph(SECRET, extra=making.full(b"iref", links))
    picture.first = ("hdlr", "pitm", "iinf", "iloc", "iprp", "idat")
    began = time.process_time()
    with contextlib.suppress(CannotClean):
        make_cleaning(io.BytesIO(picture.bytes()))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", True),
        (b"\0\0\0\x18ftypavis\0\0\0\0avifmsf1", True),
        (b"\0\0\0\x18ftypXYZ \0\0\0\0mif1heic", True),
        (b"\0\0\0\x18ftypisom\0\0\0\0mif1heic", False),
        (b"\0\0\0\x18ftypqt  \0\0\0\0qt  qt  ", False),
        (b"\0\0\0\x10ftypabcd\0\0\0\0heic", False),
        (b"\0\0\0\x18moovheic", False),
    ],
)
def test_a_picture_is_told_from_a_film(head, ours):
    assert heif.recognises(head) is ours


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(PHOTOGRAPH) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_no_damage_leads_to_anything_but_a_refusal(changes):
    data = bytearray(PHOTOGRAPH)
    for at, value in changes:
        data[at] = value
    with contextlib.suppress(CannotClean):
        clean(bytes(data))
    with contextlib.suppress(CannotClean):
        clean(bytes(data[: changes[0][0]]))


def decoded(data: bytes) -> list[tuple[str, bytes]]:
    """All frames, by another decoder."""
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(data))
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append((image.mode, image.tobytes()))
    return frames


def drawn(mode: str = "RGB", size: tuple[int, int] = (96, 64), seed: int = 0) -> object:
    images = pytest.importorskip("PIL.Image")
    small = images.linear_gradient("L").resize(size).rotate(90 * seed)
    channels = [small, small.transpose(images.Transpose.FLIP_TOP_BOTTOM), small.rotate(180), small]
    return images.merge(mode, channels[: len(mode)])


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_libheif_shows_the_same_picture(mode):
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.register_heif_opener()
    file = io.BytesIO()
    xmp = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    drawn(mode).save(
        file, "HEIF", exif=b"Exif\0\0" + making.exif(SECRET)[4:], xmp=xmp, thumbnails=[32], quality=50
    )
    data = file.getvalue()
    out = clean(data)
    assert SECRET in data
    assert SECRET not in out
    assert decoded(out) == decoded(data)
    opened = pillow_heif.open_heif(io.BytesIO(out))
    assert not any(opened.info.get(name) for name in ("exif", "xmp", "metadata", "thumbnails"))


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_libavif_shows_the_same_picture(mode, moving):
    features = pytest.importorskip("PIL.features")
    if not features.check("avif"):
        pytest.skip("this Pillow cannot write AVIF")
    file = io.BytesIO()
    profile = srgb()
    drawn(mode).save(
        file,
        "AVIF",
        exif=b"Exif\0\0" + making.exif(SECRET)[4:],
        xmp=b"<x:xmpmeta>" + SECRET,
        icc_profile=profile,
        quality=60,
        save_all=moving,
        append_images=[drawn(mode, seed=number) for number in (1, 2, 3)] if moving else [],
        duration=80,
    )
    data = file.getvalue()
    out = clean(data)
    assert SECRET in data
    assert SECRET not in out
    assert b"libavif" not in out
    assert decoded(out) == decoded(data)
    assert len(decoded(out)) == (4 if moving else 1)
