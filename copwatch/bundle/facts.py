"""What a bundle says of itself in report.json: everything there that does not come out of a proof."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from copwatch.bundle.plan import CODE_FORM, BundlePlan, Item
from copwatch.bundle.production.numbering import Production, parse_production
from copwatch.bundle.shown import Shown, Told
from copwatch.bundle.viewing import Viewing, parse_viewing, viewing_of
from copwatch.model.values import to_datetime
from copwatch.proof import shapes
from copwatch.proof.canonical import Json, NotCanonical, decode
from copwatch.proof.shapes import Malformed

VERSION = 1
_BUNDLE = ("v", "code", "profile", "purpose", "created_at", "tool", "archive", "root", "device")
_STRIPPED: dict[str, Json] = {"metadata": "strip"}
_NOT_CONFIDENTIAL: dict[str, Json] = {"confidential": False}
_KINDS = ("text", "value")
_TOLD = ("redactions",)
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

    `rendition` is the leaf of the record of what the file is, where it is not the evidence itself. `viewing` is what
    was made of the file to look at it.
    """

    code: str
    leaf: str
    file: str = ""
    rendition: str = ""
    viewing: Viewing | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The stated part of a bundle. The device that signs the bundle answers for it, no proof does.

    `not_cleaned` and `not_cleared` are codes of evidence that was asked for and stayed behind. `told` is, by leaf, what
    is said of fields that are withheld. `production` is there where the files are numbered for a review tool. Only a
    profile can say that a bundle is not `confidential`.
    """

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
    audience: str = ""
    not_cleared: tuple[str, ...] = ()
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    production: Production | None = None
    confidential: bool = True

    def bundle_json(self) -> Json:
        """The member `bundle`."""
        stated = {name: getattr(self, name) for name in _BUNDLE if name != "v"}
        audience: dict[str, Json] = {"audience": self.audience} if self.audience else {}
        public = {} if self.confidential else _NOT_CONFIDENTIAL
        return {"v": VERSION, **stated, **audience, **public, **(_STRIPPED if self.strips else {})}

    def telling(self, shown: Mapping[str, Shown]) -> dict[str, Shown]:
        """The records with what is said of their fields."""
        return {leaf: replace(one, told=self.told.get(leaf, ())) for leaf, one in shown.items()}

    def leaves(self) -> list[str]:
        """Every leaf that it names."""
        return [named.leaf for named in (*self.versions, *self.evidence)] + list(self.records)


def make_facts(
    plan: BundlePlan, tool: str, files: dict[str, str], leaves: Iterable[str], looks: tuple[Look, ...],
    told: Mapping[str, tuple[Told, ...]],
) -> Facts:  # fmt: skip
    """The facts of a plan; `files` are the evidence paths by code, `leaves` those that the profile lets out."""
    named = {v.record.leaf for v in plan.versions} | {i.evidence.leaf for i in plan.items}
    return Facts(
        plan.code, plan.profile, plan.purpose, plan.created_at, tool, plan.archive, plan.root, plan.signer.key,
        (plan.incident.id, plan.incident.code) if plan.incident else None,
        tuple(Named(v.code, v.record.leaf) for v in plan.versions),
        tuple(_item(i, files[i.code]) for i in plan.items),
        tuple(sorted(leaf for leaf in leaves if leaf not in named)), looks, plan.strips, plan.not_cleaned,
        plan.rules.profile.audience, plan.not_cleared, told,
        Production(plan.production.first, 0, plan.production.encoding) if plan.production else None,
        plan.rules.profile.confidential,
    )  # fmt: skip


def _item(item: Item, file: str) -> Named:
    made = item.rendition.leaf if item.rendition else ""
    viewing = viewing_of(item.code, str(item.file.record["sha256"]), item.viewing, item.no_viewing)
    return Named(item.code, item.evidence.leaf, file, made, viewing)


def parse_facts(data: bytes) -> Facts:
    """The facts of a report.json, whose records are not looked at. Raises `NotCanonical`, `Malformed`, `Newer`."""
    if not data.endswith(b"\n"):
        raise NotCanonical("without its newline")
    names = ("bundle", "versions", "evidence", "records", "fields")
    doc = shapes.members(decode(data[:-1]), names, ("incident", "not_cleaned", "not_cleared", "production"))
    if isinstance(doc["bundle"], dict):
        shapes.version(doc["bundle"].get("v"), VERSION)
    bundle = shapes.members(doc["bundle"], _BUNDLE, ("audience", *_STRIPPED, *_NOT_CONFIDENTIAL))
    strips = "metadata" in bundle
    if strips and bundle["metadata"] != _STRIPPED["metadata"]:
        raise Malformed("an unknown way to treat the metadata of files")
    if bundle.get("confidential", False) is not False:
        raise Malformed("it says that it is confidential in another way than by saying nothing")
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
        shapes.text(bundle.get("audience", "")), shapes.array(doc.get("not_cleared", []), shapes.text),
        {leaf: told for name in ("versions", "evidence", "records") for leaf, told in shapes.array(doc[name], _told)
         if told},
        parse_production(doc["production"]) if "production" in doc else None, "confidential" not in bundle,
    )  # fmt: skip


def _incident(value: Json) -> tuple[str, str]:
    doc = shapes.members(value, ("id", "code"))
    return shapes.hex32(doc["id"]), shapes.text(doc["code"])


def _version(value: Json) -> Named:
    doc = shapes.members(value, ("code", "leaf", "first", "current", "record", "withheld"), _TOLD)
    return Named(shapes.text(doc["code"]), shapes.hex64(doc["leaf"]))


def _evidence(value: Json) -> Named:
    doc = shapes.members(
        value, ("code", "file", "leaf", "record", "withheld"), ("rendition", "viewing", *_TOLD)
    )
    rendition = shapes.hex64(doc["rendition"]) if "rendition" in doc else ""
    viewing = parse_viewing(doc["viewing"]) if "viewing" in doc else None
    return Named(
        shapes.text(doc["code"]), shapes.hex64(doc["leaf"]), shapes.text(doc["file"]), rendition, viewing
    )


def _leaf(value: Json) -> str:
    return shapes.hex64(shapes.members(value, ("leaf", "record", "withheld"), _TOLD)["leaf"])


def _told(value: Json) -> tuple[str, tuple[Told, ...]]:
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return shapes.hex64(value.get("leaf")), shapes.array(value.get("redactions", []), _one_told)


def _one_told(value: Json) -> Told:
    doc = shapes.members(value, ("path", "treatment", "reason"), ("text", "by"))
    path, treatment, reason = (shapes.text(doc[name]) for name in ("path", "treatment", "reason"))
    return Told(path, treatment, reason, *(shapes.text(doc.get(name, "")) for name in ("text", "by")))


def _look(value: Json) -> Look:
    doc = shapes.members(value, ("path", "label", "kind"))
    if doc["kind"] not in _KINDS:
        raise Malformed("an unknown way to show a field")
    return Look(shapes.text(doc["path"]), shapes.text(doc["label"]), doc["kind"])
