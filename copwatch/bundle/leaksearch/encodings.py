"""How bytes hold a text: UTF-8 and UTF-16, percent signs, base64 at each of its three places, hex."""

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import quote, quote_plus


def lowered(text: str) -> Iterator[bytes]:
    """Patterns for bytes whose ASCII letters were made small: UTF-8, UTF-16, percent-encoded, hex, JSON escapes."""
    for written in dict.fromkeys((text, text.lower(), text.upper())):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield written.encode(encoding).lower()
        yield written.encode().hex().encode()
    for quoted in (quote(text, safe=""), quote(text), quote_plus(text)):
        yield quoted.lower().encode()
    yield text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00").lower()


def exact(text: str) -> Iterator[bytes]:
    """Patterns for bytes as they are: base64 of the UTF-8 as it is written, at each of three places."""
    yield from based(text.encode())
    if text.lower() != text:
        yield from based(text.lower().encode())


def key(digits: str) -> Iterator[bytes]:
    """Patterns for bytes as they are, of a salt or seed in hex: its bytes, its hex, its base64."""
    raw = bytes.fromhex(digits)
    yield raw
    yield from (digits.encode(), digits.upper().encode())
    yield from based(raw)


def based(data: bytes) -> Iterator[bytes]:
    """The part of the base64 of `data` that its neighbours do not change (RFC 4648, both alphabets)."""
    for before in range(3):
        text = binascii.b2a_base64(bytes(before) + data, newline=False).rstrip(b"=")
        first = (before * 8 + 5) // 6
        whole = (before + len(data)) * 8 // 6
        core = text[first:whole]
        yield core
        yield base64.urlsafe_b64encode(bytes(before) + data).rstrip(b"=")[first:whole]
