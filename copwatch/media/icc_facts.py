"""What a colour profile tells of where it was made: texts, date, maker and model (ICC.1:2022, 7.2 and 9.2)."""

from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import Gathering, text_of
from copwatch.media.icc import tag_table

_TEXTS: Final = {
    b"desc": (Danger.SOFTWARE, "description"),
    b"cprt": (Danger.SOFTWARE, "copyright"),
    b"dmnd": (Danger.IDENTITY, "maker"),
    b"dmdd": (Danger.IDENTITY, "model"),
    b"vued": (Danger.SOFTWARE, "viewing conditions"),
    b"targ": (Danger.SOFTWARE, "measurements"),
    b"mmod": (Danger.IDENTITY, "model and serial number of a display"),
}
_LONGEST: Final = 1024


def icc_facts(data: bytes, offset: int) -> list[Fact]:
    """What the profile reveals that stands at `offset` of the file."""
    table = tag_table(data)
    if table is None:
        return []
    found = Gathering("ICC")
    year, month, day, hour, minute, second = (
        int.from_bytes(data[at : at + 2], "big") for at in range(24, 36, 2)
    )
    if year:
        made = f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        found.add(Danger.TIME, "made", made, offset + 24)
    for at, danger, name in ((4, Danger.SOFTWARE, "engine"), (80, Danger.SOFTWARE, "creator")):
        found.add(danger, name, text_of(data[at : at + 4]), offset + at)
    for at, name in ((48, "maker"), (52, "model")):
        found.add(Danger.IDENTITY, name, text_of(data[at : at + 4]), offset + at)
    for signature, (danger, name) in _TEXTS.items():
        start, length = table.get(signature, (0, -1))
        if length > 12:
            found.add(danger, name, _text(data[start : start + min(length, _LONGEST)]), offset + start)
    return found.facts()


def _text(tag: bytes) -> str:
    if tag[:4] == b"desc":
        return text_of(tag[12 : 12 + int.from_bytes(tag[8:12], "big")].partition(b"\0")[0])
    if tag[:4] == b"mluc":
        length, start = (int.from_bytes(tag[at : at + 4], "big") for at in (20, 24))
        return tag[start : start + length].decode("utf-16-be", "replace")
    if tag[:4] == b"mmod":
        return tag[8:].hex()
    return text_of(tag[8:].partition(b"\0")[0])
