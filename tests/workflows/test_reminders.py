"""Reminders and rules on a real archive: what is due, from which rule, until what settles it."""

from datetime import date, timedelta

import pytest

from copwatch.errors import BadInput
from copwatch.model.kinds import KINDS
from copwatch.model.rules.rule import EVIDENCE
from copwatch.model.vocabularies.legal import LETTER_KIND, RECORDS_ITEM
from copwatch.workflows.calendars import calendar
from copwatch.workflows.due import NOT_ADVICE, due
from copwatch.workflows.entities import amend_entity, new_entity
from copwatch.workflows.reporting import new_report
from copwatch.workflows.rule_files import rules_file, shipped_rules

TODAY = date(2026, 5, 10)
RULES = """
holidays = [2026-05-25]
[[rule]]
id = "false-arrest"
jurisdiction = "US-XX"
trigger = "arrest.released_at"
offset = { n = 90, unit = "calendar_days" }
kind = "claim"
warn_before_days = [30, 7]
action = "file a notice"
authority = "Example Code § 1"
checked_on = 2025-01-01
[[rule]]
id = "answer"
jurisdiction = "US-XX"
trigger = "request.sent_at"
offset = { n = 10, unit = "business_days" }
kind = "records"
authority = "Example Code § 2"
checked_on = 2026-05-01
attorney_verified = { name = "Jo Example", date = 2026-05-02 }
"""


def day(text: str) -> dict:
    return {"at": f"{text}T00:00:00-07:00", "precision": "day", "source": "observer_estimate"}


@pytest.fixture
def desk(house):
    class Desk:
        archive = house.archive

        def report(self, **fields) -> str:
            fields = {"occurred_start": day("2026-05-01"), "location_text": "5th & Main", **fields}
            return new_report(house.archive, lambda: house.now, "stop", fields)

        def new(self, name: str, **fields) -> str:
            return new_entity(house.archive, lambda: house.now, KINDS[name], fields)

        def amend(self, name: str, id: str, **fields) -> None:
            with house.session() as session:
                sql = "SELECT leaf FROM entities WHERE id = ?"
                parents = [row["leaf"] for row in session.catalogue.read(sql, [id])]
            amend_entity(
                house.archive, lambda: house.now, KINDS[name], id, fields, parents=parents, reason="told"
            )

        def due(self, today: date = TODAY, **more):
            with house.session() as session:
                return due(session.catalogue, house.archive, today, **more)

        def reminders(self, **more) -> dict[str, date]:
            return {
                item.why.rule.evidence: item.day for item in self.due(**more).items if item.why.rule.evidence
            }

        def rules(self, text: str = RULES) -> None:
            rules_file(house.archive).write_text(text, encoding="utf-8")

    return Desk()


FORCE = {"force": ["takedown"]}
EVERY = {"body_camera", "business_cctv", "transit_video", "dispatch_audio"}


def test_what_is_shipped_only_reminds_names_its_source_and_is_verified_by_nobody():
    book = shipped_rules(TODAY)
    assert {rule.evidence for rule in book.rules} == set(EVIDENCE) and not book.holidays
    for rule in book.rules:
        assert (rule.kind, rule.hardness, rule.shipped, rule.verified) == (
            "retention",
            "typical_practice",
            True,
            False,
        )
        assert rule.source_url.startswith("https://") or (rule.n == 0 and "no figure" in rule.authority)
    for _, letters, items in EVIDENCE.values():
        assert letters <= set(LETTER_KIND.terms) and items <= set(RECORDS_ITEM.terms) and (letters or items)


@pytest.mark.parametrize(
    "fields",
    [
        FORCE,
        {"n_arrested": 1},
        {"arrests": [{"label": "A1"}]},
        {"anyone_injured": "yes"},
        {"followup_required": "yes"},
    ],
)
def test_force_arrest_injury_and_follow_up_are_reminded_of(desk, fields):
    desk.report(**fields)
    found = desk.reminders()
    assert set(found) == EVERY
    assert found["body_camera"] == date(2026, 6, 30) and found["business_cctv"] == date(2026, 5, 1)


@pytest.mark.parametrize("fields", [{}, {"force": ["none_seen"]}, {"force": ["unknown"], "n_arrested": 0}])
def test_other_incidents_are_not(desk, fields):
    desk.report(**fields)
    assert desk.reminders() == {}


def test_a_letter_or_request_that_was_sent_settles_its_own_kind_of_evidence(desk):
    incident = desk.report(**FORCE)
    letter = desk.new("letter", to="Example PD", kind="agency", incidents=[incident])
    assert "body_camera" in desk.reminders()
    desk.amend("letter", letter, to="Example PD", kind="agency", incidents=[incident], sent_at="2026-05-02")
    assert set(desk.reminders()) == EVERY - {"body_camera"}
    desk.new("letter", to="County dispatch", kind="dispatch", incidents=[incident], sent_at="2026-05-02")
    desk.new("request", agency="Example PD", items=["cctv"], incidents=[incident], sent_at="2026-05-02")
    assert set(desk.reminders()) == {"transit_video"}


