"""The program as typer sees it: the options of `copwatch` itself and the lazy group of commands."""

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer
from typer.main import get_group, get_install_completion_arguments

from copwatch import __version__
from copwatch.cli import voice
from copwatch.cli.lazy import LazyGroup
from copwatch.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from typer.core import TyperGroup

PROGRAM = "copwatch"


_FIRST_STEPS: Final = """\
New here? copwatch demo shows the whole way on invented files, in a minute.

Then copwatch init ~/archive; after a shift copwatch add /media/sd/DCIM; and copwatch status says what waits.

Each command explains itself, with examples: copwatch add --help"""

_NUMBERS: Final = {
    r"Input should be a valid integer.*": "write a whole number",
    r"Input should be greater than or equal to (\S+)": r"write a number from \1 on",
    r"Input should be less than or equal to (\S+)": r"write a number up to \1",
}
"""What typer says of numbers, and how people say it."""


def run(group: type[LazyGroup] = LazyGroup, args: Sequence[str] | None = None) -> int:
    """Do what the command line says, or answer a shell's question for completions.

    Args:
        group: the group of commands.
        args: the words after `copwatch`; those of the process when None.

    Returns:
        The exit code.

    Raises:
        CopwatchError: also for a command line that typer refuses.
    """
    try:
        code = build(group).main(args=_asked(args), prog_name=PROGRAM, standalone_mode=False)
    except typer.Abort:
        raise Interrupted("stopped") from None
    except typer.TyperException as refused:
        return _refused(refused)
    return code if isinstance(code, int) else 0


def _asked(args: Sequence[str] | None) -> list[str]:
    """The words of the command line; `help add` and `add -h` are what people type for `add --help`."""
    words = list(sys.argv[1:] if args is None else args)
    if words[:1] == ["help"]:
        return [*words[1:], "--help"]
    return [*words[:-1], "--help"] if words[-1:] == ["-h"] else words


def build(group: type[LazyGroup] = LazyGroup) -> "TyperGroup":
    """The whole program, no command imported yet."""
    app = typer.Typer(
        cls=group,
        add_completion=False,
        no_args_is_help=True,
        epilog=_FIRST_STEPS,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(_copwatch)
    program = get_group(app)
    program.params.extend(get_install_completion_arguments())
    return program


def _show_version(wanted: bool) -> None:
    if wanted:
        voice.say(f"{PROGRAM} {__version__}")
        raise typer.Exit


def _copwatch(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    """Keep, prove and hand out the evidence of a copwatch or legal-observer group.

    Footage is sealed as it comes in, every later step is recorded, and what leaves is chosen and listed.
    """


def _refused(refused: typer.TyperException) -> int:
    """A command line that typer refuses, in our voice; help shown for want of arguments needs no words."""
    message = refused.format_message().replace("\n\t", " ").replace("\n", " ").rstrip(". ")
    if not message:
        return UsageError.exit_code
    message = message.replace(". Did you mean", "; did you mean")
    for theirs, ours in _NUMBERS.items():
        message = re.sub(theirs, ours, message)
    missing = (
        getattr(getattr(refused, "param", None), "help", None) if message.startswith("Missing") else None
    )
    if missing:
        first = missing[:1] if missing[1:2] == "-" else missing[:1].lower()  # a code (I-…) keeps its letter
        message += f": {first}{missing[1:].rstrip('.')}"
    context = getattr(refused, "ctx", None)
    path = context.command_path if context is not None else PROGRAM
    raise UsageError(f"{message[:1].lower()}{message[1:]}", hint=f"see: {path} --help")
