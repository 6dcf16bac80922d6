"""`timeline`, `due`, `rules`, `letter` and `requests`, with the real program, at a terminal of 80 columns."""

import csv
import re

import pytest

from copwatch.workflows.due import NOT_ADVICE
from tests.cli.desk import Desk

REPORT = """occurred_start = "2026-05-01 18:05"
location_text = "5th & Main"
force = ["takedown"]
recorded_by = "OBS-7Q2K"
[[arrests]]
person = "P1"
at = "2026-05-01 18:10"
[[arrests]]
person = "P2"
released_at = "2026-05-02"
"""
RULES = """[[rule]]
id = "us-xx-claim"
jurisdiction = "US-XX"
trigger = "arrest.released_at"
offset = { n = 90, unit = "calendar_days" }
kind = "claim"
authority = "Example Code § 1"
checked_on = 2025-01-01
attorney_verified = false
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.incident = desk.report(REPORT)
    desk.done("record", "new", "request", "--set", "agency=Example PD", "--set", "sent_at=2026-05-02")
    desk.rules = desk.top / "archive.rules.toml"
    desk.rules.write_text(RULES, encoding="utf-8")
    return desk


def at_terminal(desk: Desk, *args: str) -> str:
    with desk.terminal(*args, *desk.key) as terminal:
        code, shown = terminal.wait()
    assert code == 0
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r", "")
    assert [line for line in text.split("\n") if len(line) > 80 and not line.startswith("copwatch: ")] == []
    return text


def test_due_shows_rule_authority_age_and_what_could_not_be_computed(desk):
    shown = at_terminal(desk, "due", "--all")
    flowing = " ".join(shown.split())
    for words in (
        "2026-07-31", "claim (computed)", "Example Code § 1", "NOT VERIFIED by an attorney", "STALE: check it again",
        "90 calendar days from release after arrest A2, 2026-05-02", "body-camera footage may be written over",
        "release after arrest A1, which is not written down", NOT_ADVICE,
    ):  # fmt: skip
        assert words in flowing, words


def test_status_counts_what_due_lists_and_says_what_is_past(desk):
    said = desk.json("status", *desk.key)["items"]
    (item,) = [item for item in said if item["kind"] == "due"]
    listed = desk.json("due", "--days", "14", *desk.key)["due"]
    assert item["count"] == len(listed) >= 1 and item["run"] == "copwatch due --days 14"
    assert "of them past, the first 2026-" in item["text"]


def test_the_line_stands_on_every_output(desk):
    assert desk.json("due", *desk.key)["note"] == NOT_ADVICE
    assert NOT_ADVICE in desk.done("due", "--days", "0", *desk.key)
    for days, said in (("x", b"write a whole number"), ("-1", b"write a number from 0 on")):
        wrong = desk.run("due", "--days", days)
        assert wrong.returncode == 2 and said in wrong.stderr and b"Input should" not in wrong.stderr
    desk.done("due", "--ics", desk.top / "due.ics", *desk.key)
    text = (
        (desk.top / "due.ics")
        .read_bytes()
        .decode()
        .replace("\r\n ", "")
        .replace("\\,", ",")
        .replace("\\;", ";")
    )
    assert text.count(NOT_ADVICE) == text.count("BEGIN:VEVENT") + 1 and "Example" not in text
    for command in (("rules", "list", *desk.key), ("rules", "check", desk.rules), ("requests", *desk.key)):
        assert NOT_ADVICE in desk.done(*command)


def test_nothing_is_said_to_be_free_of_time_limits(tmp_path):
    empty = Desk(tmp_path)
    shown = empty.done("due", *empty.key)
    assert "That does not mean that no time limit runs." in shown and NOT_ADVICE in shown


def test_rules_that_are_not_right_end_with_2_and_hide_nothing(tmp_path):
    desk = Desk(tmp_path)
    desk.done("record", "new", "court-date", "--set", "at=2026-05-04 09:30")
    (tmp_path / "archive.rules.toml").write_text('[[rule]]\nid = "Bad Id"\n')
    done = desk.run("due", *desk.key)
    assert (
        done.returncode == 2 and b"hearing" in done.stdout and b"rule[1].authority: is missing" in done.stderr
    )
    done = desk.run("due", "--json", *desk.key)
    assert done.returncode == 2 and b'"problems": ["' in done.stdout
    checked = desk.run("rules", "check", tmp_path / "archive.rules.toml")
    assert (
        checked.returncode == 2 and b"rule[1].id" in checked.stderr and b"rule[1].trigger" in checked.stderr
    )


def test_the_timeline_fits_a_terminal_and_goes_to_files(desk):
    shown = at_terminal(desk, "timeline", desk.incident)
    assert shown.index("18:05") < shown.index("arrest A1") < shown.index("release")
    assert "by OBS-7Q2K" in shown
    desk.done("timeline", desk.incident, "--out", desk.top / "t.csv", *desk.key)
    assert len(list(csv.DictReader((desk.top / "t.csv").read_text(encoding="utf-8-sig").splitlines()))) == 3
    assert desk.run("timeline", desk.incident, "--at", "noon", *desk.key).returncode == 2
    assert "No film" in desk.done("timeline", desk.incident, "--at", "18:05", *desk.key)


def test_a_clock_says_its_offset_in_the_list(desk):
    desk.done("add", desk.rules, "--incident", desk.incident)
    item = desk.json("list", "evidence", *desk.key)["evidence"][0]["code"]
    times = ("--set", "device_time=2026-05-01 18:00:00", "--set", "true_time=2026-05-01 18:01:02")
    desk.done("record", "new", "clock", "--set", f"evidence={item}", *times)
    assert "+62 s ±1 s" in desk.done("record", "list", "clocks", *desk.key)


def test_a_letter_names_what_stands_in_it_and_refuses_what_may_not(desk):
    out = desk.top / "letter.txt"
    way = ("letter", "preservation", desk.incident, "--to", "Example PD", "--out", out)
    refused = desk.run(*way, "--show", "narrative_observed")
    assert refused.returncode == 5 and not out.exists()
    shown = desk.done(*way, "--record", *desk.key)
    assert "Began, Place" in shown and "left blank: Ended, City, State, Agencies" in shown and "L-" in shown
    assert desk.run(*way, *desk.key).returncode == 5


def test_requests_say_what_stands(desk):
    assert "no date for an answer" in at_terminal(desk, "requests")
    desk.done("requests", "--out", desk.top / "requests.csv", *desk.key)
    assert desk.run("requests", "--out", desk.top / "requests.xlsx", *desk.key).returncode == 2


def test_a_row_that_no_report_has_is_not_checked_without_a_key_and_that_is_said(desk):
    done = desk.run("record", "new", "person", "--set", "label=P9", "--set", f"appears_in={desk.incident}/P9")
    assert done.returncode == 0 and b"was not checked" in done.stderr


def test_a_field_in_a_row_is_stated_as_the_column_of_a_table_is(desk):
    incident = desk.report(REPORT + '[[officers]]\nbadge_as_seen = "4411"\n')
    way = ("report", "amend", incident, "--reason", "read from the film")
    locked = desk.run(*way, "--set", "officers.1.badge_as_seen=4412")
    assert (
        locked.returncode == 2
        and b"officers.1.badge_as_seen" in locked.stderr
        and b"--unlock" in locked.stderr
    )
    sets = ("--set", "officers.1.badge_as_seen=4412", "--set", "officers.2.agency=Example PD")
    desk.done(*way, *sets, *desk.key)
    (version,) = desk.shown(incident)["versions"]
    assert version["fields"]["officers"] == [
        {"label": "O1", "badge_as_seen": "4412"}, {"label": "O2", "agency": "Example PD"},
    ]  # fmt: skip
    wrong = desk.run(*way, "--set", "officers.O9.agency=Example PD", *desk.key)
    assert wrong.returncode == 2 and b"there is no row O9" in wrong.stderr
    desk.done(*way, "--set", "n_officers=3")
    desk.done(*way, "--from", "-", given=b'[[officers]]\nbadge_as_seen = "9"\n')
    split = desk.run(*way, "--set", "officers.1.agency=Example PD", *desk.key)
    assert split.returncode == 2 and b"versions differ in officers" in split.stderr
