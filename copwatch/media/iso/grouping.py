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
        claims.record(box, box.length, "groups of samples")
    else:
        claims.free(box, "groups of samples with long descriptions", Danger.OTHER)
