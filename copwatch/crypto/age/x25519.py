"""The X25519 recipient type (c2sp.org/age, "The X25519 recipient type")."""

from collections.abc import Sequence
from typing import ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from copwatch.crypto.age import bech32
from copwatch.crypto.age.errors import HeaderError, KeyTextError
from copwatch.crypto.age.header import Stanza, encode_base64
from copwatch.crypto.age.recipient import WRAP_NONCE, KeyIdentity, Recipient, arguments
from copwatch.crypto.derive import hkdf_sha256

KIND: Final = "X25519"
RECIPIENT_HRP: Final = "age"
IDENTITY_HRP: Final = "age-secret-key-"
SIZE: Final = 32
_INFO: Final = b"age-encryption.org/v1/X25519"
# Any fixed scalar will do to find low-order points: X25519 clears the cofactor, so they give zero for all.
_PROBE: Final = X25519PrivateKey.from_private_bytes(bytes([1] * SIZE))


class X25519Recipient(Recipient):
    """A classical public key, `age1…`. Opens to whoever owns a large quantum computer one day."""

    kind: ClassVar[str] = KIND
    __slots__ = ("_key", "raw")

    def __init__(self, raw: bytes) -> None:
        """Take the 32 public bytes; raises KeyTextError when they are no usable key."""
        if len(raw) != SIZE or is_low_order(raw):
            raise KeyTextError("this is not a usable X25519 recipient")
        self.raw = bytes(raw)
        self._key = X25519PublicKey.from_public_bytes(self.raw)

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap for this public key with a new ephemeral key."""
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        cipher = _wrap_cipher(ephemeral.exchange(self._key), share, self.raw)
        body = cipher.encrypt(WRAP_NONCE, file_key, None)
        return Stanza((KIND, encode_base64(share).decode("ascii")), body)

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_HRP, self.raw)

    def __repr__(self) -> str:
        return f"X25519Recipient({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, X25519Recipient) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash((KIND, self.raw))


class X25519Identity(KeyIdentity):
    """A classical secret key, `AGE-SECRET-KEY-1…`. `str()` gives that text, `repr()` only the recipient."""

    kind: ClassVar[str] = KIND
    __slots__ = ("_key", "_recipient", "_seed")

    def __init__(self, seed: bytes) -> None:
        """Take the 32 secret bytes; raises KeyTextError for another length."""
        if len(seed) != SIZE:
            raise KeyTextError("an X25519 identity has 32 bytes")
        self._seed = bytes(seed)
        self._key = X25519PrivateKey.from_private_bytes(self._seed)
        self._recipient = X25519Recipient(self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> "X25519Identity":
        """Make a new identity from the operating system's random numbers."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes."""
        return self._seed

    def recipient(self) -> X25519Recipient:
        """The public half."""
        return self._recipient

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Try all X25519 stanzas, after all of them were found well-formed."""
        own = [(stanza.body, *arguments(stanza, SIZE)) for stanza in stanzas if stanza.kind == KIND]
        for body, share in own:
            secret = agree(self._key, share)
            try:
                return _wrap_cipher(secret, share, self._recipient.raw).decrypt(WRAP_NONCE, body, None)
            except InvalidTag:
                continue
        return None

    def __str__(self) -> str:
        return bech32.encode(IDENTITY_HRP, self._seed).upper()

    def __repr__(self) -> str:
        return f"<X25519Identity of {self._recipient}>"


def agree(key: X25519PrivateKey, share: bytes) -> bytes:
    """The shared secret; raises HeaderError for a low-order share, which would make it all zero."""
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:
        raise HeaderError("the header has a key share of low order") from None


def is_low_order(share: bytes) -> bool:
    """True for the few points that give the same shared secret, zero, to everybody."""
    try:
        _PROBE.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:
        return True
    return False


def _wrap_cipher(secret: bytes, share: bytes, recipient: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hkdf_sha256(secret, share + recipient, _INFO, 32))
