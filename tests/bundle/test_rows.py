"""Fields on page and in print: in the schema's order and words, and plainly marked where something stands for them."""

from copwatch.bundle.rows import fields, reason_of
from copwatch.bundle.shown import WITHHELD, Shown, Told
from copwatch.model.redaction import Treatment


def rows(told=(), type="report", **record):
    shown = Shown("a" * 64, "b" * 64, 0, "c" * 64, {"type": type, **record}, told=tuple(told))
    return {row.path: row for row in fields(shown, {})}


def test_fields_stand_in_the_order_of_the_schema_and_in_words():
    found = rows(
        narrative_observed=["They left."], city="Oakland", template="stop", incident_types=["traffic_stop"],
        occurred_start={"at": "2026-05-01T18:05:00-07:00", "precision": "minute", "source": "observer_estimate"},
        n_officers={"not_known": "not_observed"}, officers=[{"badge_as_seen": "12", "in_uniform": "yes"}],
    )  # fmt: skip
    paths = list(found)
    assert paths.index("/occurred_start") < paths.index("/city") < paths.index("/narrative_observed")
    assert found["/occurred_start"].value == "2026-05-01 18:05 -07:00 (as a person gave it)"
    assert found["/n_officers"].value == "not observed"
    assert not any("_" in row.label + row.value for row in found.values())
    assert found["/officers/0/badge_as_seen"].label == "officers › 1 › badge as seen"


def test_what_stays_is_one_row_and_says_why_in_words():
    told = [Told("/occurred_start", "drop", "profile"), Told("/narrative_observed", "review", "review")]
    found = rows(
        told, occurred_start=dict.fromkeys(("at", "precision", "source"), WITHHELD), narrative_observed=[WITHHELD] * 2
    )  # fmt: skip
    assert [(row.value, row.mark) for row in found.values()] == [
        ("[withheld]", "withheld: by the profile"), ("[withheld]", "withheld: not cleared by a reviewer"),
    ]  # fmt: skip


def test_a_passage_that_stands_for_another_is_marked_and_those_beside_it_are_not():
    told = [
        Told("/narrative_observed/1", "pseudonym", "review", "[P-7Q2KD] ran. "),
        Told("/narrative_observed", "review", "review"),
    ]
    found = rows(told, narrative_observed=["They came. ", WITHHELD, WITHHELD])
    row = found["/narrative_observed"]
    assert row.parts == (("They came. ", False), ("[P-7Q2KD] ran. ", True), ("[withheld]", False))
    assert row.mark.startswith("1 of its passages stated, not proven") and "not cleared" in row.mark
    only = rows([Told("/city", "pseudonym", "review", "[P-7Q2KD]")], city=WITHHELD)
    assert only["/city"].parts == (("[P-7Q2KD]", True),)


def test_every_treatment_has_a_reason_that_is_no_term():
    for treatment in Treatment:
        for reason, text in (("profile", ""), ("review", ""), ("privilege", ""), ("profile", "1990")):
            said = reason_of(Told("/x", str(treatment), reason, text))
            assert said and "_" not in said and "(" not in said


def test_what_this_copwatch_does_not_know_or_finds_wrong_is_shown_as_it_is():
    found = rows(type="of_tomorrow", b=["x_y"], a={"at": "when", "n": 3}, c=True)
    assert [(row.path, row.value) for row in found.values()] == [
        ("/a/at", "when"), ("/a/n", "3"), ("/b", "x_y"), ("/c", "yes"),
    ]  # fmt: skip
    assert rows(occurred_start={"at": "never"})["/occurred_start/at"].value == "never"
