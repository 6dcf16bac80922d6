"""The hybrid post-quantum recipient type mlkem768x25519 (c2sp.org/age; key expansion: c2sp.org/hpke-hybrids).

The file key is safe as long as either ML-KEM-768 or X25519 is.
"""

import secrets
from collections.abc import Sequence
from hashlib import shake_256
from typing import ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from copwatch.crypto.age import bech32
from copwatch.crypto.age.errors import HeaderError, KeyTextError
from copwatch.crypto.age.header import Stanza, encode_base64
from copwatch.crypto.age.recipient import KeyIdentity, Recipient, arguments
from copwatch.crypto.age.x25519 import is_low_order

KIND: Final = "mlkem768x25519"
RECIPIENT_HRP: Final = "age1pq"
IDENTITY_HRP: Final = "age-secret-key-pq-"
SEED: Final = 32
PUBLIC: Final = 1184 + 32
_MLKEM_PUBLIC: Final = 1184
_MLKEM_SEED: Final = 64
_MLKEM_CIPHERTEXT: Final = 1088
_ENC: Final = _MLKEM_CIPHERTEXT + 32
_INFO: Final = b"age-encryption.org/mlkem768x25519"
# HPKE base mode with an empty aad, one message for each encapsulation. Its nonce is derived from the shared
# secret of that encapsulation, which is fresh for every stanza, so it cannot repeat under one key.
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class HybridRecipient(Recipient):
    """A post-quantum public key, `age1pq1…` (1,959 characters)."""

    kind: ClassVar[str] = KIND
    post_quantum: ClassVar[bool] = True
    __slots__ = ("_key", "raw")

    def __init__(self, raw: bytes) -> None:
        """Take 1,184 bytes of ML-KEM-768 and 32 of X25519; raises KeyTextError for no usable key."""
        if len(raw) != PUBLIC or is_low_order(raw[_MLKEM_PUBLIC:]):
            raise KeyTextError("this is not a usable post-quantum recipient")
        self.raw = bytes(raw)
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(self.raw[:_MLKEM_PUBLIC])
        except ValueError:
            raise KeyTextError("this is not a usable post-quantum recipient") from None
        x25519 = X25519PublicKey.from_public_bytes(self.raw[_MLKEM_PUBLIC:])
        self._key = MLKEM768X25519PublicKey(mlkem, x25519)

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap for this public key with a new encapsulation."""
        sealed = _SUITE.encrypt(file_key, self._key, _INFO)
        return Stanza((KIND, encode_base64(sealed[:_ENC]).decode("ascii")), sealed[_ENC:])

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_HRP, self.raw)

    def __repr__(self) -> str:
        return f"HybridRecipient({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HybridRecipient) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash((KIND, self.raw))


class HybridIdentity(KeyIdentity):
    """A post-quantum secret key, `AGE-SECRET-KEY-PQ-1…`. `str()` gives that text, `repr()` nothing of it."""

    kind: ClassVar[str] = KIND
    __slots__ = ("_key", "_recipient", "_seed")

    def __init__(self, seed: bytes) -> None:
        """Take the 32-byte seed; raises KeyTextError for another length."""
        if len(seed) != SEED:
            raise KeyTextError("a post-quantum identity has 32 bytes")
        self._seed = bytes(seed)
        expanded = shake_256(self._seed).digest(_MLKEM_SEED + 32)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED:])
        self._key = MLKEM768X25519PrivateKey(mlkem, x25519)
        public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        self._recipient = HybridRecipient(public)

    @classmethod
    def generate(cls) -> "HybridIdentity":
        """Make a new identity from the operating system's random numbers."""
        return cls(secrets.token_bytes(SEED))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes that make this identity again."""
        return self._seed

    def recipient(self) -> HybridRecipient:
        """The public half."""
        return self._recipient

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Try all mlkem768x25519 stanzas, after all of them were found well-formed."""
        own = [(stanza.body, *arguments(stanza, _ENC)) for stanza in stanzas if stanza.kind == KIND]
        for body, enc in own:
            # HPKE reports a zero shared secret as a wrong key; the rules of age call it a malformed header.
            if is_low_order(enc[_MLKEM_CIPHERTEXT:]):
                raise HeaderError("the header has a key share of low order")
            try:
                return _SUITE.decrypt(enc + body, self._key, _INFO)
            except InvalidTag:
                continue
        return None

    def __str__(self) -> str:
        return bech32.encode(IDENTITY_HRP, self._seed).upper()

    def __repr__(self) -> str:
        return f"<HybridIdentity of {str(self._recipient)[:24]}…>"
