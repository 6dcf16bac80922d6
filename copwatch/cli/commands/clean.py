"""`copwatch clean`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Json

if TYPE_CHECKING:
    from copwatch.media.isolated import MediaProcess
    from copwatch.workflows.cleaning_one import Cleaned, NotCleaned
    from copwatch.workflows.cleaning_plan import Request

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...", help="Files, and folders with all that is in them.", show_default=False
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        show_default=False,
        help="Write them into this folder, each under its own name and below the folders that it stands in; else "
        "beside the source as NAME.clean.EXT.",
    ),
]
Check = Annotated[bool, typer.Option("--check", help="Only say what would be removed; write nothing.")]
Decode = Annotated[
    bool,
    typer.Option("--decode", help="Decode source and rendition as well, and compare each pixel and sample."),
]
Neutral = Annotated[
    bool,
    typer.Option("--neutral-names", help="Give new names, drawn by chance: names tell dates and devices."),
]
KeepGoing = Annotated[
    bool,
    typer.Option("--keep-going", help="Clean the other files when one is refused; the exit code stays 5."),
]


def command(
    paths: Paths,
    out: Out = None,
    check: Check = False,
    decode: Decode = False,
    neutral_names: Neutral = False,
    keep_going: KeepGoing = False,
    json: Json = False,
) -> None:
    """Write copies of photos, video and sound without place, device, time and names.

    Picture and sound stay bit for bit; what is not known to be needed for them goes. Each copy is
    compared and looked at again before it gets its name. A file that cannot be cleaned with certainty is refused, and
    nothing is written for it. Sources are only read. A face, a voice, a number plate stay what they are.

    Examples:

      copwatch clean IMG_1.jpg VID_2.mp4

      copwatch clean IMG_1.jpg --check --decode

      copwatch clean /media/sd/DCIM --out press --neutral-names --keep-going
    """
    from copwatch.media.isolated import MediaProcess

    with MediaProcess() as process:
        process.begin()  # it starts while we are still loading what we need ourselves
        from copwatch.workflows.cleaning_plan import Request

        request = Request(tuple(paths), out, check, decode, neutral_names, keep_going, essence=json)
        _clean(request, json, process)


def _clean(request: "Request", json: bool, process: "MediaProcess") -> None:
    from copwatch.cli import jsonout, voice
    from copwatch.cli.progress import progress
    from copwatch.errors import Refused
    from copwatch.workflows.cleaning import clean_files, clear_left_behind
    from copwatch.workflows.cleaning_one import Cleaned, NotCleaned
    from copwatch.workflows.cleaning_plan import plan

    work = plan(request)
    if left_behind := clear_left_behind(work):
        voice.note(f"{left_behind} unfinished copies of a run that was broken off are removed")
    for each in work.skipped:
        voice.warn(f"{each.path} is not looked at: {each.reason}")
    done: list[Cleaned] = []
    left: list[NotCleaned] = []
    for result in clean_files(work, progress(), process):
        if isinstance(result, Cleaned):
            done.append(result)
        else:
            left.append(result)
            if request.keep_going:
                voice.warn(f"{result.path} is left as it is: {result.why.message}")
        if not json and isinstance(result, Cleaned):
            _show(result, request.check)
    if json:
        rows = [_cleaned_json(item) for item in done]
        jsonout.print_json({"files": rows, "not_cleaned": [_left_json(item) for item in left]})
    elif done:
        _last_words(request)
    if left and not request.keep_going:
        rest = len(work.files) - len(done) - 1
        more = f"; {rest} more not looked at, see --keep-going" if rest else ""
        raise Refused(f"{left[0].path}: {left[0].why.message}", hint=f"{left[0].why.hint}{more}")
    if left:
        raise Refused(
            f"{len(left)} of {len(work.files)} files {'was' if len(left) == 1 else 'were'} refused",
            hint="each is named above; nothing was written for it",
        )


def _show(item: "Cleaned", check: bool) -> None:
    from copwatch import sizes
    from copwatch.cli import tables, voice

    if check:
        voice.say(f"{item.path}: {item.media_type}, {sizes.size(item.size)}")
        rows = [[row.danger.name.lower(), row.what, row.count, sizes.size(row.size)] for row in item.removed]
        if rows:
            tables.render(["reveals", "what would go", "times", "size"], rows)
        elif item.changes:
            voice.say("Nothing that reveals anything; only its order would change.")
        else:
            voice.say("Nothing to remove.")
    else:
        gone = sum(row.size for row in item.removed)
        said = "nothing to remove, a copy"
        if item.changes:
            said = "written anew" if gone == item.size else f"{sizes.size(gone)} removed"
        voice.say(f"{item.path} -> {item.out}: {said}")
    if item.decoded:
        voice.say("Decoded: the same picture and sound.")


def _last_words(request: "Request") -> None:
    from copwatch.cli import voice

    if request.check:
        return
    voice.note("the copies are dated 2000-01-01, so that folders do not tell when either was made")
    if not request.neutral_names:
        voice.note("their names are those of the sources, which may tell dates and devices: --neutral-names")


def _cleaned_json(item: "Cleaned") -> dict[str, Any]:
    from copwatch.cli.rows import path_text

    return {
        "path": path_text(item.path), "out": None if item.out is None else path_text(item.out),
        "media_type": item.media_type, "size": item.size, "clean_size": item.clean_size,
        "essence": item.essence, "changes": item.changes, "decoded": item.decoded,
        "removed": [
            {"danger": row.danger.name.lower(), "what": row.what, "count": row.count, "size": row.size}
            for row in item.removed
        ],
    }  # fmt: skip


def _left_json(item: "NotCleaned") -> dict[str, Any]:
    from copwatch.cli.rows import path_text

    reason = getattr(item.why, "reason", item.why.message)
    return {"path": path_text(item.path), "reason": reason, "offset": getattr(item.why, "offset", None)}
