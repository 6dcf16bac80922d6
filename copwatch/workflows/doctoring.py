"""`copwatch doctor`: what is wrong with an archive folder, and mending it from another copy."""

from dataclasses import dataclass
from pathlib import Path

from copwatch.errors import Refused
from copwatch.progress import Progress
from copwatch.store.check import total_bytes
from copwatch.store.repair import Diagnosis, Repaired, examine, repair
from copwatch.workflows.stamping import Now


@dataclass(frozen=True, slots=True)
class Doctored:
    """What was wrong before, what was done, and what is wrong after it. Without a repair the last two are None."""

    before: Diagnosis
    repaired: Repaired | None
    after: Diagnosis | None

    @property
    def now(self) -> Diagnosis:
        """How the archive is at the end."""
        return self.after or self.before


def doctor(folder: Path, progress: Progress, *, mend: bool, source: Path | None, now: Now) -> Doctored:
    """Examines the archive in `folder`; with `mend` repairs it, perhaps from the copy in `source`, and examines again.

    Raises:
        NotFound: there is no archive.
        Refused: the other copy is this archive itself, or another archive.
        IntegrityFailure: the charter does not hold, and no other copy was named.
        Busy, NoSpace, NoPermission, Unfinished: as their names say; nothing was made worse.
    """
    if source is not None and source.resolve() == folder.resolve():
        raise Refused(f"{source} is this archive itself", hint="name another copy of it")
    before = _examine(folder, progress)
    if not mend:
        return Doctored(before, None, None)
    progress.start(None, "mending")
    try:
        repaired = repair(folder, source, before, now().timestamp(), progress.advance)
    finally:
        progress.finish()
    after = _examine(folder, progress) if repaired.actions else before
    return Doctored(before, repaired, after)


def _examine(folder: Path, progress: Progress) -> Diagnosis:
    progress.start(lambda: total_bytes(folder), "examining")
    try:
        return examine(folder, progress.advance)
    finally:
        progress.finish()
