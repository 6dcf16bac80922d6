"""Reading the ledgers of a folder that nobody vouches for: only what is proven is given, all else is a finding."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.proof.entry import LONGEST_LINE
from copwatch.proof.findings import Kind
from copwatch.proof.ledger import Checked, LedgerCheck
from copwatch.store.archive import Archive
from copwatch.store.bodies import ReadLine
from copwatch.store.layout import (
    DEVICE_NAME,
    FORK_NAME,
    FORKS,
    LEDGER,
    SEGMENT_LINES,
    SEGMENT_NAME,
    SET_ASIDE,
    segment_name,
)
from copwatch.store.ledgers import withdrawals
from copwatch.store.plain import is_plain_folder, open_plain, plain_names
from copwatch.store.side import Side
from copwatch.store.state import Head
from copwatch.text import counted

_MOST_ASIDE = 32
"""Versions of one ledger that are looked at; a hostile folder may have any number."""


class Rest(StrEnum):
    """What stands behind the last proven line of a ledger."""

    NOTHING = "nothing"
    TORN = "the beginning of a line"
    BAD = "lines that do not hold"


@dataclass(frozen=True, slots=True)
class Found:
    """A ledger (branch None) or the branch of a fork as it stands in a folder: its proven entries."""

    device: str
    branch: str | None
    folder: Path
    heads: Sequence[str]
    rest: Rest
    aside: str = ""
    """The file that stands for its last segment, where a syncing program put that aside under another name."""


@dataclass
class Reading:
    """Reads the proven lines of one ledger folder; stops at the first that does not hold, and says why."""

    archive: Archive
    side: Side
    device: str
    folder: Path
    rest: Rest = Rest.NOTHING
    proven: set[bytes] = field(default_factory=set, repr=False)
    """Digests of lines, with their signatures, that were proven before: three quarters of the work of a merge of
    two copies that are alike is proving the same bytes again."""
    aside: str = ""

    def lines(self, start: Head | None = None) -> Iterator[ReadLine]:
        """The lines after `start`, each checked with its chain, its lists and its signature."""
        size, head = (start.size, start.hash) if start else (0, None)
        check = LedgerCheck(self.device, self.archive.history, size, head)
        try:
            for position, raw in raw_lines(
                self.side.folder, self.folder, first=size // SEGMENT_LINES, aside=self.aside
            ):
                if position < size:
                    continue
                checked = self._judge(check, position, raw)
                if checked is None:
                    return
                yield ReadLine(raw[:-1], checked.line, checked.hash)
        except OSError as error:
            self.rest = Rest.BAD
            self.side.unreadable(self._where(), error)

    def _judge(self, check: LedgerCheck, position: int, raw: bytes) -> Checked | None:
        where = f"{self.device[:8]}:{check.seq}"
        if position != check.seq:
            self._stop(
                Rest.BAD, Kind.CUT_SHORT, where, "a segment is missing, or has another number of lines"
            )
        elif not raw.endswith(b"\n") and len(raw) <= LONGEST_LINE and self._is_last(position):
            self._stop(Rest.TORN, Kind.TORN, self._where(), "its last line is torn")
        else:
            # A line without its newline in the middle is read all the same, and found not to hold there.
            checked = check.read(raw.removesuffix(b"\n"))
            if checked is not None and not check.findings:
                digest = blake2b(raw, digest_size=16).digest()
                if digest in self.proven or verify(self.device, checked.message, checked.line.sig):
                    self.proven.add(digest)
                    return checked
                self._stop(Rest.BAD, Kind.BAD_SIGNATURE, where, "the device's signature does not hold")
            self.rest = Rest.BAD
            self.side.findings += check.findings
        return None

    def _is_last(self, position: int) -> bool:
        return (self.aside or plain_names(self.folder, SEGMENT_NAME)[-1])[:8] == segment_name(position)[:8]

    def _stop(self, rest: Rest, kind: Kind, where: str, detail: str) -> None:
        self.rest = rest
        self.side.report(kind, where, detail)

    def _where(self) -> str:
        return self.folder.relative_to(self.side.folder).as_posix()


@dataclass
class Survey:
    """All ledgers and forks of one folder, and what they withdraw with authority."""

    side: Side
    found: dict[str, list[Found]] = field(default_factory=dict)
    withdrawn: dict[str, str | None] = field(default_factory=dict)
    proven: set[bytes] = field(default_factory=set, repr=False)

    def of(self, device: str) -> list[Found]:
        """What was found of one device, its ledger first."""
        return self.found.get(device, [])


def survey(
    archive: Archive,
    side: Side,
    *,
    visit: Callable[[ReadLine], None] = lambda _: None,
    only: str | None = None,
    own: str | None = None,
    proven: set[bytes] | None = None,
    aside: bool = False,
) -> Survey:
    """Reads every ledger and fork in the folder of `side`, with the charters of `archive` as the measure.

    `visit` is given each proven line once, also where branches share it. `only` names the one device to read, `own` a
    device that is read though no charter names it: this computer's, which waits for approval. `proven` are
    lines that need not be proven again (`Reading`). With `aside` versions of a ledger are read, too, that a syncing
    program put aside, for what they have beyond it.
    """
    result = Survey(side, proven=set() if proven is None else proven)
    for device, branch, folder in _folders(side):
        if only in (None, device) and _known(archive, side, device, folder, own):
            main = result.of(device)[0].heads if result.of(device) else ()
            result.found.setdefault(device, []).append(
                _read(archive, side, (device, branch, folder), main, result, visit)
            )
            for name in plain_names(folder, SET_ASIDE)[:_MOST_ASIDE] if aside else ():
                _read_aside(archive, side, (device, branch, folder), name, result, visit)
    return result


def read_one(archive: Archive, side: Side, device: str, branch: str | None) -> Found:
    """Reads one ledger folder again."""
    folder = side.layout.ledger(device) if branch is None else side.layout.fork(device, branch)
    reading = Reading(archive, side, device, folder)
    heads = [read.hash for read in reading.lines()]
    return Found(device, branch, folder, heads, reading.rest)


def raw_lines(top: Path, folder: Path, *, first: int = 0, aside: str = "") -> Iterator[tuple[int, bytes]]:
    """The lines of a ledger folder as they stand, with newline, and the seq that their place stands for.

    What is longer than the format allows is given cut, and ends the segment. With `aside` that file stands for its
    segment, and is the last. Raises `OSError`.
    """
    names = plain_names(folder, SEGMENT_NAME)
    for name in [*(n for n in names if n[:8] < aside[:8]), aside] if aside else names:
        number = int(name[:8])
        if number < first:
            continue
        with os.fdopen(open_plain(top, folder / name), "rb") as file:
            position = number * SEGMENT_LINES
            while line := file.readline(LONGEST_LINE + 2):
                yield position, line
                if len(line) > LONGEST_LINE + 1 and not line.endswith(b"\n"):
                    break
                position += 1


def _read(
    archive: Archive,
    side: Side,
    place: tuple[str, str | None, Path],
    main: Sequence[str],
    result: Survey,
    visit: Callable[[ReadLine], None],
) -> Found:
    device, branch, folder = place
    reading, heads = Reading(archive, side, device, folder, proven=result.proven), list[str]()
    for read in reading.lines():
        heads.append(read.hash)
        if len(heads) <= len(main) and main[len(heads) - 1] == read.hash:
            continue
        visit(read)
        if read.line.lists.withdrawn:
            result.withdrawn = withdrawals(archive, [read], result.withdrawn)
    return Found(device, branch, folder, heads, reading.rest)


def _read_aside(
    archive: Archive,
    side: Side,
    place: tuple[str, str | None, Path],
    name: str,
    result: Survey,
    visit: Callable[[ReadLine], None],
) -> None:
    """A version that was put aside counts as far as it is proven; what does not hold of it is no finding."""
    device, branch, folder = place
    reading = Reading(archive, Side(side.layout), device, folder, proven=result.proven, aside=name)
    known = {head for found in result.of(device) for head in found.heads}
    heads, new = list[str](), 0
    for read in reading.lines():
        heads.append(read.hash)
        if read.hash not in known:
            new += 1
            visit(read)
            if read.line.lists.withdrawn:
                result.withdrawn = withdrawals(archive, [read], result.withdrawn)
    if new:
        result.found[device].append(Found(device, branch, folder, heads, Rest.NOTHING, name))
        where = os.fsencode((folder / name).relative_to(side.folder)).decode("utf-8", "backslashreplace")
        entries = counted(new, "entry", "entries")
        side.report(Kind.UNREFERENCED, where, f"a syncing program put it aside, with {entries} more")


def _folders(side: Side) -> Iterator[tuple[str, str | None, Path]]:
    for name in (LEDGER, FORKS):
        if (side.folder / name).is_symlink():
            side.report(Kind.UNEXPECTED, f"{name}/", "a link has no place here")
    top = side.folder / LEDGER
    for device in plain_names(top, DEVICE_NAME):
        yield device, None, top / device
    top = side.folder / FORKS
    for device in plain_names(top, DEVICE_NAME):
        for branch in plain_names(top / device, FORK_NAME):
            yield device, branch, top / device / branch


def _known(archive: Archive, side: Side, device: str, folder: Path, own: str | None) -> bool:
    where = folder.relative_to(side.folder).as_posix()
    if not is_plain_folder(folder):
        side.report(Kind.UNEXPECTED, where, "is no plain folder")
        return False
    # Anybody can make a key and sign a ledger with it: only devices of some charter are let in.
    if device != own and not archive.history.names_device(device):
        detail = "no charter names its device, so its entries are not taken over: `copwatch device approve`"
        side.report(Kind.NOT_APPROVED, where, detail)
        return False
    return True
