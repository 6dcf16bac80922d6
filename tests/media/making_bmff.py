"""Movies made box by box, with a secret in every place that is not picture or sound."""

import struct
from dataclasses import dataclass, field

SECRET = b"a-secret-of-somebody"
SLICE = b"\x65coded-picture-of-the-movie"
TONE = b"coded-sound-of-the-movie"
TIME = (0xDEADBEEF).to_bytes(4, "big")
MATRIX = struct.pack(">9I", 0, 0x10000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000)
"""A quarter turn: the one thing that a matrix of a phone says."""


def box(kind, *content):
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def full(kind, *content, version=0, flags=0):
    return box(kind, bytes([version]) + flags.to_bytes(3, "big"), *content)


def numbers(*values):
    return struct.pack(f">{len(values)}I", *values)


def table(kind, *rows):
    return full(kind, numbers(len(rows)), *(numbers(*row) for row in rows))


def unit(data):
    return numbers(len(data)) + data


def sei(*messages, stop=b"\x80"):
    """A SEI NAL unit of H.264; the messages hold no zeros, so that nothing is escaped."""
    found = b"\x06"
    for kind, data in messages:
        found += bytes([kind]) + b"\xff" * (len(data) // 255) + bytes([len(data) % 255]) + data
    return found + stop


USER = sei((5, b"\x11" * 16 + SECRET))
PICTURE_SAMPLE = unit(b"\x09\xf0") + unit(USER) + unit(SLICE)

AVCC = (
    b"\x01\x64\x00\x0a\xff\xe1"
    + struct.pack(">H", 4)
    + b"\x67abc"
    + b"\x01"
    + struct.pack(">H", 3)
    + b"\x68de"
)


def visual(kind, *boxes, name=b"\x14" + SECRET):
    fields = (
        bytes(6) + b"\0\1" + bytes(4) + b"SECR" + bytes(8) + struct.pack(">HH", 96, 64) + b"\0\x48\0\0" * 2
    )
    return box(kind, fields + bytes(4) + b"\0\1" + name.ljust(32, b"\0") + b"\0\x18\xff\xff", *boxes)


def sound(kind, *boxes, channels=2, bits=16):
    fields = bytes(6) + b"\0\1" + bytes(4) + b"SECR" + struct.pack(">HHI", channels, bits, 0)
    return box(kind, fields + struct.pack(">I", 48000 << 16), *boxes)


AVC1 = visual(b"avc1", box(b"avcC", AVCC), box(b"pasp", numbers(1, 1)), box(b"name", SECRET))
SOWT = sound(b"sowt")


@dataclass
class Track:
    """A track; `samples` stand one behind the other in the media data, two in a chunk."""

    kind: bytes
    entry: bytes
    samples: list[bytes]
    flags: int = 3
    extra: bytes = b""
    in_tables: bytes = b""
    reference: bytes = full(b"url ", flags=1)
    wide: bool = False
    edits: bytes = box(b"edts", table(b"elst", (100, 0, 0x10000)))
    length: int = 100
    number: int = 0
    offsets: list[int] = field(default_factory=list)


def picture(count=3):
    return Track(b"vide", AVC1, [PICTURE_SAMPLE + unit(b"\x41%d" % index) for index in range(count)])


def tone(count=3):
    return Track(b"soun", SOWT, [TONE] * count)


def places():
    return Track(b"meta", box(b"gpmd", bytes(6), b"\0\1", SECRET), [b"GPS" + SECRET] * 3, flags=0)


def trak(track, *, version=0):
    long = version == 1
    times = (bytes(4) + TIME) * 2 if long else TIME * 2
    duration = bytes(4 if long else 0) + numbers(track.length)
    tkhd = full(
        b"tkhd", times, numbers(track.number), SECRET[:4], duration, SECRET[:8], bytes(8), MATRIX,
        numbers(96 << 16, 64 << 16), version=version, flags=track.flags,
    )  # fmt: skip
    mdhd = full(b"mdhd", times, numbers(1000), duration, b"\x15\xc7", SECRET[:2], version=version)
    hdlr = full(b"hdlr", b"mhlr", track.kind, SECRET[:12], bytes([len(SECRET)]) + SECRET)
    media = full(b"vmhd", bytes(8), flags=1) if track.kind == b"vide" else full(b"smhd", bytes(4))
    dinf = box(b"dinf", full(b"dref", numbers(1), track.reference))
    sizes = [len(sample) for sample in track.samples]
    stbl = box(
        b"stbl", full(b"stsd", numbers(1), track.entry), table(b"stts", (len(sizes), 10)), table(b"stsc", (1, 2, 1)),
        full(b"stsz", numbers(0, len(sizes), *sizes)), chunks(track), track.in_tables,
    )  # fmt: skip
    mdia = box(b"mdia", mdhd, hdlr, box(b"minf", media, dinf, stbl), box(b"elng", SECRET))
    return box(b"trak", tkhd, track.edits, mdia, box(b"udta", box(b"name", SECRET)), track.extra)


def chunks(track):
    offsets = track.offsets or [0] * (-(-len(track.samples) // 2))
    if track.wide:
        return full(b"co64", numbers(len(offsets)), struct.pack(f">{len(offsets)}Q", *offsets))
    return table(b"stco", *((offset,) for offset in offsets))


def mvhd(version=0):
    times, duration = (
        (TIME * 2, numbers(100)) if not version else ((bytes(4) + TIME) * 2, bytes(4) + numbers(100))
    )
    rest = b"\0\1\0\0\1\0" + SECRET[:10] + MATRIX + SECRET + bytes(4) + numbers(9)
    return full(b"mvhd", times, numbers(1000), duration, rest, version=version)


UDTA = box(
    b"udta", box(b"\xa9xyz", struct.pack(">HH", 18, 0x15C7) + b"+52.5200+013.4050/"), box(b"\xa9mod", SECRET)
)
FTYP = box(b"ftyp", b"isom", SECRET[:4], b"isomavc1", b"SECR")


def movie(
    *tracks, before=False, version=0, extra=b"", ftyp=FTYP, head=None, tail=b"", stray=SECRET, udta=UDTA
):
    """A whole file: the media data before or behind the header of the movie."""
    tracks = tracks or (picture(), tone(), places())
    for index, track in enumerate(tracks):
        track.number = track.number or index + 1
    for _ in range(2):
        header = box(b"moov", mvhd(version), *(trak(track, version=version) for track in tracks), udta, extra)
        start = len(ftyp) + (0 if before else len(header)) + (8 if head is None else len(head))
        media = stray
        for track in tracks:
            track.offsets = []
            for at in range(0, len(track.samples), 2):
                track.offsets.append(start + len(media))
                media += b"".join(track.samples[at : at + 2])
            media += stray
    mdat = (struct.pack(">I4s", 8 + len(media), b"mdat") if head is None else head) + media
    return ftyp + (mdat + header if before else header + mdat) + tail


def fragmented(*, base=False, default_base=True):
    """A movie in two fragments, each with picture, sound and places."""
    tracks = (picture(0), tone(0), places())
    tracks[2].samples = []
    for index, track in enumerate(tracks):
        track.number = index + 1
    trex = b"".join(full(b"trex", numbers(number, 1, 10, len(TONE), 0)) for number in (1, 2, 3))
    data = FTYP + box(
        b"moov", mvhd(), *map(trak, tracks), box(b"mvex", full(b"mehd", numbers(9)), trex), UDTA
    )
    for number in (1, 2):
        data += (
            full(b"prft", numbers(1), TIME, TIME)
            + full(b"emsg", SECRET)
            + fragment(data, number, base, default_base)
        )
    return data + box(
        b"mfra", full(b"tfra", numbers(1, 0, 1), bytes(8) + b"\1\1\1"), full(b"mfro", numbers(51))
    )


def fragment(before, number, base, default_base):
    samples = {1: PICTURE_SAMPLE, 2: TONE, 3: b"GPS" + SECRET}
    # in both of the bases that are used here, offsets count from the beginning of the fragment
    moof_start = len(before) + 24 + 12 + len(SECRET)
    offset, moof = 0, b""
    for _ in range(2):
        at, trafs = offset, []
        for track, sample in samples.items():
            tfhd = struct.pack(">Q", moof_start) if base else b""
            flags = (1 if base else 0) | (0x20000 if default_base else 0)
            header = full(b"tfhd", numbers(track), tfhd, flags=flags)
            sized = track != 2
            sizes = numbers(len(sample), len(sample)) if sized else b""
            run = full(b"trun", numbers(2, at), sizes, flags=1 | (0x200 if sized else 0))
            trafs.append(
                box(b"traf", header, full(b"tfdt", numbers(number)), run, box(b"uuid", bytes(16), SECRET))
            )
            at += 2 * len(sample)
        moof = box(b"moof", full(b"mfhd", numbers(number)), *trafs)
        offset = len(moof) + 8
    return moof + box(b"mdat", *(sample * 2 for sample in samples.values()))
