"""What the segments of a JPEG picture reveal: named, and read as far as that is cheap."""

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import bounded, text_of
from copwatch.media.icc_facts import icc_facts
from copwatch.media.jpeg_markers import APP0, COM, Segment

_MOST_READ: Final = 200
"""Segments that are read for what they tell: a hostile file may have as many as it likes."""
_LONGEST_XMP: Final = 4 << 20
_XMP, _MORE_XMP = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_IDENTIFIER: Final = re.compile(rb"(?:urn:(?:uuid|c2pa):|xmp:iid:)[0-9A-Za-z:-]{36}")
_GENERATOR: Final = re.compile(rb"claim_generator(?:[\x60-\x77]|\x78.)", re.DOTALL)
"""The name of a member and the head of a text in CBOR (RFC 8949, 3), shorter or longer than 24 bytes."""

_KINDS: Final[tuple[tuple[int, bytes, str, Danger], ...]] = (
    (0, b"JFIF\0", "a JFIF header", Danger.PICTURES),
    (0, b"JFXX\0", "thumbnail (JFIF extension)", Danger.PICTURES),
    (0, b"AVI1", "a field of a video", Danger.OTHER),
    (0, b"CIFF", "notes of the camera (CIFF)", Danger.IDENTITY),
    (0, b"Ocad", "notes of the camera (Photobucket)", Danger.SOFTWARE),
    (1, b"Exif\0", "EXIF", Danger.PLACE),
    (1, _XMP, "XMP", Danger.PLACE),
    (1, _MORE_XMP, "more XMP", Danger.PLACE),
    (2, b"ICC_PROFILE\0", "a colour profile that no decoder uses", Danger.IDENTITY),
    (2, b"MPF\0", "list of further pictures (MPF)", Danger.PICTURES),
    (2, b"FPXR\0", "FlashPix", Danger.PICTURES),
    (2, b"urn:iso:std:iso:ts:21496", "gain map of an HDR picture", Danger.PICTURES),
    (3, b"Meta", "notes of the camera (Meta)", Danger.IDENTITY),
    (6, b"GoPro\0", "notes of the camera (GoPro)", Danger.PLACE),
    (11, b"JP", "content credentials (C2PA, JUMBF)", Danger.IDENTITY),
    (12, b"Ducky", "settings of the program that saved it", Danger.SOFTWARE),
    (12, b"", "notes of the camera (PictureInfo)", Danger.IDENTITY),
    (13, b"Photoshop 3.0\0", "IPTC and other resources of Photoshop", Danger.PLACE),
    (14, b"Adobe", "a marker of Adobe that no decoder uses", Danger.OTHER),
)


def named(marker: int, content: bytes) -> tuple[str, Danger]:
    """What an application segment or comment is, and the worst that it may reveal."""
    if marker == COM:
        return "comment", Danger.IDENTITY
    number = marker - APP0
    for app, prefix, name, danger in _KINDS:
        if number == app and content.startswith(prefix):
            return name, danger
    return f"APP{number} segment", Danger.OTHER


class Told:
    """Gathers facts from segments, in the order of the file."""

    def __init__(self) -> None:
        self._facts: list[Fact] = []
        self._read = 0
        self._xmp: list[bytes] = []
        self._xmp_start: int | None = None
        self._xmp_room = _LONGEST_XMP

    def add(self, facts: Iterable[Fact]) -> None:
        """Facts that somebody else read."""
        self._facts += facts

    def segment(self, segment: Segment, content: bytes) -> None:
        """An application segment or a comment."""
        self._read += 1
        if content.startswith(_MORE_XMP) and self._xmp_room > 0:
            self._xmp_start = segment.start if self._xmp_start is None else self._xmp_start
            self._xmp.append(content[len(_MORE_XMP) + 40 :])
            self._xmp_room -= len(content)
        elif self._read <= _MOST_READ:
            self._facts += _told(segment, content)

    def profile(self, joined: bytes | None, offset: int) -> None:
        """The colour profile, all of it, or that its chunks are not one."""
        if joined is None:
            note = "its chunks do not fit together: no decoder uses it"
            self._facts.append(Fact(Danger.OTHER, "colour profile", note, "ICC", offset))
        else:
            self._facts += icc_facts(joined, offset)

    def facts(self) -> tuple[Fact, ...]:
        """All of them, the most dangerous first, within bounds."""
        if self._xmp:
            self._facts += _of_xmp(b"".join(self._xmp), self._xmp_start or 0)
            self._xmp = []
        return tuple(bounded(self._facts))


