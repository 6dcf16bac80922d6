import base64
import csv
import hashlib
import io
import re
from html.parser import HTMLParser

import pytest

from copwatch.bundle import documents
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.page import same_page
from copwatch.bundle.sheet import sheet
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import prepare, write_bundle
from copwatch.model.ids import code
from tests.bundle.making import Maker, draw, rules, usual

HOSTILE = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onclick='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "gpj.\u202eexe",
    "\x1b[31mred\x9b",
    "a\u200bb\u2066c",
    "<!--",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "]]><svg onload=alert(1)>",
]
TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "table", "thead", "tr", "th", "td",
    "span", "a", "ul", "li", "code", "figure", "figcaption", "img", "video", "audio", "strong",
    "script", "section", "label", "input", "progress", "svg", "desc", "rect", "path", "circle", "text",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "href", "rel", "data-label",
              "src", "alt", "loading", "controls", "preload", "poster", "aria-label", "id", "data-key", "hidden", "for",
              "type", "webkitdirectory", "multiple", "role", "aria-labelledby", "viewbox", "width", "height",
              "font-family", "font-size", "fill", "stroke", "stroke-width", "paint-order", "x", "y", "cx", "cy",
              "r", "d"}  # fmt: skip


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.links, self.text, self.ids = set(), set(), [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src", "poster")]
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        raise AssertionError("a comment")


def page_of(maker, tmp_path, **changes):
    write_bundle(maker.plan(**changes), FolderSink(tmp_path / "b"))
    assert verify_bundle(FolderTree(tmp_path / "b")).findings == ()
    return (tmp_path / "b" / documents.PAGE).read_text()


def hostile(text):
    maker = Maker()
    times = [{"at": at, "zone": text, "source": text} for at in (text, "2026-11-21T19:00:00Z")]
    places = [
        {"latitude": text, "longitude": "1", "source": "exif"},
        {"latitude": "1", "longitude": "1", "source": text},
    ]
    maker.file(f"{text}.jpg", b"abc", folder=text, file_time=text, captured=times, places=places)
    maker.report(
        city=text,
        lat="1.1",
        lon="1",
        geo_source=text,
        narrative_observed=[text, text],
        officers=[{"badge_as_seen": text}],
        reason=[text],
    )
    maker.add("batch", by=text, how=text, note=[text])
    maker.add(
        "custody", event=text, premis=text, at=text, scope=text, evidence=[text], by=text, outcome=text,
        purpose=[text], detail={"place": text},
    )  # fmt: skip
    return maker


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_and_visible(tmp_path, text):
    text_of_page = page_of(hostile(text), tmp_path, purpose=text)
    page = Page(text_of_page)
    assert page.tags <= TAGS and text_of_page.count("<script") == 1
    assert page.attributes <= ATTRIBUTES
    assert {link for link in page.links if not link.startswith(("evidence/E-", "#"))} == {"HOW-TO-VERIFY.txt"}
    assert all(c.isprintable() or c == "\n" for c in text_of_page)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "a\r\nb", 'a","b'])
def test_cells_of_the_custody_list_are_inert(tmp_path, text):
    page_of(hostile(text), tmp_path)
    rows = list(
        csv.reader(io.StringIO((tmp_path / "b" / documents.CUSTODY_CSV).read_bytes().decode(), newline=""))
    )
    assert {len(row) for row in rows} == {9}
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for row in rows for cell in row)


def test_a_cell_that_stands_alone_on_a_narrow_screen_says_what_it_is(tmp_path):
    page = page_of(usual(), tmp_path)
    tables = re.findall(r'<table class="listed">(.*?)</table>', page, re.S)
    assert len(tables) == 4
    for table in tables:
        heads = re.findall(r"<th>(.*?)</th>", table)
        for row in re.findall(r"<tr><td.*?</tr>", table, re.S):
            assert re.findall(r'<td[^>]* data-label="(.*?)">', row) == heads


def test_evidence_that_a_browser_could_run_is_named_and_not_linked(tmp_path):
    maker = Maker()
    for name in ("a.html", "b.svg", "c.js", "d.exe", "e", "f.JPG", "g h#1?.mp4"):
        maker.file(name, name.encode())
    page = Page(page_of(maker, tmp_path))
    linked = {link.rpartition("-")[2] for link in page.links if link.startswith("evidence/")}
    assert linked == {"f.JPG", "g%20h%231_.mp4"}


