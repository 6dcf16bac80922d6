"""The printed report: everything that the sheet says, stamped, with a page for each recording."""

import base64
import io
from datetime import UTC, datetime

import pikepdf
import pytest

from copwatch.typesetting.pages import count_pages
from copwatch.typesetting.report import Stamps, report_pdf
from tests.typesetting.pdf import flowing, said, text_of

CREATED = datetime(2026, 11, 22, 18, tzinfo=UTC)
HASH = "0123456789abcdef" * 4


def item(code: str, **more):
    return {
        "code": code, "bates": "", "name": "IMG.JPG", "file": f"evidence/{code}-IMG.JPG", "size": "17 bytes",
        "type": "image/jpeg", "recording": False, "notes": [], "received": "2026-11-21T20:00:00Z", "device": "8139",
        "file-time": "", "digests": [["SHA-256 when received", HASH]], **more,
    }  # fmt: skip


def record(heading: str, **rows: str):
    shown = [{"label": name, "value": value, "mark": ""} for name, value in rows.items()]
    return {"heading": heading, "provenance": "recorded then", "rows": shown}


def sheet(**more):
    return {
        "code": "BUNDLE-1", "mark": "Confidential", "notice": "Made for counsel.", "about": [], "side-by-side": False,
        "versions": [], "amendments": [], "evidence": [], "left": [], "custody": [], "others": [], "withheld": [],
        "not-shown": ["That it is true."], **more,
    }  # fmt: skip


FULL = sheet(
    about=[{"label": "Root key in words", "value": "melody either", "mark": ""}],
    versions=[record("Current version R-2", city="Oakland"), record("First version R-1", city="Berkeley")],
    amendments=[
        {"code": "R-1", "marks": "first", "recorded": "monday", "changed": "", "reason": ""},
        {"code": "R-2", "marks": "current", "recorded": "tuesday", "changed": "city", "reason": "Wrong place."},
    ],
    evidence=[
        item("E-1", notes=["folder DCIM"]),
        item("E-2", type="video/mp4", recording=True, bates="CW0000007", name="clip.mp4"),
    ],
    left=["Left behind: E-3."],
    custody=[
        {"at": "then", "event": "received", "premis": "tra", "who": "OBS-7", "what": "E-1", "device": "8139",
         "outcome": "pass", "detail": f"sha256 {HASH}"},
    ],
    others=[record("batch", by="OBS-7")],
    withheld=[["R-1", "/notes_privileged/0", "drop (privilege)"]],
)  # fmt: skip


def test_everything_that_the_sheet_says_is_on_paper(tmp_path):
    shown = text_of(report_pdf(FULL, CREATED).pdf, tmp_path)
    flat = flowing(shown)
    for word in (
        "Made for counsel.", "melody either", "Current version R-2", "First version R-1", "Wrong place.", "folder DCIM",
        "Left behind: E-3.", "received (tra)", "/notes_privileged/0", "drop (privilege)", "That it is true.",
        "An aid for reading, not proof", "CW0000007",
    ):  # fmt: skip
        assert word in flat
    assert HASH in "".join(shown.split())


def test_each_recording_has_a_sheet_of_its_own(tmp_path):
    without = count_pages(report_pdf(sheet(evidence=[item("E-1")]), CREATED).pdf)
    made = report_pdf(sheet(evidence=[item("E-1"), item("E-2", recording=True)]), CREATED).pdf
    assert count_pages(made) == without + 1
    last = said("pdftotext", "-f", str(without + 1), _file(made, tmp_path), "-")
    assert "stands for a recording" in flowing(last)
    assert "evidence/E-2-IMG.JPG" in "".join(last.split())


def _file(pdf: bytes, folder):
    path = folder / "x.pdf"
    path.write_bytes(pdf)
    return path


def test_every_page_bears_its_own_bates_number_where_numbers_are_given(tmp_path):
    text_of(report_pdf(FULL, CREATED).pdf, tmp_path)
    made = report_pdf(FULL, CREATED, Stamps("CW", 99)).pdf
    path = _file(made, tmp_path)
    for page in range(1, count_pages(made) + 1):
        shown = said("pdftotext", "-f", str(page), "-l", str(page), path, "-")
        assert f"CW{98 + page:07}" in shown
    assert "CW0000099" not in text_of(report_pdf(FULL, CREATED).pdf, tmp_path)


