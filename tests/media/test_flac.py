"""FLAC: the sound stays, and nothing else that says anything."""

import contextlib
import io
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.facts import Danger
from copwatch.media.flac_frames import crc8, crc16
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.conftest import judge
from tests.media.sounding import SOUND, cleaned, cleaning_of, decoded, made

SECRET = b"Jane Doe 52.5N 13.4E"
TITLES = (
    "-metadata",
    "title=Jane Doe 52.5N 13.4E",
    "-metadata",
    "location=here",
    "-metadata",
    "date=2024-05-06",
)


POINTS = bytes(16) + b"\0\xc0" + b"\xff" * 8 + bytes(10)


def block(kind: int, content: bytes, *, last: bool = False) -> bytes:
    return bytes([kind | 128 * last]) + len(content).to_bytes(3, "big") + content


def frame(number: int) -> bytes:
    """192 samples of silence, mono, 16 bits, 44.1 kHz."""
    head = b"\xff\xf8\x19\x08" + bytes([number])
    body = head + bytes([crc8(head)]) + b"\0" + (SECRET[:2] if number % 2 else b"\0\0")
    return body + crc16(body).to_bytes(2, "big")


def sound(frames: int = 5, *extra: bytes, tail: bytes = b"") -> bytes:
    info = b"\0\xc0\0\xc0" + bytes(6) + (44100 << 44 | 15 << 36 | 192 * frames).to_bytes(8, "big") + bytes(16)
    blocks = [block(0, info), *extra, block(1, SECRET, last=True)]
    return b"fLaC" + b"".join(blocks) + b"".join(map(frame, range(frames))) + tail


def id3(content: bytes = b"TIT2" + len(SECRET).to_bytes(4, "big") + b"\0\0" + SECRET) -> bytes:
    size = len(content)
    return b"ID3\x04\0\0" + bytes([0, 0, size >> 7, size & 127]) + content


ID3V1 = b"TAG" + SECRET.ljust(125, b"\0")
APE = b"APETAGEX" + (2000).to_bytes(4, "little") + (32 + 40).to_bytes(4, "little") + b"\1\0\0\0" + bytes(12)
APE = SECRET * 2 + APE


@pytest.mark.parametrize("tail", [b"", ID3V1, APE, APE + ID3V1, SECRET, b"\0" * 50, SECRET + ID3V1])
def test_blocks_and_tags_go_and_frames_stay(tail):
    extra = [block(kind, SECRET) for kind in (1, 2, 4, 5, 6, 99)]
    table = block(3, POINTS[:18])
    found = cleaned(sound(5, *extra, table, tail=tail))
    assert SECRET not in found
    frames = b"".join(map(frame, range(5)))
    assert frames in found
    assert found[4] == 0
    assert found[42:46] == b"\x83\0\0\x12"
    zeros = 2 if tail.startswith(b"\0") else 0  # they could belong to the checksum of the last frame
    assert len(found) == 4 + 38 + 22 + len(frames) + zeros


@pytest.mark.parametrize(
    "table",
    [
        SECRET[:18],
        POINTS[:18] * 2,
        POINTS[:34] + b"Jo",
        (1 << 40).to_bytes(8, "big") + bytes(10),
        bytes(8) + b"\x01" * 10,
    ],
)
def test_a_table_for_seeking_that_is_none_goes(table):
    assert cleaned(sound(5, block(3, table))) == cleaned(sound(5))


def test_a_tag_of_id3_before_the_mark_goes():
    from copwatch.media.formats import flac
    from copwatch.media.source import Source

    scan = flac.scan(Source(io.BytesIO(id3() + sound(3))))
    assert scan.parts[0].length == len(id3())
    assert scan.parts[0].treatment.value == "drop"


def test_a_frame_that_was_cut_short_goes():
    data = sound(5)
    found = cleaned(data[:-3])
    assert found.endswith(b"".join(map(frame, range(4))))


def test_real_encoders(tmp_path):
    data = made(tmp_path, "a.flac", *SOUND, *TITLES)
    found = cleaned(data + ID3V1)
    assert SECRET not in found
    assert b"Lavf" not in found
    assert decoded(tmp_path, found) == decoded(tmp_path, data)
    (tmp_path / "clean.flac").write_bytes(found)
    subprocess.run([judge("flac"), "-t", "-s", str(tmp_path / "clean.flac")], check=True)
    facts = cleaning_of(data).scan.facts
    assert {fact.danger for fact in facts} >= {Danger.PLACE, Danger.TIME, Danger.SOFTWARE, Danger.IDENTITY}


def test_cutting_a_real_file_anywhere_leaves_whole_frames(tmp_path):
    data = made(tmp_path, "a.flac", *SOUND)
    for cut in (1, 2, 100, 1000):
        found = cleaned(data[:-cut])
        (tmp_path / "clean.flac").write_bytes(found)
        assert crc16(found[found.rindex(b"\xff\xf8") :]) == 0


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"fLaC" + block(4, SECRET), Damaged, "STREAMINFO"),
        (b"fLaC" + block(0, bytes(20)), Damaged, "STREAMINFO"),
        (b"fLaC" + block(0, bytes(34)) + b"\4\xff\xff\xff", Damaged, "longer than the file"),
        (sound(0) + b"nothing of a frame", Damaged, "no frame"),
        (sound(1)[:-1], Unsupported, "not certain"),
        (sound(3) + sound(3, block(4, SECRET)), Unsupported, "second recording"),
        (sound(3) + sound(3), Unsupported, "second recording"),
    ],
)
def test_what_is_not_certain_is_refused(data, kind, words):
    with pytest.raises(kind, match=words) as caught:
        cleaning_of(data)
    assert caught.value.offset is not None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutations_are_cleaned_or_refused(data):
    seed = bytearray(sound(5, block(4, SECRET), block(3, POINTS), tail=APE + ID3V1))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(seed) - 1))
        seed[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CannotClean):
        make_cleaning(io.BytesIO(bytes(seed)))
