"""Which items of a picture file stay: the primary picture, and what is needed to show it. All others go.

A file may hold more pictures: thumbnails, earlier versions, a burst, depth, and gain maps. A gain map shows the
picture a second time, and it may have been made before a face was covered; so it goes, and the picture keeps its
standard range.
"""

from typing import Final

from copwatch.media.heif.items import Meta, Property
from copwatch.media.iso.codings import ALPHA
from copwatch.media.refusal import Damaged, Unsupported

CODED: Final = {b"hvc1": b"hvcC", b"lhv1": b"lhvC", b"av01": b"av1C", b"avc1": b"avcC"}
"""Kinds of coded pictures, and the property that says how to decode each."""
DERIVED: Final = (b"grid", b"iovl", b"iden", b"tmap")
"""Kinds of pictures that are made of others (ISO/IEC 23008-12, 6.6.2; ISO 21496-1 for tmap)."""
_NEEDS: Final = (b"dimg", b"base", b"tbas", b"exbl", b"dpnd")
KEPT_REFERENCES: Final = (*_NEEDS, b"auxl", b"prem")
"""References that stay between items that stay."""

FIXED: Final = {
    b"ispe": 12, b"pasp": 8, b"clap": 32, b"irot": 1, b"imir": 1, b"clli": 4, b"mdcv": 24, b"amve": 8,
    b"a1op": 1, b"lsel": 2, b"rloc": 12, b"ndwt": 8, b"reve": 16, b"cclv": 0, b"a1lx": 0, b"iscl": 12,
    b"oinf": 0, b"tols": 6,
}  # fmt: skip
"""Properties that a reader needs, and how long each is; 0 where that depends on its content."""
OTHERS: Final = (b"pixi", b"colr", b"auxC", *CODED.values())
DESCRIPTIVE: Final = (
    b"udes",
    b"altt",
    b"crtt",
    b"mdft",
    b"aebr",
    b"wbbr",
    b"fobr",
    b"afbr",
    b"dobr",
    b"pano",
    b"cmin",
    b"cmex",
)
"""Properties that only describe (23008-12, 6.5), up to where a lens stood: they go, whatever is said of them."""


def needed(meta: Meta) -> list[int]:
    """The items that stay, in the order of their numbers.

    Raises:
        Damaged: no primary item, or something that it needs is not there.
        Unsupported: one of them is of a kind, is protected, or has a property, that cannot be judged.
    """
    if meta.primary is None:
        raise Damaged("it does not say which of its pictures is the picture", meta.box.start)
    wants, alphas = _references(meta)
    kept: set[int] = set()
    waiting = [meta.primary]
    while waiting:
        item = waiting.pop()
        if item in kept:
            continue
        _judge(meta, item)
        kept.add(item)
        waiting += [*wants.get(item, ()), *alphas.get(item, ())]
    return sorted(kept)


def is_needed(one: Property) -> bool:
    """Whether a property stays on the items that stay. Of `colr`, the forms that are known."""
    if one.type == b"colr":
        return one.content[:4] in (b"nclx", b"prof", b"rICC")
    if one.type == b"pixi":
        return one.content[1:4] == bytes(3)  # a later form holds names of channels
    return one.type in FIXED or one.type in OTHERS


def auxiliary_type(meta: Meta, item: int) -> bytes | None:
    """The type in `auxC`, which says what an auxiliary picture is; None when an item has none."""
    for one, _ in meta.properties_of(item):
        if one.type == b"auxC":
            return one.content[4:].partition(b"\0")[0]
    return None


def _references(meta: Meta) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """What each item needs to be decoded, and its alpha pictures."""
    wants: dict[int, list[int]] = {}
    alphas: dict[int, list[int]] = {}
    types: dict[int, bytes | None] = {}
    for kind, item, targets in meta.references:
        if kind in _NEEDS:
            wants.setdefault(item, []).extend(targets)
        elif kind == b"auxl" and item in meta.entries:
            if item not in types:
                types[item] = auxiliary_type(meta, item)
            for target in targets if types[item] in ALPHA else ():
                alphas.setdefault(target, []).append(item)
    return wants, alphas


def _judge(meta: Meta, item: int) -> None:
    entry = meta.entries.get(item)
    if entry is None:
        raise Damaged(f"the picture needs item {item}, which is not there", meta.box.start)
    if entry.version < 2 or entry.type not in (*CODED, *DERIVED):
        raise Unsupported(f"a picture of the kind {entry.type.decode('latin-1')!r}", entry.offset)
    if entry.protection:
        raise Unsupported("a picture that is encrypted", entry.offset)
    config = CODED.get(entry.type)
    linked = meta.properties_of(item)
    for one, link in linked:
        if link.essential and not is_needed(one) and one.type not in DESCRIPTIVE:
            name = one.type.decode("latin-1")
            raise Unsupported(
                f"a picture that cannot be shown without the unknown property {name!r}", one.offset
            )
    if config and all(one.type != config for one, _ in linked):
        raise Damaged(f"picture {item} does not say how to decode it", entry.offset)
