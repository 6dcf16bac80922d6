"""The hash of the essence does not depend on how a file is cut into blocks, and covers exactly the essence."""

import hashlib
import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.media.cleaning import essence_hash
from copwatch.media.essence import EssenceHash


@st.composite
def cases(draw):
    """A file, stretches of it in order, and how it is cut."""
    data = draw(st.binary(max_size=200))
    places = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    stretches = [(a, b - a) for a, b in zip(places[::2], places[1::2], strict=False)]
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=6)))
    return data, stretches, [0, *cuts, len(data)]


@given(cases())
def test_it_is_the_hash_of_the_stretches_however_the_file_is_cut(case):
    data, stretches, cuts = case
    found = EssenceHash(stretches)
    for start, end in itertools.pairwise(cuts):
        found.update(data[start:end])
    wanted = hashlib.sha256(b"".join(data[start : start + length] for start, length in stretches)).hexdigest()
    assert found.hexdigest() == wanted == essence_hash(io.BytesIO(data), stretches)


def test_a_file_that_ends_too_soon_has_none():
    found = EssenceHash([(2, 5)])
    found.update(b"012345")
    with pytest.raises(ValueError, match="to its end"):
        found.hexdigest()
