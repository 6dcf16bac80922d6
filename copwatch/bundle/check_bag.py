"""Whether a bundle is a whole, unaltered bag that a device signed."""

from collections.abc import Iterator, Mapping

from copwatch.bundle import bag
from copwatch.bundle.facts import Facts
from copwatch.bundle.reading import Reading
from copwatch.proof.canonical import NotCanonical
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.hashing import Verify
from copwatch.proof.shapes import Malformed, Newer

PAYLOAD = "data/"
_COUNTED = b"\nBag-Size: "


def declaration(reading: Reading, facts: Facts | None) -> Iterator[Finding]:
    """bagit.txt and bag-info.txt have exactly the bytes that the payload calls for."""
    sizes = [digest.size for path, digest in reading.digests.items() if path.startswith(PAYLOAD)]
    expected = {"bagit.txt": bag.DECLARATION}
    if facts is not None:
        expected["bag-info.txt"] = bag.bag_info(facts.code, facts.tool, facts.created_at[:10], sizes)
    for path, data in expected.items():
        if path not in reading.content:
            yield Finding(Kind.MISSING, path)
        elif reading.content[path] != data:
            yield Finding(Kind.ALTERED, path, _fault(reading.content[path], data))


def _fault(found: bytes, expected: bytes) -> str:
    """Whether the file says another thing, or only counts other files than there are: then one came or went."""
    if found.partition(_COUNTED)[0] == expected.partition(_COUNTED)[0]:
        return "it counts other files, or other sizes, than there are"
    return "it does not say what this bundle is"


def payload(reading: Reading) -> Iterator[Finding]:
    """Both manifests list every file below data/ and nothing else, with the hashes that the files have."""
    found = {path: digest for path, digest in reading.digests.items() if path.startswith(PAYLOAD)}
    yield from _manifests(reading, bag.MANIFESTS, found)


def tags(reading: Reading) -> Iterator[Finding]:
    """Both tag manifests list the other tag files with the hashes that they have."""
    found = {path: reading.digests[path] for path in bag.TAG_FILES if path in reading.digests}
    yield from _manifests(reading, bag.TAG_MANIFESTS, found)


def signer(reading: Reading, verify: Verify) -> tuple[str | None, list[Finding]]:
    """The key that signed the tag manifest, if its signature holds."""
    where = bag.SIGNATURE
    if where not in reading.content or bag.SIGNED not in reading.content:
        return None, [Finding(Kind.MISSING, where, "nobody signed this bundle")]
    try:
        key, sig = bag.parse_signature(reading.content[where])
    except Newer as error:
        return None, [Finding(Kind.NEWER, where, str(error))]
    except (NotCanonical, Malformed) as error:
        return None, [Finding(Kind.MALFORMED, where, str(error))]
    if not verify(key, bag.signed_message(reading.content[bag.SIGNED]), sig):
        return None, [Finding(Kind.BAD_SIGNATURE, where, "it does not sign these manifests")]
    return key, []


def _manifests(
    reading: Reading, names: tuple[str, ...], found: Mapping[str, bag.Digest]
) -> Iterator[Finding]:
    faults: dict[tuple[str, Kind], list[str]] = {}
    for algorithm, name in zip(bag.ALGORITHMS, names, strict=True):
        if name not in reading.content:
            yield Finding(Kind.MISSING, name)
            continue
        try:
            listed = bag.parse_manifest(reading.content[name], algorithm)
        except Malformed as error:
            yield Finding(Kind.MALFORMED, name, str(error))
            continue
        for path, kind in _differences(listed, {p: digest.of(algorithm) for p, digest in found.items()}):
            faults.setdefault((path, kind), []).append(name)
    for (path, kind), where in sorted(faults.items()):
        yield Finding(kind, path, f"by {' and '.join(where)}")


def _differences(listed: Mapping[str, str], found: Mapping[str, str]) -> Iterator[tuple[str, Kind]]:
    yield from ((path, Kind.MISSING) for path in listed.keys() - found.keys())
    yield from ((path, Kind.UNEXPECTED) for path in found.keys() - listed.keys())
    yield from ((path, Kind.ALTERED) for path in listed.keys() & found.keys() if listed[path] != found[path])
