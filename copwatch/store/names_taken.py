"""How a file that was written beside its place gets its name: never over anything that stands there."""

import os
from pathlib import Path

from copwatch.errors import Refused


def taken(path: Path) -> Refused:
    """Something is there already."""
    return Refused(f"{path} is there already", hint="name a new one; nothing is overwritten")


def take_name(beside: Path, out: Path) -> None:
    """Gives a file its name without replacing another that appeared meanwhile; `beside` may stay. Raises `Refused`."""
    if os.name == "nt":
        try:
            beside.rename(out)
        except FileExistsError as error:
            raise taken(out) from error
        return
    try:
        os.link(beside, out)
    except FileExistsError as error:
        raise taken(out) from error
    except OSError as error:
        # No hard links on this file system (FAT): looking once more has to do.
        if os.path.lexists(out):
            raise taken(out) from error
        beside.rename(out)
