"""Whether the volume of a bundle says what its records say: everything of it is derived again, but for the images."""

from collections.abc import Iterator, Mapping

from copwatch.bundle.facts import Facts
from copwatch.bundle.production import numbering, volume
from copwatch.bundle.reading import Reading
from copwatch.bundle.sheet import PDF
from copwatch.bundle.shown import Shown
from copwatch.errors import BadInput
from copwatch.proof.findings import Finding, Kind


def volume_paths(facts: Facts) -> set[str]:
    """Every file of the volume beside the evidence; none without a production."""
    if facts.production is None:
        return set()
    count = len(volume.items(facts))
    texts = {numbering.text(facts.production, index) for index in range(count + 1)}
    return {
        *volume.images(facts, facts.production), *texts, numbering.DAT, numbering.OPT,
        numbering.report_native(facts.production, count),
    }  # fmt: skip


def volume_findings(
    facts: Facts, shown: Mapping[str, Shown], reading: Reading, *, same_tool: bool
) -> Iterator[Finding]:
    """What lacks, and where this version of copwatch wrote it, what says something else than the records."""
    if facts.production is None:
        return
    for path in sorted(volume_paths(facts) - reading.digests.keys()):
        yield Finding(Kind.MISSING, path)
    report = numbering.report_native(facts.production, len(volume.items(facts)))
    if report in reading.digests and reading.digests[report] != reading.digests.get(PDF):
        yield Finding(Kind.ALTERED, report, f"it is not {PDF}")
    if not same_tool:
        return
    try:
        expected = volume.texts(facts, shown, facts.production)
        hashed = volume.Hashed(reading.digests, reading.md5)
        expected |= volume.load_files(facts, shown, facts.production, hashed)
    except (BadInput, KeyError):
        yield Finding(Kind.ALTERED, numbering.DAT, "it cannot be derived from the proven records")
        return
    for path, data in expected.items():
        if path in reading.content and reading.content[path] != data:
            yield Finding(Kind.ALTERED, path, "it says something else than the proven records")
