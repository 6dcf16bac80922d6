"""Whether a file may go out under a profile that lets nobody be seen or heard who did not agree to it.

There are no masked renditions yet, so that a file either shows nobody who has to be masked, or stays. A person has to
have looked at it, and what marks say of it has to agree with what they found.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from copwatch.bundle.decisions import Deciding
from copwatch.bundle.people import IMAGE_VOICE, Row
from copwatch.catalogue.shown import EvidenceRow
from copwatch.model.profile import COURT
from copwatch.model.records import Review
from copwatch.workflows.gathering import Around

_IDENTIFIED: Final = 6
"""The level of consent from which on a person may be recognised in what leaves the legal team."""


class Stays(Enum):
    """Why a file stays, in words that follow its code."""

    NOT_LOOKED = "nobody looked yet who is to be seen or heard in it"
    OTHERS = "who looked found somebody who did not agree"
    NO_MARK = "who looked found people who agreed, and no mark says who they are"
    NOT_SAID = "a mark in it does not say whose it is"
    CONTRADICTED = "who looked found nobody, or officers alone, and a mark names somebody else"
    NOT_AGREED = "somebody whom a mark names did not agree to be recognised"

    def next_step(self, code: str, profile: str) -> str:
        """What to do about it, as a hint with a command."""
        review = f"copwatch review {code} --profile {profile}"
        return {
            Stays.NOT_LOOKED: f"look at it first: {review}",
            Stays.OTHERS: f"it stays whole until they agree; then say so: {review}",
            Stays.NO_MARK: "say it for each of them: copwatch record new mark"
            f" --set evidence={code} --set kind=face --set subject=I-…/P1",
            Stays.NOT_SAID: f"the marks in it are listed by: copwatch record list marks --about {code}",
            Stays.CONTRADICTED: f"look again, or amend the mark: {review}",
            Stays.NOT_AGREED: "what each of them agreed to is said by: copwatch consent P-…",
        }[self]


def why_stays(
    reviews: Mapping[str, Review], rules: Deciding, found: Around, row: EvidenceRow
) -> Stays | None:
    """Why an item may not go out as it is; None where the profile does not ask, or it is cleared.

    Cleared is what a person looked at, where no mark contradicts what they found. `reviews` are those of the profile,
    by leaf.
    """
    if not rules.profile.masks:
        return None
    review = reviews.get(row.leaf)
    if review is None or review.people is None:
        return Stays.NOT_LOOKED
    if review.people not in ("nobody", "officers", "agreed"):
        return Stays.OTHERS
    agreed = review.people == "agreed"
    marks = [mark for mark in found.by_kind["mark"].values() if mark.get("evidence") == row.id]
    if agreed and not marks:
        return Stays.NO_MARK
    return next(filter(None, (_why_hidden(rules, mark, agreed=agreed) for mark in marks)), None)


def _why_hidden(rules: Deciding, mark: Row, *, agreed: bool) -> Stays | None:
    """None for officers on duty, and who agreed to be recognised. Who it is has to be said, and is said by the mark
    alone.
    """
    subject = mark.get("subject")
    if not isinstance(subject, str):
        return Stays.NOT_SAID
    if subject.partition("/")[2].startswith("O"):
        return None
    if not agreed:
        return Stays.CONTRADICTED
    needs = max(rules.profile.level, 0 if rules.profile.basis == COURT else _IDENTIFIED)
    purpose = rules.profile.purpose or None
    ceiling = rules.people.most_restrictive(rules.people.who([subject]), IMAGE_VOICE, purpose)
    return None if isinstance(ceiling, int) and ceiling >= needs else Stays.NOT_AGREED
