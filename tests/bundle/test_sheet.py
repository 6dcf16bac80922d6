"""The sheet of the printed report says what the page says."""

import html
import re
from functools import partial

import pytest

from copwatch.bundle import documents, write
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.rows import NO_PATHS
from copwatch.bundle.sheet import LONGEST, MOST_LINES, PDF, sheet
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import prepare, write_bundle
from copwatch.errors import Refused
from copwatch.media.isolated import MediaProcess
from copwatch.model.longtext import cut_text
from copwatch.progress import Progress
from copwatch.workflows.printing import print_report, print_saying
from tests.bundle.making import Maker, usual
from tests.typesetting.pdf import flowing, text_of


class Said(Progress):
    def __init__(self):
        self.heard = []

    def start(self, total_bytes, what):
        self.heard.append(what)

    def advance(self, n):
        self.heard.append(n)

    def finish(self):
        self.heard.append("finish")


def made(maker: Maker, numbers=None, **changes):
    facts, proofs, texts = prepare(maker.plan(**changes))
    page = re.sub(r"<[^>]*>", " ", texts[documents.PAGE].decode("utf-8"))
    return sheet(facts, {proof.leaf: proof.as_shown() for proof in proofs}, numbers), html.unescape(page)


def texts(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in texts(part)]


def test_every_field_of_the_sheet_stands_on_the_page_too():
    shown, page = made(usual())
    for record in (*shown["versions"], *shown["others"]):
        assert record["heading"] in page
        for row in record["rows"]:
            assert row["label"] in page
            assert row["value"] in page
    for row in shown["custody"]:
        assert row["detail"] in page
    for code, path, _ in shown["withheld"]:
        assert code in page
        assert path in page
    assert shown["notice"] in page
    assert all(line in page for line in shown["not-shown"])


def test_what_is_withheld_is_not_in_the_sheet():
    shown, _ = made(usual())
    every = "\n".join(texts(shown))
    assert "search was bad" not in every
    assert "why viewed" not in every
    assert [row[1:] for row in shown["withheld"]] == [
        ["/notes_privileged/0", "privileged"], ["/notes_privileged/1", "privileged"],
        ["1 value", NO_PATHS], ["1 value", NO_PATHS],
    ]  # fmt: skip


def test_what_holds_now_comes_first_and_what_was_written_first_after_it():
    shown, _ = made(usual())
    assert [record["heading"].split(" version")[0] for record in shown["versions"]] == ["Current", "First"]
    assert [row["marks"] for row in shown["amendments"]] == ["first", "current"]
    assert shown["amendments"][1]["reason"] == "The place was wrong."
    assert not shown["side-by-side"]


def test_recordings_are_marked_and_numbers_stand_beside_their_items():
    maker = Maker()
    at = maker.file("clip.mp4", b"moving")
    maker.records[at]["media_type"] = "video/mp4"
    maker.file("a.jpg", b"still")
    plain, _ = made(maker)
    code = plain["evidence"][0]["code"]
    shown, _ = made(maker, {code: "CW0000007"})
    assert [(item["recording"], item["bates"]) for item in shown["evidence"]] == [
        (True, "CW0000007"), (False, ""),
    ]  # fmt: skip


def test_hostile_names_are_cleaned():
    maker = Maker()
    maker.file("gpj.\u202eexe\x1b[31m", b"x")
    shown, _ = made(maker)
    assert shown["evidence"][0]["name"] == "gpj.\\u202eexe\\x1b[31m"


def test_a_text_as_long_as_a_book_is_cut_and_says_so():
    maker = Maker()
    told = "word " * LONGEST
    maker.report(narrative_observed=cut_text(told), stated_initial_reason=cut_text("a\n" * 2 * MOST_LINES))
    shown, page = made(maker)
    [many, long] = [row["value"] for row in shown["versions"][0]["rows"]]
    assert len(long) < LONGEST + 100
    assert f"the whole text of {len(told):,} characters is in report.json" in long
    assert many.count("\n") < MOST_LINES
    assert "cut here" not in page


def test_the_print_is_in_the_bundle_and_signed_and_verification_says_that_it_did_not_look_into_it(tmp_path):
    said = Said()
    printer = partial(print_saying, said, lambda: said.heard.append("then"))
    write_bundle(usual().plan(printer=printer), FolderSink(tmp_path / "b"))
    begun, *ticks, ended, then = said.heard
    assert (begun, ended, then) == ("typesetting report.pdf", "finish", "then") and set(ticks) <= {0}
    found = verify_bundle(FolderTree(tmp_path / "b"))
    assert found.findings == ()
    assert any(note.startswith("data/report.pdf is signed") for note in found.notes)
    shown = flowing(text_of((tmp_path / "b" / PDF).read_bytes(), tmp_path))
    assert "Two officers spoke to P1." in shown
    assert "Counsel thinks" not in shown

    with (tmp_path / "b" / PDF).open("r+b") as file:
        file.seek(1000)
        file.write(b"\0")
    assert {finding.where for finding in verify_bundle(FolderTree(tmp_path / "b")).findings} == {PDF}


def test_without_a_printer_there_is_no_print(tmp_path):
    write_bundle(usual().plan(), FolderSink(tmp_path / "b"))
    assert not (tmp_path / "b" / PDF).exists()
    assert not any("report.pdf" in note for note in verify_bundle(FolderTree(tmp_path / "b")).notes)


def test_a_print_that_says_what_is_withheld_does_not_go_out(monkeypatch, tmp_path):
    def leaking(*args):
        return {**sheet(*args), "mark": "Counsel thinks the search was bad."}

    monkeypatch.setattr(write, "sheet", leaking)
    with MediaProcess() as process, pytest.raises(Refused, match=r"report\.pdf"):
        plan = usual().plan(printer=print_report, pdf_texts=process.texts)
        write_bundle(plan, FolderSink(tmp_path / "b"))
    assert not (tmp_path / "b").exists()
