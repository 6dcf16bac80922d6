"""Clean renditions in a bundle: whether a file is the recorded one, and what looking at it shows beyond that.

The hash of a rendition is proven like every record. That its picture and sound are those of the original is the word of
the device that had both; from the rendition alone anybody can compute its own essence and look whether it is clean.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from copwatch.bundle.bag import Digest
from copwatch.bundle.facts import Facts, Named
from copwatch.bundle.plan import NEUTRAL
from copwatch.bundle.production.numbering import is_evidence
from copwatch.bundle.shown import Shown
from copwatch.bundle.tree import BundleTree, Unreadable
from copwatch.proof.findings import Finding, Kind


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at a file showed: its kind, its essence (None where it has none), what cleaning would still take.

    `why_not` says why nobody could look; then nothing else is known. All texts are untrusted.
    """

    media_type: str = ""
    essence: str | None = None
    left: str = ""
    why_not: str = ""


Look: TypeAlias = Callable[[BinaryIO], Looked]
"""Looks at hostile bytes, by a process that has nothing; given by who verifies."""


@dataclass(frozen=True, slots=True)
class ProvenRendition:
    """A file that is bit for bit what `device` recorded as the rendition that it had made, at `recorded_at`.

    `evidence_sha256` and `evidence_size` are those of what is sealed, which was an original unless `of_clean`.
    `received_essence` says that the essence stands in the record of the receipt as well. `computed` says that it was
    computed again from this file; else `not_computed` says why not.
    """

    code: str
    file: str
    size: int
    sha256: str
    essence: str
    made: str
    tool: str
    device: str
    recorded_at: str
    evidence_sha256: str
    evidence_size: int
    of_clean: bool
    received_essence: bool
    computed: bool
    not_computed: str


def rendition_fault(named: Named, evidence: Shown, made: Shown | None, digest: Digest) -> Finding | None:
    """Why a file is not the recorded rendition of its evidence; None when it is."""
    if made is None or made.text("type") != "rendition":
        return Finding(Kind.MISSING, named.file, f"nothing proves that it was made of {named.code}")
    received, essence = evidence.text("essence"), made.text("essence")
    faults = (
        ((made.text("evidence"), made.text("evidence_leaf")) != (evidence.text("id"), evidence.leaf),
         f"it was made of other evidence than {named.code}"),
        (not is_evidence(named.file)
         and NEUTRAL.fullmatch(named.file.rpartition("/")[2].removeprefix(f"{named.code}-")) is None,
         "its name says more than its kind"),
        ((made.text("sha256"), made.number("size")) != (digest.sha256, digest.size),
         "it is not the rendition that was recorded"),
        (essence != made.text("evidence_essence"), "its record has another picture and sound than the evidence"),
        (received and received != essence, "the record of the receipt has another picture and sound"),
    )  # fmt: skip
    return next((Finding(Kind.ALTERED, named.file, why) for wrong, why in faults if wrong), None)


def look_at_all(
    tree: BundleTree, files: Mapping[Named, Shown], look: Look | None
) -> tuple[dict[Named, Looked], list[Finding]]:
    """Looks at the files whose rendition is recorded in these records, and compares.

    What only another copwatch can judge is a note: it may know a kind of file better, or not at all.
    """
    seen = {named: _looked(tree, named.file, look) for named in files}
    findings = [finding for named, made in files.items() for finding in _compared(named, made, seen[named])]
    return seen, findings


def proven_renditions(
    facts: Facts, shown: Mapping[str, Shown], seen: Mapping[Named, Looked]
) -> tuple[ProvenRendition, ...]:
    """The renditions of which a look was taken, or tried, in the order of the bundle."""
    return tuple(
        _proven(named, shown[named.leaf], shown[named.rendition], seen[named])
        for named in facts.evidence
        if named in seen
    )


def _looked(tree: BundleTree, path: str, look: Look | None) -> Looked:
    if look is None:
        return Looked(why_not="nobody looked at it")
    try:
        with tree.open(path) as file:
            return look(file)
    except Unreadable as error:
        return Looked(why_not=str(error))


def _compared(named: Named, made: Shown, looked: Looked) -> Iterator[Finding]:
    if looked.why_not:
        yield Finding(Kind.NOT_CHECKED, named.file, f"its picture and sound: {looked.why_not}")
        return
    if looked.media_type != made.text("media_type") or (looked.essence or "") != made.text("essence"):
        yield Finding(
            Kind.ALTERED, named.file, "its coded picture and sound are not those that were recorded"
        )
    if looked.left:
        detail = f"this copwatch would take out more than the one that made it: {looked.left}"
        yield Finding(Kind.RESIDUE, named.file, detail)


def _proven(named: Named, evidence: Shown, made: Shown, looked: Looked) -> ProvenRendition:
    essence = made.text("essence")
    return ProvenRendition(
        named.code, named.file, made.number("size") or 0, made.text("sha256"), essence, made.text("made"),
        made.text("tool"), made.device, made.text("recorded_at"), evidence.text("sha256"), evidence.number("size") or 0,
        evidence.text("metadata") == "strip", bool(essence) and evidence.text("essence") == essence,
        bool(essence) and looked.essence == essence, looked.why_not,
    )  # fmt: skip
