"""`copwatch doctor`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, Json

if TYPE_CHECKING:
    from copwatch.store.repair import Diagnosis, Repaired

From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="DIR",
        help="Mend, with proven bytes from this copy of the archive.",
        show_default=False,
    ),
]
Mend = Annotated[bool, typer.Option("--repair", help="Tidy up and mend what needs no other copy.")]


def command(source: From = None, mend: Mend = False, archive: Archive = None, json: Json = False) -> None:
    """Say what is wrong with the archive, and mend it.

    Without options it only looks. --repair removes what interrupted runs left behind and moves a torn line away;
    --from also takes damaged and missing objects, ledger lines and charter versions from another copy, each only
    where its hash or signature proves it. What cannot be mended is kept as it is and named.

    Examples:

      copwatch doctor

      copwatch doctor --from /media/stick/archive
    """
    from copwatch.cli import jsonout
    from copwatch.cli.progress import progress
    from copwatch.errors import IntegrityFailure
    from copwatch.store.archive import find_archive
    from copwatch.workflows.doctoring import doctor
    from copwatch.workflows.stamping import local_now

    folder = find_archive(archive)
    result = doctor(folder, progress(), mend=mend or source is not None, source=source, now=local_now)
    if json:
        jsonout.print_json(_as_json(result.now, result.repaired))
    else:
        _show(result.now, result.repaired)
    if not result.now.healthy:
        raise IntegrityFailure(
            "the archive does not hold",
            hint="name another copy with --from DIR, until one has what is missing; where the card is still there,"
            " `copwatch add` takes its files in again whose objects do not hold",
        )


def _show(diagnosis: "Diagnosis", repaired: "Repaired | None") -> None:
    from copwatch.cli import voice
    from copwatch.cli.transfers import MOST_SHOWN

    for action in repaired.actions if repaired else ():
        voice.say(f"{action.deed}: {action.where}" + (f" ({action.detail})" if action.detail else ""))
    for finding in repaired.source_findings if repaired else ():
        voice.warn(f"the other copy: {finding.kind}: {finding.where}: {finding.detail}")
    for finding in diagnosis.findings[:MOST_SHOWN]:
        say = voice.warn if finding.fails else voice.note
        say(f"{finding.kind}: {finding.where}: {finding.detail}")
    for staged in diagnosis.staged:
        what = "kept for you to look at" if staged.kept else "left by an interrupted run, or in use"
        voice.note(f"tmp/{staged.name}: {what}")
    if diagnosis.healthy:
        voice.say("Everything that was checked holds.")


def _as_json(diagnosis: "Diagnosis", repaired: "Repaired | None") -> dict[str, object]:
    from copwatch.cli.transfers import findings_json

    return {
        "healthy": diagnosis.healthy,
        "findings": findings_json(diagnosis.findings),
        "staged": [{"name": s.name, "kept": s.kept} for s in diagnosis.staged],
        "actions": [
            {"deed": a.deed.name.lower(), "where": a.where, "detail": a.detail}
            for a in (repaired.actions if repaired else ())
        ],
        "source_findings": findings_json(repaired.source_findings if repaired else ()),
    }
