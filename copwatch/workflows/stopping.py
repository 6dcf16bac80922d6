"""What an export of an incident would stop on, before there is one: the same values, found in the same way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from copwatch.bundle.decisions import Deciding, Decision
from copwatch.bundle.leaksearch.folding import folded
from copwatch.bundle.leaksearch.matcher import Matcher
from copwatch.bundle.leaksearch.of_plan import secrets_elsewhere, secrets_of
from copwatch.bundle.leaksearch.secrets import Secret
from copwatch.bundle.leaksearch.surfaces import common_words
from copwatch.bundle.people import Row
from copwatch.bundle.suggestions import Names, secrets_in
from copwatch.bundle.withheld import Leaving, withheld_values
from copwatch.model.profile import COUNSEL
from copwatch.model.redaction import Treatment
from copwatch.model.spots import Spot, about


@dataclass(frozen=True, slots=True)
class Stopping:
    """What stays of the records around an incident, for no client and for each who could be.

    Attributes:
        of: all records and the rules, with the reviews, for no client.
        matcher: finds whatever stays where nobody is the client.
        undecided: values about which nobody decided, by leaf and path: one never stops the same words elsewhere.
    """

    of: Leaving
    matcher: Matcher
    undecided: frozenset[tuple[str, str]]
    _stays: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def names(self, leaf: str, path: str, text: str, client: str = "") -> Names:
        """What of a text an export would stop on; `client` where it goes out to the counsel of that person alone."""

        def counts(secret: Secret) -> bool:
            at = (secret.leaf, secret.path)
            if at == (leaf, path) or (at in self.undecided and folded(secret.value) == folded(text)):
                return False
            return not client or secret.leaf not in self.of.known or at in self._staying(client)

        return secrets_in(text, self.matcher, counts)

    def for_client(self, rules: Deciding, held: Row, leaf: str, spot: Spot) -> tuple[Decision, str] | None:
        """What is decided about a field that goes out to the counsel of one person alone, and who that is."""
        about_it = rules.people.about(spot) or rules.people.who(about(held))
        if rules.profile.basis != COUNSEL or len(about_it) != 1:
            return None
        (client,) = about_it
        theirs = _for(rules, client)
        if theirs.leaves_out(held):
            return None
        decided = next(each for each in theirs.of(held, leaf) if each.path == spot.path)
        return (decided, client) if decided.shown or decided.treatment is Treatment.REVIEW else None

    def _staying(self, client: str) -> frozenset[tuple[str, str]]:
        if client not in self._stays:
            of = replace(self.of, rules=_for(self.of.rules, client))
            self._stays[client] = frozenset((each.leaf, each.path) for each in withheld_values(of))
        return self._stays[client]


def stopping(of: Leaving) -> Stopping:
    """What an export would stop on; `of` has no client."""
    secrets = [secret for secret, of_file in secrets_of(of.rules, withheld_values(of)) if not of_file]
    matcher = Matcher([*secrets, *secrets_elsewhere(of)], common_words())
    return Stopping(of, matcher, frozenset(_undecided(of.rules, of.known)))


def _undecided(rules: Deciding, known: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    for leaf, record in known.items():
        review = rules.reviews.get(leaf)
        told = {*review.withholds, *review.replaces} if review else set()
        for each in rules.of(record, leaf):
            if each.treatment is Treatment.REVIEW:
                yield from ((leaf, path) for path in each.withheld if path not in told)


def _for(rules: Deciding, client: str) -> Deciding:
    return replace(rules, people=replace(rules.people, client=frozenset({client}), _ceilings={}))
