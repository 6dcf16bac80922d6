"""`copwatch lock`."""

from copwatch.cli.options import Archive, Json


def command(archive: Archive = None, json: Json = False) -> None:
    """Destroy the key that `copwatch unlock` keeps.

    Example:

      copwatch lock
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.opened import archive_at
    from copwatch.workflows.unlocking import lock

    was_unlocked = lock(archive_at(archive))
    if json:
        jsonout.print_json({"locked": True, "was_unlocked": was_unlocked})
    else:
        voice.say("Locked." if was_unlocked else "Locked; no key was kept.")
