"""Commitments: any choice of shown, withheld and hidden fields gives the same leaf, and no other story does."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof.canonical import NotCanonical
from copwatch.proof.commitment import (
    Opening,
    Salts,
    Withheld,
    field_digest,
    flatten,
    leaf,
    leaf_of_parts,
    openings,
    value_digest,
)
from copwatch.proof.shapes import Malformed
from tests.proof.test_canonical import NAMES, VALUES

SEED = bytes(range(32))
RECORD = {
    "record": "0" * 26,
    "type": "report",
    "schema": 1,
    "archive": "a" * 64,
    "device": "b" * 64,
    "city": "Oakland",
    "narrative": ["He fell. ", "Ann saw it."],
    "n": 3,
    "tags": [],
}
LEAF = "3fa733b742bbb646638479cc2af6b07adb80eecc7325799daf89cd2b64f3050b"
RECORDS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=6)


def withheld(opening):
    return Withheld(opening.path, value_digest(bytes.fromhex(opening.salt), opening.value).hex())


def hidden(opening):
    return field_digest(opening.path, value_digest(bytes.fromhex(opening.salt), opening.value)).hex()


def test_the_arithmetic_vector():
    assert leaf(RECORD, SEED) == LEAF


def test_flatten_gives_a_path_to_every_scalar_and_every_empty_value():
    record = {"a": [1, {"b": True}, []], "x": {"y": {}}, "s": ""}
    assert flatten(record) == {"/a/0": 1, "/a/1/b": True, "/a/2": [], "/x/y": {}, "/s": ""}


@given(RECORDS, st.binary(min_size=32, max_size=32), st.data())
def test_any_choice_of_what_is_shown_gives_the_same_leaf(record, seed, data):
    fields = openings(record, seed)
    choice = data.draw(st.lists(st.sampled_from("swh"), min_size=len(fields), max_size=len(fields)))
    parts = {"s": [], "w": [], "h": []}
    for what, field in zip(choice, fields, strict=True):
        parts[what].append(field)
    found = leaf_of_parts(parts["s"], map(withheld, parts["w"]), map(hidden, parts["h"]))
    assert found == leaf(record, seed)


@given(RECORDS, st.data())
def test_another_value_or_path_gives_another_leaf(record, data):
    fields = openings(record, SEED)
    at = data.draw(st.integers(0, len(fields) - 1))
    other = data.draw(VALUES.filter(lambda v: not isinstance(v, dict | list)))
    changed = Opening(fields[at].path, fields[at].salt, other)
    if type(other) is not type(fields[at].value) or other != fields[at].value:
        assert leaf_of_parts([*fields[:at], changed, *fields[at + 1 :]], [], []) != leaf(record, SEED)
    moved = Opening(fields[at].path + "_", fields[at].salt, fields[at].value)
    if fields[at].path.rsplit("/", 1)[1][0].isalpha() and len(moved.path.rsplit("/", 1)[1]) <= 64:
        assert leaf_of_parts([*fields[:at], moved, *fields[at + 1 :]], [], []) != leaf(record, SEED)
    assert leaf_of_parts(fields[:at] + fields[at + 1 :], [], []) != leaf(record, SEED)


def test_the_seed_is_in_no_opening():
    assert all(SEED.hex() not in (o.salt, str(o.value)) for o in openings(RECORD, SEED))


def one(path="/n", salt=None, value=123):
    return Opening(path, salt or Salts(SEED).of(path).hex(), value)


def test_a_digit_cannot_be_moved_from_the_value_into_the_salt():
    honest = leaf({"n": 123}, SEED)
    assert leaf_of_parts([one()], [], []) == honest
    with pytest.raises(Malformed):
        leaf_of_parts([one(salt=Salts(SEED).of("/n").hex() + b"1".hex(), value=23)], [], [])


def test_a_name_cannot_be_moved_from_the_path_into_the_digest():
    digest = value_digest(Salts(SEED).of("/client/name"), "Ann").hex()
    assert leaf_of_parts([], [Withheld("/client/name", digest)], []) == leaf(
        {"client": {"name": "Ann"}}, SEED
    )
    with pytest.raises(Malformed):
        leaf_of_parts([], [Withheld("/name", digest + b"/client".hex())], [])


def test_two_hidden_fields_cannot_pass_for_one():
    both = [hidden(o) for o in openings({"a": 1, "b": 2}, SEED)]
    assert leaf_of_parts([], [], both) == leaf({"a": 1, "b": 2}, SEED)
    with pytest.raises(Malformed):
        leaf_of_parts([], [], ["".join(sorted(both))])


SALT, DIGEST = "0" * 64, "1" * 64
IMPOSSIBLE = {
    "path twice": ([one("/a"), one("/a", value=4)], [], []),
    "path shown and withheld": ([one("/a")], [Withheld("/a", DIGEST)], []),
    "path below a shown one": ([one("/a"), one("/a/0")], [], []),
    "path below a withheld one": ([one("/a/b")], [Withheld("/a", DIGEST)], []),
    "path below another with a third sorted between": ([one("/a"), one("/a_b"), one("/a/b")], [], []),
    "list as one value": ([one("/a", value=[1])], [], []),
    "object as one value": ([one("/a", value={"b": 1})], [], []),
    "empty path": ([one("", SALT)], [], []),
    "path without slash": ([one("a")], [], []),
    "path with empty part": ([one("/a//b")], [], []),
    "path with capital": ([one("/A")], [], []),
    "path with newline": ([one("/a\n")], [], []),
    "path with leading zero": ([one("/a/01")], [], []),
    "path that is no string": ([Opening(3, SALT, 1)], [], []),
    "salt in capitals": ([one(salt="A" * 64)], [], []),
    "salt with spaces": ([one(salt=" " * 64)], [], []),
    "salt too short": ([one(salt="0" * 62)], [], []),
    "digest too long": ([], [Withheld("/a", "0" * 66)], []),
    "hidden too short": ([], [], ["00"]),
    "hidden twice": ([], [], [DIGEST, DIGEST]),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_parts_that_no_record_gives_are_refused(name):
    with pytest.raises(Malformed):
        leaf_of_parts(*IMPOSSIBLE[name])


@pytest.mark.parametrize("value", [None, 1.5, 2**53, "\ud800"])
def test_a_value_that_the_format_does_not_have_is_refused(value):
    with pytest.raises(NotCanonical):
        leaf_of_parts([one(value=value)], [], [])


@pytest.mark.parametrize(
    ("record", "seed"),
    [({}, SEED), ([], SEED), ("a", SEED), (RECORD, SEED[:31]), (RECORD, b""), ({"a": None}, SEED)],
)
def test_what_is_not_a_record_has_no_leaf(record, seed):
    with pytest.raises(NotCanonical):
        leaf(record, seed)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=100))
def test_a_salt_is_the_hmac_of_its_path(seed, path):
    assert Salts(seed).of(path) == hmac.digest(seed, b"copwatch/v1/salt\n" + path.encode(), "sha256")
