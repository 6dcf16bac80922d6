"""Pictures of still formats and of tapes, which say more than the picture, in each container that holds them."""

import struct

import pytest

from copwatch.media.refusal import CannotClean, Unsupported
from tests.media import making_avi, making_bmff, making_matroska, making_png
from tests.media.making_riff import chunk, listed
from tests.media.sounding import SOUND, cleaned, cleaning_of, decoded, made

SECRET = b"Maria Lopez 40.7128 -74.0060"


def dv_frame(recorded: bytes = b"\x62TIME") -> bytes:
    """A frame of five blocks: header, subcode, auxiliary data of the picture, sound and picture."""
    header = (b"\x1f\x07\0" + bytes(77)).ljust(80, b"\xff")
    subcode = b"\x3f\x07\0" + (b"\0\0\xff" + recorded).ljust(77, b"\xff")
    auxiliary = b"\x5f\x07\0" + (b"\x60abcd" + recorded).ljust(77, b"\xff")
    sound = b"\x7f\x07\0" + recorded + b"coded sound".ljust(72, b"\0")
    return header + subcode + auxiliary + sound + b"\x9f\x07\0" + b"coded picture".ljust(77, b"\1")


def prores_frame() -> bytes:
    return b"\0\0\0\x20icpf\0\x94\0\0SECR" + b"coded frame 1234"


def in_mov(code: bytes, frame: bytes) -> bytes:
    track = making_bmff.Track(b"vide", making_bmff.visual(code), [frame] * 2)
    return making_bmff.movie(track, stray=b"")


def in_avi(code: bytes, frame: bytes) -> bytes:
    return making_avi.simple(code, frame)


def in_matroska(codec: bytes, frame: bytes, private: bytes = b"", extra: bytes = b"") -> bytes:
    entry = making_matroska.track(1, 1, codec, private, extra)
    return making_matroska.header() + making_matroska.segment(
        making_matroska.element(0x1654AE6B, entry), making_matroska.cluster(making_matroska.block(1, frame))
    )


def bitmap(code: bytes, extra: bytes = b"") -> bytes:
    return struct.pack("<IiiHH4sIIIII", 40 + len(extra), 16, 16, 1, 24, code, 768, 0, 0, 0, 0) + extra


def with_bitmap(code: bytes, frame: bytes) -> bytes:
    return in_matroska(b"V_MS/VFW/FOURCC", frame, bitmap(code))


def pictures(code_of_mov: bytes, code: bytes, frame: bytes) -> list[bytes]:
    return [in_mov(code_of_mov, frame), in_avi(code, frame), with_bitmap(code, frame)]


def test_texts_in_pictures_of_png_become_a_chunk_of_nothing():
    texts = making_png.chunk(b"tEXt", b"Author\0" + SECRET) + making_png.chunk(b"eXIf", SECRET)
    size = making_png.chunk(b"pHYs", bytes(9))
    frame = making_png.png(size, texts) + SECRET
    nothing = making_png.chunk(b"voId", bytes(7 + len(SECRET))) + making_png.chunk(
        b"voId", bytes(len(SECRET))
    )
    for data in pictures(b"png ", b"MPNG", frame):
        found = cleaned(data)
        assert SECRET not in found
        assert making_png.png(size, nothing) + bytes(len(SECRET)) in found


@pytest.mark.parametrize(
    "frame",
    [
        b"no picture",
        making_png.png()[:-20],
        making_png.png(data=making_png.pixels() + SECRET),
        making_png.png(data=making_png.pixels()[:-8]),
        making_png.png(data=b"not compressed"),
    ],
    ids=["other", "cut", "more", "less", "damaged"],
)
def test_pictures_of_png_that_no_decoder_reads_to_the_end_are_refused(frame):
    for data in pictures(b"png ", b"MPNG", frame):
        with pytest.raises(CannotClean):
            cleaning_of(data)


def test_date_and_camera_go_from_dv_in_every_container():
    for data in pictures(b"dvc ", b"dvsd", dv_frame()):
        found = cleaned(data)
        assert b"TIME" not in found
        assert dv_frame(b"\xff" * 5) in found


