"""The pieces of the benchmark run, with tiny sizes. Nothing is timed here."""

import json

import pytest

from tests.benchmarks import run
from tests.benchmarks.cases import Row, Sizes
from tests.benchmarks.report import TEXT, as_json, as_markdown, as_text, facts
from tests.conftest import REPO, judge

TINY = Sizes(large=100_000, count=3, small=1000, lines=5, rounds=1, growth=2, photos=2)


# Exporting starts forty programs however little there is to export; it is run by hand.
@pytest.mark.parametrize("case", [case for case in run.CASES if case != "export"])
def test_each_case_gives_rows_and_leaves_nothing(tmp_path, case, monkeypatch):
    for program in run.NEEDED:
        judge(program)
    monkeypatch.setattr(run, "FULL", TINY)
    written, folder = tmp_path / "performance.md", tmp_path / "here"
    folder.mkdir()
    assert run.main(["--only", case, "--folder", str(folder), "--write", str(written)]) in (0, 1)
    assert written.read_text().count("\n| ") > 8
    assert list(folder.iterdir()) == []


def test_a_row_says_whether_its_bound_is_kept():
    assert Row("a", 1.0, 4.0, "s", 0.25).met is True
    assert Row("a", 1.1, 4.0, "s", 0.25).met is False
    assert Row("a", 9.0, None, "s", 10.0).met is True
    assert Row("a", 9.0, 1.0, "s", None).met is None


def test_the_table_is_text_json_and_markdown(tmp_path):
    rows = [Row("a", 1.0, 4.0, "s", 0.25, 0.3, 0.2), Row("b", 200.0, None, "MB", 150.0)]
    assert "NO" in as_text(rows)
    assert [row["met"] for row in json.loads(as_json(rows, facts(tmp_path)))["rows"]] == [True, False]
    assert "| b | 200.00 MB |  |  | 150 MB | NO |" in as_markdown(rows, facts(tmp_path))


def test_the_table_in_the_docs_is_the_one_that_was_written():
    assert (REPO / "docs" / "performance.md").read_text().startswith(TEXT)
