"""`copwatch open`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Item, Json, NoRecord, PassphraseFile, Yes

if TYPE_CHECKING:
    from copwatch.catalogue.shown import EvidenceRow
    from copwatch.workflows.made import Made
    from copwatch.workflows.session import Session

Original = Annotated[bool, typer.Option("--original", help="Write the bytes exactly as they were received.")]
Metadata = Annotated[
    str | None,
    typer.Option(
        "--metadata",
        metavar="strip",
        show_default=False,
        help="Write its clean rendition: the same picture and sound, without place, time, device and names.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE|DIR",
        help="The file to write; for a rendition also a folder, where it gets a name that says nothing.",
        show_default=False,
    ),
]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="TEXT", help="Why it is opened, for the custody record.")
]


def command(
    item: Item,
    original: Original = False,
    metadata: Metadata = None,
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

    Without --original or --metadata strip nothing is written: every byte is read out of its sealed pieces and
    compared with the hash that was recorded. An original on disk is no longer protected: it holds the place and the
    device of whoever filmed, and copies of it stay behind when it is deleted.

    Examples:

      copwatch open E-4H7T-99XA-0

      copwatch open E-4H7T-99XA-0 --original --out /media/usb/clip.mp4

      copwatch open E-4H7T-99XA-0 --metadata strip --out /media/usb
    """
    from copwatch.cli import prompts, voice
    from copwatch.cli.opened import archive_at, named_of, session_of
    from copwatch.workflows.stamping import check_text
    from copwatch.workflows.writing_out import check_new, check_outside

    _check_way(original, metadata, out)
    named = named_of(item, "E")
    check_text("--purpose", purpose)
    opened = archive_at(archive)
    if metadata and out is not None and out.is_dir():
        check_outside(out, opened)
    elif out is not None:
        check_new(out, opened)
    if original:
        voice.warn(
            "an original holds place, time and device of whoever filmed, and lies open where it is written"
        )
        if not yes and not prompts.confirm(f"Write it to {out}?"):
            voice.note("nothing was written")
            return
    with session_of(opened, passphrase_file, identity) as session:
        row = session.find_evidence(named)
        if metadata and out is not None:
            _write_rendition(session, row, out, purpose, no_record, json)
        else:
            _write_original(session, row, out, purpose, no_record, json)


def _check_way(original: bool, metadata: str | None, out: Path | None) -> None:
    from copwatch.errors import UsageError

    if metadata not in (None, "strip"):
        raise UsageError("--metadata takes strip", hint="open E-… --original --out FILE writes the original")
    if original and metadata:
        raise UsageError("--original and --metadata strip exclude each other", hint="name one of them")
    if (original or metadata is not None) != (out is not None):
        raise UsageError(
            "--out goes together with --original or --metadata strip",
            hint="open E-… --original --out FILE, or open E-… --metadata strip --out DIR",
        )


def _write_original(
    session: "Session", row: "EvidenceRow", out: Path | None, purpose: str, no_record: bool, json: bool
) -> None:
    from copwatch.cli.progress import progress
    from copwatch.workflows.opening import check_evidence, write_original

    recorded: list[bool] = []

    def record() -> None:
        recorded.append(_record(session, row.id, purpose, no_record))

    if out is not None:
        write_original(session, row, out, progress(), record)
    else:
        check_evidence(session, row, progress())
        record()
    _say(row, out, recorded[0], json)


def _write_rendition(
    session: "Session", row: "EvidenceRow", out: Path, purpose: str, no_record: bool, json: bool
) -> None:
    from copwatch.cli.progress import progress
    from copwatch.errors import Refused
    from copwatch.media.refusal import CannotClean
    from copwatch.workflows.renditions import write_rendition

    recorded: list[bool] = []

    def record(made: "Made") -> None:
        recorded.append(_record(session, row.id, purpose, no_record, made))

    try:
        made, target = write_rendition(session, row, out, progress(), record)
    except CannotClean as error:
        raise Refused(
            f"{row.code} cannot be cleaned with certainty: {error.message}",
            hint="nothing was written; `copwatch open E-… --original --out FILE` writes it as it was received",
        ) from error
    _say_rendition(row, made, target, recorded[0], json)


def _record(
    session: "Session", evidence: str, purpose: str, no_record: bool, made: "Made | None" = None
) -> bool:
    from copwatch.cli import voice
    from copwatch.workflows.opening import record_access
    from copwatch.workflows.stamping import local_now

    if no_record:
        voice.note("not recorded, as asked")
        return False
    recorded = record_access(
        session, local_now, "viewed", [evidence], purpose=purpose,
        made=lambda stamp: [made.record(stamp)] if made and made.id else [],
    )  # fmt: skip
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
                "out": path_text(out) if out is not None else None, "recorded": recorded, "rendition": None,
            }
        )  # fmt: skip
    elif out is not None:
        voice.say(f"{row.code} written to {out}: {row.size:,} bytes, exactly {_what(row)}.")
    else:
        voice.say(f"{row.code} is exactly {_what(row)}: {row.size:,} bytes, SHA-256 {row.sha256}")


def _say_rendition(row: "EvidenceRow", made: "Made", out: Path, recorded: bool, json: bool) -> None:
    from copwatch.cli import jsonout, voice
    from copwatch.cli.rows import path_text

    if json:
        jsonout.print_json(
            {
                "evidence": row.code, "sha256": row.sha256, "size": row.size, "out": path_text(out),
                "recorded": recorded,
                "rendition": {
                    "sha256": made.sha256, "size": made.size, "essence": made.essence, "media_type": made.media_type,
                },
            }
        )  # fmt: skip
        return
    voice.say(
        f"The clean rendition of {row.code} was written to {out}: {made.size:,} bytes, SHA-256 {made.sha256}"
    )
    if made.essence:
        voice.say(f"Its coded picture and sound are those of what is sealed: essence {made.essence}")
    else:
        voice.say(
            "This kind of file is written anew: its pages are the same, and there is no essence to compare."
        )
    voice.note("a face, a voice, a number plate stay what they are")


def _what(row: "EvidenceRow") -> str:
    if row.metadata == "strip":
        return "the clean rendition that was made when it came in (no original was kept)"
    return "as received"
