"""Bech32 against the examples of BIP 173."""

import pytest

from copwatch.crypto.age.bech32 import decode, encode

VALID = [
    ("A12UEL5L", "a", ""),
    ("a12uel5l", "a", ""),
    ("?1ezyfcl", "?", ""),
    ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", "00443214c74254b635cf84653a56d7c675be77df"),
    (
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
        "split",
        "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d",
    ),
]
INVALID = {
    "mixed case": "A12uEL5L",
    "checksum over the upper-case part": "A1G7SGD8",
    "empty readable part": "10a06t8",
    "no separator": "pzry9x0s0muk",
    "character outside the alphabet": "x1b4n0q5v",
    "checksum too short": "li1dgmt3",
    "space in the readable part": "\x201nwldj5",
    "character above ASCII in the readable part": "\x801eym55h",
}


@pytest.mark.parametrize(("text", "hrp", "data"), VALID)
def test_valid_examples(text: str, hrp: str, data: str) -> None:
    assert decode(text) == (hrp, bytes.fromhex(data))
    assert encode(hrp, bytes.fromhex(data)) == text.lower()


@pytest.mark.parametrize("defect", INVALID)
def test_invalid_examples(defect: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z ]+$"):
        decode(INVALID[defect])
