"""What is fuzzed: for each target its seeds, how its files are walked, what is made good, and what judges a case."""

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from copwatch.media import (
    exif_facts,
    icc,
    icc_facts,
    iptc_facts,
    messengers,
    other_exif,
    xmp_facts,
)
from copwatch.media.cleaning import essence_hash, make_cleaning
from copwatch.media.parts import essence_of
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from copwatch.model.records.described import Described
from tests.fuzz import (
    fuzz_bmff,
    fuzz_bmp,
    fuzz_flac,
    fuzz_heif,
    fuzz_jpeg,
    fuzz_jxl,
    fuzz_matroska,
    fuzz_mp3,
    fuzz_ogg,
    fuzz_pdf,
    fuzz_small_media,
    fuzz_tiff,
)
from tests.media import corpus, making_bmff, making_icc, making_jpeg, making_tiff
from tests.soak import checksums, structure

SMALL: Final = 200_000
"""Bytes of a seed from the corpus: a larger file is cut to its beginning, and to its beginning and end."""


class Wrong(AssertionError):
    """What comes out of a case is neither a refusal nor a clean rendition."""


@dataclass(frozen=True)
class Target:
    """`made`: our own seeds; `formats`: those of the corpus; `judge` says in a word what came of a case."""

    made: Sequence[bytes]
    walk: structure.Walk
    formats: tuple[str, ...] = ()
    secrets: tuple[bytes, ...] = ()
    repair: Callable[[bytes], bytes] = bytes
    judge: Callable[[bytes, "Target"], str] | None = None
    extra: tuple[bytes, ...] = field(default=())

    def seeds(self) -> list[bytes]:
        """All of them."""
        return [*self.made, *self.extra, *_real(self.formats)]

    def judged(self, data: bytes) -> str:
        """Raises whatever is wrong with a case."""
        return (self.judge or cleaned)(data, self)


def cleaned(data: bytes, target: Target) -> str:
    """Cleans; holds the rendition against its source, and against what cleaning it once more would do."""
    file = io.BytesIO(data)
    try:
        made = make_cleaning(file)
    except CannotClean as refused:
        return "refused " + "".join(letter for letter in refused.reason if not letter.isdigit())[:80]
    out = b"".join(stream(file, made.plan))
    if len(out) != made.size:
        raise Wrong("the rendition has another length than was said")
    again = make_cleaning(io.BytesIO(out))
    if again.changes or b"".join(stream(io.BytesIO(out), again.plan)) != out:
        raise Wrong("cleaning once more would change something")
    before = essence_hash(file, essence_of(made.scan.parts))
    if before != essence_hash(io.BytesIO(out), made.essence):
        raise Wrong("the essence is another one")
    beside = bytearray(out)
    for start, length in made.essence:
        beside[start : start + length] = bytes(length)
    for secret in target.secrets:
        if secret in beside:
            raise Wrong(f"{secret!r} is still there")
    kept = sorted({part.what for part in made.scan.parts if part.data is None and part.danger is None})
    return f"cleaned {kept}"


def _read(*readers: Callable[[bytes], object]) -> Callable[[bytes, Target], str]:
    def judge(data: bytes, target: Target) -> str:
        said = []
        for reader in readers:
            try:
                found = reader(data)
            except CannotClean as refused:
                found = refused.reason
            if isinstance(found, list) and len(found) > 200:
                raise Wrong(f"{len(found)} facts")
            said.append(
                sorted({fact.name for fact in found}) if isinstance(found, list) else type(found).__name__
            )
        return f"read {said}"

    return judge


def _messenger(data: bytes) -> object:
    return messengers.came_through(data.decode("utf-8", "surrogateescape"), Described()) or ""


_WIDE_SECRET = "SECRET".encode("utf-16-be")


def _profile(data: bytes) -> object:
    made = icc.neutral_profile(data)
    if made is not None and icc.neutral_profile(made) != made:
        raise Wrong("a neutral profile is not kept as it is")
    # A case that moves offsets or copies bytes makes a number of a text: what stands between numbers is not looked at.
    if made is not None and any(
        secret in _worded(made) for secret in (_WIDE_SECRET, b"SERIAL42", b"EOS5", b"SECRET")
    ):
        raise Wrong("a neutral profile has the text of the first")
    return made


def _worded(profile: bytes) -> bytes:
    """A profile without the tags that hold numbers."""
    tags = icc.tag_table(profile) or {}
    numbers = sorted(place for name, place in tags.items() if name not in (b"desc", b"cprt"))
    found, at = bytearray(), 0
    for start, length in numbers:
        found += profile[at:start]
        at = max(at, start + length)
    return bytes(found + profile[at:])


def _small(head: bytes) -> tuple[bytes, ...]:
    return tuple(
        seed for seed in fuzz_small_media.SEEDS if seed.startswith(head) or seed[8:].startswith(head)
    )


