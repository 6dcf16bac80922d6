"""A rendition is the same, however it is made of its plan: read from anywhere, as a stream, or hashed on the way."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.media.plan import Plan, Rendition, RenditionAsRead, stream

SOURCE = bytes(range(256)) * 40


@st.composite
def plans(draw):
    plan, at = Plan(), 0
    for kind, skipped, length in draw(
        st.lists(st.tuples(st.sampled_from("cdz"), st.integers(0, 700), st.integers(0, 900)), max_size=30)
    ):
        if kind == "c":
            start = min(at + skipped, len(SOURCE))
            at = min(start + length, len(SOURCE))
            if start < at:
                plan.copy(start, at - start)
        elif length:
            plan.put(length, SOURCE[7 : 7 + length] if kind == "d" else None)
    return plan


@given(plans(), st.lists(st.integers(1, 3000), min_size=1, max_size=40))
def test_made_while_its_source_is_read_it_is_what_is_read_of_it(plan, lengths):
    made = Rendition(io.BytesIO(SOURCE), plan).read()
    assert made == b"".join(stream(io.BytesIO(SOURCE), plan))
    read, source, found = RenditionAsRead(plan), io.BytesIO(SOURCE), []
    while block := source.read(lengths[0]):
        found += read.feed(block)
        lengths = [*lengths[1:], lengths[0]]
    assert b"".join([*found, *read.end()]) == made


def test_of_many_short_pieces_few_blocks_come():
    plan, source = Plan(), bytes(range(256)) * 4096
    for start in range(0, len(source), 16):
        plan.copy(start, 15)
    blocks = list(RenditionAsRead(plan).feed(source))
    assert len(blocks) < 20 and b"".join(blocks) == Rendition(io.BytesIO(source), plan).read()


def test_a_source_that_ends_early_is_no_rendition():
    plan = Plan()
    plan.copy(10, 100)
    read = RenditionAsRead(plan)
    assert len(b"".join(read.feed(SOURCE[:109]))) == 99
    with pytest.raises(ValueError, match="not given to its end"):
        list(read.end())


@pytest.mark.parametrize("starts", [[(10, 5), (0, 5)], [(0, 5), (3, 5)]])
@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_plan_that_goes_back_is_not_made_on_the_way(starts, length):
    plan = Plan()
    for start, count in starts:
        plan.copy(start, count)
    read = RenditionAsRead(plan)
    with pytest.raises(ValueError, match="goes back"):
        for at in range(0, len(SOURCE), length):
            list(read.feed(SOURCE[at : at + length]))
