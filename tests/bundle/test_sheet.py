"""The sheet of the printed report says what the page says."""

import html
import re

from copwatch.bundle import documents
from copwatch.bundle.sheet import LONGEST, MOST_LINES, sheet
from copwatch.bundle.write import prepare
from copwatch.model.longtext import cut_text
from tests.bundle.making import Maker, usual


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
        ["/notes_privileged/0", "drop (privilege)"], ["/notes_privileged/1", "drop (privilege)"],
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
    [long, many] = [row["value"] for row in shown["versions"][0]["rows"]]
    assert len(long) < LONGEST + 100
    assert f"the whole text of {len(told):,} characters is in report.json" in long
    assert many.count("\n") < MOST_LINES
    assert "cut here" not in page
