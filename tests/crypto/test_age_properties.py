"""What holds for every length, every way of cutting and every damage."""

import io
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.crypto.age import (
    AgeError,
    ArmorError,
    Encryptor,
    Header,
    HybridIdentity,
    SealedReader,
    Stanza,
    X25519Identity,
    decode_armor,
    decrypt_stream,
    encode_armor,
    open_bytes,
    parse_header,
    seal,
    sealed_payload_size,
)

CHUNK = 64 * 1024
IDENTITY = X25519Identity(bytes(range(32)))
HYBRID = HybridIdentity(bytes(range(32)))
CONTENT = bytes(i * i % 251 for i in range(4 * CHUNK + 1000))
LENGTHS = st.one_of(
    st.integers(0, len(CONTENT)),
    st.builds(lambda chunks, off: max(0, chunks * CHUNK + off), st.integers(0, 4), st.integers(-2, 2)),
)
IDENTITIES = st.sampled_from([IDENTITY, HYBRID])


class Trickle:
    """A source like a pipe: no seeking, and reads come back short."""

    def __init__(self, data: bytes, most: int) -> None:
        self._file, self._most = io.BytesIO(data), most

    def read(self, size: int, /) -> bytes:
        return self._file.read(min(size, self._most))


@given(LENGTHS, st.lists(st.integers(0, len(CONTENT)), max_size=6), IDENTITIES)
@settings(max_examples=80, deadline=None)
def test_content_of_any_length_cut_in_any_way_comes_back(length, cuts, identity) -> None:
    content, marks = CONTENT[:length], sorted({0, length, *(c for c in cuts if c < length)})
    encryptor = Encryptor([identity.recipient()])
    sealed = bytearray(encryptor.header)
    for start, end in pairwise(marks):
        piece = bytearray(content[start:end])
        for buffer in encryptor.update(memoryview(piece)):
            sealed += buffer
        piece[:] = bytes(len(piece))  # the caller may use its buffer again
    sealed += encryptor.finish()
    assert len(sealed) == encryptor.sealed_size(length)
    assert len(sealed) == len(parse_header(bytes(sealed)).encode()) + sealed_payload_size(length)
    assert open_bytes(sealed, [identity]) == content
    assert SealedReader(io.BytesIO(sealed), [identity]).read() == content


@given(LENGTHS, st.sampled_from([7, 16, 1000, 70_000]), st.booleans())
@settings(max_examples=25, deadline=None)
def test_a_pipe_that_gives_little_at_a_time_is_enough(length, most, armored) -> None:
    length = min(length, 20 * most * most)
    sealed = seal(CONTENT[:length], [IDENTITY.recipient()])
    source = Trickle(encode_armor(sealed).encode() if armored else sealed, most)
    assert b"".join(decrypt_stream(source, [IDENTITY])) == CONTENT[:length]


SEALED = seal(CONTENT, [IDENTITY.recipient()])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["seek", "seek_from_here", "seek_from_end", "read", "read1", "readinto", "readline"]),
        st.integers(-10, 3 * CHUNK),
    ),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=80, deadline=None)
def test_the_reader_behaves_like_a_file_with_the_content(steps) -> None:
    reader, model = SealedReader(io.BytesIO(SEALED), [IDENTITY]), io.BytesIO(CONTENT)
    for action, number in steps:
        if action.startswith("seek"):
            whence = {"seek": io.SEEK_SET, "seek_from_here": io.SEEK_CUR, "seek_from_end": io.SEEK_END}[
                action
            ]
            target = {0: 0, 1: model.tell(), 2: len(CONTENT)}[whence] + (
                number if whence < 2 else -abs(number)
            )
            if target >= 0:
                assert (
                    reader.seek(target - {0: 0, 1: model.tell(), 2: len(CONTENT)}[whence], whence) == target
                )
                model.seek(target)
        elif action == "read":
            assert reader.read(number) == model.read(number)
        elif action == "read1":
            part = reader.read1(number)
            assert part == model.read(len(part))
            assert part or number == 0 or not model.read(1)
        elif action == "readline":
            assert reader.readline() == model.readline()
        else:
            ours, theirs = bytearray(abs(number)), bytearray(abs(number))
            assert reader.readinto(ours) == model.readinto(theirs)
            assert ours == theirs
        assert reader.tell() == model.tell()


def test_every_single_bit_of_a_file_matters() -> None:
    other = X25519Identity.generate().recipient()
    sealed = seal(b"he fell at the corner", [other, IDENTITY.recipient()])
    for position in range(len(sealed) * 8):
        damaged = bytearray(sealed)
        damaged[position // 8] ^= 1 << position % 8
        with pytest.raises(AgeError):
            open_bytes(damaged, [IDENTITY])
        with pytest.raises(AgeError):
            SealedReader(io.BytesIO(damaged), [IDENTITY])


HYBRID_SEALED = seal(b"he fell at the corner", [HYBRID.recipient()])


@given(st.integers(0, len(HYBRID_SEALED) * 8 - 1))
@settings(max_examples=300, deadline=None)
def test_every_single_bit_of_a_post_quantum_file_matters(position) -> None:
    damaged = bytearray(HYBRID_SEALED)
    damaged[position // 8] ^= 1 << position % 8
    with pytest.raises(AgeError):
        open_bytes(damaged, [HYBRID])


@given(st.integers(0, len(SEALED) - 1))
@settings(max_examples=60, deadline=None)
def test_a_file_cut_anywhere_gives_the_reader_nothing(length) -> None:
    with pytest.raises(AgeError):
        SealedReader(io.BytesIO(SEALED[:length]), [IDENTITY])
    with pytest.raises(AgeError):
        open_bytes(SEALED[:length], [IDENTITY])


ARGUMENT = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=80)
STANZA = st.builds(
    Stanza,
    st.lists(ARGUMENT, min_size=1, max_size=4).map(tuple),
    st.binary(max_size=200) | st.binary(min_size=48, max_size=48),
)


@given(
    st.lists(STANZA, min_size=1, max_size=5).map(tuple),
    st.binary(min_size=32, max_size=32),
    st.binary(max_size=30),
)
def test_every_header_comes_back_from_its_encoding(stanzas, mac, payload) -> None:
    header = Header(stanzas, mac)
    assert parse_header(header.encode() + payload) == header


@given(st.data())
@settings(max_examples=300)
def test_damaged_headers_are_refused_or_have_that_one_encoding(data) -> None:
    raw = bytearray(parse_header(SEALED).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        header = parse_header(bytes(raw))
    except AgeError:
        return
    assert raw.startswith(header.encode())


@given(st.binary(max_size=400))
def test_armor_has_one_encoding(data) -> None:
    text = encode_armor(data)
    assert decode_armor(text) == data
    assert decode_armor("\n \t" + text.replace("\n", "\r\n") + "\r\n\n") == data


@given(st.binary(min_size=1, max_size=120), st.data())
@settings(max_examples=300)
def test_damaged_armor_is_refused_or_reads_as_something_that_encodes_to_it(data, draw) -> None:
    text = bytearray(encode_armor(data).encode())
    at = draw.draw(st.integers(0, len(text) - 1))
    text[at : at + 1] = draw.draw(st.binary(max_size=2))
    try:
        decoded = decode_armor(bytes(text))
    except ArmorError:
        return
    assert encode_armor(decoded).encode().split() == bytes(text).replace(b"\r\n", b"\n").split()
