"""What Matroska, AVI and files of sound say in their headers; no frame is looked at.

Sources: RFC 9559 (Matroska), RFC 9639 (FLAC), RFC 3533 and 7845 (Ogg, Opus), Vorbis I, EBU Tech 3285 (Broadcast Wave),
AIFF 1.3, Multimedia Programming Interface and Data Specifications 1.0 (RIFF), and AVI's own headers (Microsoft).
"""

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import islice
from typing import Final

from copwatch.media.describing.told import Told
from copwatch.media.ebml import Element, children, element
from copwatch.media.gathering import text_of
from copwatch.media.iso.claims import shown
from copwatch.media.mkv import tables
from copwatch.media.mkv.tracks import content, number
from copwatch.media.riff import Chunk, chunks
from copwatch.media.source import Source

_MOST: Final = 2000
_KINDS: Final = {1: "picture", 2: "sound", 17: "text"}
_SCALE, _DURATION, _DATE = 0x2AD7B1, 0x4489, 0x4461
_VIDEO, _WIDTH, _HEIGHT = 0xE0, 0xB0, 0xBA
_STREAMS: Final = {b"vids": "picture", b"auds": "sound", b"txts": "text"}
_BROADCAST: Final = re.compile(r"(\d{4})[-:_./](\d\d)[-:_./](\d\d)(\d\d)[-:_./](\d\d)[-:_./](\d\d)", re.ASCII)
_IDIT: Final = re.compile(r"\w{3} (\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})", re.ASCII)
_MONTHS: Final = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_OGG_TAIL: Final = 64 << 10


def matroska(told: Told, source: Source) -> None:
    """Info and tracks, which usually stand before the first cluster."""
    header = element(source, 0, source.size)
    segment = element(source, header.end or source.size, source.size)
    end = min(segment.end or source.size, source.size)
    at = segment.content
    for _ in range(_MOST):
        if at >= end:
            return
        top = element(source, at, end)
        if top.id == tables.CLUSTER or top.end is None:
            return
        if top.id == tables.INFO:
            _info(told, source, _fields(source, top))
        elif top.id == tables.TRACKS:
            for entry, _ in islice(children(source, top.content, top.end), _MOST):
                if entry.id == tables.TRACK_ENTRY:
                    _entry(told, source, _fields(source, entry))
        at = top.end


def _fields(source: Source, master: Element) -> dict[int, Element]:
    found = islice(children(source, master.content, master.end or master.content), _MOST)
    return {child.id: child for child, _ in found}


def _info(told: Told, source: Source, fields: dict[int, Element]) -> None:
    length, scale = content(source, fields.get(_DURATION), 8), number(source, fields.get(_SCALE)) or 1_000_000
    if len(length) in (4, 8):
        (units,) = struct.unpack(">f" if len(length) == 4 else ">d", length)
        if 0 < units < 1e15:
            told.duration(int(units * scale), 1_000_000_000)
    if since := content(source, fields.get(_DATE), 8):
        nanoseconds = int.from_bytes(since, "big", signed=True)
        try:
            when = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1000)
        except OverflowError:
            return
        told.time(when.strftime("%Y-%m-%dT%H:%M:%SZ"), "said_utc", "matroska")


def _entry(told: Told, source: Source, fields: dict[int, Element]) -> None:
    kind = _KINDS.get(number(source, fields.get(tables.TRACK_TYPE)), "data")
    told.track(kind, content(source, fields.get(tables.CODEC_ID), 64).decode("latin-1"))
    if video := fields.get(_VIDEO):
        inner = _fields(source, video)
        told.pixels(number(source, inner.get(_WIDTH)), number(source, inner.get(_HEIGHT)))


def avi(told: Told, source: Source) -> None:
    """The list of headers: `avih`, the streams, and the time of digitising (IDIT)."""
    for chunk in islice(chunks(source, 12, source.size), _MOST):
        if chunk.type == b"LIST" and source.read(chunk.content, 4) == b"hdrl":
            for inner in _inside(source, chunk):
                if inner.type == b"avih" and inner.length >= 40:
                    micro, frames = (source.number(inner.content + at, 4, little=True) for at in (0, 16))
                    told.duration(micro * frames, 1_000_000)
                    told.pixels(*(source.number(inner.content + at, 4, little=True) for at in (32, 36)))
                elif inner.type == b"LIST" and source.read(inner.content, 4) == b"strl":
                    _stream(told, source, inner)
                elif inner.type == b"IDIT":
                    _digitised(told, text_of(source.read(inner.content, min(inner.length, 40))))
            return


