"""Times, places and devices of evidence can be searched, and the halves of a Live Photo find each other."""

import pytest

from copwatch.catalogue.described import described_item
from copwatch.catalogue.queries import evidence_item
from tests.media import saying
from tests.workflows.house import House
from tests.workflows.test_looking import live, photo


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    return House(tmp_path)


def test_times_with_a_zone_are_in_utc_and_those_without_are_not(house):
    house.file("a.jpg", photo(saying.exif(saying.TIMES | saying.ZONE, saying.GPS, saying.CAMERA)))
    house.add()
    with house.session() as session:
        read = session.catalogue.read
        times = {row["source"]: row["utc"] for row in read("SELECT source, utc FROM evidence_times")}
        (place,) = read(
            "SELECT * FROM evidence_places WHERE latitude BETWEEN 37.8 AND 37.9 AND longitude < -122"
        )
        (media,) = read("SELECT * FROM evidence_media WHERE model = 'Model 7'")
    assert times == {
        "gps": "2026-05-02T01:05:12.500000Z",
        "exif_original": "2026-05-02T01:05:12.123000Z",
        "exif_digitized": None,
    }
    assert place["altitude"] == -3.5 and place["evidence"] == media["evidence"]
    assert (media["width"], media["height"], media["serial"]) == (48, 32, None)


def test_the_halves_of_a_live_photo_find_each_other_whichever_came_first(house):
    still, film = live()
    house.file("IMG_1.JPG", still)
    house.add()
    house.file("IMG_2.MOV", film)
    house.file("IMG_3.JPG", still + b"a copy, with something behind it")
    house.add()
    ids = {each["name"]: each["id"] for each in house.of("evidence")}
    with house.session() as session:
        rows = {name: evidence_item(session.catalogue, id)[0] for name, id in ids.items()}
        others = {name: described_item(session.catalogue, row.leaf).others for name, row in rows.items()}
    assert others["IMG_1.JPG"] == others["IMG_3.JPG"] == (rows["IMG_2.MOV"].code,)
    assert set(others["IMG_2.MOV"]) == {rows["IMG_1.JPG"].code, rows["IMG_3.JPG"].code}
