"""Which files are cleaned, and where each copy will stand: all of it looked at before anything is done."""

import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copwatch.errors import BadInput, NotFound, Refused
from copwatch.media.kinds import usual_ending
from copwatch.store.layout import is_archive
from copwatch.workflows.collecting import Found, Skipped, collect

_MARK: Final = ".clean"


@dataclass(frozen=True, slots=True)
class Request:
    """What shall be done: written into `folder` (None: beside each source), or with `check` only looked at.

    `paths` are files, and folders with all that is in them.
    """

    paths: tuple[Path, ...]
    folder: Path | None = None
    check: bool = False
    decode: bool = False
    neutral_names: bool = False
    keep_going: bool = False
    essence: bool = False
    """Whether the hash of the coded picture and sound is wanted in each answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Each source with the place of its copy, in order; and what lies in the folders and is not looked at."""

    request: Request
    files: tuple[tuple[Path, Path], ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def folders(self) -> set[Path]:
        """Where copies will stand."""
        return set() if self.request.check else {target.parent for _, target in self.files}


def plan(request: Request) -> Plan:
    """Looks at everything before anything is done.

    Raises:
        NotFound, BadInput, Refused: a path or the folder cannot be used.
        OSError: one cannot be looked at.
    """
    if request.folder is not None and not request.folder.is_dir():
        raise NotFound(f"the folder {request.folder} is not there", hint="make it first, or name another")
    found = list(_found(request))
    files = tuple((each.path, _target(each, request)) for each in found if isinstance(each, Found))
    skipped = tuple(each for each in found if isinstance(each, Skipped))
    if not files:
        raise NotFound(f"there is no file in {request.paths[0]}", hint="name files, or folders with files")
    for folder in {target.parent for _, target in files}:
        real = folder.resolve()
        if any(is_archive(above) for above in (real, *real.parents)):
            raise Refused(f"{folder} is inside an archive", hint="name a place outside of it")
    if len({target.absolute() for _, target in files}) != len(files):
        hint = "clean them one after the other, or add --neutral-names"
        raise BadInput("two of the files would get the same name", hint=hint)
    return Plan(request, files, skipped)


def _found(request: Request) -> Iterator[Found | Skipped]:
    """Files as they were named, also by a link; and below folders what `add` would take, without the copies."""
    for path in request.paths:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            yield Found(path, status.st_size, None)
        elif not stat.S_ISDIR(status.st_mode):
            raise BadInput(f"{path} is not a file", hint="name a plain file, or a folder")
        elif request.folder is None and not request.check:
            hint = "add --out DIR: the copies will stand there in the same folders"
            raise BadInput(f"{path} is a folder, and no place is named for the copies", hint=hint)
        else:
            yield from _below(path, request.folder)


def _below(path: Path, out: Path | None) -> Iterator[Found | Skipped]:
    real = None if out is None else out.resolve()
    if real is not None and path.resolve().is_relative_to(real):
        raise BadInput(f"the copies of {path} would stand beside or above it", hint="name another folder")
    for each in collect([path], real):
        if isinstance(each, Found) or real is None or each.path.resolve() != real:
            yield each


def _target(found: Found, request: Request) -> Path:
    """A neutral name says nothing about the source, not even where it stood in a series, or in which folder."""
    path, out = found.path, request.folder
    if request.neutral_names:
        return (path.parent if out is None else out) / f"{secrets.token_hex(4)}{usual_ending(path.suffix)}"
    if out is None:
        return path.parent / f"{path.stem}{_MARK}{path.suffix}"
    return out / (found.folder or "") / path.name
