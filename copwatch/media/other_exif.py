"""Facts from EXIF of files that no module of ours reads (raw pictures, JPEG 2000), as `exifread` finds them.

Only for showing, and only in the process that looks at hostile bytes: `exifread` is a library like any other.
"""

import logging
import re
from typing import BinaryIO

from copwatch.media.facts import Danger, Fact
from copwatch.media.refusal import Unsupported

_MOST = 200
_LONGEST = 200
_SORTS = (
    (Danger.PLACE, re.compile(r"GPS")),
    (
        Danger.IDENTITY,
        re.compile(
            r"Serial|Owner|Artist|Author|Copyright|Make$|Model|Lens|HostComputer|UniqueID|UserComment|Title"
        ),
    ),
    (Danger.TIME, re.compile(r"Date|^(?!Exposure).*Time(?!Value)")),
    (Danger.SOFTWARE, re.compile(r"Software|Firmware")),
    (Danger.PICTURES, re.compile(r"Thumbnail$|Preview")),
)
_BOOKKEEPING = re.compile(r"Offset$|Tag 0x|ExifVersion|InteroperabilityVersion|GPSInfo$")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def other_facts(file: BinaryIO) -> list[Fact]:
    """What the EXIF of a file says about place, people, devices, time and programs; the most dangerous first.

    Raises:
        Unsupported: there is none that can be read.
    """
    import exifread

    logging.disable()
    file.seek(0)
    try:
        tags = exifread.process_file(file, details=False, extract_thumbnail=True)
    except Exception as error:  # of any sort, on what is not as it expects
        raise Unsupported("its EXIF is damaged, and cannot be read") from error
    found = [fact for name, value in tags.items() if (fact := _fact(str(name), value))]
    if not tags:
        raise Unsupported("this is no format that copwatch can read")
    return sorted(found, key=lambda fact: fact.danger)[:_MOST]


def _fact(tag: str, value: object) -> Fact | None:
    group, _, name = tag.rpartition(" ")
    danger = next((danger for danger, pattern in _SORTS if pattern.search(name)), None)
    if danger is None or _BOOKKEEPING.search(name):
        return None
    shown = f"{len(value):,} bytes" if isinstance(value, bytes) else str(value)[:_LONGEST].strip()
    plain = " ".join(word if word.isupper() else word.lower() for word in _WORDS.split(name))
    return Fact(danger, plain, shown, group or "EXIF") if shown else None
