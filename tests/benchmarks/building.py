"""Makes what is measured: random files, films and photos, a new archive, an archive with a very long ledger.

Runs as a program of its own (`python -m tests.benchmarks.building WHAT FOLDER …`), so that the memory it needs is
not counted as that of what is measured afterwards.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from copwatch.crypto.age import HybridIdentity
from copwatch.crypto.signing import SigningKey
from copwatch.proof.entry import (
    Line,
    Lists,
    SealedSet,
    Signature,
    Withdrawn,
    encode_line,
    entry_hash,
    entry_message,
    make_entry,
    withdraw_message,
)
from copwatch.store.archive import Archive
from copwatch.store.founding import found_archive
from copwatch.store.keys import open_root
from copwatch.store.layout import segment_name
from tests.benchmarks.footage import card, film, photos

_BLOCK = 1 << 20
_WITHDRAWN_IN_A_LINE = 6000


def random_files(folder: Path, count: int, size: int) -> None:
    """`count` files of `size` random bytes."""
    folder.mkdir(parents=True)
    for number in range(count):
        with (folder / f"IMG_{number:05}.jpg").open("wb") as file:
            for start in range(0, size, _BLOCK):
                file.write(os.urandom(min(_BLOCK, size - start)))


def new_archive(folder: Path) -> None:
    """An archive with nothing in it."""
    found_archive(folder, HybridIdentity.generate(), None)


def long_ledger(folder: Path, lines: int) -> None:
    """An archive whose ledger has `lines` entries of one record set each, and a few more.

    The last entries withdraw all bodies, so that none has to be there: only the ledger is measured.
    """
    founder = HybridIdentity.generate()
    founded = found_archive(folder, founder, None)
    archive, device = founded.archive, founded.archive.state.device()
    assert device is not None
    ledger = archive.layout.ledger(device.public_hex)
    ledger.mkdir(parents=True)
    everything = _written(
        archive, device, _all_lists(archive, open_root(archive, founder), founded.case, lines)
    )
    for seq, line in enumerate(everything):
        with (ledger / segment_name(seq)).open("ab") as file:
            file.write(line)


def _all_lists(archive: Archive, root: SigningKey, case: str, lines: int) -> Iterator[Lists]:
    bodies = [_hash("body", number) for number in range(lines)]
    for number, body in enumerate(bodies):
        yield Lists((SealedSet(case, 0, body, (_hash("leaf", number),), ()),))
    for start in range(0, lines, _WITHDRAWN_IN_A_LINE):
        names = sorted(bodies[start : start + _WITHDRAWN_IN_A_LINE])
        withdrawn = tuple(Withdrawn(name, None) for name in names)
        signed = root.sign(withdraw_message(archive.id, withdrawn))
        yield Lists(withdrawn=withdrawn, authority=Signature(root.public_hex, signed))


def _written(archive: Archive, device: SigningKey, all_lists: Iterator[Lists]) -> Iterator[bytes]:
    head: str | None = None
    for seq, lists in enumerate(all_lists):
        entry = make_entry(archive.id, device.public_hex, seq, head, archive.history.ruling, lists)
        head = entry_hash(entry)
        yield encode_line(Line(entry, lists, device.sign(entry_message(entry)))) + b"\n"


def _hash(what: str, number: int) -> str:
    return hashlib.sha256(f"{what} {number}".encode()).hexdigest()


def main(what: str, folder: str, *numbers: str) -> None:
    """Makes one thing."""
    makers = {
        "files": random_files, "archive": new_archive, "ledger": long_ledger, "film": film, "photos": photos,
        "card": card,
    }  # fmt: skip
    makers[what](Path(folder), *map(int, numbers))  # type: ignore[operator]


if __name__ == "__main__":
    main(*sys.argv[1:])
