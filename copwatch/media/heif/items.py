"""The `meta` box of a picture file read into items (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12, 6 and 9)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from copwatch.media.boxes import Box, boxes
from copwatch.media.fields import Fields
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

MOST_ITEMS = 20_000
MOST_EXTENTS = 100_000
MOST_REFERENCES = 100_000
LONGEST_BOX = 16 << 20


class Entry(NamedTuple):
    """One `infe`: what an item is. `tail` is what follows its type: its name, and more for some kinds."""

    item: int
    version: int
    flags: int
    protection: int
    type: bytes
    tail: bytes
    offset: int


class Extent(NamedTuple):
    """A stretch of an item's data, before its base is added."""

    source: int
    offset: int
    length: int


class Location(NamedTuple):
    """Where an item's data stands. `method` 0: in the file, 1: in `idat`, 2: in other items."""

    item: int
    method: int
    reference: int
    base: int
    extents: tuple[Extent, ...]


class Widths(NamedTuple):
    """How `iloc` is written: its version, and the widths of its fields in bytes."""

    version: int
    offset: int
    length: int
    base: int
    source: int


_USUAL = Widths(0, 4, 4, 0, 0)


class Reference(NamedTuple):
    """From one item to others, of some type."""

    type: bytes
    item: int
    targets: tuple[int, ...]


class Property(NamedTuple):
    """One box in `ipco`."""

    type: bytes
    content: bytes
    offset: int


class Linked(NamedTuple):
    """That an item has a property (counted from 1), and whether a reader has to understand it."""

    essential: bool
    number: int


class Associations(NamedTuple):
    """One `ipma`: its version and flags, and per item its properties in order."""

    version: int
    flags: int
    entries: tuple[tuple[int, tuple[Linked, ...]], ...]


@dataclass
class Meta:
    """All that a `meta` box says of items; `children` are its boxes in order.

    `inputs` is of how many others an item is made; `links` are all properties of an item.
    """

    box: Box
    children: list[Box] = field(default_factory=list)
    handler: bytes = b""
    name: bytes = b""
    primary: int | None = None
    wide_primary: bool = False
    wide_entries: bool = False
    entries: dict[int, Entry] = field(default_factory=dict)
    widths: Widths = _USUAL
    locations: dict[int, Location] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    inputs: dict[int, int] = field(default_factory=dict)
    wide_references: bool = False
    properties: list[Property] = field(default_factory=list)
    associations: list[Associations] = field(default_factory=list)
    links: dict[int, list[Linked]] = field(default_factory=dict)
    idat: Box | None = None

    def properties_of(self, item: int) -> list[tuple[Property, Linked]]:
        """An item's properties in order. Raises `Damaged` when one is not there."""
        found = []
        for link in self.links.get(item, ()):
            if not link.number:
                continue  # says that there is none (23008-12, 9.3.3)
            if link.number > len(self.properties):
                raise Damaged(f"item {item} has a property that is not there", self.box.start)
            found.append((self.properties[link.number - 1], link))
        return found


def read_meta(source: Source, box: Box) -> Meta:
    """What a `meta` box says.

    Raises:
        Damaged: a field ends too early, something stands there twice.
        Unsupported: more of something than any camera writes, or a version that is not known.
    """
    meta = Meta(box)
    seen = set()
    for child in boxes(source, box.content + 4, box.end):
        meta.children.append(child)
        read = _READERS.get(child.type)
        if child.type == b"idat":
            meta.idat = child
        elif read is None:
            continue
        else:
            if child.length > LONGEST_BOX:
                raise Unsupported(f"a description of {child.length:,} bytes", child.start)
            content = source.read(child.content, child.length)
            read(meta, Fields(content, child.content, f"the box {child.type.decode()}"), source, child)
        if child.type in seen:
            raise Damaged(f"the box {child.type.decode()} stands there twice", child.start)
        seen.add(child.type)
    return meta


def _version(fields: Fields, most: int) -> tuple[int, int]:
    version, flags = fields.number(1), fields.number(3)
    if version > most:
        raise Unsupported(f"{fields.what} has version {version}", fields.origin)
    return version, flags


def _hdlr(meta: Meta, fields: Fields, source: Source, box: Box) -> None:
    fields.take(8)
    meta.handler = fields.take(4)
    fields.take(12)
    meta.name = fields.rest()


def _pitm(meta: Meta, fields: Fields, source: Source, box: Box) -> None:
    version, _ = _version(fields, 1)
    meta.wide_primary = version > 0
    meta.primary = fields.number(4 if version else 2)


