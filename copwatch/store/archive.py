"""An archive opened for reading: its charter, its ledgers, its objects. Needs no key and writes nothing."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.errors import IntegrityFailure, NewerFormat, NoPermission, NotFound, Unfinished
from copwatch.proof.charter import LARGEST_FILE, Charter
from copwatch.proof.entry import LONGEST_LINE
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History, read_history
from copwatch.store.found import unreadable
from copwatch.store.layout import (
    CHARTER_NAME,
    DEVICE_NAME,
    FORK_NAME,
    FORKS,
    LEDGER,
    SEGMENT_NAME,
    Layout,
    is_archive,
)
from copwatch.store.plain import open_plain, read_plain
from copwatch.store.state import (
    LocalState,
    Pin,
    known_archive,
    read_default,
    remember_folder,
    remembered_archives,
)

MOST_CHARTER_BYTES = 64 << 20
"""All versions together: thousands of ordinary ones. What a stranger put beside them must not fill the memory."""


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
        return _names(self.layout.folder / LEDGER, DEVICE_NAME)

    def forks(self) -> list[tuple[str, str]]:
        """The (device, branch) pairs of ledgers that parted."""
        top = self.layout.folder / FORKS
        return [(d, b) for d in _names(top, DEVICE_NAME) for b in _names(top / d, FORK_NAME)]


def open_archive(folder: Path, *, instead: bool = False) -> Archive:
    """Opens the archive in `folder`.

    Args:
        folder: holds `charter/`.
        instead: take it also where another archive stood before; a person has to compare its root words.

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
            hint="run `copwatch verify`, and take the charter from another copy: `copwatch doctor --from DIR`",
        )
    if not instead:
        refuse_swapped(archive)
    rolled_back = _rollbacks(archive)
    if rolled_back:
        raise IntegrityFailure(
            rolled_back[0].detail,
            hint="this copy is older, or was changed: `copwatch merge` from a newer copy",
        )
    return archive


def is_swapped(archive: Archive) -> bool:
    """Whether this computer remembers another archive in this folder."""
    return any(known != archive.id for known in remembered_archives(archive.layout.folder))


def refuse_swapped(archive: Archive) -> None:
    """Raises `IntegrityFailure` when another archive stands where this computer remembers one."""
    if is_swapped(archive):
        raise IntegrityFailure(
            "this is another archive than the one that this computer knows in this folder",
            hint="look for the one that stood here; if you put this one here yourself, move it to a folder of its own, "
            "or compare its root words with your paper: `copwatch recover --archive DIR`",
        )


def load_archive(folder: Path) -> tuple[Archive | None, list[Finding]]:
    """Reads the charter, and says what is wrong with it; None when there is no valid one. Raises `NotFound`."""
    if not is_archive(folder):
        _names(Layout(folder).charter, CHARTER_NAME)
        raise NotFound(
            f"there is no archive in {folder}",
            hint="plug in the disk that it is on, or name a copy of it with --archive DIR",
        )
    found: list[Finding] = []
    files = read_charters(Layout(folder), found)
    # A first charter that somebody put beside ours is a finding, and does no harm where ours is known.
    archive = known_archive(folder, {name[7:23] for name in files if name.startswith("000000-")})
    history, findings = read_history(files, verify, archive)
    return (Archive(Layout(folder), history) if history else None), found + findings


def pin_findings(archive: Archive) -> list[Finding]:
    """A charter may never go back, nor change its root, nor that of another archive stand in its place.

    (docs/format.md, "Charter")
    """
    if is_swapped(archive):
        return [Finding(Kind.ROLLBACK, "charter/", "this computer knows another archive in this folder")]
    return _rollbacks(archive)


def _rollbacks(archive: Archive) -> list[Finding]:
    pin = archive.state.pin()
    if pin is None:
        return []
    if archive.history.root != pin.root:
        return [Finding(Kind.ROLLBACK, "charter/", "the root key is not the one that this computer knows")]
    if pin.charter not in archive.history.charters:
        detail = f"charter version {pin.charter_version}, which this computer has seen, is not here"
        return [Finding(Kind.ROLLBACK, "charter/", detail)]
    return []


def read_charters(layout: Layout, findings: list[Finding] | None = None) -> dict[str, bytes]:
    """All files of the charter folder by name, cut at the largest size that the format allows.

    What cannot be read, and what is more than `MOST_CHARTER_BYTES` together, is left out and becomes a finding.
    """
    findings, files, room = [] if findings is None else findings, {}, MOST_CHARTER_BYTES
    for name in _names(layout.charter, CHARTER_NAME):
        try:
            data = read_plain(layout.folder, layout.charter / name, LARGEST_FILE + 1)
        except OSError as error:
            findings.append(unreadable(f"charter/{name}", error))
            continue
        room -= len(data)
        if room < 0:
            findings.append(Finding(Kind.UNREADABLE, f"charter/{name}", "there are too many charter files"))
            break
        files[name] = data
    return files


_SEGMENT_BUFFER = 1 << 18


def ledger_lines(top: Path, folder: Path, *, first: int = 0) -> Iterator[bytes]:
    """The whole lines of a ledger below `top`, from segment `first` on, without newline; no torn last line.

    A line that is longer than the format allows is given cut, so that it is found to be malformed. Raises
    `OSError`; with `ELOOP` for a link or anything else that is no plain file.
    """
    for name in _fitting(folder, SEGMENT_NAME):
        if int(name[:8]) < first:
            continue
        with os.fdopen(open_plain(top, folder / name), "rb", buffering=_SEGMENT_BUFFER) as file:
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
            hint="name one with --archive DIR, make one with `copwatch init DIR`, or after a loss: `copwatch recover`",
        )
    return default


def remember(archive: Archive) -> None:
    """Pins the root key on first trust, and the highest version of the charter; that never goes down.

    When the charter forks, an earlier version rules until both are joined; the pin stays at what was seen.
    """
    charter, newest = max(archive.history.charters.items(), key=lambda item: (item[1].version, item[0]))
    if _is_news(archive, newest.version):
        with archive.state.changing():
            if _is_news(archive, newest.version):
                archive.state.save_pin(Pin(archive.history.root, newest.version, charter))
    if not is_swapped(archive):
        remember_folder(archive.layout.folder, archive.id)


def _is_news(archive: Archive, version: int) -> bool:
    pin = archive.state.pin()
    return pin is None or version > pin.charter_version


def _names(folder: Path, pattern: re.Pattern[str]) -> list[str]:
    """The names in a folder that fit, in order; none where it is not. Raises `NoPermission` or `Unfinished`."""
    try:
        return _fitting(folder, pattern)
    except PermissionError as error:
        raise NoPermission(
            f"{folder} cannot be read", hint="check who owns the archive folder and what is in it"
        ) from error
    except OSError as error:
        raise Unfinished(
            f"{folder} cannot be read: {error.strerror}", hint="check what stands there, and the disk"
        ) from error


def _fitting(folder: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if pattern.match(name))  # noqa: PTH208 (no stat calls)
    except (FileNotFoundError, NotADirectoryError):
        return []
