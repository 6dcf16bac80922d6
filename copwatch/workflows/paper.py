"""Paper: blank forms to print, and reports that were written on one. Neither needs a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copwatch import __version__
from copwatch.errors import CopwatchError, Unfinished
from copwatch.model.ids import code
from copwatch.model.schema import Schema
from copwatch.model.templates import Template
from copwatch.model.values import Json
from copwatch.progress import Progress
from copwatch.store.archive import Archive
from copwatch.typesetting.paper import Paper, paper_form
from copwatch.workflows.adding import Added, Request, add_files
from copwatch.workflows.reporting import new_report
from copwatch.workflows.stamping import Now
from copwatch.workflows.writing_out import check_new, create_new, taken


def write_form(
    out: Path, template: Template, paper: Paper, schema: Schema, archive: Archive | None = None
) -> tuple[str, ...]:
    """Writes a blank form to a new file, for this user alone.

    Returns:
        The characters of the group's own words that no font at hand draws.

    Raises:
        Refused: something is there already, or it is inside the archive.
        NotFound: its folder is not there.
    """
    if archive is not None:
        check_new(out, archive)
    made = paper_form(template, paper, __version__, schema)
    try:
        with create_new(out) as file:
            file.write(made.pdf)
    except FileExistsError as error:
        raise taken(out) from error
    return made.undrawn


@dataclass(frozen=True)
class Scans:
    """The scans of one paper form, which are in: the ids of the evidence, and those of it that were in before."""

    evidence: tuple[str, ...]
    before: tuple[str, ...]

    @property
    def codes(self) -> list[str]:
        """The codes of all."""
        return [code("E", id) for id in self.evidence]

    @property
    def codes_before(self) -> list[str]:
        """The codes of those that were in before: somebody may have typed them in."""
        return [code("E", id) for id in self.before]


def take_scans(
    archive: Archive, paths: Sequence[Path], typed_by: Json, template: Template, now: Now, progress: Progress
) -> Scans:
    """Takes in the scans of a form, all of them.

    Raises:
        Unfinished: not all came in; those that did are named, and stay.
        As `add_files` otherwise.
    """
    by = typed_by if isinstance(typed_by, str) else None
    note = f"scan of a paper form: {template.name}"
    added = add_files(archive, Request(tuple(paths), by=by, note=note), now, progress)
    before = [twin.evidence for twin in added.twins]
    found = [*(item.evidence for item in added.received), *before]
    if added.stopped is not None or any(item.failed for item in added.skipped) or not found:
        raise _not_all(added, found)
    return Scans(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(before)))


def enter_report(
    archive: Archive, now: Now, template: Template, fields: dict[str, Json], scans: Scans
) -> str:
    """Keeps the report that was typed from the scans, and files them under it, in one entry.

    Returns:
        The id of the incident that it creates.
    """
    named: list[Json] = [*scans.evidence]
    filed = [("E", id) for id in scans.evidence]
    return new_report(archive, now, template.name, {**fields, "scans": named}, filed)


def _not_all(added: Added, found: Sequence[str]) -> CopwatchError:
    reasons = [f"{item.path}: {item.reason}" for item in added.skipped]
    if added.stopped is not None:
        reasons.append(added.stopped.message)
    in_ = f"; in are {', '.join(code('E', id) for id in found)}" if found else ""
    return Unfinished(
        f"not every scan came in, so no report was written: {'; '.join(reasons) or 'there was no file'}{in_}",
        hint="run the same command again: what is in is not taken twice",
    )
