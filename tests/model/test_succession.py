"""Which version was written before which, whatever clocks say."""

from itertools import permutations

import pytest

from copwatch.model.succession import Written, in_succession


def written(leaf, *parents, at="5", device="d", seq=0):
    return Written(leaf, parents, device, seq, at)


CASES = {
    "clocks": ([written("z", at="1", device="a"), written("a", at="2", device="b")], "za"),
    "what is amended comes first, though its clock was ahead": (
        [written("z", at="9", device="a"), written("a", "z", at="1", device="b")],
        "za",
    ),
    "the ledger of one device rules over its clock": ([written("z", at="9"), written("a", at="1", seq=7)], "za"),
    "one second": ([written("z"), written("a", seq=1), written("m", seq=2)], "zam"),
    "a clock set back is not earlier than what stood there before": (
        [written("z", at="7"), written("a", at="1", seq=1), written("m", at="6", device="e")],
        "mza",
    ),
    "one entry, one moment, and one names the other": ([written("z"), written("a", "z")], "za"),
    "a parent that is not here": ([written("z", "gone", at="1"), written("a", at="2", device="e")], "za"),
    "no time": ([written("z", at="", device="e"), written("a", at="1")], "za"),
    "two devices that lie together": (
        [
            written("p", at="4", device="a", seq=9), written("q", "p", at="3", device="b", seq=1),
            written("r", at="2", device="b", seq=2), written("s", "r", at="1", device="a", seq=5),
        ],
        "rspq",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_order_does_not_hang_on_clocks_alone_nor_on_who_asks(name):
    versions, expected = CASES[name]
    for order in permutations(versions):
        assert "".join(in_succession(order)) == expected
