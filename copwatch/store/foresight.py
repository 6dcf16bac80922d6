"""How much a transfer will have to copy and read, before it starts; nothing is written."""

import os
from dataclasses import dataclass
from pathlib import Path

from copwatch.errors import NotFound, Refused
from copwatch.store.bodies import ReadLine
from copwatch.store.layout import (
    CHARTER,
    CHECKPOINTS,
    DEVICE_NAME,
    FORKS,
    LEDGER,
    OBJECTS,
    SEGMENT_NAME,
    STAGING,
    Layout,
)
from copwatch.store.object_hashes import LARGEST_OBJECT
from copwatch.store.places import Place
from copwatch.store.plain import plain_names, plain_size, refuse_links
from copwatch.store.side import Side

_OURS = frozenset({CHARTER, LEDGER, FORKS, OBJECTS, CHECKPOINTS, STAGING})


@dataclass
class Sizes:
    """Adds up objects as they are named: what is missing will be copied, what is there perhaps read.

    `space` counts whole blocks of the destination's file system, which for small files is much more.
    """

    source: Side
    destination: Side
    known: Place | None
    check_all: bool
    copied: int = 0
    checked: int = 0
    space: int = 0

    def __post_init__(self) -> None:
        self._block = _block_size(nearest(self.destination.folder))

    def visit(self, read: ReadLine) -> None:
        """Counts what one line names."""
        entry = read.line.entry
        covered = self.known is not None and self.known.holds(entry.device, entry.seq)
        for part in read.line.lists.sets:
            for name in (part.body, *part.objects):
                self.count(name, covered=covered)

    def count(self, name: str, *, covered: bool) -> None:
        """Counts one object; `covered` when it was verified at the destination before."""
        there = self.destination.object_size(name)
        if there is None:
            offered = self.source.object_size(name) or 0
            if offered > LARGEST_OBJECT:  # It is no object, and will be found to be none.
                return
            self.copied += offered
            self.space += -(-offered // self._block) * self._block
        elif self.check_all and not covered:
            self.checked += there


def ledger_bytes(layout: Layout) -> int:
    """The size of all ledgers and charters in a folder."""
    folders = [layout.folder / LEDGER / d for d in plain_names(layout.folder / LEDGER, DEVICE_NAME)]
    sizes = [plain_size(layout.folder, f / name) for f in folders for name in plain_names(f, SEGMENT_NAME)]
    return sum(size or 0 for size in sizes)


def nearest(folder: Path) -> Path:
    """The folder itself, or the nearest one above that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def check_destination(folder: Path) -> None:
    """Raises `NotFound` or `Refused` unless an archive can be put there: a copy, an empty folder, or a new one."""
    if not folder.exists():
        if not folder.parent.is_dir():
            raise NotFound(
                f"no such folder: {folder.parent}", hint="check the spelling, and that the disk is plugged in"
            )
        return
    if not folder.is_dir():
        raise Refused(f"{folder} is no folder", hint="name a folder for the copy")
    if any(path.name not in _OURS for path in folder.iterdir()) and not (folder / CHARTER).is_dir():
        raise Refused(
            f"{folder} holds other things, and no archive",
            hint="name a new folder for the copy, such as one inside it",
        )
    refuse_links(folder)


def _block_size(folder: Path) -> int:
    return (os.statvfs(folder).f_frsize or 4096) if hasattr(os, "statvfs") else 4096
