"""Films made to take much time or memory, and long real ones."""

import struct
from collections.abc import Callable, Iterator
from typing import Final

from tests.media import making_avi, making_bmff, making_matroska, making_riff

Made = Iterator[bytes]
_MANY: Final = 1_000_000

VIDEO_SAMPLES, SOUND_SAMPLES = 432_000, 675_000
"""Of four hours: pictures at 30 a second, and frames of AAC at 48 kHz."""


def _unit(kind: int, content: bytes) -> bytes:
    return making_bmff.unit(bytes((kind,)) + content)


_SLICE: Final = _unit(0x65, b"picture")
_SEI: Final = making_bmff.unit(making_bmff.USER)


def _numbered_sei(number: int) -> bytes:
    return making_bmff.unit(making_bmff.sei((5, b"\x11" * 16 + b"%08d" % number)))


def _movie(video: list[int], sound: list[int], media: Callable[[], Made], each: int = 15) -> Made:
    """An MP4 whose samples lie in chunks of `each` pictures, then as many frames of sound as belong to them."""
    chunks = -(-len(video) // each)
    share = -(-len(sound) // chunks) if sound else 0
    box, full, numbers = making_bmff.box, making_bmff.full, making_bmff.numbers
    ftyp, before = making_bmff.FTYP, len(making_bmff.FTYP) + 16
    offsets: list[list[int]] = [[], []]
    at = before
    for number in range(chunks):
        for track, sizes, many in ((0, video, each), (1, sound, share)):
            piece = sizes[number * many : number * many + many]
            if piece:
                offsets[track].append(at)
                at += sum(piece)
    traks = []
    for track, (sizes, many) in enumerate(((video, each), (sound, share))):
        if not sizes:
            continue
        kind = b"soun" if track else b"vide"
        entry = making_bmff.sound(b"sowt") if track else making_bmff.AVC1
        made = making_bmff.Track(kind, entry, [b"x"])
        made.number = track + 1
        whole = making_bmff.trak(made)
        stbl = whole[whole.index(b"stbl") - 4 :]
        stbl = stbl[: int.from_bytes(stbl[:4], "big")]
        last = len(sizes) % many
        runs = [(1, many, 1)] + ([(len(offsets[track]), last, 1)] if last else [])
        new = box(
            b"stbl", full(b"stsd", numbers(1), entry), making_bmff.table(b"stts", (len(sizes), 10)),
            making_bmff.table(b"stsc", *runs),
            full(b"stsz", numbers(0, len(sizes)), struct.pack(f">{len(sizes)}I", *sizes)),
            full(b"co64", numbers(len(offsets[track])), struct.pack(f">{len(offsets[track])}Q", *offsets[track])),
        )  # fmt: skip
        traks.append(_instead(whole, stbl, new))
    yield ftyp + struct.pack(">I4sQ", 1, b"mdat", at - before + 16)
    yield from media()
    yield box(b"moov", making_bmff.mvhd(), *traks)


def _instead(whole: bytes, old: bytes, new: bytes) -> bytes:
    """`new` for `old` in boxes within boxes, with the sizes of all that hold it."""
    if whole == old:
        return new
    size, kind = int.from_bytes(whole[:4], "big"), whole[4:8]
    out, at = b"", 8
    if kind not in (b"trak", b"mdia", b"minf"):
        return whole
    while at < size:
        length = int.from_bytes(whole[at : at + 4], "big")
        out += _instead(whole[at : at + length], old, new)
        at += length
    return making_bmff.box(kind, out)


def _interleaved(picture: Callable[[int], bytes], sound: bytes = b"", video: int = VIDEO_SAMPLES) -> Made:
    chunks = -(-video // 15)
    share = -(-SOUND_SAMPLES // chunks)
    left = SOUND_SAMPLES
    for number in range(chunks):
        out = [picture(index) for index in range(number * 15, min(video, number * 15 + 15))]
        yield b"".join(out) + sound * min(share, left)
        left -= min(share, left)


def long_mp4() -> Made:
    """Four hours of a telephone: no units beside the pictures."""
    sample = _SLICE
    return _movie(
        [len(sample)] * VIDEO_SAMPLES, [4] * SOUND_SAMPLES, lambda: _interleaved(lambda _: sample, b"tone")
    )


def long_mp4_sei() -> Made:
    """Four hours in which each picture has user data of its own."""
    sample = _numbered_sei(0) + _SLICE
    return _movie([len(sample)] * VIDEO_SAMPLES, [4] * SOUND_SAMPLES,
        lambda: _interleaved(lambda number: _numbered_sei(number) + _SLICE, b"tone"))  # fmt: skip


def mp4_table_of_one_size() -> Made:
    """A small file whose tables speak of four thousand million samples."""
    data = making_bmff.movie()
    at = data.index(b"stsz")
    yield data[: at + 8] + struct.pack(">II", 0, 0xFFFFFFFF) + data[at + 16 :]


def mp4_fragments() -> Made:
    """As many fragments as fit into 30 MB."""
    data = making_bmff.fragmented()
    first = data.index(b"prft") - 4
    last = data.index(b"mfra") - 4
    yield data[:first]
    for _ in range(30_000_000 // (last - first)):
        yield data[first:last]


def mp4_empty_fragments() -> Made:
    """A million `moof` with nothing in them."""
    data = making_bmff.fragmented()
    yield (
        data[: data.index(b"prft") - 4]
        + making_bmff.box(b"moof", making_bmff.full(b"mfhd", bytes(4))) * _MANY
    )


def mp4_boxes() -> Made:
    """Millions of empty boxes, at the top."""
    yield making_bmff.movie() + making_bmff.box(b"free") * (3 * _MANY)


def mp4_user_data() -> Made:
    """A million tiny boxes of user data."""
    yield making_bmff.movie(udta=making_bmff.box(b"udta", making_bmff.box(b"\xa9mod", b"x") * _MANY))


def mp4_deep() -> Made:
    """Boxes within boxes."""
    inner = making_bmff.box(b"name", b"x")
    for _ in range(3000):
        inner = making_bmff.box(b"udta", inner)
    yield making_bmff.movie(extra=inner)


def mp4_tracks() -> Made:
    """As many tracks as fit."""
    tracks = [making_bmff.tone() for _ in range(900)]
    yield making_bmff.movie(making_bmff.picture(), *tracks)


def _film(tracks: bytes, clusters: Made) -> Made:
    ebml = making_matroska
    yield (
        ebml.header() + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + ebml.info() + ebml.element(0x1654AE6B, tracks)
    )
    yield from clusters


_AVC: Final = making_matroska.track(1, 1, b"V_MPEG4/ISO/AVC", making_bmff.AVCC)
_PCM: Final = making_matroska.track(2, 2, b"A_PCM/INT/LIT")


def _clusters(picture: Callable[[int], bytes], many: int = VIDEO_SAMPLES, sound: bytes = b"") -> Made:
    ebml = making_matroska
    for first in range(0, many, 30):
        blocks = [ebml.block(1, picture(number)) for number in range(first, min(many, first + 30))]
        yield ebml.cluster(*blocks, *([ebml.block(2, sound)] * 47 if sound else ()))


def long_mkv() -> Made:
    """Four hours, as long_mp4."""
    return _film(_AVC + _PCM, _clusters(lambda _: _SLICE, sound=b"tone"))


def long_mkv_sei() -> Made:
    """Four hours, as long_mp4_sei."""
    return _film(_AVC + _PCM, _clusters(lambda number: _numbered_sei(number) + _SLICE, sound=b"tone"))


def mkv_sei() -> Made:
    """400,000 units of user data in few pictures."""
    return _film(_AVC, _clusters(lambda number: b"".join(map(_numbered_sei, range(4000))) + _SLICE, 100))


def mkv_voids() -> Made:
    """Millions of empty elements."""
    return _film(_AVC, iter([making_matroska.cluster(making_matroska.element(0xEC, b"") * (4 * _MANY))]))


def mkv_unknown() -> Made:
    """A million elements that have to go, each with something that stays behind it."""
    pair = making_matroska.element(0xE7, b"\0") + making_matroska.element(0x5854, b"x")
    return _film(_AVC, iter([making_matroska.cluster(pair * _MANY)]))


def mkv_deep() -> Made:
    """Masters within masters."""
    inner = making_matroska.tags()
    for _ in range(5000):
        inner = making_matroska.element(0x67C8, inner)
    yield making_matroska.film() + making_matroska.element(0x1254C367, inner)


def avi_chunks() -> Made:
    """Two million tiny samples of a track that goes between those that stay."""
    track = making_riff.listed(b"strl", making_avi.strh(b"txts"), making_riff.chunk(b"strf", b"x"))
    samples = (making_riff.chunk(b"00dc", b"x") + making_riff.chunk(b"02tx", b"y")) * _MANY
    yield making_avi.avi(
        making_avi.hdrl(making_avi.pictures(), making_avi.sound(), track), making_avi.movi(samples)
    )


def avi_h264() -> Made:
    """300,000 pictures, each with user data."""
    code = (
        b"\0\0\1\x67d\0\0\1\6\5\x2a" + bytes(range(16)) + b"secret of somebody here 12" + b"\x80\0\0\1\x65abc"
    )
    samples = making_riff.chunk(b"00dc", code) * 300_000
    yield making_avi.avi(making_avi.hdrl(making_avi.pictures(b"H264")), making_avi.movi(samples))
