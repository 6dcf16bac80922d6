"""`copwatch verify BUNDLE`: a bundle from itself alone, plain, zipped or sealed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from copwatch.bundle.tree import BundleTree, FolderTree, Unreadable
from copwatch.bundle.verify import BundleCheck, verify_bundle
from copwatch.bundle.ziptree import ZipTree
from copwatch.crypto.age import Identity, SealedReader, parse_header
from copwatch.media.isolated import MediaProcess
from copwatch.progress import Progress
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.charter import LARGEST_FILE, charter_hash, parse_file
from copwatch.proof.shapes import Malformed, Newer
from copwatch.store.state import LocalState
from copwatch.workflows.essences import look_with
from copwatch.workflows.given_files import open_given
from copwatch.workflows.what_is import what_is

_FIRST_CHARTER = "data/proofs/charter/000000-"


@contextmanager
def open_tree(path: Path, identities: Callable[[bool], list[Identity]]) -> Iterator[BundleTree]:
    """A bundle to be read where it lies; a sealed one is never written to disk.

    Args:
        path: the bundle.
        identities: gives what opens a sealed one; it is told whether that is a passphrase, or else a key.
    """
    if path.is_dir():
        yield FolderTree(path)
        return
    kind = what_is(path)
    with open_given(path) as file:
        if kind == "sealed":
            by_passphrase = "scrypt" in parse_header(file).kinds
            file.seek(0)
            with SealedReader(file, identities(by_passphrase)) as opened:
                yield ZipTree(opened)  # type: ignore[arg-type]
        else:
            yield ZipTree(file)


def check_bundle(tree: BundleTree, progress: Progress) -> BundleCheck:
    """Every check of a bundle; the root key is compared with the one that this computer knows, if it does."""
    progress.start(sum(tree.files.values()), "verifying")
    try:
        with MediaProcess(waiting=lambda: progress.advance(0)) as process:
            return verify_bundle(tree, _known_root(tree), progress, look_with(process))
    finally:
        progress.finish()


def _known_root(tree: BundleTree) -> str | None:
    """The root key that this computer pinned for the archive which the bundle says it came from."""
    for path, size in tree.files.items():
        if not path.startswith(_FIRST_CHARTER) or size > LARGEST_FILE:
            continue
        try:
            archive = charter_hash(parse_file(b"".join(tree.chunks(path))).charter)
        except (Unreadable, NotCanonical, Malformed, Newer):
            continue
        pin = LocalState(archive).pin()
        return pin.root if pin else None
    return None
