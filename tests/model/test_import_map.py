"""Mappings of other people's columns: what they may say, and the draft that begins one."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from copwatch.errors import BadInput
from copwatch.model.csv_form import read_row
from copwatch.model.import_draft import draft_map
from copwatch.model.import_map import ImportMap, parse_map, plan
from copwatch.model.values import Context

CONTEXT = Context(now=datetime(2026, 6, 1, tzinfo=UTC))


def planned(headers: list[str], text: str):
    return plan(headers, parse_map(text), CONTEXT, ZoneInfo)


def fields(headers: list[str], text: str, *cells: str):
    found = planned(headers, text)
    return read_row([column for *_, column in found.columns], cells)


@pytest.mark.parametrize(
    ("rule", "cell", "at", "precision"),
    [
        ('format = "%m/%d/%Y %H:%M"', "5/1/2026  18:05", "2026-05-01T18:05:00+00:00", "minute"),
        ('format = "%m/%d/%Y"', "05/01/2026", "2026-05-01T00:00:00+00:00", "day"),
        ('format = "%d.%m.%y %I %p"', "01.05.26 6 pm", "2026-05-01T18:00:00+00:00", "hour"),
        ('format = "%Y-%m-%dT%H:%M:%S%z"', "2026-05-01T18:05:09-0700", "2026-05-01T18:05:09-07:00", "second"),
        ('format = "%b %Y"', "May 2026", "2026-05-01T00:00:00+00:00", "month"),
        ('zone = "America/Los_Angeles"', "2026-05-01 18:05", "2026-05-01T18:05:00-07:00", "minute"),
        ('zone = "America/Los_Angeles"', "2026-01-01 18:05", "2026-01-01T18:05:00-08:00", "minute"),
        ("serial = 1900", "46143.75", "2026-05-01T18:00:00+00:00", "minute"),
        ("serial = 1900", "46143", "2026-05-01T00:00:00+00:00", "day"),
        ("serial = 1904", "44681", "2026-05-01T00:00:00+00:00", "day"),
    ],
)
def test_times_are_read_as_the_mapping_says(rule, cell, at, precision):
    text = f'columns.When = {{ field = "occurred_start", {rule} }}'
    found, problems = fields(["When"], text, cell)
    assert problems == []
    assert found["occurred_start"] == {"at": at, "precision": precision, "source": "observer_estimate"}


def test_an_unknown_time_needs_no_format():
    text = 'columns.When = { field = "occurred_start", format = "%m/%d/%Y" }'
    assert fields(["When"], text, "not sure") == ({"occurred_start": {"not_known": "unsure"}}, [])


def test_day_and_hour_may_stand_in_two_columns():
    text = 'columns.Day = { field = "occurred_start", format = "%m/%d/%Y %H:%M", with = "Hour" }'
    found = planned(["Hour", "Day"], text)
    assert [(place, beside) for place, beside, _ in found.columns] == [(1, 0)]


def test_words_of_another_office_become_terms():
    text = 'columns.Kind = { field = "incident_types", values = { "T-Stop" = "traffic_stop" } }'
    assert fields(["Kind"], text, "t-stop")[0] == {"incident_types": ["traffic_stop"]}
    assert fields(["Kind"], text, "arrest")[0] == {"incident_types": ["arrest"]}


def test_everything_that_is_wrong_with_the_columns_is_named_at_once():
    text = """
        ignore = ["Notes"]
        key = "Gone"
        [columns]
        "A" = "city"
        "B" = "badge"
        "Other" = { field = "occurred_start", format = "%H:%M" }
        "Z" = { field = "occurred_end", zone = "Mars/Base" }
        [constants]
        city = "Oakland"
        nothing = "x"
    """

    def zone(name):
        raise __import__("copwatch.model.values", fromlist=["Wrong"]).Wrong(f"{name} is no time zone")

    with pytest.raises(BadInput) as bad:
        plan(["A", "B", "C", "C", "Notes", "Other", "Z"], parse_map(text), CONTEXT, zone)
    for what in ("'Gone'", "'B': no such", "'C' is there twice", "no year", "Mars", "nothing: no such",
                 "'A' and 'city' both say city"):  # fmt: skip
        assert what in bad.value.message
    assert "Notes" not in bad.value.message


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("columns = 3", "columns: write a"),
        ("wat = 1", "wat: no such setting"),
        ("zone = 1", "zone: write a text"),
        ("ignore = 1", "ignore: write a list"),
        ("columns.A = 1", "A: write a field"),
        ('columns.A = { field = "city", serial = 1 }', "serial is 1900"),
        ('columns.A = { field = "city", colour = 1 }', "colour is nothing"),
        ('columns.A = { field = "city", values = { a = 1 } }', "are texts"),
        ("constants.a = []", "a: write a text"),
        ("[[", "not readable"),
        ("a" + ".a" * 50_000 + " = 1", "more than 8 parts"),
    ],
)
def test_a_mapping_that_is_none_is_refused(text, what):
    with pytest.raises(BadInput, match=what):
        parse_map(text)


def test_a_time_zone_is_for_times():
    with pytest.raises(BadInput, match="city is no time"):
        planned(["A"], 'columns.A = { field = "city", zone = "UTC" }')


def test_a_draft_guesses_by_likeness_and_reads_as_a_mapping():
    headers = [
        "No",
        "Date/Time",
        "When",
        "Where",
        "Badge #",
        "Badge 2",
        "City",
        "What happened",
        "",
        "qq\x1b[2J",
        "City",
    ]
    text = draft_map("a\nb.csv", headers)
    found = {header: rule.field for header, rule in parse_map(text).columns.items()}
    assert (
        found["Date/Time"] == "occurred_start"
        and found["Where"] == "location_text"
        and found["City"] == "city"
    )
    assert found["Badge #"] == "officers.1.badge_as_seen" and found["Badge 2"] == "officers.2.badge_as_seen"
    assert found["What happened"] == "narrative_observed"
    assert '# No = ""' in text and "\x1b" not in text
    assert "a\nb" not in text


def test_what_every_row_has_too_is_meant_of_the_report():
    text = draft_map("a.csv", ["date", "place", "observer", "agency", "arrest place", "time"])
    found = {header: rule.field for header, rule in parse_map(text).columns.items()}
    assert found == {
        "date": "occurred_start", "place": "location_text", "observer": "recorded_by", "agency": "agencies",
        "arrest place": "arrests.1.place",
    }  # fmt: skip


def test_without_a_mapping_columns_are_named_like_fields():
    found = plan(["Recorded by", "x.office"], ImportMap(), CONTEXT, ZoneInfo)
    assert [column.target.name for *_, column in found.columns] == ["recorded_by", "x.office"]


def test_a_draft_knows_a_column_that_says_the_template():
    headers = ["template", "Where"]
    assert planned(headers, draft_map("a.csv", headers)).template == "template"
