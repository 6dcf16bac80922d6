"""What stands in an archive folder and does not belong there."""

import os
from collections.abc import Iterator
from pathlib import Path
from re import Pattern

from copwatch.proof.entry import LONGEST_LINE
from copwatch.proof.findings import Finding, Kind
from copwatch.store.check_objects import FOLDERS
from copwatch.store.found import unreadable
from copwatch.store.layout import (
    CHARTER,
    CHARTER_NAME,
    CHECKPOINT_NAME,
    CHECKPOINTS,
    DEVICE_NAME,
    FORK_NAME,
    FORKS,
    LEDGER,
    LITTER,
    OBJECT_NAME,
    OBJECTS,
    SEGMENT_LINES,
    SEGMENT_NAME,
    SET_ASIDE,
    STAGING,
    Layout,
)
from copwatch.store.plain import open_plain

LARGEST_SEGMENT = SEGMENT_LINES * (LONGEST_LINE + 1)
ASIDE = "a syncing program put it aside; once `copwatch merge` took in what it proves, it can be deleted"
_TOP = (CHARTER, LEDGER, FORKS, OBJECTS, CHECKPOINTS, STAGING)


def unexpected(layout: Layout) -> Iterator[Finding]:
    """Every file, folder or link that the format has no place for, and every ledger that is not cut rightly.

    Names come in the order of the disk: a hostile folder may have more of them than fit into memory.
    """
    for entry in _listed(layout, layout.folder):
        if isinstance(entry, Finding):
            yield entry
        elif entry.name not in _TOP or not entry.is_dir(follow_symlinks=False):
            yield _stray(layout, entry)
        elif entry.name != STAGING:
            yield from _inside(layout, entry)


def _inside(layout: Layout, top: os.DirEntry[str]) -> Iterator[Finding]:
    for entry in _listed(layout, Path(top.path)):
        if isinstance(entry, Finding):
            yield entry
        elif top.name == CHARTER:
            if not CHARTER_NAME.match(entry.name) or not entry.is_file(follow_symlinks=False):
                yield _stray(layout, entry)
        elif not _is_folder(top.name, entry):
            yield _stray(layout, entry)
        else:
            yield from _below(layout, top.name, Path(entry.path))


def _is_folder(top: str, entry: os.DirEntry[str]) -> bool:
    fits = entry.name in FOLDERS if top == OBJECTS else DEVICE_NAME.match(entry.name) is not None
    return fits and entry.is_dir(follow_symlinks=False)


def _below(layout: Layout, top: str, folder: Path) -> Iterator[Finding]:
    if top == LEDGER:
        yield from _segments(layout, folder)
    elif top == FORKS:
        for entry in _listed(layout, folder):
            if isinstance(entry, Finding):
                yield entry
            elif FORK_NAME.match(entry.name) and entry.is_dir(follow_symlinks=False):
                yield from _segments(layout, Path(entry.path))
            else:
                yield _stray(layout, entry)
    elif top == OBJECTS:
        yield from _files(layout, folder, OBJECT_NAME, folder.name)
    else:
        yield from _files(layout, folder, CHECKPOINT_NAME)


def _files(layout: Layout, folder: Path, pattern: Pattern[str], beginning: str = "") -> Iterator[Finding]:
    for entry in _listed(layout, folder):
        if isinstance(entry, Finding):
            yield entry
        elif not _fits(entry, pattern, beginning):
            yield _stray(layout, entry)


def _fits(entry: os.DirEntry[str], pattern: Pattern[str], beginning: str) -> bool:
    right = pattern.match(entry.name) is not None and entry.name.startswith(beginning)
    return right and entry.is_file(follow_symlinks=False)


def _segments(layout: Layout, folder: Path) -> Iterator[Finding]:
    """Segments follow one another, each but the last has exactly its lines, and the last ends with a newline."""
    found = []
    for entry in _listed(layout, folder):
        if isinstance(entry, Finding):
            yield entry
        elif _fits(entry, SEGMENT_NAME, ""):
            found.append(entry.name)
        else:
            yield _stray(layout, entry)
    if not found:
        yield Finding(Kind.CUT_SHORT, _where(layout, folder), "has no entries")
    for number, name in enumerate(sorted(found)):
        if name != f"{number:08d}.jsonl":
            yield Finding(Kind.CUT_SHORT, _where(layout, folder / name), "a segment before it is missing")
            return
        yield from _segment(layout, folder / name, last=number + 1 == len(found))


def _segment(layout: Layout, path: Path, *, last: bool) -> Iterator[Finding]:
    where = _where(layout, path)
    try:
        lines, whole = _count_lines(layout, path)
    except OSError as error:
        yield unreadable(where, error)
        return
    if lines is None:
        yield Finding(Kind.MALFORMED, where, "is larger than a segment can be")
        return
    if not whole:
        yield Finding(Kind.TORN, where, "its last line is torn")
    if not lines and whole:
        yield Finding(Kind.CUT_SHORT, where, "is empty")
    elif lines > SEGMENT_LINES or (lines < SEGMENT_LINES and not last):
        yield Finding(Kind.CUT_SHORT, where, f"has {lines} lines instead of {SEGMENT_LINES}")


def _count_lines(layout: Layout, path: Path) -> tuple[int | None, bool]:
    """How many lines end, None in a file that is too large to be read; and whether the last one does."""
    lines, last = 0, b"\n"
    with os.fdopen(open_plain(layout.folder, path), "rb") as file:
        if os.fstat(file.fileno()).st_size > LARGEST_SEGMENT:
            return None, False
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines, last == b"\n"


def _listed(layout: Layout, folder: Path) -> Iterator[os.DirEntry[str] | Finding]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        yield unreadable(_where(layout, folder), error)


def _stray(layout: Layout, entry: os.DirEntry[str]) -> Finding:
    folder, where = entry.is_dir(follow_symlinks=False), _where(layout, Path(entry.path))
    if LITTER.match(entry.name) and not entry.is_symlink():
        what = "was put there by a file manager or a syncing program, and is no part of the archive"
        return Finding(Kind.UNREFERENCED, where, what)
    what = "a link" if entry.is_symlink() else "a folder" if folder else "a file"
    aside = f"; {ASIDE}" if SET_ASIDE.match(entry.name) and where.startswith(f"{LEDGER}/") else ""
    return Finding(Kind.UNEXPECTED, where, f"{what} has no place here{aside}")


def _where(layout: Layout, path: Path) -> str:
    """The path inside the archive as text that any encoding can write: a stranger may have chosen the name."""
    return os.fsencode(path.relative_to(layout.folder)).decode("utf-8", "backslashreplace")
