"""A colour profile as formats carry it: neutral texts, and in a zlib stream that is always the same."""

import zlib
from typing import Final

from copwatch.media.refusal import Unsupported

LONGEST: Final = 8 << 20
"""Bytes of a profile; those of presses have about two million."""
_STORED: Final = 0xFFFF


def inflated(packed: bytes, offset: int) -> bytes | None:
    """The profile in a zlib stream; None when it is none, and no decoder would use it.

    Raises:
        Unsupported: it is longer than any profile.
    """
    state = zlib.decompressobj()
    try:
        profile = state.decompress(packed, LONGEST)
    except zlib.error:
        return None
    if not state.eof and len(profile) == LONGEST:
        raise Unsupported("a colour profile that is longer than any", offset)
    return profile if state.eof and profile else None


def stored(profile: bytes) -> bytes:
    """A zlib stream of blocks that are not compressed (RFC 1950; RFC 1951, 3.2.4).

    Compressed bytes depend on the version of zlib; a cleaned file has to be the same everywhere.
    """
    blocks = [profile[at : at + _STORED] for at in range(0, len(profile), _STORED)] or [b""]
    body = bytearray(b"\x78\x01")
    for number, block in enumerate(blocks):
        body += bytes([number == len(blocks) - 1])
        body += len(block).to_bytes(2, "little") + (len(block) ^ 0xFFFF).to_bytes(2, "little") + block
    return bytes(body) + zlib.adler32(profile).to_bytes(4, "big")
