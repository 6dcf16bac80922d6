"""Making a new archive: keys, compartments, and charter version 0."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.age import HybridIdentity, Recipient, ScryptRecipient
from copwatch.crypto.signing import SigningKey
from copwatch.errors import Refused
from copwatch.proof.charter import (
    Charter,
    Compartment,
    Device,
    KeyGrant,
    Member,
    SignedCharter,
    charter_message,
    encode_file,
    file_name,
)
from copwatch.proof.entry import Signature
from copwatch.store.archive import Archive, open_archive, remember
from copwatch.store.durable import flush_folder, write_new
from copwatch.store.keys import Identity, seal_identity, seal_root
from copwatch.store.layout import CHARTER, LEDGER, OBJECTS, STAGING, Layout
from copwatch.store.objects import Staging
from copwatch.store.state import remember_folder


@dataclass(frozen=True)
class Founded:
    """A new archive with the secrets that its maker takes away: nothing keeps them once this is gone."""

    archive: Archive
    founder: Identity
    recovery: HybridIdentity
    member: str
    case: str
    identity: str


def found_archive(folder: Path, founder: Identity, passphrase: str | None) -> Founded:
    """Makes an archive in `folder`, which is new or empty, and makes this computer its first device.

    `passphrase` seals the founder's identity into the archive; None leaves it out (they keep a file of theirs).
    """
    _make_folders(folder)
    layout = Layout(folder)
    root, device, recovery = SigningKey.generate(), SigningKey.generate(), HybridIdentity.generate()
    with Staging(layout) as staging:
        charter = _first_charter(staging, root, device, (founder, recovery), passphrase)
        staging.place()
    write_charter(layout, sign_charter(charter, root))
    archive = open_archive(folder, instead=True)
    archive.state.save_device(device)
    remember_folder(folder, archive.id)
    remember(archive)
    case, identity = (c.id for c in charter.compartments)
    return Founded(archive, founder, recovery, charter.members[0].id, case, identity)


def sign_charter(charter: Charter, root: SigningKey) -> SignedCharter:
    """The charter with the root key's signature."""
    return SignedCharter(charter, (Signature(root.public_hex, root.sign(charter_message(charter))),))


def write_charter(layout: Layout, signed: SignedCharter) -> None:
    """Adds a version to the archive, durably. The objects that it names are in place."""
    beside = layout.staging / secrets.token_hex(8)
    beside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(beside, encode_file(signed))
    beside.replace(layout.charter / file_name(signed.charter))
    flush_folder(layout.charter)


def _make_folders(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty", hint="name a new folder for the archive")
    for name in (CHARTER, LEDGER, OBJECTS, STAGING):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def _first_charter(
    staging: Staging,
    root: SigningKey,
    device: SigningKey,
    identities: tuple[Identity, HybridIdentity],
    passphrase: str | None,
) -> Charter:
    founder, recovery = identities
    members = (
        Member(_new_id(), str(founder.recipient()), _seal_own(staging, founder, passphrase)),
        Member(_new_id(), str(recovery.recipient())),
    )
    opened = {_new_id(): HybridIdentity.generate() for _ in range(2)}
    keys = tuple(
        KeyGrant(compartment, 0, member.id, staging.add_bytes(seal_identity(identity, [holder.recipient()])))
        for compartment, identity in opened.items()
        for member, holder in zip(members, identities, strict=True)
    )
    compartments = tuple(Compartment(c, (str(identity.recipient()),)) for c, identity in opened.items())
    return Charter(
        0, (), root.public_hex, staging.add_bytes(seal_root(root, _all_recipients(identities))), (),
        (Device(device.public_hex),), compartments, members, keys,
    )  # fmt: skip


def _all_recipients(identities: tuple[Identity, HybridIdentity]) -> list[Recipient]:
    return [identity.recipient() for identity in identities]


def _seal_own(staging: Staging, founder: Identity, passphrase: str | None) -> str | None:
    if passphrase is None:
        return None
    return staging.add_bytes(seal_identity(founder, [ScryptRecipient(passphrase)]))


def _new_id() -> str:
    return secrets.token_hex(16)
