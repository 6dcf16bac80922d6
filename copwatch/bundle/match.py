"""Is this file exactly what was received? Answered from a bundle, without reading its evidence."""

from dataclasses import dataclass

from copwatch.bundle import check_records, documents
from copwatch.bundle.how_to_verify import root_words
from copwatch.bundle.reading import LARGEST_TOTAL, Reading, largest
from copwatch.bundle.tree import BundleTree, Unreadable
from copwatch.crypto import signing
from copwatch.errors import BadInput
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.hashing import is_hex


@dataclass(frozen=True, slots=True)
class Match:
    """One recorded receipt of exactly these bytes. `name` is the name as received: untrusted."""

    id: str
    name: str
    device: str
    recorded_at: str
    leaf: str


@dataclass(frozen=True, slots=True)
class FileMatch:
    """The answer.

    `matches` rest on proofs that hold up to the root key, whose words are to be compared with the group. That the
    bundle is whole is not looked at here; `findings` are those of proofs and charters.
    """

    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]
    root_words: str

    @property
    def ok(self) -> bool:
        """Whether the file is what was received, and nothing is wrong with any proof."""
        return bool(self.matches) and not any(finding.fails for finding in self.findings)


def match_file(tree: BundleTree, sha256: str, size: int) -> FileMatch:
    """Looks for a file, given by its SHA-256 (64 hex digits) and its size in bytes, among the proven receipts.

    Raises:
        BadInput: not a SHA-256 or not a size.
    """
    if not is_hex(sha256, 64) or size < 0:
        raise BadInput("a file is given by its SHA-256, 64 hexadecimal digits, and its size")
    reading = _proofs_of(tree)
    history, charters = check_records.history_of(reading, signing.verify)
    shown, proofs = check_records.proven_records(reading, history, signing.verify)
    found = [
        Match(record.text("id"), record.text("name"), record.device, record.text("recorded_at"), record.leaf)
        for record in shown.values()
        if record.text("type") == "evidence"
        and (record.text("sha256"), record.number("size")) == (sha256, size)
    ]
    findings = (*tree.findings, *reading.findings, *charters, *proofs)
    return FileMatch(tuple(found), findings, root_words(history.root) if history else "")


def _proofs_of(tree: BundleTree) -> Reading:
    reading, kept = Reading(), 0
    for path, size in sorted(tree.files.items()):
        if not path.startswith(documents.PROOFS):
            continue
        kept += size
        if size > (largest(path) or 0) or kept > LARGEST_TOTAL:
            reading.findings.append(Finding(Kind.MALFORMED, path, "larger than a file of its kind can be"))
            continue
        try:
            reading.content[path] = b"".join(tree.chunks(path))
        except Unreadable as error:
            reading.findings.append(Finding(Kind.UNREADABLE, path, str(error)))
    return reading
