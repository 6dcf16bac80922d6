"""What `add` writes of what a file says of itself; and that no look, however it ends, keeps a file outside."""

import io
import os

import pytest
from PIL import Image

from copwatch.media.isolated import MediaProcess
from copwatch.media.messengers import came_through
from copwatch.media.refusal import BrokeDown, NoProcess, TookTooLong, Unsupported
from copwatch.model.records.described import Camera, CameThrough, Captured, Described, Pair
from copwatch.workflows import looking
from copwatch.workflows.pairs import Pairs
from tests.media import making_bmff, making_jpeg, saying


def photo(block: bytes = b"", **how: object) -> bytes:
    plain = making_jpeg.picture(**how)
    return plain[:2] + (making_jpeg.segment(0xE1, b"Exif\0\0" + block) if block else b"") + plain[2:]


def live() -> tuple[bytes, bytes]:
    """Picture and film of one Live Photo."""
    film = making_bmff.movie(extra=saying.keys(content_identifier=saying.IDENTIFIER))
    return photo(saying.exif({0x927C: saying.apple_note()})), film


def record(house, name: str) -> dict:
    (found,) = [each for each in house.of("evidence") if each["name"] == name]
    return found


def test_times_place_device_size_and_essence_stand_in_the_sealed_record(house):
    data = photo(saying.exif(saying.TIMES | saying.ZONE, saying.GPS, saying.CAMERA))
    house.file("a.jpg", data)
    house.file("notes.txt", b"nothing to look at")
    house.add()
    found = record(house, "a.jpg")
    assert [row["source"] for row in found["captured"]] == ["exif_original", "exif_digitized", "gps"]
    assert found["places"][0]["latitude"] == "37.8084722" and found["camera"]["model"] == "Model 7"
    assert found["pixels"] == {"width": 48, "height": 32} and len(found["essence"]) == 64
    assert not {"looked", "came_through", "pair"} & found.keys()
    assert not set(Described.shape()) & record(house, "notes.txt").keys()
    assert found["file_time"], "the time of the file stands beside the others"


@pytest.mark.parametrize("count", [3, 70])
def test_files_are_looked_at_whether_few_or_many_and_in_order(house, count):
    for number in range(count):
        house.file(f"{number:03}.jpg", photo(size=(40 + number, 30)))
    added = house.add()
    assert [item.name for item in added.received] == [f"{number:03}.jpg" for number in range(count)]
    assert [item.described.pixels.width for item in added.received] == [
        40 + number for number in range(count)
    ]


def test_a_large_film_is_looked_at_by_its_header(house):
    film = making_bmff.movie()
    house.file("film.mp4", film + making_bmff.box(b"free", os.urandom(9 << 20)))
    added = house.add()
    assert added.received[0].described.tracks and added.received[0].described.captured
    house.holds()


@pytest.mark.parametrize(
    ("error", "term"),
    [
        (TookTooLong, "too_long"),
        (BrokeDown, "broke_down"),
        (NoProcess, "no_process"),
        (Unsupported, "refused"),
    ],
)
def test_a_look_that_fails_is_noted_and_the_file_comes_in(house, monkeypatch, error, term):
    def fail(process, file, *, essence):
        raise error("no")

    monkeypatch.setattr(MediaProcess, "described", fail)
    house.file("a.jpg", photo())
    house.file("b.bin", b"x")
    assert house.add().complete
    assert record(house, "a.jpg")["looked"] == term and "looked" not in record(house, "b.bin")


def test_where_the_scan_breaks_down_the_headers_still_speak(house, monkeypatch):
    real = MediaProcess.described

    def fail(process, file, *, essence):
        if essence:
            raise TookTooLong("no")
        return real(process, file, essence=False)

    monkeypatch.setattr(MediaProcess, "described", fail)
    house.file("a.jpg", photo())
    house.add()
    assert record(house, "a.jpg")["pixels"] and not {"essence", "looked"} & record(house, "a.jpg").keys()


def test_a_card_full_of_files_that_break_the_process_does_not_stop_the_rest(house, monkeypatch):
    asked = []

    def fail(process, file, *, essence):
        asked.append(1)
        raise TookTooLong("no")

    monkeypatch.setattr(MediaProcess, "described", fail)
    for number in range(20):
        house.file(f"{number}.jpg", photo(size=(40 + number, 30)))
    assert len(house.add().received) == 20
    assert len(asked) == looking.MOST_ENDED


def test_what_is_said_holds_only_for_the_bytes_that_were_sealed(house, monkeypatch):
    path = house.file("a.jpg", photo())
    real = looking.Looker._look

    def look(looker, asked):
        path.write_bytes(photo(size=(80, 60)))
        os.utime(path, (1, 1))
        return real(looker, asked)

    monkeypatch.setattr(looking.Looker, "_look", look)
    house.add()
    found = record(house, "a.jpg")
    assert found["looked"] == "changed" and "pixels" not in found