def test_what_the_report_says_of_a_camera_stands_beside_the_reminder(desk):
    incident = desk.report(cctv=[{"owner": "Corner Market", "kept_until": "2026-05-12"}])
    items = [item for item in desk.due().items if item.why]
    assert [(item.day, item.why.rule.id) for item in items] == [(date(2026, 5, 12), "report")]
    desk.new("letter", to="Corner Market", kind="business_cctv", incidents=[incident], sent_at="2026-05-02")
    assert not [item for item in desk.due().items if item.why]


def test_a_reminder_that_is_long_past_is_counted_and_shown_when_asked_for(desk):
    desk.report(**FORCE)
    late = date(2026, 6, 5)
    found = desk.due(late)
    assert found.older == 3 and {item.why.rule.evidence for item in found.items} == {"body_camera"}
    assert set(desk.reminders(today=late, every=True)) == EVERY


def test_another_state_has_other_rules(desk):
    desk.report(**FORCE, state="CA")
    ids = {item.why.rule.id for item in desk.due().items if item.why}
    # Both say 60 days: one of them is shown, and no rule of Ohio.
    assert len(ids & {"body-camera-typical", "body-camera-us-ca"}) == 1 and "agency-video-us-oh" not in ids
    desk.report(**FORCE, state="OH", agencies=["Ohio State Highway Patrol"])
    assert "agency-video-us-oh" in {item.why.rule.id for item in desk.due().items if item.why}


def test_dates_from_counsels_rules_say_rule_authority_age_and_how_they_were_counted(desk):
    desk.rules()
    arrest = {"label": "A1", "person": "P1", "released_at": day("2026-05-03")}
    desk.report(arrests=[arrest, {"label": "A2", "person": "P2"}])
    request = desk.new("request", agency="Example PD", sent_at="2026-05-14")
    found = desk.due()
    dates = {item.why.rule.id: item for item in found.items if item.why and not item.why.rule.evidence}
    claim, answer = dates["false-arrest"], dates["answer"]
    assert claim.day == date(2026, 5, 3) + timedelta(90) and claim.why.stale and not claim.why.rule.verified
    assert claim.why.counted == "90 calendar days from release after arrest A1, 2026-05-03"
    assert answer.day == date(2026, 5, 29) and answer.why.rule.verified and not answer.why.stale
    assert [(each.rule.id, each.lacks) for each in found.waiting] == [
        ("false-arrest", "release after arrest A2")
    ]
    desk.amend("request", request, agency="Example PD", sent_at="2026-05-14", response="granted")
    assert "answer" not in {item.why.rule.id for item in desk.due().items if item.why}


def test_a_filed_complaint_settles_claims_and_nothing_else(desk):
    desk.rules(RULES.replace("arrest.released_at", "incident.occurred_end"))
    incident = desk.report()
    assert [item.field for item in desk.due().items] == ["false-arrest"]
    desk.new("matter", kind="state_tort", incidents=[incident], complaint_filed_at="2026-05-05")
    assert desk.due().items == ()


def test_rules_can_be_recorded_instead(desk):
    desk.report()
    desk.new(
        "rule", jurisdiction="US-XX", trigger="incident_occurred_end", offset_n=6, offset_unit="months",
        authority="Example Code § 3", checked_on="2026-05-01", attorney_verified="yes",
    )  # fmt: skip
    (item,) = desk.due().items
    assert item.day == date(2026, 11, 1) and item.field.startswith("U-") and item.why.rule.verified
    assert "its end is not written down" in item.why.counted


def test_a_file_that_is_not_right_gives_no_date_and_hides_none(desk):
    desk.report(**FORCE)
    desk.rules(RULES + '[[rule]]\nid = "half"\n')
    found = desk.due()
    assert len(found.problems) == 1 and "rule[3].authority: is missing" in found.problems[0]
    assert set(desk.reminders()) == EVERY


def test_a_calendar_warns_and_names_neither_rule_nor_authority(desk, house):
    desk.rules()
    desk.report(arrests=[{"label": "A1", "released_at": day("2026-05-03")}])
    text = calendar(desk.due().items, house.now)
    unfolded = text.replace("\r\n ", "").replace("\\,", ",").replace("\\;", ";")
    assert "TRIGGER:-P30D" in text and "SUMMARY:copwatch: date of a rule (claim) (I-" in text
    assert "Example" not in text and "A1" not in text.replace("CLASS", "")
    assert unfolded.count(NOT_ADVICE) == text.count("BEGIN:VEVENT") + 1
    assert text.count("BEGIN:VALARM") == text.count("END:VALARM") == 2
    assert calendar([], house.now).count("X-WR-CALDESC:Planning aid") == 1


def test_the_line_is_as_it_has_to_be():
    assert NOT_ADVICE == (
        "Planning aid, not legal advice. Rules change and exceptions exist. Ask a lawyer now; "
        "do not wait for a date shown here."
    )


def test_a_rules_file_that_is_a_folder_is_a_problem_and_no_crash(desk):
    rules_file(desk.archive).mkdir()
    assert desk.due().problems
    with pytest.raises(BadInput):
        from copwatch.workflows.rule_files import read_rules_file

        path = rules_file(desk.archive).with_name("x.toml")
        path.write_bytes(b"\xff\xfe")
        read_rules_file(path, TODAY)
