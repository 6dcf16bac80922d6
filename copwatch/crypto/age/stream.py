"""The payload of an age file: STREAM over ChaCha20-Poly1305 in chunks of 64 KiB. Knows nothing of headers.

Specification: c2sp.org/age, "Payload". Counter nonces are safe here because a payload key encrypts one
payload: it is derived from a random file key and a random 16-byte payload nonce that are drawn for every
file and never stored, and a writer numbers each chunk once. The last byte marks the final chunk, so that a
file cut at a chunk border is recognised. 2**88 chunks cannot be reached.
"""

from typing import Final, TypeAlias

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from copwatch.crypto.derive import hkdf_sha256

Data: TypeAlias = bytes | bytearray | memoryview

CHUNK: Final = 64 * 1024
TAG: Final = 16
SEALED_CHUNK: Final = CHUNK + TAG
PAYLOAD_NONCE: Final = 16


def payload_cipher(file_key: bytes, payload_nonce: bytes) -> ChaCha20Poly1305:
    """The cipher for one payload; `payload_nonce` is the 16 bytes that follow the header."""
    return ChaCha20Poly1305(hkdf_sha256(file_key, payload_nonce, b"payload", 32))


def chunk_nonce(index: int, final: bool) -> bytes:
    """The 12-byte nonce of chunk `index` (from 0): 11 bytes of counter, then 1 for the final chunk."""
    return (index << 8 | final).to_bytes(12, "big")


def sealed_payload_size(size: int) -> int:
    """How many bytes follow the header when `size` bytes are sealed: nonce, content, one tag a chunk."""
    chunks = max(1, -(-size // CHUNK))
    return PAYLOAD_NONCE + size + chunks * TAG