def test_the_page_needs_no_network_and_runs_its_own_script_alone(tmp_path):
    text = page_of(usual(), tmp_path)
    assert "default-src 'none'" in text and text.count("<script") == 1
    script = text.partition("<script>")[2].partition("</script>")[0]
    run = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{run}';" in text
    assert not any(
        word in script for word in ("fetch", "XMLHttpRequest", "innerHTML", "eval", "import", "Worker")
    )
    assert not any(word in text for word in ("http://", "https://", "url(", "@import"))
    assert all(link.startswith(("evidence/E-", "HOW-TO-VERIFY.txt", "#")) for link in Page(text).links)
    assert "@media print" in text
    style = text.partition("<style>")[2].partition("</style>")[0]
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{allowed}'" in text


def test_the_page_shows_report_evidence_custody_and_what_is_not_covered(tmp_path):
    text = page_of(usual(), tmp_path)
    for words in (
        "Two officers spoke to P1. P1 sat down.\nThey left.", "badge as seen", "1234", "Sergeant", "unsure", "Oakland",
        "Berkeley", "The place was wrong.", "IMG_0001.JPG", "clip.mp4", "[withheld]", "/notes_privileged/0", "disk B",
        "exported (exp)", "received (tra)", "What is not covered", "This is not legal advice",
        "Current version", "First version", "From the left camera.",
    ):  # fmt: skip
        assert words in text, words


def test_versions_that_stand_side_by_side_are_both_shown_as_current(tmp_path):
    maker = Maker()
    told = maker.report(city="Oakland")
    maker.report([told], city="Berkeley")
    maker.report([told], city="Emeryville")
    text = page_of(maker, tmp_path)
    assert text.count(">Current version") == 2 and "side by side" in text


def test_a_page_by_a_python_that_knows_more_characters_is_the_same_page():
    # U+1FAE8 was unassigned before Unicode 15; U+323AF is in no version yet.
    assert same_page("<p>shaken \U0001fae8</p>".encode(), b"<p>shaken \\U0001fae8</p>")
    assert same_page("<p>\U000323b0</p>".encode(), b"<p>\\U000323b0</p>")
    assert not same_page("<p>\u202e</p>".encode(), b"<p>\\u202e</p>")
    assert not same_page(b"<p>b</p>", b"<p>a</p>") and not same_page(b"\xff", b"a")


def test_every_row_of_timeline_and_map_leads_to_its_record(tmp_path):
    maker = usual()
    place = {"latitude": "37.8044", "longitude": "-122.2711", "source": "exif"}
    film = maker.file(
        "a.jpg",
        b"a",
        places=[place],
        captured=[{"at": "2026-11-21T19:00:00Z", "zone": "utc", "source": "gps"}],
    )
    maker.add("mark", evidence=maker.records[film]["id"], t_start="1.5")
    page = Page(page_of(maker, tmp_path))
    assert len(page.ids) == len(set(page.ids))
    places = {link[1:] for link in page.links if link.startswith("#")}
    assert places <= set(page.ids) and {each[:2] for each in places} == {"E-", "R-", "re"}
    assert "37.8044" in page.text and "Sketch map of 1 position" in page.text and "GPS" in page.text


def test_where_nothing_has_a_time_or_a_position_there_is_neither_timeline_nor_map(tmp_path):
    maker = Maker()
    maker.add("batch", by="OBS-7Q2K")
    text = page_of(maker, tmp_path, versions=())
    assert "<h2>Timeline" not in text and "<h2>Map" not in text and "<svg" not in text


def test_what_is_about_somebody_is_headed_by_the_code_that_the_archive_knows(tmp_path):
    maker = usual()
    person = draw("ann")
    maker.add("person", entity=person, parents=[], label="P1", role=["arrested"])
    maker.add(
        "identity", entity=draw("who"), parents=[], person=person, is_minor="no", legal_name="Ann Example"
    )
    for profile, heading in (("client-counsel", f"person {code('P', person)}"), ("court-filing", "person")):
        chosen = rules(profile, *maker.records, client={person})
        facts, proofs, texts = prepare(maker.plan(rules=chosen))
        page = texts[documents.PAGE].decode()
        assert f">{heading}</h3>" in page
        assert not any(code("P", record["id"]) in page for record in maker.records)
        shown = sheet(facts, {proof.leaf: proof.as_shown() for proof in proofs})
        assert heading in [each["heading"] for each in shown["others"]]
    assert person not in page
