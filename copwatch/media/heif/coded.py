"""Where the data of items stands, and what in it is no picture: SEI units of HEVC and H.264, metadata units of AV1."""

from copwatch.media.facts import Danger
from copwatch.media.heif.choice import CODED, DERIVED
from copwatch.media.heif.items import Meta
from copwatch.media.heif.spread import Spread
from copwatch.media.iso.nal import Act, coding, instead
from copwatch.media.iso.obu import must_be_seen, replacement, unit_header
from copwatch.media.iso.stretches import Stretch, Stretches
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import LONGEST_READ, Source

MOST_UNITS = 200_000
_H264, _HEVC = coding("h264", dolby=False), coding("hevc", dolby=False)
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


class Gathering:
    """Gathers the data of items that stay: what of it is needed, and what of that becomes something else."""

    def __init__(self, source: Source, meta: Meta, found: Stretches) -> None:
        self._source, self._meta, self._found = source, meta, found
        self._left = MOST_UNITS
        self._walked: set[tuple[object, ...]] = set()

    def item(self, item: int) -> None:
        """One item. Raises `CannotClean`."""
        kind = self._meta.entries[item].type
        where = stretches(self._meta, item)
        for start, end in where:
            if end > self._source.size:
                raise Damaged("a picture would stand beyond the end of the file", start)
        spread = Spread(self._source, where)
        if kind in DERIVED:
            for start, end in spread.pieces(0, self._described(item, kind, spread)):
                self._found.keep(start, end)
        elif not spread.size:
            raise Damaged(f"picture {item} has no data", self._meta.box.start)
        elif self._first(kind, 0 if kind == b"av01" else _length_of_length(self._meta, item), *where):
            if kind == b"av01":
                self._av1(spread)
            else:
                self._units(kind, _length_of_length(self._meta, item), spread)

    def _first(self, *meaning: object) -> bool:
        """Whether these bytes were not yet walked in this meaning: items may share them."""
        there = meaning in self._walked
        self._walked.add(meaning)
        return not there

    def _described(self, item: int, kind: bytes, spread: Spread) -> int:
        """How long the description of a derived picture is (23008-12, 6.6.2.2 and 6.6.2.3)."""
        if kind == b"iden":
            return 0
        if kind == b"tmap":
            return min(spread.size, _LONGEST_DESCRIPTION)
        number = 4 if spread.read(0, 2)[1] & 1 else 2
        if kind == b"grid":
            return 4 + 2 * number
        return 2 + 8 + 2 * number + 2 * number * self._meta.inputs.get(item, 0)

    def _av1(self, spread: Spread) -> None:
        """Units of AV1, one behind another."""
        at = 0
        while at < spread.size:
            left = spread.size - at
            kind, header, payload = unit_header(spread.read(at, min(10, left)), left, spread.where(at))
            size = header + payload
            change = None
            if must_be_seen(kind):
                if size > LONGEST_READ:
                    raise Unsupported("a unit of an unusual length that is no picture", spread.where(at))
                change = replacement(kind, spread.read(at, size), header, spread.where(at))
            stays = size if change is None else change[0]
            self._settle(spread, at, stays, None, "")
            if change is not None:
                self._settle(spread, at + stays, size - stays, change[1], _METADATA)
            at += size

    def _units(self, kind: bytes, width: int, spread: Spread) -> None:
        """Units of H.264 or HEVC, each behind its length (14496-15, 5.3.2)."""
        rules = _H264 if kind == b"avc1" else _HEVC
        at, seen = 0, False
        while at < spread.size:
            length = int.from_bytes(spread.read(at, width), "big")
            act = rules.acts[spread.read(at + width, 1)[0]] if length else Act.KEEP
            seen = seen or act is Act.SLICE
            if at + width + length > spread.size:
                raise Damaged("a unit of a coded picture is longer than what holds it", spread.where(at))
            unit = spread.read(at + width, length) if act > Act.SLICE else b""
            change = instead(unit, act, rules.sei, seen=seen) if unit else None
            stays = width + (length if change is None else change.start)
            self._settle(spread, at, stays, None, "")
            if change is not None:
                self._settle(spread, at + stays, len(change.new), change.new, change.what)
            at += width + length

    def _settle(self, spread: Spread, at: int, length: int, new: bytes | None, what: str) -> None:
        """Bytes that stay, or that become `new`."""
        self._left -= 1
        if self._left < 0:
            raise Unsupported("it has more units than any camera writes", spread.where(at))
        for start, end in spread.pieces(at, length):
            if new is None:
                self._found.keep(start, end)
            else:
                self._found.other(start, end, what, Danger.SOFTWARE, new[: end - start])
                new = new[end - start :]


def _length_of_length(meta: Meta, item: int) -> int:
    config = CODED[meta.entries[item].type]
    content = next(one.content for one, _ in meta.properties_of(item) if one.type == config)
    place = {b"hvcC": 21, b"lhvC": 4, b"avcC": 4}[config]
    if len(content) <= place:
        raise Damaged(f"the property {config.decode()} ends too early", meta.box.start)
    return (content[place] & 3) + 1
