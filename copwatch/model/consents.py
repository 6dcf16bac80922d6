"""What a person agreed to, as far as it counts now: the ceiling of what may be done with something of theirs. Pure.

Consents are records in versions, and what *stands* of one are its versions that no other amends. Usually that is one;
there are more when two devices amended it, or when somebody without a key wrote a version beside it. The rule is that
**permission needs every version that stands, restriction any of them**: so a withdrawal that was written in the street,
without a key, counts at once, and whatever else stands beside it can only lower what may be done until a person with a
key decides (docs/adr/0085). Sources: WITNESS ethical guidelines, Murad Code: consent is informed, of one purpose, and
can be taken back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, TypeAlias

from copwatch.model.values.base import not_known_term
from copwatch.model.vocabularies.people import CONSENT_LEVEL, CONSENT_PURPOSE, CONSENT_SUBJECT
from copwatch.model.vocabulary import NOT_KNOWN, Vocabulary, is_own_term

Row: TypeAlias = Mapping[str, Any]
"""A record as it was committed."""


class Asked(Enum):
    """That nobody asked, or that nobody knows the answer: no level, and neither yes nor no."""

    NOT = "not asked"


NOT_ASKED: Final = Asked.NOT
Ceiling: TypeAlias = int | Asked
"""A level from 0 to 6, the place of a term of `CONSENT_LEVEL`; or `NOT_ASKED`."""

WITHHELD, ARCHIVE_ONLY = 0, 1
"""The levels at which nothing leaves, whatever it is for."""

_BY_WORDS = frozenset({"written", "recorded", "verbal_witnessed"})
_BY_NOBODY = frozenset({"none", "not_obtainable"})
_TAKEN_BACK = ("withdrawn_at", "withdrawal_scope", "withdrawal_effect")


@dataclass(frozen=True, slots=True)
class Guard:
    """Why a person starts at level 0; both False for most."""

    minor: bool = False
    survivor: bool = False

    def __bool__(self) -> bool:
        return self.minor or self.survivor


NO_GUARD: Final = Guard()


def ceiling(
    person: str, subject: str, purpose: str | None, consents: Iterable[Row], *, on: date, guard: Guard = NO_GUARD
) -> Ceiling:  # fmt: skip
    """How far something of a person may go at most.

    What the standing versions of one consent say counts together:

    - A version that says in any field that consent was withdrawn: 0. So is a level that was declined, or that this
      program does not know.
    - Of several levels the lowest. A level that nobody knows is *not asked*.
    - Behind the earliest `expires_on` at most 1: what was agreed to has ended.
    - A level of 0 or 1 counts for every purpose, for every subject that any version names, and for all subjects where
      a version leaves open what it is about. A higher one counts only for subjects that all versions name which name
      any; where it is not clear about what, it says nothing.
    - A purpose that any version refuses: 0. One to which not every version that names purposes says yes, or where no
      version names any: *not asked*, for each purpose needs its own yes.
    - Given by nobody (`how_given` none, `capacity` not_obtainable) and higher than 1: *not asked*.
    - With a guard only what was said in words (`how_given` written, recorded, verbal_witnessed) is more than 0; of a
      minor besides only what a guardian agreed to (`capacity` minor_with_guardian).

    Of several consents of the person the most restrictive counts (`most_restrictive`). Those that say nothing of the
    subject do not count; where none does it is *not asked*, and with a guard 0. Who agrees again after a withdrawal
    therefore amends the consent that was withdrawn. Conditions and named recipients are words: people weigh them.

    Args:
        person: id of the person.
        subject: a term of `CONSENT_SUBJECT`.
        purpose: a term of `CONSENT_PURPOSE`; None asks for the level alone, and sees no yes or no to purposes.
        consents: records of type `consent`, of whichever persons: those versions that no other amends and that are
            not held apart (`heads` of the catalogue).
        on: the day for which it is asked.
        guard: `guard_of(person, …)`.

    Raises:
        ValueError: no such subject or purpose; a group's own terms (`x_…`) are allowed.
    """
    _check(subject, CONSENT_SUBJECT)
    if purpose is not None:
        _check(purpose, CONSENT_PURPOSE)
    said = (
        _answer(versions, subject, purpose, on, guard) for versions in of_person(person, consents).values()
    )
    found = most_restrictive(answer for answer in said if answer is not None)
    return WITHHELD if guard and found is NOT_ASKED else found


def most_restrictive(ceilings: Iterable[Ceiling]) -> Ceiling:
    """The lowest in the order 0, 1, *not asked*, 2 … 6; of none *not asked*."""
    return min(ceilings, key=_rank, default=NOT_ASKED)


def is_lower(after: Ceiling, before: Ceiling) -> bool:
    """Whether less may be done after than before, so that what was given out may have to be recalled."""
    return _rank(after) < _rank(before)


def of_person(person: str, consents: Iterable[Row]) -> dict[str, list[Row]]:
    """The consents of a person: id → the versions that stand, where any of them names the person."""
    found = defaultdict[str, list[Row]](list)
    for record in consents:
        found[record["entity"]].append(record)
    return {id: rows for id, rows in found.items() if any(row.get("person") == person for row in rows)}


def is_withdrawn(version: Row) -> bool:
    """Whether a version says that consent was taken back. "not applicable" says that it was not."""
    stated = [not_known_term(version[name]) for name in _TAKEN_BACK if name in version]
    return any(term != "not_applicable" for term in stated)


def allows(version: Row) -> bool:
    """Whether by its level a consent lets something leave."""
    level = _level_of(version.get("level"))
    return level is not NOT_ASKED and level > ARCHIVE_ONLY


def names_no_purpose(version: Row) -> bool:
    """Whether a consent allows something, and for no purpose: then nobody has been asked for any (`ceiling`)."""
    return allows(version) and not _named(version.get("purposes"))


def lowers(
    person: str, before: Sequence[Row], after: Sequence[Row], *, on: date, guard: Guard = NO_GUARD
) -> bool:
    """Whether less counts of a person's consents after than before, about any subject or for any purpose.

    Args:
        before, after: as the consents of `ceiling`.
    """

    def counts(subject: str, purpose: str | None, consents: Sequence[Row]) -> Ceiling:
        return ceiling(person, subject, purpose, consents, on=on, guard=guard)

    return any(
        is_lower(counts(subject, purpose, after), counts(subject, purpose, before))
        for subject in CONSENT_SUBJECT.terms
        for purpose in (None, *CONSENT_PURPOSE.terms)
    )


def guard_of(person: str, records: Iterable[Row]) -> Guard:
    """Why a person starts at level 0: a minor, or a survivor. What one record says, another does not undo.

    A minor: who has that role, or of whom `is_minor` says anything but no. A survivor: who has that role, of whom
    there is a survivor's account, or a row about support of a survivor in a report. Of whom nobody said so is neither.

    Args:
        person: id of the person.
        records: current versions of types `person`, `identity`, `statement` and `report`; others are passed over.
            Names (`identity`) are sealed apart: who has no key to them knows only what the others say.
    """
    rows = list(records)
    own = [row for row in rows if row.get("type") == "person" and row.get("entity") == person]
    names = [row for row in rows if row.get("type") == "identity" and row.get("person") == person]
    said = [row for row in rows if row.get("type") == "statement" and row.get("person") == person]
    labels = {label for row in own for label in _items(row.get("appears_in"))}
    involved = [each for row in rows for each in _labelled(row, "people", "label", labels)]
    supported = [each for row in rows for each in _labelled(row, "survivor", "person", labels)]
    roles = {role for row in (*own, *involved) for role in _items(row.get("role"))}
    return Guard(
        minor="minor" in roles or any(row.get("is_minor", "no") not in _NOT_SO for row in names),
        survivor="survivor_or_victim" in roles or bool(supported) or any(map(_is_survivors, said)),
    )


_NOT_SO = frozenset({"no", "not_applicable"})


def _is_survivors(statement: Row) -> bool:
    return statement.get("is_survivor_account") == "yes" or statement.get("kind") == "survivor_account"


def _labelled(record: Row, group: str, name: str, labels: set[str]) -> list[Row]:
    """The rows of a report that are about a person who appears under some labels (`<incident>/P1`)."""
    if record.get("type") != "report":
        return []
    incident = record.get("incident")
    return [row for row in _items(record.get(group)) if f"{incident}/{row.get(name)}" in labels]


def _answer(
    versions: Sequence[Row], subject: str, purpose: str | None, on: date, guard: Guard
) -> Ceiling | None:
    """What one consent says; None when nothing."""
    about = [_named(row["subject"]) for row in versions if "subject" in row]
    unclear = not about or not all(about)
    if not unclear and not any(subject in named for named in about):
        return None
    level = WITHHELD if _refused(versions, purpose) else _level(versions, on)
    if guard and not _given_to_be_guarded(versions, guard):
        return WITHHELD
    if level is NOT_ASKED or level > ARCHIVE_ONLY:
        if unclear:
            return None
        clear = all(subject in named for named in about) and _agreed(versions, purpose)
        return level if clear else NOT_ASKED
    return level


def _level(versions: Sequence[Row], on: date) -> Ceiling:
    if any(map(is_withdrawn, versions)):
        return WITHHELD
    level = most_restrictive(_level_of(row["level"]) for row in versions if "level" in row)
    ended = any(_is_past(row["expires_on"], on) for row in versions if "expires_on" in row)
    return most_restrictive([level, ARCHIVE_ONLY]) if ended else level


def _level_of(value: object) -> Ceiling:
    if value in CONSENT_LEVEL.terms:
        return CONSENT_LEVEL.terms.index(str(value))
    return NOT_ASKED if value in NOT_KNOWN and value != "declined" else WITHHELD


def _is_past(value: object, on: date) -> bool:
    """A day that is not known is not past."""
    return isinstance(value, str) and not_known_term(value) is None and value < on.isoformat()


def _refused(versions: Sequence[Row], purpose: str | None) -> bool:
    return any(purpose in _items(row.get("purposes_refused")) for row in versions)


def _agreed(versions: Sequence[Row], purpose: str | None) -> bool:
    """Whether somebody agreed, and to this purpose. What nobody knows of refusals is no yes."""
    how = _all(versions, "how_given") | _all(versions, "capacity")
    if how & _BY_NOBODY:
        return False
    yes = [_named(row["purposes"]) for row in versions if "purposes" in row]
    refused = [row["purposes_refused"] for row in versions if "purposes_refused" in row]
    open_ = any(not_known_term(value) not in (None, "not_applicable") for value in refused)
    return purpose is None or (bool(yes) and not open_ and all(purpose in named for named in yes))


def lacks_for_guard(versions: Sequence[Row], guard: Guard) -> str:
    """In words why what one consent allows counts as 0, because of whom it is of; empty where it does not.

    Args:
        versions: those of the consent that stand, of which none was withdrawn.
        guard: `guard_of` its person.
    """
    if not guard or _given_to_be_guarded(versions, guard):
        return ""
    if guard.minor and _all(versions, "capacity") != {"minor_with_guardian"}:
        return (
            "of a minor only what a guardian agreed to in words counts (capacity: minor with guardian; how given:"
            " written, recorded or verbal witnessed)"
        )
    return (
        "of a survivor only what was said in words counts (how given: written, recorded or verbal witnessed)"
    )


def _given_to_be_guarded(versions: Sequence[Row], guard: Guard) -> bool:
    how, who = _all(versions, "how_given"), _all(versions, "capacity")
    worded = bool(how) and how <= _BY_WORDS and not who & _BY_NOBODY
    return worded and (not guard.minor or who == {"minor_with_guardian"})


def _all(versions: Sequence[Row], name: str) -> set[str]:
    return {str(row[name]) for row in versions if name in row}


def _named(value: object) -> frozenset[str]:
    """The terms of a list; none where it says that they are not known."""
    return frozenset() if not_known_term(value) is not None else frozenset(map(str, _items(value)))


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _rank(value: Ceiling) -> float:
    return ARCHIVE_ONLY + 0.5 if value is NOT_ASKED else value


def _check(term: str, vocabulary: Vocabulary) -> None:
    if term not in vocabulary.terms and not is_own_term(term):
        raise ValueError(f"{term} is no term of {vocabulary.name}")
