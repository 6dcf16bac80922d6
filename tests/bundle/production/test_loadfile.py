from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.bundle.production.bates import Bates, after, read
from copwatch.bundle.production.loadfile import COLUMNS, Document, dat, opt, read_dat
from copwatch.bundle.production.numbering import ENCODINGS
from copwatch.errors import BadInput


def document(number=1, **more):
    stamp = str(Bates("CW", number))
    return Document(**{
        "first": stamp, "last": stamp, "custodian": "OBS-7", "kind": "video", "date": "2026-06-12",
        "filename": "E-4H7T-99XA-0-clip.MP4", "size": 1234, "md5": "0" * 32, "sha256": "a" * 64,
        "native": f"NATIVES/001/{stamp}.mp4", "text": f"TEXT/001/{stamp}.txt", "images": (f"IMAGES/001/{stamp}.tif",),
        **more,
    })  # fmt: skip


def test_the_bytes_of_a_dat():
    first = dat([document()]).split(b"\r\n")
    assert first[0].startswith(b"\xc3\xbeBEGBATES\xc3\xbe\x14\xc3\xbeENDBATES\xc3\xbe\x14")
    assert first[1].count(b"\x14") == len(COLUMNS) - 1
    assert b"\xc3\xbeNATIVES\\001\\CW0000001.mp4\xc3\xbe" in first[1]
    assert first[2:] == [b""]
    assert dat([], "utf-16").startswith(b"\xff\xfe\xfe\x00B\x00")
    assert dat([], "cp1252").startswith(b"\xfeBEGBATES\xfe\x14")


def test_the_line_of_an_opt_is_that_of_the_vendors():
    assert opt([document()], "VOL001") == b"CW0000001,VOL001,IMAGES\\001\\CW0000001.tif,Y,,,1\r\n"


def test_an_opt_has_no_name_that_breaks_its_line():
    with pytest.raises(BadInput):
        opt([document(images=("IMAGES/001/a,b.tif",))], "VOL001")


@given(st.lists(st.text(max_size=40), min_size=2, max_size=2), st.sampled_from(["utf-8", "utf-16"]))
def test_a_hostile_value_stays_one_value(values, encoding):
    rows = read_dat(dat([document(filename=values[0], reason=values[1]), document(2)], encoding), encoding)
    assert [row["BEGBATES"] for row in rows] == ["CW0000001", "CW0000002"]
    assert [row["NATIVEPATH"] for row in rows] == [
        "NATIVES\\001\\CW0000001.mp4",
        "NATIVES\\001\\CW0000002.mp4",
    ]


def test_lines_of_a_value_come_back():
    assert read_dat(dat([document(reason="one\ntwo")]))[0]["REDACTIONREASON"] == "one\ntwo"


def test_what_an_encoding_does_not_have_is_named_and_nothing_is_replaced():
    with pytest.raises(BadInput, match=r"U\+4E2D"):
        dat([document(reason="中")], "cp1252")
    with pytest.raises(BadInput, match="latin"):
        dat([], "latin")
    assert set(ENCODINGS) == {"utf-8", "cp1252", "utf-16"}


def test_numbers_follow_all_that_were_used():
    assert [str(each) for each in islice(after("CW", ["CW0000009", "XX0000050", "CW0000004", "nonsense"]), 2)] == [
        "CW0000010", "CW0000011",
    ]  # fmt: skip
    assert str(next(after("NLG-OAK", []))) == "NLG-OAK0000001"


@given(st.integers(1, 9_999_999))
def test_a_number_reads_as_it_was_written(number):
    assert read(str(Bates("NLG-OAK", number))) == Bates("NLG-OAK", number)


@pytest.mark.parametrize("prefix", ["", "cw", "C W", "CW1", "ABCDEFGHI", "CW/", "1CW"])
def test_prefixes_that_could_be_misread_are_refused(prefix):
    with pytest.raises(BadInput):
        Bates(prefix, 1)


def test_a_volume_never_runs_over():
    with pytest.raises(BadInput):
        Bates("CW", 10_000_000)
    with pytest.raises(BadInput):
        read("CW12")
