"""Which number each document of a production has, and where its files stand in the bundle.

All of it follows from the first number and from counts: files first, then what is withheld, then the pages of the
report.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copwatch.bundle.production.bates import Bates, read
from copwatch.errors import BadInput
from copwatch.proof import shapes
from copwatch.proof.canonical import Json
from copwatch.proof.shapes import Malformed

VOLUME: Final = "VOL001"
FOLDER: Final = f"data/{VOLUME}/"
NATIVES: Final = f"{FOLDER}NATIVES/"
REPORTS: Final = f"{NATIVES}REPORT/"
"""The printed report in its own format: a document about the evidence, and no evidence."""
IMAGES: Final = f"{FOLDER}IMAGES/"
TEXTS: Final = f"{FOLDER}TEXT/"
DAT: Final = f"{FOLDER}DATA/{VOLUME}.DAT"
OPT: Final = f"{FOLDER}DATA/{VOLUME}.OPT"
ENCODINGS: Final = ("utf-8", "cp1252", "utf-16")
"""Of the DAT, by the names that people choose from; UTF-16 is written with its mark of byte order."""

_IN_A_FOLDER: Final = 1000
_MOST_PAGES: Final = 50_000
"""As many as a bundle has files; a stranger's bundle may state anything."""
_ENDING = re.compile(r"[a-z0-9]{1,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Production:
    """What a bundle states of its production: first number, pages of its report, encoding of its DAT."""

    first: str
    pages: int = 0
    encoding: str = "utf-8"

    def number(self, index: int) -> str:
        """The number of the document, or the page, at an index from 0. Raises `BadInput` beyond the last there is."""
        first = read(self.first)
        return str(Bates(first.prefix, first.number + index, first.width))

    def to_json(self) -> Json:
        """As report.json holds it."""
        return {
            "volume": VOLUME, "first": self.first, "pages": self.pages, "encoding": self.encoding,
        }  # fmt: skip


def parse_production(value: Json) -> Production:
    """What report.json holds of one. Raises `Malformed`."""
    doc = shapes.members(value, ("volume", "first", "pages", "encoding"))
    found = Production(shapes.text(doc["first"]), shapes.number(doc["pages"]), shapes.text(doc["encoding"]))
    if doc["volume"] != VOLUME or found.encoding not in ENCODINGS or not 0 < found.pages <= _MOST_PAGES:
        raise Malformed("its volume, its encoding or the number of its pages is none")
    try:
        found.number(found.pages)
    except BadInput as error:
        raise Malformed("its first number is none") from error
    return found


def numbered(production: Production, codes: Sequence[str]) -> dict[str, str]:
    """The number of each item by its code, in their order."""
    return {code: production.number(index) for index, code in enumerate(codes)}


def native(production: Production, index: int, name: str) -> str:
    """Where the native at an index stands; of its name as received the ending alone is kept."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return f"{_beside(NATIVES, production, index)}.{ending if _ENDING.fullmatch(ending) else 'bin'}"


def is_native(production: Production, index: int, path: str) -> bool:
    """Whether a path is one of the native at that index."""
    start, _, ending = path.rpartition(".")
    return start == _beside(NATIVES, production, index) and _ENDING.fullmatch(ending) is not None


def report_native(production: Production, before: int) -> str:
    """Where the report stands in its own format, after `before` numbers of items."""
    return f"{REPORTS}{production.number(before)}.pdf"


def image(production: Production, index: int) -> str:
    """Where the image of a page stands."""
    return f"{_beside(IMAGES, production, index)}.tif"


def text(production: Production, index: int) -> str:
    """Where the text of the document stands that begins at an index."""
    return f"{_beside(TEXTS, production, index)}.txt"


def within(path: str) -> str:
    """A path as load files give it: from the folder of the volume."""
    return path.removeprefix(FOLDER)


def is_evidence(path: str) -> bool:
    """Whether a file of the volume is evidence in its own format."""
    return path.startswith(NATIVES) and not path.startswith(REPORTS)


def _beside(folder: str, production: Production, index: int) -> str:
    return f"{folder}{index // _IN_A_FOLDER + 1:03d}/{production.number(index)}"
