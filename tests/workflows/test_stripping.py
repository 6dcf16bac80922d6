"""`add --metadata strip`: only the clean rendition enters, of the same picture, and nothing that the file bore."""

import io
import signal

import pytest
from PIL import Image

from copwatch.errors import Refused
from copwatch.media.cleaning import essence_hash, scan
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import essence_of
from copwatch.model.kinds import KINDS
from copwatch.workflows import intake, sources, stripping
from copwatch.workflows.entities import amend_entity, new_entity
from copwatch.workflows.holds_noted import refuse_stripping

SECRET = b"Jane Roe, 5th and Main, serial C02XK0AAJG5H"


def photo(colour: str = "navy", secret: bytes = SECRET) -> bytes:
    """A JPEG picture with a place, an owner and a note in it, and something behind its end."""
    exif = Image.Exif()
    exif[0x013B] = secret.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (40.0, 42.0, 46.0)
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "JPEG", exif=exif, comment=secret)
    return made.getvalue() + secret


def strip(house):
    return house.add(strip=True)


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.tobytes()


def test_only_the_clean_rendition_is_sealed_and_the_record_names_no_source(house):
    original = photo()
    house.file("IMG_20260501_180000.jpg", original)
    added = strip(house)
    (item,) = added.received
    (record,) = house.of("evidence")
    sealed = house.bytes_of(item.evidence)
    assert SECRET not in sealed and SECRET.decode().encode("utf-16-le") not in sealed
    assert pixels(sealed) == pixels(original)
    assert Image.open(io.BytesIO(sealed)).getexif()[0x0112] == 6
    assert record["metadata"] == "strip" and record["name"] == "stripped.jpg"
    assert not {"file_time", "folder", "name_bytes"} & record.keys()
    assert (record["size"], record["sha256"]) == (len(sealed), item.sha256)
    assert item.name == "IMG_20260501_180000.jpg", "on the screen the observer sees which file it was"
    house.holds()


def test_the_essence_is_that_of_the_original(house):
    original = photo()
    house.file("a.jpg", original)
    strip(house)
    (record,) = house.of("evidence")
    found = scan(io.BytesIO(original))
    assert record["essence"] == essence_hash(io.BytesIO(original), essence_of(found.parts))


def test_what_cannot_be_cleaned_stays_outside_and_the_rest_comes_in(house):
    house.file("a.jpg", photo())
    house.file("b.jpg", b"\xff\xd8\xff\xe1 no picture at all")
    house.file("c.doc", b"a document")
    added = strip(house)
    assert [item.name for item in added.received] == ["a.jpg"] and not added.complete
    assert [item.path.name for item in added.skipped] == ["b.jpg", "c.doc"]
    assert all(item.refused and item.failed for item in added.skipped)
    assert house.staged() == []
    house.holds()


def test_the_same_picture_is_taken_once_whatever_its_metadata_say(house):
    house.file("a.jpg", photo())
    house.file("b.jpg", photo(secret=b"another person"))
    added = strip(house)
    assert len(added.received) == 1 and [twin.path.name for twin in added.twins] == ["b.jpg"]
    assert strip(house).received == ()


def test_a_source_that_changes_between_looking_and_sealing_is_nobodys_file(house, monkeypatch):
    path = house.file("a.jpg", photo())
    real = MediaProcess.scan

    def look(process, file, known=()):
        found = real(process, file, known)
        path.write_bytes(photo("maroon"))
        return found

    monkeypatch.setattr(MediaProcess, "scan", look)
    added = strip(house)
    assert added.received == () and not added.complete
    assert house.staged() == []


def test_an_interruption_keeps_what_was_stripped_before(house, monkeypatch):
    for name, colour in (("a.jpg", "navy"), ("b.jpg", "maroon"), ("c.jpg", "olive")):
        house.file(name, photo(colour))
    real = sources.open_source

    def open_source(path):
        if path.name == "b.jpg":
            signal.raise_signal(signal.SIGINT)
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(stripping, "open_source", open_source)
        added = strip(house)
    assert [item.name for item in added.received] == ["a.jpg"] and added.stopped is not None
    assert len(strip(house).received) == 2
    house.holds()


@pytest.mark.parametrize("kind", ["image/jpeg", "video/quicktime", "audio/x-unheard-of"])
def test_a_neutral_name_says_nothing_but_the_kind(kind):
    assert intake.neutral_name(kind) in {"stripped.jpg", "stripped.mov", "stripped.x-unheard-of"}


def test_stripped_files_do_not_go_where_a_hold_is_in_force_even_while_locked(house):
    archive, now = house.archive, lambda: house.now
    house.card.joinpath("photo.jpg").write_bytes(b"x")
    assert not refuse_stripping(archive, None)
    incident = house.add(report={"location_text": "5th & Main"}).incident
    hold = new_entity(archive, now, KINDS["hold"], {"grounds": "subpoena", "covers": [incident]})
    entries = house.entries()
    with pytest.raises(Refused, match="hold"):
        house.add(strip=True, incident=incident)
    assert house.entries() == entries and not refuse_stripping(archive, "f" * 32)
    with house.session() as session:
        parents = [row["leaf"] for row in session.catalogue.read("SELECT leaf FROM holds WHERE head")]
    with pytest.raises(Refused):
        refuse_stripping(archive, incident)
    over = {"grounds": "subpoena", "covers": [incident], "released_by": "OBS-7"}
    amend_entity(archive, now, KINDS["hold"], hold, over, parents=parents, reason="it is over")
    with house.session():
        assert refuse_stripping(archive, incident)


@pytest.mark.parametrize("covers", ["person", "matter", "everything"])
def test_a_hold_on_a_person_or_matter_covers_its_incidents_once_somebody_has_unlocked(house, covers):
    archive, now = house.archive, lambda: house.now
    house.card.joinpath("photo.jpg").write_bytes(b"x")
    incident = house.add(report={"location_text": "5th & Main"}).incident
    person = new_entity(archive, now, KINDS["person"], {"label": "P1", "appears_in": [f"{incident}/P1"]})
    matter = new_entity(archive, now, KINDS["matter"], {"kind": "criminal_defence", "person": person})
    what = {"person": {"covers": [person]}, "matter": {"matter": matter}, "everything": {}}[covers]
    new_entity(archive, now, KINDS["hold"], {"grounds": "subpoena", **what})
    with house.session():
        pass
    with pytest.raises(Refused):
        refuse_stripping(archive, incident)
    if covers == "everything":
        with pytest.raises(Refused):
            refuse_stripping(archive, None)
    else:
        assert refuse_stripping(archive, None)
