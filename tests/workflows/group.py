"""A group: computers with a state folder each, which meet only through folders that somebody copies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.progress import Progress
from copwatch.store.archive import Archive, open_archive
from copwatch.store.check import verify_archive
from copwatch.store.keys import Keys, open_with_identity
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.copying import copy_archive, merge_archive, open_for_merging
from copwatch.workflows.devices import approve_device
from copwatch.workflows.founding import make_archive
from copwatch.workflows.inviting import join_archive, read_invitation, write_invitation

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def now() -> datetime:
    return NOW


def agreed(_lines) -> None:
    """A person who says yes."""


class Laptop:
    """One computer. `here` is to work at it."""

    def __init__(self, top: Path, name: str) -> None:
        self.top = top / name
        self.folder, self.card = self.top / "archive", self.top / "card"
        self.card.mkdir(parents=True)

    @classmethod
    def at(cls, top: Path) -> "Laptop":
        """One that was copied whole to another place."""
        laptop = cls.__new__(cls)
        laptop.top, laptop.folder, laptop.card = top, top / "archive", top / "card"
        return laptop

    @contextmanager
    def here(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COPWATCH_STATE", str(self.top / "state"))
            yield

    @property
    def archive(self) -> Archive:
        return open_archive(self.folder)

    @property
    def device(self) -> str:
        with self.here():
            return self.archive.state.device().public_hex

    def add(self, data: bytes, name: str = "", **more) -> str:
        """Takes in one file; gives the id of its batch."""
        path = self.card / (name or f"{os.urandom(4).hex()}.bin")
        path.write_bytes(data)
        with self.here():
            added = add_files(self.archive, Request((path,), **more), now, Progress())
            assert added.refused == () if hasattr(added, "refused") else True
            return added.batch

    def copy_to(self, folder: Path):
        with self.here():
            return copy_archive(self.archive, folder, now, Progress())

    def merge_from(self, folder: Path):
        with self.here():
            return merge_archive(open_for_merging(self.folder), folder, Progress())

    def findings(self) -> list[str]:
        with self.here():
            return [f"{f.kind}: {f.where}: {f.detail}" for f in verify_archive(self.folder).findings]

    def fails(self) -> list[str]:
        with self.here():
            return [
                f"{f.kind}: {f.where}: {f.detail}" for f in verify_archive(self.folder).findings if f.fails
            ]


class Group:
    """A founder with an archive; others join."""

    def __init__(self, top: Path) -> None:
        self.top, self.stick = top, top / "stick"
        self.stick.mkdir()
        self.identity = HybridIdentity.generate()
        self.founder = Laptop(top, "founder")
        with self.founder.here():
            made = make_archive(self.founder.folder, now, passphrase=None, identity=self.identity)
            self.recovery_words = made.recovery_words

    def keys(self) -> Keys:
        with self.founder.here():
            return open_with_identity(self.founder.archive, self.identity)

    def invitation(self) -> bytes:
        with self.founder.here():
            return write_invitation(self.founder.archive)

    def joins(self, name: str, invitation: bytes | None = None):
        """A new laptop that joined by an invitation, and what `join` gave."""
        laptop = Laptop(self.top, name)
        with laptop.here():
            joined = join_archive(read_invitation(invitation or self.invitation()), laptop.folder)
        return laptop, joined

    def approve(self, joined, heard: str | None = None, agree=agreed) -> Archive:
        with self.founder.here():
            words = joined.words if heard is None else heard
            return approve_device(self.founder.archive, self.keys(), joined.device, words, now, agree)

    def device(self, name: str) -> Laptop:
        """A laptop that joined, was approved and has all that the founder has."""
        laptop, joined = self.joins(name)
        self.approve(joined)
        laptop.merge_from(self.founder.folder)
        return laptop
