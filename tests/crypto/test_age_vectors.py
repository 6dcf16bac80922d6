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


@pytest.fixture(params=NAMES)
def vector(request: pytest.FixtureRequest) -> Vector:
    return load(material("vectors/age") / request.param)


def released_by_stream(vector: Vector) -> tuple[type[AgeError] | None, bytes]:
    src = io.BytesIO(vector.file)
    released = bytearray()
    try:
        for chunk in decrypt_stream(ArmorReader(src) if vector.armored else src, vector.identities):
            released += chunk
    except AgeError as failure:
        return type(failure), bytes(released)
    return None, bytes(released)


def test_all_vectors_are_here() -> None:
    assert len(list(material("vectors/age").iterdir())) == 143


def test_stream_gives_the_stated_result_and_releases_the_stated_bytes(vector: Vector) -> None:
    outcome, released = released_by_stream(vector)
    assert outcome is vector.expect
    if vector.payload is not None:
        assert sha256(released).hexdigest() == vector.payload
    else:
        assert released == b""


def test_armor_is_recognised_without_being_told(vector: Vector) -> None:
    if not vector.armored or vector.expect is not None:
        pytest.skip("not an armored file that opens")
    assert sha256(open_bytes(vector.file, vector.identities)).hexdigest() == vector.payload


def test_sealed_reader_gives_everything_or_nothing_beyond_what_is_stated(vector: Vector) -> None:
    if vector.armored:
        pytest.skip("a sealed reader reads binary files")
    file = io.BytesIO(vector.file)
    released = bytearray()
    failure: type[AgeError] | None = None
    try:
        with SealedReader(file, vector.identities) as reader:
            while part := reader.read1():
                released += part
    except AgeError as error:
        failure = type(error)
    assert failure is vector.expect
    if failure is None:
        assert sha256(released).hexdigest() == vector.payload
    else:
        assert released_by_stream(vector)[1].startswith(released)


def test_a_header_that_parses_has_one_encoding(vector: Vector) -> None:
    try:
        header = parse_header(ArmorReader(io.BytesIO(vector.file)) if vector.armored else vector.file)
    except (HeaderError, ArmorError):
        assert vector.expect in (HeaderError, ArmorError)
        return
    if not vector.armored:
        assert vector.file.startswith(header.encode())


CUT = [
    n
    for n in NAMES
    if n.startswith(
        (
            "stream_no_",
            "stream_missing",
            "stream_short_",
            "stream_last_chunk_empty",
            "stream_trailing",
        )
    )
]


@pytest.mark.parametrize("name", CUT)
def test_sealed_reader_releases_nothing_of_a_file_that_does_not_end_well(name: str) -> None:
    vector = load(material("vectors/age") / name)
    with pytest.raises((PayloadError, HeaderError)):
        SealedReader(io.BytesIO(vector.file), vector.identities).read(1)
