"""Which link and which version of a report rules."""

from itertools import permutations

import pytest

from copwatch.catalogue.order import LinkEvent, Version, heads, linked

FILM, SHIFT = "film", "shift"


def event(name, links, time, *, device="d1", seq=0, batch=False):
    target = (SHIFT, None) if batch else (None, FILM)
    return LinkEvent(name, links, *target, device, (seq, "c", 0, 0), time)


CASES = {
    "no event": ([], None),
    "one link": ([event("a", True, "1")], "a"),
    "one unlink": ([event("a", False, "1")], None),
    "a later unlink": ([event("a", True, "1", seq=0), event("b", False, "2", seq=1)], None),
    "linked again": (
        [event("a", True, "1"), event("b", False, "2", seq=1), event("c", True, "3", seq=2)],
        "c",
    ),
    "a link of the batch": ([event("a", True, "1", batch=True)], "a"),
    "the evidence taken out of its batch": (
        [event("a", True, "1", batch=True), event("b", False, "2", seq=1)],
        None,
    ),
    "the batch linked after the evidence was taken out": (
        [event("b", False, "1"), event("a", True, "2", seq=1, batch=True)],
        "a",
    ),
    "the batch taken out, the evidence linked later": (
        [event("a", False, "1", batch=True), event("b", True, "2", seq=1)],
        "b",
    ),
    "the ledger of one device rules over its clock": (
        [event("a", True, "9", seq=0), event("b", False, "1", seq=1)],
        None,
    ),
    "another device's clock decides between devices": (
        [event("a", True, "5"), event("b", False, "6", device="d2")],
        None,
    ),
    "a clock set back does not lose against an earlier event of another device": (
        [event("a", False, "7", seq=0), event("b", True, "1", seq=1), event("c", False, "6", device="d2")],
        "b",
    ),
    "the same moment": ([event("a", False, "5"), event("b", True, "5", device="d2")], "b"),
    "a time that cannot be read is the first": (
        [event("a", False, "", device="d2"), event("b", True, "1")],
        "b",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_latest_link_or_unlink_rules(name):
    events, expected = CASES[name]
    for order in permutations(events):
        found = linked(order, {FILM: [SHIFT]})
        assert found == ({FILM: expected} if expected else {})


def test_links_of_other_evidence_and_batches_do_not_matter():
    events = [LinkEvent("a", True, None, "other", "d", (0, "c", 0, 0), "1")]
    events.append(LinkEvent("b", True, "other", None, "d", (1, "c", 0, 0), "2"))
    assert linked(events, {FILM: [SHIFT]}) == {}


def version(leaf, *parents, time="1", device="d"):
    return Version(leaf, parents, device, 0, time)


def leaves(found):
    return [one.leaf for one in found]


def test_a_version_that_nobody_amends_is_the_head():
    versions = [version("a"), version("b", "a", time="2"), version("c", "b", time="0")]
    for order in permutations(versions):
        assert leaves(heads(order)) == ["c"]


def test_two_heads_are_both_given_the_latest_recorded_first():
    versions = [version("a"), version("b", "a", time="2"), version("c", "a", time="3")]
    for order in permutations(versions):
        assert leaves(heads(order)) == ["c", "b"]


def test_a_version_that_amends_both_heads_ends_the_conflict():
    versions = [version("a"), version("b", "a"), version("c", "a"), version("d", "b", "c")]
    assert leaves(heads(versions)) == ["d"]


def test_an_amendment_written_without_a_key_stands_beside_what_it_amends():
    assert leaves(heads([version("a", time="1"), version("b", time="2")])) == ["b", "a"]


def test_a_parent_that_is_not_here_does_not_matter():
    assert leaves(heads([version("b", "gone")])) == ["b"]


def test_heads_of_the_same_moment_have_one_order():
    versions = [version("a", device="d1"), version("b", device="d2"), version("c", device="d2")]
    for order in permutations(versions):
        assert leaves(heads(order)) == ["c", "b", "a"]
