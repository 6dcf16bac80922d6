"""What exports that were killed left beside their places goes before the next one, and is named."""

from copwatch.cli import voice
from copwatch.store import begun_exports
from copwatch.store.archive import Archive


def clear_left_behind(archive: Archive) -> None:
    """Removes it, and says so."""
    for part in begun_exports.clear(archive.state):
        voice.note(f"removed {part}: an export that was killed had left it")
