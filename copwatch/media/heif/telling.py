"""What the items that go are, in plain words, and what they reveal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.heif.choice import CODED, DERIVED, DESCRIPTIVE, auxiliary_type
from copwatch.media.heif.coded import stretches
from copwatch.media.heif.items import Meta
from copwatch.media.heif.spread import Spread
from copwatch.media.iso.codings import ALPHA
from copwatch.media.iso.hidden import by_aperture, by_configuration
from copwatch.media.iso.stretches import Stretch, Stretches
from copwatch.media.refusal import CannotClean
from copwatch.media.source import Source

MOST_FACTS = 200
_LONGEST_VALUE = 200
_LONGEST_BLOCK = 4 << 20
_MOST_BLOCKS = 20
_THUMBNAIL: Final = ("a small copy of the picture", Danger.PICTURES)
_EXIF: Final = ("EXIF: camera, settings, time and place", Danger.PLACE)
_XMP: Final = ("XMP: names, notes and history", Danger.IDENTITY)
_OTHER_PICTURE: Final = ("another picture in the file", Danger.PICTURES)
_AUXILIARY: Final = ("an auxiliary picture: depth, a mask or a gain map", Danger.PICTURES)
_OTHER: Final = ("data of the camera or of a program", Danger.OTHER)

Kind = tuple[str, Danger]


def gather_removed(meta: Meta, kept: Sequence[int], found: Stretches) -> None:
    """Where the data of items that go stands."""
    roles, staying = _roles(meta), set(kept)
    for item in meta.locations:
        if item not in staying:
            what, danger = _kind(meta, item, roles)
            for start, end in _known(meta, item):
                found.remove(start, end, what, danger)


def facts_of(source: Source, meta: Meta, kept: Sequence[int]) -> Iterator[Fact]:
    """What the description of a file and the items that go reveal; best effort, bounded."""
    if name := _text(meta.name):
        yield Fact(Danger.SOFTWARE, "name of the handler", name, "hdlr", meta.box.start)
    roles, staying, blocks = _roles(meta), set(kept), 0
    for item, entry in meta.entries.items():
        kind = _kind(meta, item, roles)
        if item in staying:
            if name := _text(entry.tail):
                yield Fact(Danger.SOFTWARE, "name of an item", name, "infe", entry.offset)
            for what in _hidden(meta, item):
                yield Fact(Danger.PICTURES, "not shown, and it stays", what, "iprp", entry.offset)
        elif kind in (_EXIF, _XMP) and blocks < _MOST_BLOCKS:
            blocks += 1
            yield from _blocks(source, meta, item, kind)
        else:
            yield Fact(kind[1], kind[0], _described(meta, item), "infe", entry.offset)
    for one in meta.properties:
        if one.type in DESCRIPTIVE:
            text = _text(one.content[4:].replace(b"\0", b" "))
            yield Fact(Danger.OTHER, "property of a picture", text, one.type.decode("latin-1"), one.offset)


def _hidden(meta: Meta, item: int) -> Iterator[str]:
    """What its properties leave out of a picture that stays."""
    width = height = 0
    for one, _ in meta.properties_of(item):
        if one.type == b"ispe":
            width, height = int.from_bytes(one.content[4:8], "big"), int.from_bytes(one.content[8:12], "big")
        elif one.type == b"clap":
            yield from by_aperture(one.content, width, height)
        elif one.type in (b"avcC", b"hvcC"):
            yield from by_configuration(one.type, one.content)


def _roles(meta: Meta) -> dict[int, bytes]:
    """The type of the last thumbnail or auxiliary reference that goes out from each item."""
    return {one.item: one.type for one in meta.references if one.type in (b"thmb", b"auxl")}


def _kind(meta: Meta, item: int, roles: dict[int, bytes]) -> Kind:
    entry = meta.entries.get(item)
    kind = entry.type if entry else b""
    if kind == b"Exif":
        return _EXIF
    if kind == b"mime" and entry and b"rdf+xml" in entry.tail:
        return _XMP
    if kind in CODED or kind in DERIVED or kind in (b"jpeg", b"unci", b"vvc1"):
        return {b"thmb": _THUMBNAIL, b"auxl": _AUXILIARY}.get(roles.get(item, b""), _OTHER_PICTURE)
    return _OTHER


def _known(meta: Meta, item: int) -> list[Stretch]:
    """Where the data of an item stands that goes; nowhere, when that cannot be told."""
    try:
        return stretches(meta, item)
    except CannotClean:
        return []


def _blocks(source: Source, meta: Meta, item: int, kind: Kind) -> Iterable[Fact]:
    from copwatch.media.exif_facts import exif_facts, xmp_facts

    try:
        spread = Spread(source, _known(meta, item))
        data = spread.read(0, min(spread.size, _LONGEST_BLOCK))
    except CannotClean:
        return []
    if kind == _XMP:
        return xmp_facts(data, spread.where(0))
    # The TIFF header stands behind a number that says how far behind it stands (23008-12, A.2.1)
    start = 4 + int.from_bytes(data[:4], "big")
    return exif_facts(data[start:], spread.where(min(start, spread.size)))


def _described(meta: Meta, item: int) -> str:
    try:
        auxiliary = auxiliary_type(meta, item)
        size = next((one.content for one, _ in meta.properties_of(item) if one.type == b"ispe"), b"")
    except CannotClean:
        return f"item {item}"
    if auxiliary and auxiliary not in ALPHA:
        return _text(auxiliary)
    if len(size) >= 12:
        return f"{int.from_bytes(size[4:8], 'big')} × {int.from_bytes(size[8:12], 'big')}"
    return _text(meta.entries[item].tail.replace(b"\0", b" ")) or f"item {item}"


def _text(value: bytes) -> str:
    return value.strip(b"\0 ").partition(b"\0")[0].decode("utf-8", "replace")[:_LONGEST_VALUE]
