"""Where things stand inside an archive folder (docs/format.md, "The folder")."""

import re
from dataclasses import dataclass
from pathlib import Path

CHARTER, LEDGER, FORKS, OBJECTS, CHECKPOINTS, STAGING = (
    "charter", "ledger", "forks", "objects", "checkpoints", "tmp",
)  # fmt: skip
CHARTER_NAME = re.compile(r"[0-9]{6}-[0-9a-f]{16}\.json\Z")
DEVICE_NAME = re.compile(r"[0-9a-f]{64}\Z")
FORK_NAME = re.compile(r"[0-9a-f]{16}\Z")
SEGMENT_NAME = re.compile(r"([0-9]{8})\.jsonl\Z")
SET_ASIDE = re.compile(r"[0-9]{8}[^0-9].*\.jsonl\Z")
"""A segment that a syncing program put aside under another name, because it was changed at two places."""
LITTER = re.compile(
    r"(Thumbs\.db|desktop\.ini|\.DS_Store|\._.*|\.stfolder|\.stversions|\.stignore|\.syncthing\..*\.tmp|\.dropbox|"
    r"\.dropbox\.cache|\.dropbox\.attr|\.nextcloudsync\.log|\.sync_.*\.db(-shm|-wal)?|@eaDir|\.directory)\Z"
)
"""What file managers and syncing programs put into every folder by themselves."""
OBJECT_NAME = re.compile(r"([0-9a-f]{64})\.age\Z")
CHECKPOINT_NAME = re.compile(r"[0-9]{10}-[0-9a-f]{16}\.(note|tsr)\Z")

SEGMENT_LINES = 1000
"""A ledger is cut into files of exactly this many lines, except the last."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one archive folder."""

    folder: Path

    @property
    def charter(self) -> Path:
        """The folder of charter versions."""
        return self.folder / CHARTER

    @property
    def objects(self) -> Path:
        """The folder of sealed files."""
        return self.folder / OBJECTS

    @property
    def staging(self) -> Path:
        """Where unfinished files stand; copying and verifying ignore it."""
        return self.folder / STAGING

    def object(self, name: str) -> Path:
        """The path of the object with that SHA-256 (64 hexadecimal digits)."""
        return self.objects / name[:2] / f"{name}.age"

    def ledger(self, device: str) -> Path:
        """The folder of one device's ledger."""
        return self.folder / LEDGER / device

    def fork(self, device: str, branch: str) -> Path:
        """The folder of the other branch of a ledger; `branch` is its first differing entry hash."""
        return self.folder / FORKS / device / branch[:16]

    def checkpoints(self, device: str) -> Path:
        """The folder of one device's checkpoints."""
        return self.folder / CHECKPOINTS / device


def segment_name(seq: int) -> str:
    """The file that holds entry `seq`."""
    return f"{seq // SEGMENT_LINES:08d}.jsonl"


def is_archive(folder: Path) -> bool:
    """Whether the folder looks like an archive: it has a charter of version 0."""
    try:
        return any(CHARTER_NAME.match(p.name) and p.name.startswith("000000-")
                   for p in (folder / CHARTER).iterdir())  # fmt: skip
    except OSError:
        return False
