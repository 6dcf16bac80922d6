"""The charters of two folders of one archive, taken together: what holds, and what one lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.errors import IntegrityFailure, NotFound, Refused
from copwatch.proof.charter import LARGEST_FILE, file_name
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History, read_history
from copwatch.store.archive import MOST_CHARTER_BYTES
from copwatch.store.layout import CHARTER_NAME
from copwatch.store.plain import plain_names, read_plain
from copwatch.store.side import Side

_DAMAGED = frozenset({Kind.MALFORMED, Kind.ALTERED, Kind.BAD_SIGNATURE})


@dataclass(frozen=True, slots=True)
class Charters:
    """All versions that hold, and the files that are to be brought to the destination, oldest first.

    `offered` are the objects that charters of the source name: those that the source ought to have.
    """

    history: History
    missing: tuple[tuple[str, bytes], ...]
    offered: frozenset[str]


def read_charter_files(side: Side) -> dict[str, bytes]:
    """All files of the charter folder by name; what cannot be read is a finding."""
    if side.layout.charter.is_symlink():
        side.report(Kind.UNEXPECTED, "charter/", "a link has no place here")
    files, room = {}, MOST_CHARTER_BYTES
    for name in plain_names(side.layout.charter, CHARTER_NAME):
        try:
            data = read_plain(side.folder, side.layout.charter / name, LARGEST_FILE + 1)
        except OSError as error:
            side.unreadable(f"charter/{name}", error)
            continue
        room -= len(data)
        if room < 0:
            side.report(Kind.UNREADABLE, f"charter/{name}", "there are too many charter files")
            break
        files[name] = data
    return files


def archive_id(side: Side) -> str | None:
    """The id of the archive in a folder; None when it has no valid first charter."""
    history, _ = read_history(read_charter_files(Side(side.layout)), verify)
    return history.archive if history else None


def join_charters(source: Side, destination: Side, archive: str) -> Charters:
    """Reads both folders as copies of `archive`.

    Raises:
        NotFound: the source is no archive.
        Refused: one of them holds another archive.
        IntegrityFailure: the first charter does not hold in either of them.
    """
    theirs, ours = read_charter_files(source), read_charter_files(destination)
    if not theirs:
        raise NotFound(f"there is no archive in {source.folder}", hint="check the folder that you named")
    for side, files in ((source, theirs), (destination, ours)):
        _refuse_another(side.folder, files, archive)
    damaged = {_name(finding) for finding in _damaged(ours, archive)}
    good = {name: data for name, data in ours.items() if name not in damaged}
    joined = {**theirs, **good}
    history, findings = read_history(joined, verify, archive)
    if history is None:
        raise IntegrityFailure(
            f"the first charter of this archive does not hold: {source.folder}",
            hint="use another copy of the archive",
        )
    source.findings += [f for f in _damaged(theirs, archive) if _name(f) in good]
    source.findings += [f for f in findings if _name(f) not in good]
    destination.findings += [f for f in findings if _name(f) in good]
    destination.findings += _replaceable(ours.keys() - good.keys())
    names = [file_name(c) for c in sorted(history.charters.values(), key=lambda c: c.version)]
    source.had_charter = True
    offered = {o for c in history.charters.values() if file_name(c) in theirs for o in c.objects()}
    return Charters(
        history, tuple((name, joined[name]) for name in names if name not in good), frozenset(offered)
    )


def _damaged(files: Mapping[str, bytes], archive: str) -> list[Finding]:
    _, findings = read_history(files, verify, archive)
    return [f for f in findings if f.kind in _DAMAGED and f.where != "charter/"]


def _refuse_another(folder: Path, files: Mapping[str, bytes], archive: str) -> None:
    """Fails when there are valid first charters, and none of them is that of `archive`."""
    if not files or read_history(files, verify, archive)[0] is not None:
        return
    history, findings = read_history(files, verify)
    ours = f"charter/000000-{archive[:16]}.json"
    if history is not None or not any(f.where == ours for f in findings):
        raise Refused(
            f"{folder} holds another archive",
            hint="archives are never mixed: name a folder of this archive, or a new one",
        )


def _replaceable(names: set[str]) -> list[Finding]:
    return [Finding(Kind.ALTERED, f"charter/{name}", "does not hold here") for name in sorted(names)]


def _name(finding: Finding) -> str:
    return finding.where.removeprefix("charter/")
