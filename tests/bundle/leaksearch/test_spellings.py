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
        *("Maribels bike", "Maribel2", "MaribelOrtega", "maribelortega@example.org", "ORTEGA"),
        *(
            "Mar-\nibel",
            "Mar-ibel",
            "M a r i b e l",
            "M.a.r.i.b.e.l.",
            "m-a-r-i-b-e-l",
            "M A R I B E L   O R T E G A",
        ),
        "Mar ibel",  # as PDFium tells letters set apart
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
    PHONE: ["510-555-0142", "(510) 555-0142", "510.555.0142", "510 / 555 0142", "5105550142"],
    HOME: ["1733 Alder Court", "1733 ALDER CT", "1733 Alder Ct., Oakland", "1733\nAlder  court"],
    "Calle Alder 1733, Oakland": ["calle alder 1733"],
    BIRTH: [
        *(
            "March 4th, 2012",
            "4 March 2012",
            "4 de marzo de 2012",
            "04 MAR 2012",
            "4th of March, 2012",
            "Mar. 4, 2012",
        ),
        *(
            "04MAR2012",
            "4/mar/2012",
            "marzo 4 de 2012",
            "4 de mar. de 2012",
            "3/4/12",
            "04.03.2012",
            "2012:03:04 10:00",
        ),
    ],
    "1990-05-01": ["1º de mayo de 1990", "May 1st 1990"],
    HANDLE: ["OBS7", "Obs 7", "obs_7", "obs.7"],
    "OBS-1234": ["obs1234", "OBS 1234"],
    TIME: [
        *(
            "18.07",
            "1807 hrs",
            "1807h",
            "18h07",
            "6:07 pm",
            "6:07 p.m.",
            "6.07 pm",
            "06:07PM",
            "6:07",
            "18:07",
        ),
        *("2026-06-12T18:07Z", "2026-06-12 18:07", "20260612T1807", "PXL_20260612_180722123.jpg", "18:07:22"),
    ],
    "18:07": ["18h07", "6:07 pm"],
    "12": ["12", "-12 m", "up to 12, then", "12."],
    "Straßenkæmper Øst": ["STRASSENKAEMPER OST", "Strassenkæmper Ost"],
}


@pytest.mark.parametrize(("value", "text"), [(value, text) for value in FOUND for text in FOUND[value]])
def test_usual_spellings_are_found(value, text):
    assert found_in(value, f"it says {text}, there")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((BIRTH, text) for text in ("14 March 2012", "March 4, 20123", "13/4/12", "2012-03-05")),
        *((HANDLE, text) for text in ("OBS-71", "jobs 7", "obs")),
        *(
            (TIME, text)
            for text in ("16:07", "$18.07.50", "18.07.2025", "11807 hrs", "2026-06-12T18:07:40Z", "18:07:40")
        ),
        *(("12", text) for text in ("2026-06-12", "12:30", "37.12", "12,000", "112", "1/12", "12/1")),
        (HOME, "1733 Alderman, 11733 Alder Court"),
        ("18 officers came, then more", "18 officers came"),
        (NAME, "a mari bell rang"),
    ],
)
def test_what_only_looks_alike_is_not(value, text):
    assert not found_in(value, f"it says {text} there")


def test_a_part_of_a_name_that_the_program_writes_itself_counts_as_a_whole_word_where_people_wrote():
    matcher = Matcher(
        [Secret("Ann Export", "report /x", "0" * 64, "/x", Sort.NAME)], common=frozenset({"export"})
    )
    assert matcher.in_cell("Mrs. Export") == {0}
    assert (
        not matcher.in_cell("exports") and not matcher.in_text("Export") and not matcher.in_bytes(b"export")
    )


def test_parts_of_a_name_are_found_in_bytes():
    matcher = Matcher([Secret(NAME, "report /x", "0" * 64, "/x", Sort.NAME)])
    assert matcher.in_bytes(b"\0Maribels iPhone\0") == matcher.in_bytes("ŁUKASZ".encode("utf-16-le")) == {0}
