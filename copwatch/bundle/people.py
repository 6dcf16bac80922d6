"""Who stands in the records of a bundle, whose counsel it is for, and what each of them agreed to. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeAlias

from copwatch.model.consents import NOT_ASKED, Ceiling, ceiling, guard_of, most_restrictive, of_person
from copwatch.model.redaction import Class
from copwatch.model.spots import Spot, spots

Row: TypeAlias = Mapping[str, Any]

SUBJECTS: Final[Mapping[Class, str]] = {
    Class.PID: "identity", Class.DOB: "identity", Class.DEM: "identity", Class.MIN: "identity", Class.GOV: "identity",
    Class.FIN: "legal_info", Class.LEG: "legal_info", Class.IMM: "legal_info", Class.INC: "legal_info",
    Class.HOM: "location", Class.CON: "contact_me", Class.MED: "medical", Class.SUR: "statement",
    Class.NAR: "statement",
}  # fmt: skip
"""Under which subject of consent something falls."""

PERSON, IMAGE_VOICE = "identity", "image_voice"
_FOUND_OUT: Final = ("matched_by_document", "confirmed")


@dataclass(frozen=True)
class People:
    """Everybody in some records. A person is named by id, or by `<id of incident>/P1` where no record says who that is.

    Attributes:
        records: the versions that stand of reports, persons, identities, statements, consents, officers and matches.
        client: the labels or ids under which the client was named.
        on: the day for which consent counts.
    """

    records: tuple[Row, ...] = ()
    client: frozenset[str] = frozenset()
    on: date = date.max
    _ceilings: dict[tuple[str, str, str | None], Ceiling] = field(default_factory=dict)

    def who(self, subjects: Iterable[str]) -> frozenset[str]:
        """Whoever these labels and ids stand for."""
        labels = {self._arrested.get(subject, subject) for subject in subjects}
        return frozenset(each for label in labels for each in self._ids.get(label, (label,)))

    @property
    def same(self) -> Mapping[str, str]:
        """Labels of somebody who has a record, with the id."""
        return {label: min(ids) for label, ids in self._ids.items() if len(ids) == 1}

    def about(self, spot: Spot) -> frozenset[str]:
        """Whom a field is about: whoever its row names, or else everybody in the record's incident."""
        return self.who(spot.subjects) if spot.subjects else self.present

    def is_clients(self, spot: Spot) -> bool:
        """Whether a field is about the client and nobody else."""
        about = self.about(spot)
        return bool(about) and about <= self.clients

    @cached_property
    def clients(self) -> frozenset[str]:
        """The client, as `who` names them."""
        return self.who(self.client)

    @cached_property
    def present(self) -> frozenset[str]:
        """Everybody whom a report names by a label, or to whom a record says that one belongs."""
        found: set[str] = set()
        for row in self.records:
            if row.get("type") in ("report", "person"):
                found |= {subject for spot in spots(row) for subject in spot.subjects}
        return self.who(found)

    def ceiling(self, who: str, subject: str, purpose: str | None) -> Ceiling:
        """How far something of somebody may go."""
        key = (who, subject, purpose)
        if key not in self._ceilings:
            guard = guard_of(who, self._of(who))
            self._ceilings[key] = ceiling(who, subject, purpose, self._consents, on=self.on, guard=guard)
        return self._ceilings[key]

    def most_restrictive(self, people: Iterable[str], subject: str, purpose: str | None) -> Ceiling:
        """The lowest ceiling of some people; of nobody *not asked*."""
        return most_restrictive([self.ceiling(who, subject, purpose) for who in people] or [NOT_ASKED])

    def wants_name(self, who: str) -> bool:
        """Whether somebody agreed to be named, in every consent of theirs."""
        said = [row.get("attribution") for rows in of_person(who, self._consents).values() for row in rows]
        return bool(said) and all(each == "named" for each in said)

    def may_be_published(self, officer: str) -> bool:
        """Whether it is known who an officer is, an id or `<id of incident>/O1`, and nobody said not to publish it."""
        ids = self._officers.get(officer, {officer})
        known = [
            row for row in self.records if row.get("type") == "officer_identity" and row["entity"] in ids
        ]
        return bool(known) and all(
            row.get("identity_status") in _FOUND_OUT and row.get("do_not_publish", "no") == "no"
            for row in known
        )

    @cached_property
    def private_place(self) -> bool:
        """Whether any report says that it was on private premises, or does not exclude it where it was a home."""
        reports = [row for row in self.records if row.get("type") == "report"]
        return any(
            row.get("is_private_premises") == "yes"
            or (row.get("scene_type") == "residence" and row.get("is_private_premises") != "no")
            for row in reports
        )

    @cached_property
    def _consents(self) -> tuple[Row, ...]:
        return tuple(row for row in self.records if row.get("type") == "consent")

    def _of(self, who: str) -> list[Row]:
        """The records that may say why somebody starts at level 0; who has no record stands for themselves."""
        return [
            *self.records,
            *([{"type": "person", "entity": who, "appears_in": [who]}] if "/" in who else []),
        ]

    @cached_property
    def _ids(self) -> Mapping[str, set[str]]:
        """Ids of persons by label."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.records:
            if row.get("type") == "person":
                for label in _texts(row.get("appears_in")):
                    found[label].add(row["entity"])
        return found

    @cached_property
    def _arrested(self) -> Mapping[str, str]:
        """Labels of persons by label of an arrest."""
        found = {}
        for row in self.records:
            for arrest in _list(row.get("arrests")) if row.get("type") == "report" else ():
                if isinstance(arrest, dict) and {"label", "person"} <= arrest.keys():
                    found[f"{row['incident']}/{arrest['label']}"] = f"{row['incident']}/{arrest['person']}"
        return found

    @cached_property
    def _officers(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.records:
            if row.get("type") == "match" and row.get("status", "confirmed") in _FOUND_OUT:
                for label in _texts(row.get("sightings")):
                    found[label].add(str(row.get("officer")))
        return found


def _texts(value: object) -> list[str]:
    return [each for each in _list(value) if isinstance(each, str)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
