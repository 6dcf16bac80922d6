"""`copwatch metadata`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, NoRecord, PassphraseFile

if TYPE_CHECKING:
    from copwatch.workflows.collecting import Skipped
    from copwatch.workflows.revealing import Revealed

Things = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH|E-…...",
        help="Files, folders with all that is in them, or items of the archive.",
        show_default=False,
    ),
]


def command(
    things: Things,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    no_record: NoRecord = False,
    json: Json = False,
) -> None:
    """Show what files reveal: place, device, time and more.

    The most dangerous comes first: place, then who and with what device, time, programs, other pictures, hidden tracks,
    what stands behind the end. Files are looked at by a process of its own that has no key, no network and no other
    file. An item of the archive is read from its sealed object, and a custody event says so; nothing is written out.

    Examples:

      copwatch metadata IMG_1.jpg

      copwatch metadata /media/sd/DCIM --json

      copwatch metadata E-4H7T-99XA-0
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.rows import path_text
    from copwatch.errors import NotFound, Unfinished
    from copwatch.workflows.collecting import Skipped

    paths = [Path(thing) for thing in things if not _is_code(thing)]
    codes = [thing for thing in things if _is_code(thing)]
    shown: list[dict[str, Any]] = []
    skipped: list[Skipped] = []
    count = 0
    for found in _revealed(paths, codes, archive, passphrase_file, identity, no_record):
        if isinstance(found, Skipped):
            skipped.append(found)
            voice.warn(f"{found.path} is not looked at: {found.reason}")
            continue
        count += 1
        if json:
            shown.append(_as_json(found))
        else:
            _show(found)
    if not count and not skipped:
        raise NotFound(f"there is no file in {paths[0]}", hint="name files, or folders with files")
    if json:
        left = [{"path": path_text(each.path), "reason": each.reason} for each in skipped]
        jsonout.print_json({"files": shown, "skipped": left})
    failed = sum(each.failed for each in skipped)
    if failed:
        raise Unfinished(
            f"{failed} {'was' if failed == 1 else 'were'} not looked at", hint="each is named above"
        )


def _is_code(thing: str) -> bool:
    """A code, unless a file is called that."""
    return thing[:2].upper() == "E-" and not Path(thing).exists()


def _revealed(
    paths: list[Path], codes: list[str], archive: Path | None, passphrase_file: Path | None,
    identity: Path | None, no_record: bool,
) -> "Iterator[Revealed | Skipped]":  # fmt: skip
    from copwatch.cli import voice
    from copwatch.cli.opened import named_of, session_at
    from copwatch.cli.progress import progress
    from copwatch.workflows.opening import record_access
    from copwatch.workflows.revealing import evidence_reveals, files_reveal
    from copwatch.workflows.stamping import local_now

    named = [named_of(code, "E") for code in codes]
    yield from files_reveal(paths, progress())
    if not named:
        return
    with session_at(archive, passphrase_file, identity) as session:
        rows = [session.find_evidence(name) for name in named]
        yield from evidence_reveals(session, rows, progress())
        if no_record:
            voice.note("not recorded, as asked")
            return
        recorded = record_access(session, local_now, "viewed", [row.id for row in rows], purpose="metadata")
        if not recorded.written:
            voice.note(f"not recorded: {recorded.why_not}")


def _show(found: "Revealed") -> None:
    from copwatch import sizes
    from copwatch.cli import tables, voice

    name = found.untrusted_name if found.evidence is None else f"{found.evidence}  {found.untrusted_name}"
    voice.say(f"{name}: {found.media_type}, {sizes.size(found.size)}")
    # A fact says what is there, a part that goes how much there is: both, in the order of what they may do.
    rows = [(f.danger, 0, f.name, f.value, f.source) for f in found.facts]
    rows += [(r.danger, 1, r.what, _amount(r.count, r.size), "") for r in found.removed]
    rows.sort(key=lambda row: row[:2])
    if rows:
        cells = [[danger.name.lower(), name, value, source] for danger, _, name, value, source in rows]
        tables.render(["reveals", "what", "value", "in"], cells)
    elif found.refusal is None:
        voice.say("Nothing beside picture and sound." if found.clean else "Nothing that reveals anything.")
    if found.refusal is not None:
        voice.warn(f"copwatch cannot clean it, and there may be more in it: {found.refusal.message}")
    if found.came_through is not None:
        from copwatch.cli.described import messenger_said

        voice.warn(f"it {messenger_said(found.came_through)}, which makes a new and smaller file")
        voice.note("for evidence, fetch the original from the device by cable")


def _amount(count: int, size: int) -> str:
    from copwatch import sizes

    return sizes.size(size) if count == 1 else f"{count:,} times, {sizes.size(size)}"


def _as_json(found: "Revealed") -> dict[str, Any]:
    from copwatch.cli.rows import path_text

    refusal = found.refusal
    return {
        "path": None if found.path is None else path_text(found.path), "evidence": found.evidence,
        "media_type": found.media_type, "size": found.size, "clean": found.clean,
        "refused": None if refusal is None else {"reason": refusal.reason, "offset": refusal.offset},
        "came_through": None if found.came_through is None else found.came_through.given(),
        "facts": [
            {"danger": f.danger.name.lower(), "name": f.name, "value": f.value, "source": f.source, "offset": f.offset}
            for f in found.facts
        ],
        "removed": [
            {"danger": r.danger.name.lower(), "what": r.what, "count": r.count, "size": r.size} for r in found.removed
        ],
    }  # fmt: skip
