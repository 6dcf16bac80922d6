"""Charter files: one encoding, every member in its one shape, ids that stand once."""

import copy
from dataclasses import replace

import pytest

from copwatch.proof.canonical import NotCanonical, decode, encode
from copwatch.proof.charter import (
    LARGEST_FILE,
    Compartment,
    Device,
    Until,
    charter_hash,
    encode_file,
    file_name,
    parse_file,
)
from copwatch.proof.shapes import Malformed, Newer
from tests.proof import build

REVOKED = replace(build.FIRST, devices=(Device(build.DEVICE.public_hex, Until(3, "9" * 64)),))
LATER = replace(REVOKED, version=1, prev=("0" * 64, "1" * 64))
DOC = decode(encode_file(build.sign_charter(LATER))[:-1])
C = ("charter",)
MEMBERS = {
    (): ("charter", "sigs"),
    C: ("v", "version", "prev", "hash", "root", "root_sealed", "custodians",
        "devices", "compartments", "members", "keys"),
    (*C, "devices", 0): ("key",),
    (*C, "devices", 0, "until"): ("seq", "entry"),
    (*C, "compartments", 0): ("id", "epochs"),
    (*C, "members", 1): ("id", "recipient"),
    (*C, "keys", 0): ("compartment", "epoch", "member", "object"),
    ("sigs", 0): ("alg", "key", "sig"),
}  # fmt: skip
PLACES = [(place, name) for place, names in MEMBERS.items() for name in names]
WRONG = {
    "true": True, "minus one": -1, "object": {}, "list of numbers": [1], "capitals": "A" * 64,
    "too long": "a" * 129, "with newline": "a" * 63 + "\n",
}  # fmt: skip


def at(doc, place):
    for step in place:
        doc = doc[step]
    return doc


def refused(doc):
    with pytest.raises((Malformed, NotCanonical)):
        parse_file(encode(doc, nulls=True) + b"\n")


@pytest.mark.parametrize("charter", [build.FIRST, REVOKED, LATER], ids=["first", "revoked", "later"])
def test_encoding_and_parsing_are_inverse(charter):
    signed = build.sign_charter(charter)
    data = encode_file(signed)
    assert parse_file(data) == signed
    assert encode_file(parse_file(data)) == data


def test_a_charter_file_is_named_by_version_and_hash():
    assert file_name(LATER) == f"000001-{charter_hash(LATER)[:16]}.json"


def test_it_names_every_object_that_it_needs():
    assert build.FIRST.objects() == {"5" * 64, "6" * 64, "7" * 64, "8" * 64}


def test_devices_and_compartments_are_found_by_their_name():
    assert build.FIRST.device(build.OTHER.public_hex) == build.FIRST.devices[1]
    assert build.FIRST.compartment(build.CASE) == build.FIRST.compartments[0]
    assert build.FIRST.device("0" * 64) is None
    assert build.FIRST.compartment("0" * 32) is None


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
    doc = copy.deepcopy(DOC)
    at(doc, place)[name] = WRONG[wrong]
    if name in ("alg", "hash") and isinstance(WRONG[wrong], str):
        with pytest.raises(Newer):
            parse_file(encode(doc) + b"\n")
    else:
        refused(doc)


def change(**members):
    return lambda doc: doc["charter"].update(members)


def twice(name):
    return lambda doc: doc["charter"][name].append(copy.deepcopy(doc["charter"][name][0]))


def key_names(**members):
    return lambda doc: doc["charter"]["keys"][0].update(members)


BROKEN = {
    "null": change(root=None),
    "version 0 that follows": change(version=0),
    "version of seven digits": change(version=1_000_000),
    "later version that follows nothing": change(prev=[]),
    "previous versions out of order": change(prev=["1" * 64, "0" * 64]),
    "previous version twice": change(prev=["1" * 64, "1" * 64]),
    "device twice": twice("devices"),
    "compartment twice": twice("compartments"),
    "member twice": twice("members"),
    "custodian twice": twice("custodians"),
    "key twice": twice("keys"),
    "no compartment": change(compartments=[], keys=[]),
    "compartment without recipient": lambda doc: doc["charter"]["compartments"][0].update(epochs=[]),
    "key of an unknown compartment": key_names(compartment="0" * 32),
    "key of an unknown member": key_names(member="0" * 32),
    "key of an epoch that is not": key_names(epoch=1),
    "recipient in capitals": lambda doc: doc["charter"]["members"][0].update(recipient="AGE1Q"),
    "recipient of another kind": lambda doc: doc["charter"]["members"][0].update(
        recipient="ssh-ed25519 AAAA"
    ),
    "recipient with control characters": lambda doc: doc["charter"]["members"][0].update(
        recipient="age1q\x1b[2J"
    ),
    "recipient with newline": lambda doc: doc["charter"]["members"][0].update(recipient="age1q\n"),
    "recipient of a megabyte": lambda doc: doc["charter"]["members"][0].update(
        recipient="age1" + "q" * (1 << 20)
    ),
    "identity of a member in the wrong shape": lambda doc: doc["charter"]["members"][0].update(identity="x"),
    "charter version 0": change(v=0),
    "charter that is a list": lambda doc: doc.update(charter=[]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_charters_that_contradict_themselves_are_refused(name):
    doc = copy.deepcopy(DOC)
    BROKEN[name](doc)
    refused(doc)


NEWER = {
    "charter version 2": change(v=2),
    "charter version 2 with unknown members": change(v=2, more=1),
    "another hash": change(hash="sha3-256"),
    "another signature algorithm": lambda doc: doc["sigs"][0].update(alg="ml-dsa"),
}


@pytest.mark.parametrize("name", NEWER)
def test_a_later_version_is_newer_and_not_bad(name):
    doc = copy.deepcopy(DOC)
    NEWER[name](doc)
    with pytest.raises(Newer):
        parse_file(encode(doc) + b"\n")


@pytest.mark.parametrize("tail", [b"", b"\n\n", b" \n", b"\r\n", b"\nx", b"\n\x00"])
def test_a_file_ends_in_one_newline_and_nothing_else(tail):
    with pytest.raises(NotCanonical):
        parse_file(encode(DOC) + tail)


def test_a_file_is_at_most_16_mebibytes_to_read_and_to_write():
    recipient = "age1" + "q" * 4092
    epochs = (recipient,) * (LARGEST_FILE // 4096)
    with pytest.raises(Malformed):
        encode_file(build.sign_charter(replace(build.FIRST, compartments=(Compartment(build.CASE, epochs),))))
    with pytest.raises(Malformed):
        parse_file(b" " * LARGEST_FILE + b"\n")
