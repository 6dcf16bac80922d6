"""The textual header of an age file: version line, stanzas, MAC. Knows no recipient type and no key.

Specification: c2sp.org/age, "Encrypted file format". There is exactly one valid encoding of every header and
parsing refuses all others, so `parse(data).encode()` always gives back the bytes that were parsed.
"""

import binascii
import hmac
import io
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from copwatch.crypto.age.errors import HeaderError
from copwatch.crypto.age.source import ByteSource, Readable
from copwatch.crypto.derive import hkdf_sha256

VERSION_LINE: Final = b"age-encryption.org/v1"
_FAMILY: Final = b"age-encryption.org/"

# Every stanza may cost a key agreement for every identity that is tried. 512 is far above the members of any
# group and keeps the work for a hostile header below a second.
MAX_STANZAS: Final = 512
# A post-quantum stanza has 1,559 bytes; 512 of them, and the largest extension stanzas, fit into one MiB.
MAX_HEADER_SIZE: Final = 1 << 20

MAC_SIZE: Final = 32
_COLUMNS: Final = 64


@dataclass(frozen=True, slots=True)
class Stanza:
    """The file key, wrapped for one recipient. `args[0]` says which type of recipient."""

    args: tuple[str, ...]
    body: bytes

    @property
    def kind(self) -> str:
        """The recipient type: X25519, scrypt, mlkem768x25519, or one that we do not know."""
        return self.args[0]

    def encode(self) -> bytes:
        """The lines of this stanza; the last one is shorter than 64 columns, and may be empty."""
        text = encode_base64(self.body)
        lines = [text[i : i + _COLUMNS] for i in range(0, len(text) + 1, _COLUMNS)]
        return b"-> " + " ".join(self.args).encode("ascii") + b"\n" + b"\n".join(lines) + b"\n"


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header. `mac` is claimed by the file; only a file key can confirm it."""

    stanzas: tuple[Stanza, ...]
    mac: bytes

    @property
    def kinds(self) -> tuple[str, ...]:
        """The recipient types in the order of the file: what it is sealed with, said without a key."""
        return tuple(stanza.kind for stanza in self.stanzas)

    def encode(self) -> bytes:
        """The bytes of the header, up to and including the line end behind the MAC."""
        return _maced_part(self.stanzas) + b" " + encode_base64(self.mac) + b"\n"

    def is_confirmed_by(self, file_key: bytes) -> bool:
        """True when whoever wrote this header knew `file_key`."""
        return hmac.compare_digest(_mac(file_key, self.stanzas), self.mac)


def make_header(file_key: bytes, stanzas: tuple[Stanza, ...]) -> Header:
    """A header over `stanzas`, with the MAC that `file_key` gives it."""
    return Header(stanzas, _mac(file_key, stanzas))


def looks_sealed(prefix: bytes) -> bool:
    """True when `prefix` (22 bytes are enough) is how a binary age v1 file begins. Proves nothing more."""
    return prefix.startswith(VERSION_LINE + b"\n")


def parse_header(data: bytes | Readable) -> Header:
    """Read the header at the start of `data`; what follows it is ignored.

    Raises:
        HeaderError: not an age v1 header, not in its one valid encoding, or above a limit.
    """
    return read_header(ByteSource(io.BytesIO(data) if isinstance(data, bytes) else data))


def read_header(source: ByteSource) -> Header:
    """Like `parse_header`; leaves `source` at the first byte behind the header."""
    start = source.consumed
    version = _line(source, start)
    if version != VERSION_LINE:
        raise _not_version_1(version)
    stanzas: list[Stanza] = []
    line = _line(source, start)
    while not line.startswith(b"---"):
        if len(stanzas) == MAX_STANZAS:
            raise HeaderError(f"the header has more than {MAX_STANZAS} stanzas")
        stanzas.append(Stanza(_args(line), _body(source, start)))
        line = _line(source, start)
    if not stanzas:
        raise HeaderError("the header names no recipient")
    return Header(tuple(stanzas), _mac_of_line(line))


def encode_base64(data: bytes) -> bytes:
    """RFC 4648 section 4 without padding."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def decode_base64(text: bytes) -> bytes:
    """Read what `encode_base64` gives; raises HeaderError for padding, stray bits and characters."""
    try:
        data = binascii.a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error as defect:
        raise HeaderError("the header has base64 that is not valid") from defect
    if encode_base64(data) != text:
        raise HeaderError("the header has base64 that is not in its one canonical form")
    return data


def _line(source: ByteSource, start: int) -> bytes:
    left = MAX_HEADER_SIZE - (source.consumed - start)
    line = source.line(left)
    if line is None:
        raise HeaderError(f"the header is cut short, or larger than {MAX_HEADER_SIZE} bytes")
    return line


def _not_version_1(line: bytes) -> HeaderError:
    if line.startswith(_FAMILY):
        return HeaderError(
            "sealed in a version of age other than v1", hint="open it with a newer copwatch or age"
        )
    return HeaderError("this is not an age file")


def _args(line: bytes) -> tuple[str, ...]:
    arguments = line.removeprefix(b"-> ").split(b" ")
    if not line.startswith(b"-> ") or not all(a and all(0x21 <= c <= 0x7E for c in a) for a in arguments):
        raise HeaderError("the header has a malformed stanza")
    return tuple(a.decode("ascii") for a in arguments)


def _body(source: ByteSource, start: int) -> bytes:
    lines = [_line(source, start)]
    while len(lines[-1]) == _COLUMNS:
        lines.append(_line(source, start))
    if len(lines[-1]) > _COLUMNS:
        raise HeaderError("the header has a stanza with a line that is too long")
    return decode_base64(b"".join(lines))


def _mac_of_line(line: bytes) -> bytes:
    if not line.startswith(b"--- "):
        raise HeaderError("the header has a malformed last line")
    mac = decode_base64(line[4:])
    if len(mac) != MAC_SIZE:
        raise HeaderError("the header has a MAC of the wrong length")
    return mac


def _maced_part(stanzas: tuple[Stanza, ...]) -> bytes:
    return VERSION_LINE + b"\n" + b"".join(s.encode() for s in stanzas) + b"---"


def _mac(file_key: bytes, stanzas: tuple[Stanza, ...]) -> bytes:
    return hmac.digest(hkdf_sha256(file_key, b"", b"header", MAC_SIZE), _maced_part(stanzas), sha256)
