"""Bech32 (BIP 173) without its length limit, which is how age spells keys.

The checksum is there against typing errors. Its guarantee of four errors found ends at 90 characters, so for
post-quantum recipients (about 1,960) it only catches accidents with probability 1 - 2**-30.
"""

from typing import Final

_CHARSET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE: Final = {character: value for value, character in enumerate(_CHARSET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH: Final = 6


def encode(hrp: str, data: bytes) -> str:
    """Spell `data` under the human-readable part `hrp` (lower case); gives lower case."""
    values = _to_fives(data)
    checksum = _polymod([*_expand(hrp), *values, *[0] * _CHECKSUM_LENGTH]) ^ 1
    values += [(checksum >> 5 * (5 - i)) & 31 for i in range(_CHECKSUM_LENGTH)]
    return hrp + "1" + "".join(_CHARSET[v] for v in values)


def decode(text: str) -> tuple[str, bytes]:
    """Read what `encode` wrote, all in lower or all in upper case; gives (hrp in lower case, data).

    Raises ValueError; its message never repeats the text, which may be a secret key.
    """
    if text not in (text.lower(), text.upper()):
        raise ValueError("mixed upper and lower case")
    hrp, _, tail = text.lower().rpartition("1")
    if not hrp or len(tail) < _CHECKSUM_LENGTH:
        raise ValueError("too short")
    if not all("!" <= c <= "~" for c in hrp) or not _VALUE.keys() >= set(tail):
        raise ValueError("a character that does not belong there")
    values = [_VALUE[c] for c in tail]
    if _polymod([*_expand(hrp), *values]) != 1:
        raise ValueError("the checksum does not fit")
    return hrp, _from_fives(values[:-_CHECKSUM_LENGTH])


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_GENERATOR):
            checksum ^= generator if (top >> i) & 1 else 0
    return checksum


def _expand(hrp: str) -> list[int]:
    return [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]


def _to_fives(data: bytes) -> list[int]:
    padding = -len(data) * 8 % 5
    number, count = int.from_bytes(data, "big") << padding, (len(data) * 8 + padding) // 5
    return [(number >> 5 * (count - 1 - i)) & 31 for i in range(count)]


def _from_fives(values: list[int]) -> bytes:
    size, padding = divmod(len(values) * 5, 8)
    number = 0
    for value in values:
        number = number << 5 | value
    # BIP 173: at most four bits of padding, all zero; anything else would be a second spelling.
    if padding > 4 or number & ((1 << padding) - 1):
        raise ValueError("the padding is not zero")
    return (number >> padding).to_bytes(size, "big")
