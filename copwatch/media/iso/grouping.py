"""Groups of samples (ISO/IEC 14496-12, 8.9): those by which players seek and layers are put together stay."""

from typing import Final

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.iso.claims import Claims, shown
from copwatch.media.iso.tables import counted
from copwatch.media.refusal import Damaged, Unsupported

_KINDS: Final = frozenset(
    {
        b"roll",
        b"prol",
        b"rap ",
        b"sync",
        b"tele",
        b"sap ",
        b"rash",
        b"alst",
        b"avll",
        b"avss",
        b"tsas",
        b"stsa",
    }
    | {
        b"tscl",
        b"nalm",
        b"oinf",
        b"linf",
        b"trif",
        b"scif",
        b"mvif",
        b"dtrt",
        b"vipr",
        b"als ",
        b"drap",
        b"rlu ",
    }
)
_LONGEST: Final = 64
"""A group's description is a few numbers; a longer one could hold anything."""
_SIZES: Final = {
    b"roll": 2,
    b"prol": 2,
    b"rap ": 1,
    b"sync": 1,
    b"tele": 1,
    b"sap ": 1,
    b"tsas": 0,
    b"stsa": 0,
}
"""Of a description, where the box says none (14496-12, 10; 14496-15)."""


def groups(claims: Claims, box: Box) -> None:
    """`sbgp` and `sgpd`: kept when the kind of group is known."""
    if box.length < 8:
        raise Damaged("a group of samples is cut short", box.start)
    version, kind = claims.source.number(box.content, 1), claims.source.read(box.content + 4, 4)
    if kind == b"seig":
        raise Unsupported("its picture or sound is encrypted", box.start)
    if kind not in _KINDS:
        claims.free(box, f"groups of samples that are not known ({shown(kind)})", Danger.OTHER)
    elif box.type == b"sbgp":
        _, end = counted(claims.source, box, 12 if version else 8, 8)
        claims.record(box, end, "groups of samples")
    else:
        _descriptions(claims, box, version)


def _descriptions(claims: Claims, box: Box, version: int) -> None:
    length = claims.source.number(box.content + 8, 4) if version == 1 and box.length >= 12 else 0
    if 0 < length <= _LONGEST:
        _, end = counted(claims.source, box, 12, length)
        claims.record(box, end, "groups of samples")
    elif box.length <= 4 * _LONGEST:
        claims.record(box, _own_end(claims, box, version), "groups of samples")
    else:
        claims.free(box, "groups of samples with long descriptions", Danger.OTHER)


def _own_end(claims: Claims, box: Box, version: int) -> int:
    """Where descriptions end that are as long as their kind has them; those of other kinds may reach to the end."""
    size, at = _SIZES.get(claims.source.read(box.content + 4, 4)), 12 if version else 8
    if size is None or version == 1 or box.length < at + 4:
        return box.length
    return min(at + 4 + size * claims.source.number(box.content + at, 4), box.length)
