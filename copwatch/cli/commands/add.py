"""`copwatch add`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, Json, Yes

if TYPE_CHECKING:
    from copwatch.store.archive import Archive as OpenArchive
    from copwatch.workflows.adding import Added, Request

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH...", help="Files and folders to take in.", show_default=False),
]
Incident = Annotated[
    str | None, typer.Option("--incident", metavar="CODE", help="File everything under this incident (I-…).")
]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="A report form (TOML or JSON) for a new incident."),
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A note about this batch.")]
By = Annotated[str | None, typer.Option("--by", metavar="HANDLE", help="Who filmed; a handle, not a name.")]
How = Annotated[
    str | None,
    typer.Option("--received-how", metavar="WAY", help="How it came: sd_card, phone_cable, messenger …"),
]
Receipt = Annotated[
    Path | None,
    typer.Option("--receipt", metavar="FILE", help="Write name, size, SHA-256 and code of each file there."),
]
Metadata = Annotated[
    str,
    typer.Option(
        "--metadata",
        metavar="preserve|strip",
        help="preserve seals every file bit for bit; strip seals only its clean rendition, and no original.",
    ),
]
Compartment = Annotated[
    str | None,
    typer.Option(
        "--compartment",
        metavar="NAME",
        help="Seal it to this compartment; while locked, the 8 digits that `compartment new` showed.",
    ),
]
Forget = Annotated[
    bool, typer.Option("--forget", help="Forget at once which files came in lately, and the codes met here.")
]

MOST_NAMED = 20
"""Files that came in before, and links and the like, that are named one by one; what failed is named always."""


def command(
    paths: Paths = None,
    incident: Incident = None,
    report: ReportFile = None,
    note: Note = None,
    by: By = None,
    received_how: How = None,
    receipt: Receipt = None,
    metadata: Metadata = "preserve",
    compartment: Compartment = None,
    forget: Forget = False,
    yes: Yes = False,
    archive: Archive = None,
    json: Json = False,
) -> None:
    """Take in a shift's photos and video.

    Needs no passphrase: files are sealed to public keys, and this computer cannot open them afterwards. The
    sources are only read. Keep the card until `copwatch copy` says that a second place holds everything.

    With --metadata strip the original does not enter the archive: only a rendition without place, time, device and
    names, with the same picture and sound. A court may want the original. What cannot be cleaned with certainty is
    not added.

    Examples:

      copwatch add /media/sd/DCIM

      copwatch add IMG_1.jpg VID_2.mp4 --incident I-7Q2K-D3MX-R --by OBS-7

      copwatch add DCIM --report report.toml --receipt receipt.txt
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.opened import archive_at, code_of
    from copwatch.errors import UsageError
    from copwatch.workflows.forgetting import forget_lately

    _check_metadata(metadata)
    code = code_of(incident, "I") if incident else None
    if incident and report:
        raise UsageError(
            "--incident and --report exclude each other", hint="a report makes an incident of its own"
        )
    opened = archive_at(archive)
    if forget:
        forget_lately(opened)
        voice.note("forgotten: which files came in lately, and the codes met here")
    if paths is None and forget and json:
        jsonout.print_json({"forgotten": True})
    elif paths:
        request = _request(opened, paths, code, report, note, by, received_how, metadata == "strip")
        if request.strip:
            _check_holds(opened, request.incident)
            _confirm_stripping(yes)
        _add(opened, _placed(opened, request, compartment), receipt, json)
    elif not forget:
        raise UsageError(
            "nothing to add was named", hint="name files or folders: copwatch add /media/sd/DCIM"
        )


def _add(archive: "OpenArchive", request: "Request", receipt: Path | None, json: bool) -> None:
    from copwatch.cli import jsonout
    from copwatch.cli.progress import progress
    from copwatch.errors import Refused, Unfinished
    from copwatch.workflows.adding import add_files, how_to_go_on
    from copwatch.workflows.receipts import receipt_for
    from copwatch.workflows.stamping import local_now

    with receipt_for(archive, receipt, request.paths) as keep:
        added = add_files(archive, request, local_now, progress())
        unkept = keep(added)
    if json:
        jsonout.print_json(_as_json(added))
    else:
        _show(added, stripped=request.strip)
    if added.stopped is not None:
        raise added.stopped
    if not added.complete:
        failed = sum(item.failed for item in added.skipped)
        said = (
            "one file or folder could not be added"
            if failed == 1
            else f"{failed} files or folders could not be added"
        )
        if any(item.refused for item in added.skipped):
            raise Refused(
                said, hint="each is named above; what cannot be cleaned comes in with --metadata preserve"
            )
        raise Unfinished(said, hint=f"each is named above; {how_to_go_on(request, added.incident)}")
    if unkept is not None:
        raise unkept


def _check_metadata(metadata: str) -> None:
    from copwatch.errors import UsageError

    if metadata not in {"preserve", "strip"}:
        raise UsageError(f"there is no metadata choice {metadata}", hint="preserve or strip")


def _check_holds(archive: "OpenArchive", incident: str | None) -> None:
    """Raises `Refused` where a hold that is known here forbids stripping; says so where none can be known."""
    from copwatch.cli import voice
    from copwatch.workflows.holds_noted import refuse_stripping

    if not refuse_stripping(archive, incident):
        voice.warn(
            "whether a hold forbids this could not be checked: nobody has unlocked the archive on this computer"
        )


