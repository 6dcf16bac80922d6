"""What IPTC records and Photoshop resources reveal (IPTC-IIM 4.2; Photoshop file formats, "Image Resources")."""

from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import LONGEST_VALUE, Gathering, bounded, text_of

_MOST_RECORDS: Final = 2000
_IPTC_RESOURCE, _EXIF_RESOURCES, _XMP_RESOURCE = 0x0404, (0x0422, 0x0423), 0x0424
_PICTURES: Final = {0x0409: "thumbnail (Photoshop)", 0x040C: "thumbnail (Photoshop)"}
_TEXTS: Final = {0x040A: "copyright flag", 0x040B: "web address (Photoshop)", 0x0425: "digest of the caption"}

_DATASETS: Final[dict[int, tuple[Danger, str]]] = {
    5: (Danger.OTHER, "title"),
    10: (Danger.OTHER, "urgency"),
    15: (Danger.OTHER, "category"),
    20: (Danger.OTHER, "further category"),
    22: (Danger.IDENTITY, "fixture"),
    25: (Danger.OTHER, "keyword"),
    26: (Danger.PLACE, "code of the place"),
    27: (Danger.PLACE, "place"),
    40: (Danger.OTHER, "instructions"),
    55: (Danger.TIME, "day of making"),
    60: (Danger.TIME, "time of making"),
    62: (Danger.TIME, "day of digitising"),
    63: (Danger.TIME, "time of digitising"),
    65: (Danger.SOFTWARE, "software"),
    80: (Danger.IDENTITY, "by-line"),
    85: (Danger.IDENTITY, "title of the author"),
    90: (Danger.PLACE, "city"),
    92: (Danger.PLACE, "part of the city"),
    95: (Danger.PLACE, "province or state"),
    100: (Danger.PLACE, "code of the country"),
    101: (Danger.PLACE, "country"),
    103: (Danger.IDENTITY, "reference of the transmission"),
    105: (Danger.OTHER, "headline"),
    110: (Danger.IDENTITY, "credit"),
    115: (Danger.IDENTITY, "source"),
    116: (Danger.IDENTITY, "copyright"),
    118: (Danger.IDENTITY, "contact"),
    120: (Danger.OTHER, "caption"),
    122: (Danger.IDENTITY, "writer of the caption"),
}
"""Record 2 (the application record), by dataset."""


def iptc_facts(data: bytes, offset: int) -> list[Fact]:
    """What a row of IPTC datasets reveals that stands at `offset` of the file; damage ends it."""
    found, at = Gathering("IPTC"), 0
    for _ in range(_MOST_RECORDS):
        if at + 5 > len(data) or data[at] != 0x1C:
            break
        record, dataset, length = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5], "big")
        start = at + 5
        if length & 0x8000:  # an extended dataset: the length of the length (IIM 1.6)
            size = length & 0x7FFF
            if size > 4:
                break
            length, start = int.from_bytes(data[start : start + size], "big"), start + size
        if record == 2 and dataset:
            danger, name = _DATASETS.get(dataset, (Danger.OTHER, f"dataset 2:{dataset:03}"))
            found.add(
                danger, name, text_of(data[start : start + min(length, 4 * LONGEST_VALUE)]), offset + at
            )
        at = start + length
    return found.facts()


def photoshop_facts(data: bytes, offset: int) -> list[Fact]:
    """What a row of Photoshop resources (`8BIM`) reveals that stands at `offset` of the file."""
    from copwatch.media.exif_facts import exif_facts, xmp_facts  # these read resources of their own

    found, more, at = Gathering("Photoshop"), list[Fact](), 0
    for _ in range(_MOST_RECORDS):
        if data[at : at + 4] not in (b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR") or at + 12 > len(data):
            break
        number, name = int.from_bytes(data[at + 4 : at + 6], "big"), data[at + 6] + 1
        head = at + 6 + name + name % 2
        length, start = int.from_bytes(data[head : head + 4], "big"), head + 4
        value = data[start : start + length]
        if number == _IPTC_RESOURCE:
            more += iptc_facts(value, offset + start)
        elif number in _EXIF_RESOURCES:
            more += exif_facts(value, offset + start)
        elif number == _XMP_RESOURCE:
            more += xmp_facts(value, offset + start)
        elif number in _PICTURES:
            found.add(Danger.PICTURES, _PICTURES[number], f"{length:,} bytes", offset + start)
        elif number in _TEXTS:
            shown = value[:64].hex() if number == 0x0425 else text_of(value[: 4 * LONGEST_VALUE])
            found.add(Danger.OTHER, _TEXTS[number], shown, offset + start)
        at = start + length + length % 2
    return bounded([*found.facts(), *more])
