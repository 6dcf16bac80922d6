"""Whether a file may go out under a profile that lets nobody be seen or heard who did not agree to it.

There are no masked renditions yet, so that a file either shows nobody who has to be masked, or stays. A person has to
have looked at it, and what marks say of it has to agree with what they found.
"""

from collections.abc import Mapping
from typing import Final

from copwatch.bundle.decisions import Deciding
from copwatch.bundle.people import IMAGE_VOICE, Row
from copwatch.catalogue.shown import EvidenceRow
from copwatch.model.profile import COURT
from copwatch.model.records import Review
from copwatch.workflows.gathering import Around

_CLEARED: Final = ("nobody", "officers", "agreed")
_IDENTIFIED: Final = 6
"""The level of consent from which on a person may be recognised in what leaves the legal team."""


def is_cleared(reviews: Mapping[str, Review], rules: Deciding, found: Around, row: EvidenceRow) -> bool:
    """Whether an item may go out as it is: the profile does not ask, or a person cleared it and no mark contradicts.

    `reviews` are those of the profile, by leaf.
    """
    if not rules.profile.masks:
        return True
    review = reviews.get(row.leaf)
    if review is None or review.people not in _CLEARED:
        return False
    marks = [mark for mark in found.by_kind["mark"].values() if mark.get("evidence") == row.id]
    return all(_may_be_shown(rules, mark, agreed=review.people == "agreed") for mark in marks) and (
        review.people != "agreed" or bool(marks)
    )


def _may_be_shown(rules: Deciding, mark: Row, *, agreed: bool) -> bool:
    """Officers on duty, and who agreed to be recognised. Who it is has to be said, and is said by the mark alone."""
    subject = mark.get("subject")
    if isinstance(subject, str) and subject.partition("/")[2].startswith("O"):
        return True
    if not agreed or not isinstance(subject, str):
        return False
    needs = max(rules.profile.level, 0 if rules.profile.basis == COURT else _IDENTIFIED)
    purpose = rules.profile.purpose or None
    ceiling = rules.people.most_restrictive(rules.people.who([subject]), IMAGE_VOICE, purpose)
    return isinstance(ceiling, int) and ceiling >= needs
