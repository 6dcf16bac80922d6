"""What is in films and pictures and is not shown is told, for it stays."""

import struct

import pytest

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.heif.items import Linked, Meta, Property
from copwatch.media.heif.telling import _hidden
from copwatch.media.iso.hidden import by_aperture, by_configuration
from tests.media import making_bmff as make
from tests.media import making_matroska as mkv
from tests.media.sounding import PICTURE, cleaning_of, made
from tests.media.test_times_in_pictures import bits

SHOWN = "not shown, and it stays"


def hidden(data: bytes) -> list[str]:
    facts = cleaning_of(data).scan.facts
    return [fact.value for fact in facts if SHOWN in fact.name and fact.danger is Danger.PICTURES]


def edited(*edits: tuple[int, int, int], length: int = 10_000) -> bytes:
    """A film of 10 s; times of edits and of the film are thousandths of a second."""
    track = make.picture()
    track.length, track.edits = length, make.box(b"edts", make.table(b"elst", *edits)) if edits else b""
    return make.movie(track)


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ([], []),
        ([(10_000, 0, 0x10000)], []),
        ([(9_900, 100, 0x10000)], []),
        ([(0, 100, 0x10000)], []),
        ([(7_000, 3_000, 0x10000)], ["3.0 s before the beginning"]),
        ([(7_000, 0, 0x10000)], ["3.0 s behind the end"]),
        (
            [(500, 0xFFFFFFFF, 0x10000), (2_000, 4_000, 0x10000)],
            ["4.0 s before the beginning", "4.0 s behind the end"],
        ),
    ],
)
def test_what_an_edit_list_hides_is_told(edits, told):
    assert hidden(edited(*edits)) == told


def aperture(width: int, height: int) -> bytes:
    return struct.pack(">8I", width, 1, height, 1, 0, 1, 0, 1)


def test_what_an_aperture_leaves_out_is_told():
    entry = make.visual(b"avc1", make.box(b"avcC", make.AVCC), make.box(b"clap", aperture(32, 32)))
    film = make.movie(make.Track(b"vide", entry, [make.PICTURE_SAMPLE]))
    assert hidden(film) == ["96 × 64 pixels, of which 32 × 32 are shown"]
    assert list(by_aperture(aperture(90, 60), 96, 64)) == []
    assert list(by_aperture(b"short", 96, 64)) == []


@pytest.mark.parametrize(("lines", "told"), [(4, 0), (15, 0), (16, 1)])
def test_what_a_parameter_set_leaves_out_is_told(lines, told):
    number = bin(lines + 1)[2:]
    crop = f"1 1 1 1 {number.zfill(2 * len(number) - 1)}"
    sps = b"\x67\x42\xc0\x0a" + bits(f"1 1 011 010 0 00110 00100 1 1 {crop} 0 1")
    content = b"\1\x42\0\x0a\xff\xe1" + len(sps).to_bytes(2, "big") + sps + b"\0"
    assert len(list(by_configuration(b"avcC", content))) == told
    assert list(by_configuration(b"avcC", content[:5])) == []
    assert list(by_configuration(b"hvcC", content)) == []


def test_what_matroska_leaves_out_is_told():
    for crop, told in ((8, 0), (32, 1)):
        video = mkv.element(0xE0, mkv.number(0xB0, 96) + mkv.number(0x54AA, crop))
        data = mkv.recording(mkv.track(1, 1, b"V_VP9", extra=video), mkv.block(1, mkv.FRAME))
        assert len(hidden(data)) == told


@pytest.mark.parametrize("coder", ["libx264", "libx265"])
def test_of_a_film_that_ffmpeg_made_nothing_is_told(coder, tmp_path):
    data = made(tmp_path, "x.mp4", *PICTURE, "-s", "90x50", "-c:v", coder)
    assert hidden(data) == []


def test_what_the_properties_of_a_picture_leave_out_is_told():
    meta = Meta(Box(b"meta", 0, 8, 8))
    size = bytes(4) + struct.pack(">II", 96, 64)
    meta.properties = [Property(b"ispe", size, 0), Property(b"clap", aperture(32, 32), 0)]
    meta.links = {1: [Linked(True, 1), Linked(True, 2)], 2: [Linked(True, 1)]}
    assert list(_hidden(meta, 1)) == ["96 × 64 pixels, of which 32 × 32 are shown"]
    assert list(_hidden(meta, 2)) == []
