"""Computers of one group, each with a state folder and a copy of the archive of its own."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from copwatch.crypto.age import HybridIdentity
from copwatch.crypto.signing import SigningKey
from copwatch.proof.charter import Device, Until
from copwatch.proof.entry import Lists, Signature, Withdrawn, withdraw_message
from copwatch.store.archive import Archive, open_archive, remember
from copwatch.store.check import verify_archive
from copwatch.store.founding import found_archive, sign_charter, write_charter
from copwatch.store.keys import open_root
from copwatch.store.state import LocalState
from copwatch.store.transfer import Transferred, carry_out, prepare
from copwatch.store.writer import Committed, open_writer

NOW = "2026-01-01T00:00:00Z"


@dataclass
class Computer:
    """One computer: where its archive and its local state stand."""

    folder: Path
    state: Path
    key: SigningKey
    root: SigningKey | None = None

    @contextmanager
    def here(self) -> Iterator[None]:
        """Work as this computer."""
        before = os.environ.get("COPWATCH_STATE")
        os.environ["COPWATCH_STATE"] = str(self.state)
        try:
            yield
        finally:
            if before is None:
                del os.environ["COPWATCH_STATE"]
            else:
                os.environ["COPWATCH_STATE"] = before

    @property
    def device(self) -> str:
        return self.key.public_hex

    @property
    def archive(self) -> Archive:
        return open_archive(self.folder)

    def add(self, *, objects: int = 1, size: int = 100) -> Committed:
        """One entry with one record that names some sealed-looking objects."""
        with self.here(), open_writer(self.archive) as writer, writer.staging() as staging:
            draft = writer.draft(staging)
            names = [staging.add_bytes(sealed(size)) for _ in range(objects)]
            draft.add(record(self.archive.id, self.device), objects=names)
            return draft.commit()

    def withdraw(self, *names: str) -> Committed:
        """An entry that withdraws objects, signed by the root key."""
        withdrawn = tuple(Withdrawn(name, None) for name in sorted(names))
        with self.here(), open_writer(self.archive) as writer:
            sig = self.root.sign(withdraw_message(self.archive.id, withdrawn))
            lists = Lists((), writer.seen(), withdrawn, Signature(self.root.public_hex, sig))
            return writer.append(lists)

    def revoke(self, device: str, last: Committed) -> None:
        """A charter in which `last` is the last entry of `device` that counts."""
        archive = self.archive
        devices = tuple(
            replace(d, until=Until(last.seq, last.hash)) if d.key == device else d
            for d in archive.charter.devices
        )
        charter = archive.charter
        charter = replace(
            charter, version=charter.version + 1, prev=(archive.history.ruling,), devices=devices
        )
        write_charter(archive.layout, sign_charter(charter, self.root))

    def clone(self, to: Path) -> "Computer":
        """The same computer twice: its archive and its state were copied as folders."""
        shutil.copytree(self.folder, to / "archive")
        shutil.copytree(self.state, to / "state")
        return Computer(to / "archive", to / "state", self.key, self.root)

    def holds(self, *, but: tuple[str, ...] = ()) -> list[str]:
        """What a verification finds that fails, except those kinds."""
        with self.here():
            found = verify_archive(self.folder).findings
        return [f"{f.kind}: {f.where}: {f.detail}" for f in found if f.fails and f.kind not in but]


def sealed(size: int) -> bytes:
    """Random bytes that look like an age file."""
    return b"age-encryption.org/v1\n-> X25519 " + secrets.token_bytes(size)


def record(archive: str, device: str) -> dict:
    return {
        "id": secrets.token_hex(16), "type": "test", "schema": 1, "archive": archive, "device": device,
        "recorded_at": NOW, "clock": "system",
    }  # fmt: skip


def make_group(top: Path, count: int) -> list[Computer]:
    """`count` computers that share one archive; the first founded it. No entry was written yet."""
    computers = [
        Computer(top / f"archive{n}", top / f"state{n}", SigningKey.generate()) for n in range(count)
    ]
    first, founder = computers[0], HybridIdentity.generate()
    with first.here():
        founded = found_archive(first.folder, founder, None)
        archive = founded.archive
        root = open_root(archive, founder)
        devices = tuple(Device(computer.device) for computer in computers)
        charter = replace(archive.charter, version=1, prev=(archive.id,), devices=devices)
        write_charter(archive.layout, sign_charter(charter, root))
    for computer in computers:
        computer.root = root
    for computer in computers[1:]:
        shutil.copytree(first.folder, computer.folder)
    for computer in computers:
        with computer.here():
            archive = open_archive(computer.folder)
            LocalState(archive.id).save_device(computer.key)
            remember(archive)
    return computers


def bring(source: Path, destination: Path, **how) -> Transferred:
    """A transfer in one step."""
    advance = how.pop("advance", lambda _: None)
    journal = how.pop("journal", None)
    archive = open_archive(source).id if "archive" not in how else how.pop("archive")
    return carry_out(prepare(source, destination, archive, **how), advance, journal=journal)


def content(folder: Path) -> dict[str, bytes]:
    """Every file of an archive but staging, by path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "tmp"
    }
