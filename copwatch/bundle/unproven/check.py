"""Verifies a bundle without proofs as far as that goes: it is whole, its page fits its report, its files are clean."""

from collections.abc import Iterator

from copwatch.bundle import bag, check_bag, documents
from copwatch.bundle.interop.published import is_table
from copwatch.bundle.page import same_page
from copwatch.bundle.reading import Reading
from copwatch.bundle.renditions import Look
from copwatch.bundle.tree import BundleTree, Unreadable
from copwatch.bundle.unproven.documents import open_documents
from copwatch.bundle.unproven.facts import OpenFacts, parse_open_facts
from copwatch.bundle.viewing import viewing_faults
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.shapes import Malformed, Newer

NOT_SHOWN = (
    "Who made this bundle: it is not signed, and whoever changes a file can also write new manifests.",
    "That it is what was recorded: it was made to prove nothing. Fields were changed or left out, and only some are"
    " marked.",
    "Whoever needs proof asks the group for an export with proofs.",
)
"""What no check of such a bundle can show."""


def open_facts_of(reading: Reading) -> OpenFacts | None:
    """The facts, where a bundle says that it has no proof and nothing in it looks like one."""
    if bag.SIGNATURE in reading.content or any(path.startswith(documents.PROOFS) for path in reading.content):
        return None
    try:
        return parse_open_facts(reading.content.get(documents.REPORT, b""))
    except (NotCanonical, Malformed, Newer):
        return None


def open_checks(
    tree: BundleTree, reading: Reading, facts: OpenFacts, look: Look | None
) -> list[tuple[str, list[Finding]]]:
    """Every check by its name, in order."""
    return [
        ("names are safe, and every one is a file", list(tree.findings)),
        ("every file can be read", list(reading.findings)),
        ("it is a BagIt 1.0 bag", list(_declaration(reading, facts))),
        ("no payload file is missing, added or altered", list(check_bag.payload(reading))),
        ("no tag file is missing, added or altered", list(check_bag.tags(reading))),
        ("the page says what the report says", list(_derived(reading, facts))),
        ("nothing else is in it", list(_nothing_else(tree, facts))),
        ("every file is a clean rendition", list(_clean(tree, facts, look))),
    ]


def _declaration(reading: Reading, facts: OpenFacts) -> Iterator[Finding]:
    sizes = [digest.size for path, digest in reading.digests.items() if path.startswith(check_bag.PAYLOAD)]
    expected = {"bagit.txt": bag.DECLARATION, "bag-info.txt": bag.open_bag_info(facts.code, sizes)}
    for path, data in expected.items():
        if reading.content.get(path) != data:
            yield Finding(Kind.ALTERED, path, "it does not say what this bundle is")


def _derived(reading: Reading, facts: OpenFacts) -> Iterator[Finding]:
    for path, data in open_documents(facts).items():
        found = reading.content.get(path)
        same = same_page if path == documents.PAGE else bytes.__eq__
        if found is None:
            yield Finding(Kind.MISSING, path)
        elif not same(found, data):
            yield Finding(Kind.ALTERED, path, "it says something else than report.json")
    for item, path in facts.files:
        digest = reading.digests.get(path)
        if digest is None:
            yield Finding(Kind.MISSING, path, f"{item} is named and not there")
        elif item in facts.viewing:
            viewing = facts.viewing[item]
            yield from viewing_faults(item.lower(), digest.sha256, viewing, reading.digests, documents.REPORT)


def _nothing_else(tree: BundleTree, facts: OpenFacts) -> Iterator[Finding]:
    expected = {*bag.TAG_FILES, *bag.TAG_MANIFESTS, documents.REPORT, documents.PAGE, documents.HOW_TO}
    expected |= {path for _, path in facts.files}
    expected |= {one.file for viewing in facts.viewing.values() for one in viewing.files}
    for path in sorted(tree.files.keys() - expected):
        if is_table(path):
            yield Finding(
                Kind.NOT_CHECKED, path, "whether a table for OpenOversight says what the report says"
            )
        else:
            yield Finding(Kind.UNEXPECTED, path, "nothing in the report refers to it")


def _clean(tree: BundleTree, facts: OpenFacts, look: Look | None) -> Iterator[Finding]:
    for _, path in facts.files:
        if path not in tree.files:
            continue
        why_not, left = "nobody looked at it", ""
        if look is not None:
            try:
                with tree.open(path) as file:
                    looked = look(file)
                why_not, left = looked.why_not, looked.left
            except Unreadable as error:
                why_not = str(error)
        if why_not:
            yield Finding(Kind.NOT_CHECKED, path, f"whether it is clean: {why_not}")
        elif left:
            yield Finding(Kind.RESIDUE, path, f"this copwatch would take out more: {left}")
