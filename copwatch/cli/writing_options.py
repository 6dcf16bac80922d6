"""Options of the commands that write reports and records, and of those that show their versions."""

from pathlib import Path
from typing import Annotated

import typer

From = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="Take a form (TOML or JSON); - is standard input."),
]
Edit = Annotated[bool, typer.Option("--edit", help="Fill the form in your editor, in memory and on no disk.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is amended; kept with it.")]
Keep = Annotated[
    str | None,
    typer.Option("--keep", metavar="R-…", help="Where current versions differ, take this one's word."),
]
Unlock = Annotated[
    bool, typer.Option("--unlock", help="Ask for the passphrase, to start from what is known.")
]
AllVersions = Annotated[bool, typer.Option("--all-versions", help="Show every version, the oldest first.")]
