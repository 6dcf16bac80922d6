"""Pseudonyms: the same token for the same person in everything that goes to one matter, or to one recipient. Pure.

A token is a prefix and the first symbols of HMAC-SHA256(key, who) in Crockford's base 32, five of them unless two
people would share them. Who has the key and an id can compute the token; from tokens nobody computes
anything, and the keys of two recipients give tokens that have nothing in common.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHORTEST, LONGEST = 5, 26


@dataclass(frozen=True)
class Pseudonyms:
    """The tokens of one scope.

    Attributes:
        key: 32 bytes.
        known: everybody who may get a token, in an order that only grows at its end, so that a token stays what it is
            when people are added: of two who would share one, the later gets a longer one.
        same: what else stands for somebody: label → id.
    """

    key: bytes
    known: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    _given: dict[str, str] = field(default_factory=dict)
    _taken: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for who in self.known:
            self._symbols(self.same.get(who, who))

    def token(self, prefix: str, who: str) -> str:
        """The token of somebody: `P-7Q2KD`."""
        return f"{prefix}-{self._symbols(self.same.get(who, who))}"

    def used(self) -> Iterable[tuple[str, str]]:
        """(symbols, who) of all that were made."""
        return [(symbols, who) for who, symbols in self._given.items()]

    def _symbols(self, who: str) -> str:
        if who not in self._given:
            whole = _base32(hmac.digest(self.key, who.encode(), "sha256"))
            found = next(whole[:n] for n in range(SHORTEST, LONGEST) if whole[:n] not in self._taken)
            self._given[who] = found
            self._taken[found] = who
        return self._given[who]


def _base32(data: bytes) -> str:
    number = int.from_bytes(data[:17], "big") >> 6  # 130 bits: 26 symbols
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
