"""What leaves: for each field of each record shown, stated in another form, or withheld, and which rule decided. Pure.

The order of precedence is protective order, privilege, consent, profile, and what a reviewer held back; the most
restrictive wins, and of equals the first. A protective order stops a whole export, before any field is looked at.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from copwatch.bundle.decision import UNREVIEWED, Decision, Reviewed, withheld_paths, without_gaps
from copwatch.bundle.people import PERSON, SUBJECTS, People, Row
from copwatch.bundle.shown import ALWAYS
from copwatch.bundle.substitutes import HANDLE, is_own_name, neutral_name, substituted, takes_cuts
from copwatch.model.consents import ARCHIVE_ONLY, NOT_ASKED
from copwatch.model.consents import WITHHELD as ZERO
from copwatch.model.profile import COUNSEL, PUBLIC, Profile
from copwatch.model.records import ENVELOPE
from copwatch.model.redaction import PERSONAL, Class, Treatment
from copwatch.model.spots import Spot, about, spots
from copwatch.model.treatments import Help, Shown, Stated, treat
from copwatch.model.values import Handle, Many, Reference, RowReference, ValueType
from copwatch.model.values.exact import Hex, Listed
from copwatch.proof.commitment import flatten

__all__ = ["ACCESS_EVENTS", "UNREVIEWED", "Deciding", "Decision", "Reviewed", "withheld_paths"]

_NAMED: Final = 6
"""The level of consent from which on a person may be named."""

_IDENTIFIED: Final = frozenset({"officer", "officer_identity", "assignment", "match"})
"""Entities whose fields say who an officer is."""


@dataclass(frozen=True)
class Deciding:
    """Everything that decisions depend on beside the record.

    Attributes:
        profile: of the bundle.
        others: what holds for whoever is not the client; the profile itself where there is no client.
        people, help: who is concerned, and what treatments need.
        reviews: by the leaf of the record.
        strips: whether of evidence records only what cannot come out of the file goes out.
        bundle: the code of the one that is made; empty while there is none.
    """

    profile: Profile
    others: Profile
    people: People
    help: Help
    reviews: Mapping[str, Reviewed] = field(default_factory=dict)
    strips: bool = False
    bundle: str = ""

    def leaves_out(self, record: Row) -> bool:
        """Whether a record does not go out at all: an access event, or of a type that stays, of whoever it is.

        A charge that was expunged or sealed stays as a whole: that there is one is what the law keeps secret.
        """
        kind, event = record.get("type"), record.get("event")
        if not isinstance(kind, str) or kind not in self.profile.types:
            return True
        if kind == "custody" and event in (*ACCESS_EVENTS, *GIVING_OUT) and not self._is_own(record):
            return True
        whose = self.people.who(about(record))
        counsels = bool(whose) and whose <= self.people.clients
        if kind == "charge" and record.get("status") in _SEALED and not (counsels and self._for_counsel):
            return True
        return kind not in self.others.types and not counsels

    def of(self, record: Row, leaf: str) -> tuple[Decision, ...]:
        """The decision for every field of a record."""
        review = self.reviews.get(leaf, UNREVIEWED)
        decided = [self._replaced(spot, self._decide(spot, review), review) for spot in spots(record)]
        return without_gaps([self._with_reviewer(each, review) for each in decided])

    def stands_for(self, who: str) -> str | None:
        """What stands in this bundle for somebody: a token, or initials; empty where nothing does.

        None where they are named openly: in a record that goes out their name is shown as it was recorded.
        """
        if who.startswith(HANDLE):
            found = [(Spot("/by", "record.by", Class.OBS, Handle(), who.removeprefix(HANDLE), {}), True)]
        else:
            named = self.people.who([who])
            found = [
                (spot, not self.leaves_out(row))
                for row in self.people.records
                if row.get("type") == "identity" and self.people.who(about(row)) == named
                for spot in spots(row)
                if is_own_name(spot)
            ]
        made = [(treat(spot, self._treatment(spot, UNREVIEWED)[0], self.help), goes) for spot, goes in found]
        if made and all(isinstance(each, Shown) and goes for each, goes in made):
            return None
        return next((each.text for each, _ in made if isinstance(each, Stated)), "")

    def _replaced(self, spot: Spot, decision: Decision, review: Reviewed) -> Decision:
        """The decision with what a reviewer replaced stated in place of what then stays."""
        if not review.replaces or not takes_cuts(spot) or decision.text:
            return decision
        waits = decision.treatment is Treatment.REVIEW
        if not waits and not decision.shown:
            return decision
        # Where it went out anyway, the names of those who are named openly stay. Where a person decided what goes out,
        # they decided about words without them.
        stands_for = (lambda who: self.stands_for(who) or "") if waits else self.stands_for
        held = {path for path in decision.withheld if not waits or _covers(review.withholds, path)}
        stated = []
        for below, value in flatten(spot.value).items():
            path = f"{spot.path}{below}"
            text = substituted(str(value), review.replaces.get(path, ()), stands_for)
            if text is not None and path not in held:
                stated.append((path, text))
        return decision.with_stated(dict(stated)) if stated else decision

    def _with_reviewer(self, decision: Decision, review: Reviewed) -> Decision:
        """The decision with who reviewed what stays of it, named as the bundle names observers."""
        if not review.by or decision.reason != "review" or decision.hides:
            return decision
        below = (*decision.shown, *decision.withheld)
        if not _covers_any(review.decided(), below):
            return decision
        named = self.stands_for(f"{HANDLE}{review.by}")
        return replace(decision, by=review.by if named is None else named)

    def name_of(self, record: Row, leaf: str) -> str:
        """What stands in place of the name of a file; empty where it is the one under which it was received."""
        named = next((each for each in self.of(record, leaf) if each.path == "/name"), None)
        if named is None or named.shown:
            return ""
        return named.text or neutral_name(str(record.get("name")))

    def _decide(self, spot: Spot, review: Reviewed) -> Decision:
        paths = tuple(f"{spot.path}{below}" for below in flatten(spot.value))
        if self.profile.proof and spot.path in ALWAYS:
            return Decision(spot.path, spot.class_, Treatment.KEEP, "every proof shows it", paths, ())
        if spot.name == "custody.purpose" and self._is_own(spot.row):
            return Decision(spot.path, spot.class_, Treatment.KEEP, "stated on the bundle itself", paths, ())
        treatment, rule, asked = self._treatment(spot, review)
        if spot.name == "custody.detail" and self.profile.basis != COUNSEL:
            # Who else got something, and which disks there are, is not for others; which bundle an event made, is.
            shown = tuple(
                path for path in paths if path == f"{spot.path}/bundle" and treatment is Treatment.KEEP
            )
            return self._made(spot, Treatment.DROP, rule, shown, tuple(p for p in paths if p not in shown))
        if treatment is Treatment.REVIEW:
            shown = tuple(path for path in paths if _covers(review.shows, path))
            rule = f"{rule}, as reviewed" if shown else f"{rule}, not reviewed"
            return self._made(
                spot, treatment, rule, shown, tuple(p for p in paths if p not in shown), asked=asked
            )
        made = treat(spot, treatment, self.help)
        if isinstance(made, Shown):
            held = tuple(path for path in paths if _covers(review.withholds, path))
            shown = tuple(path for path in paths if path not in held)
            if held:
                rule = "held back by a reviewer"
            return Decision(spot.path, spot.class_, treatment, rule, shown, held, asked=asked)
        text = made.text if isinstance(made, Stated) and not _covers_any(review.withholds, paths) else ""
        return self._made(spot, treatment, rule, (), paths, text, asked=asked)

    def _is_own(self, event: Row) -> bool:
        """Whether a custody event is the giving out of this bundle."""
        detail = event.get("detail")
        return bool(self.bundle) and isinstance(detail, Mapping) and detail.get("bundle") == self.bundle

    def _made(
        self, spot: Spot, treatment: Treatment, rule: str, shown: tuple[str, ...], withheld: tuple[str, ...],
        text: str = "", *, asked: bool = True,
    ) -> Decision:  # fmt: skip
        # Not by the class of this very value: that one person's path is told and another's is not would tell why.
        hides = (
            not shown
            and not text
            and (
                spot.name == _WHERE_ELSE
                or not {spot.class_, spot.strictest_class}.isdisjoint(self._profile(spot).hides)
            )
        )
        return Decision(spot.path, spot.class_, treatment, rule, shown, withheld, text, hides, asked)

    def _treatment(self, spot: Spot, review: Reviewed) -> tuple[Treatment, str, bool]:
        """The most restrictive treatment, the rule that asks for it, and whether consent was asked."""
        if spot.class_ is None:
            return Treatment.DROP, "this copwatch does not know the field", True
        consent, asked = self._consent(spot)
        rules = [*self._privilege(spot), *consent, self._by_profile(spot)]
        if review.withholds and all(_covers(review.withholds, p) for p in _paths(spot)):
            rules.append((Treatment.DROP, "held back by a reviewer"))
        treatment, rule = max(rules, key=lambda each: each[0].rank)
        return treatment, rule, asked

    def _privilege(self, spot: Spot) -> Iterator[tuple[Treatment, str]]:
        if spot.class_ is Class.PRV:
            yield Treatment.DROP, "privilege"
        if not self.profile.proof and (spot.name.startswith("record.") or spot.name.endswith(".id")):
            yield Treatment.DROP, "no proof goes out"
        if not self.profile.proof and _names_records(spot.type):
            yield Treatment.DROP, "it names a record"
        member = spot.path.split("/")[1]
        if self.profile.proof and spot.name == _WHERE_ELSE and not self._is_counsels(spot):
            yield Treatment.DROP, "in which incidents somebody is"
        if self.strips and spot.name.startswith("evidence.") and member not in _OF_SEALED_BYTES:
            yield Treatment.DROP, "files are stripped"

    def _consent(self, spot: Spot) -> tuple[list[tuple[Treatment, str]], bool]:
        """What consent takes away, and whether it was asked for."""
        class_, profile = spot.class_, self._profile(spot)
        personal = class_ is not None and _is_personal(spot) and class_ in SUBJECTS
        whose = self.people.about(spot) if personal else ()
        if not whose or class_ is None:
            return [], True
        found = self.people.most_restrictive(whose, SUBJECTS[class_], profile.purpose or None)
        if found is NOT_ASKED:
            keeps = profile.keeps_not_asked and class_ is not Class.SUR
            return ([], False) if keeps else ([(Treatment.DROP, "consent for this was not asked")], False)
        if not isinstance(found, int) or found < profile.level:
            said = (
                "consent: nothing may leave"
                if found in (ZERO, ARCHIVE_ONLY)
                else "consent does not go that far"
            )
            return [(Treatment.DROP, said)], True
        return [], True

    def _by_profile(self, spot: Spot) -> tuple[Treatment, str]:
        profile, class_ = self._profile(spot), spot.class_
        if class_ is None:
            raise ValueError("a field of no class has no treatment")
        treatment, rule = profile.treatment(spot.name, class_), f"profile {profile.name}: {class_}"
        if class_ is Class.LOC and self.people.private_place and profile.basis != COUNSEL:
            home = profile.treatment(spot.name, Class.HOM)
            if home.rank > treatment.rank:
                return home, f"profile {profile.name}: {Class.HOM}, for it was a private place"
        if class_ is Class.OFF and profile.basis == PUBLIC and not self._officer_is_known(spot):
            return max(
                treatment, Treatment.REVIEW, key=lambda t: t.rank
            ), f"{rule}, of an officer not identified"
        if (
            not profile.proof
            and class_ is Class.PID
            and isinstance(_inner(spot.type), Reference | RowReference)
        ):
            # Of whoever is named, too: an id says in which records of the archive they stand.
            return max(treatment, Treatment.PSEUDONYM, key=lambda t: t.rank), rule
        if class_ is Class.PID and treatment in _NAMES and self._is_named(spot, profile):
            return Treatment.KEEP, "consent to be named"
        return treatment, rule

    def _officer_is_known(self, spot: Spot) -> bool:
        entity = spot.name.partition(".")[0]
        if entity not in _IDENTIFIED:
            return True
        officer = spot.officer
        return officer is not None and self.people.may_be_published(officer)

    def _is_named(self, spot: Spot, profile: Profile) -> bool:
        whose = self.people.who(spot.subjects)
        ceiling = self.people.most_restrictive(whose, PERSON, profile.purpose or None)
        return isinstance(ceiling, int) and ceiling >= _NAMED and all(map(self.people.wants_name, whose))

    def _is_counsels(self, spot: Spot) -> bool:
        return self._for_counsel and self.people.is_clients(spot)

    @property
    def _for_counsel(self) -> bool:
        return self.profile.basis == COUNSEL

    def _profile(self, spot: Spot) -> Profile:
        if self.others is self.profile or not _is_personal(spot):
            return self.profile
        # Who saw or told something of the client is somebody else.
        mine = spot.class_ is not Class.WIT and self.people.is_clients(spot)
        return self.profile if mine else self.others


_OF_SEALED_BYTES: Final = ENVELOPE | {
    "id", "batch", "size", "sha256", "pieces", "media_type", "metadata", "essence",
}  # fmt: skip
"""What an evidence record still shows where files are stripped: what is needed to prove which sealed bytes are meant.
Its name, its folder, its time and whatever else was read out of it are what cleaning takes out of the file."""

ACCESS_EVENTS: Final = ("viewed",)
"""Custody events that say who looked at what. They never leave."""
GIVING_OUT: Final = ("exported", "packed")
"""Custody events of exports. One leaves with its own bundle alone: what else was given out, to whom and what for, is
nobody else's, and the code of a public bundle beside a device would say whose it is."""

