"""Load files for review tools: Concordance DAT and Opticon OPT.

There is no standard, only what vendors document: a DAT has a header row, 0x14 between fields, every value between þ
(U+00FE), a line end inside a value as ® (U+00AE) and CRLF behind each row; an OPT has seven fields between commas and
no header. The wrong encoding is the classic failure of an import, so it is chosen, and never guessed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from copwatch.bundle.production.numbering import ENCODINGS
from copwatch.errors import BadInput
from copwatch.text import clean_block

COLUMNS: Final = (
    "BEGBATES", "ENDBATES", "BEGATTACH", "ENDATTACH", "CUSTODIAN", "DOCTYPE", "DOCDATE", "FILENAME", "FILEEXT",
    "FILESIZE", "MD5HASH", "SHA256HASH", "PAGECOUNT", "CONFIDENTIALITY", "REDACTED", "REDACTIONREASON", "NATIVEPATH",
    "TEXTPATH", "DATELASTMOD", "DATERECEIVED",
)  # fmt: skip
_FIELD, _QUALIFIER, _NEWLINE = "\x14", "\xfe", "\xae"


@dataclass(frozen=True, slots=True)
class Document:
    """One row: a document of a production. Paths are relative to the volume; an empty text is an empty value.

    Attributes:
        date: of the document, YYYY-MM-DD, where it is known and goes out; of a recording, when that was made.
        modified, received: the days when the file was last changed at its source, and received.
        size: bytes of the native; None where there is none.
        images: one for each page, called like its number; a slip sheet has one.
        redacted: whether something of it is withheld, and why.
    """

    first: str
    last: str
    custodian: str
    kind: str
    date: str
    filename: str
    size: int | None
    md5: str
    sha256: str
    native: str
    text: str
    images: tuple[str, ...]
    confidentiality: str = ""
    redacted: bool = False
    reason: str = ""
    first_attached: str = ""
    last_attached: str = ""
    modified: str = ""
    received: str = ""

    def row(self) -> tuple[str, ...]:
        """In the order of `COLUMNS`."""
        ending = self.filename.rpartition(".")[2].lower() if "." in self.filename else ""
        size = "" if self.size is None else str(self.size)
        return (
            self.first, self.last, self.first_attached or self.first, self.last_attached or self.last, self.custodian,
            self.kind, self.date, self.filename, ending, size, self.md5, self.sha256, str(len(self.images)),
            self.confidentiality, "Y" if self.redacted else "N", self.reason, windows(self.native), windows(self.text),
            self.modified, self.received,
        )  # fmt: skip


def dat(documents: Iterable[Document], encoding: str = "utf-8") -> bytes:
    """The DAT.

    Raises:
        BadInput: there is no such encoding, or it cannot hold a character of a value.
    """
    rows = [COLUMNS, *(document.row() for document in documents)]
    text = "".join(
        _FIELD.join(f"{_QUALIFIER}{_inert(value)}{_QUALIFIER}" for value in row) + "\r\n" for row in rows
    )
    if encoding not in ENCODINGS:
        raise BadInput(f"there is no load file in {encoding!r}", hint=f"one of {', '.join(ENCODINGS)}")
    try:
        return ("\ufeff" + text).encode("utf-16-le") if encoding == "utf-16" else text.encode(encoding)
    except UnicodeEncodeError as error:
        character = f"U+{ord(text[error.start]):04X}"
        raise BadInput(
            f"the load file holds a character ({character}) that {encoding} does not have",
            hint="use utf-8 or utf-16",
        ) from error


def opt(documents: Iterable[Document], volume: str) -> bytes:
    """The OPT: one line an image; the first of a document says how many it has.

    Raises:
        BadInput: a name holds what would break a line.
    """
    lines = []
    for document in documents:
        for number, image in enumerate(document.images):
            key = image.rpartition("/")[2].partition(".")[0]
            begins = ("", "", "", "") if number else ("Y", "", "", str(len(document.images)))
            line = (key, volume, windows(image), *begins)
            if any("," in part or not part.isascii() or not part.isprintable() for part in line if part):
                raise BadInput(f"{document.first} has an image whose name cannot stand in an OPT")
            lines.append(",".join(line) + "\r\n")
    return "".join(lines).encode("ascii")


def read_dat(data: bytes, encoding: str = "utf-8") -> list[dict[str, str]]:
    """The rows of a DAT by column, as a review tool reads them.

    Raises:
        BadInput: it is none, in that encoding.
    """
    try:
        rows = [_values(line) for line in data.decode(encoding).split("\r\n") if line]
    except UnicodeDecodeError as error:
        raise BadInput(f"it is not written in {encoding}") from error
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise BadInput("its rows do not have as many values as its header")
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def windows(path: str) -> str:
    """A path with backslashes, as load files write it."""
    return path.replace("/", "\\")


def _inert(value: str) -> str:
    """A value without what separates values: it stays one value, whatever a stranger wrote into it."""
    text = clean_block(value).replace(_FIELD, " ").replace(_QUALIFIER, "th").replace(_NEWLINE, "(R)")
    return text.replace("\n", _NEWLINE)


def _values(line: str) -> Sequence[str]:
    parts = line.split(_FIELD)
    if any(len(part) < 2 or part[0] != _QUALIFIER or part[-1] != _QUALIFIER for part in parts):
        raise BadInput("a value of it stands without its qualifier")
    return [part[1:-1].replace(_NEWLINE, "\n") for part in parts]
