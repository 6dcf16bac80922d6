"""What files say of themselves: values as they stand, with their source; nothing assumed, nothing that is no value."""

import io
import random
import struct

import pytest
from PIL import Image

from copwatch.media.cleaning import essence_hash, scan
from copwatch.media.describing.describe import _READERS, describe
from copwatch.media.describing.told import decimal
from copwatch.media.isolated import MediaProcess
from copwatch.media.kinds import _BRANDS, _IFF, _PREFIXES, _RIFF, speaks
from copwatch.media.parts import essence_of
from copwatch.media.refusal import CannotClean
from copwatch.model.records.described import Described
from tests.media import making_bmff, making_heif, making_jpeg, making_matroska, making_png, saying
from tests.media.making_aiff import aiff, common
from tests.media.making_avi import avi, hdrl, movi, pictures, sound
from tests.media.making_bmp import bitmap
from tests.media.making_gif import gif, picture
from tests.media.making_riff import chunk, riff
from tests.media.making_tiff import dng
from tests.media.making_wav import SOUND, wav


def told(data: bytes, **more: bool) -> dict:
    return describe(io.BytesIO(data), **{"essence": False, **more}).given()


def jpeg(*blocks: bytes, **how: object) -> bytes:
    plain = making_jpeg.picture(**how)
    return (
        plain[:2] + b"".join(making_jpeg.segment(0xE1, b"Exif\0\0" + block) for block in blocks) + plain[2:]
    )


def times(data: bytes) -> list[tuple[str, str, str]]:
    return [(row["at"], row["zone"], row["source"]) for row in told(data).get("captured", [])]


def test_a_time_without_its_offset_has_no_zone_and_one_with_it_has_that():
    plain = jpeg(saying.exif(saying.TIMES))
    assert times(plain) == [
        ("2026-05-01T18:05:12", "unknown", "exif_original"),
        ("2026-05-01T18:05:13", "unknown", "exif_digitized"),
    ]
    stated = jpeg(saying.exif(saying.TIMES | saying.ZONE))
    assert times(stated)[0] == ("2026-05-01T18:05:12.123-07:00", "stated", "exif_original")
    assert times(stated)[1][1] == "unknown", "the offset of one time says nothing of another"


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00",
        "2026:13:01 00:00:00",
        "2026:05:01 25:00:00",
        "    :  :     :  :  ",
        "2026:05:01",
        "x" * 300,
    ],
)
def test_what_is_no_time_is_none(text):
    assert times(jpeg(saying.exif({0x9003: saying.words(text)}))) == []


@pytest.mark.parametrize("offset", ["-7:00", "+99:99", "PDT", "07:00", ""])
def test_what_is_no_offset_states_none(offset):
    found = times(jpeg(saying.exif({**saying.TIMES, 0x9011: saying.words(offset)})))
    assert ("2026-05-01T18:05:12", "unknown", "exif_original") in found
    assert all(zone == "unknown" for _, zone, _ in found)


def test_position_height_and_time_of_the_satellites():
    found = told(jpeg(saying.exif(gps=saying.GPS)))
    assert found["places"] == [
        {"latitude": "37.8084722", "longitude": "-122.2695139", "source": "exif", "altitude": "-3.5"}
    ]
    assert found["captured"] == [{"at": "2026-05-02T01:05:12.5Z", "zone": "utc", "source": "gps"}]


@pytest.mark.parametrize(
    "wrong",
    [
        {1: saying.words("")}, {3: saying.words("?")}, {2: saying.degrees((0, 0), (0, 0), (0, 0))},
        {2: saying.degrees((91, 1), (0, 1), (0, 1))}, {4: saying.words("122 W")}, {2: saying.degrees()},
    ],
)  # fmt: skip
def test_a_position_of_which_something_is_missing_is_none(wrong):
    assert "places" not in told(jpeg(saying.exif(gps={**saying.GPS, **wrong})))


def test_the_device_is_named_as_the_file_names_it_and_cannot_act_on_a_terminal():
    inner = {0xA431: saying.words("SN-1"), 0xA430: saying.words("Ann \x1b[2J\u202eRoe")}
    assert told(jpeg(saying.exif(inner, first=saying.CAMERA)))["camera"] == {
        "make": "Maker", "model": "Model 7", "serial": "SN-1", "owner": "Ann [2J Roe", "software": "1.2.3",
    }  # fmt: skip


def test_the_size_of_a_picture_is_that_of_its_frame_not_of_a_thumbnail():
    assert told(making_jpeg.picture(size=(70, 30)))["pixels"] == {"width": 70, "height": 30}
    assert told(jpeg(making_jpeg.tiff(6), size=(70, 30)))["pixels"] == {"width": 70, "height": 30}


