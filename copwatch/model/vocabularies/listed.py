"""How a vocabulary is written: its terms in one text, with gaps between."""

from copwatch.model.vocabulary import Vocabulary


def listed(name: str, terms: str, alone: str = "") -> Vocabulary:
    """A vocabulary of the words of `terms`; those of `alone` exclude every other in a list of several."""
    return Vocabulary(name, tuple(terms.split()), frozenset(alone.split()))
