"""The questions: one back, the rest later, what the archive knows already, and how a time was understood."""

import pytest

from tests.cli.desk import Desk, code_in
from tests.cli.test_report import walk

KNOWN = """
location_text = "5th & Main"
agencies = ["Harbor Police", "County Sheriff"]
recorded_by = "OBS-7"
[[officers]]
agency = "Harbor Police"
badge_as_seen = "4411"
"""


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_back_asks_the_one_before_again_and_done_leaves_the_rest_open(desk):
    with desk.terminal("report", "new", "stop") as terminal:
        walk(
            terminal,
            ("(1/14)", "back"),
            ("this is the first question", "2026-05-01 18:05"),
            ("→ 2026-05-01 18:05 -07:00 (America/Los_Angeles, the zone of this computer)", ""),
            ("(3/14)", "back"),
            ("(2/14)", "5th & Main"),
            ("(3/14)", "back"),
            ("now: 5th & Main. Enter keeps it", ""),
            ("(3/14)", "OBS-7"),
            ("(4/14)", ""),
            ("(5/14)", "4"),
            ("Add officer? [", "y"),
            ("officer 1: Badge", "4411"),
            ("officer 1: Name", "back"),
            ("now: 4411.", "4412"),
            ("officer 1: Name", "done"),
            ("Add another? [", "y"),
            ("officer 2: Badge", "back"),
            ("Add another? [", "done"),
            ("Save? [", "5"),
            ("now: 4.", "back"),
            ("Save? [", ""),
        )
        code, shown = terminal.wait()
    assert code == 0, shown
    [version] = desk.shown(code_in(shown.decode(), "I"))["versions"]
    found = version["fields"]
    assert (found["location_text"], found["recorded_by"], found["n_officers"]) == ("5th & Main", "OBS-7", 4)
    assert found["officers"] == [{"label": "O1", "badge_as_seen": "4412"}]
    assert "narrative_observed" not in found
    assert b"Can be added later: agencies, narrative observed, force," in shown
    assert b"copwatch report amend I-" in shown


def test_an_unlocked_archive_offers_what_it_knows_and_says_what_was_picked(desk):
    desk.report(KNOWN)
    incident = desk.report('city = "Springfield"\n')
    way = ("report", "amend", incident, "--reason", "seen on the video", *desk.key)
    with desk.terminal(*way) as terminal:
        walk(
            terminal,
            ("Save? [", "2"),
            ("#1  5th & Main", "/zz"),
            ("nothing like that is known yet", "#1"),
            ("Save? [", "3"),
            ("#1  OBS-7", "#1"),
            ("Save? [", "5"),
            ("#2  County Sheriff", "cou\t"),
            ("#1  County Sheriff", "Transit Police, #1"),
            ("Save? [", "7"),
            ("Add officer? [", "y"),
            ("#1  4411", "#7"),
            ("officer 1: Name", ""),
            ("#1  Harbor Police", "#1"),
            ("officer 1: Rank", "done"),
            ("Add another? [", ""),
            ("Save? [", ""),
        )
        code, shown = terminal.wait()
    assert code == 0, shown
    [version] = desk.shown(incident)["versions"]
    found = version["fields"]
    for picked in ("→ 5th & Main", "→ OBS-7", "→ Transit Police, County Sheriff", "→ Harbor Police"):
        assert picked.encode() in shown
    assert found["agencies"] == ["Transit Police", "County Sheriff"] and found["recorded_by"] == "OBS-7"
    # What was not offered is an answer like any other, and nobody takes it for an offer.
    assert b"nothing is offered as #7: it is kept as it stands" in shown
    assert found["officers"] == [{"label": "O1", "badge_as_seen": "#7", "agency": "Harbor Police"}]


def test_nothing_is_asked_or_kept_once_a_survivor_does_not_agree(desk):
    before = desk.entries()
    with desk.terminal("report", "new", "survivor") as terminal:
        walk(terminal, ("Add survivor? [", "y"), ("agree that this is written down?", "no"))
        code, shown = terminal.wait()
    assert code == 0 and shown.rstrip().endswith(b"nothing was saved")
    assert b"to be contacted" not in shown and desk.entries() == before


def test_paragraphs_that_are_pasted_are_one_text_and_answer_no_other_question(desk):
    with desk.terminal("report", "new", "general") as terminal:
        walk(terminal, *((f"({number}/15)", "") for number in range(1, 7)), ("Add officer? [", ""))
        walk(terminal, ("(8/15) What happened?", "18:10 They stop P1.\n\n18:12 They leave.\n"))
        walk(terminal, ("(9/15)", "done"), ("Save? [", ""))
        code, shown = terminal.wait()
    assert code == 0, shown
    [version] = desk.shown(code_in(shown.decode(), "I"))["versions"]
    assert version["fields"] == {"narrative_observed": ["18:10 They stop P1.\n\n", "18:12 They leave."]}


def test_a_locked_archive_offers_nothing(desk):
    desk.report(KNOWN)
    with desk.terminal("report", "new", "stop") as terminal:
        walk(
            terminal,
            ("(1/14)", ""),
            ("(2/14)", ""),
            ("(3/14)", ""),
            ("(4/14)", "/har"),
            ("(5/14)", "done"),
            ("Save? [", "n"),
        )
        code, shown = terminal.wait()
    assert code == 0 and b"known:" not in shown
    assert b"Harbor" not in shown and b"OBS-7\r\n" not in shown.replace(b"such as OBS-7Q2K", b"")


def test_records_that_a_field_points_at_are_offered_by_code_with_what_they_are(desk):
    person = desk.json("record", "new", "person", "--set", "label=P1")["code"]
    other = desk.json("record", "new", "person", "--set", "label=P2")["code"]
    sets = ("--set", f"person={person}", "--set", "subject=identity", "--set", "level=my_lawyer_only")
    consent = desk.json("record", "new", "consent", *sets)["code"]
    with desk.terminal("record", "amend", consent, "--reason", "of the other", *desk.key) as terminal:
        terminal.expect(b"Save? [")
        terminal.type("1\n")
        terminal.expect(f"{other}  P2".encode())
        terminal.type("/P2\n")
        walk(terminal, (f"#1  {other}  P2", "#1"), ("Save? [", ""))
        code, shown = terminal.wait()
    assert code == 0, shown
    assert f"{person} → {other}".encode() in b" ".join(shown.split())
    assert f"{person} → {other}" in " ".join(desk.done("record", "history", consent, *desk.key).split())


@pytest.mark.parametrize("way", ["--set", "--from"])
def test_the_zone_that_was_taken_is_said(desk, way):
    incident = desk.report()
    given = b'occurred_start = "2026-05-01 18:05"\n'
    args = ("--set", "occurred_start=2026-05-01 18:05") if way == "--set" else ("--from", "-")
    done = desk.run("report", "amend", incident, *args, "--reason", "r", given=given)
    assert done.returncode == 0
    assert b"times without a zone are taken as America/Los_Angeles, the zone of this computer" in done.stderr
    exact = ("--set", "occurred_start=2026-05-01 18:05 -04:00", "--reason", "r")
    assert b"without a zone" not in desk.run("report", "amend", incident, *exact).stderr
