"""The script that a bundle carries, with the words in it by which people compare a root key."""

from functools import cache
from importlib import resources
from typing import Final

_EMPTY: Final = b"\nWORDS = ()  # filled in when a bundle is written: the 2,048 words of BIP 39 in English\n"


@cache
def verify_script() -> bytes:
    """`verify.py`, the same in every bundle of this version."""
    from mnemonic import Mnemonic

    source = resources.files("copwatch.bundle.standalone").joinpath("verify.py").read_bytes()
    words = " ".join(Mnemonic("english").wordlist)
    before, found, behind = source.partition(_EMPTY)
    if not found:
        raise ValueError("verify.py has no place for the words")
    return before + f'\nWORDS = """\n{words}\n""".split()\n'.encode() + behind
