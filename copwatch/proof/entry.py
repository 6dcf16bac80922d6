"""One line of a ledger: the entry, its lists, its signature (docs/format.md, "Entry")."""

from typing import Literal, NamedTuple

from copwatch.proof import merkle, shapes
from copwatch.proof.canonical import Json, decode, encode
from copwatch.proof.hashing import sha256_hex
from copwatch.proof.shapes import Malformed

LONGEST_LINE = 1 << 20
VERSION = 1
_SIGNED = b"copwatch/v1/entry\n"
_BETWEEN = b',"lists":{'
Kind = Literal["records", "withdraw"]


class SealedSet(NamedTuple):
    """The records of one entry that one compartment's key opens. `leaves[i]` is record i of the body."""

    compartment: str
    epoch: int
    body: str
    leaves: tuple[str, ...]
    objects: tuple[str, ...]


class Seen(NamedTuple):
    """The head of another ledger as this device knew it."""

    device: str
    seq: int
    head: str


class Withdrawn(NamedTuple):
    """An object that is to be erased; `by` holds what survives of a body."""

    object: str
    by: str | None


class Signature(NamedTuple):
    """An Ed25519 signature with the key that made it."""

    key: str
    sig: str


class Lists(NamedTuple):
    """What an entry names besides hashes. `authority` signs `withdrawn`; both belong to kind "withdraw"."""

    sets: tuple[SealedSet, ...] = ()
    seen: tuple[Seen, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    authority: Signature | None = None

    def leaves(self) -> list[bytes]:
        """The raw leaves of all sets in order."""
        return [bytes.fromhex(leaf) for part in self.sets for leaf in part.leaves]

    def to_json(self) -> Json:
        """The shape that is hashed and written."""
        data: Json = {
            "sets": [
                {"compartment": s.compartment, "epoch": s.epoch, "body": s.body,
                 "leaves": list(s.leaves), "objects": list(s.objects)}
                for s in self.sets
            ],
            "seen": [[s.device, s.seq, s.head] for s in self.seen],
        }  # fmt: skip
        if self.authority is not None:
            data["withdrawn"] = withdrawn_json(self.withdrawn)
            data["authority"] = {"alg": "ed25519", "key": self.authority.key, "sig": self.authority.sig}
        return data


class Entry(NamedTuple):
    """What a device signs: where the line stands, and the roots of what it names."""

    archive: str
    device: str
    seq: int
    prev: str | None
    kind: Kind
    charter: str
    records: str
    lists: str

    def to_json(self) -> Json:
        """The shape that is hashed and signed."""
        return {
            "v": VERSION, "archive": self.archive, "device": self.device, "seq": self.seq, "prev": self.prev,
            "kind": self.kind, "charter": self.charter, "records": self.records, "lists": self.lists,
        }  # fmt: skip


class Line(NamedTuple):
    """One line: entry, lists, and the device's signature over the entry."""

    entry: Entry
    lists: Lists
    sig: str


def make_entry(archive: str, device: str, seq: int, prev: str | None, charter: str, lists: Lists) -> Entry:
    """The entry that stands for `lists` at this place of a ledger. Raises `Malformed` as `parse_line` would."""
    check_lists(lists, device)
    kind: Kind = "records" if lists.authority is None else "withdraw"
    lists_hash = sha256_hex(encode(lists.to_json(), nulls=True))
    return Entry(archive, device, seq, prev, kind, charter, merkle.root(lists.leaves()).hex(), lists_hash)


def entry_hash(entry: Entry) -> str:
    """H(0x00 ‖ canonical entry): the name of the entry, and its RFC 6962 leaf hash."""
    return hash_of_bytes(encode(entry.to_json(), nulls=True))


def entry_message(entry: Entry) -> bytes:
    """The bytes that the device signs."""
    return message_of_bytes(encode(entry.to_json(), nulls=True))


def hash_of_bytes(entry: bytes) -> str:
    """`entry_hash` of a canonical entry."""
    return sha256_hex(b"\x00", entry)


def message_of_bytes(entry: bytes) -> bytes:
    """`entry_message` of a canonical entry."""
    return _SIGNED + entry


def withdrawn_json(withdrawn: tuple[Withdrawn, ...]) -> Json:
    """The list of withdrawn objects as it is written and signed."""
    return [{"object": w.object, "by": w.by} for w in withdrawn]


def withdraw_message(archive: str, withdrawn: tuple[Withdrawn, ...]) -> bytes:
    """The bytes that the root or a custodian signs to withdraw objects."""
    return b"copwatch/v1/withdraw\n" + encode([archive, withdrawn_json(withdrawn)], nulls=True)


def encode_line(line: Line) -> bytes:
    """The line as it is written, without its newline. Raises `Malformed` when nobody could read it."""
    doc = {"entry": line.entry.to_json(), "lists": line.lists.to_json(), "sig": line.sig}
    return _short_enough(encode(doc, nulls=True))


def parse_line(data: bytes) -> Line:
    """Reads one line without its newline.

    Raises:
        NotCanonical: the bytes are not the one valid encoding.
        Malformed: a member is missing, unknown or of the wrong shape.
        Newer: the entry is of a later version.
    """
    return line_from_json(decode(_short_enough(data), nulls=True))


def canonical_parts(data: bytes) -> tuple[bytes, bytes]:
    """The canonical bytes of entry and lists, cut out of a line that `parse_line` took.

    Such a line is `{"entry":…,"lists":{…},"sig":"…"}` with 128 digits behind `sig`, and no string in an entry
    can hold what stands between the two: this gives what encoding them again would.
    """
    end = data.index(_BETWEEN)
    return data[len(b'{"entry":') : end], data[end + len(_BETWEEN) - 1 : -len(b',"sig":""}') - 128]


def line_from_json(value: Json) -> Line:
    """A line from its decoded JSON. Raises `Malformed` or `Newer`."""
    doc = shapes.members(value, ("entry", "lists", "sig"))
    entry = entry_from_json(doc["entry"])
    lists = _lists(doc["lists"], entry.kind)
    check_lists(lists, entry.device)
    return Line(entry, lists, shapes.hex128(doc["sig"]))


def entry_from_json(value: Json) -> Entry:
    """An entry alone, as an inclusion proof shows it. Raises `Malformed` or `Newer`."""
    if not isinstance(value, dict):
        raise Malformed("expected an object")
    shapes.version(value.get("v"), VERSION)
    entry = _entry(value)
    if (entry.seq == 0) != (entry.prev is None):
        raise Malformed("the first entry follows none, and every other one follows one")
    return entry


def check_lists(lists: Lists, device: str) -> None:
    """What holds among the lists of one entry of `device`. Raises `Malformed`."""
    shapes.in_order(lists.sets, lambda s: (s.compartment, s.epoch))
    shapes.in_order(lists.seen, lambda s: s.device)
    shapes.in_order(lists.withdrawn, lambda w: w.object)
    if any(seen.device == device for seen in lists.seen):
        raise Malformed("a device names its own ledger as seen")
    if lists.withdrawn and lists.authority is None:
        raise Malformed("objects are withdrawn without authority")
    brought = [name for part in lists.sets for name in (part.body, *part.objects)]
    brought += [w.by for w in lists.withdrawn if w.by is not None]
    shapes.once((*brought, *(w.object for w in lists.withdrawn)))


def _entry(value: Json) -> Entry:
    names = ("v", "archive", "device", "seq", "prev", "kind", "charter", "records", "lists")
    doc = shapes.members(value, names)
    kind = doc["kind"]
    if kind not in ("records", "withdraw"):
        raise Malformed("unknown kind of entry")
    return Entry(
        shapes.hex64(doc["archive"]), shapes.hex64(doc["device"]), shapes.number(doc["seq"]),
        shapes.or_null(doc["prev"], shapes.hex64), kind, shapes.hex64(doc["charter"]),
        shapes.hex64(doc["records"]), shapes.hex64(doc["lists"]),
    )  # fmt: skip


def _lists(value: Json, kind: Kind) -> Lists:
    names = ("sets", "seen") if kind == "records" else ("sets", "seen", "withdrawn", "authority")
    doc = shapes.members(value, names)
    sets, seen = shapes.array(doc["sets"], _set), shapes.array(doc["seen"], _seen)
    if kind == "records":
        return Lists(sets, seen)
    return Lists(sets, seen, shapes.array(doc["withdrawn"], _withdrawn), signature(doc["authority"]))


def _short_enough(data: bytes) -> bytes:
    if len(data) > LONGEST_LINE:
        raise Malformed("the line is longer than 1 MiB")
    return data


def _set(value: Json) -> SealedSet:
    doc = shapes.members(value, ("compartment", "epoch", "body", "leaves", "objects"))
    return SealedSet(
        shapes.hex32(doc["compartment"]), shapes.number(doc["epoch"]), shapes.hex64(doc["body"]),
        shapes.array(doc["leaves"], shapes.hex64), shapes.array(doc["objects"], shapes.hex64),
    )  # fmt: skip


def _seen(value: Json) -> Seen:
    if not isinstance(value, list) or len(value) != 3:
        raise Malformed("expected [device, seq, head]")
    return Seen(shapes.hex64(value[0]), shapes.number(value[1]), shapes.hex64(value[2]))


def _withdrawn(value: Json) -> Withdrawn:
    doc = shapes.members(value, ("object", "by"))
    return Withdrawn(shapes.hex64(doc["object"]), shapes.or_null(doc["by"], shapes.hex64))


def signature(value: Json) -> Signature:
    """An object {"alg": "ed25519", "key", "sig"}."""
    doc = shapes.members(value, ("alg", "key", "sig"))
    shapes.ed25519(doc["alg"])
    return Signature(shapes.hex64(doc["key"]), shapes.hex128(doc["sig"]))
