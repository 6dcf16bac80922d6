"""What stands in an archive folder and does not belong there."""

import os
from collections.abc import Iterator
from pathlib import Path

from copwatch.proof.findings import Finding, Kind
from copwatch.proof.ledger import SEGMENT_LINES
from copwatch.store.layout import (
    CHARTER_NAME,
    CHECKPOINT_NAME,
    DEVICE_NAME,
    FORK_NAME,
    OBJECT_NAME,
    SEGMENT_NAME,
    Layout,
)

_TOP = ("charter", "ledger", "forks", "objects", "checkpoints", "tmp")
_OBJECT_FOLDER = {f"{number:02x}" for number in range(256)}


def unexpected(layout: Layout) -> Iterator[Finding]:
    """Every file, folder or link that the format has no place for, and every ledger that is not cut rightly."""
    for path in _listed(layout.folder):
        if path.name not in _TOP or not _plain_folder(path):
            yield _stray(layout, path)
        elif path.name != "tmp":
            yield from _inside(layout, path)


def _inside(layout: Layout, top: Path) -> Iterator[Finding]:
    for path in _listed(top):
        if top.name == "charter":
            fits = CHARTER_NAME.match(path.name) is not None and _plain_file(path)
        elif top.name == "objects":
            fits = path.name in _OBJECT_FOLDER and _plain_folder(path)
        else:
            fits = DEVICE_NAME.match(path.name) is not None and _plain_folder(path)
        if not fits:
            yield _stray(layout, path)
        elif top.name != "charter":
            yield from _below(layout, top.name, path)


def _below(layout: Layout, top: str, folder: Path) -> Iterator[Finding]:
    if top == "ledger":
        yield from _segments(layout, folder)
    elif top == "forks":
        for path in _listed(folder):
            if FORK_NAME.match(path.name) and _plain_folder(path):
                yield from _segments(layout, path)
            else:
                yield _stray(layout, path)
    elif top == "objects":
        for path in _listed(folder):
            match = OBJECT_NAME.match(path.name)
            if not match or match[1][:2] != folder.name or not _plain_file(path):
                yield _stray(layout, path)
    else:
        for path in _listed(folder):
            if not CHECKPOINT_NAME.match(path.name) or not _plain_file(path):
                yield _stray(layout, path)


def _segments(layout: Layout, folder: Path) -> Iterator[Finding]:
    """Segments follow one another, each but the last has exactly its lines, and the last ends with a newline."""
    found = [path for path in _listed(folder) if SEGMENT_NAME.match(path.name) and _plain_file(path)]
    for path in _listed(folder):
        if path not in found:
            yield _stray(layout, path)
    for number, path in enumerate(found):
        where = path.relative_to(layout.folder).as_posix()
        if path.name != f"{number:08d}.jsonl":
            yield Finding(Kind.CUT_SHORT, where, "a segment before it is missing")
            return
        lines, whole = _count_lines(path)
        if not whole:
            yield Finding(Kind.TORN, where, "its last line is torn")
        if not lines and whole:
            yield Finding(Kind.CUT_SHORT, where, "is empty")
        elif lines > SEGMENT_LINES or (lines < SEGMENT_LINES and number + 1 < len(found)):
            yield Finding(Kind.CUT_SHORT, where, f"has {lines} lines instead of {SEGMENT_LINES}")


def _count_lines(path: Path) -> tuple[int, bool]:
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines, last == b"\n"


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _plain_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _stray(layout: Layout, path: Path) -> Finding:
    what = "a link" if path.is_symlink() else "a folder" if path.is_dir() else "a file"
    return Finding(
        Kind.UNEXPECTED,
        os.fsdecode(os.fsencode(path.relative_to(layout.folder))),
        f"{what} has no place here",
    )
