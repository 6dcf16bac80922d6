"""age v1 (c2sp.org/age): sealing to public keys or a passphrase, and opening.

Seal with `Encryptor` (streaming) or `seal`; open with `SealedReader` (a seekable file object),
`decrypt_stream` (forward only) or `open_bytes`. `looks_sealed` and `parse_header` say without any key what a
file is sealed with.
"""

from copwatch.crypto.age.armor import ArmorReader, decode_armor, encode_armor
from copwatch.crypto.age.errors import (
    AgeError,
    ArmorError,
    HeaderError,
    KeyTextError,
    MacError,
    NoMatch,
    PayloadError,
)
from copwatch.crypto.age.forward import decrypt_stream, open_bytes
from copwatch.crypto.age.header import Header, Stanza, looks_sealed, parse_header
from copwatch.crypto.age.hybrid import HybridIdentity, HybridRecipient
from copwatch.crypto.age.keys import parse_identity, parse_identity_file, parse_recipient
from copwatch.crypto.age.reader import SealedReader
from copwatch.crypto.age.recipient import Identity, KeyIdentity, Recipient
from copwatch.crypto.age.scrypt import ScryptIdentity, ScryptRecipient
from copwatch.crypto.age.stream import sealed_payload_size
from copwatch.crypto.age.writer import Encryptor, seal
from copwatch.crypto.age.x25519 import X25519Identity, X25519Recipient

__all__ = [
    "AgeError",
    "ArmorError",
    "ArmorReader",
    "Encryptor",
    "Header",
    "HeaderError",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "KeyIdentity",
    "KeyTextError",
    "MacError",
    "NoMatch",
    "PayloadError",
    "Recipient",
    "ScryptIdentity",
    "ScryptRecipient",
    "SealedReader",
    "Stanza",
    "X25519Identity",
    "X25519Recipient",
    "decode_armor",
    "decrypt_stream",
    "encode_armor",
    "looks_sealed",
    "open_bytes",
    "parse_header",
    "parse_identity",
    "parse_identity_file",
    "parse_recipient",
    "seal",
    "sealed_payload_size",
]
