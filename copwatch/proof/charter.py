"""The charter: which devices, members and compartments exist (docs/format.md, "Charter")."""

from dataclasses import dataclass
from functools import cached_property

from copwatch.proof import shapes
from copwatch.proof.canonical import Json, NotCanonical, decode, encode
from copwatch.proof.entry import Signature, signature
from copwatch.proof.hashing import sha256_hex
from copwatch.proof.shapes import Malformed

LARGEST_FILE = 16 << 20
VERSION = 1
LAST_VERSION = 999_999
"""The file name has six digits for the number of the version."""


@dataclass(frozen=True, slots=True)
class Until:
    """The last entry of a revoked device that counts."""

    seq: int
    entry: str


@dataclass(frozen=True, slots=True)
class Device:
    """A device is its Ed25519 public key."""

    key: str
    until: Until | None = None


@dataclass(frozen=True, slots=True)
class Compartment:
    """What is sealed to one group of members; one age recipient an epoch, the last one in use."""

    id: str
    epochs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can read. `identity` names the object that holds their identity under a passphrase."""

    id: str
    recipient: str
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """The object that holds one compartment's identity of one epoch, sealed to one member."""

    compartment: str
    epoch: int
    member: str
    object: str


@dataclass(frozen=True)
class Charter:
    """One immutable version of the public facts."""

    version: int
    prev: tuple[str, ...]
    root: str
    root_sealed: str
    custodians: tuple[str, ...]
    devices: tuple[Device, ...]
    compartments: tuple[Compartment, ...]
    members: tuple[Member, ...]
    keys: tuple[KeyGrant, ...]

    def device(self, key: str) -> Device | None:
        """The device with that key."""
        return self._devices.get(key)

    def compartment(self, compartment: str) -> Compartment | None:
        """The compartment with that id."""
        return self._compartments.get(compartment)

    def objects(self) -> set[str]:
        """Every object that this version names."""
        identities = {m.identity for m in self.members if m.identity is not None}
        return {self.root_sealed, *(k.object for k in self.keys), *identities}

    # Every set of every entry asks; a search through a hostile charter would take hours.
    @cached_property
    def _devices(self) -> dict[str, Device]:
        return {device.key: device for device in self.devices}

    @cached_property
    def _compartments(self) -> dict[str, Compartment]:
        return {compartment.id: compartment for compartment in self.compartments}

    def to_json(self) -> Json:
        """The shape that is hashed and signed."""
        return {
            "v": VERSION, "version": self.version, "prev": list(self.prev), "hash": "sha256",
            "root": self.root, "root_sealed": self.root_sealed, "custodians": list(self.custodians),
            "devices": [_device_json(d) for d in self.devices],
            "compartments": [{"id": c.id, "epochs": list(c.epochs)} for c in self.compartments],
            "members": [_member_json(m) for m in self.members],
            "keys": [
                {"compartment": k.compartment, "epoch": k.epoch, "member": k.member, "object": k.object}
                for k in self.keys
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedCharter:
    """A charter with its signatures. Format 1 has one, the root key's: nobody else can change the file."""

    charter: Charter
    sigs: tuple[Signature, ...]


def charter_hash(charter: Charter) -> str:
    """H(canonical charter); of version 0 it is the archive id."""
    return sha256_hex(encode(charter.to_json()))


def charter_message(charter: Charter) -> bytes:
    """The bytes that the root key signs."""
    return b"copwatch/v1/charter\n" + encode(charter.to_json())


def file_name(charter: Charter) -> str:
    """`000000-<16 hex>.json`."""
    return f"{charter.version:06d}-{charter_hash(charter)[:16]}.json"


def encode_file(signed: SignedCharter) -> bytes:
    """The bytes of a charter file: canonical JSON and one newline."""
    sigs = [{"alg": "ed25519", "key": s.key, "sig": s.sig} for s in signed.sigs]
    return _small_enough(encode({"charter": signed.charter.to_json(), "sigs": sigs}) + b"\n")


def parse_file(data: bytes) -> SignedCharter:
    """Reads a charter file. Raises `NotCanonical`, `Malformed` or `Newer`."""
    if not _small_enough(data).endswith(b"\n"):
        raise NotCanonical("without its newline")
    doc = shapes.members(decode(data[:-1]), ("charter", "sigs"))
    if not isinstance(doc["charter"], dict):
        raise Malformed("expected an object")
    shapes.version(doc["charter"].get("v"), VERSION)
    return SignedCharter(_charter(doc["charter"]), shapes.array(doc["sigs"], signature))


def _charter(value: Json) -> Charter:
    names = (
        "v", "version", "prev", "hash", "root", "root_sealed", "custodians", "devices", "compartments",
        "members", "keys",
    )  # fmt: skip
    doc = shapes.members(value, names)
    if shapes.text(doc["hash"]) != "sha256":
        raise shapes.Newer("a hash that is not SHA-256")
    charter = Charter(
        shapes.number(doc["version"]), shapes.in_order(shapes.array(doc["prev"], shapes.hex64), str),
        shapes.hex64(doc["root"]), shapes.hex64(doc["root_sealed"]),
        shapes.once(shapes.array(doc["custodians"], shapes.hex64)),
        shapes.array(doc["devices"], _device), shapes.array(doc["compartments"], _compartment),
        shapes.array(doc["members"], _member), shapes.array(doc["keys"], _key),
    )  # fmt: skip
    _check_whole(charter)
    return charter


def _check_whole(charter: Charter) -> None:
    """Ids stand once, every epoch has a recipient, and keys name what exists."""
    epochs = {(c.id, k) for c in charter.compartments for k in range(len(c.epochs))}
    members = {m.id for m in charter.members}
    grants = {(k.compartment, k.epoch, k.member) for k in charter.keys}
    whole = (
        len({d.key for d in charter.devices}) == len(charter.devices)
        and len({c.id for c in charter.compartments}) == len(charter.compartments) > 0
        and len(members) == len(charter.members)
        and len(grants) == len(charter.keys)
        and all((c, e) in epochs and m in members for c, e, m in grants)
    )
    if not whole:
        raise Malformed("an id stands twice, or a key names what does not exist")
    if charter.version > LAST_VERSION or (charter.version == 0) != (not charter.prev):
        raise Malformed("its version number is impossible")


def _device(value: Json) -> Device:
    doc = shapes.members(value, ("key",), ("until",))
    return Device(shapes.hex64(doc["key"]), _until(doc["until"]) if "until" in doc else None)


def _until(value: Json) -> Until:
    doc = shapes.members(value, ("seq", "entry"))
    return Until(shapes.number(doc["seq"]), shapes.hex64(doc["entry"]))


def _compartment(value: Json) -> Compartment:
    doc = shapes.members(value, ("id", "epochs"))
    epochs = shapes.array(doc["epochs"], shapes.recipient)
    if not epochs:
        raise Malformed("a compartment has no recipient")
    return Compartment(shapes.hex32(doc["id"]), epochs)


def _member(value: Json) -> Member:
    doc = shapes.members(value, ("id", "recipient"), ("identity",))
    identity = shapes.hex64(doc["identity"]) if "identity" in doc else None
    return Member(shapes.hex32(doc["id"]), shapes.recipient(doc["recipient"]), identity)


def _key(value: Json) -> KeyGrant:
    doc = shapes.members(value, ("compartment", "epoch", "member", "object"))
    return KeyGrant(
        shapes.hex32(doc["compartment"]), shapes.number(doc["epoch"]), shapes.hex32(doc["member"]),
        shapes.hex64(doc["object"]),
    )  # fmt: skip


def _small_enough(data: bytes) -> bytes:
    if len(data) > LARGEST_FILE:
        raise Malformed("a charter file is longer than 16 MiB")
    return data


def _device_json(device: Device) -> Json:
    until = {"until": {"seq": device.until.seq, "entry": device.until.entry}} if device.until else {}
    return {"key": device.key, **until}


def _member_json(member: Member) -> Json:
    identity = {"identity": member.identity} if member.identity is not None else {}
    return {"id": member.id, "recipient": member.recipient, **identity}
