"""What a person agreed to, what counts of it now, and who has received something and may have to give it back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from copwatch.catalogue.belonging import named_by
from copwatch.catalogue.codes import codes
from copwatch.catalogue.entities import entities, entity, mentioning, versions
from copwatch.catalogue.given_out import GivenOut, holding
from copwatch.catalogue.queries import evidence, incident
from copwatch.catalogue.shown import Entity, EntityVersion, ReportVersion
from copwatch.errors import NotFound
from copwatch.model.consents import (
    NOT_ASKED,
    Ceiling,
    Guard,
    Row,
    ceiling,
    guard_of,
    is_lower,
    is_withdrawn,
    lacks_for_guard,
)
from copwatch.model.vocabularies.people import CONSENT_LEVEL, CONSENT_PURPOSE, CONSENT_SUBJECT
from copwatch.store.places import Place, read_places
from copwatch.workflows.session import Session


@dataclass(frozen=True, slots=True)
class Counts:
    """What counts now about one subject: at most so far; for which purposes that was agreed to, and which are refused.

    `lowered` says that some version of some consent once allowed more.
    """

    subject: str
    ceiling: Ceiling
    purposes: tuple[str, ...]
    refused: tuple[str, ...]
    lowered: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it for one person. `given_out` is what went out of the incidents in which they appear.

    `recall` says that less counts now than once did, so that whoever received it has to be told. `names_read` is
    false where no record of who the person is could be read: then nobody knows here whether they are a minor.
    """

    id: str
    code: str
    label: str
    guard: Guard
    names_read: bool
    consents: tuple[Entity, ...]
    counts: tuple[Counts, ...]
    given_out: tuple[GivenOut, ...]
    places: tuple[Place, ...]
    devices: int
    recall: bool


def standing_of(session: Session, person: str, today: date) -> Standing:
    """What was agreed, what counts and who has what. Raises `NotFound`: there is no such person here."""
    catalogue = session.catalogue
    about = entity(catalogue, "person", person)
    consents = mentioning(catalogue, "consent", person)
    heads = [version.record for one in consents for version in one.heads]
    names = mentioning(catalogue, "identity", person)
    incidents = named_by(catalogue, [person])
    guard = guard_of(person, [version.record for version in _said_of(session, person)])
    counts = tuple(_counts(session, person, consents, heads, today, guard))
    items = {row.id for id in incidents for row in evidence(catalogue, incident=id)}
    given = tuple(one for one in holding(catalogue, items, incidents) if one.finished is not False)
    return Standing(
        person, about.code, str(about.heads[0].record.get("label", "")), guard, bool(names), tuple(consents), counts,
        given, tuple(read_places(session.archive.state)), len(session.archive.charter.devices),
        any(each.lowered for each in counts),
    )  # fmt: skip


def protected_by(session: Session, leaves: Collection[str]) -> list[str]:
    """The codes of persons for whom what was agreed would forbid less without these records.

    They alone say that a person appears somewhere, for whom consents were written down, or that such a person is a
    minor or a survivor.
    """
    catalogue = session.catalogue
    people = {
        str(version.record.get("person")) for one in entities(catalogue, "consent") for version in one.heads
    }
    found = []
    for person in sorted(people):
        said = _said_of(session, person)
        left = [version for version in said if version.leaf not in leaves]
        if len(left) < len(said) and _protection(person, left) != _protection(person, said):
            found.append(person)
    return sorted(codes(catalogue, "P", found).values())


def _protection(
    person: str, versions: Sequence[EntityVersion | ReportVersion]
) -> tuple[Guard, frozenset[str]]:
    records = [version.record for version in versions]
    own = [row for row in records if row["type"] == "person"]
    return guard_of(person, records), frozenset(label for row in own for label in row.get("appears_in", ()))


def _said_of(session: Session, person: str) -> list[EntityVersion | ReportVersion]:
    """The current versions that may say who somebody is, where they appear, and why they start at level 0."""
    catalogue = session.catalogue
    kinds = {kind: mentioning(catalogue, kind, person) for kind in ("identity", "statement")}
    own = [one for one in entities(catalogue, "person") if one.id == person]
    found: list[EntityVersion | ReportVersion] = [
        version for one in (*own, *kinds["identity"], *kinds["statement"]) for version in one.heads
    ]
    return found + [
        head for id in sorted(named_by(catalogue, [person])) for head in _report_heads(session, id)
    ]


def _report_heads(session: Session, id: str) -> tuple[ReportVersion, ...]:
    try:
        return incident(session.catalogue, id).heads
    except NotFound:
        return ()


def _counts(
    session: Session, person: str, consents: list[Entity], heads: list[Row], today: date, guard: Guard
) -> list[Counts]:
    every = [version.record for one in consents for version in versions(session.catalogue, "consent", one.id)]
    found = []
    for subject in CONSENT_SUBJECT.terms:
        now = ceiling(person, subject, None, heads, on=today, guard=guard)
        by_purpose = {
            purpose: ceiling(person, subject, purpose, heads, on=today, guard=guard)
            for purpose in CONSENT_PURPOSE.terms
        }
        yes = tuple(p for p, level in by_purpose.items() if level is not NOT_ASKED and level > 1)
        no = tuple(p for p, level in by_purpose.items() if level == 0 and now != 0)
        # Each version by itself, as if it alone stood: what was allowed once.
        once = [
            ceiling(person, subject, None, [{**row, "person": person}], on=date.min, guard=guard)
            for row in every
        ]
        highest = max((level for level in once if level is not NOT_ASKED), default=NOT_ASKED)
        if now is not NOT_ASKED or once:
            found.append(Counts(subject, now, yes, no, highest is not NOT_ASKED and is_lower(now, highest)))
    return found


def level_words(found: Ceiling) -> str:
    """A ceiling in words."""
    if found is NOT_ASKED:
        return "not asked"
    return f"{found}: {CONSENT_LEVEL.terms[found].replace('_', ' ')}"


def why_not(consent: Entity, guard: Guard) -> str:
    """Why a consent that stands counts as level 0; empty where it does not."""
    return lacks_for_guard([version.record for version in consent.heads], guard)


def is_taken_back(consent: Entity) -> bool:
    """Whether any version of a consent that stands says that it was withdrawn."""
    return any(is_withdrawn(version.record) for version in consent.heads)
