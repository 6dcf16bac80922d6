"""Which version of a report a bundle calls the first, and in which order they stand."""

from copwatch.bundle.versions import in_order
from copwatch.bundle.write import prepare
from tests.bundle.making import Maker


def ordered(maker):
    facts, proofs, _ = prepare(maker.plan())
    return in_order(facts.versions, {proof.leaf: proof.as_shown() for proof in proofs})


def test_a_note_from_a_clock_that_is_behind_is_not_the_first_version():
    maker = Maker()
    note = maker.report(reason=["I came back."], n_officers=3)
    first = maker.report(city="Oakland", n_officers=2)
    versions = ordered(maker)
    assert [(v.shown.leaf, v.first, v.current) for v in versions] == [
        (note, False, True),
        (first, True, True),
    ]


def test_what_amends_stands_behind_what_it_amends_whatever_the_clocks_say():
    maker = Maker()
    first = maker.report(city="Oakland")
    later = maker.report([first], reason=["The place was wrong."], city="Berkeley")
    one, other = (maker.records[at] for at in maker.versions)
    one["recorded_at"], other["recorded_at"] = other["recorded_at"], one["recorded_at"]
    first = maker.leaf(maker.versions[0])
    other["parents"] = [first]
    later = maker.leaf(maker.versions[1])
    assert [(v.shown.leaf, v.first) for v in ordered(maker)] == [(first, True), (later, False)]
