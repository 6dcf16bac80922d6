"""Ledger lines: one encoding, every member in its one shape, later versions told from bad ones."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof.canonical import NotCanonical, decode, encode
from copwatch.proof.entry import (
    LONGEST_LINE,
    Lists,
    SealedSet,
    Seen,
    Withdrawn,
    canonical_parts,
    encode_line,
    entry_from_json,
    entry_hash,
    line_from_json,
    make_entry,
    parse_line,
)
from copwatch.proof.merkle import leaf_hash
from copwatch.proof.shapes import Malformed, Newer
from tests.proof import build

HEX64 = st.binary(min_size=32, max_size=32).map(bytes.hex)
HEX32 = st.binary(min_size=16, max_size=16).map(bytes.hex)


@st.composite
def lists(draw):
    """Any valid lists, with names that stand once."""
    names = iter(draw(st.lists(HEX64, min_size=30, max_size=30, unique=True)))
    places = sorted(draw(st.sets(st.tuples(HEX32, st.integers(0, 5)), max_size=4)))
    sets = tuple(
        SealedSet(c, e, next(names), tuple(draw(st.lists(HEX64, max_size=4))), (next(names), next(names)))
        for c, e in places
    )
    devices = sorted(draw(st.sets(HEX64, max_size=4)) - {build.DEVICE.public_hex})
    seen = tuple(Seen(d, draw(st.integers(0, 9)), draw(HEX64)) for d in devices)
    if draw(st.booleans()):
        return Lists(sets, seen)
    gone = sorted(next(names) for _ in range(3))
    withdrawn = tuple(Withdrawn(o, next(names) if draw(st.booleans()) else None) for o in gone)
    return build.withdraw_lists(withdrawn)._replace(sets=sets, seen=seen)


@given(lists(), st.integers(0, 2**53 - 1), HEX64)
def test_encoding_and_parsing_are_inverse(some_lists, seq, prev):
    entry = make_entry(
        build.ARCHIVE, build.DEVICE.public_hex, seq, prev if seq else None, build.ARCHIVE, some_lists
    )
    line = build.sign_entry(entry, some_lists)
    assert parse_line(encode_line(line)) == line
    assert encode_line(parse_line(encode_line(line))) == encode_line(line)
    assert entry_from_json(entry.to_json()) == entry


@given(lists(), st.integers(0, 2**53 - 1), HEX64)
def test_what_is_cut_out_of_a_line_is_what_encoding_gives(some_lists, seq, prev):
    entry = make_entry(
        build.ARCHIVE, build.DEVICE.public_hex, seq, prev if seq else None, build.ARCHIVE, some_lists
    )
    found = canonical_parts(encode_line(build.sign_entry(entry, some_lists)))
    assert found == (encode(entry.to_json(), nulls=True), encode(some_lists.to_json(), nulls=True))


def test_an_entry_is_named_by_its_leaf_hash():
    entry = build.ledger([build.records_lists()])[0].entry
    assert entry_hash(entry) == leaf_hash(encode(entry.to_json(), nulls=True)).hex()


SEEN = (Seen("1" * 64, 4, "2" * 64), Seen("9" * 64, 0, "3" * 64))
WITHDRAWN = (Withdrawn("a" * 64, None), Withdrawn("b" * 64, "e" * 64))
FULL = build.withdraw_lists(WITHDRAWN)._replace(sets=build.records_lists().sets, seen=SEEN)
DOC = decode(build.encoded(build.ledger([FULL]))[0], nulls=True)
MEMBERS = {
    (): ("entry", "lists", "sig"),
    ("entry",): ("v", "archive", "device", "seq", "prev", "kind", "charter", "records", "lists"),
    ("lists",): ("sets", "seen", "withdrawn", "authority"),
    ("lists", "sets", 0): ("compartment", "epoch", "body", "leaves", "objects"),
    ("lists", "withdrawn", 0): ("object", "by"),
    ("lists", "authority"): ("alg", "key", "sig"),
}
PLACES = [(place, name) for place, names in MEMBERS.items() for name in names]
WRONG = {
    "true": True, "minus one": -1, "string": "x", "object": {}, "list of null": [None],
    "capitals": "A" * 64, "too long": "a" * 129, "with newline": "a" * 63 + "\n", "null": None,
}  # fmt: skip


def at(doc, place):
    for step in place:
        doc = doc[step]
    return doc


def refused(doc):
    with pytest.raises((Malformed, NotCanonical)):
        parse_line(encode(doc, nulls=True))
    with pytest.raises(Malformed):
        line_from_json(doc)


def test_the_line_that_the_following_cases_alter_is_accepted():
    assert parse_line(encode(DOC, nulls=True)).lists == FULL


@pytest.mark.parametrize(("place", "name"), PLACES)
def test_a_missing_member_is_refused(place, name):
    doc = copy.deepcopy(DOC)
    del at(doc, place)[name]
    refused(doc)


@pytest.mark.parametrize("place", MEMBERS)
def test_an_unknown_member_is_refused(place):
    doc = copy.deepcopy(DOC)
    at(doc, place)["extra"] = 1
    refused(doc)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(("place", "name"), PLACES)
def test_a_member_of_the_wrong_shape_is_refused(place, name, wrong):
    nullable = name in ("by", "prev") and wrong == "null"
    doc = copy.deepcopy(DOC)
    at(doc, place)[name] = WRONG[wrong]
    if nullable:
        assert parse_line(encode(doc, nulls=True))
    elif (name, wrong) in {("alg", w) for w in ("string", "capitals", "too long", "with newline")}:
        with pytest.raises(Newer):
            line_from_json(doc)
    else:
        refused(doc)


def altered(change):
    doc = copy.deepcopy(DOC)
    change(doc)
    return doc


def twice(*place):
    return lambda doc: at(doc, place).append(copy.deepcopy(at(doc, place)[0]))


def put(value, *place):
    def change(doc):
        at(doc, place[:-1])[place[-1]] = value

    return change


BROKEN = {
    "first entry with a previous one": put("a" * 64, "entry", "prev"),
    "later entry without a previous one": put(1, "entry", "seq"),
    "unknown kind": put("erase", "entry", "kind"),
    "kind records with withdrawn objects": put("records", "entry", "kind"),
    "version 0": put(0, "entry", "v"),
    "one set twice": twice("lists", "sets"),
    "one device seen twice": twice("lists", "seen"),
    "devices seen out of order": lambda doc: doc["lists"]["seen"].reverse(),
    "its own device seen": put([build.DEVICE.public_hex, 0, "a" * 64], "lists", "seen", 1),
    "seen with two items": put(["1" * 64, 4], "lists", "seen", 0),
    "seen with four items": put(["1" * 64, 4, "2" * 64, 1], "lists", "seen", 0),
    "one object withdrawn twice": twice("lists", "withdrawn"),
    "withdrawn objects out of order": lambda doc: doc["lists"]["withdrawn"].reverse(),
    "object brought twice": twice("lists", "sets", 0, "objects"),
    "body among the objects": lambda doc: put(
        doc["lists"]["sets"][0]["body"], "lists", "sets", 0, "objects", 0
    )(doc),
    "object brought and withdrawn": put("a" * 64, "lists", "sets", 0, "objects", 0),
    "object withdrawn and its own survivor": put("b" * 64, "lists", "withdrawn", 1, "by"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_lists_that_contradict_themselves_are_refused(name):
    refused(altered(BROKEN[name]))


def test_sets_out_of_order_are_refused():
    two = (*build.records_lists(1).sets, *build.records_lists(2, build.IDENTITY).sets)
    with pytest.raises(Malformed):
        make_entry(build.ARCHIVE, build.DEVICE.public_hex, 0, None, build.ARCHIVE, Lists(two))
    assert make_entry(build.ARCHIVE, build.DEVICE.public_hex, 0, None, build.ARCHIVE, Lists(two[::-1]))


def test_withdrawing_without_authority_is_not_written():
    with pytest.raises(Malformed):
        make_entry(build.ARCHIVE, build.DEVICE.public_hex, 0, None, build.ARCHIVE, Lists((), (), WITHDRAWN))


NEWER = {
    "entry version 2": put(2, "entry", "v"),
    "entry version 2 with members unknown to us": lambda doc: doc["entry"].update(v=2, more=1),
    "another signature algorithm": put("ml-dsa", "lists", "authority", "alg"),
}


@pytest.mark.parametrize("name", NEWER)
def test_a_later_version_is_newer_and_not_bad(name):
    with pytest.raises(Newer):
        parse_line(encode(altered(NEWER[name]), nulls=True))


def test_a_line_is_at_most_a_mebibyte_to_read_and_to_write():
    leaf = "a" * 64
    many = tuple([leaf] * (LONGEST_LINE // 67))
    lists = Lists((SealedSet(build.CASE, 0, "b" * 64, many, ()),))
    line = build.ledger([lists])[0]
    with pytest.raises(Malformed):
        encode_line(line)
    with pytest.raises(Malformed):
        parse_line(b" " * (LONGEST_LINE + 1))


def test_many_unknown_members_do_not_make_a_long_message():
    doc = altered(lambda doc: doc["entry"].update({f"x{n}": 1 for n in range(10_000)}))
    with pytest.raises(Malformed) as caught:
        parse_line(encode(doc, nulls=True))
    assert len(str(caught.value)) < 400


def test_trailing_bytes_are_refused():
    data = encode(DOC, nulls=True)
    for tail in (b"\n", b" ", b"{}", b"\x00"):
        with pytest.raises(NotCanonical):
            parse_line(data + tail)
