"""`copwatch verify`: an archive without any key, or one file by its receipt."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from copwatch.errors import BadInput
from copwatch.progress import Progress
from copwatch.store.check import Verification, total_bytes, verify_archive

_BLOCK = 1 << 20


def paper_head(text: str) -> bytes:
    """The head that somebody wrote down: twelve words, or at least 32 hexadecimal digits."""
    compact = text.strip().lower()
    if len(compact) >= 32 and not set(compact) - set("0123456789abcdef"):
        return bytes.fromhex(compact[:32])
    from copwatch.proof.words import from_words

    data = from_words(text)
    if len(data) != 16:
        raise BadInput("a head has twelve words", hint="these may be recovery words: keep them to yourself")
    return data


def verify_folder(folder: Path, heads: Sequence[bytes], progress: Progress) -> Verification:
    """Every keyless check. Never writes anything, anywhere."""
    progress.start(lambda: total_bytes(folder), "verifying")
    try:
        return verify_archive(folder, heads, progress.advance)
    finally:
        progress.finish()


@dataclass(frozen=True)
class Match:
    """Whether a file is one that was received: its hash, and the codes of the evidence that it equals.

    `renditions` are those of which it is a recorded rendition; `same_essence` those that only have the same coded
    picture and sound, which is looked for where it is none of the others.
    """

    sha256: str
    size: int
    codes: tuple[str, ...]
    renditions: tuple[str, ...] = ()
    same_essence: tuple[str, ...] = ()


def hash_open_file(file: BinaryIO, progress: Progress) -> tuple[str, int]:
    """SHA-256 and size of any file, read once."""
    state, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        state.update(block)
        size += len(block)
        progress.advance(len(block))
    return state.hexdigest(), size


def match_receipt(receipt: str, sha256: str, size: int) -> Match:
    """Looks a file up in a receipt. Raises `BadInput` when the text is none."""
    from copwatch.workflows.receipts import parse_receipt

    found = parse_receipt(receipt)
    return Match(
        sha256, size, tuple(code for hash_, length, code in found if (hash_, length) == (sha256, size))
    )
