"""Bytes as words to write on paper and to read aloud: BIP 39, English.

The first four letters tell the 2,048 words apart. 16 bytes give 12 words, 32 bytes give 24; the last word
carries a checksum, so that a slip of the pen is told from a real difference.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from copwatch.errors import BadInput

if TYPE_CHECKING:
    from mnemonic import Mnemonic

SPOKEN_WORDS = 8
WORDS_OF_PASSPHRASE = 7
"""7 of 2,048 words are 77 bits; with scrypt (2^18) no seized copy is opened by guessing."""


def to_words(data: bytes) -> str:
    """The words for 16, 20, 24, 28 or 32 bytes, separated by one space."""
    return str(_bip39().to_mnemonic(data))


def short_words(digits: str) -> str:
    """Twelve words for the first 16 bytes of a hash or a public key (64 hexadecimal digits): to compare by voice.

    To make another one with the same words takes 2^128 tries.
    """
    return to_words(bytes.fromhex(digits)[:16])


def spoken_words(purpose: bytes, root: str, named: str) -> str:
    """Eight words (88 bits) for a public text under a root key (64 hexadecimal digits): to compare by voice.

    Who exchanges one side's key has to find another one with the same words: 2^88 tries.
    """
    digest = sha256(purpose + bytes.fromhex(root) + named.encode()).digest()
    bits = int.from_bytes(digest, "big")
    places = (bits >> (256 - 11 * number) & 2047 for number in range(1, SPOKEN_WORDS + 1))
    return " ".join(_bip39().wordlist[place] for place in places)


def same_words(heard: str, expected: str) -> bool:
    """Whether these words were said; the first four letters of each are enough, capitals and commas do not matter."""
    said = [_whole_word(word) for word in _letters_only(heard).split()]
    return said == expected.split()


def from_words(text: str) -> bytes:
    """The bytes that the words stand for; capitals, commas, numbers and line ends between them do not matter.

    Raises:
        BadInput: a word is not in the list, a word is missing, or the checksum says that one is wrong.
    """
    words = [_whole_word(word) for word in _letters_only(text).split()]
    unknown = [position for position, word in enumerate(words, 1) if word not in _bip39().wordlist]
    if unknown:
        places = ", ".join(str(position) for position in unknown)
        raise BadInput(f"word {places} is not in the word list", hint="look at the spelling on the paper")
    if len(words) not in (12, 15, 18, 21, 24):
        raise BadInput(f"{len(words)} words were given", hint="12 or 24 words belong together")
    if not _bip39().check(" ".join(words)):
        raise BadInput("the words do not fit together", hint="one of them, or their order, is wrong")
    return bytes(_bip39().to_entropy(words))


def draw_words(count: int, below: Callable[[int], int]) -> str:
    """`count` words, each drawn by `below(n)`, a random number from 0 to n-1."""
    return " ".join(_bip39().wordlist[below(len(_bip39().wordlist))] for _ in range(count))


def _letters_only(text: str) -> str:
    return "".join(letter if letter.isalpha() else " " for letter in text.lower())


def _whole_word(word: str) -> str:
    """The first four letters of a word are enough."""
    found = [known for known in _bip39().wordlist if known.startswith(word)] if len(word) >= 4 else []
    return str(found[0]) if len(found) == 1 else word


@cache
def _bip39() -> "Mnemonic":
    """Loaded when words are made: most runs need none."""
    from mnemonic import Mnemonic

    return Mnemonic("english")
