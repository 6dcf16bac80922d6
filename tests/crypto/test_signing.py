"""Ed25519 as in RFC 8032, without its two gaps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.crypto.signing import _SMALL_ORDER_Y, SigningKey, verify

# RFC 8032 section 7.1, tests 1 to 3: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
KEY = SigningKey(bytes(range(32)))


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_vectors_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    key = SigningKey(bytes.fromhex(seed))
    assert key.public_hex == public
    assert key.seed.hex() == seed
    assert key.sign(bytes.fromhex(message)) == signature
    assert verify(public, bytes.fromhex(message), signature)


@given(st.binary(max_size=50), st.integers(0, 511))
@settings(max_examples=100, deadline=None)
def test_a_signature_binds_message_and_key(message: bytes, bit: int) -> None:
    signature = KEY.sign(message)
    assert verify(KEY.public_hex, message, signature)
    assert not verify(KEY.public_hex, message + b"\n", signature)
    assert not verify(SigningKey.generate().public_hex, message, signature)
    damaged = bytearray.fromhex(signature)
    damaged[bit // 8] ^= 1 << bit % 8
    assert not verify(KEY.public_hex, message, damaged.hex())


def test_a_signature_has_one_spelling() -> None:
    signature = KEY.sign(b"entry")
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(bytes.fromhex(signature)[32:], "little") + order
    for other in (
        signature.upper(),
        " " + signature,
        signature + "00",
        signature[:-2],
        "",
        signature[:64] + scalar.to_bytes(32, "little").hex(),
        "０" * 128,
    ):
        assert not verify(KEY.public_hex, b"entry", other)
    for other in (KEY.public_hex.upper(), KEY.public_hex[:-1], "", "z" * 64, "٣" * 64):
        assert not verify(other, b"entry", signature)


def test_the_list_of_small_orders_is_what_the_curve_gives() -> None:
    for y in _SMALL_ORDER_Y - {0, 1, P - 1}:
        # Doubling gives a point of order 4 (y = 0) when x*x = -y*y; put into -x*x + y*y = 1 + d*x*x*y*y.
        assert (D * pow(y, 4, P) + 2 * y * y - 1) % P == 0
    assert len(_SMALL_ORDER_Y) == 5
    assert {P - y for y in _SMALL_ORDER_Y if y} | {0} == _SMALL_ORDER_Y


@pytest.mark.parametrize("y", sorted(_SMALL_ORDER_Y))
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_a_key_of_small_order_verifies_nothing(y: int, sign: int) -> None:
    key = (y | sign).to_bytes(32, "little").hex()
    forged = (1).to_bytes(32, "little").hex() + "00" * 32  # R is the neutral point, S is zero
    assert not any(verify(key, bytes([i]), forged) for i in range(16))


def test_a_key_in_a_second_spelling_verifies_nothing() -> None:
    forged = (1).to_bytes(32, "little").hex() + "00" * 32
    for y in (P, P + 1):
        assert not verify(y.to_bytes(32, "little").hex(), b"entry", forged)


def test_the_secret_does_not_show() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert KEY.public_hex in repr(KEY)
    assert SigningKey.generate().seed != SigningKey.generate().seed
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey(bytes(31))
