"""Drafts of preservation letters, and the log of requests: what stands in them, and what never does."""

import csv
import io
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.errors import BadInput, Refused, UsageError
from copwatch.model.kinds import KINDS
from copwatch.model.letter import (
    ASKED_FOR,
    BLANK,
    DRAFT,
    MAY_STAND,
    Letter,
    check_chosen,
    may_stand,
    plain_text,
    stated,
)
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.vocabularies.legal import LETTER_KIND
from copwatch.workflows.entities import new_entity
from copwatch.workflows.letters import Wish, draft_letter, record_letters
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.requests import requests, write_requests
from copwatch.workflows.triggers import triggers

REPORT = {
    "occurred_start": {"at": "2026-05-01T18:05:00-07:00", "precision": "minute", "source": "observer_estimate"},
    "location_text": "5th & Main", "agencies": ["Example Police Department"], "recorded_by": "OBS-7Q2K",
    "officers": [{"badge_as_seen": "4411", "name_as_seen": "R. Smith", "physical_description": "tall"}],
    "narrative_observed": ["They took P1 away."], "notes_privileged": ["Strategy."], "cad_number": "P260000000",
}  # fmt: skip


@pytest.fixture
def desk(house, tmp_path):
    class Desk:
        incident = new_report(house.archive, lambda: house.now, "stop", REPORT)
        out = tmp_path / "letter.txt"

        def new(self, name: str, **fields) -> str:
            return new_entity(house.archive, lambda: house.now, KINDS[name], fields)

        def amend(self, **fields) -> None:
            amend_report(
                house.archive, lambda: house.now, self.incident, "stop", fields, reason="another saw it"
            )

        def draft(self, *to: str, **more):
            wish = Wish(to or ("Example Police Department",), more.pop("out", self.out), **more)
            with house.session() as session:
                return draft_letter(session, self.incident, wish)

        def text(self) -> str:
            return self.out.read_text(encoding="utf-8")

        def session(self):
            return house.session()

    return Desk()


def test_a_draft_says_that_it_is_one_names_nobody_and_leaves_blanks(desk):
    drafted = desk.draft()
    text = desk.text()
    assert text.startswith(DRAFT) and text.count(DRAFT) == 2 and "Not legal advice" in text
    assert "Example Police Department" in text and "2026-05-01 18:05 -07:00" in text and "5th & Main" in text
    assert "City:".ljust(20) + BLANK in text
    assert not any(word in text for word in ("Smith", "tall", "P1", "Strategy", "OBS-", "P260000000", "4411"))
    assert all(len(line) <= 78 for line in text.split("\n"))
    assert drafted.names_checked and drafted.disputed == () and desk.out.stat().st_mode & 0o777 == 0o600


def test_the_group_chooses_what_stands_in_it(desk):
    desk.draft(show=("officers", "cad_number", "location_text"))
    assert "badge as seen 4411" in desk.text() and "P260000000" in desk.text()
    assert "Smith" not in desk.text() and "18:05" not in desk.text()


@pytest.mark.parametrize(
    "name",
    ["narrative_observed", "notes_privileged", "recorded_by", "people", "survivor", "witnesses", "house_number",
     "cctv", "docket", "x"],
)  # fmt: skip
def test_what_counsel_would_not_send_is_refused_and_nothing_is_written(desk, name):
    with pytest.raises(Refused):
        desk.draft(show=("location_text", name))
    assert not desk.out.exists()


def test_what_may_stand_is_decided_by_the_class_in_the_table():
    for field in SCHEMA.fields("report"):
        if may_stand(field.name):
            assert field.class_ in MAY_STAND or field.name in ("agency_report_number", "cad_number")
        if field.class_ in (
            Class.PRV,
            Class.SUR,
            Class.NAR,
            Class.OBS,
            Class.WIT,
            Class.MED,
            Class.HOM,
            Class.INC,
        ):
            assert not may_stand(field.name)
    with pytest.raises(BadInput):
        check_chosen(["nosuch"])


@pytest.mark.parametrize(
    ("field", "typed"),
    [("location_text", "by sam's shop"), ("location_text", "where OBS-7Q2K stood"), ("city", "Example")],
)
def test_a_name_that_somebody_typed_into_a_chosen_field_is_found(desk, house, field, typed):
    person = desk.new("person", label="P1")
    desk.new("identity", person=person, chosen_name="Sam", legal_name="Samuel Example")
    desk.incident = new_report(house.archive, lambda: house.now, "stop", {**REPORT, field: typed})
    with pytest.raises(Refused) as refused:
        desk.draft(show=(field,))
    assert not desk.out.exists() and not any(
        name in refused.value.message for name in ("Sam", "7Q2K", "Example")
    )


