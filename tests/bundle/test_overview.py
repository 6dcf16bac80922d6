"""The timeline and the map of a bundle without proofs: from the texts of its report alone."""

import json

from copwatch.bundle.sketch_map import sketch
from copwatch.bundle.unproven import overview
from copwatch.bundle.unproven.documents import open_documents
from copwatch.bundle.unproven.facts import Line, OpenFacts, Part, parse_open_facts

HOUR = Line("/occurred_start", "occurred start", "2026-05-01, in the hour from 18 (UTC-07)", "coarse_hour")
END = Line("/occurred_end", "occurred end", HOUR.text, "coarse_hour")
DAY = Line("/occurred_end", "occurred end", "2026-05-01", "coarse_day")
KEPT = Line("/at", "at", "2026-05-01 17:59 -07:00")
WORDS = Line("/title_neutral", "title", "2026-05-01 17:00 -07:00")
LAT, LON = Line("/lat", "lat", "37.80", "coarse"), Line("/lon", "lon", "-122.27", "coarse")
EXACT = Line("/places/0/latitude", "places", "37.80441"), Line("/places/0/longitude", "places", "-122.27111")


def facts(*parts: Part) -> OpenFacts:
    return OpenFacts("BUNDLE-0000-0000-0", "partner-org", "x", parts, (), 0)


def page(*parts: Part) -> str:
    return open_documents(facts(*parts))["data/index.html"].decode()


def test_times_stand_in_order_and_a_beginning_before_its_end():
    found = overview.timeline(facts(Part("report", (WORDS, HOUR, END)), Part("event", (KEPT,))))
    assert [(row.time, row.what) for row in found.placed] == [
        (KEPT.text, "event: at"), (HOUR.text, "occurred start"), (END.text, "occurred end"),
    ]  # fmt: skip
    assert [row.notes for row in found.placed] == [(), *[("the hour of a finer time",)] * 2]
    assert found.others == ()


def test_a_day_has_no_place_among_moments():
    found = overview.timeline(facts(Part("report", (HOUR, DAY))))
    assert [row.time for row in found.placed] == [HOUR.text]
    assert [row.time for row in found.others] == ["2026-05-01"]


def test_a_coarse_position_is_an_area_and_an_exact_one_a_point():
    found = overview.positions(facts(Part("report", (LAT, LON)), Part("evidence ITEM-1", EXACT)))
    assert [(each.latitude, each.longitude, each.note) for each in found] == [
        ("37.80", "-122.27", "made coarse"), ("37.80441", "-122.27111", ""),
    ]  # fmt: skip
    assert [(each.slack > 0, each.report) for each in found] == [(True, True), (False, False)]
    drawn = sketch(found)
    assert drawn is not None and drawn.total == 2


def test_half_a_position_is_none():
    assert overview.positions(facts(Part("report", (LAT,)), Part("report", (LON,)))) == ()


def test_the_page_has_both_and_links_that_lead_somewhere():
    text = page(Part("event", (KEPT,)), Part("event", (HOUR,)), Part("report", (LAT, LON)))
    assert "<h2>Timeline</h2>" in text and "<h2>Map</h2>" in text and "under Custody" not in text
    for anchor, name in (("part-1", "event 1"), ("part-2", "event 2"), ("part-3", "report")):
        assert f'<h2 id="{anchor}">{name}</h2>' in text and f'<a href="#{anchor}">{name}</a>' in text


def test_a_page_without_times_and_places_has_neither():
    text = page(Part("report", (WORDS,)))
    assert "<h2>Timeline</h2>" not in text and "<h2>Map</h2>" not in text


def test_hostile_texts_are_texts():
    said = "<script>alert(1)</script>"
    line = Line("/occurred_start", said, said, "coarse_hour")
    assert said not in page(Part(said, (line, Line("/lat", said, said), Line("/lon", said, said))))


def test_it_follows_from_the_report_alone():
    before = facts(Part("report", (HOUR, LAT, LON)))
    read = parse_open_facts(before.encoded())
    assert read is not None and open_documents(read) == open_documents(before)
    assert "18:00" not in json.dumps(json.loads(before.encoded()))
