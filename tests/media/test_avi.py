"""AVI: nothing moves; picture and sound stay, and what stands beside and inside of them becomes empty."""

import contextlib
import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.media.cleaned import clean, essence, facts
from tests.media.making_avi import (
    SOUND,
    avi,
    avih,
    bitmap,
    fmt,
    hdrl,
    index,
    movi,
    pictures,
    simple,
    sound,
    strh,
)
from tests.media.making_riff import chunk, info, listed

SECRET = b"Maria Lopez 40.7128"
FRAME = bytes(range(256))
BARE = simple(b"DIB ", FRAME)
STREAMS = (pictures(), sound())
TEXT = listed(b"strl", strh(b"txts"), chunk(b"strf", SECRET), chunk(b"strn", SECRET))
SAMPLES = (chunk(b"00dc", FRAME), SOUND)


def checked(data: bytes) -> bytes:
    """A rendition of the same length without the secret, that is clean itself."""
    out = clean(data)
    assert len(out) == len(data)
    assert SECRET not in out
    assert clean(out) == out
    return out


REMOVED = {
    "texts": info(SECRET),
    "filling": chunk(b"JUNK", SECRET),
    "time of recording": chunk(b"IDIT", SECRET),
    "camera's list": listed(b"hydt", chunk(b"hymn", SECRET)),
    "camera's second list": listed(b"ncdt", chunk(b"nctg", SECRET)),
    "unknown": chunk(b"zzzz", SECRET),
    "XMP": chunk(b"_PMX", SECRET),
}


@pytest.mark.parametrize("name", REMOVED)
@pytest.mark.parametrize("place", range(5))
def test_what_is_not_on_the_list_becomes_filling(name, place):
    more = [REMOVED[name] if number == place else b"" for number in range(5)]
    head = hdrl(pictures(b"DIB ", more[0]), sound(), more[1])
    data = avi(head, more[2], movi(chunk(b"00dc", FRAME), more[3], SOUND), more[4])
    out = checked(data)
    assert out == data.replace(REMOVED[name], b"JUNK" + REMOVED[name][4:8] + bytes(len(REMOVED[name]) - 8))
    assert essence(data) == FRAME + bytes(range(64))
    assert facts(data)


def test_names_and_camera_data_of_streams_become_filling():
    streams = pictures(b"DIB ", chunk(b"strn", SECRET), chunk(b"strd", SECRET)), sound(chunk(b"strn", SECRET))
    out = checked(avi(hdrl(*streams), movi(*SAMPLES)))
    assert out.count(b"JUNK\x13\0\0\0" + bytes(20)) == 3


def test_what_is_clean_stays_as_it_is():
    for data in (BARE, avi(hdrl(*STREAMS), movi(listed(b"rec ", *SAMPLES)), index((b"00dc", 4, 256)))):
        assert clean(data) == data
        assert not make_cleaning(io.BytesIO(data)).changes


def test_unused_bytes_of_headers_become_zero():
    head = chunk(b"avih", avih()[8:48] + SECRET)
    stream = strh(b"vids", b"DIB ", 0x0409)
    stream = listed(b"strl", chunk(b"strh", stream[8:] + SECRET), bitmap(bytes(4), SECRET))
    voice = listed(b"strl", strh(b"auds"), fmt(extra=b"\x13\0" + SECRET))
    long = listed(b"odml", chunk(b"dmlh", b"\2\0\0\0" + SECRET), chunk(b"zzzz", SECRET))
    data = avi(listed(b"hdrl", head, stream, voice, long), movi(*SAMPLES))
    out = checked(data)
    assert struct.unpack_from("<H", out, out.index(b"strh") + 8 + 14) == (0,)
    assert essence(data) == essence(BARE)


def test_a_palette_stays():
    palette = bytes(range(256)) * 4
    for code in (bytes(4), b"\1\0\0\0", b"MRLE"):
        stream = listed(b"strl", strh(b"vids"), bitmap(code, palette, bits=8))
        out = checked(avi(hdrl(stream), movi(chunk(b"00dc", FRAME))))
        assert palette in out
        # FFmpeg takes the palette from the end of what is there, others from its beginning
        stream = listed(b"strl", strh(b"vids"), bitmap(code, palette + SECRET, bits=8))
        with pytest.raises(Unsupported):
            clean(avi(hdrl(stream), movi(chunk(b"00dc", FRAME))))


RUNS = b"\0\x18\0\0" + b"\x08\xff\x08\x01" * 3
"""Three tables of Huffyuv: 255 codes of 8 bits and one."""


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        (b"I420", b""),
        (b"HFYU", RUNS),
        (b"ULY0", bytes(range(1, 17))),
        (b"WMV2", b"abcd"),
        (b"XVID", b""),
        (b"ZMBV", b""),
    ],
)
def test_a_decoder_gets_no_more_than_it_reads(code, needed):
    data = simple(code, FRAME, extra=needed + SECRET)
    assert checked(data) == data.replace(SECRET, bytes(19))


