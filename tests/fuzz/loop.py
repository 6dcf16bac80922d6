"""A plain mutation loop: seeds in, mutated bytes to a target, until something undocumented comes out.

Run a target alone with `python -m tests.fuzz.fuzz_ledger_line --runs 100000`; with `--atheris` the same target
is driven by coverage, where that package is installed.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from typing import Any

Target = Callable[[bytes], None]
Way = Callable[[bytes, random.Random], bytes]
_SPLICES = (
    b"null",
    b"true",
    b"-0",
    b"1e3",
    b"9007199254740992",
    b"\\u0061",
    b"\\ud800",
    b'"',
    b"{",
    b"[[[[",
    b",",
    b" ",
)

_VALUES = (
    None,
    True,
    0,
    1,
    -1,
    2,
    2**53,
    "",
    "a" * 64,
    "A" * 64,
    "a" * 32,
    "age1q",
    "\ud800",
    [],
    {},
    [[]],
    1.5,
)


def mutate(seed: bytes, draw: random.Random) -> bytes:
    """One to four small changes to `seed`."""
    data = bytearray(seed)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(data) + 1)
        span = draw.choice((1, 1, 2, 8, 64))
        match draw.randrange(6):
            case 0 if at < len(data):
                data[at] ^= 1 << draw.randrange(8)
            case 1:
                data[at:at] = draw.randbytes(span)
            case 2:
                del data[at : at + span]
            case 3:
                data[at:at] = data[at : at + span]
            case 4:
                data[at : at + draw.choice((0, 1, 4))] = draw.choice(_SPLICES)
            case _ if at < len(data):
                data[at] = draw.choice(b'0123456789abcdef"{}[]:,')
    return bytes(data)


def mutate_json(seed: bytes, draw: random.Random) -> bytes:
    """One member somewhere in `seed` changed and everything written canonically again, to get past the encoding."""
    tail = b"\n" if seed.endswith(b"\n") else b""
    nodes = [doc := json.loads(seed)]
    holders = [node for node in nodes if isinstance(node, dict | list) and not _visit(node, nodes) and node]
    holder = draw.choice(holders)
    name = draw.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match draw.randrange(4):
        case 0:
            holder[name] = draw.choice(_VALUES)
        case 1:
            holder[name] = draw.choice(nodes) if draw.random() < 0.2 else draw.choice(_leaves(nodes))
        case 2:
            del holder[name]
        case _ if isinstance(holder, dict):
            holder[draw.choice(("extra", "by", "until", "v"))] = draw.choice(_VALUES)
        case _:
            holder.insert(name, holder[-1])
    try:
        text = json.dumps(doc, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    except (ValueError, RecursionError):
        return b"[" * 100
    return text.encode("utf-8", "surrogatepass") + tail


def _visit(node: Any, nodes: list[Any]) -> None:
    nodes.extend(node.values() if isinstance(node, dict) else node)


def _leaves(nodes: list[Any]) -> list[Any]:
    return [node for node in nodes if not isinstance(node, dict | list)]


BINARY: Sequence[Way] = (mutate,)


def run(
    target: Target,
    seeds: Sequence[bytes],
    runs: int,
    seed: int = 0,
    ways: Sequence[Way] = (mutate, mutate_json),
) -> None:
    """Feeds the seeds as they are, then `runs` mutations; the same `seed` gives the same ones.

    `ways` are how they are mutated: `BINARY` for what is no JSON.
    """
    for data in seeds:
        target(data)
    draw = random.Random(seed)
    for number in range(runs):
        data = draw.choice(ways)(draw.choice(seeds), draw)
        try:
            target(data)
        except BaseException:
            print(f"run {number} of seed {seed}: {data!r}", file=sys.stderr)
            raise


def main(target: Target, seeds: Sequence[bytes], ways: Sequence[Way] = (mutate, mutate_json)) -> None:
    """The command line of a target."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--atheris", action="store_true", help="drive by coverage (needs the package atheris)"
    )
    options = parser.parse_args()
    if options.atheris:
        import atheris

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], f"-runs={options.runs}"], target)
        atheris.Fuzz()
    run(target, seeds, options.runs, options.seed, ways)
    print(f"{options.runs} runs, nothing undocumented")
