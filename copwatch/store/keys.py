"""What one member's identity opens: compartments, and through them bodies and evidence."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from copwatch.crypto.age import (
    HybridIdentity,
    NoMatch,
    Recipient,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    open_bytes,
    parse_identity,
    parse_recipient,
    seal,
)
from copwatch.crypto.derive import hkdf_sha256
from copwatch.crypto.signing import SigningKey
from copwatch.errors import CopwatchError, IntegrityFailure, Locked
from copwatch.proof.charter import Member
from copwatch.proof.entry import SealedSet
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.hashing import is_hex
from copwatch.proof.history import History
from copwatch.store.archive import Archive
from copwatch.store.layout import Layout
from copwatch.store.objects import read_object

Identity: TypeAlias = HybridIdentity | X25519Identity
LARGEST_KEY_OBJECT = 1 << 20


@dataclass(frozen=True)
class Keys:
    """An unlocked archive: the member, their identity, and the compartment identities that it opened.

    `compartments` is by compartment, epoch and recipient: after a fork of the charter one epoch of a compartment
    can have two recipients.
    """

    member: Member
    identity: Identity
    compartments: Mapping[tuple[str, int, str], Identity]
    findings: tuple[Finding, ...] = ()

    def opens(self, history: History, charter: str, part: SealedSet) -> Identity | None:
        """The identity that opens a set of an entry which names the charter with that hash; None without one."""
        named = history.charters.get(charter)
        compartment = named.compartment(part.compartment) if named else None
        if compartment is None or part.epoch >= len(compartment.epochs):
            return None
        recipient = compartment.epochs[part.epoch]
        # Where versions of the charter were joined, the same recipient has another number than it had.
        return self.compartments.get((part.compartment, part.epoch, recipient)) or self.of(
            part.compartment, recipient
        )

    def of(self, compartment: str, recipient: str) -> Identity | None:
        """The identity behind a recipient of a compartment, whatever its number; None without it."""
        return next(
            (key for (c, _, text), key in self.compartments.items() if (c, text) == (compartment, recipient)),
            None,
        )

    def catalogue_key(self, archive: str, salt: bytes) -> bytes:
        """The key of this member's catalogue on this computer, 32 bytes (docs/format.md, "Catalogue key")."""
        return hkdf_sha256(
            identity_seed(self.identity), salt, b"copwatch/v1/catalogue\n" + archive.encode(), 32
        )


def recipients(texts: list[str]) -> list[Recipient]:
    """The age recipients of a charter, parsed."""
    return [parse_recipient(text) for text in texts]


def seal_identity(identity: Identity, to: list[Recipient]) -> bytes:
    """An object that holds an identity as text, so that `age -i` takes what `age -d` gives."""
    return seal(f"{identity}\n".encode(), to)


def seal_under_passphrase(identity: Identity, passphrase: str) -> bytes:
    """A member's identity under a passphrase: scrypt stands alone in the header."""
    return seal(f"{identity}\n".encode(), [ScryptRecipient(passphrase)])


def open_with_passphrase(archive: Archive, passphrase: str) -> Keys:
    """Opens the identity of the member whose passphrase this is. Raises `Locked` when it opens none."""
    # Each try costs a second: whoever opened the archive on this computer before goes first.
    known = sorted(archive.charter.members, key=lambda m: archive.state.read(f"absorbed-{m.id}.json") is None)
    for member in known:
        if member.identity is None:
            continue
        sealed = read_key_object(archive.layout, member.identity)
        try:
            text = open_bytes(sealed, [ScryptIdentity(passphrase)])
        except NoMatch:
            continue
        return open_with_identity(archive, _identity_from(text))
    raise Locked(
        "the passphrase is wrong", hint=f"try again; upper and lower case and spaces matter{_left(archive)}"
    )


def _left(archive: Archive) -> str:
    """What may be true as well where a member worked who is none any more: their passphrase opens nothing now."""
    members = {member.id for member in archive.charter.members}
    worked = {path.stem.removeprefix("absorbed-") for path in archive.state.folder.glob("absorbed-*.json")}
    return "; or the group has removed the member who worked here" if worked - members else ""


