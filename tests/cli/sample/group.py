"""A command with subcommands."""

from typing import Annotated

import typer

from copwatch.cli import voice

app = typer.Typer(help="Do one of two things.", no_args_is_help=True)


@app.command()
def new(name: Annotated[str, typer.Option(help="What to call it.")] = "x"):
    """Make one."""
    voice.say(f"new {name}")


@app.command()
def amend():
    """Change one."""
    voice.say("amended")
