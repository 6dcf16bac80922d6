"""The `meta` box written anew in its place: only items that stay, nothing that a person or a program wrote.

`idat` stays where it is, because it can hold coded pictures; the boxes before it and behind it are written again in
their order. What they no longer need becomes a `free` box; less than the eight bytes of one become zeros behind
the empty name in `hdlr`, or at the end of `idat`. So a second cleaning finds everything as it would write it.
"""

from collections.abc import Callable

from copwatch.media.facts import Danger
from copwatch.media.heif.choice import KEPT_REFERENCES, is_needed
from copwatch.media.heif.items import Associations, Linked, Location, Meta
from copwatch.media.heif.properties import neutral_property
from copwatch.media.parts import Parts
from copwatch.media.refusal import Damaged, Unsupported

_WHAT = "the description of the pictures in the file"
_DINF = b"\0\0\0\x24dinf\0\0\0\x1cdref" + bytes(4) + b"\0\0\0\x01" + b"\0\0\0\x0curl " + b"\0\0\0\x01"
"""Data information (14496-12, 8.7): all data stands in this file."""


def write_meta(meta: Meta, kept: list[int], parts: Parts) -> None:
    """Claims all of a `meta` box but the content of `idat`.

    Raises:
        CannotClean: a property of a kept item cannot be made neutral, or the boxes do not fit in their place.
    """
    if meta.handler != b"pict":
        raise Unsupported("the description of the file is not one of pictures", meta.box.start)
    before, behind = _split(meta, kept)
    start, end = meta.box.content + 4, meta.box.end
    parts.keep(meta.box.start, meta.box.header, "the header of a box")
    _blank(parts, meta.box.content, bytes(4))
    if meta.idat is None:
        _blank(parts, start, _filled(meta, before, end - start))
        return
    header = meta.idat.content - 8
    room = end - meta.idat.end - sum(map(len, behind))
    if room < 0:
        raise Damaged("the description of the pictures does not fit", meta.box.start)
    longer = room if room < 8 else 0
    idat = (8 + meta.idat.length + longer).to_bytes(4, "big") + b"idat"
    _blank(parts, start, _filled(meta, before, header - start) + idat)
    _blank(parts, meta.idat.end, bytes(longer) + b"".join(behind) + _free(room - longer))


def _split(meta: Meta, kept: list[int]) -> tuple[list[bytes], list[bytes]]:
    """The boxes before `idat` and behind it, in their order, written again."""
    sides: tuple[list[bytes], list[bytes]] = ([], [])
    side = 0
    for child in meta.children:
        write = _WRITERS.get(child.type)
        if child.type == b"idat":
            side = 1
        elif write:
            written = write(meta, kept)
            if len(written) > child.size:
                raise Unsupported(f"the box {child.type.decode()} is written in an unknown way", child.start)
            sides[side].append(written)
    return sides


def _filled(meta: Meta, written: list[bytes], room: int) -> bytes:
    """These boxes in exactly `room` bytes."""
    rest = room - sum(map(len, written))
    if rest < 0:
        raise Damaged("the description of the pictures does not fit", meta.box.start)
    if 0 < rest < 8:
        for index, box in enumerate(written):
            if box[4:8] == b"hdlr":
                size = (len(box) + rest).to_bytes(4, "big")
                written[index] = size + box[4:] + bytes(rest)
                return b"".join(written)
        raise Unsupported("the description of the pictures begins in an unknown way", meta.box.start)
    return b"".join(written) + _free(rest)


def _free(size: int) -> bytes:
    return size.to_bytes(4, "big") + b"free" + bytes(size - 8) if size else b""


def _blank(parts: Parts, start: int, data: bytes) -> None:
    parts.blank(start, len(data), _WHAT, Danger.OTHER, data)


def _box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def _full(kind: bytes, version: int, flags: int, content: bytes) -> bytes:
    return _box(kind, bytes((version,)) + flags.to_bytes(3, "big") + content)


def _hdlr(meta: Meta, kept: list[int]) -> bytes:
    return _box(b"hdlr", bytes(8) + b"pict" + bytes(12) + (b"\0" if meta.name else b""))


def _dinf(meta: Meta, kept: list[int]) -> bytes:
    child = next(child for child in meta.children if child.type == b"dinf")
    return _DINF if child.size >= len(_DINF) else b""


