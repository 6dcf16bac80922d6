"""TIFF, BigTIFF and DNG: what tells goes, the picture stays as it is, and what is not certain is refused."""

import io
import struct
import time
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageSequence

from copwatch.media.cleaning import Cleaning, make_cleaning, scan
from copwatch.media.facts import Danger
from copwatch.media.formats import tiff
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from copwatch.media.tiff_coded import gain_map_fits, opcodes_end
from tests.media import making_icc, making_jxl
from tests.media import making_tiff as making
from tests.media.making_tiff import (
    ASCII,
    BYTE,
    LONG,
    SHORT,
    SRATIONAL,
    UNDEFINED,
    Ifd,
    Maker,
    Pieces,
    Sub,
    page,
)


def cleaned(data: bytes) -> bytes:
    """The rendition; it has the length of what it was made of, and cleaning it again changes nothing."""
    plan = plan_of(data)
    result = b"".join(stream(io.BytesIO(data), plan.plan))
    assert len(result) == len(data)
    assert not plan_of(result).changes
    return result


def plan_of(data: bytes) -> Cleaning:
    return make_cleaning(io.BytesIO(data))


def one(*pages: dict[int, tuple[int, Any]], tail: bytes = b"") -> bytes:
    return Maker().file(*map(Ifd, pages), tail=tail)


def frames(data: bytes) -> list[tuple[str, tuple[int, int], bytes]]:
    with Image.open(io.BytesIO(data)) as picture:
        return [(frame.mode, frame.size, frame.tobytes()) for frame in ImageSequence.Iterator(picture)]


def tags(data: bytes, number: int = 0) -> dict[int, Any]:
    with Image.open(io.BytesIO(data)) as picture:
        picture.seek(number)
        return dict(picture.tag_v2)  # type: ignore[attr-defined]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_everything_that_tells_goes_and_the_pages_stay(order, big):
    data = making.full(order, big=big)
    result = cleaned(data)
    assert [secret for secret in making.SECRETS if secret in result] == []
    if big and order == ">":
        return  # Pillow does not read an orientation there
    assert frames(result) == frames(data)[:2]
    assert set(tags(result)) == {256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 282, 283}
    assert tags(result)[274] == 6


def test_removed_parts_are_named_by_their_danger():
    named = {part.what: part.danger for part in scan(io.BytesIO(making.full())).removed()}
    assert named["GPS"] is Danger.PLACE
    assert named["maker note"] is Danger.IDENTITY
    assert named["taken"] is Danger.TIME
    assert named["a reduced picture"] is Danger.PICTURES
    assert named["bytes that nothing refers to"] is Danger.TRAILING
    assert named["tags that no picture needs"] is not None


def test_facts_name_place_and_loose_bytes():
    found = scan(io.BytesIO(making.full())).facts
    assert {fact.value for fact in found if fact.name == "position"} == {"-33.8567833, 151.215"}
    assert [fact.value for fact in found if fact.danger is Danger.TRAILING] == ["10 bytes", "11 bytes"]
    assert scan(io.BytesIO(cleaned(making.full()))).facts == ()


@pytest.mark.parametrize(
    "options",
    [
        {"compression": name}
        for name in (
            "raw",
            "tiff_lzw",
            "tiff_adobe_deflate",
            "packbits",
            "jpeg",
            "tiff_deflate",
            "lzma",
            "zstd",
        )
    ]
    + [
        {"compression": "group4"},
        {"compression": "webp"},
        {"big_tiff": True},
        {"compression": "jpeg", "mode": "L"},
    ],
)
def test_pictures_of_every_coding_stay_as_they_are(options):
    options = dict(options)
    mode = options.pop("mode", "1" if options.get("compression") == "group4" else "RGB")
    picture = Image.linear_gradient("L").resize((61, 43)).convert(mode)
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRET-MAKER"
    exif.get_ifd(0x8825)[1] = "S"
    second = picture.rotate(180)
    try:
        picture.save(
            held,
            "TIFF",
            save_all=True,
            append_images=[second],
            exif=exif,
            software="SECRET-SOFTWARE",
            **options,
        )
    except (OSError, KeyError, RuntimeError) as error:
        pytest.skip(f"Pillow cannot write it here: {error}")
    result = cleaned(held.getvalue())
    assert frames(result) == frames(held.getvalue())
    assert b"SECRET" not in result


