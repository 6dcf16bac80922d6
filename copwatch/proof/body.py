"""The plaintext of a sealed body: a header line, one line a record, spaces (docs/format.md, "Body")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copwatch.proof import shapes
from copwatch.proof.canonical import Json, NotCanonical, decode, encode
from copwatch.proof.commitment import leaf
from copwatch.proof.padding import padme
from copwatch.proof.shapes import Malformed

VERSION = 1


@dataclass(frozen=True, slots=True)
class BodyHeader:
    """Whose body this is: it cannot be moved to another archive, device, compartment or epoch."""

    archive: str
    device: str
    compartment: str
    epoch: int

    def to_json(self) -> Json:
        """The first line."""
        return {"body": VERSION, "archive": self.archive, "device": self.device,
                "compartment": self.compartment, "epoch": self.epoch}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """A record as it came out of a body, with its leaf and the seed that opens its fields."""

    record: Json
    seed: bytes
    leaf: str


@dataclass(frozen=True, slots=True)
class OpenedSet:
    """The records of one sealed set of one entry, opened and checked against the entry's leaves.

    `apart` says why the entry is held apart (its device is unknown or revoked), and is None when it counts.
    """

    device: str
    seq: int
    entry: str
    compartment: str
    epoch: int
    body: str
    records: tuple[OpenedRecord, ...]
    apart: str | None = None


def encode_body(header: BodyHeader, records: Iterable[tuple[Json, bytes]]) -> bytes:
    """The padded bytes that are sealed: `records` are (record, seed) in the order of the entry's leaves."""
    lines = [encode(header.to_json())]
    lines += [encode({"record": record, "seed": seed.hex()}) for record, seed in records]
    data = b"".join(line + b"\n" for line in lines)
    return data.ljust(padme(len(data)), b" ")


def parse_body(data: bytes, expected: BodyHeader) -> tuple[OpenedRecord, ...]:
    """Reads a body. Raises `NotCanonical`, `Malformed` or `Newer`; the header has to be the expected one."""
    lines = data.split(b"\n")
    if lines[-1].strip(b" ") or len(data) != padme(len(data) - len(lines[-1])):
        raise Malformed("the body is not padded as it should be")
    header = decode(lines[0])
    if isinstance(header, dict):
        shapes.version(header.get("body"), VERSION)
    if header != expected.to_json():
        raise Malformed("the body belongs to another archive, device, compartment or epoch")
    return tuple(_record(line) for line in lines[1:-1])


def check_leaves(records: Sequence[OpenedRecord], leaves: Sequence[str], *, survivors: bool) -> bool:
    """Whether the records are those of the entry, in order; of a re-sealed body, those that survive."""
    found = [record.leaf for record in records]
    if not survivors:
        return found == list(leaves)
    remaining = iter(leaves)
    return all(leaf in remaining for leaf in found)


def _record(line: bytes) -> OpenedRecord:
    doc = shapes.members(decode(line), ("record", "seed"))
    seed = bytes.fromhex(shapes.hex64(doc["seed"]))
    if not isinstance(doc["record"], dict):
        raise NotCanonical("a record is a JSON object")
    return OpenedRecord(doc["record"], seed, leaf(doc["record"], seed))
