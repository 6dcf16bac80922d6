"""Fuzzes the bundle reader: no bytes may crash it, be taken for a good bundle, or make it use much memory.

Run alone for as long as wanted: `python -m tests.fuzz.fuzz_bundle_reader --runs 100000 --seed 1`.
"""

import argparse
import io
import random
import zipfile

from copwatch.bundle.match import match_file
from copwatch.bundle.sinks import ZipSink
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.bundle.ziptree import ZipTree
from tests.bundle.making import CREATED, Maker

TOKENS = [
    b"null", b"true", b"-1", b"9" * 400, b'""', b"[]", b"{}", b"[" * 200, b'"\\ud800"', b"/../", b"\0", b"\xff\xff",
    b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"\xff\xff\xff\xff", b'"leaf"', b'"v":2',
]  # fmt: skip


def seed_bundle():
    """A small good bundle as bytes of a zip."""
    maker = Maker()
    maker.file("a.jpg", b"abc")
    maker.report(city="Oakland", narrative_observed=["One. ", "Two."], notes_privileged=["no"])
    maker.add("custody", event="copied", premis="rep", at=CREATED, scope="archive", outcome="pass")
    stream = io.BytesIO()
    write_bundle(maker.plan(), ZipSink(stream, "b", CREATED))
    return stream.getvalue()


def mutated(data, rng):
    """`data` with a few bytes changed, cut, repeated or replaced by words of the format."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed) + 1)
        action = rng.randrange(5)
        if action == 0 and at < len(changed):
            changed[at] ^= 1 << rng.randrange(8)
        elif action == 1:
            changed[at : at + rng.randint(1, 40)] = rng.choice(TOKENS)
        elif action == 2:
            del changed[at : at + rng.randint(1, 200)]
        elif action == 3:
            changed[at:at] = changed[at : at + rng.randint(1, 200)]
        else:
            changed[at:at] = rng.choice(TOKENS)
    return bytes(changed)


def repacked(data, rng):
    """One file of the zip mutated, packed into a well-formed zip again, so that its parser is reached."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, mutated(content, rng) if name == chosen else content)
    return stream.getvalue()


def one(data, good):
    """Verifies `data`; what verifies must hold the same files as the good bundle."""
    tree = ZipTree(io.BytesIO(data))
    result = verify_bundle(tree)
    match_file(result, "0" * 64, 3)
    if result.ok:
        assert {p: b"".join(tree.chunks(p)) for p in tree.files} == good, "altered and verified"


def run(runs, seed):
    """`runs` mutations from `seed`."""
    rng, data = random.Random(seed), seed_bundle()
    tree = ZipTree(io.BytesIO(data))
    good = {path: b"".join(tree.chunks(path)) for path in tree.files}
    assert verify_bundle(tree).ok
    for number in range(runs):
        case = (repacked if number % 2 else mutated)(data, rng)
        try:
            one(case, good)
        except Exception as error:
            raise AssertionError(f"run {number} of seed {seed}") from error


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    run(options.runs, options.seed)
