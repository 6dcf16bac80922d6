"""The plaintext of a sealed body: a header line, one line a record, spaces (docs/format.md, "Body")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copwatch.proof import shapes
from copwatch.proof.canonical import Json, decode, encode
from copwatch.proof.commitment import leaf_of_canonical
from copwatch.proof.padding import padme
from copwatch.proof.shapes import Malformed

VERSION = 1
LARGEST_BODY = 16 << 20
"""With its spaces. Far more than an entry of 256 files needs, and opened in memory as a whole."""


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

    def __reduce__(self) -> tuple[type["OpenedRecord"], tuple[Json, bytes, str]]:
        """For processes that hand over many: what a dataclass with slots does by itself takes three times as long."""
        return OpenedRecord, (self.record, self.seed, self.leaf)


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
    """The padded bytes that are sealed: `records` are (record, seed) in the order of the entry's leaves.

    Raises `NotCanonical` or `Malformed` for what `parse_body` would refuse.
    """
    lines = [encode(header.to_json())]
    for record, seed in records:
        _check_record(record, header)
        lines.append(encode({"record": record, "seed": seed.hex()}))
    data = b"".join(line + b"\n" for line in lines)
    return _small_enough(data.ljust(padme(len(data)), b" "))


def parse_body(data: bytes, expected: BodyHeader) -> tuple[OpenedRecord, ...]:
    """Reads a body. Raises `NotCanonical`, `Malformed` or `Newer`; the header has to be the expected one."""
    lines = _small_enough(data).split(b"\n")
    if lines[-1].strip(b" ") or len(data) != padme(len(data) - len(lines[-1])):
        raise Malformed("the body is not padded as it should be")
    header = decode(lines[0])
    if isinstance(header, dict):
        shapes.version(header.get("body"), VERSION)
    # Bytes, not values: to Python the epochs 1 and true are equal.
    if lines[0] != encode(expected.to_json()):
        raise Malformed("the body belongs to another archive, device, compartment or epoch")
    return tuple(_record(line, expected) for line in lines[1:-1])


def check_leaves(records: Sequence[OpenedRecord], leaves: Sequence[str], *, survivors: bool) -> bool:
    """Whether the records are those of the entry, in order; of a re-sealed body, those that survive."""
    found = [record.leaf for record in records]
    if not survivors:
        return found == list(leaves)
    remaining = iter(leaves)
    return all(leaf in remaining for leaf in found)


def _record(line: bytes, header: BodyHeader) -> OpenedRecord:
    doc = shapes.members(decode(line), ("record", "seed"))
    seed = bytes.fromhex(shapes.hex64(doc["seed"]))
    _check_record(doc["record"], header)
    return OpenedRecord(doc["record"], seed, leaf_of_canonical(doc["record"], seed))


def _check_record(record: Json, header: BodyHeader) -> None:
    """What every record of any type and schema starts from; it speaks for no other archive or device."""
    if not isinstance(record, dict):
        raise Malformed("a record is an object")
    shapes.hex32(record.get("id"))
    if shapes.number(record.get("schema")) == 0:
        raise Malformed("schemas are counted from 1")
    for name in ("type", "recorded_at", "clock"):
        shapes.text(record.get(name))
    if (record.get("archive"), record.get("device")) != (header.archive, header.device):
        raise Malformed("a record names another archive or device than its body")


def _small_enough(data: bytes) -> bytes:
    if len(data) > LARGEST_BODY:
        raise Malformed("the body is longer than 16 MiB")
    return data