def test_palettes_and_sixteen_bits_stay():
    for mode in ("P", "I;16", "CMYK", "LA", "RGBA", "F", "LAB"):
        held = io.BytesIO()
        picture = Image.linear_gradient("L").resize((30, 20))
        picture = picture.convert("I").convert(mode) if mode == "I;16" else picture
        if mode == "LAB":
            picture = Image.frombytes("LAB", (30, 20), bytes(range(200)) * 9)
        picture = picture.convert(mode)
        picture.save(held, "TIFF", description="SECRET")
        result = cleaned(held.getvalue())
        assert frames(result) == frames(held.getvalue())
        assert b"SECRET" not in result


def test_a_colour_profile_stays_without_its_names():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    held = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 200, 30)).save(held, "TIFF", icc_profile=profile)
    result = cleaned(held.getvalue())
    kept = tags(result)[34675]
    assert len(kept) == len(profile)
    assert b"sRGB" in held.getvalue() or "sRGB".encode("utf-16-be") in held.getvalue()
    assert b"sRGB" not in result and "sRGB".encode("utf-16-be") not in result
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(kept)), ImageCms.createProfile("sRGB"), "RGB", "RGB"
    )
    changed = ImageCms.applyTransform(Image.new("RGB", (1, 1), (10, 200, 30)), transform)
    assert max(abs(a - b) for a, b in zip(changed.getpixel((0, 0)), (10, 200, 30), strict=True)) <= 1


def test_comments_in_jpeg_strips_are_written_over():
    data = one(making.jpeg_page(making.jpeg(comment=b"SECRET-COMMENT") + b"SECRET-BEHIND"))
    result = cleaned(data)
    assert b"SECRET" not in result
    assert frames(result) == frames(data)
    assert frames(result)[0][2] == Image.open(io.BytesIO(making.jpeg())).tobytes()


def test_jpeg_strips_that_are_not_whole_are_refused():
    stream_ = making.jpeg()
    broken = stream_[:20] + b"\xff\xe1\xff\xff" + stream_[20:]
    with pytest.raises(Damaged, match="longer than its place") as refused:
        plan_of(one(making.jpeg_page(broken)))
    assert refused.value.offset is not None
    with pytest.raises(Damaged, match="no marker"):
        plan_of(one(making.jpeg_page(stream_[:20] + b"SECRET" + stream_[20:])))


def test_reduced_pictures_go_wherever_they_are():
    small = page(4, 4, 1) | {254: (LONG, 1), 273: (LONG, Pieces([b"SECRET-THUMBNAIL"]))}
    first, last = page(8, 8, 1), page(10, 10, 1)
    data = Maker().file(
        Ifd(small), Ifd(first | {330: (LONG, Sub([Ifd(small), Ifd(small)]))}), Ifd(small), Ifd(last)
    )
    result = cleaned(data)
    assert b"SECRET" not in result
    assert [size for _, size, _ in frames(result)] == [(8, 8), (10, 10)]
    assert 330 not in tags(result)


def test_a_lone_reduced_picture_is_the_picture():
    data = one(page() | {254: (LONG, 1)})
    assert frames(cleaned(data)) == frames(data)


def test_pages_that_all_call_themselves_reduced_stay():
    data = one(page() | {254: (LONG, 1)}, page(8, 8, 1) | {254: (LONG, 1)})
    assert len(frames(cleaned(data))) == 2


def test_stacks_whose_planes_no_directory_names_are_refused():
    said = b"ImageJ=1.53c\nimages=%d\nslices=2\n\0"
    with pytest.raises(Unsupported, match="stack"):
        plan_of(one(page() | {270: (ASCII, said % 2)}, tail=bytes(192)))
    with pytest.raises(Unsupported, match="stack"):
        plan_of(one(page() | {270: (ASCII, b'{"shape": [2, 12, 16], "truncated": true}')}, tail=bytes(192)))
    assert plan_of(one(page() | {270: (ASCII, said % 2)}, page())).changes
    with pytest.raises(Unsupported, match="stack"):
        plan_of(one(page() | {33629: (LONG, 1)}))


