"""What is made at export to be looked at: bound to the file it was made of, searched like it, never taken for it."""

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace

import bagit
import pytest

from copwatch.bundle import documents
from copwatch.bundle.extras import CERTIFICATION
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.gallery import FILM, PICTURE, SOUND, frame
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.unproven.write import write_open_bundle
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.viewing import RENDITION, THUMBNAIL, VIEWING, ForViewing, Viewing, ViewingFile
from copwatch.bundle.write import write_bundle
from copwatch.errors import Refused, Unfinished
from tests.bundle.making import Maker, rules
from tests.bundle.test_renditions import plan_of
from tests.bundle.test_verify import remade

SMALL, LARGE = b"\xff\xd8 small \xff\xd9", b"coded anew" * 9000


def made(use, data, media_type="image/jpeg", coded=()):
    digest = hashlib.sha256(data).hexdigest()
    return ForViewing(use, media_type, len(data), digest, lambda: io.BytesIO(data), lambda file: coded)


def plan(**changes):
    maker = Maker()
    maker.file("IMG_0001.HEIC", b"heic")
    maker.records[maker.file("clip.mov", b"film")]["media_type"] = "video/quicktime"
    maker.file("odd.jxl", b"jxl")
    planned = maker.plan(incident=None, **changes)
    first, second, third = planned.items
    items = (
        replace(first, viewing=(made(RENDITION, LARGE), made(THUMBNAIL, SMALL))),
        replace(second, viewing=(made(RENDITION, LARGE, "video/mp4"),)),
        replace(third, no_viewing="nobody can"),
    )
    return replace(planned, items=items)


def written(tmp_path, planned, name="b"):
    write_bundle(planned, FolderSink(tmp_path / name))
    return tmp_path / name


def failing(folder):
    return [check.number for check in verify_bundle(FolderTree(folder)).checks if not check.passed]


def report(folder):
    return json.loads((folder / documents.REPORT).read_bytes())


def changed(folder, change):
    """The bundle whose report.json says something else, signed anew by whoever wrote it."""
    said = report(folder)
    change(said["evidence"])
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (folder / documents.REPORT).write_text(f"{text}\n", "utf-8")
    remade(folder)


