"""`copwatch demo`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Json

if TYPE_CHECKING:
    from copwatch.workflows.demo import Demo, Ran, Step

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR", help="A new or empty folder; by default a temporary one.", show_default=False
    ),
]
Remove = Annotated[
    Path | None,
    typer.Option(
        "--remove",
        metavar="DIR",
        show_default=False,
        help="Delete the demo in DIR and all that belongs to it.",
    ),
]

WIDEST = 80


def command(folder: Folder = None, remove: Remove = None, json: Json = False) -> None:
    """Show the whole way on sample files, in an archive of its own.

    From an empty folder to a bundle for counsel, in a few seconds: every command is shown as you would type it,
    then run. Everything in it is invented. The folder stays for looking; evidence cannot be added to it, and your
    own archives are not touched.

    Examples:

      copwatch demo

      copwatch demo --remove DIR
    """
    from copwatch.errors import UsageError

    if remove is not None and folder is not None:
        raise UsageError("DIR and --remove exclude each other", hint="copwatch demo --remove DIR")
    if remove is not None:
        _remove(remove, json)
    else:
        _show(folder, json)


def _show(folder: Path | None, json: bool) -> None:
    import sys

    from copwatch.cli import jsonout, transcript
    from copwatch.cli.line import run_line
    from copwatch.cli.wrapping import width
    from copwatch.workflows.demo import ARCHIVE, Ran, prepare, removal, walk

    demo, cells = prepare(folder), min(width(), WIDEST)
    steps: list[dict[str, object]] = []
    shown_on = None if json else sys.stdout

    def show(step: "Step", command: str) -> None:
        if not json:
            _say_step(step, command, cells)
        steps.append({"why": step.why, "command": command})

    def run(command: str) -> "Ran":
        recorder = transcript.Recorder(shown_on, cells, terminal=not json)
        with transcript.recording(recorder):
            code = run_line(command)
        steps[-1] |= {"exit_code": code, "output": recorder.text()}
        return Ran(code, recorder.text())

    if not json:
        _begin(demo, cells)
    # COLUMNS and TERM: tables are drawn for this width, and without sequences that only a terminal understands.
    variables = {
        "COPWATCH_ARCHIVE": str(demo.folder / ARCHIVE), "COLUMNS": str(cells), "TERM": "dumb",
    }  # fmt: skip
    with transcript.standing_in(demo.folder, variables):
        walk(demo, show, run)
    if json:
        jsonout.print_json({"folder": str(demo.folder), "steps": steps, "remove": removal(demo.folder)})
    else:
        _end(demo, cells)


def _begin(demo: "Demo", cells: int) -> None:
    import shlex

    from copwatch.workflows.demo import ARCHIVE

    _say(
        "This is a demo: invented files, in an archive that holds nothing else. Each command stands after a $,"
        " and what it printed below it.",
        cells,
    )
    _lines("", "Passphrase of the demo:", f"  {demo.passphrase}")
    _lines("Passphrase of its bundle:", f"  {demo.bundle_passphrase}")
    _say("Both were drawn at random just now and open nothing else.", cells)
    _lines("", f"$ cd {shlex.quote(str(demo.folder))}", f"$ export COPWATCH_ARCHIVE=$PWD/{ARCHIVE}")


def _say_step(step: "Step", command: str, cells: int) -> None:
    from copwatch.cli.transcript import typed

    _lines("")
    _say(step.why, cells)
    _lines("", *typed(command, cells))


def _end(demo: "Demo", cells: int) -> None:
    from copwatch.workflows.demo import removal

    _lines("")
    _say("The demo is over. Everything is still there to look at; your own archives were not touched.", cells)
    _lines("", f"  {demo.folder}", "", "To delete all of it:", f"  {removal(demo.folder)}")
    _lines("To make an archive of your own:", "  copwatch init DIR")


def _remove(folder: Path, json: bool) -> None:
    from copwatch.cli import jsonout, voice
    from copwatch.workflows.demo_removing import remove_demo

    removed = remove_demo(folder)
    if json:
        jsonout.print_json({"removed": str(removed.folder), "left": list(removed.left)})
        return
    voice.say(f"The demo in {removed.folder} is deleted, and what this computer remembered of it.")
    if removed.left:
        voice.note(f"the folder stays, for there is something else in it: {', '.join(removed.left)}")


def _say(text: str, cells: int) -> None:
    from copwatch.cli.wrapping import wrapped

    _lines(*wrapped(text, cells))


def _lines(*lines: str) -> None:
    from copwatch.cli import voice

    for line in lines:
        voice.say(line)
