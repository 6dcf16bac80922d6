"""Reading tables that come from elsewhere: row by row, in bounded memory, and nothing guessed but the delimiter.

Encodings are UTF-8, with or without a byte order mark, and UTF-16 with one. The delimiter is the one of comma,
semicolon and tab that stands most often in the first line.
"""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from copwatch.errors import BadInput
from copwatch.workflows.given_files import open_given

LONGEST_CELL: Final = 250_000
"""Characters; the longest text of a report has 200,000."""
LONGEST_ROW: Final = 8_000_000
"""Characters, or what `report new --from` takes four times."""
MOST_COLUMNS: Final = 2_000

DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as a spreadsheet counts it, the header being row 1; `line` is where it begins in the file."""

    number: int
    line: int
    cells: list[str]


@dataclass
class Table:
    """An open table; `rows` reads it from its beginning, as often as one likes. Use `open_table`."""

    path: Path
    file: BinaryIO
    encoding: str
    delimiter: str
    header: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[RawRow]:
        """The rows below the header; empty ones are left out, and counted.

        Raises:
            BadInput: it cannot be read on; row and line are named.
        """
        with closing(self._all_rows()) as rows:
            next(rows, None)
            for row in rows:
                if len(row.cells) > MOST_COLUMNS:
                    raise self._bad(row.number, row.line, f"has more than {MOST_COLUMNS} cells")
                if any(cell.strip() for cell in row.cells):
                    yield row

    def read_header(self) -> None:
        """Takes the first row as the header. Raises `BadInput`: there is none, or it has too many columns."""
        with closing(self._all_rows()) as rows:
            first = next(rows, None)
        if first is None or not any(cell.strip() for cell in first.cells):
            raise BadInput(f"{self.path} has no header", hint="its first row has to name the columns")
        if len(first.cells) > MOST_COLUMNS:
            raise BadInput(
                f"{self.path} has more than {MOST_COLUMNS} columns", hint="check its delimiter: --delimiter"
            )
        self.header = [cell.strip() for cell in first.cells]

    def _all_rows(self) -> Generator[RawRow, None, None]:
        with _text(self.file, self.encoding) as text, _long_cells():
            lines = _Lines(text)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            number = 0
            while True:
                number, line = number + 1, lines.number + 1
                lines.used = 0
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    raise self._bad(number, line, _meaning(str(error))) from error
                except _TooLong:
                    raise self._bad(
                        number, line, f"has more than {LONGEST_ROW:,} characters{_QUOTE}"
                    ) from None
                except _Nul:
                    raise self._bad(
                        number, line, "holds a NUL character: it is no text, or UTF-16 without a mark"
                    ) from None
                except UnicodeError as error:
                    raise self._not_text() from error
                if cells is None:
                    return
                yield RawRow(number, line, cells)

    def _bad(self, number: int, line: int, what: str) -> BadInput:
        where = f"row {number}" if number == line else f"row {number} (line {line})"
        return BadInput(f"{self.path}, {where}: {what}", hint="mend the file; nothing was taken from it")

    def _not_text(self) -> BadInput:
        hint = "save it as CSV in UTF-8; nothing was taken from it"
        line = _first_bad_line(self.file) if self.encoding == "utf-8" else None
        where = f"line {line} holds bytes that are" if line else "it holds bytes that are"
        return BadInput(f"{self.path}: {where} not text in {self.encoding.upper()}", hint=hint)


_QUOTE = "; a quote may be opened and never closed"


class _TooLong(Exception):
    """A row has no end."""


class _Nul(Exception):
    """No text has it."""


class _Lines:
    """Lines for the csv reader, which would gather a quoted cell without end in memory."""

    def __init__(self, text: TextIO) -> None:
        self._text, self.used, self.number = text, 0, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_ROW + 1 - self.used)
        if not line:
            raise StopIteration
        self.number += 1
        self.used += len(line)
        if self.used > LONGEST_ROW:
            raise _TooLong
        if "\0" in line:
            raise _Nul
        return line


@contextmanager
def open_table(path: Path, delimiter: str = "") -> Iterator[Table]:
    """Opens a table and reads its header.

    Args:
        path: a plain file, which is read more than once.
        delimiter: one of `DELIMITERS`, by name or sign; found out where it is empty.

    Raises:
        BadInput: it is no table, or the delimiter is none.
        NotFound, OSError: as `open_given`.
    """
    sign = _sign(delimiter) if delimiter else ""
    with open_given(path) as file:
        beginning = file.read(4)
        encoding = "utf-16" if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
        table = Table(path, file, encoding, sign or ",")
        if not sign:
            table.delimiter = _most_frequent(table)
        table.read_header()
        yield table


def _sign(named: str) -> str:
    sign = DELIMITERS.get(named.lower(), named)
    if sign not in DELIMITERS.values():
        raise BadInput(
            f"{named!r} is no delimiter", hint=f"one of: {', '.join(DELIMITERS)}, or the sign itself"
        )
    return sign


def _most_frequent(table: Table) -> str:
    """The delimiter that stands most often in the first line, outside of quotes."""
    with _text(table.file, table.encoding) as text:
        try:
            line = text.readline(LONGEST_ROW)
        except UnicodeError as error:
            raise table._not_text() from error
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS.values(), key=outside.count)


@contextmanager
def _text(file: BinaryIO, encoding: str) -> Iterator[TextIO]:
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig" if encoding == "utf-8" else encoding, newline="")
    try:
        yield text
    finally:
        text.detach()


@contextmanager
def _long_cells() -> Iterator[None]:
    """The limit of the csv module is one for the whole program."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _first_bad_line(file: BinaryIO) -> int | None:
    file.seek(0)
    number = 0
    while line := file.readline(LONGEST_ROW):
        number += 1
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return number
    return None


def _meaning(said: str) -> str:
    if "field limit" in said:
        return f"a cell has more than {LONGEST_CELL:,} characters{_QUOTE}"
    if "unexpected end" in said:
        return "a quote is opened and never closed"
    if "expected after" in said:
        return "text stands behind the closing quote of a cell; a quote inside of one is written twice"
    return f"not readable as CSV: {said}"
