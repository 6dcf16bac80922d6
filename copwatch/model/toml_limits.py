"""What a TOML form may look like before a parser reads it: parsers take a long dotted key at its square."""

import re

from copwatch.errors import BadInput

DEEPEST_KEY = 8
"""Parts of one dotted key or table header; forms have two."""

LONGEST_LINE = 100_000
"""Characters of a line, where it is outside texts between three quotes."""

# Every quantifier is possessive: no text makes the search go back.
_TOKEN = re.compile(
    r"""
    (?P<text>\"{3}(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?+ | '{3}(?:[^']++|'(?!''))*+(?:'{3,5})?+)
    | (?P<comment>\#[^\n]*+)
    | (?P<part>[A-Za-z0-9_-]++ | "(?:[^"\\\n]++|\\[^\n])*+"?+ | '[^'\n]*+'?+)
    | (?P<dot>\.)
    | (?P<gap>[ \t]++)
    | (?P<other>[^"'\#A-Za-z0-9_.\ \t-]++)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def check_toml(text: str) -> None:
    """Finds keys that are too deep and lines that are too long, in one pass.

    Texts, comments and keys end where a parser of TOML 1.0 ends them, up to the first place where it would stop.

    Raises:
        BadInput: there is such a key or line.
    """
    line = parts = 0
    after_dot = False
    for token in _TOKEN.finditer(text):
        kind, said = token.lastgroup, token.group()
        if kind == "part":
            parts, after_dot = (parts + 1 if after_dot else 1), False
        elif kind == "dot":
            after_dot = True
        elif kind != "gap":
            parts, after_dot = 0, False
        if parts > DEEPEST_KEY:
            raise BadInput(
                f"a key of the form has more than {DEEPEST_KEY} parts",
                hint="`copwatch report form` prints a form",
            )
        line = _line(line, "\n" if kind == "text" else said)


def _line(before: int, said: str) -> int:
    """How long the line is in which `said` ends. Raises `BadInput` when any line of it is too long."""
    first, *more = said.split("\n") if "\n" in said else (said,)
    lengths = [before + len(first), *map(len, more)]
    if max(lengths) > LONGEST_LINE:
        raise BadInput(
            f"a line of the form has more than {LONGEST_LINE} characters",
            hint="put a long text between ''' and ''', on lines of their own",
        )
    return lengths[-1]
