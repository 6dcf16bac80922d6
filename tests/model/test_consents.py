"""What counts of what a person agreed to: `copwatch/model/consents.py` and docs/adr/0085."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.model.consents import (
    NO_GUARD,
    NOT_ASKED,
    Guard,
    ceiling,
    guard_of,
    is_lower,
    most_restrictive,
)
from copwatch.model.vocabularies.people import CONSENT_LEVEL, CONSENT_PURPOSE, CONSENT_SUBJECT
from copwatch.model.vocabulary import NOT_KNOWN
from tests.model.strategies import rows

ANN, BEN, FORM, LATER = "a" * 32, "b" * 32, "c" * 32, "d" * 32
TODAY = date(2026, 5, 1)
ORDER = [0, 1, NOT_ASKED, 2, 3, 4, 5, 6]
CEILINGS = st.sampled_from(ORDER)


def version(entity=FORM, **fields):
    return {"type": "consent", "entity": entity, **fields}


def agreed(place, entity=FORM, /, **more):
    fields = {"person": ANN, "subject": ["identity"], "level": CONSENT_LEVEL.terms[place],
              "purposes": ["media"], "how_given": "written", "capacity": "adult_self"}  # fmt: skip
    return version(entity, **{**fields, **more})


def asked(*consents, subject="identity", purpose="media", on=TODAY, guard=NO_GUARD):
    return ceiling(ANN, subject, purpose, consents, on=on, guard=guard)


@pytest.mark.parametrize("level", range(7))
def test_a_level_is_the_place_of_its_term(level):
    assert asked(agreed(level)) == level


def test_what_was_never_asked_is_not_a_level():
    assert asked() is NOT_ASKED
    assert asked(agreed(6, person=BEN)) is NOT_ASKED
    assert asked(agreed(6), subject="medical") is NOT_ASKED


def test_a_withdrawal_without_a_key_counts_beside_what_it_could_not_amend():
    assert asked(agreed(6), version(withdrawn_at={"not_known": "unsure"})) == 0
    assert asked(agreed(6), version(level=CONSENT_LEVEL.terms[2])) == 2


def test_raising_without_a_key_waits_for_a_version_over_both():
    assert asked(agreed(2), version(level=CONSENT_LEVEL.terms[6])) == 2
    assert asked(agreed(2), version(purposes=["training"]), purpose="training") is NOT_ASKED
    assert asked(agreed(5), version(subject=["medical"]), subject="medical") is NOT_ASKED


@pytest.mark.parametrize("name", ["withdrawn_at", "withdrawal_scope", "withdrawal_effect"])
def test_any_word_of_withdrawing_withdraws(name):
    assert asked(agreed(5, **{name: "stop_future"})) == 0
    assert asked(agreed(5, **{name: "not_applicable"})) == 5


def test_a_purpose_needs_its_own_yes_and_no_is_no():
    assert asked(agreed(5), purpose="training") is NOT_ASKED
    assert asked(agreed(5, purposes_refused=["training"]), purpose="training") == 0
    assert asked(agreed(5), version(purposes_refused=["media"])) == 0
    assert asked(agreed(5), purpose=None) == 5
    assert asked(agreed(5, purposes=["unknown"])) is NOT_ASKED
    assert asked(agreed(5, purposes_refused=["unknown"])) is NOT_ASKED
    assert asked(agreed(5, purposes_refused=["not_applicable"])) == 5


def test_what_is_forbidden_is_forbidden_for_every_purpose():
    assert asked(agreed(1), purpose="training") == 1
    assert asked(agreed(0), purpose="training") == 0


def test_unclear_about_what_forbids_all_and_allows_nothing():
    assert asked(agreed(0, subject=["unknown"])) == 0
    assert asked(agreed(6, subject=["unknown"])) is NOT_ASKED
    assert asked(agreed(6, subject=["unknown"]), agreed(4, LATER)) == 4


def test_levels_that_nobody_knows_and_that_were_declined():
    assert asked(agreed(5, level="unsure")) is NOT_ASKED
    assert asked(agreed(5, level="declined")) == 0
    assert asked(agreed(5, level="x_own_level")) == 0


def test_what_has_ended_stays_in_the_archive():
    assert asked(agreed(5, expires_on="2026-05-01")) == 5
    assert asked(agreed(5, expires_on="2026-04-30")) == 1
    assert asked(agreed(0, expires_on="2026-04-30")) == 0
    assert asked(agreed(5, expires_on={"not_known": "unknown"})) == 5


def test_what_nobody_gave_was_not_agreed():
    assert asked(agreed(5, how_given="none")) is NOT_ASKED
    assert asked(agreed(5, capacity="not_obtainable")) is NOT_ASKED
    assert asked(agreed(1, how_given="none")) == 1


def test_survivors_and_minors_start_at_zero():
    survivor, minor = Guard(survivor=True), Guard(minor=True)
    assert asked(guard=survivor) == asked(guard=minor) == 0
    assert asked(agreed(5), subject="medical", guard=survivor) == 0
    assert asked(agreed(4), guard=survivor) == 4
    assert asked(agreed(4, how_given="implied_public_setting"), guard=survivor) == 0
    assert asked(agreed(4), guard=minor) == 0
    assert asked(agreed(4, capacity="minor_assent_only"), guard=minor) == 0
    assert asked(agreed(4, capacity="minor_with_guardian"), guard=minor) == 4


def test_of_several_consents_the_most_restrictive_counts():
    assert asked(agreed(5), agreed(2, LATER)) == 2
    assert asked(agreed(5), agreed(2, LATER, subject=["medical"])) == 5


def test_who_is_guarded():
    person = {"type": "person", "entity": ANN, "label": "P1", "appears_in": [f"{FORM}/P1"]}
    report = {
        "type": "report",
        "incident": FORM,
        "people": [{"label": "P1", "role": ["minor"]}, {"label": "P2"}],
    }
    other = {**report, "people": [{"label": "P2", "role": ["survivor_or_victim"]}]}
    support = {**report, "people": [], "survivor": [{"person": "P1"}]}
    account = {"type": "statement", "person": ANN, "kind": "survivor_account"}
    identity = {"type": "identity", "person": ANN}
    assert guard_of(ANN, [person, other, identity]) == Guard()
    assert guard_of(ANN, [person, report]) == Guard(minor=True)
    assert guard_of(ANN, [report]) == Guard()
    assert guard_of(ANN, [person, support]) == guard_of(ANN, [account]) == Guard(survivor=True)
    assert guard_of(ANN, [{**identity, "is_minor": "unsure"}]) == Guard(minor=True)
    assert guard_of(ANN, [{**identity, "is_minor": "no"}]) == Guard()
    assert guard_of(ANN, [{**person, "role": ["minor"]}, {**identity, "is_minor": "no"}]) == Guard(minor=True)
    assert guard_of(BEN, [person, report, account]) == Guard()


def test_what_is_no_term_is_no_question():
    with pytest.raises(ValueError, match="consent_subject"):
        asked(subject="shoe size")
    with pytest.raises(ValueError, match="consent_purpose"):
        asked(purpose="gossip")
    assert asked(agreed(4, purposes=["x_zine"]), purpose="x_zine") == 4


@given(st.lists(CEILINGS, max_size=5), CEILINGS)
def test_order(some, more):
    assert ORDER.index(most_restrictive([*some, more])) <= ORDER.index(more)
    assert is_lower(0, NOT_ASKED) and is_lower(NOT_ASKED, 2) and not is_lower(more, more)


VERSIONS = rows("consent").map(lambda fields: version(**fields))
WHOLE = st.builds(
    lambda fields, level, subjects: version(**{**fields, "person": ANN, "level": level, "subject": subjects}),
    rows("consent"), st.sampled_from([*CONSENT_LEVEL.terms, *NOT_KNOWN]),
    st.lists(st.sampled_from(CONSENT_SUBJECT.terms), min_size=1, max_size=3, unique=True),
)  # fmt: skip
SUBJECTS, PURPOSES = (
    st.sampled_from(CONSENT_SUBJECT.terms),
    st.none() | st.sampled_from(CONSENT_PURPOSE.terms),
)
GUARDS = st.builds(Guard, st.booleans(), st.booleans())


@given(WHOLE, VERSIONS, SUBJECTS, st.sampled_from(CONSENT_PURPOSE.terms), GUARDS)
def test_a_further_version_beside_others_never_allows_more(whole, beside, subject, purpose, guard):
    before = asked(whole, subject=subject, purpose=purpose, guard=guard)
    after = asked(whole, beside, subject=subject, purpose=purpose, guard=guard)
    # The further version may be the first to say how consent was given or for what; that much has to be known before.
    if {"purposes", "how_given", "capacity"} <= whole.keys():
        assert not is_lower(before, after)


@given(st.lists(WHOLE, min_size=1, max_size=3), PURPOSES, GUARDS)
def test_withdrawn_is_zero_for_all_that_it_was_about(versions, purpose, guard):
    taken_back = version(withdrawn_at={"not_known": "unknown"})
    for subject in {term for each in versions for term in each["subject"]}:
        assert asked(*versions, taken_back, subject=subject, purpose=purpose, guard=guard) == 0


@given(st.lists(WHOLE | VERSIONS, max_size=4), SUBJECTS, PURPOSES, GUARDS, st.randoms())
def test_the_order_of_versions_does_not_matter(versions, subject, purpose, guard, chance):
    shuffled = list(versions)
    chance.shuffle(shuffled)
    first = asked(*versions, subject=subject, purpose=purpose, guard=guard)
    assert first == asked(*shuffled, subject=subject, purpose=purpose, guard=guard)
    assert first is NOT_ASKED or 0 <= first <= 6
    assert not guard or first is not NOT_ASKED
