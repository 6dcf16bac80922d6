"""NAL units of H.264 (ITU-T H.264, 7.3.1 and 7.3.2.3) and HEVC (ITU-T H.265, 7.3.1 and 7.3.5): what is no picture.

Cameras and encoders write text, positions and clocks into supplemental enhancement information (SEI). No decoder needs
it for the samples of a picture, so each such unit becomes filler payload of the same length: no offset moves.
"""

from typing import Final

from copwatch.media.refusal import Damaged

SEI_AVC: Final = 6
SEI_HEVC: Final = (39, 40)
_FILLER_PAYLOAD: Final = 3
_STOP = b"\x80"


def kind_of(nal: bytes, *, hevc: bool) -> int:
    """The type of a unit from its first byte: five bits in H.264, six in HEVC."""
    return nal[0] >> 1 & 0x3F if hevc else nal[0] & 0x1F


def is_sei(nal: bytes, *, hevc: bool) -> bool:
    """Whether a unit, of which the first byte is enough, is supplemental enhancement information."""
    return kind_of(nal, hevc=hevc) in (SEI_HEVC if hevc else (SEI_AVC,))


def neutral_sei(nal: bytes, hevc: bool) -> bytes:
    """An SEI unit, without start code or length, as filler payload of the same length; its header stays.

    0xFF bytes need no emulation prevention (7.4.1), nor do the few that stand before them.

    Raises:
        Damaged: it is too short to hold any message.
    """
    header = 2 if hevc else 1
    if len(nal) < header + 3:
        raise Damaged(f"an SEI unit of {len(nal)} bytes")
    return nal[:header] + _messages(len(nal) - header - 1) + _STOP


def filler_unit(nal: bytes, *, hevc: bool) -> bytes:
    """Filler data (type 38 in HEVC, 12 in H.264) in the place of a whole unit of a kind that decoders ignore."""
    header = bytes((38 << 1, 1)) if hevc else bytes((12,))
    if len(nal) <= len(header):
        return nal
    return header + b"\xff" * (len(nal) - len(header) - 1) + _STOP


def _messages(room: int) -> bytes:
    """Filler messages of exactly `room` bytes (at least 2). A size of 255 takes one byte more, so one is empty then."""
    first, rest = b"", room - 2
    if rest % 256 == 255:
        first, rest = bytes((_FILLER_PAYLOAD, 0)), rest - 2
    size = rest - rest // 256
    coded = b"\xff" * (size // 255) + bytes((size % 255,))
    return first + bytes((_FILLER_PAYLOAD,)) + coded + b"\xff" * size
