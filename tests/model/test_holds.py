"""Which holds are in force: `copwatch/model/holds.py` and docs/adr/0086."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.model.holds import in_force
from tests.model.strategies import rows

HOLD, OTHER, FILM, CASE = "a" * 32, "b" * 32, "c" * 32, "d" * 32
WHEN = {"at": "2026-05-01T12:00:00Z", "precision": "day"}


def version(entity=HOLD, **fields):
    return {"type": "hold", "entity": entity, **fields}


def test_a_hold_is_in_force_until_it_was_released():
    (hold,) = in_force([version(covers=[FILM], grounds="subpoena")])
    assert hold.covers_any([CASE, FILM]) and not hold.covers_any([CASE])
    assert (hold.id, hold.grounds, hold.everything) == (HOLD, "subpoena", False)
    assert in_force([version(covers=[FILM], released_at=WHEN)]) == []
    assert in_force([version(covers=[FILM], released_by="OBS-7")]) == []


def test_releasing_without_a_key_waits_for_a_version_over_both():
    standing = [version(covers=[FILM]), version(released_at=WHEN, reason=["over"])]
    assert [hold.id for hold in in_force(standing)] == [HOLD]


@pytest.mark.parametrize("value", ["not_applicable", {"not_known": "not_applicable"}])
def test_what_does_not_apply_releases_nothing(value):
    assert in_force([version(covers=[FILM], released_at=value)])


def test_what_a_hold_covers_is_what_any_version_names():
    (hold,) = in_force([version(covers=[FILM], matter=CASE), version(covers=[OTHER])])
    assert hold.covers == {FILM, CASE, OTHER} and not hold.everything


@pytest.mark.parametrize(
    "fields",
    [{}, {"covers": {"not_known": "unsure"}}, {"covers": [FILM], "covers_everything": "yes"},
     {"covers": [FILM], "covers_everything": "unknown"}],
)  # fmt: skip
def test_what_nobody_can_limit_covers_everything(fields):
    (hold,) = in_force([version(**fields)])
    assert hold.everything and hold.covers_any([])


def test_no_is_no():
    (hold,) = in_force([version(covers=[FILM], covers_everything="no")])
    assert not hold.everything


VERSIONS = rows("hold").map(lambda fields: version(**fields))


@given(st.lists(VERSIONS, min_size=1, max_size=3), VERSIONS)
def test_a_further_version_beside_others_never_releases_or_narrows(versions, beside):
    before, after = in_force(versions), in_force([*versions, beside])
    assert len(after) >= len(before)
    # What no version named is covered until one does name something.
    if before and before[0].covers:
        assert before[0].covers <= after[0].covers and after[0].everything >= before[0].everything