def _inside(source: Source, listed: Chunk) -> Iterator[Chunk]:
    return islice(chunks(source, listed.content + 4, listed.content + listed.length), _MOST)


def _stream(told: Told, source: Source, listed: Chunk) -> None:
    kind, coding = "data", ""
    for chunk in _inside(source, listed):
        data = source.read(chunk.content, min(chunk.length, 20))
        if chunk.type == b"strh":
            kind = _STREAMS.get(data[:4], "data")
        elif chunk.type == b"strf" and kind == "picture" and len(data) == 20:
            coding = shown(data[16:20]) if data[16:20].strip(b"\0") else "uncompressed"
        elif chunk.type == b"strf" and kind == "sound":
            coding = _sound(data)
    told.track(kind, coding)


def _sound(data: bytes) -> str:
    """The number of a coding, as RFC 2361 lists them."""
    return f"0x{int.from_bytes(data[:2], 'little'):04x}"


def _digitised(told: Told, text: str) -> None:
    """As C's `asctime` writes it, or as EXIF does; nobody names a zone."""
    if (found := _IDIT.match(text.strip())) and found[1].upper() in _MONTHS:
        month = _MONTHS.index(found[1].upper()) + 1
        told.time(f"{found[4]}-{month:02}-{int(found[2]):02}T{found[3]}", "unknown", "riff")
    elif also := _BROADCAST.match(text.strip().replace(" ", "")):
        told.time("{}-{}-{}T{}:{}:{}".format(*also.groups()), "unknown", "riff")


def wav(told: Told, source: Source) -> None:
    """The format, the length of the sound, and when a recorder for broadcast began."""
    rate = 0
    for chunk in islice(chunks(source, 12, source.size), _MOST):
        if chunk.type == b"fmt " and chunk.length >= 14:
            data = source.read(chunk.content, 14)
            rate = int.from_bytes(data[8:12], "little")
            told.track("sound", _sound(data))
        elif chunk.type == b"data":
            told.duration(chunk.length, rate)
        elif chunk.type == b"bext" and chunk.length >= 338:
            found = _BROADCAST.match(text_of(source.read(chunk.content + 320, 18)))
            if found is not None:
                told.time("{}-{}-{}T{}:{}:{}".format(*found.groups()), "unknown", "broadcast_wave")


def aiff(told: Told, source: Source) -> None:
    """COMM: how many frames, and how many a second, as a number of 80 bits."""
    for chunk in islice(chunks(source, 12, source.size, little=False), _MOST):
        if chunk.type == b"COMM" and chunk.length >= 18:
            data = source.read(chunk.content, min(chunk.length, 22))
            exponent = (int.from_bytes(data[8:10], "big") & 0x7FFF) - 16383 - 63
            mantissa = int.from_bytes(data[10:18], "big")
            if -100 < exponent < 0:
                told.duration(int.from_bytes(data[2:6], "big"), Fraction(mantissa, 1 << -exponent))
            told.track("sound", shown(data[18:22]) if len(data) == 22 else "PCM")
            return


def flac(told: Told, source: Source) -> None:
    """STREAMINFO (8.2), the first block; a tag before it is left to others."""
    if source.read(0, 4) == b"fLaC":
        bits = int.from_bytes(source.read(18, 8), "big")
        told.duration(bits & ((1 << 36) - 1), bits >> 44)
    told.track("sound", "FLAC")


def mp3(told: Told, source: Source) -> None:
    """How long it takes, only its frames know."""
    told.track("sound", "MP3")


def aac(told: Told, source: Source) -> None:
    """How long it takes, only its frames know."""
    told.track("sound", "AAC")


def ogg(told: Told, source: Source) -> None:
    """The first packet names the coding; the position of the last page is the length in samples."""
    head = source.read(0, min(source.size, 128))
    packet = head[27 + head[26] :] if len(head) > 27 else b""
    for mark, kind, name in (
        (b"OpusHead", "sound", "Opus"), (b"\x01vorbis", "sound", "Vorbis"), (b"\x7fFLAC", "sound", "FLAC"),
        (b"Speex   ", "sound", "Speex"), (b"\x80theora", "picture", "Theora"),
    ):  # fmt: skip
        if packet.startswith(mark):
            told.track(kind, name)
            rate = {"Opus": 48000, "Vorbis": int.from_bytes(packet[12:16], "little")}.get(name, 0)
            tail = source.read(max(0, source.size - _OGG_TAIL), min(source.size, _OGG_TAIL))
            last = tail.rfind(b"OggS")
            told.duration(int.from_bytes(tail[last + 6 : last + 14], "little", signed=True), rate)