def test_numbers_of_a_bitmap_that_nobody_reads_become_zero():
    at = BARE.find(b"strf") + 8
    data = BARE[: at + 24] + SECRET[:16] + BARE[at + 40 :]
    assert clean(data) == BARE


def test_samples_of_text_become_zero():
    data = avi(hdrl(*STREAMS, TEXT), movi(*SAMPLES, chunk(b"02tx", SECRET)), index((b"02tx", 4, 20)))
    out = checked(data)
    assert b"02tx\x13\0\0\0" + bytes(20) in out
    assert essence(data) == essence(BARE)
    assert facts(data)["track"] == "text"


def test_comments_in_pictures_of_jpeg_become_zero():
    head = b"\xff\xd8\xff\xe0\0\x10AVI1" + bytes(10)
    tables = b"\xff\xdb\0\4\1\2\xff\xda\0\3\1\x12\x34\xff\0\x56\xff\xd9"
    told = b"\xff\xe1\0\x15" + SECRET + b"\xff\xfe\0\x15" + SECRET
    empty = (b"\xff\xe1\0\x15" + bytes(19)) + (b"\xff\xfe\0\x15" + bytes(19))
    colours = b"\xff\xfe\0\x0bCS=ITU601"
    data = simple(b"MJPG", SECRET + head + told + colours + tables + SECRET, extra=SECRET)
    assert checked(data) == simple(
        b"MJPG", bytes(19) + head + empty + colours + tables + bytes(19), extra=bytes(19)
    )
    assert clean(simple(b"mjpg", head + tables)) == simple(b"mjpg", head + tables)


@pytest.mark.parametrize(
    "needed", [b"CS=ITU601", b"Intel(R) JPEG Library, version 1", b"Metasoft MJPEG Codec"]
)
def test_behind_a_comment_of_jpeg_that_decoders_need_nothing_stays(needed):
    tables = b"\xff\xdb\0\4\1\2\xff\xda\0\3\1\x12\x34\xff\xd9"
    size = bytes([0, 2 + len(needed) + 1 + len(SECRET)])
    data = simple(b"MJPG", b"\xff\xd8\xff\xfe" + size + needed + b"\0" + SECRET + tables)
    assert checked(data) == data.replace(SECRET, bytes(19))
    other = simple(b"MJPG", b"\xff\xd8\xff\xfe\0\x1eCS=ITU601" + SECRET + tables)
    assert checked(other) == other.replace(b"CS=ITU601" + SECRET, bytes(28))


def test_names_of_coders_are_those_that_ffmpeg_wrote():
    frame = b"\0\0\1\xb6" + bytes(range(4, 90))
    for name, stays in ((b"FFmpegCVSb4680", True), (b"FFmpeg-Maria-b4680", False), (b"Lavc1234567.1", False)):
        data = simple(b"XVID", b"\0\0\1\xb2" + name + frame)
        assert clean(data) == (data if stays else data.replace(name, b"\xff" * len(name)))


@pytest.mark.parametrize(
    "needed", [b"", b"XviD0050", b"DivX503b1393p", b"Lavc58.134.100", b"FFmpeg0.4.9b4669"]
)
def test_texts_among_pictures_of_mpeg_go_unless_decoders_need_them(needed):
    start, frame = b"\0\0\1\xb0\1", b"\0\0\1\xb6" + bytes(range(4, 90))
    said = b"\0\0\1\xb2" + needed if needed else b""
    data = simple(b"XVID", start + said + b"\0\0\1\xb2" + SECRET + frame, extra=b"\0\0\1\xb2" + SECRET)
    out = checked(data)
    assert out == data.replace(SECRET, b"\xff" * 19)


def test_supplemental_information_becomes_filler():
    units = b"\0\0\0\1\x67\x64\0\x0a", b"\0\0\1\x68\xee\x3c\x80", b"\0\0\1\x65" + bytes(range(4, 99))
    told = b"\0\0\1\6\5\x23" + bytes(range(16)) + SECRET + b"\x80"
    data = simple(b"H264", units[0] + units[1] + told + units[2], extra=told + units[0])
    out = checked(data)
    assert all(unit in out for unit in units)
    assert out.count(b"\0\0\1\6\3") == 2
    assert clean(simple(b"H264", b"".join(units))) == simple(b"H264", b"".join(units))


def test_of_indexes_only_what_is_used_stays():
    chunks = struct.pack("<HBBI4sQI", 2, 0, 1, 1, b"00dc", 9, 0x41414141) + struct.pack("<II", 1, 2) + SECRET
    indexes = (
        struct.pack("<HBBI4s", 4, 0, 0, 1, b"00dc") + b"LKJIHGFEDCBA" + struct.pack("<QII", 1, 2, 3) + SECRET
    )
    old = index((b"00dc", 4, 256), (b"zzzz", 0x61746144, 1), (b"01wb", 9, 64), (b"77wb", 5, 5))
    head = hdrl(pictures(b"DIB ", chunk(b"indx", indexes)), sound(chunk(b"indx", SECRET)))
    data = avi(head, movi(*SAMPLES, chunk(b"ix00", chunks)), old + SECRET)
    data = data.replace(old, old[:4] + struct.pack("<I", 64 + 19) + old[8:]) + b"\0"
    data = data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
    out = checked(data)
    assert b"AAAA" not in out
    assert b"LKJIHGFEDCBA" not in out
    nothing = b"JUNK" + bytes(12)
    kept = b"".join((index((b"00dc", 4, 256))[8:], nothing, index((b"01wb", 9, 64))[8:], nothing))
    assert kept + nothing + bytes(4) in out


