"""What the properties of kept items become: only what a reader needs, in the lengths that the standard gives."""

from collections.abc import Callable

from copwatch.media.fields import Fields
from copwatch.media.heif.choice import FIXED
from copwatch.media.heif.items import Property
from copwatch.media.iso.codings import ALPHA
from copwatch.media.iso.obu import replacement, unit_header
from copwatch.media.iso.sps import end_of_set
from copwatch.media.refusal import Damaged

_SEQUENCE_HEADER = 1
_PARAMETER_SETS = (32, 33, 34)
_EXTENDED_AVC = (100, 110, 122, 144)


def neutral_property(one: Property) -> bytes | None:
    """The content that stays of a property that is needed, never longer than it was; None when it says nothing.

    Raises:
        CannotClean: it ends too early.
    """
    fixed = FIXED.get(one.type)
    if fixed:
        if len(one.content) < fixed:
            raise Damaged(f"the property {one.type.decode()} ends too early", one.offset)
        return one.content[:fixed]
    return _KNOWN[one.type](Fields(one.content, one.offset + 8, f"the property {one.type.decode()}"))


def _pixi(fields: Fields) -> bytes:
    head = fields.take(5)
    return head + fields.take(head[4])


def _cclv(fields: Fields) -> bytes:
    """Content colour volume: presence bits, and numbers for those that are set (ISO/IEC 23008-12, 6.5.40)."""
    bits = fields.take(1)
    length = 24 * (bits[0] >> 5 & 1) + 4 * sum(bits[0] >> place & 1 for place in (4, 3, 2))
    return bits + fields.take(length)


def _a1lx(fields: Fields) -> bytes:
    """Sizes of the layers of an AV1 picture (AVIF, 2.3.2.3)."""
    wide = fields.take(1)
    return wide + fields.take(12 if wide[0] & 1 else 6)


def _oinf(fields: Fields) -> bytes:
    return fields.rest()


def _colr(fields: Fields) -> bytes | None:
    """Numbers that name a colour space, or a profile; a profile that is none goes, as readers pass over it."""
    kind = fields.take(4)
    if kind == b"nclx":
        return kind + fields.take(7)
    from copwatch.media.icc import neutral_profile

    profile = fields.rest()
    neutral = neutral_profile(profile)
    if neutral is not None and len(neutral) > len(profile):
        neutral = neutral_profile(profile, length=len(profile))
    return kind + neutral if neutral else None


def _auxc(fields: Fields) -> bytes:
    """The name of an auxiliary picture; what follows it is of no use for alpha."""
    head = fields.take(4)
    name = fields.rest().partition(b"\0")[0]
    if name not in ALPHA:
        raise Damaged("an auxiliary picture that stays is no alpha", fields.origin)
    return head + name + b"\0"


def _hvcc(fields: Fields) -> bytes:
    """The decoder's configuration (14496-15, 8.3.3.1): numbers, and the parameter sets without other units."""
    return _arrays(fields, fields.take(22))


def _lhvc(fields: Fields) -> bytes:
    return _arrays(fields, fields.take(5))


def _arrays(fields: Fields, head: bytes) -> bytes:
    kept = []
    for _ in range(fields.number(1)):
        kind, count = fields.take(1), fields.number(2)
        units = []
        for _ in range(count):
            units.append(_ended(fields.take(fields.number(2)), hevc=True))
        if kind[0] & 0x3F in _PARAMETER_SETS:
            kept.append(kind + count.to_bytes(2, "big") + b"".join(units))
    return head + bytes((len(kept),)) + b"".join(kept)


def _avcc(fields: Fields) -> bytes:
    """The decoder's configuration (14496-15, 5.3.3.1), with the fields of the high profiles where they stand."""
    found = fields.take(5)
    for mask in (0x1F, 0xFF):
        count = fields.take(1)
        found += count + _units(fields, count[0] & mask)
    if found[1] in _EXTENDED_AVC and fields.left >= 4:
        numbers = fields.take(4)
        found += numbers + _units(fields, numbers[3])
    return found


def _units(fields: Fields, count: int) -> bytes:
    found = b""
    for _ in range(count):
        found += _ended(fields.take(fields.number(2)), hevc=False)
    return found


def _ended(unit: bytes, *, hevc: bool) -> bytes:
    """A parameter set with its length, as far as its syntax reaches."""
    unit = unit[: end_of_set(unit, hevc=hevc)] if unit else unit
    return len(unit).to_bytes(2, "big") + unit


def _av1c(fields: Fields) -> bytes:
    """The decoder's configuration (AV1 in ISOBMFF, 2.3): numbers, and sequence headers without other units."""
    kept, at = fields.take(4), fields.at
    while fields.left:
        kind, header, payload = unit_header(fields.data[at : at + 10], fields.left, fields.origin + at)
        unit = fields.take(header + payload)
        if kind == _SEQUENCE_HEADER:
            change = replacement(kind, unit, header)
            kept += unit if change is None else unit[: change[0]] + change[1]
        at = fields.at
    return kept


_KNOWN: dict[bytes, Callable[[Fields], bytes | None]] = {
    b"pixi": _pixi,
    b"cclv": _cclv,
    b"a1lx": _a1lx,
    b"oinf": _oinf,
    b"colr": _colr,
    b"auxC": _auxc,
    b"hvcC": _hvcc,
    b"lhvC": _lhvc,
    b"avcC": _avcc,
    b"av1C": _av1c,
}
