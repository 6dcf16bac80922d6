import re

from copwatch.model import vocabulary
from copwatch.model.redaction import Class
from copwatch.model.vocabulary import NOT_KNOWN, PREMIS, Vocabulary

ALL = [value for value in vars(vocabulary).values() if isinstance(value, Vocabulary)]


def test_terms_are_words_that_a_form_can_write_and_stand_once():
    for each in ALL:
        assert len(set(each.terms)) == len(each.terms), each.name
        assert all(re.fullmatch("[a-z][a-z0-9_]*", term) for term in each.terms), each.name
        assert each.alone <= set(each.terms)
        assert not set(each.terms) & set(NOT_KNOWN), each.name


def test_premis_codes_have_three_letters():
    assert all(re.fullmatch("[a-z]{3}", code) for code in PREMIS.values())


def test_every_class_says_what_it_means():
    assert len(Class) == 25
    assert all(each.meaning and each.value == each.name for each in Class)
