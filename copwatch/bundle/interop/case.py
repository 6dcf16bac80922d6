"""CASE/UCO JSON-LD: which files there are, by which hashes, and what was done with them (caseontology.org, CASE 1.x).

Names of nodes are UUIDs of version 5 over the code of the bundle, so that the same bundle gives the same graph.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from copwatch.proof.canonical import Json

_SPACE: Final = UUID("8f0d3a52-6f0b-5a53-9b0e-7c3c0f6a2d11")
_UCO: Final = "https://ontology.unifiedcyberontology.org/uco"
CONTEXT: Final[dict[str, Json]] = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}/action/",
    "uco-core": f"{_UCO}/core/",
    "uco-observable": f"{_UCO}/observable/",
    "uco-tool": f"{_UCO}/tool/",
    "uco-types": f"{_UCO}/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of a bundle.

    Attributes:
        code: of the evidence.
        path: in the bundle.
        exhibit: its exhibit or Bates number; its code where it has none.
        size, sha256: of the file as it is delivered.
        original: SHA-256 of what was received, where the file is a rendition and that hash goes out.
    """

    code: str
    path: str
    exhibit: str
    size: int
    sha256: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """What was done, as the custody list says it: when, what, with which items."""

    at: str
    event: str
    premis: str
    codes: tuple[str, ...]


def case_graph(bundle: str, tool: str, files: Sequence[CaseFile], events: Iterable[CaseEvent]) -> bytes:
    """The graph as JSON-LD in UTF-8.

    Args:
        bundle: its code.
        tool: name and version, with a blank between.
        files, events: what goes out.
    """
    nodes = _Nodes(bundle)
    name, _, version = tool.partition(" ")
    instrument = nodes.name("tool", tool)
    graph: list[Json] = [
        {
            "@id": instrument,
            "@type": "uco-tool:ConfiguredTool",
            "uco-core:name": name,
            "uco-tool:version": version,
        }
    ]
    graph += [node for file in files for node in nodes.file(file)]
    objects = {file.code: nodes.name("file", file.code) for file in files}
    for number, event in enumerate(events):
        graph.append(
            nodes.action(number, event, [objects[c] for c in event.codes if c in objects], instrument)
        )
    named = [_reference(str(node["@id"])) for node in graph if isinstance(node, dict)]
    investigation: Json = {
        "@id": nodes.name("investigation", bundle), "@type": "case-investigation:Investigation",
        "uco-core:name": bundle, "uco-core:object": named,
    }  # fmt: skip
    return json.dumps(
        {"@context": CONTEXT, "@graph": [investigation, *graph]}, indent=1, ensure_ascii=False
    ).encode()


class _Nodes:
    def __init__(self, bundle: str) -> None:
        self._bundle = bundle

    def name(self, kind: str, what: str) -> str:
        return f"kb:{kind}-{uuid5(_SPACE, f'{self._bundle}/{kind}/{what}')}"

    def file(self, file: CaseFile) -> Iterator[Json]:
        """A file with its hash, its exhibit number, and what it was made of where that goes out."""
        here = self.name("file", file.code)
        yield {
            "@id": here, "@type": "uco-observable:File",
            "uco-core:hasFacet": [
                {
                    "@id": self.name("file-facet", file.code), "@type": "uco-observable:FileFacet",
                    "uco-observable:fileName": file.path.rpartition("/")[2],
                    "uco-observable:filePath": file.path,
                    "uco-observable:sizeInBytes": file.size,
                },
                self._content(file.code, file.sha256, file.size),
            ],
        }  # fmt: skip
        yield {
            "@id": self.name("provenance-record", file.code), "@type": "case-investigation:ProvenanceRecord",
            "case-investigation:exhibitNumber": file.exhibit, "uco-core:object": [_reference(here)],
        }  # fmt: skip
        if file.original:
            yield from self._derived(file, here)

    def _derived(self, file: CaseFile, here: str) -> Iterator[Json]:
        """The original, of which there is but a hash, and that the file was made of it."""
        there = self.name("original", file.code)
        yield {
            "@id": there, "@type": "uco-observable:File",
            "uco-core:hasFacet": [self._content(f"{file.code}/original", file.original)],
        }  # fmt: skip
        yield {
            "@id": self.name("relationship", file.code), "@type": "uco-observable:ObservableRelationship",
            "uco-core:source": _reference(here), "uco-core:target": _reference(there),
            "uco-core:kindOfRelationship": "Derived_From", "uco-core:isDirectional": True,
        }  # fmt: skip

    def _content(self, what: str, sha256: str, size: int | None = None) -> Json:
        sized: dict[str, Json] = {} if size is None else {"uco-observable:sizeInBytes": size}
        return {
            "@id": self.name("content-data-facet", what), "@type": "uco-observable:ContentDataFacet",
            "uco-observable:hash": [{
                "@id": self.name("hash", what), "@type": "uco-types:Hash", "uco-types:hashMethod": "SHA256",
                "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256.upper()},
            }],
            **sized,
        }  # fmt: skip

    def action(self, number: int, event: CaseEvent, objects: list[str], instrument: str) -> Json:
        """What was done, by which program, with which files."""
        about: dict[str, Json] = (
            {"uco-action:object": [_reference(each) for each in objects]} if objects else {}
        )
        return {
            "@id": self.name("action", f"{number}/{event.event}"), "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": event.event,
            "uco-core:description": f"PREMIS event type {event.premis}",
            "uco-action:startTime": {"@type": "xsd:dateTime", "@value": event.at},
            "uco-action:instrument": [_reference(instrument)],
            **about,
        }  # fmt: skip


def _reference(name: str) -> Json:
    return {"@id": name}
