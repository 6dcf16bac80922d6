"""What `copwatch verify PATH` was pointed at. Apart, so that verifying an archive loads nothing of bundles."""

from pathlib import Path

from copwatch.crypto.age import looks_sealed
from copwatch.errors import NotFound
from copwatch.store.layout import is_archive

_ZIP = b"PK\x03\x04"


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
    with path.open("rb") as file:
        head = file.read(64)
    if looks_sealed(head):
        return "sealed"
    return "bundle" if head.startswith(_ZIP) else "file"
