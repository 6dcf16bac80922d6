"""WAV: the sound and what it is coded with stay; lists, tags, broadcast data and filling go, and lengths are true."""

import contextlib
import io
import struct
import wave

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.media.cleaned import clean, essence, facts
from tests.media.making_riff import chunk, info, listed, parts, riff
from tests.media.making_wav import SOUND, fmt, large, wav

SECRET = b"Maria Lopez 40.7128"
BARE = wav()
ID3 = b"ID3\3\0\0\0\0\0\x1e" + b"TPE1\0\0\0\x14\0\0\0" + SECRET
REMOVED = {
    "texts": info(SECRET),
    "labels": listed(b"adtl", chunk(b"labl", bytes(4) + SECRET)),
    "broadcast": chunk(b"bext", SECRET.ljust(602, b"\0")),
    "notes": chunk(b"iXML", b"<BWFXML>" + SECRET),
    "ID3": chunk(b"id3 ", ID3),
    "XMP": chunk(b"_PMX", SECRET),
    "marks": chunk(b"cue ", SECRET),
    "loudest points": chunk(b"PEAK", SECRET),
    "filling": chunk(b"JUNK", SECRET),
    "unknown": chunk(b"zzzz", SECRET),
}


def heard(data: bytes) -> bytes:
    """The samples, by another reader."""
    with wave.open(io.BytesIO(data)) as sound:
        return sound.readframes(sound.getnframes())


@pytest.mark.parametrize("name", REMOVED)
@pytest.mark.parametrize("place", ["before", "after"])
def test_what_is_not_on_the_list_goes(name, place):
    data = wav(REMOVED[name]) if place == "before" else wav(after=REMOVED[name])
    assert clean(data) == BARE
    assert facts(data)
    assert heard(BARE) == heard(data) == essence(data) == SOUND


def test_what_texts_say_is_told():
    assert facts(wav(info(SECRET))) == {"artist": SECRET.decode(), "software": "Writer 1.0"}
    assert facts(wav(REMOVED["broadcast"]))["description"] == SECRET.decode()


def test_what_is_clean_stays_as_it_is():
    for data in (
        BARE,
        wav(chunk(b"fact", bytes(4))),
        large(),
        wav(form=fmt(3, b"\0\0", 32)),
        wav(form=fmt(bits=8), sound=SOUND[:99]),
    ):
        assert clean(data) == data
        assert not make_cleaning(io.BytesIO(data)).changes


@pytest.mark.parametrize("said", [0, 0xFFFFFFFF, 100_000])
def test_a_length_that_was_never_written_is_made_good(said):
    at = BARE.index(b"data") + 4
    data = BARE[:4] + struct.pack("<I", said) + BARE[8:at] + struct.pack("<I", said) + BARE[at + 4 :]
    assert clean(data) == BARE


def test_sound_of_no_length_before_chunks_is_none():
    with pytest.raises(Damaged, match="no sound"):
        clean(wav(sound=b"", after=REMOVED["texts"]))
    with pytest.raises(Damaged, match="no sound"):
        clean(wav(sound=b""))


def test_large_files_say_their_true_lengths():
    out = clean(large(REMOVED["filling"], after=REMOVED["texts"] + SECRET))
    assert out == large()
    assert clean(large(said=1 << 40)) == large()
    odd = large(sound=SOUND[:99], bits=8)
    assert clean(odd) == odd
    assert clean(odd[:-1]) == odd
    assert clean(large().replace(b"RF64", b"BW64"))[:4] == b"BW64"
    table = large()
    at = table.index(b"ds64")
    grown = chunk(b"ds64", table[at + 8 : at + 32] + struct.pack("<I", 1) + b"LIST" + SECRET)
    assert clean(table[:at] + grown + table[at + 36 :]) == table


def test_big_numbers_are_read():
    content = struct.pack(">HHIIHH", 1, 1, 8000, 16000, 2, 16)
    body = b"WAVE" + chunk(b"JUNK", SECRET, ">") + chunk(b"fmt ", content + b"\0\0" + SECRET, ">")
    body += chunk(b"data", SOUND, ">")
    out = clean(b"RIFX" + struct.pack(">I", len(body)) + body)
    body = b"WAVE" + chunk(b"fmt ", content + b"\0\0", ">") + chunk(b"data", SOUND, ">")
    assert out == b"RIFX" + struct.pack(">I", len(body)) + body


def test_an_extensible_format_with_big_numbers_is_read():
    content = struct.pack(">HHIIHHHHI", 0xFFFE, 1, 8000, 16000, 2, 16, 22, 16, 4)
    content += struct.pack(">IHH", 1, 0, 16) + GUID[6:]
    body = b"WAVE" + chunk(b"fmt ", content, ">") + chunk(b"data", SOUND, ">")
    data = b"RIFX" + struct.pack(">I", len(body)) + body
    assert clean(data) == data


