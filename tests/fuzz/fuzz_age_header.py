"""Throws damaged age files at the parsers: `python -m tests.fuzz.fuzz_age_header --runs 100000 [--seed 1]`.

What is shown: nothing but an AgeError ever comes out; a header or armor that parses has exactly one encoding;
nothing that was damaged opens. With `--atheris` the same target runs under coverage guidance, where installed.
"""

import argparse
import io
import random
import sys

from copwatch.crypto.age import (
    AgeError,
    ArmorError,
    HeaderError,
    HybridIdentity,
    ScryptIdentity,
    ScryptRecipient,
    SealedReader,
    X25519Identity,
    decode_armor,
    encode_armor,
    open_bytes,
    parse_header,
    seal,
)

CLASSICAL, HYBRID = X25519Identity(bytes([7] * 32)), HybridIdentity(bytes([7] * 32))
# A hostile work factor may cost what the limit allows; the fuzzer's own limit keeps each run short.
IDENTITIES = [CLASSICAL, HYBRID, ScryptIdentity("fuzz", max_work_factor=6)]
CONTENT = b"content"
SNIPPETS = [
    b"-> ", b"-> X25519 ", b"-> scrypt ", b"-> mlkem768x25519 ", b"---", b"--- ", b"\n", b"\r\n", b" ", b"=", b"\0",
    b"A" * 43, b"A" * 64 + b"\n", b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----\n",
]  # fmt: skip


def check(data: bytes, *, damaged: bool = False) -> None:
    """The target: raises AssertionError, or anything that is not an AgeError, when something is wrong."""
    try:
        header = parse_header(data)
    except HeaderError:
        header = None
    assert header is None or data.startswith(header.encode())
    try:
        sealed = decode_armor(data)
    except ArmorError:
        sealed = None
    assert sealed is None or encode_armor(sealed).encode().split() == data.replace(b"\r\n", b"\n").split()
    try:
        content = open_bytes(data, IDENTITIES)
    except AgeError:
        content = None
    try:
        read = SealedReader(io.BytesIO(data), IDENTITIES).read()
    except AgeError:
        read = None
    assert read is None or read == content
    # White space around armor and its line ends are the only changes that may not matter.
    assert not damaged or content is None or sealed is not None


def seeds() -> list[bytes]:
    """Whole files of every kind."""
    files = [
        seal(CONTENT, [CLASSICAL.recipient()]),
        seal(CONTENT, [X25519Identity.generate().recipient(), CLASSICAL.recipient()]),
        seal(CONTENT, [HYBRID.recipient()]),
        seal(CONTENT, [ScryptRecipient("fuzz", work_factor=2)]),
        seal(b"", [CLASSICAL.recipient()]),
    ]
    return files + [encode_armor(file).encode() for file in files]


def mutate(data: bytes, dice: random.Random) -> bytes:
    """One to four small changes."""
    out = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(out) + 1)
        match dice.randrange(6):
            case 0 if at < len(out):
                out[at] ^= 1 << dice.randrange(8)
            case 1 if at < len(out):
                out[at] = dice.randrange(256)
            case 2:
                del out[at : at + dice.randint(1, 70)]
            case 3:
                out[at:at] = dice.choice(SNIPPETS)
            case 4:
                out[at:at] = out[at : at + dice.randint(1, 70)]
            case _:
                lines = bytes(out).split(b"\n")
                dice.shuffle(lines)
                out = bytearray(b"\n".join(lines))
    return bytes(out)


def fuzz(runs: int, seed: int) -> None:
    """Run the target `runs` times; the same seed makes the same choices."""
    dice, files = random.Random(seed), seeds()
    for file in files:
        check(file)
    for _ in range(runs):
        original = dice.choice(files)
        data = mutate(original, dice)
        try:
            check(data, damaged=data != original)
        except BaseException:
            print(f"seed {seed}, input {data!r}", file=sys.stderr)
            raise


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--atheris", action="store_true")
    chosen = parser.parse_args()
    if not chosen.atheris:
        fuzz(chosen.runs, chosen.seed)
        print(f"{chosen.runs} runs, seed {chosen.seed}: nothing found")
        return
    import atheris  # type: ignore[import-not-found]

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-runs={chosen.runs}"], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
