"""`copwatch open`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, NoRecord, PassphraseFile, Yes

if TYPE_CHECKING:
    from copwatch.catalogue.shown import EvidenceRow
    from copwatch.workflows.session import Session

Item = Annotated[str, typer.Argument(metavar="E-…", help="The item.", show_default=False)]
Original = Annotated[bool, typer.Option("--original", help="Write the bytes exactly as they were received.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="The file to write.", show_default=False)
]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="TEXT", help="Why it is opened, for the custody record.")
]


def command(
    item: Item,
    original: Original = False,
    out: Out = None,
    purpose: Purpose = "",
    yes: Yes = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    no_record: NoRecord = False,
    json: Json = False,
) -> None:
    """Check an item against what was received, or write it out.

    Without --original nothing is written: every byte is read out of its sealed pieces and compared with the hash
    that was recorded. An original on disk is no longer protected: it holds the place and the device of whoever
    filmed, and copies of it stay behind when it is deleted.

    Examples:

      copwatch open E-4H7T-99XA-0

      copwatch open E-4H7T-99XA-0 --original --out /media/usb/clip.mp4
    """
    from copwatch.cli import prompts, voice
    from copwatch.cli.opened import archive_at, named_of, session_of
    from copwatch.cli.progress import progress
    from copwatch.errors import UsageError
    from copwatch.workflows.opening import check_evidence, write_original
    from copwatch.workflows.stamping import check_text
    from copwatch.workflows.writing_out import check_new

    if original != (out is not None):
        raise UsageError("--original and --out FILE go together", hint="open E-… --original --out FILE")
    named = named_of(item, "E")
    check_text("--purpose", purpose)
    opened = archive_at(archive)
    if out is not None:
        check_new(out, opened)
        voice.warn(
            "an original holds place, time and device of whoever filmed, and lies open where it is written"
        )
        if not yes and not prompts.confirm(f"Write it to {out}?"):
            voice.note("nothing was written")
            return
    with session_of(opened, passphrase_file, identity) as session:
        row = session.find_evidence(named)
        recorded: list[bool] = []

        def record() -> None:
            recorded.append(_record(session, row.id, purpose, no_record))

        if out is not None:
            write_original(session, row, out, progress(), record)
        else:
            check_evidence(session, row, progress())
            record()
    _say(row, out, recorded[0], json)


def _record(session: "Session", evidence: str, purpose: str, no_record: bool) -> bool:
    from copwatch.cli import voice
    from copwatch.workflows.opening import record_access
    from copwatch.workflows.stamping import local_now

    if no_record:
        voice.note("not recorded, as asked")
        return False
    recorded = record_access(session, local_now, "viewed", [evidence], purpose=purpose)
    if not recorded.written:
        voice.note(f"not recorded: {recorded.why_not}")
    return recorded.written


def _say(row: "EvidenceRow", out: Path | None, recorded: bool, json: bool) -> None:
    from copwatch.cli import jsonout, voice
    from copwatch.cli.rows import path_text

    if json:
        jsonout.print_json(
            {
                "evidence": row.code, "sha256": row.sha256, "size": row.size,
                "out": path_text(out) if out is not None else None, "recorded": recorded,
            }
        )  # fmt: skip
    elif out is not None:
        voice.say(f"{row.code} written to {out}: {row.size:,} bytes, exactly {_what(row)}.")
    else:
        voice.say(f"{row.code} is exactly {_what(row)}: {row.size:,} bytes, SHA-256 {row.sha256}")


def _what(row: "EvidenceRow") -> str:
    if row.metadata == "strip":
        return "the clean rendition that was made when it came in (no original was kept)"
    return "as received"
