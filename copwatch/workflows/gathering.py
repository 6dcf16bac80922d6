"""What belongs to an export: the records of everything around an incident, whom they are about, and reviews of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from copwatch.bundle.decisions import Deciding, Reviewed
from copwatch.bundle.people import People, Row
from copwatch.bundle.profiles import others_of
from copwatch.bundle.pseudonyms import Pseudonyms
from copwatch.bundle.substitutes import Cut
from copwatch.catalogue.entities import entities, mentioning, versions
from copwatch.catalogue.queries import record, records_of, report_versions
from copwatch.catalogue.shown import Entity, EvidenceRow, StoredRecord
from copwatch.catalogue.times import utc
from copwatch.errors import NotFound, Refused, UsageError
from copwatch.model.ids import parse_code
from copwatch.model.kinds import KINDS
from copwatch.model.profile import Profile
from copwatch.model.records import Review
from copwatch.model.succession import Written, in_succession
from copwatch.model.treatments import Help
from copwatch.model.zones import usual_zone
from copwatch.workflows.pseudonym_keys import matter_scope, pseudonym_key, recipient_scope
from copwatch.workflows.session import Session

_OF_INCIDENTS = ("person", "event", "statement", "matter", "request", "letter", "match", "charge", "bail",
                 "jail_support")  # fmt: skip
_OF_PEOPLE = ("identity", "consent", "statement", "matter", "charge", "court_date", "bail", "jail_support")
_OF_MATTERS = ("charge", "court_date", "bail")
_OF_EVIDENCE = ("mark", "clock")


@dataclass(frozen=True)
class Around:
    """The versions that stand of everything around some incidents and items, by kind; leaf and record of each.

    `earlier` are the versions that were replaced. They never leave, and what they say is looked for: a name that was
    amended away is a name.
    """

    by_kind: dict[str, dict[str, Row]]
    reports: tuple[Row, ...]
    earlier: dict[str, Row]

    def leaves(self, types: Iterable[str]) -> list[str]:
        """The leaves of these kinds."""
        return [leaf for kind in types for leaf in self.by_kind.get(kind, {})]

    def rows(self) -> tuple[Row, ...]:
        """Every record."""
        return (*self.reports, *(row for rows in self.by_kind.values() for row in rows.values()))


def around(session: Session, incidents: Sequence[str], rows: Sequence[EvidenceRow]) -> Around:
    """What was recorded about some incidents and items, and about the people and matters that these name."""
    found: dict[str, dict[str, Row]] = {kind: {} for kind in KINDS}
    earlier: dict[str, Row] = {}
    catalogue = session.catalogue

    def take(kinds: Iterable[str], ids: Iterable[str]) -> None:
        for id in ids:
            for kind in kinds:
                _take(found[kind], mentioning(catalogue, kind, id))

    take(_OF_INCIDENTS, incidents)
    take(_OF_EVIDENCE, dict.fromkeys([*(row.id for row in rows), *(row.batch for row in rows)]))
    take(_OF_PEOPLE, _ids(found, "person"))
    take(_OF_MATTERS, _ids(found, "matter"))
    officers = {str(row.get("officer")) for row in found["match"].values()}
    _take(found["officer_identity"], [o for o in entities(catalogue, "officer_identity") if o.id in officers])
    for kind, rows_of in found.items():
        for id in dict.fromkeys(str(row["entity"]) for row in rows_of.values() if row.get("parents")):
            earlier |= {v.leaf: v.record for v in versions(catalogue, kind, id) if v.leaf not in rows_of}
    reports = [version.record for id in incidents for version in report_versions(catalogue, id)]
    return Around(found, tuple(reports), earlier)


def _take(into: dict[str, Row], found: Iterable[Entity]) -> None:
    into |= {version.leaf: version.record for entity in found for version in entity.heads}


def _ids(found: dict[str, dict[str, Row]], kind: str) -> list[str]:
    return list(dict.fromkeys(str(row["entity"]) for row in found[kind].values()))


def client_of(
    session: Session, named: str, incidents: Sequence[str], reports: Sequence[Row]
) -> frozenset[str]:
    """Whom `--for` names: a label of the report, or a person by code.

    Raises:
        UsageError: a label without an incident.
        NotFound: nobody is so labelled there, or has that code.
    """
    label = named.strip().upper()
    if not (label[:1] == "P" and label[1:].isdigit()):
        return frozenset({session.find(parse_code(named, "P"))})
    if len(incidents) != 1:
        raise UsageError(f"{label} is a label within one incident", hint="name the person by code: P-…")
    labels = {
        row.get("label") for report in reports for row in report.get("people", ()) if isinstance(row, dict)
    }
    if label not in labels:
        raise NotFound(
            f"nobody in this report is {label}", hint="`copwatch report show I-…` shows the labels"
        )
    return frozenset({f"{incidents[0]}/{label}"})


def reviews_of(session: Session, profile: str) -> dict[str, Review]:
    """The review that counts of every leaf, for a profile: the latest. Those that were written later stand later."""
    return {leaf: Review.from_json(stored.record) for leaf, stored in _standing(session, profile).items()}


def _standing(session: Session, profile: str) -> dict[str, StoredRecord]:
    """Of one device the later one in its ledger is the later one: a clock has seconds, and may be set back."""
    stored = {
        one.leaf: one
        for one in records_of(session.catalogue, "review")
        if one.record.get("profile") == profile
    }
    written = (
        Written(one.leaf, (), one.device, one.seq, utc(one.record.get("recorded_at")))
        for one in stored.values()
    )
    found: dict[str, StoredRecord] = {}
    for leaf in in_succession(written):
        of = str(stored[leaf].record.get("of"))
        found.pop(of, None)
        found[of] = stored[leaf]
    return found


def reviews_around(session: Session, profile: str, found: Around) -> dict[str, Review]:
    """As `reviews_of`; what was cleared before a consent around it was recorded has to be looked at again."""
    return reviews_after(session, profile, found.by_kind["consent"])


def reviews_after(session: Session, profile: str, consents: Iterable[str]) -> dict[str, Review]:
    """As `reviews_of`, without what was cleared before one of these consents was recorded, or perhaps before.

    Args:
        consents: leaves of versions.
    """
    asked: dict[str, tuple[int, str]] = {}
    for each in (record(session.catalogue, leaf) for leaf in consents):
        seq, at = asked.get(each.device, (0, ""))
        asked[each.device] = max(seq, each.seq), max(at, utc(each.record.get("recorded_at")))
    return {
        leaf: replace(review, shows=None) if _perhaps_before(stored, asked) else review
        for leaf, stored in _standing(session, profile).items()
        for review in [Review.from_json(stored.record)]
    }


def _perhaps_before(review: StoredRecord, asked: Mapping[str, tuple[int, str]]) -> bool:
    """Whether somebody was perhaps asked later: by the ledger of a device, and between devices by their clocks, which
    have seconds. `asked` are the last entry and the last time of each device."""
    at = utc(review.record.get("recorded_at"))
    return any(
        review.seq < seq if device == review.device else at <= last for device, (seq, last) in asked.items()
    )


def cuts_of(review: Review) -> dict[str, tuple[Cut, ...]]:
    """The stretches that a review replaces, by the path of the text."""
    found: dict[str, tuple[Cut, ...]] = {}
    for each in review.replaces or ():
        found[each.path] = (*found.get(each.path, ()), Cut(each.start, each.end, each.who or ""))
    return found


def same_words_of(review: Review) -> dict[str, frozenset[str]]:
    """The phrases that a review rules to mean something else, by the path of the field that stays."""
    found: dict[str, frozenset[str]] = {}
    for each in review.same_words or ():
        found[each.path] = found.get(each.path, frozenset()) | {each.words}
    return found


def check_orders(found: Around, profile: Profile) -> tuple[str, ...]:
    """The ids of matters with a protective order, where they only warn. Raises `Refused` where they forbid."""
    orders = [
        str(row["entity"])
        for row in found.by_kind["matter"].values()
        if row.get("protective_order", "no") not in ("no", "not_applicable")
    ]
    if orders and profile.order == "refuse":
        raise Refused(
            f"a protective order is, or may be, in force in {len(orders)} matter of this incident",
            hint=f"nothing goes out under {profile.name} until counsel records that it is not",
        )
    return tuple(dict.fromkeys(orders)) if profile.order == "warn" else ()


def deciding(
    session: Session, profile: Profile, found: Around, *, client: frozenset[str], scope: str, on: date, strips: bool
) -> Deciding:  # fmt: skip
    """Everything that decides what leaves. `scope` is that of the pseudonyms; `on` the day for ages and consent."""
    people = People(found.rows(), client, on)
    pseudonyms = Pseudonyms(pseudonym_key(session, scope), _in_order(session), people.same)
    reviews = {
        leaf: Reviewed(
            frozenset(review.shows or ()),
            frozenset(review.withholds or ()),
            same_words_of(review),
            cuts_of(review),
            review.by or "",
        )
        for leaf, review in reviews_around(session, profile.name, found).items()
    }
    help = Help(pseudonyms.token, on, usual_zone(found.rows()))
    return Deciding(profile, others_of(profile), people, help, reviews, strips=strips)


def scope_of(profile: Profile, *, recipient: str, matter: str | None, incidents: Sequence[str]) -> str:
    """The scope of pseudonyms. Raises `UsageError`: it is by recipient, and none is named."""
    if profile.by_recipient:
        if not recipient.strip():
            raise UsageError(
                f"{profile.name} makes pseudonyms for each recipient",
                hint='name whom it is for: --recipient "Example Times"',
            )
        return recipient_scope(recipient)
    return matter_scope(matter or (incidents[0] if len(incidents) == 1 else "\n".join(sorted(incidents))))


def _in_order(session: Session) -> tuple[str, ...]:
    """Everybody who has a record, those who came first first."""
    first: dict[str, None] = {}
    for stored in records_of(session.catalogue, "person"):
        first.setdefault(str(stored.record.get("entity")))
    return tuple(first)
