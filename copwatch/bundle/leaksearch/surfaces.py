"""Which texts a file of a bundle holds: what a reader of it sees, and not only its bytes."""

import contextlib
import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from copwatch.bundle import how_to_verify
from copwatch.bundle.leaksearch.folding import folded
from copwatch.bundle.unproven import documents as unproven
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Coded
from copwatch.text import clean

LARGEST_TEXT: Final = 64 << 20
"""Bytes of a file that is read as text; documents are never longer (docs/bundle.md, "Limits")."""
_TEXTS: Final = (
    ".json",
    ".jsonld",
    ".csv",
    ".txt",
    ".html",
    ".htm",
    ".xml",
    ".md",
    ".py",
    ".dat",
    ".opt",
    ".ics",
    ".svg",
)
_TAG = re.compile(r"<[^>]{0,2000}>")
_BLOCK = re.compile(
    r"</?(?:td|th|tr|table|caption|p|div|li|ul|ol|dl|dt|dd|h[1-6]|section|article|header|footer|nav|main|figure"
    r"|figcaption|summary|details|pre|blockquote|option|button|label|title|text|br|hr)\b[^>]{0,2000}>",
    re.IGNORECASE,
)
"""Tags between which words do not touch; other tags can stand within a word."""
_WORD = re.compile(r"[^\W_]+")
_NO_CELL = re.compile(
    r"[0-9a-f]{32,}|[0-9A-HJKMNP-TV-Z]{26}|[A-Z]{1,6}-[0-9A-Z-]{4,40}|-?[0-9.]+"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})?"
)
"""Strings of programs: digests, ids, codes, numbers, times. Short values stand in them by chance."""


class Surface(NamedTuple):
    """One text of a file. `written` says that it is a cell that people wrote."""

    where: str
    text: str
    written: bool = False


def is_text(path: str) -> bool:
    """Whether a file of that name is one that is read as text."""
    return path.lower().endswith(_TEXTS)


def surfaces(path: str, data: bytes) -> Iterator[Surface]:
    """The texts of a file that `is_text`."""
    text = _decoded(data)
    yield Surface(path, text)
    ending = path.lower().rpartition(".")[2]
    if ending in {"html", "htm", "xml", "svg"}:
        yield Surface(path, html.unescape(text))
        yield Surface(path, html.unescape(_TAG.sub("", _BLOCK.sub("\n", text))))
    elif ending in {"json", "jsonld"}:
        yield from _json(path, text)
    elif ending == "csv":
        yield from _csv(path, text)
    elif ending == "dat":
        yield from _cells(
            path, ([cell.strip("\xfe") for cell in row.split("\x14")] for row in text.split("\r\n"))
        )


def _decoded(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _json(path: str, text: str) -> Iterator[Surface]:
    try:
        left: list[tuple[str, object]] = [("", json.loads(text))]
    except (ValueError, RecursionError):
        return
    while left:
        where, value = left.pop()
        if isinstance(value, dict):
            left += [(f"{where}/{name}", member) for name, member in value.items()]
        elif isinstance(value, list):
            left += [(where + _step(index, member), member) for index, member in enumerate(value)]
        elif isinstance(value, str):
            yield Surface(clean(f"{path}{where}", limit=300), value, _is_written(value))


def _step(index: int, member: object) -> str:
    """A member of a list is named by its field, where it says which: people review fields, and count no members."""
    named = member.get("path") if isinstance(member, dict) else None
    return named if isinstance(named, str) and named.startswith("/") else f"/{index}"


def _csv(path: str, text: str) -> Iterator[Surface]:
    with contextlib.suppress(csv.Error):
        yield from _cells(path, csv.reader(io.StringIO(text, newline="")))


def _cells(path: str, rows: Iterable[list[str]]) -> Iterator[Surface]:
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            where = f"{path}, row {number + 1}, column {column + 1}"
            yield Surface(where, cell, number > 0 and _is_written(cell))


def _is_written(value: str) -> bool:
    return not _NO_CELL.fullmatch(value) and value not in terms()


@cache
def terms() -> frozenset[str]:
    """Every term of every vocabulary, as it is stored."""
    return frozenset(
        term
        for field in SCHEMA.all_fields()
        if isinstance(field.type, Coded)
        for term in field.type.vocabulary.terms
    )


@cache
def common_words() -> frozenset[str]:
    """What copwatch itself writes into any bundle, folded: terms, and the words of labels, of help and of its pages."""
    said = [word for field in SCHEMA.all_fields() for word in (field.name, field.help)]
    said += [how_to_verify.WORDS, unproven.HOW_TO]
    for each in resources.files("copwatch.bundle").joinpath("templates").iterdir():
        said.append(each.read_text("utf-8"))
    words = {word for text in (*said, *terms()) for word in _WORD.findall(folded(text.replace("_", " ")))}
    return frozenset(
        words | {folded(term) for term in terms()} | {folded(term.replace("_", " ")) for term in terms()}
    )


def zip_texts(data: zipfile.ZipFile) -> Iterator[Surface]:
    """What a zip says beside its members: comments, names, times, extra fields."""
    yield Surface("the comment of a zip", data.comment.decode("utf-8", "replace"), written=True)
    for member in data.infolist():
        name = clean(member.filename, limit=200)
        yield Surface(f"the name {name}", member.filename, written=True)
        yield Surface(f"the comment of {name}", member.comment.decode("utf-8", "replace"), written=True)
        # Seconds of a zip are even (APPNOTE 4.4.6): a time with them would be another one than that of the file.
        year, month, day, hour, minute, _ = member.date_time
        yield Surface(f"the time of {name}", f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}")