def test_a_profile_of_a_few_bytes_is_none():
    assert b"WHO?" not in cleaned(one(page() | {34675: (UNDEFINED, b"WHO?")}))


def test_comments_in_jpeg_2000_strips_are_written_over():
    held = io.BytesIO()
    picture = Image.linear_gradient("L").resize((16, 16))
    try:
        picture.save(held, "JPEG2000", no_jp2=True, comment="SECRET-COMMENT")
    except OSError as error:
        pytest.skip(f"Pillow cannot write it here: {error}")
    data = one(making.jpeg_page(held.getvalue()) | {259: (SHORT, 34712)})
    assert b"SECRET" in data
    result = cleaned(data)
    assert b"SECRET" not in result
    start = data.index(held.getvalue()[:12])
    with Image.open(io.BytesIO(result[start : start + len(held.getvalue())])) as left:
        assert left.tobytes() == Image.open(held).tobytes()


def test_what_stands_behind_a_jpeg_2000_strip_goes():
    held = io.BytesIO()
    try:
        Image.linear_gradient("L").resize((64, 64)).save(held, "JPEG2000", no_jp2=True, tile_size=(32, 32))
    except OSError as error:
        pytest.skip(f"Pillow cannot write it here: {error}")
    data = one(making.jpeg_page(held.getvalue() + b"SECRET-BEHIND") | {259: (SHORT, 34712)})
    result = cleaned(data)
    assert b"SECRET" in data and b"SECRET" not in result
    assert held.getvalue()[-200:] in result


def test_one_of_three_sub_directories_stays():
    small = page(4, 4, 1) | {254: (LONG, 1), 273: (LONG, Pieces([b"SECRET-THUMBNAIL"]))}
    mask = page(6, 6, 1) | {254: (LONG, 4)}
    for subs, left in (([small, mask, small], 1), ([mask, small, page(6, 6, 1) | {254: (LONG, 0)}], 2)):
        result = cleaned(one(page(8, 8, 1) | {330: (LONG, Sub(map(Ifd, subs)))}))
        assert b"SECRET" not in result
        places = tags(result)[330]
        assert len(places) == left


def test_unused_bytes_of_a_value_go():
    data = bytearray(one(page()))
    entry = data.index(struct.pack("<HHI", 259, 3, 1))
    data[entry + 10 : entry + 12] = b"ID"
    assert cleaned(bytes(data))[entry + 10 : entry + 12] == b"\0\0"


def test_values_and_strips_that_are_used_twice_are_no_damage():
    maker = Maker()
    shared = maker.put(struct.pack("<II", 72, 1))
    pixels = maker.put(bytes(range(64)))
    again = page(8, 8, 2) | {273: (LONG, [pixels, pixels]), 279: (LONG, [32, 32])}
    data = bytearray(maker.file(Ifd(again)))
    for tag in (282, 283):
        at = data.index(struct.pack("<HHI", tag, 5, 1))
        struct.pack_into("<I", data, at + 8, shared)
    assert frames(cleaned(bytes(data))) == frames(bytes(data))


@pytest.mark.parametrize("order", ["<", ">"])
def test_raw_pictures_stay_and_previews_go(order):
    rawpy = pytest.importorskip("rawpy")
    data = making.dng(order)
    result = cleaned(data)
    assert [secret for secret in making.SECRETS if secret in result] == []
    assert plan_of(data).scan.media_type == "image/x-adobe-dng"
    with rawpy.imread(io.BytesIO(data)) as before, rawpy.imread(io.BytesIO(result)) as after:
        assert (before.raw_image == after.raw_image).all()
        assert before.sizes == after.sizes
        assert before.camera_whitebalance == after.camera_whitebalance
        assert (before.postprocess(use_camera_wb=True) == after.postprocess(use_camera_wb=True)).all()


def test_the_calibration_of_one_camera_stays_only_where_it_counts():
    identity = (SRATIONAL, [(int(place % 4 == 0), 1) for place in range(9)])
    own = (SRATIONAL, [(9834 if place == 0 else 10000 * (place % 4 == 0), 10000) for place in range(9)])
    signature = {"50931": (ASCII, b"com.a\0"), "50932": (ASCII, b"com.b\0")}

    def stays(**more: Any) -> bool:
        return struct.pack("<HH", 50723, SRATIONAL) in cleaned(making.dng("<", **more))

    assert stays(**{"50723": own})
    assert not stays(**{"50723": identity})
    assert not stays(**{"50723": own}, **signature)