@pytest.mark.parametrize(
    "text", ['#read("/etc/passwd")', "*b* $x$ <l> @r", "日本 *x*", "a\nb\n  c", "x" * 5000]
)
def test_hostile_values_are_text(text, tmp_path):
    made = report_pdf(sheet(versions=[record("R", told=text)]), CREATED)
    shown = "".join(text_of(made.pdf, tmp_path).split())
    expected = "".join(f"[U+{ord(c):04X}]" if c in made.undrawn else c for c in text)
    assert "".join(expected.split())[:40] in shown
    assert made.undrawn == (("日", "本") if "日" in text else ())
    assert ("standastheirnumbers" in shown) == ("日" in text)


def test_the_same_sheet_gives_the_same_bytes():
    assert report_pdf(FULL, CREATED).pdf == report_pdf(FULL, CREATED).pdf


def jpeg():
    out = io.BytesIO()
    pytest.importorskip("PIL.Image").new("RGB", (320, 240), (200, 30, 30)).save(out, "JPEG")
    return out.getvalue()


def images(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = (one for one in opened.objects if isinstance(one, pikepdf.Stream))
        return [bytes(one.read_raw_bytes()) for one in streams if one.get("/Subtype") == "/Image"]


def test_a_thumbnail_stands_beside_its_file_and_what_has_none_says_what_it_is(tmp_path):
    rows = [item("E-1") | {"thumbnail": "a.jpg"}, item("E-2") | {"thumbnail": "", "kind": "melody"}]
    pictures = {"a.jpg": base64.b64encode(jpeg()).decode()}
    made = report_pdf(sheet(evidence=rows, pictures=pictures), CREATED)
    assert images(made.pdf) == [jpeg()]
    assert "melody" in flowing(text_of(made.pdf, tmp_path))
    assert b"Thumbnail of E-1" in b"".join(_alternatives(made.pdf))
    assert images(report_pdf(sheet(evidence=rows), CREATED).pdf) == []


def _alternatives(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            bytes(one.Alt) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        ]


def test_a_thumbnail_that_is_none_costs_the_report_only_its_thumbnails():
    rows = [item("E-1") | {"thumbnail": "a.jpg"}]
    pictures = {"a.jpg": base64.b64encode(b"\xff\xd8\xff no picture").decode()}
    made = report_pdf(sheet(evidence=rows, pictures=pictures), CREATED)
    assert images(made.pdf) == [] and count_pages(made.pdf)


EVENT = {
    "at": "then", "event": "received", "premis": "tra", "who": "", "what": "E-1", "device": "8139", "outcome": "pass",
    "detail": "",
}  # fmt: skip


def test_codes_stay_whole_where_a_line_ends_however_many_there_are(tmp_path):
    codes = [f"E-{number:04}-XYZA-7" for number in range(12)]
    named = f"{', '.join(codes)} and 488 more, each named in report.json"
    events = [{**EVENT, "what": named}, {**EVENT, "what": " ".join([*codes] * 50)}]
    made = report_pdf(sheet(custody=events, withheld=[[named, "/field", "by the profile"]]), CREATED)
    words = said("pdftotext", "-layout", _file(made.pdf, tmp_path), "-").replace(",", " ").split()
    assert all(words.count(code) == 52 for code in codes)


def test_a_row_that_fits_on_no_page_goes_on_on_the_next(tmp_path):
    texts = {
        name: [f"{name}{number}" for number in range(1500)] for name in ("why", "detail", "note", "field")
    }
    long = {name: " ".join(words) for name, words in texts.items()}
    amendments = [{"code": "R-1", "marks": "first", "recorded": "", "changed": "", "reason": ""}] * 2
    amendments[1] = {**amendments[1], "reason": long["why"]}
    made = report_pdf(
        sheet(
            amendments=amendments,
            custody=[{**EVENT, "detail": long["detail"]}],
            evidence=[item("E-1", notes=[long["note"]])],
            withheld=[[long["field"], "", ""]],
        ),
        CREATED,
    )
    printed = set(said("pdftotext", "-layout", _file(made.pdf, tmp_path), "-").split())
    assert {name: len(printed.intersection(words)) for name, words in texts.items()} == dict.fromkeys(
        texts, 1500
    )
