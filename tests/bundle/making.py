"""Plans with real keys, real ledger lines and real proofs, for the tests of bundles."""

import hashlib
import io
from dataclasses import dataclass, field, replace
from datetime import date

from copwatch.bundle.decisions import Deciding
from copwatch.bundle.people import People
from copwatch.bundle.plan import BundlePlan, Incident, Item, ProvenRecord, ReportVersion, Signer
from copwatch.bundle.profiles import others_of, shipped
from copwatch.bundle.pseudonyms import Pseudonyms
from copwatch.crypto.signing import SigningKey
from copwatch.model.ids import code, new_id
from copwatch.model.longtext import cut_text
from copwatch.model.treatments import Help
from copwatch.proof.body import OpenedRecord
from copwatch.proof.charter import (
    Charter,
    Compartment,
    Device,
    SignedCharter,
    charter_hash,
    charter_message,
    encode_file,
    file_name,
)
from copwatch.proof.commitment import leaf
from copwatch.proof.entry import Line, Lists, SealedSet, Signature, encode_line, entry_message, make_entry

ROOT = SigningKey(b"\x01" * 32)
DEVICE = SigningKey(b"\x02" * 32)
OTHER = SigningKey(b"\x03" * 32)
CREATED = "2026-11-22T18:00:00-08:00"


def hexed(text, digits=64):
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def rules(name="client-counsel", *records, client=(), tokens=None, reviews=None, on=date(2026, 11, 22)):
    chosen = shipped(name)
    people = People(tuple(records), frozenset(client), on)
    tokens = tokens or Pseudonyms(b"k" * 32, (), people.same)
    return Deciding(chosen, others_of(chosen), people, Help(tokens.token, on), reviews or {})


def draw(text):
    counter = iter(range(1000))
    return new_id(lambda n: hashlib.sha256(f"{text}{next(counter)}".encode()).digest()[:n])


@dataclass
class Maker:
    """Collects records and puts them into one entry; `plan` gives the plan."""

    root: SigningKey = ROOT
    device: SigningKey = DEVICE
    devices: tuple = (DEVICE, OTHER)
    records: list = field(default_factory=list)
    files: list = field(default_factory=list)
    versions: list = field(default_factory=list)
    incident: str = field(default_factory=lambda: draw("incident"))

    def __post_init__(self):
        self.charter = Charter(
            0, (), self.root.public_hex, hexed("sealed"), (), tuple(Device(d.public_hex) for d in self.devices),
            (Compartment("c" * 32, ("age1pq1example",)),), (), (),
        )  # fmt: skip
        self.archive = charter_hash(self.charter)

    def charters(self):
        sig = Signature(self.root.public_hex, self.root.sign(charter_message(self.charter)))
        return {file_name(self.charter): encode_file(SignedCharter(self.charter, (sig,)))}

    def add(self, type, id=None, recorded="2026-11-21T20:00:00-08:00", **more):
        record = {
            "id": id or draw(f"{type}{len(self.records)}"), "type": type, "schema": 1, "archive": self.archive,
            "device": self.device.public_hex, "recorded_at": recorded, "clock": "system", **more,
        }  # fmt: skip
        self.records.append(record)
        return len(self.records) - 1

    def file(self, name, data, **more):
        at = self.add(
            "evidence", batch=draw("batch"), name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest(),
            pieces=[{"object": hexed(name + "object"), "size": len(data)}], media_type="image/jpeg",
            metadata="preserve", **more,
        )  # fmt: skip
        self.files.append((at, name, data))
        return at

    def report(self, parents=(), **fields):
        at = self.add(
            "report", recorded=f"2026-11-21T21:{len(self.versions):02d}:00-08:00", incident=self.incident,
            template="stop", parents=list(parents), **fields,
        )  # fmt: skip
        self.versions.append(at)
        return self.leaf(at)

    def seed(self, at):
        return hashlib.sha256(f"seed{at}".encode()).digest()

    def leaf(self, at):
        return leaf(self.records[at], self.seed(at))

    def proven(self):
        leaves = [self.leaf(at) for at in range(len(self.records))]
        half = len(leaves) // 2
        sets = (
            SealedSet("c" * 32, 0, hexed("body"), tuple(leaves[:half]), ()),
            SealedSet("d" * 32, 0, hexed("body2"), tuple(leaves[half:]), ()),
        )
        entry = make_entry(self.archive, self.device.public_hex, 0, None, self.archive, Lists(sets))
        line = encode_line(Line(entry, Lists(sets), self.device.sign(entry_message(entry))))
        return [
            ProvenRecord(OpenedRecord(record, self.seed(at), leaves[at]), line, at)
            for at, record in enumerate(self.records)
        ]

    def plan(self, **changes):
        proven = self.proven()
        items = tuple(
            Item(code("E", self.records[at]["id"]), proven[at], name, lambda data=data: io.BytesIO(data))
            for at, name, data in self.files
        )
        versions = tuple(ReportVersion(code("R", self.records[at]["id"]), proven[at]) for at in self.versions)
        plan = BundlePlan(
            code=code("I", self.incident), rules=rules(), purpose="defence of P1", created_at=CREATED,
            tool_version="0.1.0", archive=self.archive, root=self.root.public_hex,
            signer=Signer(self.device.public_hex, self.device.sign), charters=self.charters(), items=items,
            versions=versions, records=tuple(proven), incident=Incident(self.incident, code("I", self.incident)),
        )  # fmt: skip
        return replace(plan, **changes)


def usual():
    """An incident with two report versions, two files, a batch, a link, custody, and a privileged note."""
    maker = Maker()
    maker.add("batch", id=draw("batch"), by="OBS-7Q2K", how="sd_card", note=["From the left camera."])
    first = maker.file(
        "IMG_0001.JPG", b"\xff\xd8 picture one \xff\xd9", folder="DCIM", file_time="2026-11-21T19:00:00Z"
    )
    maker.file("clip.mp4", b"moving picture" * 50)
    maker.add("link", incident=maker.incident, batch=draw("batch"))
    told = maker.report(
        city="Oakland",
        narrative_observed=cut_text("Two officers spoke to P1. P1 sat down.\nThey left."),
        notes_privileged=["Counsel thinks the search was bad.", " Ask about the warrant."],
        officers=[{"badge_as_seen": "1234", "in_uniform": "yes"}, {"rank_as_seen": "Sergeant"}],
        n_officers={"not_known": "unsure"},
    )
    maker.report(
        [told], reason=["The place was wrong."], city="Berkeley",
        narrative_observed=cut_text("Two officers spoke to P1. P1 sat down.\nThey left."),
    )  # fmt: skip
    for event, premis in (("verified", "fix"), ("viewed", "dsp"), ("copied", "rep")):
        maker.add(
            "custody", event=event, premis=premis, at="2026-11-22T08:00:00Z", scope="evidence",
            evidence=[maker.records[first]["id"]], by="ARCH-1", outcome="pass", purpose=[f"why {event}"],
            detail={"files": 2, "place": "disk B"},
        )  # fmt: skip
    return maker
