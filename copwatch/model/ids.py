"""Ids of 128 random bits, and the short codes by which people say them.

A code is a kind letter, the first 40 bits of the id in Crockford's base 32 (https://www.crockford.com/base32.html)
and Crockford's check symbol, the shown number modulo 37: `I-7Q2K-D3MX-R`. Modulo 37 finds every error in one
symbol and every exchange of two neighbours. When two ids begin alike a code grows by four symbols at a time.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from copwatch.errors import BadInput
from copwatch.model.kinds import KINDS as ENTITY_KINDS

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The 32 symbols of a code; I, L, O and U are left out because they are misread."""

KINDS = {
    "I": "incident",
    "E": "evidence",
    "B": "batch",
    "R": "report version",
    **{kind.letter: kind.label for kind in ENTITY_KINDS.values()},
}
"""Kind letters of codes."""
LETTERS = {
    "incident": "I",
    "evidence": "E",
    "batch": "B",
    **{kind.name: kind.letter for kind in ENTITY_KINDS.values()},
}
"""The same letters by the names of kinds of which other records name the ids."""

_CHECKS = ALPHABET + "*~$=U"
LENGTHS = (8, 12, 16, 20, 24, 26)
_MOST_NAMED = 4
"""How many base 32 symbols a code can have; the last shows the whole id."""

_ID = re.compile(r"[0-9a-f]{32}")
_LOOKALIKES = str.maketrans("OIL", "011")
_GAPS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_TRIES = 1000


@dataclass(frozen=True, slots=True)
class Code:
    """A code whose check symbol is right: kind letter, and base 32 symbols without the check."""

    prefix: str
    bits: str

    @property
    def hex(self) -> str:
        """The hexadecimal digits with which every id of this code begins."""
        value = _number(self.bits)
        if len(self.bits) == LENGTHS[-1]:
            return f"{value >> 2:032x}"
        return f"{value:0{len(self.bits) * 5 // 4}x}"

    def __str__(self) -> str:
        groups = [self.bits[i : i + 4] for i in range(0, len(self.bits), 4)]
        return "-".join([self.prefix, *groups, _check(self.bits)])


def is_id(text: str) -> bool:
    """Whether `text` is an id: 32 lower-case hexadecimal digits."""
    return _ID.fullmatch(text) is not None


def new_id(random: Callable[[int], bytes]) -> str:
    """Draw an id from `random(16)`; drawn again until its short code is safe to type in a shell.

    Raises:
        ValueError: `random` gave the wrong number of bytes, or the same unusable ones again and again.
    """
    for _ in range(_TRIES):
        drawn = random(16)
        if len(drawn) != 16:
            raise ValueError("an id needs 16 random bytes")
        if _is_plain(_symbols(drawn.hex(), LENGTHS[0])):
            return drawn.hex()
    raise ValueError("the source of random bytes repeats itself")


def code(prefix: str, id: str, symbols: int = 8) -> str:
    """Write the code of `id` with `symbols` base 32 symbols: 8, 12, 16, 20, 24, or 26 for the whole id.

    Raises:
        ValueError: not an id, not a kind letter, or another number of symbols.
    """
    if not is_id(id) or prefix not in KINDS or symbols not in LENGTHS:
        raise ValueError("a code needs a kind letter, an id and 8, 12, 16, 20, 24 or 26 symbols")
    return str(Code(prefix, _symbols(id, symbols)))


def parse_code(text: str, kinds: Iterable[str] = tuple(KINDS)) -> Code:
    """Read a code that a person typed; needs no archive.

    Lower case, O for 0, I or L for 1, and missing hyphens are taken. `kinds` are the kind letters
    that fit here.

    Raises:
        BadInput: not a code, a typing error that the check symbol shows, or the code of another kind.
    """
    allowed = tuple(kinds)
    compact = _GAPS.sub("", text)
    if not compact.isascii() or len(compact) - 2 not in LENGTHS or compact[0].upper() not in KINDS:
        raise BadInput(f"{_short(text)} is not a code", hint=_example(allowed))
    prefix, body, check = compact[0].upper(), compact[1:-1].upper(), compact[-1].upper()
    bits, check = body.translate(_LOOKALIKES), check.translate(_LOOKALIKES)
    if not set(bits) <= set(ALPHABET) or _check(bits) != check or not _whole(bits):
        raise BadInput(
            f"{_short(text)} has a typing error", hint="compare it with what is written, symbol by symbol"
        )
    if prefix not in allowed:
        raise BadInput(f"{_short(text)} is the code of: {KINDS[prefix]}", hint=_example(allowed))
    return Code(prefix, bits)


def matches(code: Code, id: str) -> bool:
    """Whether `id` begins with what the code says. The kind letter is for the caller to compare."""
    return id.startswith(code.hex)


def shortest_codes(prefix: str, ids: Iterable[str]) -> dict[str, str]:
    """Give each id the shortest code that no other of `ids` begins with and that is safe in a shell."""
    ordered = sorted(set(ids))
    around = zip(ordered, ["", *ordered], [*ordered[1:], ""], strict=False)
    return {id: _unambiguous(prefix, id, (before, after)) for id, before, after in around}


def _unambiguous(prefix: str, id: str, neighbours: tuple[str, str]) -> str:
    """Among sorted ids only the two neighbours can share the longest beginning."""
    codes = [Code(prefix, _symbols(id, n)) for n in LENGTHS]
    alone = [code for code in codes if not any(matches(code, other) for other in neighbours)]
    plain = [code for code in alone if _is_plain(code.bits)]
    return str((plain or alone)[0])


def _symbols(id: str, count: int) -> str:
    """The first `count` base 32 symbols of the id, which is followed by two zero bits."""
    value = int(id, 16) << 2 >> (130 - 5 * count)
    return "".join(ALPHABET[value >> 5 * i & 31] for i in reversed(range(count)))


def _number(bits: str) -> int:
    value = 0
    for symbol in bits:
        value = value << 5 | ALPHABET.index(symbol)
    return value


def _check(bits: str) -> str:
    return _CHECKS[_number(bits) % 37]


def _is_plain(bits: str) -> bool:
    return _check(bits) in ALPHABET


def _whole(bits: str) -> bool:
    """A code of the whole id has two bits to spare; only zeros are one valid encoding."""
    return len(bits) < LENGTHS[-1] or _number(bits) & 3 == 0


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _example(kinds: tuple[str, ...]) -> str:
    if len(kinds) > _MOST_NAMED:
        return (
            f"a code looks like {kinds[0]}-7Q2K-D3MX-R; `copwatch list` and `copwatch record list` show them"
        )
    named = ", ".join(f"{kind} for {KINDS[kind]}" for kind in kinds)
    return f"a code looks like {kinds[0]}-7Q2K-D3MX-R ({named})"
