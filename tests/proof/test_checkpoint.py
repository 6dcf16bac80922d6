"""Checkpoint notes: the C2SP form, one valid encoding, one signature by the device."""

import base64
import hashlib

import pytest

from copwatch.proof.checkpoint import LARGEST_NOTE, Checkpoint, encode_note, imprint, key_id, parse_note
from copwatch.proof.merkle import root_of_hashes
from copwatch.proof.shapes import Malformed
from tests.proof.build import ARCHIVE, DEVICE, OTHER, VERIFY

POINT = Checkpoint(ARCHIVE, DEVICE.public_hex, 3, root_of_hashes([bytes([n]) * 32 for n in range(3)]))
NOTE = encode_note(POINT, DEVICE.sign(POINT.text.encode()))
ORIGIN = f"copwatch/v1/{ARCHIVE}/{DEVICE.public_hex}"


def test_writing_and_reading_are_inverse():
    assert parse_note(NOTE, VERIFY) == POINT


def test_the_note_has_the_lines_that_c2sp_gives():
    origin, size, root, empty, signature, end = NOTE.decode().split("\n")
    assert (origin, size, empty, end) == (ORIGIN, "3", "", "")
    assert base64.b64decode(root) == POINT.root
    dash, name, blob = signature.split(" ")
    assert (dash, name) == ("—", ORIGIN)
    key = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + bytes.fromhex(DEVICE.public_hex)).digest()[:4]
    assert base64.b64decode(blob)[:4] == key == key_id(ORIGIN, DEVICE.public_hex)
    assert VERIFY(DEVICE.public_hex, NOTE.split(b"\n\n")[0] + b"\n", base64.b64decode(blob)[4:].hex())


def test_a_key_id_of_the_signed_note_text():
    # The example key of c2sp.org/signed-note: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".
    key = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    assert key_id("PeterNeumann", key.hex()).hex() == "c74f20a3"


def test_the_file_is_named_by_size_and_root_and_stamped_by_its_text():
    assert POINT.file_name == f"0000000003-{POINT.root.hex()[:16]}.note"
    assert imprint(POINT) == hashlib.sha256(NOTE.split(b"\n\n")[0] + b"\n").hexdigest()


def signed(text, key=DEVICE, origin=ORIGIN):
    blob = key_id(origin, DEVICE.public_hex) + bytes.fromhex(key.sign(text.encode()))
    return f"{text}\n— {origin} {base64.b64encode(blob).decode()}\n".encode()


ROOT = base64.b64encode(POINT.root).decode()
LOOSE = ROOT[:-2] + chr(ord(ROOT[-2]) + 1) + "="
REFUSED = {
    "empty": b"",
    "text alone": POINT.text.encode(),
    "signature of another device": encode_note(POINT, OTHER.sign(POINT.text.encode())),
    "signature over something else": encode_note(POINT, DEVICE.sign(b"x")),
    "signature too short": encode_note(POINT, DEVICE.sign(POINT.text.encode())[:-2]),
    "another size": NOTE.replace(b"\n3\n", b"\n4\n"),
    "size with leading zero": signed(f"{ORIGIN}\n03\n{ROOT}\n"),
    "size with sign": signed(f"{ORIGIN}\n+3\n{ROOT}\n"),
    "size in other digits": signed(f"{ORIGIN}\n\u0663\n{ROOT}\n"),
    "size of eleven digits": signed(f"{ORIGIN}\n10000000000\n{ROOT}\n"),
    "extension line": signed(f"{ORIGIN}\n3\n{ROOT}\nmore\n"),
    "root of 31 bytes": signed(f"{ORIGIN}\n3\n{base64.b64encode(POINT.root[1:]).decode()}\n"),
    "loose base64 in the root": signed(f"{ORIGIN}\n3\n{LOOSE}\n"),
    "origin of another program": signed(f"example.org/log\n3\n{ROOT}\n", origin="example.org/log"),
    "key name that is not the origin": NOTE.replace(b"\xe2\x80\x94 copwatch", b"\xe2\x80\x94 other"),
    "hyphen for the dash": NOTE.replace("—".encode(), b"-"),
    "carriage returns": NOTE.replace(b"\n", b"\r\n"),
    "two signatures": NOTE + NOTE.split(b"\n\n")[1],
    "bytes behind": NOTE + b"\n",
    "far too long": NOTE + b" " * LARGEST_NOTE,
    "not UTF-8": b"\xff" + NOTE,
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_other_form_is_refused(name):
    with pytest.raises(Malformed):
        parse_note(REFUSED[name], VERIFY)


def test_the_cases_above_are_signed_as_they_should_be():
    assert signed(POINT.text) == NOTE
    assert base64.b64decode(LOOSE) == POINT.root


@pytest.mark.parametrize("at", range(0, len(NOTE), 7))
def test_no_byte_can_be_changed(at):
    with pytest.raises(Malformed):
        parse_note(NOTE[:at] + bytes([NOTE[at] ^ 1]) + NOTE[at + 1 :], VERIFY)
