"""show: what is behind each kind of code, whole, harmless and within 80 columns."""

import hashlib

import pytest

from copwatch.sizes import size
from tests.cli.desk import Desk, code_in
from tests.media import saying
from tests.workflows.test_looking import live, photo

NAME = b"IMG \x1b[2J\xff.jpg"
PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 100


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """An archive with one incident, a photo with a hostile name filed under it, and one that is not filed."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    card = made.top / "card"
    (card / "DCIM").mkdir(parents=True)
    (card / "DCIM" / NAME.decode("utf-8", "surrogateescape")).write_bytes(PHOTO)
    made.incident = made.report('n_officers = 4\nlocation_text = "5th & Main"\n')
    added = made.json(
        "add", card, "--incident", made.incident, "--by", "OBS-1", "--received-how", "messenger"
    )
    made.batch, made.evidence = added["batch"], added["received"][0]["evidence"]
    (made.top / "loose.txt").write_text("loose")
    made.loose = made.json("add", made.top / "loose.txt")["received"][0]["evidence"]
    return made


def lines(desk, code):
    found = desk.done("show", code, *desk.key).splitlines()
    assert max(map(len, found)) <= 80
    return found


def test_an_incident_shows_its_report_and_its_evidence(desk):
    done = desk.run("show", desk.incident, *desk.key)
    text = done.stdout.decode()
    assert f"{desk.incident}  1 version, 1 item of evidence" in text
    assert "  n officers              4" in text
    assert "STILL OPEN" in text
    assert text.count(desk.evidence) == 1
    assert desk.loose not in text
    assert f"copwatch custody {desk.evidence}" in done.stderr.decode()
    found = desk.json("show", desk.incident, *desk.key)
    assert found["versions"][0]["fields"] == {"n_officers": 4, "location_text": "5th & Main"}
    assert [item["code"] for item in found["items"]] == [desk.evidence]


def test_an_item_shows_its_facts_its_batch_its_custody_where_it_is_filed_and_its_pieces(desk):
    found = lines(desk, desk.evidence)
    text = "\n".join(found)
    assert "\x1b" not in text
    assert "IMG \\x1b[2J" in text
    assert "  name as bytes IMG \\x1b[2J\\xff.jpg" in found
    assert "  folder        DCIM" in found
    assert "  type          image/jpeg" in found
    assert f"  size          {len(PHOTO)} bytes ({len(PHOTO)} B)" in found
    assert hashlib.sha256(PHOTO).hexdigest() in text
    assert f"  filed under   {desk.incident}" in found
    assert any(line.startswith("  custody       3 events; last: encrypted") for line in found)
    assert f"  {desk.batch}  batch" in found
    assert "    filmed by     OBS-1" in found
    assert "messenger (this way may compress pictures" in text
    [record] = desk.json("show", desk.evidence, *desk.key)["records"]
    assert [piece["size"] for piece in record["pieces"]] == [len(PHOTO)]
    for piece in record["pieces"]:
        assert f"    {piece['object']}  {size(piece['size'])}" in found
        assert list(desk.archive.rglob(f"*{piece['object'][2:]}*"))


def test_an_item_shows_what_its_file_says_each_source_beside_the_others(desk):
    tags = {**saying.TIMES, **saying.ZONE, 0x927C: saying.apple_note()}
    names = {0x010F: saying.words("Maker \x1b[2J"), 0x0110: saying.words("Model 7")}
    (desk.top / "IMG_1.JPG").write_bytes(photo(saying.exif(tags, saying.GPS, names)))
    (desk.top / "IMG_1.MOV").write_bytes(live()[1])
    first, second = (
        desk.json("add", desk.top / name)["received"][0]["evidence"] for name in ("IMG_1.JPG", "IMG_1.MOV")
    )
    found = desk.done("show", first, *desk.key).splitlines()
    assert max(len(line) for line in found if "bytes" not in line) <= 80
    assert "\x1b" not in "".join(found)
    for line in (
        "  captured      2026-05-01 18:05:12.123 -07:00 (EXIF, taken)",
        "  captured      2026-05-01 18:05:13 (EXIF, digitised; local time of a zone that",
        "  captured      2026-05-02 01:05:12.5 UTC (satellites)",
        "  place         37.8084722, -122.2695139, -3.5 m (EXIF)",
        "  device        Maker [2J Model 7",
        "  dimensions    48 × 32 pixels",
        f"  Live Photo    one with {second}",
    ):
        assert line in found
    film = desk.done("show", second, *desk.key).splitlines()
    assert (
        f"  Live Photo    one with {first}" in film
        and "  tracks        picture avc1, sound sowt, data gpmd" in film
    )
    assert any(line.endswith("UTC (QuickTime, header of the film; said to") for line in film)
    [record] = desk.json("show", first, *desk.key)["records"]
    assert record["described"]["camera"] == {"make": "Maker [2J", "model": "Model 7"}
    assert record["described"]["others"] == [second] and record["described"]["captured"][2]["zone"] == "utc"


def test_an_item_that_is_not_filed_says_so(desk):
    assert "  filed under   nothing yet" in lines(desk, desk.loose)


def test_a_batch_shows_its_facts_and_its_items(desk):
    done = desk.done("show", desk.batch, *desk.key)
    assert done.startswith(f"{desk.batch}  batch\n")
    assert "  filmed by     OBS-1" in done
    assert desk.evidence in done
    assert desk.loose not in done
    found = desk.json("show", desk.batch, *desk.key)
    assert (found["by"], found["how"]) == ("OBS-1", "messenger")
    assert [item["code"] for item in found["items"]] == [desk.evidence]


def test_a_version_of_a_report_can_be_shown_by_itself(desk):
    version = code_in(desk.done("show", desk.incident, *desk.key), "R")
    found = lines(desk, version)
    assert found[0] == f"version of the report of {desk.incident}"
    assert "  n officers              4" in found
    assert desk.json("show", version, *desk.key)["incident"] == desk.incident


@pytest.mark.parametrize(
    ("code", "ends", "words"),
    [
        ("E-0000-0000-0", 1, b"there is no evidence E-0000-0000-0"),
        ("E-0000-0000-1", 2, b"typing error"),
        ("Z-0000-0000-0", 2, b"is not a code"),
    ],
)
def test_a_code_of_nothing_is_said_to_be_one(desk, code, ends, words):
    done = desk.run("show", code, *desk.key)
    assert (done.returncode, done.stdout) == (ends, b"")
    assert words in done.stderr
