"""Whether records prove, and whether what a bundle shows of them is what they say."""

from collections.abc import Collection, Iterator, Mapping

from copwatch import __version__
from copwatch.bundle import bag, documents
from copwatch.bundle.extras import ALWAYS, PRIVILEGE_LOG, WANTED, extras
from copwatch.bundle.facts import Facts, Named, parse_facts
from copwatch.bundle.interop.published import is_table
from copwatch.bundle.looks import known_look
from copwatch.bundle.page import same_page
from copwatch.bundle.plan import is_code, names
from copwatch.bundle.production.check import volume_findings, volume_paths
from copwatch.bundle.production.numbering import IMAGES, is_evidence, is_native
from copwatch.bundle.proofs import parse_file
from copwatch.bundle.reading import Reading
from copwatch.bundle.renditions import rendition_fault
from copwatch.bundle.sheet import PDF
from copwatch.bundle.shown import Shown, Told
from copwatch.bundle.trust import cut_off, proof_finding
from copwatch.bundle.versions import parents_of
from copwatch.bundle.viewing import VIEWING, viewing_faults
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.hashing import Verify
from copwatch.proof.history import History, read_history
from copwatch.proof.shapes import Malformed, Newer

TOOL = f"copwatch {__version__}"
"""This program, as bundles name the one that wrote them."""

_OF_A_VERSION = frozenset({documents.HOW_TO, documents.SCRIPT})


def facts_of(reading: Reading) -> tuple[Facts | None, list[Finding]]:
    """What the bundle says of itself; None when report.json cannot be read."""
    if documents.REPORT not in reading.content:
        return None, [Finding(Kind.MISSING, documents.REPORT)]
    try:
        return parse_facts(reading.content[documents.REPORT]), []
    except Newer as error:
        return None, [Finding(Kind.NEWER, documents.REPORT, str(error))]
    except (NotCanonical, Malformed) as error:
        return None, [Finding(Kind.MALFORMED, documents.REPORT, str(error))]


def history_of(reading: Reading, verify: Verify) -> tuple[History | None, list[Finding]]:
    """The charters of the bundle."""
    start = len(documents.CHARTERS)
    files = {p[start:]: data for p, data in reading.content.items() if p.startswith(documents.CHARTERS)}
    history, findings = read_history(files, verify)
    return history, [Finding(f.kind, f"{documents.PROOFS}{f.where}", f.detail) for f in findings]


def proven_records(
    reading: Reading, history: History | None, verify: Verify
) -> tuple[dict[str, Shown], list[Finding]]:
    """Every record whose proof holds up to the root key, by its leaf."""
    found: dict[str, Shown] = {}
    findings: list[Finding] = []
    for path, data in reading.content.items():
        if not path.startswith(documents.PROOFS) or path.startswith(documents.CHARTERS):
            continue
        result = _proven(path, data, history, verify)
        if isinstance(result, Finding):
            findings.append(result)
        else:
            found[result.leaf] = result
    return found, findings


def _proven(path: str, data: bytes, history: History | None, verify: Verify) -> Shown | Finding:
    try:
        proof = parse_file(data)
        shown = proof.as_shown()
        finding = proof_finding(proof, history, verify) if history is not None else None
    except Newer as error:
        return Finding(Kind.NEWER, path, str(error))
    except (NotCanonical, Malformed) as error:
        return Finding(Kind.MALFORMED, path, str(error))
    if path != f"{documents.PROOFS}{proof.leaf}.json":
        return Finding(Kind.UNEXPECTED, path, "its name is not its record's")
    if history is None:
        return Finding(Kind.UNREADABLE, path, "without charters nothing leads to a root key")
    return finding or shown


def evidence(facts: Facts, shown: Mapping[str, Shown], reading: Reading) -> Iterator[Finding]:
    """Each evidence file has exactly the size and hash that its proven record, or that of its rendition, gives."""
    for index, named in enumerate(facts.evidence):
        numbered = facts.production is not None and is_native(facts.production, index, named.file)
        if not numbered and (facts.production is not None or is_evidence(named.file)):
            yield Finding(Kind.MALFORMED, named.file, "not the name that its number gives")
        finding = evidence_fault(named, shown, reading)
        if finding is not None:
            yield finding


