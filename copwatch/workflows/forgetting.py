"""`copwatch add --forget`: what this computer remembers of recent shifts."""

from copwatch.store.archive import Archive
from copwatch.store.known_ids import forget_ids
from copwatch.store.recent import forget_recent
from copwatch.store.unfinished import forget_unfinished


def forget_lately(archive: Archive) -> None:
    """Forgets which files came in lately, and the codes met here. Not the archive itself."""
    with archive.state.writing():
        forget_recent(archive.state)
        forget_ids(archive.state)
        forget_unfinished(archive.state)