def test_where_versions_differ_the_field_is_left_blank_and_named(desk):
    desk.amend(**{**REPORT, "city": "Oakland"})
    assert desk.draft().disputed == ("city",)
    assert "Oakland" not in desk.text()


def test_a_letter_is_recorded_as_a_draft_and_settles_nothing_before_it_was_sent(desk, house):
    drafted = desk.draft("Example Police Department", "County dispatch", kind="dispatch")
    assert desk.text().count("\f") == 1 and "County dispatch" in desk.text()
    with desk.session() as session:
        kept = record_letters(session, lambda: house.now, desk.incident, drafted)
    assert len(kept) == 2
    with desk.session() as session:
        (trigger,) = [each for each in triggers(session.catalogue) if each.name == "incident_occurred_end"]
        rows = session.catalogue.read("SELECT footage_from, kind FROM letters")
    assert trigger.letters == frozenset()
    assert [(row["footage_from"], row["kind"]) for row in rows] == [
        ("2026-05-01T18:05:00-07:00", "dispatch")
    ] * 2


def test_the_same_words_stand_in_a_pdf(desk, tmp_path):
    desk.draft("Corner Market", "County dispatch", kind="business_cctv", out=tmp_path / "letter.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "letter.pdf")
    pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    assert len(pages) == 2 and "Corner Market" in pages[0] and "County dispatch" in pages[1]
    for page in pages:
        assert page.count(DRAFT) == 2 and "5th & Main" in page and "video and sound of every camera" in page


@pytest.mark.parametrize(
    ("more", "error"),
    [({"kind": "email"}, UsageError), ({"out": Path("letter.docx")}, UsageError), ({"to": ("",)}, UsageError),
     ({"to": ("a\nb",)}, BadInput)],
)  # fmt: skip
def test_what_cannot_be_a_letter_is_refused(desk, more, error):
    with pytest.raises(error):
        desk.draft(*more.pop("to", ()), **more)
    desk.draft()
    with pytest.raises(Refused):
        desk.draft()


def test_every_kind_of_letter_says_what_it_asks_for():
    assert set(ASKED_FOR) == set(LETTER_KIND.terms)


@given(st.text(max_size=200), st.sampled_from(LETTER_KIND.terms))
def test_no_text_acts_on_a_terminal_or_begins_a_new_letter(text, kind):
    said = stated(("city", "agencies"), {"city": text, "agencies": [text]})
    shown = plain_text([Letter(text, kind, said)])
    assert "\x1b" not in shown and "\f" not in shown and shown.count(DRAFT) >= 2


def test_the_log_of_requests_says_what_waits_and_what_is_overdue(desk, house, tmp_path):
    for more in (
        {}, {"sent_at": "2026-05-02"}, {"sent_at": "2026-05-02", "due_at": "2026-05-12"},
        {"sent_at": "2026-05-01", "due_at": "2026-05-11", "response": "extended", "extended_to": "2026-05-25"},
        {"sent_at": "2026-04-01", "due_at": "2026-04-11", "response": "denied", "appeal_due_at": "2026-06-01"},
    ):  # fmt: skip
        desk.new("request", agency="=Example PD", items=["bwc"], incidents=[desk.incident], **more)
    with house.session() as session:
        rows = requests(session.catalogue, date(2026, 5, 20))
        assert rows == requests(session.catalogue, date(2026, 5, 20), desk.incident)
        assert requests(session.catalogue, date(2026, 5, 20), "0" * 32) == []
    assert [row.stands for row in rows] == ["overdue", "waiting", "no date", "draft", "answered"]
    assert rows[1].due == date(2026, 5, 25) and rows[4].appeal == date(2026, 6, 1)
    write_requests(rows, tmp_path / "requests.csv", house.archive)
    told = list(csv.DictReader(io.StringIO((tmp_path / "requests.csv").read_text(encoding="utf-8-sig"))))
    assert [row["stands"] for row in told] == [row.stands for row in rows]
    assert told[0]["agency"] == "'=Example PD" and told[0]["incidents"].startswith("I-")