def evidence_fault(named: Named, shown: Mapping[str, Shown], reading: Reading) -> Finding | None:
    """Why one evidence file is not what was received, or not its recorded rendition; None when it is."""
    record, digest = shown.get(named.leaf), reading.digests.get(named.file)
    in_place = named.file.startswith(f"{documents.EVIDENCE}{named.code}-") and named.file.count("/") == 2
    if not (in_place or is_evidence(named.file)):
        return Finding(Kind.MALFORMED, named.file, "not the name of an evidence file")
    if record is None or not _is(record, "evidence", "E", named):
        return Finding(Kind.MISSING, named.file, f"nothing proves {named.code}")
    if digest is None:
        return Finding(Kind.MISSING, named.file, "it is not in the bundle, or could not be read")
    if named.rendition:
        return rendition_fault(named, record, shown.get(named.rendition), digest)
    if not matches(record, digest):
        return Finding(Kind.ALTERED, named.file, "it is not the file whose receipt was recorded")
    return None


def matches(record: Shown, digest: bag.Digest) -> bool:
    """Whether a file has the size and hash of the record of evidence, or of a rendition."""
    return (record.text("sha256"), record.number("size")) == (digest.sha256, digest.size)


def stated(facts: Facts, shown: Mapping[str, Shown], reading: Reading) -> Iterator[Finding]:
    """What the bundle says of itself fits its records, and what was made to look at evidence is what it says."""
    where = documents.REPORT
    for leaf, told in facts.told.items():
        if leaf in shown and not all(_takes_a_place(shown[leaf], each) for each in told):
            yield Finding(
                Kind.ALTERED, where, f"something is stated in place of what record {leaf[:16]} shows"
            )
    if facts.incident is not None and not names("I", facts.incident[1], facts.incident[0]):
        yield Finding(Kind.ALTERED, where, "the code of the incident is not that of its id")
    for named in facts.versions:
        record = shown.get(named.leaf)
        incident = facts.incident[0] if facts.incident else None
        if record is not None and not (
            _is(record, "report", "R", named) and record.text("incident") == incident
        ):
            yield Finding(Kind.ALTERED, where, f"{named.code} is not a report on this incident")
    for leaf in facts.records:
        record = shown.get(leaf)
        if record is not None and record.text("type") == "evidence":
            yield Finding(Kind.MISSING, where, f"evidence {record.text('id')[:8]} is shown without its file")
    leaves = facts.leaves()
    yield from _stripped(facts, shown)
    yield from _viewing(facts, shown, reading)
    for leaf in sorted(set(leaves) - shown.keys()):
        yield Finding(Kind.MISSING, f"{documents.PROOFS}{leaf}.json", "a record has no proof that holds")
    in_order = list(facts.records) == sorted(facts.records)
    if len(set(leaves)) != len(leaves) or shown.keys() - set(leaves) or not in_order:
        yield Finding(Kind.UNEXPECTED, where, "it does not name each proven record once, in order")


def _viewing(facts: Facts, shown: Mapping[str, Shown], reading: Reading) -> Iterator[Finding]:
    for named in facts.evidence:
        record = shown.get(named.rendition or named.leaf)
        if named.viewing is not None and record is not None:
            of = record.text("sha256")
            yield from viewing_faults(named.code, of, named.viewing, reading.digests, documents.REPORT)


def _takes_a_place(record: Shown, told: Told) -> bool:
    """Whether something is withheld where it is said, and, where another text stands for it, nothing is shown."""
    below = f"{told.path}/"
    held, opened = (
        any(path == told.path or path.startswith(below) for path in paths)
        for paths in (record.withheld, record.opened)
    )
    return held and not (told.text and opened)


def _stripped(facts: Facts, shown: Mapping[str, Shown]) -> Iterator[Finding]:
    """A bundle says truly whether its files are renditions, and each record of one belongs to a file."""
    where = documents.REPORT
    for named in facts.evidence:
        record = shown.get(named.leaf)
        plain = not named.rendition and record is not None and record.text("metadata") != "strip"
        if facts.strips and plain:
            yield Finding(
                Kind.ALTERED, where, f"{named.code} is as it was received, in a bundle of clean renditions"
            )
        if named.rendition and not facts.strips:
            yield Finding(
                Kind.ALTERED, where, f"{named.code} is a rendition, in a bundle of what was received"
            )
    made = {leaf for leaf, record in shown.items() if record.text("type") == "rendition"}
    if made != {named.rendition for named in facts.evidence if named.rendition}:
        yield Finding(Kind.UNEXPECTED, where, "the records of renditions are not those of its files")
    codes = {named.code for named in facts.evidence}
    if not all(is_code("E", code) and code not in codes for code in (*facts.not_cleaned, *facts.not_cleared)):
        yield Finding(Kind.MALFORMED, where, "what stays behind is not named by its code")