def test_tables_of_the_common_library_without_a_camera_are_a_sign_of_a_messenger():
    assert told(making_jpeg.picture(size=(1280, 8), quality=70))["came_through"] == {
        "signs": ["no_camera_data", "recompressed"]
    }
    assert "came_through" not in told(jpeg(saying.exif(first=saying.CAMERA), size=(1280, 8), quality=70))
    own = [[value + 3 for value in range(64)]] * 2
    assert "came_through" not in told(making_jpeg.picture(size=(1280, 8), qtables=own))


def test_picture_and_film_of_a_live_photo_bear_one_identifier():
    still = told(jpeg(saying.exif({0x927C: saying.apple_note()})))
    film = told(making_bmff.movie(extra=saying.keys(content_identifier=saying.IDENTIFIER)))
    assert still["pair"] == film["pair"] == {"identifier": saying.IDENTIFIER}
    assert "pair" not in told(jpeg(saying.exif({0x927C: saying.apple_note("no/such\x1b")})))


def test_a_film_says_its_times_side_by_side_its_place_device_and_tracks():
    extra = saying.keys(
        creationdate="2026-05-01T18:05:12-0700", location_ISO6709="+37.8085-122.2695+003.500/", make="Apple",
        model="Phone", software="26.1",
    )  # fmt: skip
    found = told(making_bmff.movie(extra=extra))
    assert [(row["zone"], row["source"]) for row in found["captured"]] == [
        ("said_utc", "quicktime"),
        ("stated", "quicktime_date"),
    ]
    assert found["captured"][0]["at"].endswith("Z")
    assert found["captured"][1]["at"] == "2026-05-01T18:05:12-07:00"
    assert {
        "latitude": "37.8085",
        "longitude": "-122.2695",
        "altitude": "3.5",
        "source": "quicktime",
    } in found["places"]
    assert {"latitude": "52.52", "longitude": "13.405", "source": "quicktime"} in found["places"]
    assert found["camera"]["make"] == "Apple" and found["camera"]["software"] == "26.1"
    assert found["pixels"] == {"width": 96, "height": 64} and found["duration"] == 100
    assert [track["kind"] for track in found["tracks"]] == ["picture", "sound", "data"]
    assert found["tracks"][0]["coding"] == "avc1"


def test_what_is_no_place_in_a_film_is_none():
    for text in ("+3748.5-12216.1/", "here", "+91.0000+013.4050/", "52.52, 13.40"):
        udta = making_bmff.box(
            b"udta", making_bmff.box(b"\xa9xyz", struct.pack(">HH", len(text), 0) + text.encode())
        )
        assert "places" not in told(making_bmff.movie(udta=udta))


def test_heic_png_webp_gif_bmp_and_tiff():
    assert told(making_heif.photograph(b"Maker").bytes())["pixels"] == {"width": 128, "height": 64}
    assert told(making_heif.photograph(b"Maker").bytes())["camera"] == {"make": "Maker"}
    block = saying.exif(saying.TIMES, saying.GPS)
    png = told(making_png.png(making_png.chunk(b"eXIf", block)))
    assert png["pixels"] == {"width": 4, "height": 3} and png["places"] and len(png["captured"]) == 3
    webp = io.BytesIO()
    Image.new("RGB", (20, 10)).save(webp, "WEBP", exif=block)
    assert told(webp.getvalue())["pixels"] == {"width": 20, "height": 10} and told(webp.getvalue())["places"]
    assert told(gif(picture(), width=7, height=5))["pixels"] == {"width": 7, "height": 5}
    assert told(bitmap())["pixels"]["width"] > 0
    assert told(dng())["pixels"]["width"] > 0


def test_matroska_avi_and_sound():
    film = told(making_matroska.film())
    assert film["captured"] == [{"at": "2023-03-08T20:26:40Z", "zone": "said_utc", "source": "matroska"}]
    assert {track["kind"] for track in film["tracks"]} >= {"picture", "sound"}
    old = told(avi(hdrl(pictures(), sound(), chunk(b"IDIT", b"Fri May 01 18:05:12 2026\n\0")), movi()))
    assert old["captured"] == [{"at": "2026-05-01T18:05:12", "zone": "unknown", "source": "riff"}]
    assert old["pixels"] == {"width": 16, "height": 16} and old["duration"] == 80 and len(old["tracks"]) == 2
    bext = chunk(b"bext", bytes(320) + b"2026-05-0118:05:12" + bytes(270))
    voice = told(wav(bext))
    assert voice["captured"] == [{"at": "2026-05-01T18:05:12", "zone": "unknown", "source": "broadcast_wave"}]
    assert voice["duration"] == len(SOUND) // 2 * 1000 // 8000
    assert voice["tracks"] == [{"kind": "sound", "coding": "0x0001"}]
    assert told(aiff(common()))["tracks"]