def test_long_files_have_more_than_one_part():
    data = BARE + avi(movi(chunk(b"00dc", FRAME), chunk(b"JUNK", SECRET)), info(SECRET), kind=b"AVIX")
    assert essence(data) == essence(BARE) + FRAME
    checked(data)


def test_what_stands_behind_the_end_goes():
    assert clean(BARE + SECRET) == BARE
    assert clean(BARE + SECRET + BARE) == BARE
    with pytest.raises(Unsupported, match="behind the end"):
        clean(BARE + SOUND)


def test_a_recorder_that_was_stopped_leaves_no_lengths():
    data = avi(hdrl(*STREAMS), b"LIST\4\0\0\0movi" + SOUND + chunk(b"JUNK", SECRET) + SOUND[:-9], size=0)
    assert essence(data) == bytes(range(64)) + bytes(range(55))
    checked(data)
    cut = BARE[:-20]
    assert clean(cut) == cut


def test_samples_without_padding_are_found():
    odd = b"01wb\5\0\0\0abcde"
    data = avi(hdrl(*STREAMS), movi(odd, chunk(b"01wb", b"12345", pad=b"S"), odd))
    assert essence(data) == b"abcde12345abcde"
    assert clean(data) == avi(hdrl(*STREAMS), movi(odd, chunk(b"01wb", b"12345"), odd))


START = len(BARE) - len(movi(*SAMPLES))
STREAM = 12 + 12 + len(avih()) + 12
REFUSED = {
    "no samples": (avi(hdrl(*STREAMS), movi()), Damaged, None),
    "no header": (avi(movi(*SAMPLES)), Damaged, 12),
    "samples outside": (avi(hdrl(*STREAMS), SOUND), Unsupported, START),
    "unknown stream": (avi(hdrl(pictures()), movi(SOUND)), Damaged, None),
    "not a sample": (avi(hdrl(*STREAMS), movi(b"\1\2\3\4\0\0\0\0")), Damaged, START + 12),
    "unknown pictures": (simple(b"ABCD", FRAME), Unsupported, STREAM + 64),
    "CineForm": (simple(b"CFHD", FRAME), Unsupported, STREAM + 64),
    "text for PNG": (simple(b"MPNG", FRAME), Unsupported, None),
    "unknown sound": (avi(hdrl(listed(b"strl", strh(b"auds"), fmt(0x6771)))), Unsupported, STREAM + 64),
    "no format": (avi(hdrl(listed(b"strl", strh(b"vids")))), Damaged, STREAM - 12),
    "short stream header": (avi(hdrl(listed(b"strl", chunk(b"strh", bytes(9))))), Damaged, STREAM),
    "no JPEG": (simple(b"MJPG", SECRET), Unsupported, None),
    "units with lengths": (simple(b"H264", FRAME, extra=b"\1" + SECRET), Unsupported, STREAM + 64),
    "no units": (simple(b"avc1", FRAME), Unsupported, None),
    "more units than any": (simple(b"H264", b"\0\0\1\6" * 20_001), Unsupported, None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused(name):
    data, error, offset = REFUSED[name]
    with pytest.raises(error) as refusal:
        clean(data)
    assert offset is None or refusal.value.offset == offset


SEEDS = [
    avi(
        hdrl(pictures(b"DIB ", chunk(b"strn", SECRET)), sound(), TEXT),
        info(SECRET),
        movi(*SAMPLES, chunk(b"02tx", SECRET)),
        index((b"00dc", 4, 9)),
    ),
    simple(b"XVID", b"\0\0\1\xb2" + SECRET + b"\0\0\1\xb6abc"),
    simple(b"H264", b"\0\0\1\x67d\0\0\1\6\5\x23" + bytes(range(16)) + SECRET + b"\x80\0\0\1\x65abc"),
    simple(b"MJPG", b"\xff\xd8\xff\xe1\0\x15" + SECRET + b"\xff\xda\0\3\1\x12\xff\xd9"),
]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damage_is_refused_or_harmless(data):
    seed = data.draw(st.sampled_from(SEEDS))
    at = data.draw(st.integers(0, len(seed)))
    damaged = seed[:at] + data.draw(st.binary(max_size=8)) + seed[at + data.draw(st.integers(0, 8)) :]
    with contextlib.suppress(CannotClean):
        out = clean(damaged)
        assert clean(out) == out
