"""Planted markers: every field of every kind of record holds a word that stands nowhere else, and each profile lets out
exactly those that the redaction matrix allows."""

import itertools
from dataclasses import dataclass, field, replace

import pytest

from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.unproven.write import write_open_bundle
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.model.entities import OWN_SECTION
from copwatch.model.kinds import KINDS
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.values import (
    Coded,
    Date,
    Decimal,
    Group,
    Handle,
    Integer,
    Label,
    LongText,
    Many,
    Reference,
    RowReference,
    Section,
    Terms,
    Text,
    Timestamp,
)
from copwatch.model.vocabularies.people import CONSENT_PURPOSE, CONSENT_SUBJECT
from tests.bundle.making import Maker, draw, rules

# The matrix of the reference, as far as words can show it: what else a class may become (initials, a year, a token, a
# city) holds no marker. Not asked, and reviewed by nobody.
KEEPS = {
    "client-counsel": set(Class) - {Class.OFP, Class.PRV, Class.ORG},
    "court-filing": {Class.PUB, Class.OFF, Class.LEG, Class.LOC, Class.TIM, Class.CST},
    "partner-org": {Class.PUB, Class.OFF},
    "public-media": {Class.PUB, Class.OFF},
}
OF_OFFICERS = {"officer", "officer_identity", "assignment", "match"}
PERSONAL = {
    Class.PID, Class.CON, Class.HOM, Class.GOV, Class.FIN, Class.DOB, Class.MIN, Class.DEM, Class.IMM, Class.MED,
    Class.SUR, Class.LEG, Class.INC, Class.WIT,
}  # fmt: skip
STAY = {"hold", "rule", "attorney"}
TYPES = {
    "client-counsel": {"report", *KINDS} - STAY,
    "court-filing": {"report", *KINDS} - STAY - {"consent", "jail_support"},
    "partner-org": {"report", "person", "identity", "officer_identity", "match", "event", "statement"},
    "public-media": {"report", "officer_identity", "match", "event"},
}
CLIENT, OTHER = draw("client"), draw("other")


@dataclass
class Planted:
    """One marker: where it stands, and about whom that is."""

    type: str
    entity: str
    class_: Class
    about: str


@dataclass
class Garden:
    """Fills records, and remembers what was planted where."""

    incident: str
    marks: dict = field(default_factory=dict)
    number: itertools.count = field(default_factory=lambda: itertools.count(1000))
    minute: itertools.count = field(default_factory=itertools.count)

    def row(self, type, entity, about, label, **more):
        made = {}
        for each in SCHEMA.fields(entity):
            if each.name in more:
                made[each.name] = more[each.name]
            else:
                made[each.name] = self.value(each.type, type, entity, each.class_, about, label)
        return made

    def mark(self, type, entity, class_, about, form="XQ{}QX"):
        text = form.format(next(self.number))
        self.marks[text] = Planted(type, entity, class_, about)
        return text

    def value(self, kind, type, entity, class_, about, label):
        plant = (type, entity, class_, about)
        match kind:
            case Label():
                return f"{kind.letters[0]}{label}"
            case Many():
                return [self.value(kind.item, *plant, label)]
            case Group():
                people = (("P1", 1), ("P2", 2)) if type == "report" else ((about, label),)
                return [self.row(type, kind.entity, *who) for who in people]
            case Section():
                return {"own_words": self.mark(type, entity, Class.ORG, about)}
            case Terms():
                return [kind.vocabulary.terms[0]]
            case Coded():
                return kind.vocabulary.terms[0]
            case LongText():
                return [f"{self.mark(*plant)}. ", self.mark(*plant)]
            case Handle():
                return self.mark(*plant, "W-{}X")
            case Text():
                return self.mark(*plant)[: kind.longest]
            case Decimal():
                return self.mark(*plant, "0.71{}")
            case Integer():
                return max(kind.lowest, 1)
            case Date():
                return "2001-02-03"
            case Timestamp():
                # Each in a minute of its own, for a withheld time is looked for to the minute, here and in UTC.
                hour, minute = divmod(next(self.minute), 60)
                at = self.mark(*plant, f"2026-03-04T{hour:02}:{minute:02}:07.{{}}-07:00")
                return {"at": at, "precision": "second", "source": "gps"}
            case Reference():
                return (
                    {"P1": CLIENT, "P2": OTHER}[about]
                    if kind.kinds == ("person",)
                    else draw(str(next(self.number)))
                )
            case RowReference():
                return f"{self.incident}/{kind.letters[0]}{label}"
        raise AssertionError(kind)