def _iloc(meta: Meta, fields: Fields, source: Source, box: Box) -> None:
    version, _ = _version(fields, 2)
    sizes = fields.take(2)
    widths = Widths(version, sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4, sizes[1] & 15 if version else 0)
    if not set(widths[1:]) <= {0, 4, 8}:
        raise Damaged("the box iloc has fields of a width that does not exist", fields.origin + 4)
    meta.widths = widths
    left = MOST_EXTENTS
    for _ in range(fields.number(4 if version == 2 else 2)):
        item = fields.number(4 if version == 2 else 2)
        method = fields.number(2) & 15 if version else 0
        reference, base = fields.number(2), fields.number(widths.base)
        count = fields.number(2)
        left -= 1 + count
        if left < 0:
            raise Unsupported("it has more extents than any camera writes", fields.origin + fields.at)
        extents = tuple(
            Extent(fields.number(widths.source), fields.number(widths.offset), fields.number(widths.length))
            for _ in range(count)
        )
        if item in meta.locations:
            raise Damaged(f"item {item} has two locations", fields.origin + fields.at)
        meta.locations[item] = Location(item, method, reference, base, extents)


def _iinf(meta: Meta, fields: Fields, source: Source, box: Box) -> None:
    # 14496-12 knows 0 and 1. Early writers (Nokia's, and what was made by it) say 2, and readers take that for 1.
    version, _ = _version(fields, 2)
    meta.wide_entries = version > 0
    fields.number(4 if version else 2)
    for child in boxes(source, box.content + fields.at, box.end):
        if child.type != b"infe":
            continue
        if child.length > 4096 or len(meta.entries) >= MOST_ITEMS:
            raise Unsupported("it has more or longer items than any camera writes", child.start)
        entry = _entry(Fields(source.read(child.content, child.length), child.content, "the box infe"))
        if entry.item in meta.entries:
            raise Damaged(f"item {entry.item} stands there twice", child.start)
        meta.entries[entry.item] = entry


def _entry(fields: Fields) -> Entry:
    version, flags = _version(fields, 3)
    item = fields.number(4 if version == 3 else 2)
    protection = fields.number(2)
    # Versions 0 and 1 have no type: a file that is carried along, named by its media type (14496-12, 8.11.6)
    kind = fields.take(4) if version >= 2 else b"mime"
    return Entry(item, version, flags, protection, kind, fields.rest(), fields.origin)


def _iref(meta: Meta, fields: Fields, source: Source, box: Box) -> None:
    version, _ = _version(fields, 1)
    meta.wide_references = version > 0
    width = 4 if version else 2
    left = MOST_REFERENCES
    for child in boxes(source, box.content + 4, box.end):
        one = Fields(source.read(child.content, child.length), child.content, "a reference of an item")
        item, count = one.number(width), one.number(2)
        left -= 1 + count
        if left < 0:
            raise Unsupported("it has more references than any camera writes", child.start)
        packed = one.take(count * width)
        targets = tuple(int.from_bytes(packed[at : at + width], "big") for at in range(0, len(packed), width))
        meta.references.append(Reference(child.type, item, targets))
        if child.type == b"dimg":
            meta.inputs[item] = meta.inputs.get(item, 0) + count


def _iprp(meta: Meta, fields: Fields, source: Source, box: Box) -> None:
    for child in boxes(source, box.content, box.end):
        if child.type == b"ipco" and not meta.properties:
            for one in boxes(source, child.content, child.end):
                content = source.read(one.content, one.length)
                meta.properties.append(Property(one.type, content, one.start))
        elif child.type == b"ipco":
            raise Damaged("the box ipco stands there twice", child.start)
        elif child.type == b"ipma":
            meta.associations.append(_ipma(source, child))
            for item, links in meta.associations[-1].entries:
                meta.links.setdefault(item, []).extend(links)


def _ipma(source: Source, box: Box) -> Associations:
    fields = Fields(source.read(box.content, box.length), box.content, "the box ipma")
    version, flags = _version(fields, 1)
    found = []
    for _ in range(fields.number(4)):
        item = fields.number(4 if version else 2)
        links = []
        for _ in range(fields.number(1)):
            link = fields.number(2 if flags & 1 else 1)
            top = 15 if flags & 1 else 7
            links.append(Linked(bool(link >> top), link & ((1 << top) - 1)))
        found.append((item, tuple(links)))
    return Associations(version, flags, tuple(found))


_READERS: dict[bytes, Callable[[Meta, Fields, Source, Box], None]] = {
    b"hdlr": _hdlr,
    b"pitm": _pitm,
    b"iloc": _iloc,
    b"iinf": _iinf,
    b"iref": _iref,
    b"iprp": _iprp,
}