def _told(segment: Segment, content: bytes) -> list[Fact]:
    if segment.marker == COM:
        return [Fact(Danger.IDENTITY, "comment", text_of(content)[:200], "COM", segment.start)]
    number, start = segment.marker - APP0, segment.start
    for app, prefix, read in _READ:
        if app == number and content.startswith(prefix):
            return read(content[len(prefix) :], start + 4 + len(prefix))
    name, danger = named(segment.marker, content)
    size = f"{len(content):,} bytes"
    value = (
        size if danger is not Danger.OTHER else f"{text_of(content[:16].partition(bytes(1))[0])!r}, {size}"
    )
    return [Fact(danger, name, value, f"APP{number}", start)]


def _nothing(_: bytes, __: int) -> list[Fact]:
    return []


def _thumbnail(content: bytes, offset: int) -> list[Fact]:
    if len(content) < 9 or not (content[7] and content[8]):
        return []
    return [Fact(Danger.PICTURES, "thumbnail", f"{content[7]} × {content[8]}", "JFIF", offset)]


def _credentials(content: bytes, offset: int) -> list[Fact]:
    """Identifiers and the program that made the claim, without reading the structure (C2PA 2.1, 10)."""
    what = "content credentials (C2PA, JUMBF)"
    found = [Fact(Danger.IDENTITY, what, f"{len(content):,} bytes", "JUMBF", offset)]
    for name in list(dict.fromkeys(_IDENTIFIER.findall(content)))[:8]:
        found.append(Fact(Danger.IDENTITY, "identifier", name.decode("ascii"), "JUMBF", offset))
    for match in islice(_GENERATOR.finditer(content), 4):
        length = match[0][-1] - (0x60 if len(match[0]) == 16 else 0)
        value = text_of(content[match.end() : match.end() + length])[:200]
        found.append(Fact(Danger.SOFTWARE, "software", value, "JUMBF", offset))
    return found


def _pictures(mpf: bytes, offset: int) -> list[Fact]:
    """The further pictures that a multi-picture file lists (CIPA DC-007, 5.2.3): tag B002, 16 bytes a picture."""
    little = mpf[:2] == b"II"

    def number(at: int, length: int) -> int:
        return int.from_bytes(mpf[at : at + length], "little" if little else "big")

    directory = number(4, 4)
    for row in range(directory + 2, directory + 2 + 12 * min(number(directory, 2), 16), 12):
        if number(row, 2) == 0xB002:
            start, count = number(row + 8, 4), min(number(row + 4, 4) // 16, 64)
            sizes = [number(start + 16 * index + 4, 4) for index in range(1, count)]
            value = f"{len(sizes)}: " + ", ".join(f"{size:,} bytes" for size in sizes[:8])
            return [Fact(Danger.PICTURES, "further pictures", value, "MPF", offset)]
    return [Fact(Danger.PICTURES, "further pictures", "listed", "MPF", offset)]


def _of_exif(block: bytes, offset: int) -> list[Fact]:
    from copwatch.media.exif_facts import exif_facts

    return exif_facts(block, offset)


def _of_xmp(packet: bytes, offset: int) -> list[Fact]:
    from copwatch.media.exif_facts import xmp_facts

    return xmp_facts(packet, offset)


def _of_photoshop(resources: bytes, offset: int) -> list[Fact]:
    from copwatch.media.iptc_facts import photoshop_facts

    return photoshop_facts(resources, offset)


_READ: Final[tuple[tuple[int, bytes, Callable[[bytes, int], list[Fact]]], ...]] = (
    (0, b"JFIF\0", _thumbnail),
    (1, b"Exif\0\0", _of_exif),
    (1, _XMP, _of_xmp),
    (2, b"ICC_PROFILE\0", _nothing),
    (2, b"MPF\0", _pictures),
    (11, b"JP", _credentials),
    (13, b"Photoshop 3.0\0", _of_photoshop),
    (14, b"Adobe", _nothing),
)
