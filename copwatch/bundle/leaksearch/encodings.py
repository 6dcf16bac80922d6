"""How bytes hold a text: UTF-8 and UTF-16, percent signs, base64 at each of its three places, hex."""

import binascii
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

_URLSAFE = bytes.maketrans(b"+/", b"-_")


def lowered(text: str) -> Iterator[bytes]:
    """Patterns for bytes whose ASCII letters were made small: UTF-8, UTF-16, percent-encoded, hex, JSON escapes."""
    for written in dict.fromkeys((text, text.lower(), text.upper())):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield written.encode(encoding).lower()
        yield written.encode().hex().encode()
    for quoted in (quote(text, safe=""), quote(text), quote_plus(text)):
        yield quoted.lower().encode()
    yield text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00").lower()


def plain(text: str) -> Iterator[bytes]:
    """Patterns for bytes whose ASCII letters were made small: UTF-8 and UTF-16 as files are written today."""
    for encoding in ("utf-8", "utf-16-le"):
        yield text.encode(encoding).lower()


def exact(text: str) -> Iterator[bytes]:
    """Patterns for bytes as they are: base64 of the UTF-8 as it is written, at each of three places."""
    yield from based(text.encode())
    if text.lower() != text:
        yield from based(text.lower().encode())


def key(digits: str) -> Iterator[bytes]:
    """Patterns for bytes as they are, of a salt or seed in hex: its bytes, and its base64."""
    raw = bytes.fromhex(digits)
    yield raw
    yield from based(raw)


def based(data: bytes) -> Iterator[bytes]:
    """The part of the base64 of `data` that its neighbours do not change (RFC 4648, both alphabets)."""
    for before in range(3):
        text = binascii.b2a_base64(bytes(before) + data, newline=False)
        core = text[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6]
        yield core
        if b"+" in core or b"/" in core:
            yield core.translate(_URLSAFE)
