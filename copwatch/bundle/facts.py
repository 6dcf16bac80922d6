"""What a bundle says of itself in report.json: everything there that does not come out of a proof."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from copwatch.bundle.plan import CODE_FORM, BundlePlan
from copwatch.model.values import to_datetime
from copwatch.proof import shapes
from copwatch.proof.canonical import Json, NotCanonical, decode
from copwatch.proof.shapes import Malformed

VERSION = 1
_BUNDLE = ("v", "code", "profile", "purpose", "created_at", "tool", "archive", "root", "device")
_STRIPPED: dict[str, Json] = {"metadata": "strip"}
_KINDS = ("text", "value")
_CODE = re.compile(CODE_FORM, re.ASCII)
_TOOL = re.compile(r"copwatch [0-9a-z.+]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Look:
    """How the page shows a field: the path pattern (`/officers/*/rank`), its label, and how values join.

    `kind` is `text` (passages that make one text) or `value`.
    """

    path: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Named:
    """A record that has a code: the code, its leaf, and for evidence the file (a path below `data/`).

    `rendition` is the leaf of the record of what the file is, where it is not the evidence itself.
    """

    code: str
    leaf: str
    file: str = ""
    rendition: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The stated part of a bundle. The device that signs the bundle answers for it, no proof does."""

    code: str
    profile: str
    purpose: str
    created_at: str
    tool: str
    archive: str
    root: str
    device: str
    incident: tuple[str, str] | None
    versions: tuple[Named, ...]
    evidence: tuple[Named, ...]
    records: tuple[str, ...]
    looks: tuple[Look, ...]
    strips: bool = False
    not_cleaned: tuple[str, ...] = ()

    def bundle_json(self) -> Json:
        """The member `bundle`."""
        stated = {name: getattr(self, name) for name in _BUNDLE if name != "v"}
        return {"v": VERSION, **stated, **(_STRIPPED if self.strips else {})}

    def leaves(self) -> list[str]:
        """Every leaf that it names."""
        return [named.leaf for named in (*self.versions, *self.evidence)] + list(self.records)


def make_facts(
    plan: BundlePlan, tool: str, files: dict[str, str], leaves: Iterable[str], looks: tuple[Look, ...]
) -> Facts:
    """The facts of a plan; `files` are the evidence paths by code, `leaves` those that the profile lets out."""
    named = {v.record.leaf for v in plan.versions} | {i.evidence.leaf for i in plan.items}
    return Facts(
        plan.code, plan.profile, plan.purpose, plan.created_at, tool, plan.archive, plan.root, plan.signer.key,
        (plan.incident.id, plan.incident.code) if plan.incident else None,
        tuple(Named(v.code, v.record.leaf) for v in plan.versions),
        tuple(
            Named(i.code, i.evidence.leaf, files[i.code], i.rendition.leaf if i.rendition else "") for i in plan.items
        ),
        tuple(sorted(leaf for leaf in leaves if leaf not in named)), looks, plan.strips, plan.not_cleaned,
    )  # fmt: skip


def parse_facts(data: bytes) -> Facts:
    """The facts of a report.json, whose records are not looked at. Raises `NotCanonical`, `Malformed`, `Newer`."""
    if not data.endswith(b"\n"):
        raise NotCanonical("without its newline")
    names = ("bundle", "versions", "evidence", "records", "fields")
    doc = shapes.members(decode(data[:-1]), names, ("incident", "not_cleaned"))
    if isinstance(doc["bundle"], dict):
        shapes.version(doc["bundle"].get("v"), VERSION)
    bundle = shapes.members(doc["bundle"], _BUNDLE, tuple(_STRIPPED))
    strips = "metadata" in bundle
    if strips and bundle["metadata"] != _STRIPPED["metadata"]:
        raise Malformed("an unknown way to treat the metadata of files")
    code, profile, purpose, created_at, tool = (shapes.text(bundle[name]) for name in _BUNDLE[1:6])
    if _CODE.fullmatch(code) is None or _TOOL.fullmatch(tool) is None or to_datetime(created_at) is None:
        raise Malformed("its code, its time or the program that wrote it is not of its form")
    archive, root, device = (shapes.hex64(bundle[name]) for name in _BUNDLE[6:])
    return Facts(
        code, profile, purpose, created_at, tool, archive, root, device,
        _incident(doc["incident"]) if "incident" in doc else None,
        shapes.array(doc["versions"], _version), shapes.array(doc["evidence"], _evidence),
        shapes.array(doc["records"], _leaf), shapes.array(doc["fields"], _look),
        strips, shapes.array(doc.get("not_cleaned", []), shapes.text),
    )  # fmt: skip


def _incident(value: Json) -> tuple[str, str]:
    doc = shapes.members(value, ("id", "code"))
    return shapes.hex32(doc["id"]), shapes.text(doc["code"])


def _version(value: Json) -> Named:
    doc = shapes.members(value, ("code", "leaf", "first", "current", "record", "withheld"))
    return Named(shapes.text(doc["code"]), shapes.hex64(doc["leaf"]))


def _evidence(value: Json) -> Named:
    doc = shapes.members(value, ("code", "file", "leaf", "record", "withheld"), ("rendition",))
    rendition = shapes.hex64(doc["rendition"]) if "rendition" in doc else ""
    return Named(shapes.text(doc["code"]), shapes.hex64(doc["leaf"]), shapes.text(doc["file"]), rendition)


def _leaf(value: Json) -> str:
    return shapes.hex64(shapes.members(value, ("leaf", "record", "withheld"))["leaf"])


def _look(value: Json) -> Look:
    doc = shapes.members(value, ("path", "label", "kind"))
    if doc["kind"] not in _KINDS:
        raise Malformed("an unknown way to show a field")
    return Look(shapes.text(doc["path"]), shapes.text(doc["label"]), doc["kind"])
