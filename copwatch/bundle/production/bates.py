"""Bates numbers: a prefix and a number with leading zeros, unique for ever in an archive."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from copwatch.errors import BadInput

_PREFIX: Final = re.compile(r"[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8}){0,2}", re.ASCII)
_NUMBER: Final = re.compile(r"(?P<prefix>.*[A-Z-])(?P<digits>[0-9]{6,12})", re.ASCII)
WIDTH: Final = 7


@dataclass(frozen=True, slots=True)
class Bates:
    """One number. `str` gives it as it is stamped: `CW0000001`."""

    prefix: str
    number: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        ends_in_digit = self.prefix[-1:].isdigit()
        if not _PREFIX.fullmatch(self.prefix) or ends_in_digit or not 0 < self.number < 10**self.width:
            raise BadInput(
                f"{self.prefix!r} with {self.number} makes no Bates number",
                hint="a prefix is one to eight capitals, such as CW or NLG-OAK, and does not end in a digit",
            )

    def __str__(self) -> str:
        return f"{self.prefix}{self.number:0{self.width}d}"


def read(text: str) -> Bates:
    """The number that a stamp says. Raises `BadInput`."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise BadInput(f"{text!r} is no Bates number", hint="it looks like CW0000001")
    return Bates(found["prefix"], int(found["digits"]), len(found["digits"]))


def after(prefix: str, used: Iterable[str]) -> Iterator[Bates]:
    """The numbers of a prefix that follow every one in `used` (last numbers of earlier exports), in order.

    What is used and has another prefix, or is no such number, does not count.
    """
    last = 0
    for text in used:
        found = _NUMBER.fullmatch(text)
        if found is not None and found["prefix"] == prefix:
            last = max(last, int(found["digits"]))
    while True:
        last += 1
        yield Bates(prefix, last)
