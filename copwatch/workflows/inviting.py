"""Bringing a device into the group: an invitation of public facts, a replica that can add, words to read aloud.

Nothing in an invitation is secret, and nothing in it is trusted: whoever carries it can put another archive in its
place. That is what the words are for, which both sides read to each other: they are made of the root key and the
device key, so an exchanged invitation and an exchanged device key both change them (ADR 0120).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copwatch.crypto.signing import SigningKey, verify
from copwatch.errors import BadInput, Refused
from copwatch.proof.charter import file_name, parse_file
from copwatch.proof.entry import Lists
from copwatch.proof.hashing import is_hex
from copwatch.proof.history import read_history
from copwatch.proof.words import spoken_words
from copwatch.store.archive import (
    Archive,
    load_archive,
    open_archive,
    read_charters,
    refuse_swapped,
    remember,
)
from copwatch.store.durable import flush_folder, write_new
from copwatch.store.layout import CHARTER, LEDGER, OBJECTS, STAGING, Layout, is_archive
from copwatch.store.state import read_default, remember_folder, write_default
from copwatch.store.writer import open_writer
from copwatch.store.young import begin
from copwatch.workflows.chartering import writing_device

LARGEST_INVITATION = 80 << 20
"""Bytes: all charter files may have 64 MiB together."""


@dataclass(frozen=True)
class Invitation:
    """Which archive, its root key, and every version of its charter by file name."""

    archive: str
    root: str
    charters: dict[str, bytes]


@dataclass(frozen=True)
class JoinedDevice:
    """What `device join` did. `made` says that the key is new, `words` are what both sides read aloud."""

    archive: Archive
    device: str
    words: str
    made: bool
    became_default: bool


def device_words(root: str, device: str) -> str:
    """Eight words (88 bits) that both sides read to each other before a device is approved."""
    return spoken_words(b"copwatch/v1/device\n", root, device)


def write_invitation(archive: Archive) -> bytes:
    """The file that `device join` takes: public facts only."""
    charters = [data.decode() for _, data in sorted(read_charters(archive.layout).items())]
    facts = {
        "copwatch_invitation": 1,
        "archive": archive.id,
        "root": archive.history.root,
        "charters": charters,
    }
    return json.dumps(facts, indent=1).encode() + b"\n"


def read_invitation(data: bytes) -> Invitation:
    """Reads an invitation; every version of the charter in it is checked. Raises `BadInput`."""
    try:
        facts: Any = json.loads(data)
        texts = [text.encode() for text in facts["charters"]]
        charters = {file_name(parse_file(text).charter): text for text in texts}
        archive, root, version = facts["archive"], facts["root"], facts["copwatch_invitation"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadInput("this is no invitation", hint="`copwatch device invite FILE` writes one") from error
    if version != 1 or not is_hex(archive, 64) or not is_hex(root, 64):
        raise BadInput(
            "this invitation is of another version", hint="install the newest copwatch on both computers"
        )
    history, findings = read_history(charters, verify, archive)
    if history is None or history.root != root or any(finding.fails for finding in findings):
        raise BadInput("this invitation was altered or cut", hint="ask for a new one")
    return Invitation(archive, root, charters)


def join_archive(invitation: Invitation, folder: Path) -> JoinedDevice:
    """Makes this computer a device that waits for approval, with a replica in `folder` or on the copy that is there.

    Raises:
        Refused: the folder holds something else; this computer is a device of the archive already, elsewhere.
        IntegrityFailure, Busy: as `open_archive` and `open_writer`.
    """
    young = not is_archive(folder)
    if young:
        _make_replica(invitation, folder)
    else:
        _complete_charters(invitation, folder)
    archive = open_archive(folder)
    key = archive.state.device()
    with archive.state.writing():
        made = writing_device(archive) is None
    if key is None or made:
        key = SigningKey.generate()
        archive.state.save_device(key)
    remember(archive)
    if young:
        remember_folder(folder, archive.id)
        begin(archive)
    with open_writer(archive) as writer:
        if not writer.ledger.size:
            # Without any entry nobody who gets a copy of this replica would see that a device waits.
            writer.append(Lists((), ()))
    default = read_default()
    became_default = default is None or not default.exists()
    if became_default:
        write_default(folder)
    words = device_words(archive.history.root, key.public_hex)
    return JoinedDevice(archive, key.public_hex, words, made, became_default)


def _make_replica(invitation: Invitation, folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(
            f"{folder} is not empty", hint="name a new folder, or one that holds a copy of the archive"
        )
    for name in (CHARTER, LEDGER, OBJECTS, STAGING):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_charters(Layout(folder), invitation.charters)


def _complete_charters(invitation: Invitation, folder: Path) -> None:
    archive, findings = load_archive(folder)
    if archive is None or archive.id != invitation.archive:
        raise Refused(
            f"{folder} holds another archive than the invitation is for"
            if archive
            else f"the charter of the archive in {folder} does not hold: {findings[0].detail}",
            hint="name a new folder for the replica",
        )
    refuse_swapped(archive)
    known = {path.name for path in archive.layout.charter.iterdir()}
    _write_charters(archive.layout, {n: d for n, d in invitation.charters.items() if n not in known})


def _write_charters(layout: Layout, charters: dict[str, bytes]) -> None:
    """Oldest first, so that each version finds the one that it follows."""
    layout.staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in sorted(charters.items()):
        write_new(layout.staging / name, data)
        (layout.staging / name).replace(layout.charter / name)
    flush_folder(layout.charter)