def test_the_essence_is_taken_only_when_asked_for_and_is_that_of_a_scan():
    data = jpeg(saying.exif(saying.TIMES))
    assert "essence" not in told(data)
    wanted = essence_hash(io.BytesIO(data), essence_of(scan(io.BytesIO(data)).parts))
    assert told(data, essence=True)["essence"] == wanted
    cut = data[: len(data) * 2 // 3].replace(b"\xff\xda", b"\xff\xc5")
    assert told(cut, essence=True).get("essence") is None and told(cut)["captured"], (
        "what cannot be scanned still speaks"
    )


def test_of_a_film_only_the_header_is_read():
    class Counted(io.BytesIO):
        read_bytes = 0

        def read(self, size=-1, /):
            data = super().read(size)
            self.read_bytes += len(data)
            return data

    film = making_bmff.movie(before=True, tail=b"")
    at = film.index(b"mdat") - 4
    size = int.from_bytes(film[at : at + 4], "big")
    large = (
        film[:at]
        + struct.pack(">I4s", size + (64 << 20), b"mdat")
        + film[at + 8 : at + size]
        + bytes(64 << 20)
    )
    file = Counted(large + film[at + size :])
    assert describe(file, essence=False).tracks
    assert file.read_bytes < 1 << 20


def test_every_kind_that_speaks_has_a_reader_and_every_reader_a_kind_that_speaks():
    heads = [prefix for prefix, _ in _PREFIXES] + [b"\0\0\0\x20ftyp" + brand for brand in _BRANDS]
    heads += [b"RIFF\0\0\0\0" + kind for kind in _RIFF] + [b"FORM\0\0\0\0" + kind for kind in _IFF]
    heads += [b"\x1aE\xdf\xa3webm", b"\x1aE\xdf\xa3", b"\0\0\0\x20ftypisom", b"\0\0\0\x08moov"]
    from copwatch.media.kinds import media_type

    assert {media_type(head) for head in heads if speaks(head)} == set(_READERS)
    assert (
        not speaks(b"plain text") and not speaks(b"%PDF-1.7") and not speaks(random.Random(1).randbytes(400))
    )


SAMPLES = {
    "jpeg": jpeg(saying.exif(saying.TIMES | {0x927C: saying.apple_note()}, saying.GPS, saying.CAMERA)),
    "movie": making_bmff.movie(extra=saying.keys(creationdate="2026-05-01T18:05:12-0700", make="x")),
    "heif": making_heif.photograph(b"Maker").bytes(),
    "png": making_png.png(making_png.chunk(b"eXIf", saying.exif(saying.TIMES, saying.GPS))),
    "dng": dng(),
    "matroska": making_matroska.film(),
    "avi": avi(hdrl(pictures(), sound()), movi()),
    "wav": wav(),
    "aiff": aiff(common()),
    "raw": b"FUJIFILMCCD-RAW "
    + bytes(68)
    + struct.pack(">II", 100, 900)
    + bytes(8)
    + jpeg(saying.exif(saying.TIMES)),
    "webp": riff(b"WEBP", chunk(b"VP8X", bytes(10)), chunk(b"EXIF", saying.exif(saying.TIMES))),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_damage_ends_in_less_or_in_a_refusal_and_what_is_found_fits_a_record(name):
    data, chance = SAMPLES[name], random.Random(7)
    broken = [data[:cut] for cut in range(0, len(data), max(1, len(data) // 150))]
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(12, len(data))] = chance.choice(
                (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256))
            )
        broken.append(bytes(changed))
    for each in broken:
        try:
            found = describe(io.BytesIO(each), essence=False)
        except CannotClean:
            continue
        assert Described.read(found.given(), "described") == found
        assert not list(found.oddities())


def test_the_process_for_hostile_bytes_says_the_same(tmp_path):
    (tmp_path / "a.jpg").write_bytes(SAMPLES["jpeg"])
    with MediaProcess() as process, (tmp_path / "a.jpg").open("rb") as file:
        assert process.described(file, essence=True) == describe(io.BytesIO(SAMPLES["jpeg"]), essence=True)
        with pytest.raises(CannotClean):
            process.described(io.BytesIO(b"\0\0\0\x03ftypisom"), essence=False)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("1/3", 7, "0.3333333"),
        ("-1/3", 2, "-0.33"),
        ("-1/100000000", 7, "0"),
        ("180", 7, "180"),
        ("-5/2", 0, "-2"),
    ],
)
def test_decimals_are_exact_and_without_zeros_at_the_end(value, places, text):
    from fractions import Fraction

    assert decimal(Fraction(value), places) == text
