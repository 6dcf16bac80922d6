"""What `copwatch verify PATH` was pointed at. Apart, so that verifying an archive loads nothing of bundles."""

import os
from pathlib import Path
from typing import BinaryIO

from copwatch.crypto.age import looks_sealed
from copwatch.errors import NotFound
from copwatch.store.layout import is_archive
from copwatch.workflows.given_files import open_given

_ZIP = b"PK\x03\x04"
_DECLARATION = b"bagit.txt"
_DIRECTORY = 8 << 20
"""Bytes at the end of a zip that are looked through; the directory of the largest bundle fits."""


def what_is(path: Path) -> str:
    """`archive`, `bundle`, `sealed`, or `file`, by what stands there. Raises `NotFound`."""
    if path.is_dir():
        if is_archive(path):
            return "archive"
        if (path / "bagit.txt").is_file():
            return "bundle"
        raise NotFound(
            f"{path} is neither an archive nor a bundle", hint="name the folder itself, not one above it"
        )
    if not path.exists():
        raise NotFound(f"{path} is not there", hint="check the name")
    with open_given(path) as file:
        head = file.read(64)
        if looks_sealed(head):
            return "sealed"
        return "bundle" if head.startswith(_ZIP) and _names_a_bag(file) else "file"


def _names_a_bag(file: BinaryIO) -> bool:
    """Whether a zip lists the declaration of a bag: other zips, and documents that are zips, are evidence like any."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _DIRECTORY))
    return _DECLARATION in file.read(_DIRECTORY)
