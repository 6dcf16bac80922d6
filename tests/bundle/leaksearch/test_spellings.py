"""Usual spellings of withheld values, one table; and what looks like one and is none, another."""

import pytest

from copwatch.bundle.leaksearch.matcher import Matcher
from copwatch.bundle.leaksearch.secrets import Secret, Sort

NAME, PHONE, HOME = "Maribel Łukasz Ortega", "+1 (510) 555-0142", "1733 Alder Court, Oakland, CA"
BIRTH, HANDLE, TIME = "2012-03-04", "OBS-7", "2026-06-12T18:07:22-07:00"


def found_in(value, text):
    sort = Sort.NAME if value == NAME else Sort.TEXT
    return Matcher([Secret(value, "report /x", "0" * 64, "/x", sort)]).in_cell(text) == {0}


FOUND = {
    NAME: [
        "Lukasz",
        "ŁUKASZ",
        "Mаribеl",  # Cyrillic а and е
        "ΜΑRΙΒΕL",  # Greek, but for R and L
        "Mar\u00adibel",
        "Mar\u00ad\nibel",
        "Mar\u200bibel",
        "Mar\x02ibel",  # as PDFium tells a hyphen at the end of a line
        "Mar\ufffeibel",
    ],
    "Straßenkæmper Øst": ["STRASSENKAEMPER OST", "Strassenkæmper Ost"],
}


@pytest.mark.parametrize(("value", "text"), [(value, text) for value in FOUND for text in FOUND[value]])
def test_usual_spellings_are_found(value, text):
    assert found_in(value, f"it says {text}, there")
