"""Media types by first bytes: what is announced for the files that phones and cameras write."""

import pytest

from copwatch.examples import media_folder
from copwatch.media.kinds import UNKNOWN, media_type


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe1", "image/jpeg"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypqt  ", "video/quicktime"),
        (b"\x00\x00\x00\x18ftypisom", "video/mp4"),
        (b"\x00\x00\x00\x18ftypcrx ", "image/x-canon-cr3"),
        (b"\x00\x00\x00\x08wide", "video/quicktime"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"RIFF\x00\x00\x00\x00XXXX", UNKNOWN),
        (b"\x1aE\xdf\xa3" + b"\x00" * 10 + b"webm", "video/webm"),
        (b"\x1aE\xdf\xa3" + b"\x00" * 10 + b"matroska", "video/x-matroska"),
        (b"II+\x00", "image/tiff"),
        (b"G" + b"\x00" * 187 + b"G" + b"\x00" * 187 + b"G", "video/mp2t"),
        (b"GG", "text/plain"),
        ("¿Qué pasó?".encode()[:2], "text/plain"),
        (b"", UNKNOWN),
        (b"\x00\x01", UNKNOWN),
        (b"\xff\x00", UNKNOWN),
    ],
)
def test_the_first_bytes_announce(head, expected):
    assert media_type(head) == expected


def test_the_examples_are_what_they_are_called():
    found = {path.suffix: media_type(path.read_bytes()[:4096]) for path in media_folder().rglob("*.*")}
    assert found[".jpg"] == "image/jpeg"
    assert found[".mp4"] == "video/mp4"
    assert found[".wav"] == "audio/wav"
    assert found[".png"] == "image/png"
    assert found[".txt"] == "text/plain"
