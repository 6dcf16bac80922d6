"""A long report is typeset in a process of its own; what stays of many records for one reason is one row."""

from datetime import datetime

import pytest

from copwatch.errors import Unfinished
from copwatch.typesetting import apart
from copwatch.typesetting.report import report_pdf
from copwatch.workflows import printing
from tests.typesetting.test_report import sheet

CREATED = "2026-11-22T18:00:00-08:00"


def test_a_long_report_is_the_same_as_a_short_one(monkeypatch):
    here = report_pdf(sheet(), datetime.fromisoformat(CREATED)).pdf
    monkeypatch.setattr(printing, "MANY", -1)
    monkeypatch.setattr(printing, "report_pdf", None)
    assert printing.print_report(sheet(), CREATED) == here


def test_a_process_that_gives_no_pdf_is_said_to_have_failed():
    with pytest.raises(Unfinished, match="could not be typeset"):
        apart.print_apart({"evidence": []}, CREATED)


def test_what_stays_of_many_records_for_one_reason_is_one_row():
    rows = [[f"E-{n}", "/name", "cleaned"] for n in range(15)] + [["E-3", "/camera", "cleaned"]]
    named = ", ".join(f"E-{n}" for n in range(12))
    assert printing._joined(rows) == [
        [f"{named} and 3 more, each named in report.json", "/name", "cleaned"],
        ["E-3", "/camera", "cleaned"],
    ]
