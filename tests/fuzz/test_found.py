"""Cases that fuzzing found, each as small as it could be made."""

import pytest

from copwatch.media import parts
from copwatch.media.formats import gif, webp
from copwatch.media.iso.obu import unit_header
from copwatch.media.refusal import Damaged, Unsupported
from tests.media import making_gif, making_riff, test_ogg
from tests.media.sounding import cleaned


def test_a_unit_of_av1_that_ends_within_its_header():
    with pytest.raises(Damaged, match="cut short"):
        unit_header(b"\x2c", 1, 0)


def test_long_comments_of_ogg_are_put_together_in_one_pass():
    """Each page was added to a copy of all before it: 30 MB took the processor ten minutes."""
    assert len(cleaned(test_ogg.opus(size=200_000))) < 1000


def test_data_of_a_gif_in_millions_of_pieces(monkeypatch):
    monkeypatch.setattr(gif, "_MOST_SUB_BLOCKS", 1000)
    with pytest.raises(Unsupported, match="pieces"):
        cleaned(making_gif.gif(making_gif.picture(bytes(2000), size=1)))


def test_frames_of_a_webp_without_end(monkeypatch):
    monkeypatch.setattr(webp, "_MOST_FRAMES", 10)
    point = making_riff.chunk(b"VP8L", bytes.fromhex("2f0000000007d0fffef7bfff81880801"))
    head = making_riff.chunk(b"VP8X", bytes([2]) + bytes(9)) + making_riff.chunk(b"ANIM", bytes(6))
    frame = making_riff.chunk(b"ANMF", bytes(16) + point)
    assert cleaned(making_riff.riff(b"WEBP", head, frame * 10))
    with pytest.raises(Unsupported, match="frames"):
        cleaned(making_riff.riff(b"WEBP", head, frame * 11))


def test_new_bytes_have_a_bound(monkeypatch):
    monkeypatch.setattr(parts, "MOST_NEW", 10)
    found = parts.Parts(100, parts.Treatment.DROP)
    for at in range(5):
        found.replace(at, 1, b"the same", "x")
    with pytest.raises(Unsupported, match="more would have to be put into it"):
        found.replace(5, 1, b"other", "x")