def planted():
    """A maker with one of everything for each of two people, and what was planted."""
    maker = Maker()
    garden = Garden(maker.incident)
    place = {"is_private_premises": "no", "scene_type": "outdoor_public", "house_number": "12"}
    maker.report(**garden.row("report", "report", "P1", 1, **place))
    for kind, (about, person, label) in itertools.product(KINDS, (("P1", CLIENT, 1), ("P2", OTHER, 2))):
        more = {}
        if kind == "consent":
            more = {
                "person": person, "subject": list(CONSENT_SUBJECT.terms), "level": "public_identified",
                "purposes": list(CONSENT_PURPOSE.terms), "purposes_refused": None, "withdrawn_at": None,
                "withdrawal_scope": None, "withdrawal_effect": None, "expires_on": None, "attribution": "pseudonym",
                "capacity": "minor_with_guardian", "how_given": "written",
            }  # fmt: skip
        if kind in ("person", "identity"):
            more = {"person": person} if kind == "identity" else {}
        entity = person if kind == "person" else draw(f"{kind}{about}")
        row = {n: v for n, v in garden.row(kind, kind, about, label, **more).items() if v is not None}
        row |= {"incident": maker.incident} if kind in ("event", "statement") else {}
        maker.add(kind, entity=entity, parents=[], **row)
    return maker, garden


def expected(garden, profile):
    """The markers that the matrix lets out."""
    return {text for text, each in garden.marks.items() if allowed(each, profile)}


NOBODYS = {
    "officer",
    "vehicle",
    "warning",
    "observer",
    "cctv",
    "alert",
    "picket",
    "firearm",
    "infosec",
    "report",
}
"""Entities in a report whose rows name no person: what is personal in them is everybody's."""


def allowed(each, profile):
    if each.type not in TYPES[profile] or each.entity == OWN_SECTION:
        return False
    matrix = profile
    mine = each.about == "P1" and not (each.type == "report" and each.entity in NOBODYS)
    nobodys = each.type in ("officer_identity", "match", "event", "mark", "clock", "request", "letter")
    personal = each.class_ in PERSONAL or (each.class_ is Class.NAR and each.type == "statement")
    if profile == "client-counsel" and personal and (nobodys or not mine or each.class_ is Class.WIT):
        matrix = "court-filing"
    if profile == "client-counsel" and each.type not in TYPES["court-filing"] and each.about == "P2":
        return False
    if profile == "public-media" and each.class_ is Class.OFF and each.entity in OF_OFFICERS:
        return False
    return each.class_ in KEEPS[matrix]


@pytest.fixture(scope="module")
def garden():
    return planted()


@pytest.mark.parametrize("profile", KEEPS)
def test_the_markers_in_a_bundle_are_exactly_those_that_the_matrix_allows(tmp_path, garden, profile):
    maker, marks = garden
    folder = tmp_path / "bundle"
    check = written(folder, maker, profile)
    everything = b"\n".join(
        str(path.relative_to(folder)).encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    ).decode()
    found = {text for text in marks.marks if text in everything}
    wanted = expected(marks, profile)
    assert {t: marks.marks[t] for t in found - wanted} == {}, "these leaked"
    assert {t: marks.marks[t] for t in wanted - found} == {}, "these were lost"
    assert check.ok and (profile in ("client-counsel", "court-filing")) == check.proofs


def written(folder, maker, profile):
    client = (CLIENT, f"{maker.incident}/P1") if profile == "client-counsel" else ()
    chosen = rules(profile, *maker.records, client=client)
    proven = maker.proven()
    records = tuple(each for each in proven if not chosen.leaves_out(each.record))
    plan = replace(maker.plan(rules=chosen), records=records, strips=chosen.profile.strips)
    write = write_bundle if chosen.profile.proof else write_open_bundle
    write(plan, FolderSink(folder))
    return verify_bundle(FolderTree(folder))


def test_with_proof_nothing_more_goes_out_but_what_proves(tmp_path, garden):
    maker, marks = garden
    chosen = rules("public-media", *maker.records)
    chosen = replace(chosen, profile=chosen.profile.with_proof())
    chosen = replace(chosen, others=chosen.profile)
    records = tuple(each for each in maker.proven() if not chosen.leaves_out(each.record))
    write_bundle(replace(maker.plan(rules=chosen), records=records, strips=True), FolderSink(tmp_path / "b"))
    check = verify_bundle(FolderTree(tmp_path / "b"))
    assert check.ok and check.proofs and check.hidden
    everything = b"\n".join(
        path.read_bytes() for path in (tmp_path / "b").rglob("*") if path.is_file()
    ).decode()
    proves = {
        t
        for t, each in marks.marks.items()
        if each.class_ is Class.CST and each.type in TYPES["public-media"]
    }
    assert {text for text in marks.marks if text in everything} == expected(marks, "public-media") | proves
    assert "survivor" not in everything and "firearms_community" not in everything
