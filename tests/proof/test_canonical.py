"""Canonical JSON: the bytes of RFC 8785, and every other form refused."""

import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof.canonical import DEEPEST, LARGEST_INTEGER, NotCanonical, decode, encode

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True)
SCALARS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.integers(-LARGEST_INTEGER, LARGEST_INTEGER),
    st.booleans(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785(value):
    assert encode(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_was_encoded_decodes_to_the_same_value(value):
    assert decode(encode(value)) == value
    assert encode(decode(encode(value))) == encode(value)


@given(
    st.binary(max_size=80)
    | st.text(alphabet='{}[]",:0123456789-+.eE\\ \ntrufalsn', max_size=30).map(str.encode)
)
def test_whatever_is_accepted_is_the_one_encoding(data):
    try:
        value = decode(data)
    except NotCanonical:
        return
    assert encode(value) == data


REFUSED = {
    "empty": b"",
    "float": b"1.5",
    "float without fraction": b"1.0",
    "exponent": b"1e3",
    "minus zero": b"-0",
    "leading zero": b"01",
    "plus sign": b"+1",
    "not a number": b"NaN",
    "infinity": b"-Infinity",
    "2 to the 53": b"9007199254740992",
    "minus 2 to the 53": b"-9007199254740992",
    "integer of 5,000 digits": b"9" * 5000,
    "integer of a megabyte": b"9" * (1 << 20),
    "duplicate name": b'{"a":1,"a":1}',
    "duplicate name deep inside": b'[{"b":{"a":1,"a":2}}]',
    "names out of order": b'{"b":1,"a":1}',
    "space before": b" 1",
    "newline behind": b"1\n",
    "space inside": b'{"a": 1}',
    "escaped plain character": b'"\\u0061"',
    "escaped slash": b'"\\/"',
    "escape in capitals": b'"\\u001F"',
    "long form of a short escape": b'"\\u000a"',
    "escaped character beyond ASCII": b'"\\u00e9"',
    "lone high surrogate": b'"\\ud800"',
    "lone low surrogate": b'"\\udc00"',
    "surrogate in UTF-8": b'"\xed\xa0\x80"',
    "escaped pair": b'"\\ud83d\\ude00"',
    "raw control character": b'"\x1f"',
    "byte order mark": b"\xef\xbb\xbf1",
    "UTF-16": '{"a":1}'.encode("utf-16-le"),
    "UTF-16 with mark": '{"a":1}'.encode("utf-16"),
    "UTF-32": "1".encode("utf-32-be"),
    "overlong UTF-8": b'"\xc0\xaf"',
    "truncated UTF-8": b'"\xc3"',
    "null": b"null",
    "null inside": b'{"a":null}',
    "capital name": b'{"A":1}',
    "empty name": b'{"":1}',
    "name from a digit": b'{"1a":1}',
    "name of 65 characters": b'{"' + b"a" * 65 + b'":1}',
    "name with newline": b'{"a\\n":1}',
    "two values": b"1 2",
    "trailing comma": b"[1,]",
    "comment": b"/*x*/1",
    "single quotes": b"'a'",
    "nested 65 deep": b"[" * 65 + b"]" * 65,
    "nested 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects nested 50,000 deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "unclosed and deep": b"[" * 1_000_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_forms_are_refused(name):
    with pytest.raises(NotCanonical):
        decode(REFUSED[name])


NO_FORM = {
    "float": 1.0,
    "not a number": math.nan,
    "null": None,
    "tuple": (1,),
    "bytes": b"a",
    "integer name": {1: 2},
    "capital name": {"A": 1},
    "lone surrogate": "\ud800",
    "2 to the 53": 2**53,
    "minus 2 to the 53": -(2**53),
    "set": {1},
}


@pytest.mark.parametrize("name", NO_FORM)
def test_values_that_the_format_does_not_have_are_not_written(name):
    with pytest.raises(NotCanonical):
        encode(NO_FORM[name])
    with pytest.raises(NotCanonical):
        encode([{"a": NO_FORM[name]}])


def test_the_largest_integers_and_the_deepest_nesting_are_accepted():
    assert decode(b"9007199254740991") == LARGEST_INTEGER
    assert decode(b"-9007199254740991") == -LARGEST_INTEGER
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    assert encode(decode(deepest)) == deepest
    with pytest.raises(NotCanonical):
        decode(b"[" * DEEPEST + b"1" + b"]" * DEEPEST)
    with pytest.raises(NotCanonical):
        decode(b"[" * DEEPEST + b'"a"' + b"]" * DEEPEST)


@pytest.mark.parametrize("digits", [18, 5000])
def test_long_integers_are_refused_before_they_are_converted(digits):
    # Python's own limit on digits would refuse 5,000 as well, unless somebody has lifted it.
    with pytest.raises(NotCanonical, match="out of range"):
        decode(b"-" + b"9" * digits)


def test_null_is_accepted_only_where_it_is_asked_for():
    assert decode(b'{"prev":null}', nulls=True) == {"prev": None}
    with pytest.raises(NotCanonical):
        decode(b"[1.5]", nulls=True)


@given(st.lists(st.sampled_from([True, False, 0, 1]), min_size=1, max_size=4))
def test_true_and_one_stay_different(values):
    assert [type(v) for v in decode(encode(values))] == [type(v) for v in values]
