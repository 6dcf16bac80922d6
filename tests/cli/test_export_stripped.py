"""`export`, `open` and `verify` of clean renditions: what they say, their JSON, and their exit codes."""

import json

import pytest

from tests.cli.desk import Desk
from tests.cli.test_export import COUNSEL, failed
from tests.media.cleaned import clean
from tests.media.making_jpeg import exif, picture, put_in

STRIP = (*COUNSEL, "--metadata", "strip", "--plain", "--yes")
ORIGINAL = put_in(picture(), exif(6))


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "IMG_4711.jpg").write_bytes(ORIGINAL)
    desk.incident = desk.report()
    (received,) = desk.json("add", tmp_path / "card", "--incident", desk.incident)["received"]
    desk.item = received["evidence"]
    return desk


@pytest.fixture
def bundle(desk):
    desk.done("export", desk.incident, *STRIP, "--out", desk.top / "b", *desk.key)
    return desk.top / "b"


def test_an_export_says_that_its_files_are_renditions(desk):
    done = desk.run("export", desk.incident, *STRIP, "--out", desk.top / "b", *desk.key)
    assert done.returncode == 0 and b"1 file is a clean rendition" in done.stdout
    assert b"originals hold place" not in done.stderr
    said = desk.json("export", desk.item, *STRIP, "--out", desk.top / "c", *desk.key)
    assert (said["renditions"], said["not_cleaned"]) == (1, [])
    events = desk.json("custody", desk.item, *desk.key)["custody"]
    assert [event["event"] for event in events].count("metadata_stripped") == 2


def test_verify_says_what_was_made_of_what_and_by_whose_word(desk, bundle):
    text = " ".join(desk.done("verify", bundle).split())
    assert (
        f"a clean rendition of evidence {desk.item}" in text
        and "The original is sealed in the archive with SHA-256" in text
    )
    assert "(computed again here)" in text and "Everything checked holds" in text
    said = desk.json("verify", bundle)
    (made,) = said["renditions"]
    assert made["code"] == desk.item and made["essence_computed"] and made["not_computed_because"] == ""
    assert made["of_size"] == len(ORIGINAL) and made["size"] == len(clean(ORIGINAL)) and said["files"] == []


def test_what_cannot_be_cleaned_stops_an_export_or_stays_behind(desk):
    (desk.top / "statement.doc").write_bytes(b"a statement")
    (left,) = desk.json("add", desk.top / "statement.doc", "--incident", desk.incident)["received"]
    entries = desk.entries()
    said = failed(desk, 5, "export", desk.incident, *STRIP, "--out", desk.top / "b", *desk.key)
    assert left["evidence"] in said and "no format" in said and "--keep-going" in said
    assert not (desk.top / "b").exists() and desk.entries() == entries
    done = desk.run(
        "export", desk.incident, *STRIP, "--keep-going", "--out", desk.top / "b", "--json", *desk.key
    )
    assert done.returncode == 5 and b"stayed behind" in done.stderr
    (named,) = json.loads(done.stdout)["not_cleaned"]
    assert named["evidence"] == left["evidence"] and "no format" in named["reason"]
    checked = desk.json("verify", desk.top / "b")
    assert checked["holds"] and checked["not_cleaned"] == [left["evidence"]]
    assert f"{left['evidence']} is not in the bundle" in " ".join(desk.done("verify", desk.top / "b").split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--metadata", "shred"), "preserve or strip"), (("--metadata", "strip", "--no-record"), "exclude each other"),
        (("--keep-going",), "--metadata strip"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused_first(desk, words, said):
    assert said in failed(desk, 2, "export", desk.incident, *COUNSEL, "--plain", "--yes", *words, *desk.key)


def test_originals_are_not_promised_by_a_profile_that_gives_none(desk):
    court = ("export", desk.incident, "--profile", "court-filing", "--metadata", "preserve", *desk.key)
    for words in (("--explain",), ("--plain", "--yes", "--out", desk.top / "b")):
        said = failed(desk, 2, *court, *words)
        assert "court-filing gives clean renditions alone" in said and "plain folder" not in said
    assert not (desk.top / "b").exists()


def test_open_writes_a_rendition_into_a_folder_or_under_a_name(desk):
    (desk.top / "out").mkdir()
    said = desk.json("open", desk.item, "--metadata", "strip", "--out", desk.top / "out", *desk.key)
    assert said["out"] == str(desk.top / "out" / "stripped.jpg") and said["recorded"]
    assert (desk.top / "out" / "stripped.jpg").read_bytes() == clean(ORIGINAL)
    assert said["rendition"]["size"] == len(clean(ORIGINAL)) and said["size"] == len(ORIGINAL)
    again = ("open", desk.item, "--metadata", "strip", "--out", desk.top / "out", *desk.key)
    assert "is there already" in failed(desk, 5, *again)
    text = desk.done(
        "open", desk.item, "--metadata", "strip", "--out", desk.top / "a.jpg", "--no-record", *desk.key
    )
    assert "clean rendition" in text and "essence" in text
    events = desk.json("custody", desk.item, *desk.key)["custody"]
    assert [event["event"] for event in events].count("metadata_stripped") == 1
    for words in (("--metadata", "strip"), ("--metadata", "preserve", "--out", "x"),
                  ("--metadata", "strip", "--original", "--out", "x")):  # fmt: skip
        failed(desk, 2, "open", desk.item, *words, *desk.key)
    failed(desk, 5, "open", desk.item, "--metadata", "strip", "--out", desk.archive, *desk.key)


def test_a_file_is_recognised_as_rendition_and_by_picture_and_sound_alone(desk, bundle):
    rendition, altered, other = desk.top / "r.jpg", desk.top / "a.jpg", desk.top / "o.jpg"
    rendition.write_bytes(clean(ORIGINAL))
    altered.write_bytes(put_in(clean(ORIGINAL), exif(3)))
    other.write_bytes(picture(size=(16, 16)))
    for where in ((*desk.key,), ("--bundle", bundle)):
        said = desk.json("verify", rendition, *where)
        assert said["renditions"] == [desk.item] and not said["received"] and said["same_essence"] == []
        assert "exactly a clean rendition" in " ".join(desk.done("verify", rendition, *where).split())
        said = " ".join(failed(desk, 3, "verify", altered, *where).split())
        assert f"the same coded picture and sound as {desk.item}" in said and "may be anybody's" in said
        done = desk.run("verify", altered, *where, "--json")
        found = json.loads(done.stdout)
        assert done.returncode == 3 and found["same_essence"] == [desk.item]
        assert found["evidence"] == found["renditions"] == [] and not found["received"]
        assert "nothing that was received" in failed(desk, 3, "verify", other, *where)
    original = desk.top / "card" / "IMG_4711.jpg"
    assert desk.json("verify", original, *desk.key)["received"]
    assert json.loads(desk.run("verify", original, "--bundle", bundle, "--json").stdout)["same_essence"] == [
        desk.item
    ]


def test_that_counsel_had_it_before_is_no_leak_for_a_court(desk):
    """The bundle, the number of its items and our own name of its profile stand in custody, and on every page."""
    court = ("--profile", "court-filing")
    desk.done("review", desk.item, *court, "--people", "nobody", *desk.key)
    for name, profile in (("counsel", COUNSEL), ("court", court)):
        how = ("--recipient", "Example & Partners", "--plain", "--yes", "--out", desk.top / name)
        desk.done("export", desk.incident, *profile, *how, *desk.key)
    given = "".join(path.read_text("utf-8") for path in (desk.top / "court" / "data").glob("*.json"))
    assert "exported" in given and "client-counsel" not in given and "Example & Partners" not in given
