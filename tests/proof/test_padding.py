"""Padmé against its definition in the paper."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof.padding import PIECE_CAPACITY, padme

LENGTHS = (
    st.integers(2, 1 << 45)
    | st.integers(1, 44).map(lambda n: 1 << n)
    | st.integers(1, 44).map(lambda n: (1 << n) + 1)
)


def paper(length):
    """Algorithm 1 of Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", with floor(log2)."""
    e = math.frexp(length)[1] - 1
    s = math.frexp(e)[1]
    last_bits = e - s
    bit_mask = 2**last_bits - 1
    return (length + bit_mask) & ~bit_mask


@given(LENGTHS)
def test_it_is_the_function_of_the_paper(length):
    assert padme(length) == paper(length)


@given(LENGTHS)
def test_it_is_idempotent_and_never_smaller(length):
    assert padme(padme(length)) == padme(length) >= length


@given(LENGTHS, LENGTHS)
def test_it_keeps_the_order(a, b):
    assert (padme(a) <= padme(b)) == (a <= b) or padme(a) == padme(b)


@given(st.integers(1, 1 << 45))
def test_it_adds_less_than_12_percent(length):
    assert (padme(length) - length) * 100 < 12 * length


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (0, 0),
        (1, 1),
        (2, 2),
        (8, 8),
        (9, 10),
        (100, 104),
        (1000, 1024),
        (1025, 1088),
        (10**6, 1015808),
        (10**9, 1006632960),
    ],
)
def test_known_lengths(length, padded):
    assert padme(length) == padded


def test_a_full_piece_is_a_padded_length_and_fits_fat32_when_sealed():
    assert PIECE_CAPACITY == 3_959_422_976 == padme(PIECE_CAPACITY)
    chunks = -(-PIECE_CAPACITY // 65536)
    largest_header = 64 << 10
    assert PIECE_CAPACITY + 16 * chunks + 16 + largest_header < 4_000_000_000
