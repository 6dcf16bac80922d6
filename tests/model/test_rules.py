"""Counting of time limits, and files of rules: everything wrong is named, and nothing of it used."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.errors import BadInput
from copwatch.model.rules.counting import Since, deadline, is_business_day, next_business_day
from copwatch.model.rules.reading import BadRules, read_rules
from copwatch.model.rules.rule import FARTHEST, Rule, rule_of
from copwatch.model.vocabularies.legal import RULE_TRIGGER, RULE_UNIT

TODAY = date(2026, 6, 1)
DOC = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLE = re.search("```toml\n(.*?)```", DOC, re.DOTALL)[1]


def rule(n: int, unit: str = "calendar_days", **more) -> Rule:
    return Rule(
        id="r", jurisdiction="US-XX", trigger="incident_occurred_end", n=n, unit=unit, authority="Example Code § 1",
        checked_on=date(2026, 5, 1), **more,
    )  # fmt: skip


def ends(start: str, n: int, unit: str, *holidays: str, roll: str = "none") -> str:
    days = {date.fromisoformat(day) for day in holidays}
    return deadline(rule(n, unit, roll=roll), Since(date.fromisoformat(start)), days).day.isoformat()


@pytest.mark.parametrize(
    ("start", "n", "unit", "expected"),
    [
        ("2026-05-01", 90, "calendar_days", "2026-07-30"),
        ("2026-05-01", 0, "calendar_days", "2026-05-01"),
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2028-01-31", 1, "months", "2028-02-29"),
        ("2026-08-31", 6, "months", "2027-02-28"),
        ("2026-12-15", 1, "months", "2027-01-15"),
        ("2028-02-29", 1, "years", "2029-02-28"),
        ("2028-02-29", 4, "years", "2032-02-29"),
        ("2026-05-01", 1, "business_days", "2026-05-04"),  # a Friday
        ("2026-05-02", 1, "business_days", "2026-05-04"),  # a Saturday
        ("2026-05-01", 10, "business_days", "2026-05-15"),
        ("2026-05-01", 47, "hours", "2026-05-02"),
    ],
)
def test_dates_are_counted_on_the_calendar(start, n, unit, expected):
    assert ends(start, n, unit) == expected


def test_holidays_and_weekends_are_passed_over_where_the_rule_says_so():
    assert ends("2026-07-02", 1, "business_days", "2026-07-03") == "2026-07-06"
    assert ends("2026-06-30", 4, "calendar_days", roll="next_business_day") == "2026-07-06"
    assert ends("2026-06-30", 4, "calendar_days", "2026-07-06", roll="next_business_day") == "2026-07-07"
    rolled = deadline(rule(4, roll="next_business_day"), Since(date(2026, 6, 30)))
    assert (rolled.rolled_from, rolled.no_holidays_in) == (date(2026, 7, 4), 2026)
    assert (
        deadline(rule(1, "business_days"), Since(date(2026, 12, 31)), {date(2026, 12, 25)}).no_holidays_in
        == 2027
    )
    assert deadline(rule(400), Since(date(2026, 6, 30))).no_holidays_in == 0


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # The night in which clocks go forward has no 02:30, the one in which they go back two of 01:30.
        (datetime(2026, 3, 7, 20), datetime(2026, 3, 8, 21)),
        (datetime(2026, 10, 31, 20), datetime(2026, 11, 1, 19)),
        (datetime(2026, 5, 1, 20), datetime(2026, 5, 2, 20)),
    ],
)
def test_hours_are_true_hours_over_a_change_of_summer_time(start, expected):
    zone = ZoneInfo("America/Los_Angeles")
    begins = start.replace(tzinfo=zone)
    found = deadline(rule(24, "hours"), Since(begins.date(), begins))
    assert found.at == expected.replace(tzinfo=zone) and found.day == expected.date()
    assert found.at.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=24)


DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(DAYS, st.sampled_from(RULE_UNIT.terms), st.data(), st.sets(DAYS, max_size=20), st.booleans())
def test_no_rule_leaves_the_calendar_or_ends_before_it_begins(day, unit, data, holidays, rolls):
    n = data.draw(st.integers(0, FARTHEST[unit]) if unit != "business_days" else st.integers(0, 400))
    roll = "next_business_day" if rolls and unit != "hours" else "none"
    found = deadline(rule(n, unit, roll=roll), Since(day), holidays)
    assert found.day >= day
    if rolls and unit != "hours":
        assert is_business_day(found.day, holidays)
    again = deadline(rule(n + 1 if n < FARTHEST[unit] else n, unit, roll=roll), Since(day), holidays)
    assert again.day >= found.day


@given(DAYS, st.integers(1, 60), st.sets(DAYS, max_size=10))
def test_business_days_between_are_as_many_as_the_rule_says(day, n, holidays):
    last = deadline(rule(n, "business_days"), Since(day), holidays).day
    passed = (day + timedelta(1 + k) for k in range((last - day).days))
    assert sum(is_business_day(each, holidays) for each in passed) == n
    assert next_business_day(last, holidays) == last


def test_the_example_of_the_documentation_is_read_as_it_says():
    book = read_rules(EXAMPLE, TODAY)
    (found,) = book.rules
    assert (found.id, found.trigger, found.n, found.unit) == (
        "us-xx-claim",
        "arrest_released_at",
        90,
        "calendar_days",
    )
    assert found.verified and (found.verified_by, found.verified_on) == ("Jo Example", date(2026, 5, 2))
    assert found.claims == ("false arrest",) and found.agency_levels == ("municipal", "sheriff")
    assert found.warn_before_days == (60, 30, 7) and date(2026, 7, 3) in book.holidays
    assert not found.stale(date(2027, 5, 1)) and found.stale(date(2027, 5, 2))


def test_the_documentation_names_every_trigger_and_every_key():
    assert all(f"`{term.replace('_', '.', 1)}`" in DOC for term in RULE_TRIGGER.terms)
    wrong = refused('[[rule]]\nid = "x"\nnosuch = 1\n')
    keys = re.search("nosuch: none of (.*?)(;|$)", wrong)[1].split(", ")
    assert len(keys) > 15 and all(f"`{key}`" in DOC for key in keys)


def refused(text: str, **more) -> str:
    with pytest.raises(BadRules) as error:
        read_rules(text, TODAY, **more)
    return error.value.message


def test_everything_wrong_is_named_with_its_place():
    said = refused(
        """
