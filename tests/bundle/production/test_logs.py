import csv
import io

from copwatch.bundle.extras import PRIVILEGE_LOG, REDACTION_LOG
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.write import write_bundle
from tests.bundle.making import Maker


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
        ("R00001", "privilege", "drop")
    ]
    assert "/notes_privileged" in redactions[0]["target"] and redactions[0]["method"].startswith("left out")
    assert [(row["log_id"], row["description"], row["author"]) for row in privileges] == [
        ("P0001", "notes privileged", "")
    ]
    assert redactions[0]["evidence"] == privileges[0]["bates_or_placeholder"]
    assert not any("theory" in path.read_text("utf-8") for path in folder.glob("data/*.csv"))


def test_without_privilege_there_is_no_privilege_log(tmp_path):
    folder = written(tmp_path)
    assert rows(folder, REDACTION_LOG) == [] and not (folder / PRIVILEGE_LOG).exists()
