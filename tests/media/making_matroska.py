"""Matroska by hand, with a secret in every place that has to go."""

SECRET = b"Jane Doe 52.5N 13.4E"
FRAME = bytes(range(100, 180))


def element(identifier: int, content: bytes, *, width: int = 0, unknown: bool = False) -> bytes:
    """One element; `width` bytes of size where it is not 0."""
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8, "big")
    if unknown:
        return name + b"\x01" + b"\xff" * 7 + content
    width = width or next(count for count in range(1, 9) if len(content) < (1 << 7 * count) - 1)
    return name + (len(content) | 1 << 7 * width).to_bytes(width, "big") + content


def number(identifier: int, value: int, width: int = 1) -> bytes:
    return element(identifier, value.to_bytes(width, "big"))


def header(kind: bytes = b"matroska") -> bytes:
    return element(
        0x1A45DFA3, number(0x4286, 1) + element(0x4282, kind) + number(0x4287, 4) + number(0x4285, 2)
    )


def info() -> bytes:
    texts = b"".join(element(name, SECRET) for name in (0x7BA9, 0x4D80, 0x5741, 0x73A4, 0x7384, 0x3C83AB))
    return element(
        0x1549A966, number(0x2AD7B1, 1_000_000, 3) + texts + number(0x4461, 700_000_000 * 10**9, 8)
    )


def track(place: int, kind: int, codec: bytes, private: bytes = b"", extra: bytes = b"") -> bytes:
    own = element(0x63A2, private) if private else b""
    names = element(0x536E, SECRET) + element(0x22B59C, b"deu") + element(0x258688, SECRET)
    return element(
        0xAE, number(0xD7, place) + number(0x73C5, 7777 + place, 8) + number(0x83, kind) + element(0x86, codec)
        + names + own + extra,
    )  # fmt: skip


VIDEO = element(0xE0, number(0xB0, 96) + number(0xBA, 64) + number(0x53C0, 1))
"""Pictures with alpha."""


def recording(entry: bytes, *blocks: bytes) -> bytes:
    """A file of one track."""
    return header() + segment(info(), element(0x1654AE6B, entry), cluster(*blocks))


def block(place: int, content: bytes, *, flags: int = 0x80) -> bytes:
    return element(0xA3, bytes([0x80 | place]) + b"\0\0" + bytes([flags]) + content)


def group(place: int, content: bytes, extra: bytes = b"") -> bytes:
    return element(0xA0, element(0xA1, bytes([0x80 | place]) + b"\0\0\0" + content) + number(0x9B, 5) + extra)


def addition(name: int, content: bytes) -> bytes:
    return element(0x75A1, element(0xA6, number(0xEE, name) + element(0xA5, content)))


def cluster(*blocks: bytes, unknown: bool = False) -> bytes:
    return element(
        0x1F43B675, element(0xBF, b"\1\2\3\4") + number(0xE7, 0) + b"".join(blocks), unknown=unknown
    )


def tags() -> bytes:
    tag = element(0x67C8, element(0x45A3, b"LOCATION") + element(0x4487, SECRET))
    return element(0x1254C367, element(0x7373, element(0x63C0, b"") + tag))


def seek(target: int) -> bytes:
    name = target.to_bytes(4, "big")
    return element(0x4DBB, element(0x53AB, name) + number(0x53AC, 100, 4))


def cue(place: int) -> bytes:
    return element(0xBB, number(0xB3, 0) + element(0xB7, number(0xF7, place) + number(0xF1, 100)))


def segment(*parts: bytes, unknown: bool = False) -> bytes:
    return element(0x18538067, b"".join(parts), unknown=unknown)


def attachment() -> bytes:
    return element(0x1941A469, element(0x61A7, element(0x466E, SECRET) + element(0x465C, SECRET * 10)))


def chapters() -> bytes:
    atom = element(0xB6, element(0x80, element(0x85, SECRET)))
    return element(0x1043A770, element(0x45B9, atom))


def film(*, unknown: bool = False, kind: bytes = b"matroska") -> bytes:
    """VP9 with alpha, sound, subtitles, and everything around them."""
    entries = element(
        0x1654AE6B,
        track(1, 1, b"V_VP9", extra=VIDEO) + track(2, 2, b"A_PCM/INT/LIT") + track(3, 0x11, b"S_TEXT/UTF8"),
    )
    clusters = [
        cluster(
            block(1, FRAME), block(3, SECRET), block(2, FRAME), group(3, SECRET),
            group(1, FRAME, addition(1, FRAME) + addition(4, SECRET)), element(0x5854, SECRET), element(0xEC, SECRET),
            unknown=unknown,
        )
        for _ in range(2)
    ]  # fmt: skip
    head = element(0x114D9B74, seek(0x1549A966) + seek(0x1254C367) + seek(0x1C53BB6B))
    cues = element(0x1C53BB6B, cue(1) + cue(3))
    inside = [
        head,
        info(),
        entries,
        chapters(),
        *clusters,
        cues,
        attachment(),
        tags(),
        element(0x55FF, SECRET),
    ]
    return header(kind) + segment(*inside, unknown=unknown) + (b"" if unknown else SECRET)
