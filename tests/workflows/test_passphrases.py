"""Which passphrases are refused, and why."""

import pytest

from copwatch.errors import Refused
from copwatch.workflows.founding import offer_passphrase
from copwatch.workflows.passphrases import check_passphrase


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ("short words", "shorter than 12"),
        ("trailing words stay ", "space"),
        ("tabs\tin the words", "cannot be typed"),
        ("193847561029384", "only digits"),
        ("aaaaaaaaaaaaaaaaaa", "repeats"),
        ("harbourharbour", "repeats"),
        ("abcdefghijklmnop", "order"),
        ("Password1234!!", "guessed first"),
        ("CopWatch-2026-acab", "guessed first"),
    ],
)
def test_a_weak_passphrase_is_refused_with_its_reason_and_never_repeated(chosen, reason):
    with pytest.raises(Refused, match=reason) as refused:
        check_passphrase(chosen)
    assert chosen not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    "chosen", ["harbour violet ladder", "Zoë's überlange Worte", "kX9#mQ2$vL7!", "ночной поезд на север"]
)
def test_several_words_or_drawn_characters_are_taken(chosen):
    check_passphrase(chosen)


def test_what_is_offered_is_never_refused():
    for _ in range(200):
        check_passphrase(offer_passphrase())
