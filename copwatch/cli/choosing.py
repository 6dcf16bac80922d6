"""Choosing a passphrase: seven drawn words are offered first; weak ones are refused with the reason."""

from pathlib import Path

from copwatch.cli import prompts, screen, voice
from copwatch.errors import Refused, UsageError

_TRIES = 5


_OWN = (
    "Your passphrase. These seven words were drawn at random for you:",
    "Write them down until you know them by heart; then destroy the note.",
)
_GIVEN_AWAY = (
    "A passphrase for the recipient. These seven words were drawn at random:",
    "Write them down until you have told the recipient, best by voice; then destroy\nthe note.",
)


def chosen_passphrase(
    file: Path | None, *, flag: str = "--new-passphrase-file FILE", given_away: bool = False
) -> str:
    """A new passphrase that is good enough: from its file, or offered and typed at the terminal.

    With `given_away` it is for somebody who receives what it opens, and is said to be.

    Raises:
        Refused: the one in the file is weak.
        UsageError: there is no terminal, or none was chosen.
    """
    from copwatch.workflows.passphrases import check_passphrase

    if file is not None:
        chosen = prompts.passphrase_from(file)
        check_passphrase(chosen)
        return chosen
    prompts.need_terminal(f"use {flag}")
    refused, said = "", _GIVEN_AWAY if given_away else _OWN
    for _ in range(_TRIES):
        chosen = _offered(flag, refused, said) or prompts.passphrase("your own passphrase", choose=True)
        try:
            check_passphrase(chosen)
        except Refused as error:
            refused = f"{error.message}; {error.hint}"
            continue
        return chosen
    voice.warn(refused)
    raise UsageError("no passphrase was chosen", hint="run the same command again")


def _offered(flag: str, refused: str, said: tuple[str, str]) -> str | None:
    """Seven drawn words, if the person takes them and can type them; None for one of their own.

    `refused` says why the one before was not taken; `said` stands above and below the words.
    """
    from copwatch.workflows.founding import offer_passphrase

    words = offer_passphrase()
    with screen.secret_page(refused):
        screen.show(
            f"{said[0]}\n"
            "\n"
            f"    {words}\n"
            "\n"
            "Nobody guesses them, and they are easier to type than a short password.\n"
            f"{said[1]}\n"
        )
        answer = prompts.line("Enter to take them, or `own` to choose your own", flag=flag)
    if answer.lower() in {"own", "`own`", "o", "n", "no"}:
        voice.note("at least 12 characters; several unrelated words are best")
        return None
    return _typed_back(words, flag)


def _typed_back(words: str, flag: str) -> str:
    """The words, once they were typed: a passphrase that was misread locks its owner out."""
    for _ in range(_TRIES):
        entered = prompts.passphrase("type the seven words")
        if " ".join(entered.lower().split()) == words:
            return words
        with screen.secret_page("that is not what was shown; here it is once more"):
            screen.show(f"    {words}\n")
            prompts.line("Enter to go on", flag=flag)
    raise UsageError("the words were not typed back", hint="run the same command again; nothing was made")