def test_it_holds_and_says_of_each_what_it_was_made_of(tmp_path):
    folder = written(tmp_path, plan())
    found = verify_bundle(FolderTree(folder))
    assert found.ok and found.findings == () and any("not evidence" in note for note in found.notes)
    assert bagit.Bag(str(folder)).is_valid()
    subprocess.run([sys.executable, folder / "data/verify.py"], capture_output=True, check=True)
    first, second, third = report(folder)["evidence"]
    assert first["viewing"]["of"] == hashlib.sha256(b"heic").hexdigest() == first["record"]["sha256"]
    for said, data in (
        (first["viewing"]["rendition"], LARGE), (first["viewing"]["thumbnail"], SMALL),
        (second["viewing"]["rendition"], LARGE),
    ):  # fmt: skip
        assert (folder / said["file"]).read_bytes() == data
        assert (said["size"], said["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert third["viewing"].keys() == {"of", "why_not"}
    sworn = " ".join((folder / CERTIFICATION).read_text("utf-8").split())
    assert "is not offered: 3 thumbnails and viewing renditions" in sworn
    assert second["viewing"]["rendition"]["file"] == f"{VIEWING}{second['code']}-viewing.mp4"


def test_the_page_shows_the_rendition_and_links_the_evidence(tmp_path):
    folder = written(tmp_path, plan())
    page = (folder / documents.PAGE).read_text("utf-8")
    first, second, _ = report(folder)["evidence"]
    code = first["code"]
    assert (
        f'<a href="viewing/{code}-viewing.jpg" rel="noopener noreferrer"><img src="viewing/{code}-th' in page
    )
    assert f'<video controls preload="none" src="viewing/{second["code"]}-viewing.mp4"' in page
    assert f'href="evidence/{second["code"]}-clip.mov"' in page and "nobody can" in page
    assert page.count(hashlib.sha256(LARGE).hexdigest()) == 2 and "not evidence" in page


@pytest.mark.parametrize("use", ["viewing.jpg", "thumbnail.jpg", "viewing.mp4"])
def test_another_file_in_its_place_is_found_even_signed_anew(tmp_path, use):
    folder = written(tmp_path, plan())
    (path,) = (folder / VIEWING).glob(f"*-{use}")
    path.write_bytes(path.read_bytes() + b"x")
    remade(folder)
    assert failing(folder) == [10]
    path.unlink()
    remade(folder)
    assert failing(folder) == [10]


def test_what_nobody_named_does_not_belong_there(tmp_path):
    folder = written(tmp_path, plan())
    (folder / VIEWING / "E-1-viewing.jpg").write_bytes(b"x")
    remade(folder)
    assert failing(folder) == [12]


def of_another(evidence):
    evidence[0]["viewing"]["of"] = "1" * 64


def misnamed(evidence):
    evidence[0]["viewing"]["rendition"] = evidence[1]["viewing"]["rendition"]


def of_no_kind(evidence):
    evidence[0]["viewing"]["rendition"]["media_type"] = "text/html"


@pytest.mark.parametrize("change", [of_another, misnamed, of_no_kind])
def test_what_it_says_of_them_has_to_fit(tmp_path, change):
    folder = written(tmp_path, plan())
    changed(folder, change)
    assert 10 in failing(folder)


def test_a_disk_that_does_not_keep_it_lets_nothing_come_to_be(tmp_path):
    planned = plan()
    bad = replace(made(THUMBNAIL, SMALL), open=lambda: io.BytesIO(SMALL[:-1]))
    items = (replace(planned.items[0], viewing=(bad,)), *planned.items[1:])
    with pytest.raises(Unfinished):
        written(tmp_path, replace(planned, items=items))
    assert [*tmp_path.iterdir()] == []


def with_secret(data, coded=()):
    maker = Maker()
    maker.file("IMG_0001.HEIC", b"heic")
    maker.report(notes_privileged=["Counsel says MARKERWORD."])
    planned = maker.plan()
    (item,) = planned.items
    return replace(planned, items=(replace(item, viewing=(made(RENDITION, data, coded=coded),)),))


def test_it_is_searched_like_evidence(tmp_path):
    secret = b"\xff\xd8" + b"Counsel says MARKERWORD." + bytes(99)
    with pytest.raises(Refused, match="viewing"):
        written(tmp_path, with_secret(secret))
    assert verify_bundle(FolderTree(written(tmp_path, with_secret(secret, ((2, len(secret) - 2),))))).ok


def test_a_bundle_without_proofs_has_them_under_its_own_names(tmp_path):
    planned = replace(plan_of(), rules=rules("public-media"))
    (item,) = planned.items
    item = replace(item, viewing=(made(RENDITION, LARGE), made(THUMBNAIL, SMALL)))
    folder = tmp_path / "open"
    write_open_bundle(replace(planned, items=(item,)), FolderSink(folder))
    assert {path.name for path in (folder / VIEWING).iterdir()} == {
        "item-1-viewing.jpg",
        "item-1-thumbnail.jpg",
    }
    assert not failing(folder)
    assert item.code not in "".join(path.read_text("utf-8") for path in folder.rglob("*.html"))
    assert 'src="viewing/item-1-thumbnail.jpg"' in (folder / documents.PAGE).read_text("utf-8")
    (folder / VIEWING / "item-1-thumbnail.jpg").write_bytes(b"other")
    assert failing(folder) == [3, 4, 6]


def test_what_a_browser_shows_of_each_kind():
    one = ViewingFile("data/viewing/E-1-viewing.mp4", "video/mp4", 1, "a")
    small = ViewingFile("data/viewing/E-1-thumbnail.jpg", "image/jpeg", 1, "a")
    assert frame("E-1", "", "", "a.txt", "text/plain", None) is None
    film = frame("E-1", "n", "evidence/a.mov", "a.mov", "video/quicktime", Viewing("a", one, small))
    assert (film.kind, film.shown, film.thumbnail, film.file, film.made) == (
        FILM, "viewing/E-1-viewing.mp4", "viewing/E-1-thumbnail.jpg", "evidence/a.mov", True,
    )  # fmt: skip
    plain = frame("E-1", "n", "evidence/a.jpg", "a.jpg", "image/jpeg", None)
    assert (plain.kind, plain.shown, plain.thumbnail) == (PICTURE, "evidence/a.jpg", "")
    # An ending that browsers run is not linked by the page, and is not shown either, whatever kind it says that it is.
    assert frame("E-1", "n", "", "a.svg", "image/svg+xml", None).shown == ""
    assert frame("E-1", "", "x.wav", "x.wav", "", None).kind == SOUND


def told(folder):
    """What verify.py, which needs nothing but Python, says of a bundle that does not hold."""
    done = subprocess.run(
        [sys.executable, folder / "data/verify.py"], capture_output=True, check=False, text=True
    )
    assert done.returncode == 3
    return done.stderr


def test_the_program_in_the_bundle_finds_it_too(tmp_path):
    folder = written(tmp_path, plan())
    assert "data/viewing" in (folder / documents.HOW_TO).read_text("utf-8")
    (folder / VIEWING / "E-1-viewing.jpg").write_bytes(b"x")
    remade(folder)
    assert "E-1-viewing.jpg was made of nothing" in told(folder)
    (folder / VIEWING / "E-1-viewing.jpg").unlink()
    changed(folder, of_another)
    assert "was made of another file" in told(folder)
    (path,) = (folder / VIEWING).glob("*-viewing.mp4")
    path.write_bytes(b"other")
    remade(folder)
    assert "DOES NOT HOLD" in told(folder)
