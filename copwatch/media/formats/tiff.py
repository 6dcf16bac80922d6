"""TIFF, BigTIFF and DNG: cleaned in place. Directories keep the tags that a picture needs, all else is blanked.

TIFF 6.0; Adobe DNG 1.7.1. The order of what stays does not change and no offset moves: entries close up within their
directory, and pointers pass over the directories that go.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

from copwatch.media import exif_tags
from copwatch.media import tiff_tags as tags
from copwatch.media.exif_facts import tiff_facts
from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import bounded
from copwatch.media.icc import neutral_profile
from copwatch.media.parts import Part, PartList, Parts, Scan, Treatment
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from copwatch.media.source import WINDOW, Source
from copwatch.media.tiff_coded import Coded, gain_map_fits, opcodes_end
from copwatch.media.tiff_ifds import Directory, Entry, Tiff, read_header
from copwatch.media.tiff_shape import MOST_PIECES, Shape, shape
from copwatch.media.tiff_tree import Picture, Tree, read_tree

_STANDARD: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_CAMERAS: Final = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"IIRC", b"MMCR")
"""Olympus, Panasonic, and Adobe's profiles: TIFF with another number in the header (exiftool's tables)."""
_REDUCED: Final = "a reduced picture"
_UNREFERRED: Final = "bytes that nothing refers to"


def recognises(head: bytes) -> bool:
    """Whether this is TIFF, or one of the raw formats that are made like it."""
    return head[:4] in _STANDARD + _CAMERAS


def scan(source: Source) -> Scan:
    """Every part of the file.

    Raises:
        Damaged: directories, values or pieces of the picture are not whole, or lie over one another.
        Unsupported: raw formats of cameras other than DNG, old-style JPEG, unknown codings.
    """
    head = source.read(0, min(16, source.size))
    if head[:4] in _CAMERAS or head[8:11] == b"CR\2" or head[8:12] in (b"IIII", b"MMMM"):
        raise Unsupported("the raw format of a camera, other than DNG", 0)
    tree = read_tree(read_header(source))
    parts = _Cleaner(tree).parts()
    facts = bounded([*tiff_facts(read_header(source)), *_unreferred(source, parts)])
    return Scan("image/x-adobe-dng" if tree.dng else "image/tiff", parts, tuple(facts))


def _unreferred(source: Source, parts: Iterable[Part]) -> Iterator[Fact]:
    """Bytes that nothing refers to, when they say anything."""
    for part in parts:
        loose = part.what == _UNREFERRED
        if loose and not _zero(source, part.start, part.length):
            yield Fact(Danger.TRAILING, _UNREFERRED, f"{part.length:,} bytes", "TIFF", part.start)


def _zero(source: Source, start: int, length: int) -> bool:
    if length <= WINDOW:  # many and small where each tile has a head: read together
        return not source.read(start, length).strip(b"\0")
    return not any(block.strip(b"\0") for block in source.blocks(start, length))


@dataclass
class _Cleaner:
    tree: Tree
    kept: dict[tuple[int, int], str] = field(default_factory=dict)
    edits: dict[int, tuple[bytes, str, Danger]] = field(default_factory=dict)
    removed: list[tuple[int, int, str, Danger]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tiff: Tiff = self.tree.tiff
        self.source: Source = self.tiff.source
        self.coded = Coded(self.source)
        self.aside = read_header(self.source)
        self.rules = {**tags.PICTURE, **tags.DNG} if self.tree.dng else tags.PICTURE
        self.counted = self.read = 0
        self.values: dict[tuple[int, int, int], bytes | None] = {}

    def parts(self) -> PartList:
        """Everything that stays, is written over, or goes, in the order of the file."""
        width = self.tiff.width
        self.kept[0, 8 if self.tiff.big else 4] = "the header"
        self.edit(width, self.chain(self.tree.pages), "the place of the first page", Danger.PICTURES)
        for at, data, what in self.coded.blanked:
            self.edit(at, data, what, Danger.OTHER)
        found = Parts(self.source.size, otherwise=Treatment.BLANK)
        for (start, length), what in self.kept.items():
            found.keep(start, length, what)
        for start, length in _joined(self.coded.stays):
            found.keep(start, length, "coded picture", essence=True)
        for start, (data, what, danger) in self.edits.items():
            found.blank(start, len(data), what, danger, data)
        self.name_removed(found)
        return found.whole()

    def edit(self, start: int, data: bytes, what: str, danger: Danger) -> None:
        """`data` stands at `start`; that two pictures share a value is fine as long as it becomes the same."""
        before = self.edits.setdefault(start, (data, what, danger))
        if before[0] != data:
            raise Damaged(f"{what} lies over something else", start)

    def chain(self, pictures: list[Picture]) -> bytes:
        """Writes a chain of directories anew; gives the pointer to its first one that stays."""
        following = 0
        for picture in reversed(pictures):
            if picture.linked:
                self.directory(picture, following)
                following = picture.directory.at
            else:
                self.gone(picture, _REDUCED, Danger.PICTURES)
        return self.tiff.packed(following, self.tiff.width)

    def directory(self, picture: Picture, following: int) -> None:
        """A directory with the entries that stay, closed up; behind its pointer there are zeros."""
        directory = picture.directory
        if not picture.stays:
            self.gone_pixels(directory, _REDUCED, Danger.PICTURES)
        rows, worst = [], Danger.OTHER
        like = shape(self.tiff, directory)
        seen: set[int] = set()
        for entry in directory.entries:
            row = self.entry(picture, entry, like)
            if row is None:
                danger = self.gone_entry(entry)
                worst = min(worst, danger)
            elif entry.tag in seen:
                raise Damaged(f"the tag {entry.tag} comes twice", entry.place)
            else:
                seen.add(entry.tag)
                rows.append(row)
        if picture.stays:
            self.pixels(directory, like)
        head = self.tiff.packed(len(rows), self.tiff.count_size)
        data = head + b"".join(rows) + self.tiff.packed(following, self.tiff.width)
        length = min(directory.link + self.tiff.width, self.source.size) - directory.at
        self.edit(directory.at, data[:length].ljust(length, b"\0"), "tags that no picture needs", worst)

    def entry(self, picture: Picture, entry: Entry, like: Shape) -> bytes | None:
        """The entry as it stays; None when it goes."""
        rule = self.rules.get(entry.tag)
        if rule is None or entry.size == 0 or (entry.tag in tags.RASTER and not picture.stays):
            return None
        if not like.meant(entry.tag):
            return None
        if entry.type not in rule.types or entry.count > rule.most or not like.fits(entry):
            if entry.tag in tags.NEEDED:
                raise Damaged(f"the tag {entry.tag} is not as it has to be", entry.place)
            return None
        if entry.tag in tags.CALIBRATIONS and not self.calibrates(entry):
            return None
        if entry.tag == tags.SUBS:
            return self.subs(picture, entry)
        return self.places(entry, like) or self.value(entry)

    def places(self, entry: Entry, like: Shape) -> bytes | None:
        """The list of places or lengths of strips or tiles, put right: no more than there are, and none too long."""
        pieces = like.pieces()
        if entry.tag not in tags.LISTS or pieces is None or entry.count > MOST_PIECES:
            return None
        numbers = self.tiff.numbers(entry)[:pieces]
        known = like.lengths() if like.coding == 1 and entry.tag in tags.LENGTHS else None
        if known and any(number > full for number, (_, full) in zip(numbers, known, strict=False)):
            numbers = [min(number, own) for number, (own, _) in zip(numbers, known, strict=False)]
        elif entry.count <= pieces:
            return None
        size = entry.size // entry.count
        data = b"".join(self.tiff.packed(number, size) for number in numbers).ljust(entry.size, b"\0")
        raw = self.source.read(entry.place, self.tiff.entry_size)
        if entry.inline:
            return raw[: -self.tiff.width] + data.ljust(self.tiff.width, b"\0")
        self.edit(entry.at, data, "places and lengths of what the picture has not", Danger.OTHER)
        return raw

    def value(self, entry: Entry) -> bytes | None:
        """An entry whose value stays, or is written over in its place."""
        width = self.tiff.width
        raw = self.source.read(entry.place, self.tiff.entry_size)
        profile_tag = entry.tag in (tags.ICC, tags.AS_SHOT_ICC, tags.CURRENT_ICC)
        if entry.inline and profile_tag:
            return None  # no profile has as few bytes
        if entry.inline:
            return raw[:-width] + raw[-width:][: entry.size].ljust(width, b"\0")
        if profile_tag or entry.tag in tags.OPCODES:
            data = self.rewritten(entry)
            if data is None:
                return None  # no profile that a colour engine would take
            what = "names in a colour profile" if profile_tag else "bytes behind corrections"
            self.edit(entry.at, data, what, Danger.IDENTITY if profile_tag else Danger.OTHER)
        elif entry.tag == tags.JPEG_TABLES:
            self.coded.piece(tags.JPEG, entry.at, entry.size)
        else:
            if entry.tag in (tags.GAIN_MAP, tags.GAIN_MAP_2):
                self.rewritten(entry)
            self.kept[entry.at, entry.size] = f"the value of tag {entry.tag}"
        return raw

    def rewritten(self, entry: Entry) -> bytes | None:
        """A value that has to be read as a whole, as it stays; each is read once, however many pages name it.

        Raises:
            Damaged: values lie over one another.
            Unsupported: corrections or a map of gains that are not as they have to be.
        """
        place = (entry.tag, entry.at, entry.size)
        if place in self.values:
            return self.values[place]
        self.read += entry.size
        if self.read > self.source.size:
            raise Damaged("values that lie over one another", entry.at)
        data = self.tiff.raw(entry)
        found: bytes | None = data
        if entry.tag in tags.OPCODES:
            end = opcodes_end(data)
            if end is None:
                raise Unsupported("corrections of the picture that are not known", entry.at)
            found = data[:end].ljust(len(data), b"\0")
        elif entry.tag not in (tags.GAIN_MAP, tags.GAIN_MAP_2):
            found = neutral_profile(data, length=entry.size)
        elif not gain_map_fits(entry.tag, data, "II" if self.tiff.little else "MM"):
            raise Unsupported("a map of gains that is not as long as it says", entry.at)
        self.values[place] = found
        return found

    def calibrates(self, entry: Entry) -> bool:
        """Whether the calibration of this one camera has an effect on colours (DNG, "CameraCalibration1").

        It has none where it is the identity, or the signatures differ; those go, and without both it would count.
        """
        first = self.tree.pages[0].directory
        both = [first.entry(tag) for tag in (tags.CALIBRATION_SIGNATURE, tags.PROFILE_SIGNATURE)]
        texts = [self.tiff.raw(found, 4096).rstrip(b"\0") if found else b"" for found in both]
        values = self.tiff.values(entry, 64)
        planes = math.isqrt(len(values))
        identity = [float(place % (planes + 1) == 0) for place in range(planes * planes)]
        return texts[0] == texts[1] and values != identity

    def subs(self, picture: Picture, entry: Entry) -> bytes | None:
        """The list of sub-directories, without those that go."""
        size = entry.size // entry.count
        heads = [head for chain in picture.chains if any(head := self.chain(chain))]
        pointers = [self.tiff.packed(int.from_bytes(head, self.order), size) for head in heads]
        data, width = b"".join(pointers), self.tiff.width
        if not pointers:
            return None
        head = self.source.read(entry.place, 4) + self.tiff.packed(len(pointers), width)
        if len(data) <= width:
            if not entry.inline:
                self.removed.append((entry.at, entry.size, _REDUCED, Danger.PICTURES))
            return head + data.ljust(width, b"\0")
        self.edit(entry.at, data.ljust(entry.size, b"\0"), _REDUCED, Danger.PICTURES)
        return head + self.tiff.packed(entry.at, width)

    @property
    def order(self) -> Literal["little", "big"]:
        """The order of bytes, by its name in Python."""
        return "little" if self.tiff.little else "big"

    def pixels(self, directory: Directory, like: Shape) -> None:
        """The strips or tiles of a picture that stays. Raises `Damaged` and `Unsupported`."""
        coding = self.tiff.one(directory.entry(tags.COMPRESSION)) or 1
        if coding == tags.OLD_JPEG:
            raise Unsupported("a TIFF file with old-style JPEG", directory.at)
        if coding not in tags.CODINGS:
            raise Unsupported(f"a TIFF file whose coding is not known ({coding})", directory.at)
        size, found = self.source.size, False
        lengths = iter(like.lengths() or ())
        for start, length in islice(self.pieces(directory), like.pieces()):
            found = True
            known = next(lengths, None)
            # many writers name a last strip of full length
            cut = min(length, size - start) if coding == 1 and start < size else length
            if coding == 1 and known is not None:
                cut = min(cut, known[0])
            if start and cut:
                self.coded.piece(coding, start, cut, None if known is None else known[1])
        if not found:
            raise Damaged("a page without a picture", directory.at)

    def pieces(self, directory: Directory) -> Iterator[tuple[int, int]]:
        """Start and length of each strip and tile. Raises `Damaged` and `Unsupported`."""
        for places, lengths in ((tags.STRIPS, tags.STRIP_SIZES), (tags.TILES, tags.TILE_SIZES)):
            at, size = directory.entry(places), directory.entry(lengths)
            if at is None:
                continue
            self.counted += at.count
            if self.counted > MOST_PIECES:
                raise Unsupported("more pieces than pictures have", at.place)
            starts = self.tiff.numbers(at)
            sizes = self.tiff.numbers(size) if size else [self.whole(directory)]
            if len(sizes) < len(starts):
                raise Damaged("fewer lengths than pieces of a picture", at.place)
            yield from zip(starts, sizes, strict=False)

    def whole(self, directory: Directory) -> int:
        """The length of an uncompressed picture in one strip, for old writers that do not name it."""
        names = (tags.WIDTH, tags.HEIGHT, tags.SAMPLES, tags.BITS, tags.COMPRESSION)
        width, height, samples, bits, coding = (self.tiff.one(directory.entry(tag)) for tag in names)
        if coding not in (None, 1) or not width or not height:
            raise Damaged("a compressed picture whose length is not named", directory.at)
        return (width * (samples or 1) * (bits or 1) + 7) // 8 * height

    def gone(self, picture: Picture, what: str, danger: Danger) -> None:
        """Names all of a picture that goes, as far as it can be read; it is blanked in any case."""
        for one in picture.all():
            self.gone_pixels(one.directory, what, danger)
            for entry in one.directory.entries:
                self.gone_entry(entry)
            self.gone_region(one.directory, what, danger)

    def gone_region(self, directory: Directory, what: str, danger: Danger) -> None:
        """A directory as such."""
        self.removed.append((directory.at, directory.link + self.tiff.width - directory.at, what, danger))

    def gone_pixels(self, directory: Directory, what: str, danger: Danger) -> None:
        """The pixels of a picture that goes."""
        jpeg = (directory.entry(exif_tags.JPEG_AT), directory.entry(exif_tags.JPEG_LENGTH))
        try:
            found = list(self.pieces(directory))
            found.append((self.tiff.one(jpeg[0]) or 0, self.tiff.one(jpeg[1]) or 0))
        except CannotClean:
            return
        self.removed += [(start, length, what, danger) for start, length in found if start and length]

    def gone_entry(self, entry: Entry, within: tuple[Danger, str] | None = None, depth: int = 0) -> Danger:
        """Names what a tag that goes refers to; says how dangerous it is at the worst."""
        danger, what = within or exif_tags.reveals(entry.tag)
        if not entry.inline:
            self.removed.append((entry.at, entry.size, what, danger))
        if entry.tag not in (exif_tags.EXIF, exif_tags.GPS, exif_tags.INTEROP) or depth > 2:
            return danger
        try:
            below = self.aside.directory(self.tiff.one(entry) or 0)
        except CannotClean:
            return danger
        self.gone_region(below, what, danger)
        inside = (danger, what) if entry.tag == exif_tags.GPS else None
        dangers = [self.gone_entry(one, inside, depth + 1) for one in below.entries]
        return min([danger, *dangers])

    def name_removed(self, found: Parts) -> None:
        """Each stretch that goes by its name, without what stays or is written over; the first name counts."""
        claimed = [(start, start + length) for start, length in self.kept]
        claimed += [(start, start + length) for start, length in self.coded.stays]
        claimed += [(start, start + len(data)) for start, (data, _, _) in self.edits.items()]
        claimed = sorted(stretch for stretch in claimed if stretch[0] < stretch[1])
        at, index = 0, 0
        for start, length, what, danger in sorted(self.removed + self.coded.removed):
            end = min(start + length, self.source.size)
            at = max(at, start)
            while at < end:
                while index < len(claimed) and claimed[index][1] <= at:
                    index += 1
                here = claimed[index] if index < len(claimed) else (end, end)
                stop = min(end, max(here[0], at))
                if stop > at:
                    found.blank(at, stop - at, what, danger)
                at = min(end, here[1]) if here[0] < end else end


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces that follow one another as one; a piece that is used twice counts once."""
    found: list[tuple[int, int]] = []
    for start, length in sorted(set(stretches)):
        if found and length and start == found[-1][0] + found[-1][1]:
            found[-1] = (found[-1][0], found[-1][1] + length)
        elif length:
            found.append((start, length))
    return found