holidays = ["2026-02-30", 2026-07-04]
nosuch = 1
[[rule]]
id = "A b"
jurisdiction = "US-XX"
trigger = "arrest.someday"
offset = { n = 1200, unit = "years", m = 1 }
roll = "next_business_day"
checked_on = 2027-01-01
attorney_verified = true
evidence = "dashcam"
[[rule]]
id = "two"
jurisdiction = "US-XX"
trigger = "unknown"
offset = { n = 1, unit = "hours" }
roll = "next_business_day"
authority = "Example Code § 1"
checked_on = 2026-05-01
attorney_verified = { name = "Jo Example", date = "soon" }
"""
    )
    for expected in (
        "nosuch: write", "holidays[1]: not a day", "rule[1].id: not", "rule[1].trigger:", "rule[1].offset.m: none of",
        "rule[1].offset.n: more than 100 years", "rule[1].authority: is missing",
        "rule[1].checked_on: is still to come",
        "rule[1].attorney_verified: write false, or", "rule[1].evidence: none of", "rule[2].trigger: has to be known",
        "rule[2].roll: hours do not roll", "rule[2].attorney_verified.date: 'soon' is not a day",
    ):  # fmt: skip
        assert expected in said, (expected, said)


def test_a_name_stands_once_and_what_is_shipped_is_never_verified():
    assert "rule[2].id: us-xx-claim is there twice" in refused(EXAMPLE + EXAMPLE.partition("\n\n")[2])
    assert "no rule that is shipped was verified" in refused(EXAMPLE, shipped=True)


@pytest.mark.parametrize(
    "text", ["= 1", "rule = 3", "[[rule]]\n[[rule.offset]]\nn = 1", "[rule]\nid = 1", "a.b.c.d.e.f.g.h.i = 1"]
)
def test_what_is_no_file_of_rules_is_refused(text):
    with pytest.raises(BadInput):
        read_rules(text, TODAY)


@given(st.text(alphabet=st.sampled_from('[]rule={}"\n n1,.#a'), max_size=80))
def test_no_text_does_more_than_be_refused(text):
    try:
        book = read_rules(text, TODAY)
    except BadInput:
        return
    assert book.rules == ()


def test_a_recorded_rule_is_the_same_and_one_that_cannot_be_counted_says_why():
    fields = {
        "jurisdiction": "US-XX", "trigger": "arrest_at", "offset_n": 3, "offset_unit": "months",
        "authority": "Example Code § 1", "checked_on": "2026-05-01", "hardness": "unknown", "claims": ["tort"],
    }  # fmt: skip
    found = rule_of("U-1", fields, verified_by="A-1")
    assert (found.n, found.hardness, found.claims, found.verified) == (3, "", ("tort",), True)
    for broken, said in (
        ({"offset_n": {"not_known": "unsure"}}, "offset_n"), ({"trigger": "x_own"}, "trigger"),
        ({"offset_n": 90_000}, "more than"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=said):
            rule_of("U-1", {**fields, **broken})


@pytest.mark.parametrize(
    ("jurisdiction", "agency", "state", "agencies", "meant"),
    [
        ("US-CA", "", "CA", (), True), ("US-CA", "", "ny", (), False), ("US-CA", "", None, (), True),
        ("US-CA", "", "California", (), True), ("US-FED", "", "NY", (), True), ("US", "", "NY", (), True),
        ("US-CA", "Example PD", "CA", ("example pd ", "Other"), True), ("US-CA", "Example PD", "CA", ("Other",), False),
        ("US-CA", "Example PD", "CA", (), True),
    ],
)  # fmt: skip
def test_only_what_is_known_to_be_otherwise_rules_a_rule_out(jurisdiction, agency, state, agencies, meant):
    found = Rule(
        id="r", jurisdiction=jurisdiction, trigger="arrest_at", n=1, unit="months", authority="x",
        checked_on=TODAY, agency=agency,
    )  # fmt: skip
    assert found.meant_for(state, agencies) is meant