def _pitm(meta: Meta, kept: list[int]) -> bytes:
    wide = meta.wide_primary
    return _full(b"pitm", int(wide), 0, (meta.primary or 0).to_bytes(4 if wide else 2, "big"))


def _iinf(meta: Meta, kept: list[int]) -> bytes:
    wide = meta.wide_entries
    boxes = [len(kept).to_bytes(4 if wide else 2, "big")]
    for item in kept:
        entry = meta.entries[item]
        number = item.to_bytes(4 if entry.version == 3 else 2, "big")
        name = b"\0" if entry.tail else b""
        # Flag 1 says that the item is not shown for itself (23008-12, 6.4.2)
        boxes.append(_full(b"infe", entry.version, entry.flags & 1, number + bytes(2) + entry.type + name))
    return _full(b"iinf", int(wide), 0, b"".join(boxes))


def _iloc(meta: Meta, kept: list[int]) -> bytes:
    widths = meta.widths
    sizes = bytes((widths.offset << 4 | widths.length, widths.base << 4 | widths.source))
    long = 4 if widths.version == 2 else 2
    located = [meta.locations[item] for item in kept if item in meta.locations]
    return _full(
        b"iloc",
        widths.version,
        0,
        sizes + len(located).to_bytes(long, "big") + b"".join(_location(meta, one, long) for one in located),
    )


def _location(meta: Meta, one: Location, long: int) -> bytes:
    widths = meta.widths
    found = [one.item.to_bytes(long, "big")]
    if widths.version:
        found.append(one.method.to_bytes(2, "big"))
    found += [bytes(2), one.base.to_bytes(widths.base, "big"), len(one.extents).to_bytes(2, "big")]
    for extent in one.extents:
        found.append(extent.source.to_bytes(widths.source, "big"))
        found.append(extent.offset.to_bytes(widths.offset, "big"))
        found.append(extent.length.to_bytes(widths.length, "big"))
    return b"".join(found)


def _iref(meta: Meta, kept: list[int]) -> bytes:
    wide, staying = meta.wide_references, set(kept)
    width = 4 if wide else 2
    found = []
    for kind, item, targets in meta.references:
        left = [target for target in targets if target in staying]
        if kind in KEPT_REFERENCES and item in staying and left:
            numbers = b"".join(target.to_bytes(width, "big") for target in left)
            found.append(_box(kind, item.to_bytes(width, "big") + len(left).to_bytes(2, "big") + numbers))
    return _full(b"iref", int(wide), 0, b"".join(found)) if found else b""


def _iprp(meta: Meta, kept: list[int]) -> bytes:
    """The properties that kept items use, numbered anew in their order."""
    staying = set(kept)
    used = {link.number for item in kept for one, link in meta.properties_of(item) if is_needed(one)}
    numbers, properties = {}, []
    for old in sorted(used):
        one = meta.properties[old - 1]
        content = neutral_property(one)
        if content is not None:
            properties.append(_box(one.type, content))
            numbers[old] = len(properties)
    ipco = _box(b"ipco", b"".join(properties))
    ipma = b"".join(_ipma(box, staying, numbers) for box in meta.associations)
    return _box(b"iprp", ipco + ipma)


def _ipma(box: Associations, staying: set[int], numbers: dict[int, int]) -> bytes:
    entries, width = [], 2 if box.flags & 1 else 1
    for item, links in box.entries:
        left = [Linked(link.essential, numbers[link.number]) for link in links if link.number in numbers]
        if item in staying and left:
            coded = b"".join(
                (link.essential << 8 * width - 1 | link.number).to_bytes(width, "big") for link in left
            )
            entries.append(item.to_bytes(4 if box.version else 2, "big") + bytes((len(left),)) + coded)
    content = len(entries).to_bytes(4, "big") + b"".join(entries)
    return _full(b"ipma", box.version, box.flags & 1, content) if entries else b""


_WRITERS: dict[bytes, Callable[[Meta, list[int]], bytes]] = {
    b"hdlr": _hdlr,
    b"dinf": _dinf,
    b"pitm": _pitm,
    b"iinf": _iinf,
    b"iloc": _iloc,
    b"iref": _iref,
    b"iprp": _iprp,
}
