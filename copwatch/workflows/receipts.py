"""The receipt of an `add`: name, size, SHA-256 and code of what came in, so that any file can be compared later."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from copwatch.errors import BadInput, Refused
from copwatch.model.ids import code, parse_code
from copwatch.proof.hashing import is_hex
from copwatch.store.archive import Archive
from copwatch.text import clean
from copwatch.workflows.writing_out import check_new, reserved

if TYPE_CHECKING:
    from copwatch.workflows.adding import Added

RECEIPT_LINE = "# copwatch receipt 1"
"""The first line of every receipt."""

LARGEST_RECEIPT = 16 << 20
"""Bytes; a hundred thousand files have one of that size."""

_SIZE = re.compile(r"[0-9]{1,19}", re.ASCII)

Keep: TypeAlias = "Callable[[Added], OSError | None]"
"""Writes the receipt; gives what failed, for what came in has to be shown in any case."""


@contextmanager
def receipt_for(archive: Archive, path: Path | None, sources: Iterable[Path]) -> Iterator[Keep]:
    """A receipt to be written once it is known what came in; nothing is kept when nothing did.

    Raises:
        Refused, NotFound: it cannot stand there; nothing was added.
    """
    if path is None:
        yield lambda _: None
        return
    check_new(path, archive)
    folder = path.absolute().parent.resolve()
    if any(folder.is_relative_to(source.resolve()) for source in sources):
        raise Refused(
            f"{path} is in a folder that is being added", hint="sources are only read: name a place outside"
        )
    with reserved(path) as file:
        yield lambda added: _keep(file.fileno(), added)


def receipt_lines(added: "Added") -> Iterator[str]:
    """The lines of a receipt. Names are cleaned, so that they are one line each and safe to look at."""
    yield RECEIPT_LINE
    yield f"# batch {code('B', added.batch)}: SHA-256, size, evidence code, name"
    for item in added.received:
        yield f"{item.sha256}  {item.size}  {code('E', item.evidence)}  {clean(item.name)}"


def parse_receipt(text: str) -> list[tuple[str, int, str]]:
    """SHA-256, size and code of each file of a receipt. Raises `BadInput` when the text is none."""
    first, *lines = text.removeprefix("\ufeff").splitlines() or [""]
    if first.strip() != RECEIPT_LINE:
        raise BadInput(
            "this is not a receipt of copwatch", hint="a receipt is what `copwatch add --receipt` wrote"
        )
    return [_parse_line(line) for line in lines if line.strip() and not line.startswith("#")]


def _parse_line(line: str) -> tuple[str, int, str]:
    hint = "take the receipt as it was written"
    parts = line.split("  ", 3)
    if len(parts) != 4 or not is_hex(parts[0], 64) or _SIZE.fullmatch(parts[1]) is None:
        raise BadInput("a line of the receipt cannot be read", hint=hint)
    try:
        # What a receipt says is repeated in our own words, so it has to be a code and nothing else.
        return parts[0], int(parts[1]), str(parse_code(parts[2], "E"))
    except BadInput as error:
        raise BadInput("a line of the receipt has no code of evidence", hint=hint) from error


def _keep(descriptor: int, added: "Added") -> OSError | None:
    if not added.received:
        return None
    data = memoryview("".join(f"{line}\n" for line in receipt_lines(added)).encode())
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError as error:
        return error
    return None
