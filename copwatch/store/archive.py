"""An archive opened for reading: its charter, its ledgers, its objects. Needs no key and writes nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.errors import IntegrityFailure, NewerFormat, NotFound
from copwatch.proof.charter import LARGEST_FILE, Charter
from copwatch.proof.entry import LONGEST_LINE
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History, read_history
from copwatch.store.layout import CHARTER_NAME, DEVICE_NAME, FORK_NAME, SEGMENT_NAME, Layout, is_archive
from copwatch.store.state import LocalState, Pin, read_default


@dataclass(frozen=True)
class Archive:
    """One archive folder whose charter holds."""

    layout: Layout
    history: History

    @property
    def id(self) -> str:
        """The archive id, 64 hexadecimal digits."""
        return self.history.archive

    @property
    def charter(self) -> Charter:
        """The version of the charter that rules."""
        return self.history.charter

    @property
    def state(self) -> LocalState:
        """What this computer remembers about it."""
        return LocalState(self.id)

    def devices(self) -> list[str]:
        """The devices that have a ledger here, in order."""
        return _names(self.layout.folder / "ledger", DEVICE_NAME)

    def forks(self) -> list[tuple[str, str]]:
        """The (device, branch) pairs of ledgers that parted."""
        top = self.layout.folder / "forks"
        return [(d, b) for d in _names(top, DEVICE_NAME) for b in _names(top / d, FORK_NAME)]


def open_archive(folder: Path) -> Archive:
    """Opens the archive in `folder`.

    Raises:
        NotFound: there is no archive.
        IntegrityFailure: its charter does not hold, or is not the one that this computer knows.
        NewerFormat: it was written by a newer copwatch.
    """
    archive, findings = load_archive(folder)
    if any(f.kind is Kind.NEWER for f in findings):
        raise NewerFormat(
            "a newer copwatch has changed the charter of this archive",
            hint="install the newest version; nothing was changed",
        )
    if archive is None:
        raise IntegrityFailure(
            f"the charter of this archive does not hold: {findings[0].detail}",
            hint="run `copwatch verify`, and take the charter from another copy with `copwatch merge`",
        )
    rolled_back = pin_findings(archive)
    if rolled_back:
        raise IntegrityFailure(
            rolled_back[0].detail,
            hint="this copy is older, or was changed: `copwatch merge` from a newer copy",
        )
    return archive


def load_archive(folder: Path) -> tuple[Archive | None, list[Finding]]:
    """Reads the charter, and says what is wrong with it; None when there is no valid one. Raises `NotFound`."""
    if not is_archive(folder):
        raise NotFound(
            f"there is no archive in {folder}",
            hint="name it with --archive, or make one with `copwatch init DIR`",
        )
    history, findings = read_history(read_charters(Layout(folder)), verify)
    return (Archive(Layout(folder), history) if history else None), findings


def pin_findings(archive: Archive) -> list[Finding]:
    """A charter may never go back, nor change its root (docs/format.md, "Charter")."""
    pin = archive.state.pin()
    if pin is None:
        return []
    if archive.history.root != pin.root:
        return [Finding(Kind.ROLLBACK, "charter/", "the root key is not the one that this computer knows")]
    if pin.charter not in archive.history.charters:
        detail = f"charter version {pin.charter_version}, which this computer has seen, is not here"
        return [Finding(Kind.ROLLBACK, "charter/", detail)]
    return []


def read_charters(layout: Layout) -> dict[str, bytes]:
    """All files of the charter folder by name, cut at the largest size that the format allows."""
    files = {}
    for name in _names(layout.charter, CHARTER_NAME):
        with (layout.charter / name).open("rb") as file:
            files[name] = file.read(LARGEST_FILE + 1)
    return files


def ledger_lines(folder: Path, *, first: int = 0) -> Iterator[bytes]:
    """The whole lines of a ledger from segment `first` on, without newline; a torn last line is not given.

    A line that is longer than the format allows is given cut, so that it is found to be malformed.
    """
    for name in _names(folder, SEGMENT_NAME)[first:]:
        with (folder / name).open("rb") as file:
            while line := file.readline(LONGEST_LINE + 2):
                if line.endswith(b"\n"):
                    yield line[:-1]
                elif len(line) > LONGEST_LINE:
                    yield line
                    return


def find_archive(named: Path | None) -> Path:
    """The archive to use: the one named, the folder one stands in or above, or the default. Raises `NotFound`."""
    if named is not None:
        return named
    here = Path.cwd()
    for folder in (here, *here.parents):
        if is_archive(folder):
            return folder
    default = read_default()
    if default is None:
        raise NotFound(
            "no archive was named, and there is no default one",
            hint="name one with --archive DIR, or make one with `copwatch init DIR`",
        )
    return default


def remember(archive: Archive) -> None:
    """Pins the root key on first trust, and the newest charter."""
    found = Pin(archive.history.root, archive.charter.version, archive.history.ruling)
    if archive.state.pin() != found:
        archive.state.save_pin(found)


def _names(folder: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if pattern.match(path.name))
    except (FileNotFoundError, NotADirectoryError):
        return []
