"""`copwatch demo --remove`: the folder of a demo and its local state, and nothing else."""

import json
from dataclasses import dataclass
from pathlib import Path

from copwatch.errors import Refused
from copwatch.store import keeper
from copwatch.store.forgetting import forget_archive
from copwatch.store.layout import Layout
from copwatch.store.state import state_folder
from copwatch.workflows.demo import ARCHIVE, MARK, clear


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, and the names in its folder that no demo wrote, which stay with the folder."""

    folder: Path
    left: tuple[str, ...]


def remove_demo(folder: Path) -> Removed:
    """Deletes what a demo wrote into `folder`, and what this computer remembers of its archive.

    Raises:
        Refused: this computer made no demo there, or another archive stands there now.
        Busy: another copwatch is writing to it.
        OSError: something could not be deleted; the same command goes on where it stopped.
    """
    whole = folder.resolve()
    archives = _demos_of(whole)
    if not archives:
        raise Refused(
            f"there is no demo of this computer in {folder}", hint="nothing was deleted; check the folder"
        )
    charter = Layout(whole / ARCHIVE).charter
    first = {f"000000-{archive[:16]}.json" for archive in archives}
    if (whole / ARCHIVE).exists() and not any((charter / name).exists() for name in first):
        raise Refused(
            f"what stands in {folder} now is not the archive of the demo", hint="nothing was deleted"
        )
    left = clear(whole)
    for archive in archives:
        keeper.forget(archive)
        forget_archive(archive, MARK)
    return Removed(whole, left)


def _demos_of(folder: Path) -> list[str]:
    """The ids of the archives that a demo of this computer made in that folder: one, unless it was removed by hand."""
    found = []
    for mark in sorted((state_folder() / "archives").glob(f"*/{MARK}")):
        said = json.loads(mark.read_bytes())
        if said.get("folder") == str(folder):
            found.append(str(said["archive"]))
    return found
