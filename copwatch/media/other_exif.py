"""Facts from EXIF of files that no module of ours reads (raw pictures, JPEG 2000), as `exifread` finds them.

Only for showing, and only in the process that looks at hostile bytes: `exifread` is a library like any other. It goes
wherever a directory leads and keeps what it finds there, so that a file of some 100 KB could take it hours and all
memory: it is given a reader that comes to an end.
"""

import io
import logging
import re
from typing import Any, BinaryIO, Final, cast

from copwatch.media.facts import Danger, Fact
from copwatch.media.refusal import CannotClean, Unsupported

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
    (Danger.PICTURES, re.compile(r"Preview")),
)
_THUMBNAIL: Final = "Thumbnail JPEGInterchangeFormatLength"
_MOST_READS: Final = 50_000
_MOST_BYTES: Final = 8 << 20
"""Raw pictures of the corpus take some 2,000 reads and 100 KB: their maker notes are left out."""
_BOOKKEEPING = re.compile(r"Offset$|Tag 0x|ExifVersion|InteroperabilityVersion|GPSInfo$")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class _Bounded(io.RawIOBase):
    """A file of which only so much can be read. Raises `Unsupported` beyond."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file, self._reads, self._bytes = file, _MOST_READS, _MOST_BYTES

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As of any file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As of any file."""
        return self._file.tell()

    def read(self, size: int = -1, /) -> bytes:
        """What is asked for, as long as there is some left."""
        self._reads -= 1
        data = self._file.read(self._bytes + 1 if size < 0 else min(size, self._bytes + 1))
        self._bytes -= len(data)
        if self._reads < 0 or self._bytes < 0:
            raise Unsupported("its EXIF is longer than any camera writes")
        return data


def other_tags(file: BinaryIO) -> dict[str, Any]:
    """What `exifread` finds in a file, by its names of tags. Raises `Unsupported` where it gives up."""
    import exifread

    logging.disable()
    file.seek(0)
    try:
        return exifread.process_file(cast("BinaryIO", _Bounded(file)), details=False, extract_thumbnail=False)
    except CannotClean:
        raise
    except Exception as error:  # of any sort, on what is not as it expects
        raise Unsupported("its EXIF is damaged, and cannot be read") from error


def other_facts(file: BinaryIO) -> list[Fact]:
    """What the EXIF of a file says about place, people, devices, time and programs; the most dangerous first.

    Raises:
        Unsupported: there is none that can be read.
    """
    tags = other_tags(file)
    found = [fact for name, value in tags.items() if (fact := _fact(name, value))]
    if not tags:
        raise Unsupported("this is no format that copwatch can read")
    return sorted(found, key=lambda fact: fact.danger)[:_MOST]


def _fact(tag: str, value: object) -> Fact | None:
    group, _, name = tag.rpartition(" ")
    danger = next((danger for danger, pattern in _SORTS if pattern.search(name)), None)
    if tag == _THUMBNAIL and (size := str(value)).isdecimal():
        return Fact(Danger.PICTURES, "JPEG thumbnail", f"{int(size[:20]):,} bytes", "EXIF")
    if danger is None or _BOOKKEEPING.search(name):
        return None
    shown = str(value)[:_LONGEST].strip()
    plain = " ".join(word if word.isupper() else word.lower() for word in _WORDS.split(name))
    return Fact(danger, plain, shown, group or "EXIF") if shown else None
