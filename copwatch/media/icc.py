"""Colour profiles without what they tell of the device and the people they were made on (ICC.1:2022 and ICC.1:2001).

A profile says how a picture's numbers are meant as colours, so it has to stay. It also says who made it and when, and
often the maker, model and serial number of a display. It is built again from the tags that a colour engine computes
with; of those only the bytes that their type gives a meaning (clause 10) are taken, and what lies between is zero.
"""

from typing import Final

from copwatch.media.icc_tags import NotNeeded, needed

_HEADER: Final = 128
_MOST_TAGS: Final = 100
"""As many as Little CMS reads."""
_MORE: Final = 512
"""By how much a profile may grow: no more than the two required texts."""

_CLASSES: Final = {b"scnr", b"mntr", b"prtr", b"spac"}
"""Those that are embedded in pictures (7.2.5); links, abstract and named-colour profiles are not."""
_SPACES: Final = {
    *(b"XYZ ", b"Lab ", b"Luv ", b"YCbr", b"Yxy ", b"RGB ", b"GRAY", b"HSV ", b"HLS ", b"CMYK", b"CMY "),
    *(b"%XCLR" % count for count in range(2, 16)),
}
_D50: Final = bytes.fromhex("0000f6d6 00010000 0000d32d")
"""The only illuminant that a header may name (7.2.16)."""

