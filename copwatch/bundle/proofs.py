"""The proof of one record: its open fields, the way from its leaf to a signed entry (docs/bundle.md, "Proofs")."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from copwatch.bundle.plan import ProvenRecord
from copwatch.bundle.shown import ALWAYS, Shown, nest
from copwatch.errors import IntegrityFailure
from copwatch.proof import merkle, shapes
from copwatch.proof.canonical import Json, NotCanonical, decode, encode
from copwatch.proof.commitment import Opening, Withheld, field_digest, leaf_of_parts, openings, value_digest
from copwatch.proof.entry import Entry, Line, entry_hash, line_from_json, parse_line
from copwatch.proof.shapes import Malformed, Newer

VERSION = 1
LARGEST = 8 << 20
"""No record comes near: a ledger line names at most 1 MiB of them, and text is their bulk."""

_LONGEST_PATH = 64
_NO_LISTS: Json = {"sets": [], "seen": []}
_NO_AUTHORITY: Json = {"withdrawn": [], "authority": {"alg": "ed25519", "key": "0" * 64, "sig": "0" * 128}}


@dataclass(frozen=True, slots=True)
class Proof:
    """What one file below `data/proofs/` says. Reading it proves nothing yet; `fault` does."""

    leaf: str
    shown: tuple[Opening, ...]
    withheld: tuple[Withheld, ...]
    hidden: tuple[str, ...]
    entry: Entry
    sig: str
    index: int
    size: int
    path: tuple[str, ...]

    def fault(self) -> str | None:
        """What does not hold between the open fields and the entry's root; None when everything does."""
        if leaf_of_parts(self.shown, self.withheld, self.hidden) != self.leaf:
            return "its fields are not the ones that were committed to"
        path = [bytes.fromhex(sibling) for sibling in self.path]
        root = merkle.root_from_inclusion(bytes.fromhex(self.leaf), self.index, self.size, path)
        if root is None or root.hex() != self.entry.records:
            return "its leaf does not lead to the root that the entry signs"
        values = {opening.path: opening.value for opening in self.shown}
        if any(path not in values for path in ALWAYS):
            return "id, type, schema, archive or device is not shown"
        if values["/archive"] != self.entry.archive or values["/device"] != self.entry.device:
            return "it names another archive or device than its entry"
        return None

    def as_shown(self) -> Shown:
        """The record as far as it is open. Raises `Malformed` where the paths are not those of a record."""
        withheld = tuple(w.path for w in self.withheld)
        record = nest({o.path: o.value for o in self.shown}, withheld)
        name = entry_hash(self.entry)
        opened = tuple(o.path for o in self.shown)
        return Shown(
            self.leaf, self.entry.device, self.entry.seq, name, record, withheld, len(self.hidden), opened
        )

    def to_json(self) -> Json:
        """The shape that is written."""
        return {
            "proof": VERSION, "leaf": self.leaf,
            "shown": [{"path": o.path, "salt": o.salt, "value": o.value} for o in self.shown],
            "withheld": [{"path": w.path, "digest": w.digest} for w in self.withheld],
            "hidden": list(self.hidden), "entry": self.entry.to_json(), "sig": self.sig,
            "index": self.index, "size": self.size, "path": list(self.path),
        }  # fmt: skip


class SignedLine(NamedTuple):
    """A ledger line, and the tree over the records that it names."""

    line: Line
    tree: merkle.Tree


def read_line(raw: bytes) -> SignedLine:
    """A ledger line of the plan. Raises `IntegrityFailure` when it cannot be read."""
    try:
        line = parse_line(raw)
        return SignedLine(line, merkle.Tree(line.lists.leaves()))
    except (NotCanonical, Malformed, Newer) as error:
        raise IntegrityFailure("a ledger line of the bundle cannot be read") from error


def prove(
    proven: ProvenRecord, signed: SignedLine, withhold: Collection[str], hide: Collection[str] = ()
) -> Proof:
    """The proof of a record with the values at the paths `withhold` left out, and of `hide` the paths too.

    The seed stays behind.

    `signed` is `proven.line` as read: many records share one.

    Raises:
        IntegrityFailure: the record, its leaf and its ledger line do not belong together.
    """
    line, tree = signed
    if not 0 <= proven.index < tree.size:
        raise IntegrityFailure("a record of the bundle has no place in its ledger line")
    fields = openings(proven.record, proven.opened.seed)
    proof = Proof(
        proven.leaf,
        tuple(o for o in fields if o.path not in withhold and o.path not in hide),
        tuple(_closed(o) for o in fields if o.path in withhold and o.path not in hide),
        tuple(sorted(_hidden(o) for o in fields if o.path in hide)), line.entry, line.sig, proven.index, tree.size,
        tuple(sibling.hex() for sibling in tree.inclusion(proven.index)),
    )  # fmt: skip
    fault = proof.fault()
    if fault is not None:
        raise IntegrityFailure(f"record {proven.leaf[:16]} does not prove: {fault}")
    return proof


def encode_file(proof: Proof) -> bytes:
    """The bytes of a proof file: canonical JSON and one newline."""
    return encode(proof.to_json(), nulls=True) + b"\n"


def parse_file(data: bytes) -> Proof:
    """Reads a proof file. Raises `NotCanonical`, `Malformed` or `Newer`."""
    if len(data) > LARGEST or not data.endswith(b"\n"):
        raise NotCanonical("too large, or without its newline")
    raw = decode(data[:-1], nulls=True)
    if isinstance(raw, dict):
        shapes.version(raw.get("proof"), VERSION)
    names = ("proof", "leaf", "shown", "withheld", "hidden", "entry", "sig", "index", "size", "path")
    doc = shapes.members(raw, names)
    path = shapes.array(doc["path"], shapes.hex64)
    if len(path) > _LONGEST_PATH:
        raise Malformed("an inclusion path is never that long")
    return Proof(
        shapes.hex64(doc["leaf"]),
        shapes.in_order(shapes.array(doc["shown"], _opening), lambda o: o.path),
        shapes.in_order(shapes.array(doc["withheld"], _withheld), lambda w: w.path),
        shapes.in_order(shapes.array(doc["hidden"], shapes.hex64), str),
        _entry(doc["entry"], doc["sig"]), shapes.hex128(doc["sig"]),
        shapes.number(doc["index"]), shapes.number(doc["size"]), path,
    )  # fmt: skip


def _entry(value: Json, sig: Json) -> Entry:
    """An entry alone. The lists that it signs stay behind: they name records that are not shown."""
    withdraw = isinstance(value, dict) and value.get("kind") == "withdraw"
    lists = {**_NO_LISTS, **_NO_AUTHORITY} if withdraw else _NO_LISTS
    return line_from_json({"entry": value, "lists": lists, "sig": sig}).entry


def _opening(value: Json) -> Opening:
    doc = shapes.members(value, ("path", "salt", "value"))
    encode(doc["value"])
    return Opening(shapes.text(doc["path"]), shapes.hex64(doc["salt"]), doc["value"])


def _withheld(value: Json) -> Withheld:
    doc = shapes.members(value, ("path", "digest"))
    return Withheld(shapes.text(doc["path"]), shapes.hex64(doc["digest"]))


def _hidden(opening: Opening) -> str:
    return field_digest(opening.path, bytes.fromhex(_closed(opening).digest)).hex()


def _closed(opening: Opening) -> Withheld:
    return Withheld(opening.path, value_digest(bytes.fromhex(opening.salt), opening.value).hex())
