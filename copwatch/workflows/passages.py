"""Passages: what of an incident waits for a person before it goes out under a profile, and what to look at in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from copwatch.bundle.decisions import Deciding
from copwatch.bundle.people import Row
from copwatch.bundle.substitutes import Cut, substituted, takes_cuts
from copwatch.bundle.suggestions import Names, Suggestion, field_words, names_in, suggestions
from copwatch.bundle.withheld import Leaving
from copwatch.catalogue.queries import evidence, record, records_of, report_versions
from copwatch.catalogue.shown import EvidenceRow, StoredRecord
from copwatch.errors import BadInput, NotFound
from copwatch.model.records import Review
from copwatch.model.redaction import Treatment
from copwatch.model.spots import Spot, spots
from copwatch.proof.commitment import flatten
from copwatch.workflows.bundle_plans import distinct_codes, leaves_beside
from copwatch.workflows.gathering import Around, around, cuts_of, deciding, reviews_around, reviews_of
from copwatch.workflows.profile_files import profile_named
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now
from copwatch.workflows.stopping import Stopping, stopping

Verdict: TypeAlias = bool | tuple[Cut, ...]
"""Whether a passage goes out; or which stretches of it go out replaced."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One value that waits for a person, or was decided before.

    Attributes:
        code: of the record, or the beginning of its leaf.
        leaf, path: where it stands.
        label: the field, as people read it.
        text: untrusted.
        found: what in it should be looked at.
        shows: what was decided for exactly this record: True, False, or None where nobody decided that.
        before: what was decided for the same words at the same path in another version.
        replaced: the stretches that were decided to go out replaced.
        stands: what would stand for whoever is named in it. Whose token it will be, only an export knows.
        replaceable: whether single words of it can be replaced; of a name, a number or a place they cannot.
    """

    code: str
    leaf: str
    path: str
    label: str
    text: str
    found: tuple[Suggestion, ...]
    shows: bool | None
    before: bool | None
    replaced: tuple[Cut, ...] = ()
    stands: Mapping[str, str] = field(default_factory=dict)
    replaceable: bool = True

    @property
    def waits(self) -> bool:
        """Whether nobody decided about it."""
        return self.shows is None and not self.replaced

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """Everything in it that should be looked at, to be replaced."""
        return tuple(each.cut for each in self.found) if self.replaceable else ()

    def with_replaced(self, cuts: Sequence[Cut]) -> str:
        """How it would read; empty where nothing would be replaced."""
        return substituted(self.text, cuts, lambda who: self.stands.get(who, "")) or ""


def passages(session: Session, now: Now, profile_name: str, incident: str) -> list[Passage]:
    """Everything of an incident that waits for a person, in the order of the records.

    That is what the profile withholds until somebody has looked, and what it lets out in which stands what stays: an
    export would stop on it. Who the client will be is not known here, so that it is whatever stops for any of them.
    """
    profile = profile_named(session.archive, profile_name)
    versions = report_versions(session.catalogue, incident)
    items = evidence(session.catalogue, incident=incident)
    found = around(session, [incident], items)
    rules = deciding(
        session, profile, found, client=frozenset(), scope="review", on=now().date(), strips=profile.strips
    )
    rules = replace(rules, help=replace(rules.help, token=lambda prefix, who: f"{prefix}-…"))
    codes = distinct_codes("R", versions) | distinct_codes("E", items)
    near = [*found.rows(), *found.earlier.values()]
    identities = records_of(session.catalogue, "identity")
    every = [*near, *(each.record for each in identities)]
    known, close = (names_in(some, rules.people.who) for some in (every, near))
    reviews = reviews_around(session, profile.name, found)
    earlier = _earlier(session, reviews)
    leaves = [*(version.leaf for version in versions), *found.leaves(profile.types)]
    leaves += [*(item.leaf for item in items), *leaves_beside(session, incident, items)]
    held = {leaf: record(session.catalogue, leaf).record for leaf in dict.fromkeys(leaves)}
    stops = stopping(_leaving(rules, held, found, identities))
    looking = _Looking(replace(rules, reviews={}), known, close, stops)
    made: list[Passage] = []
    for leaf, each in held.items():
        made += looking.at(codes.get(leaf, leaf[:16]), leaf, each, reviews.get(leaf), earlier)
    return made


def files_waiting(session: Session, profile_name: str, incident: str) -> list[EvidenceRow]:
    """The items of an incident of which nobody said who is to be seen or heard in them, where the profile asks that."""
    profile = profile_named(session.archive, profile_name)
    if not profile.masks:
        return []
    looked_at = {
        leaf for leaf, review in reviews_of(session, profile.name).items() if review.people is not None
    }
    return [
        row
        for row in evidence(session.catalogue, incident=incident)
        if row.leaf not in looked_at and not row.withdrawn
    ]


def _leaving(
    rules: Deciding, held: Mapping[str, Row], found: Around, identities: Sequence[StoredRecord]
) -> Leaving:
    """What an export of all of it would have, with whatever stays around it."""
    going = {leaf for leaf, each in held.items() if not rules.leaves_out(each)}
    around_it = {leaf: row for rows in found.by_kind.values() for leaf, row in rows.items()} | found.earlier
    known = {leaf: each for leaf, each in held.items() if leaf in going or each["type"] != "custody"}
    files = tuple((leaf, each) for leaf, each in held.items() if each["type"] == "evidence")
    elsewhere = [(each.leaf, each.record) for each in identities if each.leaf not in around_it]
    return Leaving(rules, around_it | known, going, () if rules.strips else files, lambda: elsewhere)


@dataclass(frozen=True, slots=True)
class _Looking:
    """What looks for words that wait: by what a profile does, by names, and by what an export would stop on."""

    rules: Deciding
    known: Names
    near: Names
    stops: Stopping
    stands: dict[str, str | None] = field(default_factory=dict)

    def at(
        self, code: str, leaf: str, held: Mapping[str, Any], review: Review | None,
        earlier: Mapping[tuple[str, str, str], bool],
    ) -> Iterator[Passage]:  # fmt: skip
        """The passages of one record that wait; `earlier` are decisions about the same words in other versions."""
        kind = str(held["type"])
        cuts = cuts_of(review) if review else {}
        for spot, waits, client in self._spots(held, leaf):
            for below, value in flatten(spot.value).items():
                path, text = f"{spot.path}{below}", str(value)
                stops = self.stops.names(leaf, path, text, client)
                known = self.known if waits else self.near if takes_cuts(spot) else Names()
                found = tuple(suggestions(text, known.and_also(stops), by_looks=waits))
                stands = {each.who: self._stands_for(each.who) for each in found if each.who}
                unsaid = not client and any(_stays_unsaid(each, stands) for each in found)
                if not (waits or stops.known or unsaid):
                    continue
                shows = _decided(review, path)
                yield Passage(
                    code, leaf, path, field_words(kind, spot.path), text, found, shows, earlier.get((kind, path, text)),
                    cuts.get(path, ()), {who: mark or "" for who, mark in stands.items()}, takes_cuts(spot),
                )  # fmt: skip

    def _spots(self, held: Mapping[str, Any], leaf: str) -> Iterator[tuple[Spot, bool, str]]:
        """Fields that wait, and those that go out; with whose counsel alone gets them, if that is so."""
        stays = self.rules.leaves_out(held)
        decided = {} if stays else {each.path: each for each in self.rules.of(held, leaf)}
        for spot in spots(held):
            decision, client = decided.get(spot.path), ""
            if decision is None or not (decision.shown or decision.treatment is Treatment.REVIEW):
                decision, client = self.stops.for_client(self.rules, held, leaf, spot) or (None, "")
            if decision is None:
                continue
            waits = decision.treatment is Treatment.REVIEW
            if not (waits and held["type"] == "custody"):
                yield spot, waits, client

    def _stands_for(self, who: str) -> str | None:
        if who not in self.stands:
            self.stands[who] = self.rules.stands_for(who)
        return self.stands[who]


def _stays_unsaid(found: Suggestion, stands: Mapping[str, str | None]) -> bool:
    """Whether a name or handle is not shown openly, or may be of somebody whose is not."""
    return not found.who or stands[found.who] is not None


def _decided(review: Review | None, path: str) -> bool | None:
    if review is None:
        return None
    return True if path in (review.shows or ()) else False if path in (review.withholds or ()) else None


def _earlier(session: Session, reviews: dict[str, Review]) -> dict[tuple[str, str, str], bool]:
    """What was decided about which words, at which path of which type of record."""
    found: dict[tuple[str, str, str], bool] = {}
    for leaf, review in reviews.items():
        try:
            held = record(session.catalogue, leaf).record
        except NotFound:
            continue
        flat = flatten(dict(held))
        for paths, shows in ((review.shows, True), (review.withholds, False)):
            for path in paths or ():
                if path in flat:
                    found[str(held["type"]), path, str(flat[path])] = shows
    return found


def chosen(
    found: Sequence[Passage], shows: Sequence[str], withholds: Sequence[str], replaces: Sequence[str] = (),
    *, flagged: bool = True,
) -> list[tuple[Passage, Verdict]]:  # fmt: skip
    """What paths, `CODE:PATH` or `all` name among some passages; withholding rules over replacing, that over showing.

    `all` is what waits, and never what was decided before. Without `flagged` it clears nothing that should be looked
    at; a path does.

    Raises:
        BadInput: something names nothing that waits, or nothing in which anything could be replaced.
    """
    decided: dict[tuple[str, str], tuple[Passage, Verdict]] = {}
    for words, kind in ((shows, True), (replaces, None), (withholds, False)):
        for word in words:
            named = [each for each in found if word in (each.path, f"{each.code}:{each.path}")]
            if word == "all":
                named = [
                    each for each in found if each.waits and (kind is not True or flagged or not each.found)
                ]
            if kind is None:
                named = [each for each in named if each.with_replaced(each.cuts)]
            if not named and word != "all":
                what = "nothing that waits for review" if kind is not None else "nothing to replace"
                raise BadInput(f"{what} is at {word[:80]!r}", hint="--list shows what waits")
            for each in named:
                decided[each.leaf, each.path] = (each, each.cuts if kind is None else kind)
    return list(decided.values())
