"""What was written later counts as later, whatever the clock of the computer said."""

from datetime import timedelta

import pytest

from copwatch.catalogue import queries
from copwatch.catalogue.entities import entity, versions
from copwatch.catalogue.shown import StoredRecord
from copwatch.cli.report_text import first_version
from copwatch.model.kinds import KINDS
from copwatch.workflows.amending import start_from
from copwatch.workflows.entities import amend_entity, new_entity
from copwatch.workflows.gathering import _perhaps_before, reviews_after
from copwatch.workflows.reference_list import _names
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.reviewing import keep_review, passages, review_file

PRESS, COUNSEL = "public-media", "client-counsel"
SETTING = [timedelta(0), timedelta(hours=-2)]
"""The same second; and a clock set back."""


@pytest.fixture(params=SETTING, ids=["one second", "set back"])
def turned(house, request):
    """Lets time go by between two writings."""

    def turn():
        house.now += request.param

    return turn


def now_of(house):
    return lambda: house.now


def test_reports_stand_in_the_order_of_the_ledger_and_the_first_stays_the_first(house, turned):
    now = now_of(house)
    said = {"narrative_observed": ["One."]}
    incident = new_report(house.archive, now, "stop", said)
    for text in ("Two.", "Three.", "Four."):
        turned()
        amend_report(house.archive, now, incident, "general", {"narrative_observed": [text]}, reason="more")
    with house.session() as session:
        every = queries.report_versions(session.catalogue, incident)
        heads = queries.incident(session.catalogue, incident).heads
    assert [v.record["narrative_observed"] for v in every] == [["One."], ["Two."], ["Three."], ["Four."]]
    assert first_version(every) == every[:1]
    assert [*heads] == [every[0], *reversed(every[1:])]
    assert start_from(heads).fields["narrative_observed"] == ["One.\n", "Two.\n", "Three.\n", "Four."]


def test_other_records_too_and_the_list_of_names_has_the_name_that_stands(house, turned):
    now = now_of(house)
    kind = KINDS["identity"]
    person = new_entity(house.archive, now, KINDS["person"], {"label": "P1"})
    known = {"person": person, "is_minor": "no"}
    id = new_entity(house.archive, now, kind, {**known, "legal_name": "Ana A"})
    for name in ("Ana B", "Ana C"):
        turned()
        with house.session() as session:
            parents = [head.leaf for head in entity(session.catalogue, "identity", id).heads]
        amended = {**known, "legal_name": name}
        amend_entity(house.archive, now, kind, id, amended, parents=parents, reason="spelt")
    with house.session() as session:
        said = [version.record["legal_name"] for version in versions(session.catalogue, "identity", id)]
        assert _names(session) == {person: "Ana C"}
    assert said == ["Ana A", "Ana B", "Ana C"]


def test_what_was_cleared_before_somebody_was_asked_is_looked_at_again(house, turned):
    now = now_of(house)
    fields = {"narrative_observed": ["P1 ran."], "people": [{"label": "P1"}]}
    incident = new_report(house.archive, now, "stop", fields)
    with house.session() as session:
        waits = [each for each in passages(session, now, PRESS, incident) if each.waits]
        assert keep_review(session, now, PRESS, incident, [(each, True) for each in waits], by="R-1") == 1
    turned()
    person = new_entity(
        house.archive, now, KINDS["person"], {"label": "P1", "appears_in": [f"{incident}/P1"]}
    )
    asked = {"person": person, "subject": ["image_voice"], "level": "public_identified"}
    new_entity(house.archive, now, KINDS["consent"], asked)
    with house.session() as session:
        again = [each for each in passages(session, now, PRESS, incident) if each.waits]
        assert [each.path for each in again] == [each.path for each in waits]
        turned()
        keep_review(session, now, PRESS, incident, [(each, True) for each in again], by="R-1")
        assert not any(each.waits for each in passages(session, now, PRESS, incident))


@pytest.mark.parametrize(
    ("asked", "again"),
    [
        ({"one": (6, "")}, True),
        ({"one": (4, "2099-01-01T00:00:00.000000Z")}, False),
        ({"other": (4, "2026-05-01T12:00:00.000000Z")}, True),
        ({"other": (6, "2026-05-01T11:59:59.000000Z")}, False),
        ({"one": (4, ""), "other": (4, "2026-05-01T12:00:01.000000Z")}, True),
        ({}, False),
    ],
)
def test_between_devices_the_same_second_is_perhaps_before(asked, again):
    record = {"recorded_at": "2026-05-01T12:00:00+00:00"}
    review = StoredRecord("leaf", record, "one", 5, "entry", "c", 0, "body", None, None)
    assert _perhaps_before(review, asked) == again


def test_who_is_seen_and_which_words_go_out_are_decided_apart(house):
    now = now_of(house)
    incident = new_report(house.archive, now, "stop", {"narrative_observed": ["P1 ran."]})
    person = new_entity(
        house.archive, now, KINDS["person"], {"label": "P1", "appears_in": [f"{incident}/P1"]}
    )
    named = {"person": person, "is_minor": "no", "legal_name": "Ana Example"}
    new_entity(house.archive, now, KINDS["identity"], named)
    house.file("Ana Example ran.jpg")
    house.add(incident=incident)
    with house.session() as session:
        (row,) = queries.evidence(session.catalogue)
        named = [each for each in passages(session, now, COUNSEL, incident) if each.leaf == row.leaf]
        withheld = tuple(each.path for each in named)
        for people in ("nobody", "agreed"):
            keep_review(session, now, COUNSEL, incident, [(each, False) for each in named], by="R-1")
            review_file(session, now, COUNSEL, row, people, by="R-1")
            (stands,) = reviews_after(session, COUNSEL, []).values()
            assert (stands.withholds, stands.people) == (withheld, people) and withheld
        keep_review(session, now, COUNSEL, incident, [(each, True) for each in named], by="R-1")
        (stands,) = reviews_after(session, COUNSEL, []).values()
        assert (stands.shows, stands.people) == (withheld, "agreed")
