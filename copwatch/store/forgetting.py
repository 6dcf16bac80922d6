"""Taking away what this computer remembers of an archive. The archive itself is not touched."""

import json
import shutil
from pathlib import Path

from copwatch.store.durable import write_beside
from copwatch.store.state import LocalState, read_default, state_folder

_FOLDERS = "folders.json"


def forget_archive(archive: str, mark: str) -> None:
    """Deletes the whole local state of an archive: device key, catalogues, pins, heads, and where it stood.

    Args:
        archive: its id, 64 hexadecimal digits.
        mark: the file of that state by which the caller knew that it may go. It goes last, so that a removal
            which was interrupted can be run again.

    Raises:
        Busy: another copwatch is writing to it.
        OSError: something could not be deleted.
    """
    state = LocalState(archive)
    with state.writing():
        pass
    _forget_folders(archive)
    for path in state.folder.iterdir():
        if path.name != mark:
            _delete(path)
    shutil.rmtree(state.folder)


def _forget_folders(archive: str) -> None:
    path = state_folder() / _FOLDERS
    if not path.exists():
        return
    before: dict[str, str] = json.loads(path.read_bytes())
    gone = {folder for folder, known in before.items() if known == archive}
    if not gone:
        return
    default = read_default()
    if default is not None and str(default) in gone:
        (state_folder() / "default.json").unlink()
    left = {folder: known for folder, known in before.items() if folder not in gone}
    write_beside(path, json.dumps(left, indent=1, sort_keys=True).encode() + b"\n")


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
