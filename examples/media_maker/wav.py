"""WAV with a LIST/INFO chunk and a broadcast chunk (EBU Tech 3285): a tone, and what is said of it."""

import math
import struct

RATE = 8000


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return kind + struct.pack("<I", len(payload)) + payload + bytes(len(payload) % 2)


def tone(seconds: int, hertz: int = 440) -> bytes:
    """16-bit samples at RATE; one period of RATE samples is computed, so rounding is the same everywhere."""
    wave = [round(6000 * math.sin(2 * math.pi * n / RATE)) for n in range(RATE)]
    return b"".join(struct.pack("<h", wave[n * hertz % RATE]) for n in range(seconds * RATE))


def broadcast(description: str, originator: str, reference: str, day: str, clock: str) -> bytes:
    """The payload of `bext`, version 1; `day` as 2026-06-12, `clock` as 18:14:10."""
    return struct.pack(
        "<256s32s32s10s8sQH64s190s",
        description.encode("ascii"), originator.encode("ascii"), reference.encode("ascii"),
        day.encode("ascii"), clock.encode("ascii"), 0, 1, b"", b"",
    )  # fmt: skip


def encode(samples: bytes, bext: bytes, info: dict[str, str]) -> bytes:
    """The WAV file of mono 16-bit samples; `info` maps four-letter INFO names to text."""
    notes = b"INFO" + b"".join(
        _chunk(name.encode(), value.encode() + b"\x00") for name, value in info.items()
    )
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
    chunks = [(b"fmt ", form), (b"bext", bext), (b"LIST", notes), (b"data", samples)]
    return _chunk(b"RIFF", b"WAVE" + b"".join(_chunk(kind, payload) for kind, payload in chunks))
