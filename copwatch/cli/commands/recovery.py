"""`copwatch recovery`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, Json, Yes

if TYPE_CHECKING:
    from copwatch.store.archive import Archive as OpenArchive
    from copwatch.store.keys import Keys

app = typer.Typer(help="Prove that the recovery words work, or print a sheet of them.", no_args_is_help=True)

WordsFile = Annotated[
    Path | None, typer.Option("--words-file", metavar="FILE", help="Read the 24 recovery words from FILE.")
]
Sheet = Annotated[Path, typer.Argument(metavar="FILE", help="A new PDF file.", show_default=False)]
Paper = Annotated[str, typer.Option("--paper", metavar="SIZE", help="letter or a4.")]


@app.command("rehearse")
def rehearse(words_file: WordsFile = None, archive: Archive = None, json: Json = False) -> None:
    """Prove that the recovery words on paper still open everything.

    You type the 24 words. Nothing is shown, changed or kept but the day on which it was done; `copwatch status`
    reminds you once a year.

    Example:

      copwatch recovery rehearse
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.opened import archive_at

    opened = archive_at(archive)
    keys = _proven(opened, words_file)
    count = len(opened.charter.compartments)
    if json:
        jsonout.print_json({"works": True, "compartments": count})
        return
    voice.say(
        f"The paper works: it opens all {count} compartments and the root key ({len(keys.compartments)} keys)."
    )
    voice.say("Put it back where it was. Nothing of it was kept on this computer but today's date.")


@app.command("sheet")
def sheet(
    file: Sheet,
    paper: Paper = "letter",
    words_file: WordsFile = None,
    archive: Archive = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Write a sheet with the recovery words as a PDF, to print.

    You type the 24 words; they are proven first. The file opens everything: write it to memory or to a stick that
    you destroy, print it on a printer that you can touch, and remove it.

    Example:

      copwatch recovery sheet /dev/shm/sheet.pdf
    """
    from copwatch.cli import jsonout, prompts, voice
    from copwatch.cli.opened import archive_at
    from copwatch.errors import Refused, UsageError
    from copwatch.store.durable import write_new
    from copwatch.workflows.recovery import PAPERS, recovery_sheet
    from copwatch.workflows.writing_out import check_new

    if paper not in PAPERS:
        raise UsageError(f"there is no paper {paper}", hint=f"one of: {', '.join(PAPERS)}")
    opened = archive_at(archive)
    check_new(file, opened)
    voice.warn(
        f"{file} will open everything. On a disk, a card or a stick it can stay readable after it was removed, and "
        "printers keep what they print"
    )
    if not yes and not prompts.confirm("Write it there?"):
        raise Refused("it was not confirmed", hint="nothing was written")
    keys = _proven(opened, words_file)
    write_new(file, recovery_sheet(opened, keys, paper))
    if json:
        jsonout.print_json({"file": str(file)})
        return
    voice.say(f"The sheet is in {file}. Print it, then remove the file.")


def _proven(archive: "OpenArchive", words_file: Path | None) -> "Keys":
    from copwatch.cli.paper import given_words
    from copwatch.workflows.recovery import rehearse
    from copwatch.workflows.rekeying import keys_of_words
    from copwatch.workflows.stamping import local_now

    words = given_words(words_file, lambda entered: keys_of_words(archive, entered))
    return rehearse(archive, words, local_now)
