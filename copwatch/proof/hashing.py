"""SHA-256 as the format writes it (docs/format.md, "Conventions"): lower-case hexadecimal."""

import hashlib
import re
from collections.abc import Callable
from typing import TypeAlias

Verify: TypeAlias = Callable[[str, bytes, str], bool]
"""`verify(public key hex, message, signature hex)`: True when the Ed25519 signature holds."""

_HEX = re.compile(r"[0-9a-f]*\Z")


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over the parts joined, 32 bytes."""
    return hashlib.sha256(b"".join(parts)).digest()


def sha256_hex(*parts: bytes) -> str:
    """SHA-256 over the parts joined, 64 hexadecimal digits."""
    return hashlib.sha256(b"".join(parts)).hexdigest()


def is_hex(value: object, digits: int) -> bool:
    """Whether `value` is a string of exactly `digits` lower-case hexadecimal digits."""
    return isinstance(value, str) and len(value) == digits and _HEX.match(value) is not None
