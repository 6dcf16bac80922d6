"""What is due: every date of the table that is marked so, until it is settled; calendars that name nobody."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from copwatch.catalogue.entities import entity
from copwatch.crypto.age import HybridIdentity
from copwatch.model.kinds import KINDS
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Date, Group, Timestamp
from copwatch.store.keys import open_with_identity
from copwatch.workflows.calendars import calendar
from copwatch.workflows.due import NOT_ADVICE, DueItem, due_items
from copwatch.workflows.entities import amend_entity, new_entity
from copwatch.workflows.founding import make_archive
from copwatch.workflows.reporting import new_report
from copwatch.workflows.session import Session

HEARING = {"at": "2026-05-04T09:30:00-07:00", "precision": "minute", "source": "document"}


def now() -> datetime:
    return datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    identity = HybridIdentity.generate()
    archive = make_archive(tmp_path / "archive", now, passphrase=None, identity=identity).archive
    keys = open_with_identity(archive, identity)

    def items(until: date | None = None) -> list[DueItem]:
        with Session(archive, keys) as session:
            return due_items(session.catalogue, until)

    return archive, items, keys


def test_only_dates_of_kinds_and_of_rows_of_reports_are_marked_and_their_settling_fields_are_there():
    marked = [field for field in SCHEMA.all_fields() if field.due]
    rows = {field.type.entity for field in SCHEMA.fields("report") if isinstance(field.type, Group)}
    assert len(marked) > 5
    for field in marked:
        assert field.due is not None and isinstance(field.type, Date | Timestamp)
        assert field.entity in KINDS or field.entity in rows
        assert all(SCHEMA.field(field.entity, name) for name in field.due.settled_by)


def test_a_hearing_is_due_until_it_has_an_outcome(house):
    archive, items, _ = house
    kind = KINDS["court_date"]
    hearing = new_entity(archive, now, kind, {"at": HEARING})
    new_entity(archive, now, KINDS["request"], {"agency": "Example Police", "due_at": "2026-04-20"})
    found = items()
    assert [(item.day.isoformat(), item.title) for item in found] == [
        ("2026-04-20", "answer to a records request"), ("2026-05-04", "hearing"),
    ]  # fmt: skip
    assert found[0].at is None and found[1].at == datetime(2026, 5, 4, 16, 30, tzinfo=UTC)
    assert [item.title for item in items(date(2026, 4, 20))] == ["answer to a records request"]
    amend_entity(archive, now, kind, hearing, {"outcome": "continued"}, reason="told by counsel")
    # Written without a key, it stands beside the first version, which still says when: better one date too many.
    assert [item.title for item in items()] == ["answer to a records request", "hearing"]


def test_a_hold_is_looked_at_again_until_it_is_released(house):
    archive, items, keys = house
    kind, fields = KINDS["hold"], {"grounds": "subpoena", "review_on": "2026-05-01"}
    hold = new_entity(archive, now, kind, fields)
    assert [(item.day.isoformat(), item.title, item.kind) for item in items()] == [
        ("2026-05-01", "look at a hold again", "hold")
    ]
    with Session(archive, keys) as session:
        parents = [head.leaf for head in entity(session.catalogue, "hold", hold).heads]
    amend_entity(archive, now, kind, hold, {**fields, "released_by": "OBS-7"}, parents=parents, reason="over")
    assert items() == []


def test_when_to_be_in_touch_with_a_survivor_is_due_in_words_that_tell_nothing(house):
    archive, items, _ = house
    said = {"survivor": [{"next_checkin": "2026-04-10", "safe_contact": "text only"}, {"person": "P2"}]}
    new_report(archive, now, "general", said)
    new_report(archive, now, "general", {"landmarks": "next_checkin"})
    (found,) = items(date(2026, 4, 12))
    assert (found.day, found.title, found.kind) == (date(2026, 4, 10), "be in touch", "report")
    assert found.code.startswith("I-") and items(date(2026, 4, 9)) == []
    assert "surviv" not in calendar([found], now()).lower()


def test_what_is_not_known_is_not_due(house):
    archive, items, _ = house
    new_entity(archive, now, KINDS["court_date"], {"at": {"not_known": "unknown"}})
    assert items() == []


ITEMS = [
    DueItem(date(2026, 5, 4), datetime(2026, 5, 4, 9, 30, tzinfo=timezone(timedelta(hours=-7))), "hearing",
            "D-7Q2K-D3MX-R", "court_date", "at"),
    DueItem(date(2026, 12, 31), None, "footage is written over", "L-7Q2K-D3MX-R", "letter", "expires_at"),
]  # fmt: skip


def test_a_calendar_has_neutral_titles_days_and_moments_and_short_lines():
    text = calendar(ITEMS, now())
    assert text.count("BEGIN:VEVENT") == 2 and text.startswith("BEGIN:VCALENDAR\r\n")
    assert "DTSTART:20260504T163000Z\r\n" in text and "DTSTART;VALUE=DATE:20261231\r\n" in text
    assert "DTEND;VALUE=DATE:20270101\r\n" in text and "SUMMARY:copwatch: hearing (D-7Q2K-D3MX-R)\r\n" in text
    assert all(len(line) <= 75 for line in text.split("\r\n")) and text.isascii()
    unfolded = text.replace("\r\n ", "").replace("\\,", ",").replace("\\;", ";")
    assert f"DESCRIPTION:{NOT_ADVICE}\r\n" in unfolded
    uids = re.findall("UID:(.*)\r", text)
    assert len(set(uids)) == 2 and re.findall("UID:(.*)\r", calendar(ITEMS, now() + timedelta(1))) == uids
