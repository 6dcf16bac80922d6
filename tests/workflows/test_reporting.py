"""What an amendment starts from: nothing observed drops out, nothing that differs is decided by the program."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from copwatch.catalogue import queries
from copwatch.catalogue.order import Version, heads
from copwatch.catalogue.shown import ReportVersion
from copwatch.crypto.age import HybridIdentity
from copwatch.errors import BadInput, NewerFormat
from copwatch.store.keys import open_with_identity
from copwatch.workflows.amending import changed, decide, founded, start_from, with_text
from copwatch.workflows.founding import make_archive
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.session import Session

DEVICE = "d" * 64


def version(number: int, fields: dict, *, parents=(), reason=None, template="stop") -> ReportVersion:
    """A version as the catalogue gives it; recorded in minute `number`."""
    at, id, leaf = f"2026-05-01T10:{number:02d}:00-07:00", f"{number:032x}", f"{number:064x}"
    record = {
        "id": id, "type": "report", "schema": 1, "archive": "a" * 64, "device": DEVICE, "recorded_at": at,
        "clock": "system", "incident": "f" * 32, "template": template, "parents": list(parents), **fields,
    }  # fmt: skip
    if reason is not None:
        record["reason"] = [reason]
    return ReportVersion(
        leaf, id, f"R-{number}", "f" * 32, template, reason, tuple(parents), True, DEVICE, number, at, record, {}
    )  # fmt: skip


FIRST = version(1, {"n_officers": 4, "city": "Oakland", "narrative_observed": ["One. ", "Two."]})


def partial(number: int, fields: dict) -> ReportVersion:
    return version(number, fields, reason="why", template="general")


def test_one_version_is_taken_as_it_is():
    start = start_from([FIRST])
    assert start.fields == {"n_officers": 4, "city": "Oakland", "narrative_observed": ["One. ", "Two."]}
    assert (start.parents, start.template, start.differing) == ((FIRST.leaf,), "stop", {})


def test_what_a_partial_version_leaves_out_is_not_in_question_and_what_it_states_otherwise_is():
    other = partial(2, {"n_officers": 5, "state": "CA"})
    for order in ([FIRST, other], [other, FIRST]):
        start = start_from(order)
        assert start.fields == {"city": "Oakland", "narrative_observed": ["One. ", "Two."], "state": "CA"}
        assert [(s.code, s.value) for s in start.differing["n_officers"]] == [("R-1", 4), ("R-2", 5)]
        assert start.template == "stop"
        assert start.parents == (FIRST.leaf, other.leaf)


def test_what_a_whole_version_leaves_out_is_in_question():
    other = version(2, {"n_officers": 4}, parents=("0" * 64,), reason="taken out")
    assert list(start_from([FIRST, other]).differing) == ["city"]
    assert start_from([FIRST, other]).fields["narrative_observed"] == ["One. ", "Two."]


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        ((["A.\n"], ["B."]), ["A.\n", "B."]),
        ((["A. ", "B."], ["A. ", "C."]), ["A. ", "B.\n", "C."]),
        ((["A. ", "B."], ["A. ", "B. ", "C."]), ["A. ", "B. ", "C."]),
        ((["A. ", "B."], ["B."]), ["A. ", "B."]),
        ((["A."], ["A."]), ["A."]),
    ],
)
def test_texts_that_differ_are_joined_and_a_shared_beginning_stands_once(texts, joined):
    one, other = (version(n, {"narrative_observed": text}) for n, text in enumerate(texts, 1))
    assert start_from([other, one]).fields["narrative_observed"] == joined


def test_everything_undecided_is_named_at_once():
    other = partial(2, {"n_officers": 5, "city": "unknown" * 3})
    start = start_from([FIRST, other])
    with pytest.raises(BadInput) as wrong:
        decide(start, [], {})
    assert "n_officers (R-1: 4, R-2: 5)" in wrong.value.message
    assert "city (R-1: Oakland" in wrong.value.message
    assert decide(start, ["city"], {"n_officers": "R-2"}) == {**start.fields, "n_officers": 5}


def test_taking_the_word_of_a_version_that_leaves_a_field_out_leaves_it_out():
    other = version(2, {"n_officers": 4}, parents=("0" * 64,), reason="x")
    assert "city" not in decide(start_from([FIRST, other]), [], {"city": "R-2"})


def test_how_something_is_known_goes_with_the_value_of_which_it_was_said():
    first = version(1, {"n_officers": 4, "n_officers_basis": "told_by", "n_officers_told_by": "W-1"})
    start = start_from([first])
    same = {**start.fields, "city": "Oakland"}
    assert founded(start, same, ["city"]) == same
    assert founded(start, {**start.fields, "n_officers": 5}, ["n_officers"]) == {"n_officers": 5}
    stated = {"n_officers": 5, "n_officers_basis": "saw"}
    assert founded(start, stated, stated) == stated


def test_more_text_begins_a_new_line_and_leaves_what_was_there():
    assert with_text({}, "Three.") == {"narrative_observed": ["Three."]}
    assert with_text({"narrative_observed": ["One."]}, "Two.") == {"narrative_observed": ["One.\n", "Two."]}
    unknown = {"narrative_observed": {"not_known": "unknown"}}
    assert with_text(unknown, "Two.") == {"narrative_observed": ["Two."]}


def test_changes_are_named_in_the_order_of_the_table():
    assert changed({"city": "A", "n_officers": 1}, {"n_officers": 2, "state": "CA"}) == [
        "city",
        "state",
        "n_officers",
    ]


def test_a_version_of_a_newer_copwatch_is_not_amended_by_forgetting_what_it_holds():
    record = {**FIRST.record, "from_the_future": 1}
    with pytest.raises(NewerFormat) as refused:
        start_from([replace(FIRST, record=record)])
    assert "from_the_future" in refused.value.message


def test_a_partial_version_is_never_the_one_that_is_shown_first():
    whole, later = Version("a", (), DEVICE, 0, "1"), Version("b", (), DEVICE, 1, "2", partial=True)
    for order in ([whole, later], [later, whole]):
        assert [v.leaf for v in heads(order)] == ["a", "b"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    identity = HybridIdentity.generate()
    made = make_archive(tmp_path / "archive", now, passphrase=None, identity=identity)
    return made.archive, open_with_identity(made.archive, identity)


def now() -> datetime:
    return datetime.now(UTC)


def test_versions_written_with_and_without_a_key_in_a_real_archive(place):
    archive, keys = place
    incident = new_report(archive, now, "raid", {"n_officers": 4, "location_text": "5th & Main"})
    amend_report(archive, now, incident, "general", {"n_officers": 5}, reason="recount")
    with Session(archive, keys) as session:
        found = queries.incident(session.catalogue, incident)
        assert found.row.conflict
        assert [head.partial for head in found.heads] == [False, True]
        assert found.row.where == "5th & Main"
    start = start_from(found.heads)
    fields = {**decide(start, ["n_officers"], {}), "n_officers": 5}
    amend_report(archive, now, incident, start.template, fields, parents=start.parents, reason="settled")
    with Session(archive, keys) as session:
        found = queries.incident(session.catalogue, incident)
    assert not found.row.conflict
    assert found.row.versions == 3
    assert found.heads[0].parents == start.parents
    assert found.heads[0].template == "raid"
    assert json.loads(json.dumps(found.heads[0].record))["n_officers"] == 5


def test_an_amendment_without_a_reason_would_look_like_a_first_version_and_is_refused(place):
    archive, _ = place
    with pytest.raises(BadInput):
        amend_report(archive, now, "0" * 32, "general", {"n_officers": 5}, reason=" ")
