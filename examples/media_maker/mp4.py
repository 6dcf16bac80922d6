"""MP4 (ISO/IEC 14496-12 and -14): Motion JPEG pictures, and positions as a `camm` timed-metadata track.

The positions follow Google's specification (developers.google.com/streetview/publish/camm-spec).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from .planted import Position

_TICKS = 1000
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Track:
    """Samples of one length (`ticks` thousandths of a second), and how they are described."""

    handler: bytes
    name: str
    description: bytes
    media_header: bytes
    samples: Sequence[bytes]
    ticks: int
    size: tuple[int, int] = (0, 0)

    @property
    def duration(self) -> int:
        """In ticks."""
        return self.ticks * len(self.samples)


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box with its size."""
    payload = b"".join(parts)
    return struct.pack(">I", 8 + len(payload)) + kind + payload


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def pictures(frames: Sequence[bytes], ticks: int, size: tuple[int, int]) -> Track:
    """A video track of JPEG pictures: `mp4v` with object type 0x6C (ISO/IEC 10918-1)."""
    config = b"\x04\x0d\x6c\x11" + bytes(11)
    stream = b"\x03" + bytes([3 + len(config) + 3]) + b"\x00\x01\x00" + config + b"\x06\x01\x02"
    entry = box(
        b"mp4v",
        struct.pack(">6xH16xHHIIIH32sHh", 1, *size, 0x480000, 0x480000, 0, 1, b"", 24, -1),
        full(b"esds", stream),
    )
    return Track(b"vide", "VideoHandle", entry, full(b"vmhd", bytes(8), flags=1), frames, ticks, size)


def positions(places: Sequence[Position], ticks: int) -> Track:
    """A `camm` track of type-5 packets: latitude, longitude, altitude as little-endian doubles."""
    samples = [
        struct.pack("<HHddd", 0, 5, p.latitude / 1e6, p.longitude / 1e6, float(p.metres)) for p in places
    ]
    entry = box(b"camm", struct.pack(">6xH", 1))
    return Track(b"camm", "demo positions", entry, full(b"nmhd"), samples, ticks)


def said(kind: bytes, text: str) -> bytes:
    """A QuickTime user-data text such as `©xyz`, in English."""
    return box(kind, struct.pack(">HH", len(text.encode()), 0x15C7), text.encode())


def keys(values: dict[str, str]) -> bytes:
    """A `meta` box of named texts (`mdta` keys); like Android and QuickTime, without version and flags."""
    handler = full(b"hdlr", struct.pack(">4x4s12xx", b"mdta"))
    names = [box(b"mdta", key.encode()) for key in values]
    items = [
        box(struct.pack(">I", n), box(b"data", struct.pack(">II", 1, 0), value.encode()))
        for n, value in enumerate(values.values(), start=1)
    ]
    table = full(b"keys", struct.pack(">I", len(names)), *names)
    return box(b"meta", handler, table, box(b"ilst", *items))


def encode(tracks: Sequence[Track], created: int, said_of_it: Sequence[bytes] = ()) -> bytes:
    """The MP4 file, media before index as phones write it; `created` is seconds since 1904, UTC."""
    brand = box(b"ftyp", b"mp42", bytes(4), b"isommp42")
    at, offsets = len(brand) + 8, []
    for track in tracks:
        offsets.append(at)
        at += sum(map(len, track.samples))
    media = box(b"mdat", *(sample for track in tracks for sample in track.samples))
    duration = max(track.duration for track in tracks)
    head = struct.pack(">IIIIIH10x", created, created, _TICKS, duration, 0x10000, 0x100)
    movie = full(b"mvhd", head, _MATRIX, bytes(24), struct.pack(">I", len(tracks) + 1))
    pairs = zip(tracks, offsets, strict=True)
    traks = [_track(track, number, offset, created) for number, (track, offset) in enumerate(pairs, start=1)]
    return brand + media + box(b"moov", movie, *said_of_it, *traks)


def _track(track: Track, number: int, offset: int, created: int) -> bytes:
    head = struct.pack(">IIIII8xHHHH", created, created, number, 0, track.duration, 0, 0, 0, 0)
    shown = struct.pack(">II", track.size[0] << 16, track.size[1] << 16)
    times = struct.pack(">IIIIHH", created, created, _TICKS, track.duration, 0x55C4, 0)
    handler = struct.pack(">4x4s12x", track.handler) + track.name.encode() + b"\x00"
    here = box(b"dinf", full(b"dref", struct.pack(">I", 1), full(b"url ", flags=1)))
    media = box(b"minf", track.media_header, here, _samples(track, offset))
    body = box(b"mdia", full(b"mdhd", times), full(b"hdlr", handler), media)
    return box(b"trak", full(b"tkhd", head, _MATRIX, shown, flags=7), body)


def _samples(track: Track, offset: int) -> bytes:
    """The sample table: one chunk, samples of equal duration, each of them a sync sample."""
    count = len(track.samples)
    sizes = b"".join(struct.pack(">I", len(sample)) for sample in track.samples)
    return box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), track.description),
        full(b"stts", struct.pack(">III", 1, count, track.ticks)),
        full(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
        full(b"stsz", struct.pack(">II", 0, count), sizes),
        full(b"stco", struct.pack(">II", 1, offset)),
    )
