"""What hostile text looks like in each kind of output, and what the process has done to itself."""

import resource
from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli import jsonout, tables, voice
from copwatch.cli.progress import progress


def command(what: Annotated[str, typer.Argument()], text: str = "", file: Path = Path("made")):
    """Show text, or the state of the process."""
    if what == "table":
        tables.render(["name", "code"], [[text, "I-7Q2K-D3MX-4"], [None, 3]])
    elif what == "say":
        voice.say(text)
    elif what == "talk":
        voice.note(text)
        voice.warn(text)
    elif what == "json":
        jsonout.print_json({"text": text})
    elif what == "made":
        file.write_text("x")
        voice.say(f"{file.stat().st_mode & 0o777:o} {resource.getrlimit(resource.RLIMIT_CORE)}")
        import ctypes

        voice.say(f"dumpable {ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)}")
    elif what == "progress":
        work = progress()
        work.start(100, text)
        work.advance(50)
        work.note(text)
        work.finish()
        voice.say("done")
