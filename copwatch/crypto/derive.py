"""Keys from keys: HKDF with SHA-256 (RFC 5869)."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def hkdf_sha256(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive `length` bytes (at most 8160) from `key`; an empty salt means 32 zero bytes, as in RFC 5869.

    `key` has to be of high entropy already (a random key, a shared secret), never a passphrase.
    """
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(key)
