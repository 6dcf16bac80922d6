"""Every file of a bundle read once: its digests, and the content of those that are no evidence."""

import hashlib
from dataclasses import dataclass, field

from copwatch.bundle import bag, documents
from copwatch.bundle.production import numbering
from copwatch.bundle.proofs import LARGEST as LARGEST_PROOF
from copwatch.bundle.tree import BundleTree, Unreadable
from copwatch.progress import Progress
from copwatch.proof.charter import LARGEST_FILE as LARGEST_CHARTER
from copwatch.proof.findings import Finding, Kind

LARGEST_DOCUMENT = 64 << 20
LARGEST_TOTAL = 512 << 20
"""Of everything that is kept in memory. Proofs of 50,000 files stay far below."""


@dataclass(slots=True)
class Reading:
    """What was read. Content that is parsed is the very content that was hashed."""

    digests: dict[str, bag.Digest] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    md5: dict[str, str] = field(default_factory=dict)
    """Of natives of a production, whose load file states it."""


def read_all(tree: BundleTree, progress: Progress) -> Reading:
    """Reads the whole bundle in constant memory, save what has to be parsed, which has limits."""
    reading, kept = Reading(), 0
    for path in sorted(tree.files):
        limit = largest(path)
        if limit is not None and (tree.files[path] > limit or kept + tree.files[path] > LARGEST_TOTAL):
            reading.findings.append(Finding(Kind.MALFORMED, path, "larger than a file of its kind can be"))
            continue
        try:
            digest, data = _read(tree, path, limit, progress, reading.md5)
        except Unreadable as error:
            reading.findings.append(Finding(Kind.UNREADABLE, path, str(error)))
            continue
        reading.digests[path] = digest
        if limit is not None:
            reading.content[path], kept = data, kept + len(data)
    return reading


def largest(path: str) -> int | None:
    """The most bytes that a file at this path may have; None for media and images of pages, which are not kept."""
    if documents.is_media(path) or path.startswith(numbering.IMAGES):
        return None
    if path.startswith(documents.CHARTERS):
        return LARGEST_CHARTER
    return LARGEST_PROOF if path.startswith(documents.PROOFS) else LARGEST_DOCUMENT


def _read(
    tree: BundleTree, path: str, limit: int | None, progress: Progress, md5s: dict[str, str]
) -> tuple[bag.Digest, bytes]:
    sha256, sha512, size, kept = hashlib.sha256(), hashlib.sha512(), 0, bytearray()
    md5 = hashlib.md5(usedforsecurity=False) if path.startswith(numbering.NATIVES) else None
    for chunk in tree.chunks(path):
        sha256.update(chunk)
        sha512.update(chunk)
        size += len(chunk)
        if md5 is not None:
            md5.update(chunk)
        if limit is not None:
            kept += chunk
            if size > limit:
                raise Unreadable("it grew while it was read")
        progress.advance(len(chunk))
    if md5 is not None:
        md5s[path] = md5.hexdigest()
    return bag.Digest(size, sha256.hexdigest(), sha512.hexdigest()), bytes(kept)
