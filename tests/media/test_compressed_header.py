"""A QuickTime movie whose header is compressed: cleaned in its place, and compressed again."""

import contextlib
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.describing.describe import describe
from copwatch.media.facts import Danger
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.media import making_bmff as make
from tests.media.sounding import PICTURE, SOUND, cleaned, cleaning_of, decoded, made
from tests.media.test_bmff import TAGS, without_secrets

STARTS_AT = 40
"""The compressed data, in a `moov` that holds nothing else."""


def compressed(data: bytes, *, method: bytes = b"zlib", more: int = 0, pack=zlib.compress) -> bytes:
    """The file with its header compressed; what it takes less becomes a `free` box, so that nothing moves."""
    at = data.index(b"moov") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    header = data[at : at + size]
    length = make.numbers(len(header) + more)
    new = make.box(
        b"moov", make.box(b"cmov", make.box(b"dcom", method), make.box(b"cmvd", length, pack(header)))
    )
    left = size - len(new)
    return data[:at] + new + make.box(b"free", bytes(left - 8)) + data[at + size :]


def inflated(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data[data.index(b"cmvd") + 8 :])


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("tail", [b"", b"\1\2\3", make.SECRET])
def test_what_is_inside_goes_and_nothing_moves(before, tail):
    plain = make.movie(before=before)
    data = compressed(plain) + tail
    found = cleaned(data)
    assert len(found) == len(data) - len(tail)
    without_secrets(found)
    header = inflated(found)
    without_secrets(header)
    assert header in cleaned(plain)
    assert header.count(make.MATRIX) == 3


def test_what_it_reveals_is_said():
    facts = cleaning_of(compressed(make.movie())).scan.facts
    assert {fact.danger for fact in facts} >= {Danger.PLACE, Danger.TIME, Danger.TRACKS}
    assert all(fact.offset is None or fact.offset < len(make.movie()) for fact in facts)
    described = describe(io.BytesIO(compressed(make.movie())), essence=True)
    assert described == describe(io.BytesIO(compressed(make.movie(), pack=zlib_stored)), essence=True)
    plain = describe(io.BytesIO(make.movie()), essence=False)
    assert describe(io.BytesIO(compressed(make.movie())), essence=False) == plain
    assert plain.given()


def zlib_stored(data: bytes) -> bytes:
    return zlib.compress(data, 1)


def test_players_see_the_same(tmp_path):
    data = made(tmp_path, "a.mov", *PICTURE, *SOUND, "-c:v", "mpeg4", "-c:a", "aac", *TAGS)
    packed = compressed(data)
    found = cleaned(packed)
    without_secrets(inflated(found))
    assert decoded(tmp_path, found) == decoded(tmp_path, packed) == decoded(tmp_path, data)


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (compressed(make.movie(), method=b"adec"), Unsupported, "form that is not known"),
        (compressed(make.movie(), more=1), Damaged, "as long as it says"),
        (compressed(make.movie(), more=-1), Damaged, "as long as it says"),
        (compressed(make.movie(), more=20 << 20), Unsupported, "bytes"),
        (compressed(make.movie(), pack=lambda header: header[:300]), Damaged, "inflated"),
        (compressed(make.movie(), pack=lambda header: zlib.compress(header)[:-9]), Damaged, "as long"),
        (
            compressed(make.movie(extra=make.box(b"cmov", bytes(20)))),
            Unsupported,
            "compressed twice",
        ),
        (
            compressed(make.movie(), more=8, pack=lambda header: zlib.compress(header + make.box(b"free"))),
            Unsupported,
            "more or less than one",
        ),
    ],
)
def test_what_is_not_certain_is_refused(data, kind, words):
    with pytest.raises(kind, match=words) as caught:
        cleaning_of(data)
    assert caught.value.offset is not None


def test_what_hides_behind_the_compressed_data_goes():
    data = compressed(make.movie(), pack=lambda header: zlib.compress(header) + make.SECRET)
    assert make.SECRET not in cleaned(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutations_are_cleaned_or_refused(data):
    packed = bytearray(compressed(make.movie()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, 100 + STARTS_AT))
        packed[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CannotClean):
        make_cleaning(io.BytesIO(bytes(packed)))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutations_of_the_header_inside_are_cleaned_or_refused(data):
    def mutated(header: bytes) -> bytes:
        changed = bytearray(header)
        for _ in range(data.draw(st.integers(1, 4))):
            changed[data.draw(st.integers(8, len(header) - 1))] = data.draw(st.integers(0, 255))
        return zlib.compress(bytes(changed))

    packed = compressed(make.movie(), pack=mutated)
    with contextlib.suppress(CannotClean):
        make_cleaning(io.BytesIO(packed))
