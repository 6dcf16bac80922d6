"""EXIF as phones write it (CIPA DC-008): IFD0, Exif and GPS folders, and a thumbnail in IFD1. Big-endian."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from .planted import Device, Position

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED = 1, 2, 3, 4, 5, 7
_COUNTED_IN = {_BYTE: 1, _ASCII: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8, _UNDEFINED: 1}
_HEADER = b"MM\x00\x2a\x00\x00\x00\x08"


@dataclass(frozen=True, slots=True)
class Shot:
    """What one EXIF block says. `local` and `utc` are `YYYY:MM:DD HH:MM:SS`; `zone` as `-07:00`."""

    device: Device
    artist: str
    position: Position
    local: str
    utc: str
    zone: str
    subsecond: str
    orientation: int
    unique_id: str
    size: tuple[int, int]
    thumbnail: bytes


def _text(tag: int, value: str) -> tuple[int, int, bytes]:
    return tag, _ASCII, value.encode("ascii") + b"\x00"


def _short(tag: int, value: int) -> tuple[int, int, bytes]:
    return tag, _SHORT, struct.pack(">H", value)


def _long(tag: int, value: int) -> tuple[int, int, bytes]:
    return tag, _LONG, struct.pack(">I", value)


def _rational(tag: int, *pairs: tuple[int, int]) -> tuple[int, int, bytes]:
    return tag, _RATIONAL, b"".join(struct.pack(">II", *pair) for pair in pairs)


def _folder(entries: Iterable[tuple[int, int, bytes]], start: int, following: int = 0) -> bytes:
    """One IFD at offset `start`, its longer values behind it; `following` is the offset of the next IFD."""
    ordered = sorted(entries)
    behind = start + 2 + 12 * len(ordered) + 4
    table, values = struct.pack(">H", len(ordered)), b""
    for tag, kind, value in ordered:
        table += struct.pack(">HHI", tag, kind, len(value) // _COUNTED_IN[kind])
        if len(value) <= 4:
            table += value.ljust(4, b"\x00")
        else:
            table += struct.pack(">I", behind + len(values))
            values += value + bytes(len(value) % 2)
    return table + struct.pack(">I", following) + values


def _main(shot: Shot, exif: int, gps: int) -> list[tuple[int, int, bytes]]:
    return [
        _text(0x010F, shot.device.make), _text(0x0110, shot.device.model), _short(0x0112, shot.orientation),
        _rational(0x011A, (72, 1)), _rational(0x011B, (72, 1)), _short(0x0128, 2),
        _text(0x0131, shot.device.software), _text(0x0132, shot.local), _text(0x013B, shot.artist),
        _short(0x0213, 1), _long(0x8769, exif), _long(0x8825, gps),
    ]  # fmt: skip


def _exif(shot: Shot) -> list[tuple[int, int, bytes]]:
    width, height = shot.size
    return [
        _rational(0x829A, (1, 250)), _rational(0x829D, (18, 10)), _short(0x8827, 100),
        (0x9000, _UNDEFINED, b"0232"), _text(0x9003, shot.local), _text(0x9004, shot.local),
        _text(0x9010, shot.zone), _text(0x9011, shot.zone), _text(0x9012, shot.zone),
        (0x9101, _UNDEFINED, b"\x01\x02\x03\x00"), _rational(0x920A, (438, 100)),
        (0x927C, _UNDEFINED, b"DEMO\x00maker note of " + shot.device.serial.encode()),
        _text(0x9291, shot.subsecond), (0xA000, _UNDEFINED, b"0100"), _short(0xA001, 1),
        _long(0xA002, width), _long(0xA003, height), _text(0xA420, shot.unique_id),
        _text(0xA430, shot.device.owner), _text(0xA431, shot.device.serial),
    ]  # fmt: skip


def _angle(millionths: int) -> tuple[tuple[int, int], ...]:
    """Degrees, minutes, seconds to a hundredth (36 hundredths of a second are 100 millionths of a degree)."""
    hundredths = (abs(millionths) * 36 + 50) // 100
    return (hundredths // 360_000, 1), (hundredths // 6_000 % 60, 1), (hundredths % 6_000, 100)


def _gps(shot: Shot) -> list[tuple[int, int, bytes]]:
    day, clock = shot.utc.split(" ")
    where = shot.position
    return [
        (0x0000, _BYTE, b"\x02\x03\x00\x00"),
        _text(0x0001, "N" if where.latitude >= 0 else "S"), _rational(0x0002, *_angle(where.latitude)),
        _text(0x0003, "E" if where.longitude >= 0 else "W"), _rational(0x0004, *_angle(where.longitude)),
        (0x0005, _BYTE, b"\x00"), _rational(0x0006, (where.metres, 1)),
        _rational(0x0007, *((int(part), 1) for part in clock.split(":"))),
        _text(0x0010, "T"), _rational(0x0011, (61, 1)), _text(0x001D, day),
    ]  # fmt: skip


def _thumbnail(start: int, length: int) -> list[tuple[int, int, bytes]]:
    return [
        _short(0x0103, 6), _rational(0x011A, (72, 1)), _rational(0x011B, (72, 1)), _short(0x0128, 2),
        _long(0x0201, start), _long(0x0202, length),
    ]  # fmt: skip


def block(shot: Shot) -> bytes:
    """The payload of the APP1 segment, `Exif` identifier included."""
    exif_at = len(_HEADER) + len(_folder(_main(shot, 0, 0), 8))
    exif = _folder(_exif(shot), exif_at)
    gps_at = exif_at + len(exif)
    gps = _folder(_gps(shot), gps_at)
    next_at = gps_at + len(gps)
    picture_at = next_at + len(_folder(_thumbnail(0, 0), next_at))
    main = _folder(_main(shot, exif_at, gps_at), 8, next_at)
    second = _folder(_thumbnail(picture_at, len(shot.thumbnail)), next_at)
    return b"Exif\x00\x00" + _HEADER + main + exif + gps + second + shot.thumbnail
