"""A rendition is the same, however it is made of its plan: read from anywhere, as a stream, or hashed on the way."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.media.plan import Plan, Rendition, RenditionHash, stream

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
def test_hashed_while_its_source_is_read_it_is_what_is_read_of_it(plan, lengths):
    made = Rendition(io.BytesIO(SOURCE), plan).read()
    assert made == b"".join(stream(io.BytesIO(SOURCE), plan))
    given_too = bytearray()
    hashed, source = RenditionHash(plan, given_too.extend), io.BytesIO(SOURCE)
    while block := source.read(lengths[0]):
        hashed.update(block)
        lengths = [*lengths[1:], lengths[0]]
    assert hashed.hexdigest() == hashlib.sha256(made).hexdigest()
    assert (bytes(given_too), hashed.size) == (made, plan.size)


def test_a_source_that_ends_early_is_no_rendition():
    plan = Plan()
    plan.copy(10, 100)
    hashed = RenditionHash(plan, lambda _: None)
    hashed.update(SOURCE[:109])
    with pytest.raises(ValueError, match="not given to its end"):
        hashed.hexdigest()


@pytest.mark.parametrize("starts", [[(10, 5), (0, 5)], [(0, 5), (3, 5)]])
@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_plan_that_goes_back_is_not_hashed_on_the_way(starts, length):
    plan = Plan()
    for start, count in starts:
        plan.copy(start, count)
    hashed = RenditionHash(plan, lambda _: None)
    with pytest.raises(ValueError, match="goes back"):
        for at in range(0, len(SOURCE), length):
            hashed.update(SOURCE[at : at + length])
