"""Which texts are searchable, after every kind of change."""

from copwatch.catalogue.search import search
from tests.catalogue.build import Device, an_id, filled, positions

INCIDENT = an_id("incident")


def found(catalogue, word):
    catalogue.check()
    return [hit.leaf for hit in search(catalogue, word)]


def test_only_current_versions_are_searchable_also_after_the_one_that_amended_was_withdrawn(tmp_path):
    device = Device("one")
    first = device.report(INCIDENT, narrative_observed=["A heron flew."])
    second = device.report(INCIDENT, first, narrative_observed=["A heron and a stork."])
    sets = [device.entry(first), device.entry(second)]
    with filled(tmp_path, sets[0]) as catalogue:
        assert found(catalogue, "heron") == [first.leaf]
        catalogue.absorb([sets[1]], positions(sets), {})
        assert (found(catalogue, "heron"), found(catalogue, "stork")) == ([second.leaf], [second.leaf])
        catalogue.absorb([], positions(sets), {sets[1].body: None})
        assert (found(catalogue, "heron"), found(catalogue, "stork")) == ([first.leaf], [])


def test_versions_that_stand_side_by_side_are_both_searchable_and_all_of_one_change_are_told_apart(tmp_path):
    one, other = Device("one"), Device("other")
    first = one.report(INCIDENT, narrative_observed=["A heron flew."])
    mine = one.report(INCIDENT, first, narrative_observed=["The heron flew north."])
    theirs = other.report(INCIDENT, first, narrative_observed=["The heron flew south."])
    with filled(tmp_path, one.entry(first, mine), other.entry(theirs)) as catalogue:
        assert sorted(found(catalogue, "heron")) == sorted([mine.leaf, theirs.leaf])
        catalogue.judge(lambda device, _: "revoked" if device == other.key else None)
        assert found(catalogue, "heron") == [mine.leaf]
        catalogue.judge(lambda device, _: None)
        assert sorted(found(catalogue, "heron")) == sorted([mine.leaf, theirs.leaf])
