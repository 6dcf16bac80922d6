import csv
import io
from dataclasses import replace

from copwatch.bundle.decisions import Reviewed
from copwatch.bundle.documents import PAGE
from copwatch.bundle.extras import CERTIFICATION, PRIVILEGE_LOG, REDACTION_LOG
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.rows import NO_PATHS
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from tests.bundle.making import Maker, draw, rules


def written(tmp_path, **fields):
    maker = Maker()
    maker.file("a.jpg", b"abc")
    maker.report(city="Oakland", **fields)
    write_bundle(maker.plan(), FolderSink(tmp_path / "bundle"))
    return tmp_path / "bundle"


def rows(folder, path):
    return list(csv.DictReader(io.StringIO((folder / path).read_text("utf-8"), newline="")))


def test_what_is_privileged_stands_in_both_logs_and_its_words_in_none(tmp_path):
    folder = written(tmp_path, notes_privileged=["Our theory is this. ", "Nobody knows."])
    redactions, privileges = rows(folder, REDACTION_LOG), rows(folder, PRIVILEGE_LOG)
    assert [(row["redaction_id"], row["reason"], row["treatment"]) for row in redactions] == [
        ("R00001", "privilege", "drop"),
        ("R00002", "profile", "withheld"),
    ]
    assert "/notes_privileged" in redactions[0]["target"] and redactions[0]["method"].startswith("left out")
    assert [(row["log_id"], row["description"], row["author"]) for row in privileges] == [
        ("P0001", "notes privileged", "")
    ]
    assert redactions[0]["evidence"] == privileges[0]["bates_or_placeholder"]
    assert not any("theory" in path.read_text("utf-8") for path in folder.glob("data/*.csv"))


def test_without_privilege_there_is_no_privilege_log(tmp_path):
    folder = written(tmp_path)
    (row,) = rows(folder, REDACTION_LOG)
    assert row["target"].startswith("1 value of report") and row["treatment"] == "withheld"
    assert not (folder / PRIVILEGE_LOG).exists()


def filed(tmp_path, review=None, **fields):
    maker = Maker()
    leaf = maker.report(city="Oakland", **fields)
    decides = rules("court-filing", *maker.records, reviews={leaf: review} if review else None)
    write_bundle(maker.plan(rules=decides, strips=True), FolderSink(tmp_path / "bundle"))
    return tmp_path / "bundle"


def test_what_cannot_be_had_of_a_number_is_said_and_a_treatment_is_not_taken_for_done(tmp_path):
    folder = filed(tmp_path, arrests=[{"label": "A1", "booking_number": "BK-1"}])
    (row,) = [row for row in rows(folder, REDACTION_LOG) if "/booking_number" in row["target"]]
    assert row["treatment"] == "last_four"
    assert row["method"] == "left out, with its digest; no last four digits can stand for it"
    assert "by the profile; no last four digits can stand for it" in (folder / PAGE).read_text()


def test_what_is_hidden_is_counted_in_log_and_page_and_nothing_says_what_it_was(tmp_path):
    folder = filed(tmp_path, notes_privileged=["Our theory.", "Nobody knows."])
    (row,) = [row for row in rows(folder, REDACTION_LOG) if row["target"].startswith("3 values of report")]
    assert (row["treatment"], row["reason"]) == ("withheld", "profile") and NO_PATHS in row["method"]
    page = (folder / PAGE).read_text()
    assert f"<code>3 values</code>: {NO_PATHS}" in page and "notes_privileged" not in page
    assert not (folder / PRIVILEGE_LOG).exists()


def test_the_log_says_who_reviewed_as_the_bundle_names_them(tmp_path):
    words = ["They left. ", "A neighbour saw it."]
    decided = Reviewed(
        frozenset({"/narrative_observed/0"}), frozenset({"/narrative_observed/1"}), by="LEGAL-1"
    )
    folder = filed(tmp_path, decided, narrative_observed=words, force_narrative=["Not looked at."])
    by = {row["target"].split()[1]: row["reviewed_by"] for row in rows(folder, REDACTION_LOG)}
    assert by["/narrative_observed"].startswith("OBS-") and by["/force_narrative"] == ""
    assert "LEGAL-1" not in (folder / "data/report.json").read_text()
    assert not verify_bundle(FolderTree(folder)).findings


def test_the_certification_names_who_stands_in_custody_and_no_one_more_openly(tmp_path):
    maker = Maker()
    batch = maker.records[maker.add("batch", id=draw("batch"), by="OBS-7Q2K", how="sd_card")]
    maker.file("IMG_4711.jpg", b"abc")
    maker.records[-1] |= {"metadata": "strip", "batch": batch["id"]}
    plan = maker.plan(rules=rules("court-filing", *maker.records), strips=True)
    (item,) = plan.items
    write_bundle(replace(plan, items=(replace(item, name="stripped.jpg"),)), FolderSink(tmp_path / "bundle"))
    (received,) = [row for row in rows(tmp_path / "bundle", "data/custody.csv") if row["event"] == "received"]
    draft = (tmp_path / "bundle" / CERTIFICATION).read_text()
    assert batch["by"] not in draft and received["who"].startswith("OBS-")
    assert f"from whom: {received['who']}; how: sd card" in draft
