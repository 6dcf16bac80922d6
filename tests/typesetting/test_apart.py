"""A long report is typeset in a process of its own."""

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
