"""Making an archive: `copwatch init`."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from copwatch.crypto.age import HybridIdentity, parse_identity_file
from copwatch.errors import Refused
from copwatch.model.records import Named, NamedDevice, Roster
from copwatch.proof.words import WORDS_OF_PASSPHRASE, draw_words, short_words, to_words
from copwatch.store.archive import Archive
from copwatch.store.founding import found_archive
from copwatch.store.keys import open_root
from copwatch.store.state import read_default, write_default
from copwatch.store.writer import append_records
from copwatch.workflows.names import signed
from copwatch.workflows.stamping import Now, fresh_id, make_stamp

_SYNCED = {
    "dropbox": "Dropbox", "onedrive": "OneDrive", "google drive": "Google Drive", "googledrive": "Google Drive",
    "my drive": "Google Drive", "icloud drive": "iCloud", "com~apple~clouddocs": "iCloud",
    "mobile documents": "iCloud", "nextcloud": "Nextcloud", "owncloud": "ownCloud", "pcloud": "pCloud",
    "pclouddrive": "pCloud", "box": "Box", "box sync": "Box", "mega": "MEGA", "megasync": "MEGA",
    "syncthing": "Syncthing", "seafile": "Seafile", "tresorit": "Tresorit", "proton drive": "Proton Drive",
}  # fmt: skip


@dataclass(frozen=True)
class NewArchive:
    """What `init` made, and the words that the person has to take away."""

    archive: Archive
    recovery_words: str
    root_words: str
    became_default: bool


def offer_passphrase() -> str:
    """Seven words drawn by the system's random numbers, to be offered first."""
    return draw_words(WORDS_OF_PASSPHRASE, secrets.randbelow)


def synced_by(folder: Path) -> str | None:
    """The name of the cloud service whose folder this seems to stand in, from the names of the folders above."""
    for part in folder.resolve().parts:
        name = part.lower()
        for known, service in _SYNCED.items():
            if name == known or (len(known) > 4 and name.startswith((f"{known} -", f"{known} ("))):
                return service
    return None


def identity_from_file(text: str) -> HybridIdentity:
    """An existing age identity that may found an archive. Raises `Refused` for a classical one."""
    for identity in parse_identity_file(text):
        if isinstance(identity, HybridIdentity):
            return identity
    raise Refused(
        "this identity is not post-quantum, and one classical member undoes the protection of all",
        hint="make one with `age-keygen -pq` (age 1.3 or newer), or let copwatch make one",
    )


def make_archive(
    folder: Path,
    now: Now,
    *,
    passphrase: str | None,
    identity: HybridIdentity | None = None,
    group: str = "",
    name: str = "founder",
    device_name: str = "first device",
    default: bool = True,
) -> NewArchive:
    """Makes the archive and its first entry, the sealed roster.

    It becomes the archive that is used when none is named, if there is no such one and `default` is true.
    """
    founder = identity or HybridIdentity.generate()
    made = found_archive(folder, founder, passphrase)
    archive = made.archive
    device = archive.charter.devices[0].key
    roster = Roster(
        fresh_id(), make_stamp(archive, device, now),
        members=(Named(made.member, name), Named(archive.charter.members[1].id, "recovery")),
        devices=(NamedDevice(device, device_name),),
        compartments=(Named(made.case, "case"), Named(made.identity, "identity")),
        group=group or None,
    )  # fmt: skip
    append_records(archive, [signed(roster, open_root(archive, founder)).to_json()])
    first = default and read_default() is None
    if first:
        write_default(folder)
    return NewArchive(archive, to_words(made.recovery.seed), root_words(archive), first)


def root_words(archive: Archive) -> str:
    """Twelve words that name the archive's root key, to compare by voice or paper."""
    return short_words(archive.history.root)
