"""Bundles of clean renditions: what an honest one shows, and what one whose maker lies cannot."""

import hashlib
import io
from dataclasses import replace

import pytest

from copwatch.bundle import documents
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.match import match_essence, match_rendition
from copwatch.bundle.renditions import Looked
from copwatch.bundle.sinks import ZipSink
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.bundle.ziptree import ZipTree
from copwatch.errors import BadInput, Refused
from copwatch.media.cleaning import essence_hash, scan
from copwatch.media.parts import Treatment, essence_of
from copwatch.media.refusal import CannotClean
from copwatch.model.ids import code
from tests.bundle.making import CREATED, Maker, draw, rules
from tests.bundle.test_verify import remade
from tests.bundle.test_write import written
from tests.media.cleaned import clean
from tests.media.making_jpeg import exif, picture, put_in

ORIGINAL = put_in(picture(), exif(6))
CLEAN = clean(ORIGINAL)


def essence(data: bytes) -> str:
    file = io.BytesIO(data)
    return essence_hash(file, essence_of(scan(file).parts))


def look(file) -> Looked:
    """In this process, which a test may: the files are its own."""
    try:
        found = scan(file)
    except CannotClean as error:
        return Looked(why_not=error.message)
    left = next((part.what for part in found.parts if part.treatment is not Treatment.KEEP), "")
    return Looked(found.media_type, essence_hash(file, essence_of(found.parts)), left)


def check(folder, **more):
    return verify_bundle(FolderTree(folder), look=look, **more)


def plan_of(data: bytes = CLEAN, *, maker: Maker | None = None, received: str | None = None, **said):
    """A plan with one rendition, whose record says `said` in place of what is true."""
    maker = maker or Maker()
    more = {} if received is None else {"essence": received}
    maker.file("IMG_0001.JPG", ORIGINAL, folder="DCIM", file_time="2026-11-21T19:00:00Z", **more)
    at, found = maker.files[0][0], essence(data)
    record = {
        "evidence": maker.records[at]["id"], "evidence_leaf": maker.leaf(at), "made": "stripped",
        "tool": "copwatch 0.1.0", "media_type": "image/jpeg", "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(), "essence": found, "evidence_essence": found, **said,
    }  # fmt: skip
    made = maker.add("rendition", **record)
    plan = maker.plan(strips=True, incident=None, rules=replace(rules(), strips=True))
    rendition = next(proven for proven in plan.records if proven.leaf == maker.leaf(made))
    (item,) = plan.items
    item = replace(item, name="stripped.jpg", rendition=rendition, open=lambda: io.BytesIO(data))
    return replace(plan, items=(item,))


def test_an_honest_one_holds_and_says_what_was_made_of_what(tmp_path):
    folder = written(tmp_path, plan_of(received=essence(ORIGINAL)))
    found = check(folder)
    assert found.ok and found.findings == () and found.files == ()
    (made,) = found.renditions
    assert made.computed and made.received_essence and made.essence == essence(ORIGINAL)
    assert made.evidence_sha256 == hashlib.sha256(ORIGINAL).hexdigest()
    assert made.sha256 == hashlib.sha256(CLEAN).hexdigest() and made.file.endswith("-stripped.jpg")
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"IMG_0001" not in everything and b"DCIM" not in everything and b"19:00:00Z" not in everything


def test_without_anybody_who_looks_that_is_said(tmp_path):
    found = verify_bundle(FolderTree(written(tmp_path, plan_of())))
    assert found.ok and [finding.kind for finding in found.findings] == ["not checked"]
    assert not found.renditions[0].computed and not found.renditions[0].received_essence


def test_a_zip_is_looked_into_where_it_lies():
    stream = io.BytesIO()
    write_bundle(plan_of(), ZipSink(stream, "b", CREATED))
    found = verify_bundle(ZipTree(stream), look=look)
    assert found.ok and found.findings == () and found.renditions[0].computed


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ({"essence": "1" * 64, "evidence_essence": "1" * 64}, 13), ({"media_type": "image/png"}, 13),
        ({"evidence_essence": "1" * 64}, 9),
    ],
)  # fmt: skip
def test_a_device_that_lies_about_picture_and_sound_is_found_out(tmp_path, said, number):
    found = check(written(tmp_path, plan_of(**said)))
    assert [check.number for check in found.checks if not check.passed] == [number]
    assert match_rendition(found, hashlib.sha256(CLEAN).hexdigest(), len(CLEAN)) == ()
    assert match_essence(found, essence(CLEAN)) == ()