@cache
def _real(formats: tuple[str, ...]) -> tuple[bytes, ...]:
    found = []
    for sample in corpus.samples():
        if sample.format in formats:
            data = sample.path.read_bytes()
            if len(data) <= SMALL:
                found.append(data)
            else:
                found += [data[:SMALL], data[: SMALL // 2] + data[-SMALL // 2 :]]
    return tuple(found)


def _exif(data: bytes) -> bytes:
    at = data.find(b"Exif\0\0")
    return data[at + 6 : at + 6 + 65_000] if at >= 0 else b""


@cache
def _inside(mark: bytes, length: int) -> tuple[bytes, ...]:
    """Blocks of metadata from real pictures: from `mark` on."""
    files = _real(("jpeg", "tiff", "png", "webp"))
    return tuple(data[at : at + length] for data in files if (at := data.find(mark)) >= 0)


def targets() -> dict[str, Target]:
    """By name."""
    tiff = tuple(_exif(data) for data in _real(("jpeg",)) if _exif(data)) + tuple(fuzz_tiff.SEEDS)
    packets = (*_inside(b"<x:xmpmeta", 20_000), making_tiff.XMP)
    profiles = (
        making_icc.matrix(),
        making_icc.lut8(),
        making_icc.staged(),
        making_icc.floating(),
        making_icc.srgb(),
    )
    names = tuple(
        name.encode()
        for name in ("IMG-20240101-WA0001.jpg", "WhatsApp Image 2024-01-01 at 1.jpeg", "signal-2024-01-01-1.jpg",
            "photo_2024-01-01_10-11-12.jpg", "photo_123@01-01-2024.jpg", "FB_IMG_12.jpg", "received_123456789.jpg")
    )  # fmt: skip
    quicktime = making_bmff.FTYP[:8] + b"qt  "
    return {
        "jpeg": Target(fuzz_jpeg.SEEDS, structure.segments, ("jpeg",), (b"Photoshop 3.0", b"SEFT")),
        "png": Target(_small(b"\x89PNG"), structure.png, ("png",), (fuzz_small_media.SECRET,), checksums.png),
        "gif": Target(_small(b"GIF"), structure.blocks, ("gif",)),
        "webp": Target(_small(b"WEBP"), structure.chunks, ("webp",)),
        "tiff": Target(fuzz_tiff.SEEDS, structure.directories, ("tiff", "raw")),
        "heif": Target(fuzz_heif.SEEDS, structure.boxes, ("heic", "avif"), (fuzz_heif.SECRET,)),
        "jxl": Target(fuzz_jxl.SEEDS, structure.boxes, ("jxl",), (fuzz_jxl.SECRET,)),
        "bmp": Target(fuzz_bmp.SEEDS, structure.fields, ()),
        "pdf": Target(fuzz_pdf.SEEDS, structure.objects, ("pdf",), (b"secret attachment", b"note of a witness"),
            checksums.pdf),
        "bmff": Target(fuzz_bmff.SEEDS, structure.boxes, ("mp4", "mov", "3gp", "m4a"), (making_bmff.SECRET,),
            extra=(quicktime + making_bmff.movie(making_bmff.tone())[12:],)),
        "matroska": Target((*fuzz_matroska.SEEDS, *fuzz_matroska.LIVE), structure.elements, ("mkv", "webm")),
        "avi": Target(_small(b"AVI "), structure.chunks, ("avi",)),
        "wav": Target(_small(b"WAVE"), structure.chunks, ("wav",)),
        "aiff": Target((*_small(b"AIFF"), *_small(b"AIFC")), structure.chunks, ("aiff",)),
        "mp3": Target(fuzz_mp3.SEEDS, structure.mpeg, ("mp3",)),
        "flac": Target(fuzz_flac.SEEDS, structure.flac, ("flac",), (), checksums.flac),
        "ogg": Target(fuzz_ogg.SEEDS, structure.pages, ("ogg",), (), checksums.ogg),
        "exif": Target(tiff, structure.directories, judge=_read(lambda data: exif_facts.exif_facts(data, 0))),
        "xmp": Target(packets, structure.markup, judge=_read(lambda data: xmp_facts.xmp_facts(data, 0))),
        "iptc": Target((*_inside(b"8BIM", 30_000), *making_jpeg.SEGMENTS.values()), structure.resources,
            judge=_read(lambda data: iptc_facts.photoshop_facts(data, 0), lambda data: iptc_facts.iptc_facts(data, 0))),
        "icc": Target(profiles, structure.fields,
            judge=_read(_profile, lambda data: icc_facts.icc_facts(data, 0))),
        "other_exif": Target(tiff, structure.directories, ("raw", "jp2"),
            judge=_read(lambda data: other_exif.other_facts(io.BytesIO(data)))),
        "messengers": Target(names, structure.markup, judge=_read(_messenger)),
    }  # fmt: skip


def draw_case(seeds: Sequence[bytes], target: Target, draw: random.Random) -> bytes:
    """One mutated file; checksums are made good three times of four."""
    from tests.soak.mutating import mutate

    data = mutate(draw.choice(seeds), seeds, target.walk, draw)
    return target.repair(data) if draw.random() < 0.75 else data
