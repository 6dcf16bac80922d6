"""Which names and contents look as if a messenger had made the file anew."""

import pytest

from copwatch.media.facts import Danger, Fact
from copwatch.media.messengers import messenger

JPEG, VIDEO = "image/jpeg", "video/mp4"


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("IMG-20240131-WA0001.jpg", JPEG, "WhatsApp"),
        ("VID-20240131-WA0012.mp4", VIDEO, "WhatsApp"),
        ("WhatsApp Image 2024-01-31 at 18.10.11.jpeg", JPEG, "WhatsApp"),
        ("signal-2024-01-31-18-10-11-123.jpg", JPEG, "Signal"),
        ("photo_2024-01-31_18-10-11.jpg", JPEG, "Telegram"),
        ("FB_IMG_1706724611.jpg", JPEG, "Facebook"),
        ("IMG_20240131_181011.jpg", JPEG, ""),
        ("VID_20240131_181011.mp4", VIDEO, None),
    ],
)
def test_names_and_the_lack_of_any_camera(name, kind, found):
    assert messenger(name, kind, []) == found
    assert messenger(name, kind, [Fact(Danger.SOFTWARE, "software", "x")]) == found


def test_data_of_a_camera_speak_against_it():
    assert messenger("IMG-20240131-WA0001.jpg", JPEG, [Fact(Danger.TIME, "taken", "x")]) is None