def derived(facts: Facts, shown: Mapping[str, Shown], reading: Reading) -> Iterator[Finding]:
    """Report, custody, instructions and page say what the records say, and nothing else.

    The words of instructions and page are those of a version of copwatch: of another one they are not compared.
    """
    try:
        expected = documents.documents(facts, shown)
    except (KeyError, NotCanonical):
        # `stated` names each record that lacks; nothing can be derived without it.
        yield Finding(Kind.ALTERED, documents.REPORT, "it cannot be derived from the proven records")
        return
    for path, data in expected.exact.items():
        if path not in reading.content:
            yield Finding(Kind.MISSING, path)
        elif reading.content[path] != data and (path not in _OF_A_VERSION or facts.tool == TOOL):
            yield Finding(Kind.ALTERED, path, "it says something else than the proven records")
    yield from _extras(facts, shown, reading)
    yield from volume_findings(facts, shown, reading, same_tool=facts.tool == TOOL)
    if documents.PAGE not in reading.content:
        yield Finding(Kind.MISSING, documents.PAGE)
    elif facts.tool == TOOL and not same_page(reading.content[documents.PAGE], expected.page):
        yield Finding(Kind.ALTERED, documents.PAGE, "it says something else than the proven records")


def _extras(facts: Facts, shown: Mapping[str, Shown], reading: Reading) -> Iterator[Finding]:
    """Logs and drafts, and what was asked for where it is there: they follow from the same facts."""
    for path, data in extras(facts, shown, WANTED).items() if facts.tool == TOOL else ():
        if path in reading.content and reading.content[path] != data:
            yield Finding(Kind.ALTERED, path, "it says something else than the proven records")
        elif path not in reading.content and path not in WANTED.values():
            yield Finding(Kind.MISSING, path)


def nothing_else(facts: Facts, reading: Reading, found: Mapping[str, int]) -> Iterator[Finding]:
    """No file is in the bundle that has no place in it, even if the manifests list it."""
    expected = {*bag.TAG_FILES, *bag.TAG_MANIFESTS, bag.SIGNATURE, documents.REPORT, documents.CUSTODY}
    expected |= {documents.CUSTODY_CSV, documents.PAGE, documents.HOW_TO, documents.SCRIPT, PDF}
    expected |= {*ALWAYS, PRIVILEGE_LOG, *WANTED.values()}
    expected |= {f"{documents.PROOFS}{leaf}.json" for leaf in facts.leaves()}
    expected |= {named.file for named in facts.evidence} | volume_paths(facts)
    expected |= {one.file for named in facts.evidence if named.viewing for one in named.viewing.files}
    for path in sorted(found.keys() - expected):
        if not path.startswith(documents.CHARTERS) and not is_table(path):
            yield Finding(Kind.UNEXPECTED, path, "nothing in the report refers to it")


def notes(
    facts: Facts, shown: Mapping[str, Shown], history: History, found: Collection[str]
) -> Iterator[str]:
    """What a reader should know and what does not make a bundle bad. `found` are the names of its files."""
    if PDF in found:
        yield f"{PDF} is signed with the rest, and was not compared with the records: an aid for reading, not proof"
    if any(map(is_table, found)):
        yield "tables for OpenOversight are signed with the rest, and were not compared with the records"
    if facts.production is not None:
        yield f"images in {IMAGES} are signed with the rest, and were not compared: an aid for reading, not proof"
    if any(named.viewing and named.viewing.files for named in facts.evidence):
        yield (
            f"what stands in {VIEWING} was made at export, to be looked at: it is not evidence, and that it shows the"
            " same as the evidence is the word of the device that signed"
        )
    if facts.tool != TOOL:
        yield (
            f"{facts.tool} wrote this bundle and {TOOL} checks it: the words of the page and of the instructions are "
            "signed with the rest, and were not compared with the records; report.json was"
        )
    for device in sorted({record.device for record in shown.values()}):
        if cut_off(history, device) is not None:
            yield f"device {device[:16]} was revoked later; that its entries are older, the exporting device says"
    for look in facts.looks:
        known = known_look(look.path)
        if known != look:
            ours = f"names it {known.label!r}" if known else "does not know it"
            yield f"the page names the field {look.path} {look.label!r}; this copwatch {ours}"
    for record in shown.values():
        for parent in parents_of(record) if record.text("type") == "report" else ():
            if parent not in shown:
                yield f"report version {record.leaf[:16]} amends a version that is not in the bundle"


def _is(record: Shown, kind: str, letter: str, named: Named) -> bool:
    return record.text("type") == kind and names(letter, named.code, record.text("id"))
