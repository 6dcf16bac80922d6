"""BagIt 1.0 (RFC 8493): manifests and tag files, as bytes; and the signature that makes a bag somebody's."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from copwatch.proof import shapes
from copwatch.proof.canonical import NotCanonical, decode, encode
from copwatch.proof.shapes import Malformed
from copwatch.sizes import size
from copwatch.text import clean

ALGORITHMS = ("sha256", "sha512")
"""The names of manifests, and of the members of `Digest`."""

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SIGNED = "tagmanifest-sha256.txt"
SIGNATURE = f"{SIGNED}.sig.json"
MANIFESTS = tuple(f"manifest-{algorithm}.txt" for algorithm in ALGORITHMS)
TAG_MANIFESTS = tuple(f"tagmanifest-{algorithm}.txt" for algorithm in ALGORITHMS)
TAG_FILES = ("bag-info.txt", "bagit.txt", *MANIFESTS)
"""What the tag manifests list. RFC 8493 section 2.2.1: no tag manifest; the signature is made after them."""

_DOMAIN = b"copwatch/v1/bundle\n"
_VERSION = 1
_LINE = {
    "sha256": re.compile(r"([0-9a-f]{64})  ([^\r\n%]+)", re.ASCII),
    "sha512": re.compile(r"([0-9a-f]{128})  ([^\r\n%]+)", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Digest:
    """The size of a file in bytes and its hashes in hex."""

    size: int
    sha256: str
    sha512: str

    def of(self, algorithm: str) -> str:
        """The hash of that algorithm."""
        return self.sha256 if algorithm == "sha256" else self.sha512


def manifest(digests: Mapping[str, Digest], algorithm: str) -> bytes:
    """A manifest: one line a file, paths in order. Paths never hold `%` or line ends, so none is escaped."""
    return "".join(f"{digests[path].of(algorithm)}  {path}\n" for path in sorted(digests)).encode()


def parse_manifest(data: bytes, algorithm: str) -> dict[str, str]:
    """The hash by path. Raises `Malformed` for anything but the form that `manifest` writes."""
    try:
        *lines, rest = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    found = [_LINE[algorithm].fullmatch(line) for line in lines]
    if rest or not all(found):
        raise Malformed("a line is not a hash, two spaces and a path")
    pairs = [(match[2], match[1]) for match in found if match is not None]
    if any(not before < after for (before, _), (after, _) in itertools.pairwise(pairs)):
        raise Malformed("its paths are not in order, or one stands twice")
    return dict(pairs)


def bag_info(code: str, tool: str, date: str, sizes: list[int]) -> bytes:
    """bag-info.txt for a payload of files of these sizes; the tag names are those of RFC 8493 section 2.2.2."""
    lines = [
        ("External-Description", "Evidence bundle with report, custody and proofs"),
        ("External-Identifier", clean(code)),
        ("Bagging-Date", clean(date)),
        ("Bag-Software-Agent", clean(tool)),
        ("Bag-Size", size(sum(sizes))),
        ("Payload-Oxum", f"{sum(sizes)}.{len(sizes)}"),
    ]
    return "".join(f"{name}: {value}\n" for name, value in lines).encode()


def open_bag_info(code: str, sizes: list[int]) -> bytes:
    """bag-info.txt of a bundle that says neither when nor with what it was written."""
    lines = [("External-Identifier", clean(code)), ("Payload-Oxum", f"{sum(sizes)}.{len(sizes)}")]
    return "".join(f"{name}: {value}\n" for name, value in lines).encode()


def signed_message(tag_manifest: bytes) -> bytes:
    """What the exporting device signs: its own domain, then the bytes of tagmanifest-sha256.txt."""
    return _DOMAIN + tag_manifest


def encode_signature(key: str, sig: str) -> bytes:
    """The signature file: canonical JSON and one newline."""
    return encode({"alg": "ed25519", "bundle": _VERSION, "key": key, "sig": sig}) + b"\n"


def parse_signature(data: bytes) -> tuple[str, str]:
    """Key and signature of a signature file. Raises `NotCanonical`, `Malformed` or `Newer`."""
    if not data.endswith(b"\n"):
        raise NotCanonical("without its newline")
    raw = decode(data[:-1])
    if isinstance(raw, dict):
        shapes.version(raw.get("bundle"), _VERSION)
    doc = shapes.members(raw, ("alg", "bundle", "key", "sig"))
    if doc["alg"] != "ed25519":
        raise shapes.Newer("a signature algorithm that is not ed25519")
    return shapes.hex64(doc["key"]), shapes.hex128(doc["sig"])
