import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

from copwatch.model import vocabularies, vocabulary
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.vocabulary import NOT_KNOWN, PREMIS, Vocabulary

MODULES = [
    vocabulary,
    *(import_module(f"{vocabularies.__name__}.{m.name}") for m in iter_modules(vocabularies.__path__)),
]
ALL = [value for module in MODULES for value in vars(module).values() if isinstance(value, Vocabulary)]
IN_FIELDS = [field.vocabulary for field in SCHEMA.all_fields() if field.vocabulary]


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_terms_are_words_that_a_form_can_write_and_stand_once(each):
    assert len(set(each.terms)) == len(each.terms)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", term) for term in each.terms)
    assert each.alone <= set(each.terms)


def test_each_name_is_of_one_vocabulary_and_each_vocabulary_stands_once():
    by_name = {}
    for each in [*ALL, *IN_FIELDS]:
        assert by_name.setdefault(each.name, each) is each, each.name


def test_unknown_is_no_term_of_a_field_because_every_field_takes_it():
    assert not [each.name for each in IN_FIELDS if set(each.terms) & set(NOT_KNOWN)]


def test_premis_codes_have_three_letters():
    assert all(re.fullmatch("[a-z]{3}", code) for code in PREMIS.values())


def test_every_class_says_what_it_means():
    assert len(Class) == 25
    assert all(each.meaning and each.value == each.name for each in Class)
