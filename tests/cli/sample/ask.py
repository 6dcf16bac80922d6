"""Questions."""

from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli import prompts, voice
from copwatch.cli.options import PassphraseFile


def command(
    what: Annotated[str, typer.Argument()],
    passphrase_file: PassphraseFile = None,
):
    """Ask one thing and say the answer."""
    if what == "passphrase":
        voice.say(f"got {prompts.passphrase('passphrase', file=passphrase_file)!r}")
    elif what == "choose":
        voice.say(f"got {prompts.passphrase('new passphrase', choose=True)!r}")
    elif what == "confirm":
        voice.say(f"got {prompts.confirm('delete everything?')}")
    elif what == "line":
        voice.say(f"got {prompts.line('who filmed', flag='--by', default='nobody')!r}")
    elif what == "choice":
        voice.say(f"got {prompts.choice('profile', ['court-filing', 'partner-org'], flag='--profile')}")
    assert isinstance(passphrase_file, Path | None)