def _confirm_stripping(yes: bool) -> None:
    """It cannot be undone: says first that no original is kept."""
    from copwatch.cli import prompts, voice
    from copwatch.errors import Interrupted

    voice.warn(
        "the originals will not be kept: only clean renditions are sealed, and a court may want the original"
    )
    if not yes and not prompts.confirm("Seal only clean renditions?"):
        raise Interrupted("stopped: nothing was added")


def _request(
    archive: "OpenArchive", paths: list[Path], code: Any, report: Path | None, note: str | None, by: str | None,
    how: str | None, strip: bool,
) -> "Request":  # fmt: skip
    import sys

    from copwatch.cli import forms, prompts, voice
    from copwatch.workflows.adding import Request, check_request
    from copwatch.workflows.collecting import check_there
    from copwatch.workflows.demo import is_walking
    from copwatch.workflows.filing import resolve
    from copwatch.workflows.own_schema import schema_of

    check_request(by, how, note)
    for path in paths:
        # Before anything is asked: a typing error in the name of a card is found at once.
        check_there(path)
    incident = resolve(archive, code) if code is not None else None
    fields = forms.read_form(report, schema=schema_of(archive)) if report is not None else None
    if by is None and voice.is_terminal(sys.stdin):
        by = prompts.line("Who filmed? A handle, not a name (Enter: not said)", flag="--by HANDLE") or None
    check_request(by, how)
    return Request(tuple(paths), by, how, note, incident, fields, into_demo=is_walking(archive), strip=strip)


def _placed(archive: "OpenArchive", request: "Request", compartment: str | None) -> "Request":
    """The same, sealed to the compartment that was named."""
    from dataclasses import replace

    from copwatch.cli.opened import compartment_of

    return replace(request, compartment=compartment_of(archive, compartment)) if compartment else request


def _show(added: "Added", *, stripped: bool) -> None:
    from copwatch import sizes
    from copwatch.cli import tables, voice
    from copwatch.cli.described import matters
    from copwatch.model.ids import code

    if added.received:
        rows = [[code("E", r.evidence), r.name, sizes.size(r.size), r.sha256[:16]] for r in added.received]
        tables.render(["evidence", "name", "size", "SHA-256 begins"], rows)
    _show_rest(added, "rendition" if stripped else "bytes")
    count = len(added.received)
    if count:
        total = sizes.size(sum(r.size for r in added.received))
        what = f"clean renditions of {_files(count)}, and no original" if stripped else _files(count)
        voice.say(f"Received {what}, {total}, as batch {code('B', added.batch)}.")
    elif added.twins:
        voice.say(f"Nothing new came in.{' It is all in already.' if added.complete else ''}")
    else:
        voice.say("Nothing came in.")
    for line in matters(added.received):
        voice.note(line)
    if added.incident is not None:
        voice.say(f"Filed under {code('I', added.incident)}.")
    elif count:
        voice.say(f"Not filed yet: copwatch link {code('B', added.batch)} I-…")
    if count or added.twins:
        voice.say(_places(added))


def _show_rest(added: "Added", same: str) -> None:
    """What did not come in, and why; of a twin the `same` is in already."""
    from copwatch.cli import voice
    from copwatch.model.ids import code

    verb = "are" if same == "bytes" else "is"
    for twin in added.twins[:MOST_NAMED]:
        voice.note(f"{twin.path}: the same {same} {verb} in already, as {code('E', twin.evidence)}")
    if len(added.twins) > MOST_NAMED:
        voice.note(f"and {_files(len(added.twins) - MOST_NAMED)} more whose {same} {verb} in already")
    named = [item for item in added.skipped if not item.failed]
    for item in named[:MOST_NAMED]:
        voice.note(f"{item.path}: not added: {item.reason}")
    if len(named) > MOST_NAMED:
        voice.note(f"and {len(named) - MOST_NAMED} more of these (--json names all)")
    for item in added.skipped:
        if item.failed:
            voice.warn(f"{item.path}: not added: {item.reason}")


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _places(added: "Added") -> str:
    if not added.received:
        return "Keep the card until `copwatch copy DIR` says that another place holds everything."
    if added.other_places == 0:
        return "Keep the card: this is the only copy. `copwatch copy DIR` makes a second one and verifies it."
    more = added.other_places
    return f"This archive and {more} more verified {'place holds' if more == 1 else 'places hold'} it."


def _as_json(added: "Added") -> dict[str, object]:
    from copwatch.cli.described import received_json
    from copwatch.cli.rows import path_text
    from copwatch.model.ids import code

    return {
        "batch": code("B", added.batch) if added.received else None,
        "incident": code("I", added.incident) if added.incident else None,
        "received": [
            {
                "evidence": code("E", r.evidence), "id": r.evidence, "path": path_text(r.path), "name": r.name,
                "size": r.size, "sha256": r.sha256, "media_type": r.media_type,
                **received_json(r.described),
            }
            for r in added.received
        ],
        "already_received": [{"path": path_text(t.path), "evidence": code("E", t.evidence)} for t in added.twins],
        "not_added": [
            {"path": path_text(s.path), "reason": s.reason, "failed": s.failed, "refused": s.refused}
            for s in added.skipped
        ],
        "verified_places": 1 + added.other_places if added.received else 0,
        "complete": added.complete,
    }  # fmt: skip
