"""What is asked before a change of the charter is signed: the words that were heard, and a yes to what it will do."""

from collections.abc import Callable, Sequence

from copwatch.cli import prompts, voice
from copwatch.cli.wrapping import width, wrapped
from copwatch.errors import Refused


def agree(yes: bool) -> Callable[[Sequence[str]], None]:
    """Shows the lines and asks, unless `yes`. What it gives raises `Refused` for a no, and then nothing was changed."""

    def ask(lines: Sequence[str]) -> None:
        shown = [f"  {part}" for line in lines for part in wrapped(line, width() - 2)]
        voice.tell("\n".join(["This changes the charter of the archive:", *shown]))
        if not yes and not prompts.confirm("Sign it?"):
            raise Refused("the change was not confirmed", hint="nothing was changed")

    return ask


def heard(what: str) -> str:
    """The eight words that somebody reads aloud; `what` says from where."""
    voice.note(what)
    return prompts.line("The words that you hear (four letters of each are enough)", flag="--words WORDS")
