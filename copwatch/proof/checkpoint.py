"""Checkpoints of a ledger: C2SP tlog-checkpoint notes signed by the device (c2sp.org/tlog-checkpoint)."""

import base64
import re
from dataclasses import dataclass

from copwatch.proof.hashing import Verify, sha256, sha256_hex
from copwatch.proof.shapes import Malformed

LARGEST_NOTE = 64 << 10
_ED25519 = b"\x01"
_TEXT = re.compile(
    r"copwatch/v1/([0-9a-f]{64})/([0-9a-f]{64})\n(0|[1-9][0-9]{0,9})\n([A-Za-z0-9+/]{43}=)\n\Z"
)
_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+=*)\n\Z")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement: this device's ledger of `size` entries has this RFC 6962 root (32 bytes)."""

    archive: str
    device: str
    size: int
    root: bytes

    @property
    def origin(self) -> str:
        """The name of the log and of the key that signs it."""
        return f"copwatch/v1/{self.archive}/{self.device}"

    @property
    def text(self) -> str:
        """What is signed; a time-stamp's imprint is the SHA-256 of it."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def file_name(self) -> str:
        """`<10-digit size>-<16 hex of root>.note`."""
        return f"{self.size:010d}-{self.root.hex()[:16]}.note"


def key_id(origin: str, device: str) -> bytes:
    """The four bytes that name an Ed25519 key in a signed note (c2sp.org/signed-note)."""
    return sha256(origin.encode(), b"\n", _ED25519, bytes.fromhex(device))[:4]


def encode_note(checkpoint: Checkpoint, sig: str) -> bytes:
    """The bytes of the note file, given the device's signature over `text` (128 hex digits)."""
    blob = key_id(checkpoint.origin, checkpoint.device) + bytes.fromhex(sig)
    return f"{checkpoint.text}\n— {checkpoint.origin} {base64.b64encode(blob).decode()}\n".encode()


def parse_note(data: bytes, verify: Verify) -> Checkpoint:
    """Reads a note and checks its signature. Raises `Malformed`; a bad signature is malformed too."""
    try:
        text, signature = data[:LARGEST_NOTE].decode("utf-8").split("\n\n", 1)
        found, signed = _TEXT.match(text + "\n"), _SIGNATURE.match(signature)
        if found is None or signed is None:
            raise Malformed("not a checkpoint note")
        checkpoint = Checkpoint(found[1], found[2], int(found[3]), base64.b64decode(found[4], validate=True))
        blob = base64.b64decode(signed[2], validate=True)
    except ValueError as error:
        raise Malformed("not a checkpoint note") from error
    known = signed[1] == checkpoint.origin and blob[:4] == key_id(checkpoint.origin, checkpoint.device)
    if not known or not verify(checkpoint.device, checkpoint.text.encode(), blob[4:].hex()):
        raise Malformed("its signature does not hold")
    if encode_note(checkpoint, blob[4:].hex()) != data:
        raise Malformed("not in the one valid form")
    return checkpoint


def imprint(checkpoint: Checkpoint) -> str:
    """What a time-stamp authority is given: H(note text), 64 hex digits."""
    return sha256_hex(checkpoint.text.encode())
