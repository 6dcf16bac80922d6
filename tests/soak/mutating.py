"""Mutations that know structure: parts get other lengths, kinds and places, are doubled or left out, or come from afar.

The lengths of what holds a changed part are made good most of the time, so that readers get further than the first.
"""

import random
from collections.abc import Sequence

from tests.fuzz import loop
from tests.soak.structure import Node, Number, Walk, nodes_of

_WORDS = (0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0xFFFFFF, 0x7FFFFFFF,
    0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)  # fmt: skip
LONGEST = 600_000
"""Bytes of one case."""


def mutate(data: bytes, others: Sequence[bytes], walk: Walk, draw: random.Random) -> bytes:
    """One to five changes, most of them to structure."""
    for _ in range(draw.choice((1, 1, 2, 2, 3, 5))):
        found = nodes_of(data, walk) if draw.random() < 0.8 else []
        data = _structural(data, found, others, walk, draw) if found else loop.mutate(data, draw)
        data = data[:LONGEST]
    return data


def _structural(
    data: bytes, nodes: list[Node], others: Sequence[bytes], walk: Walk, draw: random.Random
) -> bytes:
    node = draw.choice(nodes)
    match draw.randrange(12):
        case 0 | 1 | 2:
            return _renumbered(data, draw.choice([each for each in nodes if each.numbers] or [node]), draw)
        case 3:
            return _with(data, node.size, draw) if node.size else _renumbered(data, node, draw)
        case 4:
            return _renamed(data, node, draw.choice(nodes), draw)
        case 5:
            return replaced(data, nodes, node.start, node.end, b"", draw)
        case 6:
            times = draw.choice((1, 1, 2, 8, 64, 1000)) if node.end - node.start < 200 else 1
            part = data[node.start : node.end] * times
            return replaced(data, nodes, node.end, node.end, part, draw)
        case 7:
            other = draw.choice(nodes)
            return replaced(data, nodes, other.start, other.start, data[node.start : node.end], draw)
        case 8:
            there = draw.choice(others)
            theirs = nodes_of(there, walk)
            part = there[slice(*draw.choice(theirs)[0:3:2])] if theirs else there[:100]
            end = node.end if draw.random() < 0.5 else node.start
            return replaced(data, nodes, node.start, end, part, draw)
        case 9:
            cut = draw.randint(node.body, node.end)
            return replaced(data, nodes, cut, node.end, b"", draw)
        case 10:
            part = draw.choice((draw.randbytes(draw.choice((1, 4, 30))), bytes(draw.choice((1, 8, 4000)))))
            at = draw.randint(node.body, node.end)
            return replaced(data, nodes, at, at, part, draw)
        case _:
            inside = loop.mutate(data[node.body : node.end], draw)
            return replaced(data, nodes, node.body, node.end, inside, draw)


def replaced(data: bytes, nodes: list[Node], start: int, end: int, new: bytes, draw: random.Random) -> bytes:
    """`new` in the place of a stretch; mostly, what holds it gets its right length."""
    out, more = bytearray(data), len(new) - (end - start)
    if more and draw.random() < 0.85:
        for node in nodes:
            if (
                node.size
                and node.body <= start
                and end <= node.end
                and (node.start, node.end) != (start, end)
            ):
                node.size.put(out, node.size.get(data) + more)
    out[start:end] = new
    return bytes(out)


def _renumbered(data: bytes, node: Node, draw: random.Random) -> bytes:
    return _with(data, draw.choice(node.numbers), draw) if node.numbers else loop.mutate(data, draw)


def _with(data: bytes, number: Number, draw: random.Random) -> bytes:
    if number.order == "text":
        value = draw.choice((*_WORDS[:20], draw.randrange(100), len(data)))
        return data[: number.at] + str(value).encode() + data[number.at + number.width :]
    out = bytearray(data)
    was = number.get(data)
    near = (
        was + 1,
        was - 1,
        was + 4,
        was - 4,
        was * 2,
        was // 2,
        was + 256,
        len(data),
        len(data) - number.at,
    )
    number.put(
        out, draw.choice((*near, draw.choice(_WORDS), draw.choice(_WORDS), draw.randrange(len(data) + 1)))
    )
    return bytes(out)


def _renamed(data: bytes, node: Node, other: Node, draw: random.Random) -> bytes:
    at, length = node.kind
    if not length:
        return loop.mutate(data, draw)
    name = data[other.kind[0] : sum(other.kind)][:length] if draw.random() < 0.7 else draw.randbytes(length)
    return data[:at] + name.ljust(length, b" ") + data[at + length :]