_WHERE_ELSE: Final = "person.appears_in"
"""In which incidents somebody is. Even how many there are is for their own counsel alone."""

_SEALED: Final = ("expunged_or_sealed",)

_NAMES: Final = frozenset({Treatment.PSEUDONYM, Treatment.PSEUDONYM_SEALED})


def _is_personal(spot: Spot) -> bool:
    return spot.class_ in PERSONAL or (spot.class_ is Class.NAR and spot.name.startswith("statement."))


def _names_records(type: ValueType | None) -> bool:
    """Whether values say which record of the archive is meant: then two recipients could join what they have."""
    inner = _inner(type)
    if isinstance(inner, Reference):
        return inner.kinds != ("person",)
    return isinstance(inner, Hex) or (isinstance(inner, RowReference) and "P" not in inner.letters)


def _inner(type: ValueType | None) -> ValueType | None:
    return type.item if isinstance(type, Many | Listed) else type


def _paths(spot: Spot) -> list[str]:
    return [f"{spot.path}{below}" for below in flatten(spot.value)]


def _covers(paths: Collection[str], path: str) -> bool:
    """Whether a path, or one above it, is among some."""
    return bool(paths) and any(path == each or path.startswith(f"{each}/") for each in paths)


def _covers_any(paths: Collection[str], wanted: Iterable[str]) -> bool:
    return any(_covers(paths, path) for path in wanted)
