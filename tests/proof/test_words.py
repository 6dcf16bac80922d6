"""Bytes as words: the published BIP 39 vectors, and what a tired hand may write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.errors import BadInput
from copwatch.proof.words import draw_words, from_words, to_words

# From the test vectors of BIP 39 (github.com/trezor/python-mnemonic, vectors.json).
VECTORS = {
    "00000000000000000000000000000000": "abandon " * 11 + "about",
    "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f":
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "80808080808080808080808080808080":
        "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
    "ffffffffffffffffffffffffffffffff": "zoo " * 11 + "wrong",
    "9e885d952ad362caeb4efe34a8e91bd2":
        "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
    "0000000000000000000000000000000000000000000000000000000000000000": "abandon " * 23 + "art",
    "8080808080808080808080808080808080808080808080808080808080808080":
        "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd "
        "amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff": "zoo " * 23 + "vote",
    "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c":
        "hamster diagram private dutch cause delay private meat slide toddler razor book "
        "happy fancy gospel tennis maple dilemma loan word shrug inflict delay length",
}  # fmt: skip
ENTROPY = st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n))
WORDS = VECTORS["9e885d952ad362caeb4efe34a8e91bd2"]


@pytest.mark.parametrize("entropy", VECTORS)
def test_published_vectors(entropy):
    assert to_words(bytes.fromhex(entropy)) == VECTORS[entropy]
    assert from_words(VECTORS[entropy]) == bytes.fromhex(entropy)


@given(ENTROPY)
def test_words_and_bytes_are_inverse(data):
    assert from_words(to_words(data)) == data


@given(ENTROPY)
def test_four_letters_of_each_word_are_enough(data):
    assert from_words(" ".join(word[:4] for word in to_words(data).split())) == data


@pytest.mark.parametrize(
    "written",
    [
        WORDS.upper(),
        WORDS.replace(" ", "\n"),
        WORDS.replace(" ", ", "),
        "  " + WORDS.replace(" ", "   ") + "\t",
        " ".join(f"{n}. {word.title()}" for n, word in enumerate(WORDS.split(), 1)),
        WORDS.replace(" ", "\u3000"),
    ],
    ids=["capitals", "one a line", "commas", "spaces", "numbered", "wide spaces"],
)
def test_how_it_was_written_does_not_matter(written):
    assert from_words(written) == from_words(WORDS)


WRONG = {
    "nothing": "",
    "a word that is none": WORDS.replace("drill", "dril1l"),
    "a word of another language": WORDS.replace("drill", "bohrer"),
    "three letters": WORDS.replace("drill", "dri"),
    "one word missing": WORDS.rsplit(" ", 1)[0],
    "one word more": WORDS + " picnic",
    "two words swapped": WORDS.replace("drill grab", "grab drill"),
    "another valid word": WORDS.replace("picnic", "piece"),
    "letters behind a whole word": WORDS.replace("drill", "drilled"),
    "fullwidth letters": WORDS.replace("drill", "ｄｒｉｌｌ"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_words_are_refused(name):
    with pytest.raises(BadInput):
        from_words(WRONG[name])


def test_the_message_says_which_word_and_does_not_repeat_it():
    with pytest.raises(BadInput, match="word 2 ") as caught:
        from_words(WORDS.replace("drill", "secretlike"))
    assert "secretlike" not in str(caught.value)


def test_drawn_words_come_from_the_list_one_draw_each():
    numbers = iter([0, 2047, 3])
    assert draw_words(3, lambda _: next(numbers)) == "abandon zoo about"
