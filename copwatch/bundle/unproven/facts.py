"""What a bundle without proofs says, as its report.json holds it: fields as text, and no trace of originals."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from copwatch.bundle.decisions import Deciding, Decision
from copwatch.bundle.plan import CODE_FORM, BundlePlan, Item, ProvenRecord
from copwatch.bundle.rows import place
from copwatch.bundle.viewing import Viewing, parse_viewing, viewing_of
from copwatch.bundle.write_order import leaving
from copwatch.model.redaction import Treatment
from copwatch.model.spots import Spot, spots
from copwatch.model.values import LongText
from copwatch.model.vocabulary import label
from copwatch.proof import shapes
from copwatch.proof.canonical import Json, NotCanonical, decode, encode
from copwatch.proof.commitment import flatten
from copwatch.proof.shapes import Malformed

VERSION = 1
LEFT_OUT = "[…] "
"""What stands for passages of a text that stay."""

_CODE = re.compile(CODE_FORM, re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its path in the record, its label, what to read, and how it was treated if it was."""

    path: str
    label: str
    text: str
    treatment: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One record as far as it is shown."""

    type: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OpenFacts:
    """Everything that such a bundle says. `staying` counts files that were asked for and stay with the group.

    `viewing` is, by the name of an item, what was made of its file to look at it.
    """

    code: str
    profile: str
    audience: str
    parts: tuple[Part, ...]
    files: tuple[tuple[str, str], ...]
    staying: int
    viewing: Mapping[str, Viewing] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """report.json: canonical JSON and a newline."""
        bundle: Json = {
            "v": VERSION, "proof": False, "code": self.code, "profile": self.profile, "audience": self.audience,
        }  # fmt: skip
        parts: list[Json] = [
            {"type": part.type, "fields": [_line_json(line) for line in part.lines]} for part in self.parts
        ]
        files: list[Json] = [{"item": item, "file": file, **self._viewing(item)} for item, file in self.files]
        return (
            encode({"bundle": bundle, "records": parts, "evidence": files, "staying": self.staying}) + b"\n"
        )

    def _viewing(self, item: str) -> dict[str, Json]:
        return {"viewing": self.viewing[item].to_json()} if item in self.viewing else {}


def make_open_facts(plan: BundlePlan, files: Mapping[str, str]) -> OpenFacts:
    """The facts of a plan; `files` are paths by the local name of each item. Raises `Refused` as `leaving`."""
    replaced = {str(parent) for version in plan.versions for parent in _parents(version.record)}
    named = {item.evidence.leaf: name for item, name in zip(plan.items, files, strict=True)}
    parts = []
    for leaf, proven in leaving(plan).items():
        if leaf in replaced or not isinstance(proven.record, dict):
            continue
        lines = tuple(_lines(plan.rules, proven))
        kind = str(proven.record["type"])
        if lines:
            parts.append(Part(f"{kind} {named[leaf]}" if leaf in named else kind, lines))
    parts.sort(
        key=lambda part: (part.type != "report", part.type, [(line.path, line.text) for line in part.lines])
    )
    staying = len(plan.not_cleaned) + len(plan.not_cleared)
    rules = plan.rules.profile
    made = {name: _made(name, item) for name, item in zip(files, plan.items, strict=True)}
    return OpenFacts(
        plan.code, rules.name, rules.audience, tuple(parts), tuple(files.items()), staying,
        {name: viewing for name, viewing in made.items() if viewing is not None},
    )  # fmt: skip


def _made(name: str, item: Item) -> Viewing | None:
    return viewing_of(name.lower(), str(item.file.record["sha256"]), item.viewing, item.no_viewing)


def parse_open_facts(data: bytes) -> OpenFacts | None:
    """The facts of a report.json; None where it is that of a bundle with proofs.

    Raises `NotCanonical`, `Malformed`, `Newer`.
    """
    if not data.endswith(b"\n"):
        raise NotCanonical("without its newline")
    raw = decode(data[:-1])
    bundle = raw.get("bundle") if isinstance(raw, dict) else None
    if not isinstance(bundle, dict) or "proof" not in bundle:
        return None
    shapes.version(bundle.get("v"), VERSION)
    doc = shapes.members(raw, ("bundle", "records", "evidence", "staying"))
    bundle = shapes.members(bundle, ("v", "proof", "code", "profile", "audience"))
    if bundle["proof"] is not False or _CODE.fullmatch(shapes.text(bundle["code"])) is None:
        raise Malformed("it does not say truly that it has no proof, or its code is none")
    return OpenFacts(
        bundle["code"], shapes.text(bundle["profile"]), shapes.text(bundle["audience"]),
        shapes.array(doc["records"], _part), shapes.array(doc["evidence"], _file), shapes.number(doc["staying"]),
        dict(filter(None, shapes.array(doc["evidence"], _viewing))),
    )  # fmt: skip


def _part(value: Json) -> Part:
    doc = shapes.members(value, ("type", "fields"))
    return Part(shapes.text(doc["type"]), shapes.array(doc["fields"], _line))


def _line(value: Json) -> Line:
    doc = shapes.members(value, ("path", "label", "text"), ("treatment",))
    path, name, text = (shapes.text(doc[each]) for each in ("path", "label", "text"))
    return Line(path, name, text, shapes.text(doc.get("treatment", "")))


def _file(value: Json) -> tuple[str, str]:
    doc = shapes.members(value, ("item", "file"), ("viewing",))
    return shapes.text(doc["item"]), shapes.text(doc["file"])


def _viewing(value: Json) -> tuple[str, Viewing] | None:
    doc = shapes.members(value, ("item", "file"), ("viewing",))
    return (shapes.text(doc["item"]), parse_viewing(doc["viewing"])) if "viewing" in doc else None


def _line_json(line: Line) -> Json:
    treatment: dict[str, Json] = {"treatment": line.treatment} if line.treatment else {}
    return {"path": line.path, "label": line.label, "text": line.text, **treatment}


def _lines(rules: Deciding, proven: ProvenRecord) -> Iterable[Line]:
    record = proven.record
    if not isinstance(record, dict):
        return
    decided = {each.path: each for each in rules.of(record, proven.leaf)}
    for spot in sorted(spots(record), key=lambda spot: place(str(record["type"]), spot.path)):
        decision = decided[spot.path]
        if decision.text:
            yield Line(spot.path, _label(spot), decision.text, str(decision.treatment))
        elif decision.shown or decision.stated:
            yield Line(spot.path, _label(spot), _shown(spot, decision), _of_passages(decision))


def _shown(spot: Spot, decision: Decision) -> str:
    """The text of a field, of which some passages may stay."""
    flat = {f"{spot.path}{below}": value for below, value in flatten(spot.value).items()}
    if not decision.withheld:
        return (
            spot.type.show(spot.value)
            if spot.type is not None and not _is_text(spot)
            else _join(flat.values())
        )
    stated = dict(decision.stated)
    return _join(
        stated.get(path) or (value if path in decision.shown else LEFT_OUT) for path, value in flat.items()
    )


def _of_passages(decision: Decision) -> str:
    if len(decision.withheld) > len(decision.stated):
        return str(Treatment.REVIEW)
    return str(Treatment.PSEUDONYM) if decision.stated else ""


def _is_text(spot: Spot) -> bool:
    return isinstance(spot.type, LongText) and isinstance(spot.value, list)


def _join(parts: Iterable[Json]) -> str:
    return "".join(part if isinstance(part, str) else str(part) for part in parts)


def _label(spot: Spot) -> str:
    """Every step of the path as people read it; rows are counted from 1."""
    steps = spot.path.split("/")[1:]
    return " › ".join(str(int(step) + 1) if step.isdigit() else label(step) for step in steps)


def _parents(proven: ProvenRecord) -> list[Json]:
    parents = proven.record.get("parents") if isinstance(proven.record, dict) else None
    return parents if isinstance(parents, list) else []
