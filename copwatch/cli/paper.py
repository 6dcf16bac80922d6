"""Words on paper: showing the recovery words, and taking them back."""

from collections.abc import Callable, Sequence
from pathlib import Path

from copwatch.cli import prompts, screen, voice
from copwatch.errors import BadInput, UsageError

_COLUMNS = 4
_A_ROW = 6
_TRIES = 3


def numbered(words: str, *, columns: int = _COLUMNS) -> str:
    """Words with their numbers, read down the columns; with 24 words and 4 columns less than 80 wide."""
    listed = [f"{number:>2} {word:<11}" for number, word in enumerate(words.split(), start=1)]
    rows = -(-len(listed) // columns)
    return "\n".join("    " + "  ".join(listed[row::rows]).rstrip() for row in range(rows)) + "\n"


def written_down(show: Callable[[], None], words: str, asked: Sequence[int]) -> None:
    """Shows the page until the words were written down, and asks for some of them back.

    Args:
        show: shows the page with the words.
        words: the words.
        asked: the numbers, from 1, of those to ask for.

    Raises:
        UsageError: three times a word was wrong.
    """
    wrong = ""
    for _ in range(_TRIES):
        with screen.secret_page(wrong):
            show()
            prompts.line("Enter when everything is on paper", flag="--recovery-out FILE")
        with screen.secret_page():
            known = all(_knows(words.split(), number) for number in asked)
        if known:
            return
        wrong = "that is not the word; here is the page once more"
    raise UsageError("the recovery words were not written down", hint="use --recovery-out FILE")


def _knows(words: list[str], number: int) -> bool:
    answer = prompts.line(f"To be sure: word {number}", flag="--recovery-out FILE").lower()
    expected = words[number - 1]
    return answer == expected or (len(answer) == 4 and expected.startswith(answer))


def given_words(file: Path | None, check: Callable[[str], object]) -> str:
    """The 24 recovery words, from a file (lines that begin with # are none of them) or typed from paper.

    Args:
        check: as for `typed`.

    Raises:
        Locked: there is neither a file nor a terminal. Otherwise as `identity_text` and `typed`.
    """
    from copwatch.cli.keys import identity_text

    text = identity_text(file, pipe=False)
    if text is None:
        prompts.need_terminal_for_secret("recovery words", "use --words-file FILE")
        return typed(24, check)
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def typed(count: int, check: Callable[[str], object]) -> str:
    """Recovery words typed from paper, row by row; after a slip, only the wrong rows are typed again.

    Args:
        count: how many words there are.
        check: raises `BadInput`, which says what is wrong, for words that do not hold.

    Raises:
        BadInput: they still do not hold after several tries.
    """
    rows = [""] * (count // _A_ROW)
    with screen.secret_page():
        screen.show(
            f"Type the {count} recovery words, {_A_ROW} in a row. The first four letters of each are enough.\n"
        )
        for left in reversed(range(_TRIES)):
            for number, row in enumerate(rows):
                rows[number] = _row(number, row)
            try:
                check(" ".join(rows))
            except BadInput as error:
                if not left:
                    raise
                voice.warn(f"{error.message}; {error.hint}" if error.hint else error.message)
                voice.note("type the wrong rows again; Enter keeps a row as it is")
            else:
                break
    return " ".join(rows)


def _row(number: int, before: str) -> str:
    first = number * _A_ROW + 1
    while True:
        entered = prompts.line(
            f"words {first} to {first + _A_ROW - 1}", flag="--words-file FILE", default=before
        )
        if len(entered.split()) == _A_ROW:
            return entered
        voice.warn(f"that is {len(entered.split())} words; a row has {_A_ROW}")