def test_dv_with_its_sound_in_one_stream_loses_date_and_camera():
    settings = bytes(range(24))
    stream = listed(b"strl", making_avi.strh(b"iavs", b"dvsd"), chunk(b"strf", settings + SECRET[:8]))
    data = making_avi.avi(making_avi.hdrl(stream), making_avi.movi(chunk(b"00__", dv_frame())))
    found = cleaned(data)
    assert dv_frame(b"\xff" * 5) in found
    assert settings + bytes(8) in found


def test_prores_in_matroska_loses_the_letters_of_its_encoder():
    whole, stripped = prores_frame(), prores_frame()[8:]
    for frame in (whole, stripped):
        found = cleaned(in_matroska(b"V_PRORES", frame, b"apch" + SECRET))
        assert frame.replace(b"SECR", bytes(4)) in found
        assert SECRET not in found


def test_codings_of_windows_that_are_not_known_are_refused_in_matroska():
    for code in (b"CFHD", b"zzzz"):
        with pytest.raises(Unsupported):
            cleaning_of(with_bitmap(code, SECRET))
    sound = struct.pack("<HHIIHHH", 0x2048, 1, 8000, 8000, 1, 8, 0)
    entry = making_matroska.track(1, 2, b"A_MS/ACM", sound)
    tracks = making_matroska.element(0x1654AE6B, entry)
    block = making_matroska.cluster(making_matroska.block(1, SECRET))
    with pytest.raises(Unsupported):
        cleaning_of(making_matroska.header() + making_matroska.segment(tracks, block))


def stripped_header(prefix: bytes) -> bytes:
    """The settings with which mkvmerge leaves out the beginning that all frames share."""
    element, number = making_matroska.element, making_matroska.number
    return element(
        0x6D80,
        element(0x6240, number(0x5033, 0) + element(0x5034, number(0x4254, 3) + element(0x4255, prefix))),
    )


def test_start_codes_at_a_stripped_beginning_are_found():
    settings = stripped_header(b"\0\0\1")
    picture = b"\xb6coded" + b"\0\0\1\xb2" + SECRET
    found = cleaned(in_matroska(b"V_MPEG4/ISO/ASP", picture, extra=settings))
    assert b"\xb6coded\0\0\1\xb2" + b"\xff" * len(SECRET) in found
    found = cleaned(in_matroska(b"V_MPEG4/ISO/ASP", b"\xb2" + SECRET + b"\0\0\1\xb6coded", extra=settings))
    assert b"\xb2" + b"\xff" * len(SECRET) + b"\0\0\1\xb6coded" in found
    hidden = stripped_header(b"\0\0\1\xb2Maria")
    with pytest.raises(Unsupported):
        cleaning_of(in_matroska(b"V_MPEG4/ISO/ASP", SECRET, extra=hidden))


@pytest.mark.parametrize(
    ("name", "coder"),
    [
        ("png.mov", ("-c:v", "png")),
        ("png.mp4", ("-c:v", "png")),
        ("png.avi", ("-c:v", "png")),
        ("png.mkv", ("-c:v", "png")),
        ("dv.avi", ("-c:v", "dvvideo", "-pix_fmt", "yuv420p")),
        ("dv.mkv", ("-c:v", "dvvideo", "-pix_fmt", "yuv420p")),
        ("prores.mkv", ("-c:v", "prores_ks")),
        ("raw.mov", ("-c:v", "rawvideo", "-pix_fmt", "bgra")),
        ("magic.avi", ("-c:v", "magicyuv", "-pix_fmt", "gbrp")),
    ],
)
def test_such_films_show_and_sound_as_before(tmp_path, name, coder):
    picture = ("-f", "lavfi", "-i", "testsrc=size=720x576:rate=25:duration=0.2")
    data = made(tmp_path, name, *picture, *SOUND, *coder, "-c:a", "pcm_s16le" if name != "png.mp4" else "aac")
    assert decoded(tmp_path, cleaned(data)) == decoded(tmp_path, data)
