"""What is looked for in the bundle of a plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Final

from copwatch.bundle.decision import UNREVIEWED
from copwatch.bundle.decisions import Deciding
from copwatch.bundle.leaksearch.folding import folded
from copwatch.bundle.leaksearch.matcher import Matcher
from copwatch.bundle.leaksearch.secrets import Secret, secret_of, secrets_of_keys
from copwatch.bundle.leaksearch.strangers import strangers
from copwatch.bundle.leaksearch.surfaces import common_words
from copwatch.bundle.plan import BundlePlan
from copwatch.bundle.withheld import Leaving, WithheldValue, leaving, withheld_values
from copwatch.model.values import to_datetime

_TO_MINUTES: Final = len("2026-11-22T18:00")


@dataclass(frozen=True, slots=True)
class Looked:
    """Two searches: `documents` for everything that is written about the evidence, `files` for the evidence itself.

    What a cleaned file said of itself (its name, its camera) is looked for in files alone: the words of a report that
    mention such a thing go out as they were written.
    """

    documents: Matcher
    files: Matcher


def looked_for(plan: BundlePlan) -> Looked:
    """Every withheld value, the salt of each, the seed of every record of a plan, and who is elsewhere in the archive.

    Terms of vocabularies are not looked for: they say something only where they stand. Numbers below ten and yes or no
    are not either.
    """
    secrets = list(_secrets(plan))
    files = Matcher([secret for secret, _ in secrets], common_words())
    return Looked(files.without([index for index, (_, of_file) in enumerate(secrets) if of_file]), files)


def _secrets(plan: BundlePlan) -> Iterator[tuple[Secret, bool]]:
    known, of = plan.known(), leaving(plan)
    closed: dict[str, list[str]] = {leaf: [] for leaf in known}
    values = list(withheld_values(of))
    for value in values:
        closed[value.leaf].append(value.path)
    made = to_datetime(plan.created_at) if plan.rules.profile.proof else None
    minute = made.astimezone(UTC).isoformat()[:_TO_MINUTES] if made else None
    # Of what happened in the minute in which the bundle is made, the bundle itself says the time. A line of print may
    # end behind the minutes.
    yield from secrets_of(of.rules, (each for each in values if _minute(each) != minute))
    yield from ((stranger, False) for stranger in secrets_elsewhere(of))
    for leaf, paths in closed.items():
        yield from ((key, False) for key in secrets_of_keys(known[leaf].opened, paths))


def _minute(value: WithheldValue) -> str:
    """That of a time, in UTC."""
    return value.moment[0][:_TO_MINUTES] if value.moment else ""


def secrets_of(rules: Deciding, values: Iterable[WithheldValue]) -> Iterator[tuple[Secret, bool]]:
    """What is looked for of some values, and whether in files alone."""
    for value in values:
        if value.is_term:
            continue
        secret = secret_of(value.type, value.leaf, value.path, value.value, value.class_, value.code)
        if secret is not None:
            yield _ruled(rules, secret, value.beside), value.of_file


def secrets_elsewhere(of: Leaving) -> Iterator[Secret]:
    """What is looked for of people who are elsewhere in the archive."""
    yield from (_ruled(of.rules, stranger) for stranger in strangers(of))


def _ruled(rules: Deciding, secret: Secret, beside: Iterable[str] = ()) -> Secret:
    """With the phrases of which a reviewer said that they mean something else, and what is shown `beside`."""
    words = rules.reviews.get(secret.leaf, UNREVIEWED).same_words.get(secret.path, frozenset())
    return replace(secret, ruled=frozenset(map(folded, (*words, *beside))))
