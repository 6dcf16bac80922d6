"""Ed25519 signatures (RFC 8032), strict in what they accept.

Plain RFC 8032 verification leaves two gaps that matter for a ledger. A public key of small order lets one
signature fit many messages, and a key written in a second way would be a second name for one device. Such
keys verify nothing here, so that a key has one spelling and a signature binds one message.
"""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64
_LOWER_HEX: Final = frozenset("0123456789abcdef")
_P: Final = 2**255 - 19
# The y coordinates of the eight points whose order divides 8 (RFC 8032 section 5.1 gives the curve); the
# order-8 pair is listed in libsodium's ge25519_has_small_order, and a test derives all five from the curve.
_SMALL_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
        ),
    }
)


class SigningKey:
    """The secret half of a device, root or custodian key."""

    __slots__ = ("_key", "_public_hex", "_seed")

    def __init__(self, seed: bytes) -> None:
        """Take the 32-byte seed of RFC 8032; raises ValueError for another length."""
        if len(seed) != KEY_SIZE:
            raise ValueError("a signing seed has 32 bytes")
        self._seed = bytes(seed)
        self._key = Ed25519PrivateKey.from_private_bytes(self._seed)
        self._public_hex = self._key.public_key().public_bytes_raw().hex()

    @classmethod
    def generate(cls) -> "SigningKey":
        """Make a new key from the operating system's random numbers."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes that make this key again."""
        return self._seed

    @property
    def public_hex(self) -> str:
        """The public key as 64 lower-case hex digits: the name of the device."""
        return self._public_hex

    def sign(self, message: bytes) -> str:
        """Sign; gives 128 lower-case hex digits. Always the same for the same key and message."""
        return self._key.sign(message).hex()

    def __repr__(self) -> str:
        return f"SigningKey(public_hex={self._public_hex!r})"


def verify(key_hex: str, message: bytes, sig_hex: str) -> bool:
    """True when `sig_hex` is the signature of `message` by `key_hex`; False for anything else.

    Text that is not lower-case hex of the right length, a key of small order and a key that is not in its one
    canonical form give False, never an exception: what is checked comes from strangers.
    """
    key, signature = _public_key(key_hex), _unhex(sig_hex, SIGNATURE_SIZE)
    if key is None or signature is None:
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


@lru_cache(64)
def _public_key(key_hex: str) -> Ed25519PublicKey | None:
    key = _unhex(key_hex, KEY_SIZE)
    if key is None or not _is_sound(key):
        return None
    try:
        return Ed25519PublicKey.from_public_bytes(key)
    except ValueError:
        return None


def _unhex(text: str, size: int) -> bytes | None:
    if len(text) != 2 * size or not _LOWER_HEX.issuperset(text):
        return None
    return bytes.fromhex(text)


def _is_sound(key: bytes) -> bool:
    y = int.from_bytes(key, "little") & (2**255 - 1)
    return y < _P and y not in _SMALL_ORDER_Y
