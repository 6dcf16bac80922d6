"""The public age test vectors (C2SP CCTV): each gives exactly its stated result."""

import io
import zlib
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from copwatch.crypto.age import (
    AgeError,
    ArmorError,
    ArmorReader,
    HeaderError,
    Identity,
    MacError,
    NoMatch,
    PayloadError,
    ScryptIdentity,
    SealedReader,
    decrypt_stream,
    looks_sealed,
    open_bytes,
    parse_header,
    parse_identity,
)
from tests.conftest import MATERIAL, material

OUTCOMES: dict[str, type[AgeError] | None] = {
    "success": None,
    "no match": NoMatch,
    "HMAC failure": MacError,
    "header failure": HeaderError,
    "payload failure": PayloadError,
    "armor failure": ArmorError,
}
KEYS = {"expect", "payload", "identity", "passphrase", "armored", "compressed", "file key", "comment"}
FOLDER = MATERIAL / "vectors" / "age"
NAMES = sorted(p.name for p in FOLDER.iterdir()) if FOLDER.is_dir() else ["(absent)"]
ARMORED = [n for n in NAMES if n == "(absent)" or b"\narmored: yes\n" in (FOLDER / n).read_bytes()]
BINARY = [n for n in NAMES if n == "(absent)" or n not in ARMORED]
CUT = [n for n in BINARY if n.startswith(("stream_no_", "stream_missing", "stream_short", "stream_trailing"))]


@dataclass(frozen=True)
class Vector:
    expect: type[AgeError] | None
    payload: str | None
    identities: list[Identity]
    armored: bool
    file: bytes


def load(path: Path) -> Vector:
    head, _, file = path.read_bytes().partition(b"\n\n")
    facts = defaultdict(list)
    for line in head.decode().splitlines():
        key, _, value = line.partition(": ")
        facts[key].append(value)
    if facts.keys() - KEYS:
        pytest.skip(f"unknown header keys: {sorted(facts.keys() - KEYS)}")
    if facts["compressed"]:
        assert facts["compressed"] == ["zlib"]
        file = zlib.decompress(file)
    identities = [parse_identity(text) for text in facts["identity"]]
    identities += [ScryptIdentity(text) for text in facts["passphrase"]]
    return Vector(
        OUTCOMES[facts["expect"][0]],
        next(iter(facts["payload"]), None),
        identities,
        bool(facts["armored"]),
        file,
    )


def vector(name: str) -> Vector:
    return load(material("vectors/age") / name)


def released_by_stream(vector: Vector) -> tuple[type[AgeError] | None, bytes]:
    src = io.BytesIO(vector.file)
    released = bytearray()
    try:
        for chunk in decrypt_stream(ArmorReader(src) if vector.armored else src, vector.identities):
            released += chunk
    except AgeError as failure:
        return type(failure), bytes(released)
    return None, bytes(released)


def released_by_reader(vector: Vector) -> tuple[type[AgeError] | None, bytes]:
    released = bytearray()
    try:
        with SealedReader(io.BytesIO(vector.file), vector.identities) as reader:
            while part := reader.read1():
                released += part
    except AgeError as failure:
        return type(failure), bytes(released)
    return None, bytes(released)


def test_all_vectors_are_here() -> None:
    assert len(list(material("vectors/age").iterdir())) == 143


@pytest.mark.parametrize("name", NAMES)
def test_stream_gives_the_stated_result_and_releases_the_stated_bytes(name: str) -> None:
    case = vector(name)
    outcome, released = released_by_stream(case)
    assert outcome is case.expect
    if case.payload is None:
        assert released == b""
    else:
        assert sha256(released).hexdigest() == case.payload


@pytest.mark.parametrize("name", BINARY)
def test_sealed_reader_gives_the_stated_result_and_releases_no_more_than_stated(name: str) -> None:
    case = vector(name)
    outcome, released = released_by_reader(case)
    assert outcome is case.expect
    if outcome is None:
        assert sha256(released).hexdigest() == case.payload
    else:
        assert released_by_stream(case)[1].startswith(released)


@pytest.mark.parametrize("name", CUT)
def test_sealed_reader_releases_nothing_of_a_file_that_does_not_end_well(name: str) -> None:
    case = vector(name)
    with pytest.raises((PayloadError, HeaderError)):
        SealedReader(io.BytesIO(case.file), case.identities)


@pytest.mark.parametrize("name", ARMORED)
def test_armor_is_recognised_without_being_told(name: str) -> None:
    case = vector(name)
    if case.expect is None:
        assert sha256(open_bytes(case.file, case.identities)).hexdigest() == case.payload
    else:
        with pytest.raises((case.expect, HeaderError)):
            open_bytes(case.file, case.identities)


@pytest.mark.parametrize("name", BINARY)
def test_a_header_that_parses_without_a_key_has_one_encoding(name: str) -> None:
    case = vector(name)
    try:
        header = parse_header(case.file)
    except HeaderError:
        assert case.expect is HeaderError
        return
    assert looks_sealed(case.file[:22])
    assert case.file.startswith(header.encode())