GUID = bytes.fromhex("0000 0000 1000 8000 00aa 0038 9b71")
EXTENSIBLE = struct.pack("<HHI", 22, 16, 3) + b"\1\0" + GUID


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        (fmt(extra=b"\0\0" + SECRET), fmt(extra=b"\0\0")),
        (fmt(extra=b"\x13\0" + SECRET), fmt(extra=b"\0\0")),
        (fmt(0x55, b"\x0c\0" + bytes(12) + SECRET), fmt(0x55, b"\x0c\0" + bytes(12))),
        (fmt(0xFFFE, EXTENSIBLE + SECRET), fmt(0xFFFE, EXTENSIBLE)),
    ],
)
def test_behind_the_format_nothing_stays(form, kept):
    assert clean(wav(form=form)) == wav(form=kept)


def test_behind_the_number_of_samples_nothing_stays():
    assert clean(wav(chunk(b"fact", b"\1\0\0\0" + SECRET))) == wav(chunk(b"fact", b"\1\0\0\0"))


def test_chunks_without_padding_are_found():
    unpadded = b"LIST\x13\0\0\0" + SECRET
    assert clean(riff(b"WAVE", unpadded, fmt(), chunk(b"data", SOUND))) == BARE
    odd = wav(form=fmt(bits=8), sound=SOUND[:99])
    assert clean(odd[:-1]) == odd
    assert clean(odd[:-1] + REMOVED["texts"]) == odd
    assert clean(odd[:-1] + b"S") == odd


def test_bytes_behind_the_sound_go():
    assert clean(BARE + b"\0\1" + SECRET) == BARE
    assert facts(BARE + b"\0\1" + SECRET) == {"bytes behind the end of the sound": "21"}


REFUSED = {
    "no sound": (riff(b"WAVE", fmt()), Damaged, 36),
    "no format": (riff(b"WAVE", chunk(b"data", SOUND)), Damaged, 12),
    "two formats": (wav(fmt()), Damaged, 36),
    "short format": (wav(form=chunk(b"fmt ", bytes(9))), Damaged, 12),
    "unknown coding": (wav(form=fmt(0x6771)), Unsupported, 12),
    "unknown extensible coding": (wav(form=fmt(0xFFFE, bytes(24))), Unsupported, 12),
    "two stretches of sound": (wav(after=chunk(b"data", SECRET)), Unsupported, len(BARE)),
    "a tag before frames": (wav(form=fmt(0x55), sound=ID3 + SOUND), Unsupported, 44),
    "a tag behind frames": (wav(form=fmt(0x55), sound=SOUND + b"TAG" + bytes(125)), Unsupported, 44),
    "large without lengths": (b"RF64" + BARE[4:], Damaged, 36),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_refused(name):
    data, error, offset = REFUSED[name]
    with pytest.raises(error) as refusal:
        clean(data)
    assert refusal.value.offset == offset


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damage_is_refused_or_harmless(data):
    seed = data.draw(
        st.sampled_from([wav(*REMOVED.values()), large(after=info(SECRET)), wav(after=info(SECRET))])
    )
    at = data.draw(st.integers(0, min(len(seed), 500)))
    damaged = seed[:at] + data.draw(st.binary(max_size=8)) + seed[at + data.draw(st.integers(0, 8)) :]
    with contextlib.suppress(CannotClean):
        out = clean(damaged)
        assert clean(out) == out
        if out[:4] == b"RIFF":
            parts(out)


@pytest.mark.parametrize(("bits", "length"), [(16, 398), (24, 399), (24, 396), (32, 396)])
@pytest.mark.parametrize("rest", [1, 2, 3, 5])
def test_what_is_no_whole_sample_goes(bits, length, rest):
    form = struct.pack("<HHIIHH", 1, 2, 8000, 2000 * bits, bits // 4, bits)
    block = bits // 4
    sound = SOUND[: length - length % block]
    rest %= block
    whole = wav(form=chunk(b"fmt ", form), sound=sound)
    for after in (b"", REMOVED["texts"]):
        data = wav(form=chunk(b"fmt ", form), sound=sound + SECRET[:rest], after=after)
        assert clean(data) == whole == clean(whole)
    assert heard(whole) == sound


def test_formats_have_what_their_coding_needs():
    ima = fmt(0x11, b"\x02\0\xf9\x03", 4)
    assert clean(wav(form=fmt(0x11, b"\x15\0\xf9\x03" + SECRET, 4))) == wav(form=ima) == clean(wav(form=ima))
    pairs = struct.pack("<14h", 256, 0, 512, -256, 0, 0, 192, 64, 240, 0, 460, -208, 392, -232)
    microsoft = wav(form=fmt(2, b"\x20\0\xf4\x03\7\0" + pairs, 4))
    other = wav(form=fmt(2, b"\x20\0\xf4\x03\7\0" + (SECRET * 2)[:28], 4))
    assert clean(other) == microsoft == clean(microsoft)
    with pytest.raises(Unsupported, match="coefficients of its own"):
        clean(wav(form=fmt(2, b"\x24\0\xf4\x03\x08\0" + pairs + SECRET[:4], 4)))
