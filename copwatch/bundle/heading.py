"""What stands at the head of a bundle with proofs, in page and print: whom it is for, and how it is to be kept."""

from copwatch.bundle.facts import Facts
from copwatch.text import clean

_COUNSEL = "the client's own counsel"
"""Whom a bundle is for that does not say so."""


def designation(facts: Facts) -> str:
    """What stands on every page and in the load file; empty where a profile says that it may be read by everybody."""
    return "Confidential" if facts.confidential else ""


def notice(facts: Facts) -> str:
    """Whom it is for, and what it is not."""
    head = f"{designation(facts)}: made" if facts.confidential else "Made"
    return (
        f"{head} for {clean(facts.audience or _COUNSEL)}. It is not redacted for anybody else. Where a"
        " field is marked as stated, its value was changed before it was given out; what was recorded stays with the"
        " group. This is not legal advice, and no attorney reviewed how it was made."
    )
