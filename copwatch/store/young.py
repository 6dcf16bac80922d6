"""A replica that was made from an invitation and has met no full copy yet (ADR 0120).

It has the charter and what was added on this computer, and lacks the keys and the other ledgers: that is no damage.
"""

from collections.abc import Iterable
from dataclasses import replace

from copwatch.proof.findings import Finding, Kind
from copwatch.store.archive import Archive
from copwatch.store.side import object_path

YOUNG = "invited.json"
_DETAIL = "this replica came from an invitation and has met no full copy yet: `copwatch merge DIR` brings it"


def begin(archive: Archive) -> None:
    """Notes that this computer's replica begins empty."""
    archive.state.write(YOUNG, {"replica": "young"})


def is_young(archive: Archive) -> bool:
    """Whether nothing but the invitation and what was added here can be expected."""
    return archive.state.read(YOUNG) is not None


def grow_up(archive: Archive) -> None:
    """Ends that once everything that the charter names is here."""
    if is_young(archive) and not any(
        not archive.layout.object(n).exists() for n in archive.history.objects()
    ):
        (archive.state.folder / YOUNG).unlink(missing_ok=True)


def softened(archive: Archive, findings: Iterable[Finding]) -> list[Finding]:
    """What a young replica cannot have yet becomes a note; everything else stays as it was found."""
    if not is_young(archive):
        return list(findings)
    keys = {object_path(name) for name in archive.history.objects()}
    absent = {d.key[:8] for d in archive.charter.devices if not archive.layout.ledger(d.key).exists()}

    def expected(finding: Finding) -> bool:
        if finding.kind is Kind.MISSING:
            return finding.where in keys
        return finding.kind is Kind.CUT_SHORT and finding.where.partition(":")[0] in absent

    return [replace(f, kind=Kind.NOT_HERE_YET, detail=_DETAIL) if expected(f) else f for f in findings]
