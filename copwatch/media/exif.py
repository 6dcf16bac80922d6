"""The one thing of EXIF that a picture needs: which way up it is.

Tag 0x0112 of IFD0 (CIPA DC-008, TIFF 6.0). Everything else of an EXIF block goes.
"""

from typing import Final

ORIENTATION: Final = 0x0112
_SHORT = 3
_MOST_ENTRIES = 4096


def orientation(tiff: bytes) -> int | None:
    """The orientation, 1 to 8, that a TIFF structure names in its first directory; None without a valid one."""
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None or _number(tiff, 2, 2, order) != 42:
        return None
    at = _number(tiff, 4, 4, order)
    if at is None:
        return None
    count = _number(tiff, at, 2, order)
    if count is None:
        return None
    for place in range(at + 2, at + 2 + 12 * min(count, _MOST_ENTRIES), 12):
        if _number(tiff, place, 2, order) == ORIENTATION and _number(tiff, place + 2, 2, order) == _SHORT:
            value = _number(tiff, place + 8, 2, order)
            return value if value is not None and 1 <= value <= 8 else None
    return None


def only_orientation(value: int) -> bytes:
    """A TIFF structure, 26 bytes, that names an orientation (1 to 8) and nothing else."""
    if not 1 <= value <= 8:
        raise ValueError("an orientation is 1 to 8")
    entry = ORIENTATION.to_bytes(2, "big") + _SHORT.to_bytes(2, "big") + (1).to_bytes(4, "big")
    return b"MM\0*\0\0\0\x08" + b"\0\x01" + entry + value.to_bytes(2, "big") + b"\0\0" + bytes(4)


def _number(data: bytes, at: int, length: int, order: str) -> int | None:
    if at < 0 or at + length > len(data):
        return None
    return int.from_bytes(data[at : at + length], "little" if order == "little" else "big")
