"""Taking away what this computer remembers of an archive. The archive itself is not touched."""

import shutil
from pathlib import Path

from copwatch.store.state import LocalState, forget_folders


def forget_archive(archive: str, mark: str) -> None:
    """Deletes the whole local state of an archive: device key, catalogues, pins, heads, and where it stood.

    Args:
        archive: its id, 64 hexadecimal digits.
        mark: the file of that state by which the caller knew that it may go. It goes last, so that a removal
            which was interrupted can be run again.

    Raises:
        Busy: another copwatch is writing to it.
        Unfinished: the list of folders is damaged; nothing was deleted.
        OSError: something could not be deleted.
    """
    state = LocalState(archive)
    with state.writing():
        pass
    forget_folders(archive)
    for path in state.folder.iterdir():
        if path.name != mark:
            _delete(path)
    shutil.rmtree(state.folder)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
