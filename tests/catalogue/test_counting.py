"""Counting incidents, and drawing the counts."""

import re
from xml.etree import ElementTree

import pytest

from copwatch.catalogue import counting
from copwatch.catalogue.asked import Filter
from copwatch.catalogue.counting import Count, Counted, counted
from copwatch.errors import BadInput, UsageError
from copwatch.typesetting.picture import png_of_svg
from copwatch.workflows.charts import chart_svg, check_chart_name
from tests.catalogue.build import Device, an_id, filled


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    device = Device("one")
    first = device.report(an_id("amended"), agencies=["Forgotten Agency"])
    records = [first, device.report(an_id("amended"), first, agencies=["OPD"], force=["baton_drawn"])]
    for number in range(6):
        records.append(
            device.report(
                an_id("incident", number),
                agencies=["OPD", "CHP"] if number < 2 else ["opd" if number == 2 else "OPD"],
                occurred_start={"at": f"2026-0{1 + number % 2}-05T18:00:00-08:00", "precision": "minute",
                                "source": "observer_estimate"},
                officers=[{"label": "O1", "badge_as_seen": "4411" if number else "7"}, {"label": "O2"}],
                location_text="5th & Main", n_arrested=number, x={"channel": "north"},
            )
        )  # fmt: skip
    with filled(tmp_path_factory.mktemp("counting"), device.entry(*records)) as opened:
        yield opened


def rows(catalogue, by, *filters):
    return [(row.value, row.incidents) for row in counted(catalogue, by, filters).rows]


def test_each_incident_counts_once_by_its_current_report(catalogue):
    assert rows(catalogue, "agency") == [("OPD", 7), ("CHP", 2)]
    assert rows(catalogue, "force") == [("baton drawn", 1)]
    assert rows(catalogue, "month") == [("2026-01", 3), ("2026-02", 3)]
    assert rows(catalogue, "place") == [("5th & Main", 6)]
    assert rows(catalogue, "n_arrested", Filter("agency", "chp")) == [("0", 1), ("1", 1)]


def test_a_badge_number_is_told_where_it_is_in_more_than_one_incident(catalogue):
    assert rows(catalogue, "badge") == [("4411", 5)]
    assert rows(catalogue, "badge", Filter("until", "2026-01")) == [("4411", 2)]
    assert rows(catalogue, "officers.label") == [("O1", 6), ("O2", 6)]


def test_what_is_cut_off_is_counted_all_the_same(catalogue, monkeypatch):
    monkeypatch.setattr(counting, "_MOST", 1)
    cut = counted(catalogue, "agency")
    assert [row.value for row in cut.rows] == ["OPD"] and cut.values == 2
    assert counted(catalogue, "agency", [Filter("until", "1999")]).values == 0


def test_counts_that_could_single_a_person_out_are_told(catalogue):
    assert counted(catalogue, "agency").small == 1
    assert counted(catalogue, "place").small == 0


@pytest.mark.parametrize(
    "by", ["narrative_observed", "agncy", "", "officers", "x.no_such", "reports; --", "a.b.c"]
)
def test_what_cannot_be_counted_is_refused(catalogue, by):
    with pytest.raises(BadInput) as refused:
        counted(catalogue, by)
    assert refused.value.hint


HOSTILE = Counted("agency", (Count('<script>&"\x1b[31m\u202e' + "x" * 500, 3), Count("OPD", 9)), values=2)


def test_a_chart_is_well_formed_and_holds_no_more_than_cleaned_text():
    svg = chart_svg([HOSTILE, Counted("month", ())])
    tree = ElementTree.fromstring(svg)
    assert {element.tag.rpartition("}")[2] for element in tree.iter()} == {"svg", "rect", "text"}
    assert "\x1b" not in svg and "\u202e" not in svg and "x" * 41 not in svg
    widths = [int(width) for width in re.findall(r'<rect x="310"[^>]* width="(\d+)"', svg)]
    assert widths == [127, 380]


def test_a_chart_can_be_a_png():
    assert png_of_svg(chart_svg([HOSTILE]).encode()).startswith(b"\x89PNG\r\n")


def test_a_chart_of_another_kind_is_refused(tmp_path):
    with pytest.raises(UsageError):
        check_chart_name(tmp_path / "chart.gif")