def test_what_another_file_of_the_same_name_length_and_time_says_is_not_taken():
    one, other = (
        looking.Looked(Described(duration=length), (1, inode, 9, 9, 9)) for length, inode in ((5, 1), (6, 2))
    )
    assert one.of((1, 1, 9, 9, 9)).duration == 5 and other.of((1, 1, 9, 9, 9)).looked == "changed"


def test_a_source_that_is_gone_after_sealing_is_evidence_all_the_same(house, monkeypatch):
    path = house.file("a.jpg", photo())
    real = looking.Looker._look

    def look(looker, asked):
        path.unlink()
        return real(looker, asked)

    monkeypatch.setattr(looking.Looker, "_look", look)
    assert house.add().complete
    assert record(house, "a.jpg")["looked"] == "unreadable"


@pytest.mark.parametrize("order", [("IMG_1.JPG", "IMG_2.MOV"), ("IMG_2.JPG", "IMG_1.MOV")])
@pytest.mark.parametrize("at_once", [True, False])
def test_the_later_half_of_a_live_photo_names_the_earlier(house, order, at_once):
    still, film = live()
    house.file(order[0], still)
    if not at_once:
        house.add()
    house.file(order[1], film)
    house.add()
    first, second = sorted(order) if at_once else order
    earlier, later = record(house, first), record(house, second)
    assert later["pair"] == {"identifier": saying.IDENTIFIER, "evidence": earlier["id"]}
    assert earlier["pair"] == {"identifier": saying.IDENTIFIER}


def test_a_copy_of_the_picture_is_no_other_half():
    pairs, said = Pairs(), Described(pair=Pair(saying.IDENTIFIER))
    assert pairs.linked(said, "a" * 32, "image/jpeg", lambda mark: None).pair.evidence is None
    assert pairs.linked(said, "b" * 32, "image/heic", lambda mark: None).pair.evidence is None
    assert pairs.linked(said, "c" * 32, "video/quicktime", lambda mark: None).pair.evidence == "b" * 32
    assert sorted(pairs.take().values()) == ["b" * 32, "c" * 32] and pairs.take() == {}


def test_what_came_in_before_is_not_looked_at_again(house, monkeypatch):
    house.file("a.jpg", photo())
    house.add()
    monkeypatch.setattr(looking.Looker, "look", lambda looker, path: pytest.fail("looked at"))
    assert len(house.add().twins) == 1


STRIPPED = Described(came_through=CameThrough(("no_camera_data", "recompressed")))


@pytest.mark.parametrize(
    ("name", "described", "wanted"),
    [
        ("IMG_1.jpg", Described(), None),
        ("IMG_1.jpg", STRIPPED, CameThrough(("no_camera_data", "recompressed"))),
        (
            "IMG-20240131-WA0001.jpg",
            STRIPPED,
            CameThrough(("name", "no_camera_data", "recompressed"), "whatsapp"),
        ),
        (
            "signal-2024-01-31-123.mp4",
            Described(duration=1),
            CameThrough(("name", "no_camera_data"), "signal"),
        ),
        ("IMG-20240131-WA0001.jpg", Described(camera=Camera(model="x")), None),
        (
            "VID-20240131-WA0001.mp4",
            Described(captured=(Captured("2024-01-31T18:05:00Z", "said_utc", "quicktime"),)),
            CameThrough(("name", "no_camera_data"), "whatsapp"),
        ),
    ],
)
def test_signs_of_a_messenger_count_only_where_no_camera_speaks(name, described, wanted):
    assert came_through(name, described) == wanted


def test_of_a_stripped_file_only_what_the_rendition_shows_is_kept(house):
    data = photo(saying.exif(saying.TIMES, saying.GPS, saying.CAMERA))
    house.file("a.jpg", data)
    house.file("signal-2024-01-31-18-10-11-123.jpg", photo(size=(1600, 40)))
    assert house.add(strip=True).complete
    seen, sent = sorted(house.of("evidence"), key=lambda each: each["pixels"]["width"])
    assert seen["pixels"] == {"width": 48, "height": 32} and seen["essence"]
    assert not {"captured", "places", "camera", "pair", "came_through", "looked"} & seen.keys()
    assert sent["came_through"] == {"signs": ["name", "no_camera_data", "recompressed"]}


def test_a_rendition_without_picture_or_sound_has_no_essence_and_comes_in(house):
    made = io.BytesIO()
    Image.new("RGB", (40, 30)).save(made, "PDF")
    house.file("a.pdf", made.getvalue())
    added = house.add(strip=True)
    assert added.complete and not set(Described.shape()) & house.of("evidence")[0].keys()
