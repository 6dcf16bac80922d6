"""Bodies: padded exactly, bound to their place, each record against its leaf."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof.body import LARGEST_BODY, BodyHeader, check_leaves, encode_body, parse_body
from copwatch.proof.canonical import NotCanonical, encode
from copwatch.proof.commitment import leaf
from copwatch.proof.padding import padme
from copwatch.proof.shapes import Malformed, Newer
from tests.proof.test_canonical import NAMES, VALUES

HEADER = BodyHeader("a" * 64, "b" * 64, "c" * 32, 1)
BASE = {
    "id": "d" * 32, "type": "report", "schema": 1, "archive": "a" * 64, "device": "b" * 64,
    "recorded_at": "2026-05-01T20:15:00-07:00", "clock": "system",
}  # fmt: skip
SEED = bytes(range(32))
MORE = st.dictionaries(NAMES, VALUES, max_size=4).map(lambda more: {**more, **BASE})


def body(*records):
    return encode_body(HEADER, [(record, SEED) for record in records])


def padded(*lines):
    data = b"".join(line + b"\n" for line in lines)
    return data.ljust(padme(len(data)), b" ")


@given(st.lists(st.tuples(MORE, st.binary(min_size=32, max_size=32)), max_size=5))
def test_encoding_and_parsing_are_inverse(records):
    data = encode_body(HEADER, records)
    found = parse_body(data, HEADER)
    assert [(r.record, r.seed) for r in found] == records
    assert [r.leaf for r in found] == [leaf(record, seed) for record, seed in records]
    assert encode_body(HEADER, [(r.record, r.seed) for r in found]) == data
    assert len(data) == padme(len(data.rstrip(b" ")))


def test_a_record_of_an_unknown_type_and_schema_is_kept():
    record = {**BASE, "type": "weather", "schema": 77, "x": {"own": ["field"]}}
    assert parse_body(body(record), HEADER)[0].record == record


@pytest.mark.parametrize(
    "other",
    [
        replace(HEADER, archive="0" * 64), replace(HEADER, device="0" * 64),
        replace(HEADER, compartment="0" * 32), replace(HEADER, epoch=0),
    ],
    ids=["archive", "device", "compartment", "epoch"],
)  # fmt: skip
def test_a_body_cannot_be_moved_to_another(other):
    with pytest.raises(Malformed):
        parse_body(body(BASE), other)


HEAD = encode(HEADER.to_json())
LINE = encode({"record": BASE, "seed": SEED.hex()})


def without(name):
    return {k: v for k, v in BASE.items() if k != name}


def line(record, **members):
    return encode({"record": record, "seed": SEED.hex(), **members})


REFUSED = {
    "nothing": b"",
    "only spaces": b" " * 8,
    "one space too many": body(BASE) + b" ",
    "one space missing": body(BASE)[:-1],
    "not padded": body(BASE).rstrip(b" "),
    "padded with zeros": body(BASE).rstrip(b" ").ljust(len(body(BASE)), b"\0"),
    "padded with newlines": body(BASE).rstrip(b" ").ljust(len(body(BASE)), b"\n"),
    "cut off in a line": body(BASE)[:300],
    "empty line": padded(HEAD, b"", LINE),
    "carriage returns": padded(HEAD + b"\r", LINE + b"\r"),
    "no header": padded(LINE),
    "header twice": padded(HEAD, HEAD),
    "header that is no object": padded(b"[]"),
    "true for epoch 1": padded(HEAD.replace(b'"epoch":1', b'"epoch":true'), LINE),
    "true for version 1": padded(HEAD.replace(b'"body":1', b'"body":true'), LINE),
    "member added to the header": padded(encode({**HEADER.to_json(), "extra": 1}), LINE),
    "header not canonical": padded(HEAD.replace(b",", b", "), LINE),
    "record that is no object": padded(HEAD, line([])),
    "empty record": padded(HEAD, line({})),
    "member beside record and seed": padded(HEAD, line(BASE, leaf="a" * 64)),
    "seed too short": padded(HEAD, line(BASE, seed="00")),
    "seed in capitals": padded(HEAD, line(BASE, seed="A" * 64)),
    "record of another archive": padded(HEAD, line({**BASE, "archive": "0" * 64})),
    "record of another device": padded(HEAD, line({**BASE, "device": "0" * 64})),
    "id of another shape": padded(HEAD, line({**BASE, "id": "x"})),
    "schema 0": padded(HEAD, line({**BASE, "schema": 0})),
    "schema that is a string": padded(HEAD, line({**BASE, "schema": "1"})),
    "type that is a list": padded(HEAD, line({**BASE, "type": ["report"]})),
    **{f"record without {name}": padded(HEAD, line(without(name))) for name in BASE},
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_defect_is_refused(name):
    with pytest.raises((Malformed, NotCanonical)):
        parse_body(REFUSED[name], HEADER)


def test_the_bodies_that_the_defects_start_from_are_accepted():
    assert parse_body(padded(HEAD, LINE), HEADER) == parse_body(body(BASE), HEADER)
    assert parse_body(padded(HEAD), HEADER) == ()


def test_a_later_version_is_newer_and_not_bad():
    with pytest.raises(Newer):
        parse_body(padded(HEAD.replace(b'"body":1', b'"body":2'), b'{"all":"new"}'), HEADER)


@pytest.mark.parametrize("record", [without("id"), {**BASE, "device": "0" * 64}, {**BASE, "schema": 0}, []])
def test_what_would_be_refused_is_not_written(record):
    with pytest.raises(Malformed):
        body(record)


def test_a_body_is_at_most_16_mebibytes_to_read_and_to_write():
    with pytest.raises(Malformed):
        body({**BASE, "note": "x" * LARGEST_BODY})
    with pytest.raises(Malformed):
        parse_body(b" " * (LARGEST_BODY + 1), HEADER)


RECORDS = parse_body(body(*({**BASE, "n": n} for n in range(3))), HEADER)
LEAVES = [record.leaf for record in RECORDS]


def test_records_have_to_be_those_of_the_entry_in_order():
    assert check_leaves(RECORDS, LEAVES, survivors=False)
    assert not check_leaves(RECORDS[::-1], LEAVES, survivors=False)
    assert not check_leaves(RECORDS[:2], LEAVES, survivors=False)
    assert not check_leaves(RECORDS, LEAVES[:2], survivors=False)
    assert not check_leaves(RECORDS, [LEAVES[0], "0" * 64, LEAVES[2]], survivors=False)


def test_of_a_body_sealed_again_the_survivors_are_in_order():
    assert check_leaves(RECORDS, LEAVES, survivors=True)
    assert check_leaves(RECORDS[::2], LEAVES, survivors=True)
    assert check_leaves((), LEAVES, survivors=True)
    assert not check_leaves(RECORDS[::-1], LEAVES, survivors=True)
    assert not check_leaves((RECORDS[0], RECORDS[0]), LEAVES, survivors=True)
    assert not check_leaves(RECORDS, LEAVES[1:], survivors=True)
