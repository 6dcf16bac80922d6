"""What the quick way reads it reads as the general way does, and it takes nothing that the general way refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof.canonical import NotCanonical
from copwatch.proof.common_line import common_line
from copwatch.proof.entry import Seen, encode_line, make_entry, parse_line
from copwatch.proof.shapes import Malformed, Newer
from tests.proof import build
from tests.proof.test_entry import HEX64, lists

COMMON = build.records_lists()._replace(seen=(Seen("a" * 64, 4, "b" * 64), Seen("c" * 64, 0, "d" * 64)))


def written(some_lists, seq=3, prev="e" * 64) -> bytes:
    """The encoded line that brings these lists."""
    entry = make_entry(
        build.ARCHIVE, build.DEVICE.public_hex, seq, prev if seq else None, build.ARCHIVE, some_lists
    )
    return encode_line(build.sign_entry(entry, some_lists))


def general(data: bytes):
    """What the general way gives; None where it refuses."""
    try:
        return parse_line(data)
    except (NotCanonical, Malformed, Newer):
        return None


@given(lists(), st.integers(0, 2**53 - 1), HEX64)
def test_it_reads_common_lines_and_only_those(some_lists, seq, prev):
    data = written(some_lists, seq, prev)
    large = seq >= 10**15
    assert common_line(data) == (None if some_lists.authority or large else parse_line(data))


@pytest.mark.parametrize("some_lists", [COMMON, build.Lists(), build.records_lists()])
def test_the_lists_of_everyday_are_common(some_lists):
    assert common_line(written(some_lists)) == parse_line(written(some_lists))


@given(st.data())
def test_whatever_is_done_to_a_line_both_ways_agree(data):
    line = bytearray(written(COMMON))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(line) - 1))
        cut = data.draw(st.integers(0, 3))
        line[at : at + cut] = data.draw(
            st.sampled_from([b"", b"0", b"a", b"A", b'"', b",", b"{", b"]", b" ", b"\n"])
        )
    found = common_line(bytes(line))
    assert found is None or found == general(bytes(line))


CASES = {
    "a number with a leading zero": (b'"seq":3', b'"seq":03'),
    "a number below zero": (b'"seq":3', b'"seq":-3'),
    "no entry before": (b'"prev":"' + b"e" * 64 + b'"', b'"prev":null'),
    "digits of another script": (b'"seq":3', '"seq":٣'.encode()),
    "a digit in upper case": (b"a" * 64, b"A" + b"a" * 63),
    "a later version": (b'"v":1', b'"v":2'),
    "a space": (b'"lists":{', b'"lists": {'),
    "seen in another order": (b"a" * 64, b"f" * 64),
    "a device named twice": (b"c" * 64, b"a" * 64),
    "its own device": (b"a" * 64, build.DEVICE.public_hex.encode()),
    "an object twice": (build.h(3001).encode(), build.h(1).encode()),
    "a comma too many": (b'"objects":[', b'"objects":[,'),
    "something between the sets": (b'"sets":[', b'"sets":[0,'),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_general_way_refuses_is_not_common(name):
    old, new = CASES[name]
    data = written(COMMON)
    assert data.count(old) == 1, "the case alters one place"
    altered = data.replace(old, new)
    assert general(altered) is None and common_line(altered) is None


def test_bytes_behind_the_line_are_not_common():
    data = written(COMMON)
    assert common_line(data + b"\n") is None and common_line(data + b" ") is None
    assert common_line(data[:-1]) is None and common_line(b"") is None and common_line(b"\xff" + data) is None
