"""SEI units become filler of the same length, and what comes out is a unit that a decoder can read."""

import pytest

from copwatch.media.nal import filler_unit, is_sei, neutral_sei
from copwatch.media.refusal import Damaged


def messages(payload: bytes) -> list[tuple[int, bytes]]:
    """Reads sei_message() as H.265 7.3.5 does, up to the stop bit."""
    found, at = [], 0
    while payload[at:] != b"\x80":
        kind = size = 0
        while payload[at] == 0xFF:
            kind, at = kind + 255, at + 1
        kind, at = kind + payload[at], at + 1
        while payload[at] == 0xFF:
            size, at = size + 255, at + 1
        size, at = size + payload[at], at + 1
        found.append((kind, payload[at : at + size]))
        at += size
        assert at < len(payload)
    return found


@pytest.mark.parametrize(
    "length", [5, 6, 100, 256, 257, 258, 259, 260, 261, 262, 511, 512, 513, 514, 515, 516, 70_000]
)
@pytest.mark.parametrize("hevc", [True, False])
def test_a_unit_becomes_filler_payload_of_its_length(length, hevc):
    header = bytes((39 << 1, 1)) if hevc else b"\x06"
    unit = header + b"\x05" + b"where I live" * (length // 12 + 1)
    neutral = neutral_sei(unit[:length], hevc)
    assert len(neutral) == length
    assert neutral.startswith(header)
    read = messages(neutral[len(header) :])
    assert {kind for kind, _ in read} == {3}
    assert {byte for _, data in read for byte in data} <= {0xFF}
    assert neutral_sei(neutral, hevc) == neutral
    assert not any(
        neutral[at : at + 3] in (b"\0\0\0", b"\0\0\1", b"\0\0\2", b"\0\0\3") for at in range(length)
    )


def test_a_unit_too_short_for_a_message_is_damaged():
    with pytest.raises(Damaged, match="4 bytes"):
        neutral_sei(b"\x4e\x01\x05\x80", True)


def test_kinds_are_told_by_the_first_byte():
    assert is_sei(b"\x06", hevc=False)
    assert is_sei(b"\x4e", hevc=True)
    assert is_sei(b"\x50", hevc=True)
    assert not is_sei(b"\x65", hevc=False)
    assert not is_sei(b"\x26", hevc=True)


def test_a_unit_that_decoders_ignore_becomes_filler_data():
    assert filler_unit(b"\x7c\x01secret", hevc=True) == b"\x4c\x01" + b"\xff" * 5 + b"\x80"
    assert filler_unit(b"\x18secret", hevc=False) == b"\x0c" + b"\xff" * 5 + b"\x80"
