"""Where forks are kept: the same names on every copy, whichever branch came first."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof.forks import fork_names


def test_one_ledger_stays_where_it_is():
    assert fork_names([["a" * 64]]) == [None]
    assert fork_names([]) == []


def test_of_two_branches_the_one_with_the_lower_hash_stays():
    low, high = ["0" * 64, "1" * 64, "9" * 64], ["0" * 64, "2" * 64, "3" * 64]
    assert fork_names([low, high]) == [None, "2" * 16]
    assert fork_names([high, low]) == ["2" * 16, None]


def test_branches_that_part_at_one_entry_are_each_named_by_their_own():
    assert fork_names([["3" * 64], ["1" * 64], ["2" * 64]]) == ["3" * 16, None, "2" * 16]


def test_a_fork_of_a_fork_is_named_by_where_it_left_the_fork():
    main, fork = ["1" * 64, "a" * 64], ["2" * 64, "5" * 64]
    again = ["2" * 64, "7" * 64]
    assert fork_names([main, fork, again]) == [None, "2" * 16, "7" * 16]


def with_a_path(children, path=()):
    """All ways through a tree of choices, as ledgers."""
    if not children:
        yield list(path)
    for mark, inner in children.items():
        yield from with_a_path(
            inner, (*path, f"{mark:x}{len(path):x}" + "".join(p[0] for p in path).ljust(62, "0"))
        )


TREES = st.recursive(
    st.just({}),
    lambda inner: st.dictionaries(st.integers(0, 15), inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(TREES, st.randoms())
def test_the_names_do_not_depend_on_the_order_and_stand_once(tree, shuffle):
    branches = list(with_a_path(tree))
    names = fork_names(branches)
    assert len(set(names)) == len(names)
    assert names.count(None) == 1
    order = list(range(len(branches)))
    shuffle.shuffle(order)
    assert fork_names([branches[i] for i in order]) == [names[i] for i in order]


def test_every_order_of_three_gives_the_same_names():
    three = [["1" * 64, "a" * 64], ["2" * 64, "5" * 64], ["2" * 64, "7" * 64]]
    named = {
        frozenset((tuple(b), n) for b, n in zip(order, fork_names(order), strict=True))
        for order in itertools.permutations(three)
    }
    assert len(named) == 1