def open_with_identity(archive: Archive, identity: Identity) -> Keys:
    """Opens every compartment that the charter gives to this identity.

    A key object that is missing, damaged or not the one that the charter promises becomes a finding; the
    others open all the same. Raises `Locked` when no member has this identity.
    """
    recipient = str(identity.recipient())
    member = next((m for m in archive.charter.members if m.recipient == recipient), None)
    if member is None:
        raise Locked(
            "this key belongs to no member of the archive",
            hint="perhaps it was replaced or removed; ask the founder of the archive",
        )
    opened: dict[tuple[str, int, str], Identity] = {}
    findings = []
    for place, name in _grants(archive.history, recipient).items():
        try:
            opened[place] = _open_grant(archive, identity, name, place[2])
        except (CopwatchError, ValueError) as error:
            findings.append(Finding(Kind.WRONG_KEY, f"objects/{name[:2]}/{name}.age", str(error)))
    return Keys(member, identity, opened, tuple(findings))


def _grants(history: History, recipient: str) -> dict[tuple[str, int, str], str]:
    """The key objects for a member's recipient, by compartment, epoch and recipient of the epoch.

    The ruling charter says who has the keys that it counts. A key that it does not count, which is left of a fork
    of the charter, is for whom the version that counts it says.
    """
    counted = {text for compartment in history.charter.compartments for text in compartment.epochs}
    others = [charter for name, charter in history.charters.items() if name != history.ruling]
    found: dict[tuple[str, int, str], str] = {}
    for charter in [history.charter, *sorted(others, key=lambda charter: -charter.version)]:
        members = {member.id for member in charter.members if member.recipient == recipient}
        for grant in charter.keys:
            compartment = charter.compartment(grant.compartment)
            if grant.member not in members or compartment is None:
                continue
            text = compartment.epochs[grant.epoch]
            if charter is history.charter or text not in counted:
                found.setdefault((grant.compartment, grant.epoch, text), grant.object)
    return found


def open_root(archive: Archive, identity: Identity) -> SigningKey:
    """The root key, for the founder's and the recovery identity. Raises `Locked` for any other."""
    sealed = read_key_object(archive.layout, archive.charter.root_sealed)
    try:
        text = open_bytes(sealed, [identity]).decode("ascii", "replace")
    except NoMatch as error:
        raise Locked(
            "this key may not change the charter", hint="only the founder or the recovery key may"
        ) from error
    if not text.endswith("\n") or not is_hex(text[:-1], 64):
        raise IntegrityFailure("the sealed root key is not what it should be")
    root = SigningKey(bytes.fromhex(text[:-1]))
    if not hmac.compare_digest(root.public_hex, archive.history.root):
        raise IntegrityFailure("the sealed root key is not the one of the charter")
    return root


def seal_root(root: SigningKey, to: list[Recipient]) -> bytes:
    """The object that holds the root key: its seed as 64 hexadecimal digits and a newline."""
    return seal(f"{root.seed.hex()}\n".encode(), to)


def read_key_object(layout: Layout, name: str) -> bytes:
    """A small object, whole. Raises `IntegrityFailure` when it is missing or too large to be a key."""
    return read_object(layout, name, LARGEST_KEY_OBJECT)


def identity_seed(identity: Identity) -> bytes:
    """The 32 secret bytes of an identity."""
    return identity.seed


def _open_grant(archive: Archive, identity: Identity, name: str, recipient: str) -> Identity:
    opened = _identity_from(open_bytes(read_key_object(archive.layout, name), [identity]))
    if str(opened.recipient()) != recipient:
        raise IntegrityFailure("it is not the key that the charter promises")
    return opened


def _identity_from(data: bytes) -> Identity:
    identity = parse_identity(data.decode("ascii", "replace").strip())
    if not isinstance(identity, HybridIdentity | X25519Identity):
        raise IntegrityFailure("an identity of a kind that cannot stand here")
    return identity
