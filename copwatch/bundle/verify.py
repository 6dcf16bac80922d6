"""Verifies a bundle from itself alone: a numbered list of checks, every finding in one call."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from copwatch.bundle import check_bag, check_records
from copwatch.bundle.facts import Facts, Named
from copwatch.bundle.how_to_verify import NOT_SHOWN
from copwatch.bundle.reading import Reading, read_all
from copwatch.bundle.renditions import Look, ProvenRendition, look_at_all, proven_renditions
from copwatch.bundle.shown import Shown
from copwatch.bundle.tree import BundleTree
from copwatch.bundle.trust import charter_findings
from copwatch.bundle.unproven import check as unproven
from copwatch.crypto import signing
from copwatch.progress import Progress
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.history import History
from copwatch.proof.words import short_words

_Rest = ParamSpec("_Rest")

_NO_FACTS = Finding(Kind.UNREADABLE, "data/report.json", "without it this cannot be checked")


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the list: its number, what it makes sure of, and what it found."""

    number: int
    name: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing that it found makes the verification fail."""
        return not any(finding.fails for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ProvenFile:
    """An evidence file that is bit for bit what `device` recorded as received at `recorded_at`, by its clock.

    `name` is the name as received: untrusted. `essence` is that of its record, where it has one.
    """

    code: str
    name: str
    file: str
    size: int
    sha256: str
    device: str
    recorded_at: str
    essence: str = ""


@dataclass(frozen=True, slots=True)
class BundleCheck:
    """The result.

    `root_words` have to be compared with the group by a way that is trusted, unless `root_known`: without that
    anybody could have made an archive of their own. `withheld` are pairs of a code (or leaf) and a path. Without
    `proofs` it is a bundle that was made to prove nothing: it is whole, and no more is known.
    """

    checks: tuple[Check, ...]
    files: tuple[ProvenFile, ...] = ()
    renditions: tuple[ProvenRendition, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    hidden: int = 0
    records: int = 0
    facts: Facts | None = None
    signer: str | None = None
    archive: str | None = None
    root: str | None = None
    root_known: bool = False
    notes: tuple[str, ...] = ()
    proofs: bool = True

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in the order of the checks."""
        return tuple(finding for check in self.checks for finding in check.findings)

    @property
    def root_words(self) -> str:
        """Twelve words for the root key, empty when no charter could be read."""
        return short_words(self.root) if self.root else ""

    @property
    def not_shown(self) -> tuple[str, ...]:
        """What no check can show; to be printed with every result."""
        return NOT_SHOWN if self.proofs else unproven.NOT_SHOWN


def verify_bundle(
    tree: BundleTree, root: str | None = None, progress: Progress | None = None, look: Look | None = None
) -> BundleCheck:
    """Checks everything, and goes on after a finding.

    Args:
        tree: the bundle.
        root: the root key (64 hex digits) where it is known already; another one is a finding.
        progress: advanced by every byte read; whoever passes it starts and finishes it.
        look: looks at clean renditions; without it that check is left out, with a note for each of them.

    Returns:
        The checks with their findings. `files` and `renditions` hold only what is proven even if other checks failed.
    """
    reading = read_all(tree, progress or Progress())
    if (without := unproven.open_facts_of(reading)) is not None:
        return _unproven(unproven.open_checks(tree, reading, without, look))
    facts, unreadable = check_records.facts_of(reading)
    key, signature = check_bag.signer(reading, signing.verify)
    history, charters = check_records.history_of(reading, signing.verify)
    charters += _trust(history, facts, key, root)
    shown, proofs = check_records.proven_records(reading, history, signing.verify)
    whole = _whole(facts, shown, reading)
    seen, looked = look_at_all(tree, {n: shown[n.rendition] for n in whole if n.rendition}, look)
    lists: list[tuple[str, Iterable[Finding]]] = [
        ("names are safe, and every one is a file", tree.findings),
        ("every file can be read", reading.findings),
        ("it is a BagIt 1.0 bag", check_bag.declaration(reading, facts)),
        ("no payload file is missing, added or altered", check_bag.payload(reading)),
        ("no tag file is missing, added or altered", check_bag.tags(reading)),
        ("a device signed the manifests", signature),
        ("charters lead from that device to the root key", charters),
        ("every record proves up to the root key", proofs),
        (
            "every evidence file is what was received, or the recorded rendition of it",
            _with(facts, check_records.evidence, shown, reading),
        ),
        (
            "what the bundle says of itself fits its records",
            [*unreadable, *_with(facts, check_records.stated, shown, reading)],
        ),
        (
            "report, custody and page say what the records say",
            _with(facts, check_records.derived, shown, reading),
        ),
        ("nothing else is in it", _with(facts, check_records.nothing_else, reading, tree.files)),
        ("every clean rendition has the picture and sound that were recorded", looked),
    ]
    checks = tuple(Check(n, name, tuple(found)) for n, (name, found) in enumerate(lists, 1))
    return BundleCheck(
        checks, tuple(_proven_file(named, shown[named.leaf]) for named in whole if not named.rendition),
        proven_renditions(facts, shown, seen) if facts else (), _withheld(facts, shown),
        sum(record.hidden for record in shown.values()), len(shown), facts, key,
        history.archive if history else None, history.root if history else None,
        history is not None and history.root == root,
        tuple(check_records.notes(facts, shown, history, tree.files)) if facts and history else (),
    )  # fmt: skip


def _unproven(found: Iterable[tuple[str, Iterable[Finding]]]) -> BundleCheck:
    checks = tuple(Check(n, name, tuple(findings)) for n, (name, findings) in enumerate(found, 1))
    return BundleCheck(checks, proofs=False)


def _with(
    facts: Facts | None,
    check: Callable[Concatenate[Facts, _Rest], Iterable[Finding]],
    *args: _Rest.args,
    **kwargs: _Rest.kwargs,
) -> Iterable[Finding]:
    return [_NO_FACTS] if facts is None else check(facts, *args, **kwargs)


def _trust(history: History | None, facts: Facts | None, key: str | None, root: str | None) -> list[Finding]:
    """What is wrong on the way from the signature over the manifests to the root key."""
    if history is None:
        return []
    if facts is None or key is None:
        return [
            Finding(Kind.UNREADABLE, "data/proofs/charter/", "there is no good signature to lead back from")
        ]
    findings = charter_findings(history, facts.archive, facts.root, key)
    if facts.device != key:
        findings.append(
            Finding(Kind.ALTERED, "data/report.json", "it names another device than the one that signed")
        )
    if root not in (None, history.root):
        findings.append(
            Finding(Kind.WRONG_KEY, "data/proofs/charter/", "the root key is not the one you know")
        )
    return findings


def _whole(facts: Facts | None, shown: Mapping[str, Shown], reading: Reading) -> tuple[Named, ...]:
    """The files that are what their proven record says."""
    if facts is None:
        return ()
    return tuple(
        named
        for named in facts.evidence
        if named.leaf in shown and not check_records.evidence_fault(named, shown, reading)
    )


def _proven_file(named: Named, record: Shown) -> ProvenFile:
    return ProvenFile(
        named.code, record.text("name"), named.file, record.number("size") or 0, record.text("sha256"),
        record.device, record.text("recorded_at"), record.text("essence"),
    )  # fmt: skip


def _withheld(facts: Facts | None, shown: Mapping[str, Shown]) -> tuple[tuple[str, str], ...]:
    named = (*facts.versions, *facts.evidence) if facts else ()
    codes = {name.leaf: name.code for name in named}
    return tuple((codes.get(leaf, leaf), path) for leaf, record in shown.items() for path in record.withheld)
