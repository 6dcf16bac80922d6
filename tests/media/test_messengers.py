"""Which names and contents look as if a messenger had made the file anew."""

from dataclasses import replace

import pytest

from copwatch.media.messengers import came_through, looks_made_anew
from copwatch.model.records.described import Camera, Described, Pixels


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("IMG-20240131-WA0001.jpg", "whatsapp"),
        ("VID-20240131-WA0012.mp4", "whatsapp"),
        ("WhatsApp Image 2024-01-31 at 18.10.11.jpeg", "whatsapp"),
        ("signal-2024-01-31-18-10-11-123.jpg", "signal"),
        ("photo_2024-01-31_18-10-11.jpg", "telegram"),
        ("FB_IMG_1706724611.jpg", "facebook"),
    ],
)
def test_a_name_that_a_messenger_gives_is_a_sign(name, program):
    came = came_through(name, Described())
    assert came is not None and came.program == program and came.signs[0] == "name"


@pytest.mark.parametrize("name", ["IMG_20240131_181011.jpg", "VID_20240131_181011.mp4"])
def test_the_lack_of_camera_data_alone_is_none(name):
    assert came_through(name, Described()) is None


@pytest.mark.parametrize(
    ("width", "height", "recompressed", "noted"),
    [(1600, 1200, True, True), (960, 1280, True, True), (1600, 1200, False, False), (1000, 700, True, False)],
)
def test_a_picture_as_programs_code_it_is_noted_only_at_a_size_to_which_messengers_bring_pictures(
    width, height, recompressed, noted
):
    said = looks_made_anew(Described(pixels=Pixels(width, height)), recompressed=recompressed)
    came = came_through("picture.jpg", said)
    assert (came is not None) == noted
    assert came is None or (came.program is None and came.signs == ("no_camera_data", "recompressed"))


def test_data_of_a_camera_speak_against_it():
    said = Described(pixels=Pixels(1600, 1200), camera=Camera(make="Example"))
    assert looks_made_anew(said, recompressed=True) == said
    assert came_through("IMG-20240131-WA0001.jpg", replace(said)) is None
