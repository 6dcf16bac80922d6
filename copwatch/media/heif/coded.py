"""Where the data of items stands, and what in it is no picture: SEI units of HEVC and H.264, metadata units of AV1."""

from copwatch.media.facts import Danger
from copwatch.media.heif.choice import CODED, DERIVED
from copwatch.media.heif.items import Meta
from copwatch.media.heif.spread import Spread
from copwatch.media.iso.nal import Act, coding, instead
from copwatch.media.iso.obu import replacement, unit_header
from copwatch.media.iso.stretches import Stretch, Stretches
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import LONGEST_READ, Source

MOST_UNITS = 200_000
_LONGEST_DESCRIPTION = 64 << 10
_METADATA = "metadata in the picture's stream"


def stretches(meta: Meta, item: int) -> list[Stretch]:
    """Where an item's data stands in the file, in order; of an item without a location, nowhere.

    Raises:
        Damaged: outside of `idat`, where it is said to be.
        Unsupported: in another file, in other items, or of no stated length.
    """
    location = meta.locations.get(item)
    if location is None:
        return []
    if location.reference or location.method > 1:
        raise Unsupported("a picture that stands in another file or in other items", meta.box.start)
    base, limit = location.base, None
    if location.method == 1:
        if meta.idat is None:
            raise Damaged("a picture stands in the box idat, which is not there", meta.box.start)
        base, limit = base + meta.idat.content, meta.idat.end
    found = []
    for extent in location.extents:
        if not meta.widths.length:
            raise Unsupported("a picture of no stated length", meta.box.start)
        start, length = base + extent.offset, extent.length
        if limit is not None and start + length > limit:
            raise Damaged("a picture reaches beyond the box idat", min(start, limit))
        found.append((start, start + length))
    return found


def gather(source: Source, meta: Meta, item: int, found: Stretches) -> None:
    """What of a kept item's data is needed, and what of that becomes something else. Raises `CannotClean`."""
    kind = meta.entries[item].type
    where = stretches(meta, item)
    for start, end in where:
        if end > source.size:
            raise Damaged("a picture would stand beyond the end of the file", start)
    spread = Spread(source, where)
    if kind in DERIVED:
        for start, end in spread.pieces(0, _described(meta, item, kind, spread)):
            found.keep(start, end)
    elif not spread.size:
        raise Damaged(f"picture {item} has no data", meta.box.start)
    elif kind == b"av01":
        _av1(spread, found)
    else:
        _units(meta, item, spread, found)


def _described(meta: Meta, item: int, kind: bytes, spread: Spread) -> int:
    """How long the description of a derived picture is (23008-12, 6.6.2.2 and 6.6.2.3)."""
    if kind == b"iden":
        return 0
    if kind == b"tmap":
        return min(spread.size, _LONGEST_DESCRIPTION)
    number = 4 if spread.read(0, 2)[1] & 1 else 2
    if kind == b"grid":
        return 4 + 2 * number
    inputs = sum(len(one.targets) for one in meta.references if one.item == item and one.type == b"dimg")
    return 2 + 8 + 2 * number + 2 * number * inputs


def _av1(spread: Spread, found: Stretches) -> None:
    """Units of AV1, one behind another."""
    at = 0
    for _ in range(MOST_UNITS):
        if at >= spread.size:
            return
        left = spread.size - at
        kind, header, payload = unit_header(spread.read(at, min(10, left)), left, spread.where(at))
        size = header + payload
        new = replacement(kind, spread.read(at, min(size, LONGEST_READ)), header)
        if new is not None and size > LONGEST_READ:
            raise Unsupported("a unit that is no picture of an unusual length", spread.where(at))
        _settle(spread, found, at, size, new, _METADATA)
        at += size
    raise Unsupported("it has more units than any camera writes", spread.where(at))


def _units(meta: Meta, item: int, spread: Spread, found: Stretches) -> None:
    """Units of H.264 or HEVC, each behind its length (14496-15, 5.3.2)."""
    rules = coding("h264" if meta.entries[item].type == b"avc1" else "hevc", dolby=False)
    width, at, seen = _length_of_length(meta, item), 0, False
    for _ in range(MOST_UNITS):
        if at >= spread.size:
            return
        length = int.from_bytes(spread.read(at, width), "big")
        act = rules.acts[spread.read(at + width, 1)[0]] if length else Act.KEEP
        seen = seen or act is Act.SLICE
        _settle(spread, found, at, width, None, "")
        at += width
        if at + length > spread.size:
            raise Damaged("a unit of a coded picture is longer than what holds it", spread.where(at - width))
        new, what = None, ""
        if act > Act.SLICE:
            new, what = instead(spread.read(at, length), act, rules.sei, seen=seen)
        _settle(spread, found, at, length, new, what)
        at += length
    raise Unsupported("it has more units than any camera writes", spread.where(at))


def _settle(spread: Spread, found: Stretches, at: int, length: int, new: bytes | None, what: str) -> None:
    """Bytes that stay, or that become `new`."""
    for start, end in spread.pieces(at, length):
        if new is None:
            found.keep(start, end)
        else:
            found.other(start, end, what, Danger.SOFTWARE, new[: end - start])
            new = new[end - start :]


def _length_of_length(meta: Meta, item: int) -> int:
    config = CODED[meta.entries[item].type]
    content = next(one.content for one, _ in meta.properties_of(item) if one.type == config)
    place = {b"hvcC": 21, b"lhvC": 4, b"avcC": 4}[config]
    if len(content) <= place:
        raise Damaged(f"the property {config.decode()} ends too early", meta.box.start)
    return (content[place] & 3) + 1
