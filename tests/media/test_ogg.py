"""Ogg: every packet of picture and sound stays, texts and other streams go, and pages count on without a gap."""

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.facts import Danger
from copwatch.media.ogg_pages import checksum, page_at, page_of, paged
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from copwatch.media.source import Source
from tests.media.sounding import PICTURE, SOUND, cleaned, cleaning_of, decoded, made

SECRET = b"Jane Doe 52.5N 13.4E"
TITLES = ("-metadata", "title=Jane Doe 52.5N 13.4E", "-metadata", "location=+52.5+13.4/")
HEAD = b"OpusHead\1\1" + bytes(8) + b"\0"
SOUNDS = bytes(range(100, 200))


def page(flags: int, stream: int, number: int, packet: bytes) -> bytes:
    lacing = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    return page_of(flags, bytes(8), stream, number, lacing, packet)


def tags(size: int = 1) -> bytes:
    comment = b"LOCATION=" + SECRET * size
    vendor = b"libsecret"
    return (
        b"OpusTags" + len(vendor).to_bytes(4, "little") + vendor + (1).to_bytes(4, "little")
        + len(comment).to_bytes(4, "little") + comment
    )  # fmt: skip


def opus(stream: int = 7, size: int = 1, between: bytes = b"") -> bytes:
    headers = paged([tags(size)], stream, 1)
    start = len(headers) + 1
    data = [page(0, stream, start + number, SOUNDS) for number in range(3)]
    return (
        page(2, stream, 0, HEAD)
        + b"".join(headers)
        + between
        + b"".join(data)
        + page(4, stream, start + 3, SOUNDS)
    )


def pages(data: bytes) -> list:
    source, at, found = Source(io.BytesIO(data)), 0, []
    while at < len(data):
        one = page_at(source, at)
        raw = data[one.start : one.end]
        assert checksum(raw[:22] + bytes(4) + raw[26:]) == one.checksum
        found.append(one)
        at = one.end
    return found


@pytest.mark.parametrize("size", [1, 100, 5000])
def test_texts_go_and_pages_count_on(size):
    found = cleaned(opus(size=size))
    assert SECRET not in found
    assert b"libsecret" not in found
    assert found.count(SOUNDS) == 4
    assert [one.number for one in pages(found)] == list(range(6))


def test_what_stands_before_between_and_behind_pages_goes():
    fake = SECRET + b"OggS" + SECRET * 20
    assert cleaned(opus(between=fake) + fake) == cleaned(opus())
    assert cleaned(opus() + opus()[:30]) == cleaned(opus())


def test_other_streams_go_as_a_whole():
    kate = page(2, 9, 0, b"\x80kate\0\0\0" + SECRET) + page(0, 9, 1, SECRET)
    skeleton = page(2, 8, 0, b"fishead\0" + SECRET) + page(0, 8, 1, b"fisbone\0" + SECRET)
    data = opus()
    found = cleaned(data[: len(page(2, 7, 0, HEAD))] + kate + skeleton + data[len(page(2, 7, 0, HEAD)) :])
    assert found == cleaned(data)
    facts = cleaning_of(data + kate).scan.facts
    assert {fact.danger for fact in facts} == {Danger.PLACE, Danger.SOFTWARE, Danger.TRACKS}


def test_chained_recordings_stay_both():
    found = cleaned(opus(7, 5000) + opus(7, 3000) + opus(8))
    assert [one.number for one in pages(found)] == [*range(6)] * 3


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.opus", (*SOUND, "-c:a", "libopus")),
        ("a.ogg", (*SOUND, "-c:a", "libvorbis")),
        ("a.oga", (*SOUND, "-c:a", "flac")),
        ("a.spx", (*SOUND, "-c:a", "libspeex", "-ar", "16000")),
        ("a.ogv", (*PICTURE, *SOUND, "-c:v", "libtheora", "-c:a", "libvorbis")),
    ],
)
@pytest.mark.parametrize("size", [1, 5000])
def test_real_encoders(tmp_path, name, options, size):
    long = ("-metadata", "comment=" + "Jane Doe" * size)
    data = made(tmp_path, name, *options, *TITLES, *long)
    found = cleaned(data)
    for secret in (b"Lavf", b"Lavc", b"Xiph", b"Jane", b"52.5"):
        assert secret not in found
    pages(found)
    assert decoded(tmp_path, found) == decoded(tmp_path, data)
    assert decoded(tmp_path, found, copy=True).count(b"\n") == decoded(tmp_path, data, copy=True).count(b"\n")
    assert cleaning_of(data).scan.media_type == ("video/ogg" if name == "a.ogv" else "audio/ogg")


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (page(2, 1, 0, b"\x80kate\0\0\0"), Unsupported, "no stream of picture"),
        (page(2, 1, 0, b"OVP80" + bytes(20)), Unsupported, "coding"),
        (page(2, 1, 0, HEAD + b"more"), Unsupported, "first header of opus"),
        (page(2, 1, 0, HEAD), Damaged, "headers of a stream are not whole"),
        (page(2, 1, 0, HEAD) + page(0, 1, 1, SECRET), Damaged, "not in their order"),
        (page(2, 1, 0, HEAD) + page(1, 1, 1, tags()), Damaged, "not whole"),
        (page(2, 1, 0, HEAD) + paged([tags(), SECRET], 1, 1)[0], Unsupported, "on a page of headers"),
    ],
)
def test_what_is_not_certain_is_refused(data, kind, words):
    with pytest.raises(kind, match=words):
        cleaning_of(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutations_are_cleaned_or_refused(data):
    seed = bytearray(opus(size=30) + opus(8, 1))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(seed) - 1))
        seed[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CannotClean):
        make_cleaning(io.BytesIO(bytes(seed)))


def padded(padding: bytes) -> bytes:
    """A packet of three frames of one byte, with padding (RFC 6716, 3.2.5)."""
    said = b"\xff" * (len(padding) // 254) + bytes([len(padding) % 254])
    return b"\x03\x43" + said + b"frm" + padding


@pytest.mark.parametrize("length", [1, 30, 254, 600])
def test_padding_of_opus_is_zero_or_refused(length):
    def files(packet: bytes) -> list[bytes]:
        head = page(2, 7, 0, HEAD) + page(0, 7, 1, b"OpusTags" + bytes(8))
        first = page_of(0, bytes(8), 7, 2, b"\xff", packet[:255])
        several = [head + first + page(5, 7, 3, packet[255:])] if len(packet) >= 255 else []
        return [head + page(4, 7, 2, packet), *several]

    for right, wrong in zip(
        files(padded(bytes(length))), files(padded(bytes(length - 1) + b"S")), strict=True
    ):
        assert cleaned(right) == right
        with pytest.raises(Unsupported, match="padding"):
            cleaned(wrong)