def test_a_rendition_of_other_picture_than_its_receipt_recorded_is_found_out(tmp_path):
    found = check(written(tmp_path, plan_of(received="2" * 64)))
    assert [check.number for check in found.checks if not check.passed] == [9] and found.renditions == ()


def test_what_is_left_in_a_rendition_is_said(tmp_path):
    found = check(written(tmp_path, plan_of(ORIGINAL)))
    assert [(finding.kind, finding.fails) for finding in found.findings] == [("not clean", False)]
    assert "would take out more" in found.findings[0].detail


def test_what_nobody_can_look_at_is_said(tmp_path):
    folder = written(tmp_path, plan_of())
    found = verify_bundle(FolderTree(folder), look=lambda file: Looked(why_not="too long"))
    assert (
        found.ok and "too long" in found.findings[0].detail and found.renditions[0].not_computed == "too long"
    )


def test_another_file_in_its_place_does_not_hold_even_signed_anew(tmp_path):
    folder = written(tmp_path, plan_of())
    (file,) = (folder / documents.EVIDENCE).iterdir()
    file.write_bytes(clean(picture(size=(40, 40))))
    remade(folder)
    found = check(folder)
    assert [check.number for check in found.checks if not check.passed] == [9] and found.renditions == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": draw("another")}, {"evidence_leaf": "3" * 64},
    ],
)  # fmt: skip
def test_a_rendition_of_something_else_is_never_written(tmp_path, changes):
    with pytest.raises(BadInput, match="not its own"):
        written(tmp_path, plan_of(**changes))
    assert list(tmp_path.iterdir()) == []


def test_plans_that_mix_or_tell_are_refused(tmp_path):
    plan = plan_of()
    (item,) = plan.items
    bad = (
        replace(plan, strips=False), replace(plan, items=(replace(item, rendition=None),)),
        replace(plan, items=(replace(item, name="IMG_0001.JPG"),)), replace(plan, not_cleaned=("E-1",)),
        replace(plan, not_cleaned=(item.code,)), replace(plan_of(), strips=False, not_cleaned=(code("E", draw("x")),)),
    )  # fmt: skip
    for one in bad:
        with pytest.raises(BadInput):
            written(tmp_path, one)
    assert list(tmp_path.iterdir()) == []


def test_a_name_in_the_words_of_a_report_does_not_stop_it_and_privileged_words_do(tmp_path):
    maker = Maker()
    maker.report(
        narrative_observed=["It is seen in IMG_0001.JPG on the card."], notes_privileged=["Counsel says no."]
    )
    plan = plan_of(maker=maker)
    assert check(written(tmp_path, replace(plan, versions=(), incident=None))).ok
    maker = Maker()
    maker.report(narrative_observed=["Counsel says no."], notes_privileged=["Counsel says no."])
    with pytest.raises(Refused, match="notes_privileged"):
        written(tmp_path, replace(plan_of(maker=maker), versions=(), incident=None), "other")


def test_what_was_not_cleaned_is_named_on_the_page(tmp_path):
    left = code("E", draw("left behind"))
    folder = written(tmp_path, replace(plan_of(), not_cleaned=(left,)))
    found = check(folder)
    assert found.ok and found.facts.not_cleaned == (left,)
    assert left in (folder / "data/index.html").read_text()


def test_a_sink_that_fails_leaves_nothing(tmp_path):
    plan = plan_of()
    (item,) = plan.items
    cut = replace(plan, items=(replace(item, open=lambda: io.BytesIO(CLEAN[:-1])),))
    with pytest.raises(Exception, match="is not the rendition that was recorded"):
        write_bundle(cut, FolderSink(tmp_path / "bundle"))
    assert list(tmp_path.iterdir()) == []