_XYZ, _CURVE = {b"XYZ "}, {b"curv", b"para"}
_LUT, _ELEMENTS = {b"mft1", b"mft2", b"mAB ", b"mBA "}, {b"mpet"}
_COLOUR: Final[dict[bytes, set[bytes]]] = {
    **dict.fromkeys((b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt"), _XYZ),
    **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC", b"kTRC"), _CURVE),
    **dict.fromkeys((b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt"), _LUT),
    **dict.fromkeys((b"D2B0", b"D2B1", b"D2B2", b"D2B3", b"B2D0", b"B2D1", b"B2D2", b"B2D3"), _ELEMENTS),
    b"chad": {b"sf32"},
    b"cicp": {b"cicp"},
}
"""What a colour engine computes with, and of which type it may be (9.2). One that is not whole spoils a profile."""
_BESIDE: Final[dict[bytes, set[bytes]]] = {
    b"bkpt": _XYZ,
    b"lumi": _XYZ,
    b"chrm": {b"chrm"},
    **dict.fromkeys((b"pre0", b"pre1", b"pre2"), _LUT),
}
"""Numbers about colour that no conversion needs; left out where they are not whole."""
_ENOUGH: Final = (
    {b"A2B0"},
    {b"A2B1"},
    {b"D2B0"},
    {b"kTRC"},
    {b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"},
)
"""One of these is what a profile needs to mean a colour (8.3 to 8.6)."""

_DESCRIPTION: Final = b"profile"
"""What every profile is called; a description and a copyright are required (8.2)."""


def neutral_profile(data: bytes, length: int | None = None) -> bytes | None:
    """A profile that means the same colours and names nothing and nobody.

    Done twice it is the same as done once.

    Args:
        data: a profile, up to tens of megabytes; what stands behind its end is left out.
        length: how long the result has to be, for profiles that are written over in their place. The padding belongs
            to the last tag, so that no byte of the profile is outside of it.

    Returns:
        None for what is no valid profile for pictures, or does not fit in `length`.
    """
    tags = _kept(data)
    if tags is None:
        return None
    for description, copyright_ in _texts(data[8]):
        found = _assembled(data, tags, description, copyright_, length)
        if found is not None:
            return found
    return None


def tag_table(data: bytes) -> dict[bytes, tuple[int, int]] | None:
    """Each tag's signature, start and length, all within `data`; None for what is no profile or names a tag twice."""
    size = min(int.from_bytes(data[:4], "big"), len(data))
    if size < _HEADER + 4 or data[36:40] != b"acsp":
        return None
    count = int.from_bytes(data[128:132], "big")
    if count > _MOST_TAGS or _HEADER + 4 + 12 * count > size:
        return None
    found: dict[bytes, tuple[int, int]] = {}
    for at in range(_HEADER + 4, _HEADER + 4 + 12 * count, 12):
        signature = data[at : at + 4]
        start, length = (int.from_bytes(data[place : place + 4], "big") for place in (at + 4, at + 8))
        if signature in found:
            return None
        found[signature] = (start, length if start + length <= size else -1)
    return found


def _kept(data: bytes) -> dict[bytes, bytes] | None:
    """The tags that stay, in the form in which they stay; None where the profile is not valid."""
    table = tag_table(data)
    if table is None or data[8] > 4 or data[12:16] not in _CLASSES:
        return None
    if data[16:20] not in _SPACES or data[20:24] not in (b"XYZ ", b"Lab "):
        return None
    found: dict[bytes, bytes] = {}
    for signature, (start, length) in table.items():
        kinds = _COLOUR.get(signature) or _BESIDE.get(signature)
        if kinds is None:
            continue
        tag = data[start : start + length] if length >= 8 else b""
        try:
            found[signature] = needed(tag, kinds)
        except NotNeeded:
            if signature in _COLOUR:
                return None
    return found if any(enough <= found.keys() for enough in _ENOUGH) else None


def _assembled(
    data: bytes, tags: dict[bytes, bytes], description: bytes, copyright_: bytes, length: int | None
) -> bytes | None:
    """Header, table, the tags by their signature (equal ones once), and the copyright as the last."""
    body = bytearray()
    at = _HEADER + 4 + 12 * (len(tags) + 2)
    places: dict[bytes, int] = {}
    rows = []
    for signature, tag in [*sorted({b"desc": description, **tags}.items()), (b"cprt", copyright_)]:
        if tag not in places:
            body += bytes(-len(body) % 4)
            places[tag] = at + len(body)
            body += tag
        rows.append((signature, places[tag], len(tag)))
    room = at + len(body)
    size = room + -room % 4 if length is None else length
    if size < room or (length is None and size > len(data) + _MORE):
        return None
    signature, start, _ = rows.pop()
    rows.append((signature, start, size - start if length is not None else len(copyright_)))
    table = b"".join(
        name + place.to_bytes(4, "big") + many.to_bytes(4, "big") for name, place, many in sorted(rows)
    )
    whole = _header(data, size) + len(rows).to_bytes(4, "big") + table + bytes(body)
    return whole + bytes(size - room)


def _header(data: bytes, size: int) -> bytes:
    """Clause 7.2: no engine, date, platform, maker, model, creator or identifier; 0 means that none is named."""
    intent = int.from_bytes(data[64:68], "big") & 3
    flags = int.from_bytes(data[44:48], "big") & 3
    version_class_spaces = data[8:10] + bytes(2) + data[12:24]
    return b"".join(
        (
            size.to_bytes(4, "big") + bytes(4) + version_class_spaces + bytes(12) + b"acsp" + bytes(4),
            flags.to_bytes(4, "big") + bytes(16) + intent.to_bytes(4, "big") + _D50 + bytes(48),
        )
    )


def _texts(version: int) -> list[tuple[bytes, bytes]]:
    """Description and copyright as the version of a profile has them; then the shortest, for where there is no room."""
    if version >= 4:
        return [(_localised(_DESCRIPTION), _localised(b"")), (_localised(b"p"), _localised(b""))]
    return [(_described(_DESCRIPTION), b"text" + bytes(5)), (_described(b"p"), b"text" + bytes(5))]


def _localised(text: bytes) -> bytes:
    """multiLocalizedUnicodeType (10.15) with one record."""
    wide = text.decode("ascii").encode("utf-16-be")
    record = b"enUS" + len(wide).to_bytes(4, "big") + (28).to_bytes(4, "big")
    return b"mluc" + bytes(4) + b"\0\0\0\1\0\0\0\x0c" + record + wide


def _described(text: bytes) -> bytes:
    """textDescriptionType (ICC.1:2001, 6.5.17): ASCII, then no Unicode and no script code."""
    return b"desc" + bytes(4) + (len(text) + 1).to_bytes(4, "big") + text + bytes(1 + 8 + 70)