def test_corrections_that_are_not_known_are_refused():
    known = struct.pack(">IIIII", 1, 4, 0, 0, 4) + b"1234"
    assert opcodes_end(known) == len(known)
    assert opcodes_end(known[:-1]) is None
    assert opcodes_end(known.replace(b"\0\0\0\4", b"\0\0\0\x20", 1)) is None
    assert opcodes_end(b"") is None
    assert opcodes_end(b"\xff" * 16) is None
    with pytest.raises(Unsupported, match="corrections"):
        plan_of(making.dng("<", **{"51009": (UNDEFINED, b"\0\0\0\1" + b"SECRET" * 9)}))


def test_maps_of_gains_have_their_length():
    head = struct.pack("<II", 2, 3) + bytes(32) + struct.pack("<I", 1) + bytes(20)
    assert gain_map_fits(52525, head + bytes(24), "II")
    assert not gain_map_fits(52525, head + bytes(25), "II")
    assert gain_map_fits(52544, head + struct.pack("<I", 1) + bytes(12) + bytes(12), "II")
    assert not gain_map_fits(52544, head + struct.pack("<I", 9) + bytes(12) + bytes(12), "II")
    assert not gain_map_fits(52525, b"short", "MM")


CFA = page() | {262: (SHORT, 32803)}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"II*\0\x10\0\0\0CR\2\0" + bytes(40), "raw format"),
        (b"IIU\0" + bytes(40), "raw format"),
        (b"IIRO" + bytes(40), "raw format"),
        (one(CFA), "raw format"),
        (one(page() | {330: (LONG, Sub([Ifd(CFA)]))}), "raw format"),
        (one(page() | {259: (SHORT, 34713)}), "raw format"),
        (one(page() | {50740: (BYTE, b"private data of a maker")}), "raw format"),
        (one(page() | {259: (SHORT, 6)}), "old-style JPEG"),
        (one(page() | {259: (SHORT, 12345)}), "not known"),
        (one(page() | {259: (SHORT, 34712)}), "JPEG 2000"),
        (one(page() | {259: (SHORT, 52546)}), "JPEG XL"),
        (one(page() | {259: (SHORT, 50001)}), "WebP"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_with_a_reason(data, reason):
    with pytest.raises(Unsupported, match=reason) as refused:
        plan_of(data)
    assert refused.value.offset is not None


def test_damage_is_refused_where_it_is():
    good = one(page())
    link = len(good) - 4
    first = int.from_bytes(good[4:8], "little")
    loop = good[:link] + good[4:8]
    with pytest.raises(Damaged, match="comes twice") as refused:
        plan_of(loop)
    assert refused.value.offset == first
    entry = good.index(struct.pack("<HHI", 279, 4, 2))
    for bad in (
        good[: len(good) - 40],
        b"II*\0" + struct.pack("<I", len(good) + 5) + good[8:],
        good[: entry + 2] + struct.pack("<HI", 2, 2) + good[entry + 8 :],
        good[:entry] + struct.pack("<HHI", 279, 4, 1) + good[entry + 8 :],
        one({256: (SHORT, 1)}),
        b"II*\0\0\0\0\0",
    ):
        with pytest.raises(Damaged):
            plan_of(bad)
    twice = page() | {260: (SHORT, 9)}
    data = bytearray(one(twice))
    at = data.index(struct.pack("<HHI", 260, 3, 1))
    data[at : at + 2] = struct.pack("<H", 259)
    with pytest.raises(Damaged, match="twice"):
        plan_of(bytes(data))


TEXT = b"SECRET-PRIVATE"
COLOURED = page(4, 4, 1) | {
    258: (SHORT, [8, 8, 8]),
    262: (SHORT, 2),
    273: (LONG, Pieces([bytes(range(48))])),
    277: (SHORT, 3),
    279: (LONG, [48]),
}


@pytest.mark.parametrize(
    "tag",
    [254, 280, 281, 286, 290, 291, 297, 301, 318, 319, 320, 332, 334, 336, 340, 341, 529, 50674],
)
@pytest.mark.parametrize("kind", [BYTE, SHORT, making.DOUBLE])
def test_a_tag_has_as_many_values_as_it_needs(tag, kind):
    values = {BYTE: TEXT, SHORT: [0x4553] * 7, making.DOUBLE: [1.5e300] * 7}[kind]
    data = one(COLOURED | {tag: (kind, values)})
    result = cleaned(data)
    assert result.count(b"\0") > data.count(b"\0")
    assert tag not in tags(result)
    assert frames(result) == frames(data)


@pytest.mark.parametrize(("tag", "count"), [(282, 1), (318, 2), (319, 6), (532, 6)])
def test_quotients_are_no_doubles(tag, count):
    text = struct.pack(f"<{count}d", *[struct.unpack("<d", TEXT[:8])[0]] * count)
    data = one(COLOURED | {tag: (making.DOUBLE, list(struct.unpack(f"<{count}d", text)))})
    assert TEXT[:8] in data
    assert TEXT[:8] not in cleaned(data)


def test_tags_that_decoding_needs_have_their_counts():
    for tag in (256, 262, 338, 339):
        with pytest.raises(Damaged, match=f"tag {tag}"):
            cleaned(one(COLOURED | {tag: (SHORT, [4, 4, 4, 4, 4])}))
    levels = COLOURED | {
        280: (SHORT, [0, 0, 0]),
        281: (SHORT, [255] * 3),
        339: (SHORT, [1] * 3),
        297: (SHORT, [0, 1]),
    }
    assert {280, 281, 297, 339} <= tags(cleaned(one(levels))).keys()
    picture = page(4, 4, 1) | {262: (SHORT, 3), 320: (SHORT, list(range(768)))}
    assert 320 in tags(cleaned(one(picture)))


@pytest.mark.parametrize("coding", [1, 8])
def test_nothing_stands_behind_the_pixels_of_a_strip(coding):
    pixels = bytes(range(48)) if coding == 1 else zlib.compress(bytes(range(48)))
    packed = COLOURED | {259: (SHORT, coding)}
    data = one(packed | {273: (LONG, Pieces([pixels + TEXT])), 279: (LONG, [len(pixels + TEXT)])})
    result = cleaned(data)
    assert TEXT not in result
    assert frames(result) == frames(data)
    surplus = one(packed | {273: (LONG, Pieces([pixels, TEXT])), 279: (LONG, [len(pixels), len(TEXT)])})
    assert TEXT not in cleaned(surplus)
    several = one(packed | {273: (LONG, Pieces([pixels, *2 * [TEXT]])), 279: (LONG, [len(pixels), *b"SE"])})
    assert TEXT not in cleaned(several)
    assert cleaned(several).count(b"S\0\0\0E") == 0


def test_tiles_and_planes_have_their_lengths():
    tile = bytes(range(256)) * 3
    tiled = COLOURED | {
        322: (SHORT, 16),
        323: (SHORT, 16),
        324: (LONG, Pieces([tile + TEXT])),
        325: (LONG, [782]),
    }
    for tag in (273, 278, 279):
        del tiled[tag]
    assert TEXT not in cleaned(one(tiled))
    assert frames(cleaned(one(tiled))) == frames(one(tiled))
    planes = COLOURED | {
        273: (LONG, Pieces([bytes(range(at, at + 16)) + TEXT for at in (0, 16, 32)])),
        279: (LONG, [30] * 3),
        284: (SHORT, 2),
    }
    assert TEXT not in cleaned(one(planes))
    assert frames(cleaned(one(planes))) == frames(one(planes))


def test_a_packed_strip_is_not_longer_than_its_place():
    bomb = zlib.compress(bytes(50_000_000))
    data = one(COLOURED | {259: (SHORT, 8), 273: (LONG, Pieces([bomb])), 279: (LONG, [len(bomb)])})
    with pytest.raises(Unsupported, match="longer than its place"):
        cleaned(data)


def test_nothing_stands_behind_the_end_of_jpeg_2000():
    held = io.BytesIO()
    picture = Image.linear_gradient("L").resize((16, 16))
    try:
        picture.save(held, "JPEG2000", no_jp2=True)
    except (OSError, KeyError, RuntimeError) as error:
        pytest.skip(f"Pillow cannot write it here: {error}")
    coded = held.getvalue() + TEXT
    data = one(making.jpeg_page(coded) | {259: (SHORT, 34712)})
    assert TEXT not in cleaned(data)
    assert held.getvalue()[-40:] in cleaned(data)


def test_nothing_stands_behind_the_end_of_jpeg_xl_or_in_its_names():
    def file(coded: bytes) -> bytes:
        return one(making.jpeg_page(coded) | {259: (SHORT, 50002)})

    plain = making_jxl.codestream()
    assert TEXT not in cleaned(file(plain + TEXT))
    assert plain in cleaned(file(plain + TEXT))
    for coded in (making_jxl.codestream(name=TEXT * 2), making_jxl.codestream(profile=making_icc.matrix())):
        with pytest.raises(Unsupported, match="names or a colour profile"):
            cleaned(file(coded))


def test_pieces_over_one_another_are_refused():
    with pytest.raises(Damaged, match="lies over"):
        plan_of(one(page(8, 8, 2) | {273: (LONG, [8, 9]), 279: (LONG, [32, 32])}, tail=bytes(99)))


def test_a_last_strip_that_is_named_too_long_is_no_damage():
    maker = Maker()
    directory_first = maker.file(Ifd(page(8, 8, 1) | {273: (LONG, [0]), 279: (LONG, [500])}))
    data = bytearray(directory_first + bytes(range(64)))
    at = data.index(struct.pack("<HHI", 273, 4, 1))
    struct.pack_into("<I", data, at + 8, len(directory_first))
    assert frames(cleaned(bytes(data)))[0][2] == bytes(range(64))


def test_hostile_counts_and_many_strips_are_bounded():
    began = time.process_time()
    for tag in (273, 330, 34675, 347, 320):
        entry = struct.pack("<HHII", tag, 4, 0xFFFFFFFF, 8)
        data = b"II*\0\x08\0\0\0\x01\0" + entry + bytes(5000)
        with pytest.raises(CannotClean):
            plan_of(data)
    count = 30_000
    maker = Maker()
    at = maker.put(bytes(range(250)) * (3 * count // 250))
    many = page(1, 8, 1) | {257: (LONG, count), 278: (SHORT, 1)}
    many |= {273: (LONG, [at + 3 * number for number in range(count)]), 279: (LONG, [2] * count)}
    data = maker.file(Ifd(many))
    assert plan_of(data).changes
    assert time.process_time() - began < 10


def test_a_piece_that_is_named_without_end_is_read_once():
    began = time.process_time()
    stream_ = making.jpeg()[:-2] + bytes(3_000_000) + b"\xff\xd9"
    count = 100_000
    maker = Maker()
    at = maker.put(stream_)
    same = making.jpeg_page(stream_) | {257: (LONG, 16 * count), 278: (SHORT, 16)}
    same |= {273: (LONG, [at] * count), 279: (LONG, [len(stream_)] * count)}
    assert not plan_of(maker.file(Ifd(same))).scan.facts
    maker = Maker()
    at = maker.put(stream_)
    other = same | {279: (LONG, [len(stream_) - number for number in range(count)])}
    with pytest.raises(Damaged, match="lies over"):
        plan_of(maker.file(Ifd(other)))
    assert time.process_time() - began < 10


def test_only_tiff_is_recognised():
    assert tiff.recognises(b"II*\0....")
    assert tiff.recognises(b"MM\0+....")
    assert not tiff.recognises(b"II\xbc\1")
    assert not tiff.recognises(b"MMMM")
    assert not tiff.recognises(b"")


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_mutations_are_cleaned_or_refused(data):
    seed = data.draw(st.sampled_from(SEEDS))
    block = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 5))):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
    try:
        plan_of(bytes(block))
    except CannotClean as refused:
        assert "rendition" not in refused.reason, refused.reason


SEEDS = (
    making.full(),
    making.full(">", big=True),
    making.dng(),
    one(making.jpeg_page(making.jpeg(comment=b"SECRET"))),
)
