"""The example tables of ITU-T T.81, annex K: quantisation (halved, about quality 75) and Huffman codes."""


def _zigzag() -> tuple[int, ...]:
    """Positions of an 8 by 8 block along its diagonals, alternating in direction."""
    places = [(x + y, (x if (x + y) % 2 == 0 else y), 8 * y + x) for y in range(8) for x in range(8)]
    return tuple(position for _, _, position in sorted(places))


ZIGZAG = _zigzag()

_LUMA = """16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62
18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"""
_CHROMA = """17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99
99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99"""
QUANTISERS = tuple(tuple((int(step) + 1) // 2 for step in table.split()) for table in (_LUMA, _CHROMA))

# class and number → (how many codes of each length, the values in the order of their codes)
HUFFMAN = {
    0x00: (bytes.fromhex("00010501010101010100000000000000"), bytes(range(12))),
    0x01: (bytes.fromhex("00030101010101010101010000000000"), bytes(range(12))),
    0x10: (
        bytes.fromhex("0002010303020403050504040000017d"),
        bytes.fromhex(
            "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a"
            "3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a929394"
            "95969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8"
            "e9eaf1f2f3f4f5f6f7f8f9fa"
        ),
    ),
    0x11: (
        bytes.fromhex("00020102040403040705040400010277"),
        bytes.fromhex(
            "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728"
            "292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92"
            "939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7"
            "e8e9eaf2f3f4f5f6f7f8f9fa"
        ),
    ),
}


def _codes(bits: bytes, values: bytes) -> dict[int, str]:
    """Value → code as a string of 0 and 1 (T.81, C.2)."""
    codes: dict[int, str] = {}
    code, rest = 0, iter(values)
    for length, count in enumerate(bits, start=1):
        for _ in range(count):
            codes[next(rest)] = f"{code:0{length}b}"
            code += 1
        code <<= 1
    return codes


CODES = {kind: _codes(*table) for kind, table in HUFFMAN.items()}
