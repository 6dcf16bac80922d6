"""Where the files of a production stand, and what a stranger's bundle may say of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.bundle.production.numbering import Production, is_evidence, is_native, native, parse_production
from copwatch.proof.shapes import Malformed

STATED = {"volume": "VOL001", "first": "CW0000001", "pages": 3, "encoding": "utf-8"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("clip.MP4", "001/CW0000001.mp4"), ("Ann", "001/CW0000001.bin"), ("a.tar.gz", "001/CW0000001.gz"),
        ("a.Ann Example", "001/CW0000001.bin"), ("a.", "001/CW0000001.bin"),
    ],
)  # fmt: skip
def test_of_a_name_the_ending_alone_is_kept(name, path):
    assert native(Production("CW0000001"), 0, name) == f"data/VOL001/NATIVES/{path}"


@given(st.text(max_size=40), st.integers(0, 49_999))
def test_every_native_is_known_by_its_number_alone(name, index):
    production = Production("CW0000001")
    path = native(production, index, name)
    assert is_native(production, index, path) and not is_native(production, index + 1, path)
    assert is_evidence(path) and path.isascii() and path.count("/") == 4
    assert path.split("/")[3] == f"{index // 1000 + 1:03d}"


def test_what_was_stated_reads_again():
    assert (
        parse_production(STATED) == Production("CW0000001", 3)
        and parse_production(STATED).to_json() == STATED
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"volume": "VOL002"}, {"first": "../../x0000001"}, {"first": "CW9999999"}, {"first": ""}, {"pages": 0},
        {"pages": -1}, {"pages": 50_001}, {"pages": 10**15}, {"encoding": "latin"}, {"pages": "3"}, {"more": 1},
    ],
)  # fmt: skip
def test_what_no_production_says_is_refused_at_once(wrong):
    with pytest.raises(Malformed):
        parse_production({**STATED, **wrong})
