"""Padding of Opus packets (RFC 6716, 3.2.5): bytes that no decoder hears, and that encoders have to make zero."""

from typing import Final

_CODE: Final = 3
_PADDED: Final = 0x40


def padding(packet: bytes) -> bytes:
    """The padding at the end of a packet of one stream; empty where there is none, or the packet is not valid."""
    if len(packet) < 3 or packet[0] & 3 != _CODE or not packet[1] & _PADDED:
        return b""
    at, length = 2, 0
    while at < len(packet) and packet[at] == 255:
        at, length = at + 1, length + 254
    if at == len(packet):
        return b""
    at, length = at + 1, length + packet[at]
    return packet[len(packet) - length :] if length and at + length <= len(packet) else b""
