"""People of the archive who are not in what leaves: whole names and numbers of theirs are found, and nothing less."""

import pytest

from copwatch.bundle.leaksearch.matcher import Matcher
from copwatch.bundle.leaksearch.of_plan import looked_for
from copwatch.bundle.leaksearch.secrets import Secret, Sort
from copwatch.bundle.leaksearch.strangers import of_person
from tests.bundle.making import Maker, draw, hexed, rules

IDENTITY = {
    "type": "identity",
    "entity": draw("identity"),
    "person": draw("person"),
    "is_minor": "no",
    "legal_name": "María de la Cruz-Gómez",
    "aliases": ["Mari", "Big Mari"],
    "phone": "+1 (555) 010-4477",
    "email": "mari@example.org",
    "messenger": "as usual",
    "safe_contact_method": "text only",
    "date_of_birth": "1990-05-01",
    "home_address": "12 Example St, Oakland",
    "housing_situation": "shelter",
    "gov_ids": [{"kind": "passport", "value": "X1234567"}],
    "emergency_contacts": [{"name": "Alex Example", "relation": "sister", "how": "555 0101"}],
}
LEAF = hexed("elsewhere")


def found(value, text):
    return Matcher([Secret(value, "identity", LEAF, "/x", Sort.WHOLE)]).in_cell(text) == {0}


def test_what_tells_who_somebody_is():
    assert {each.value for each in of_person(LEAF, IDENTITY)} == {
        "María de la Cruz-Gómez", "Big Mari", "+1 (555) 010-4477", "mari@example.org", "12 Example St, Oakland",
        "X1234567", "Alex Example", "555 0101",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("María de la Cruz-Gómez", "MARIA DE LA CRUZ GOMEZ"),
        ("María de la Cruz-Gómez", "Gomez, Maria"),
        ("María de la Cruz-Gómez", "maria_cruz_interview.mp4"),
        ("María de la Cruz-Gómez", "IMG-MariaGomez2.jpg"),
        ("María de la Cruz-Gómez", "maria.gomez"),
        ("María de la Cruz-Gómez", "Maria E. Gomez"),
        ("Ann B. Park", "ann c park was there"),
        ("Jürgen Müller", "Herr Juergen Mueller's car"),
        ("+1 (555) 010-4477", "at 18:00, 555-010-4477"),
        ("+1 (555) 010-4477", "15550104477"),
        ("(555) 010-4477", "555-0104477"),
        ("+44 20 7946 0958", "020 7946 0958"),
        ("555 0101", "dial 555-0101."),
        ("12 Example St, Oakland", "from 12 Example Street to the park"),
        ("X1234567", "passport x1234567"),
    ],
)
def test_a_whole_is_found_however_it_is_written(value, text):
    assert found(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("María de la Cruz-Gómez", "Maria spoke to Cruz"),
        ("Ann Park", "Joann Parker"),
        ("Ann Park", "vi a Ann y Park"),
        ("Ann Park", "Officer A. Park"),
        ("+1 (555) 010-4477", "875550104477"),
        ("555 0101", '{"size":5550101}'),
    ],
)
def test_a_part_is_not_found_nor_is_what_goes_on(value, text):
    matcher = Matcher([Secret(value, "identity", LEAF, "/x", Sort.WHOLE)])
    assert not matcher.in_text(text) and not (value == "555 0101" and matcher.in_bytes(text.encode()))


def test_a_name_in_the_bytes_of_a_file_is_found():
    matcher = Matcher([Secret("Big Mari", "identity", LEAF, "/x", Sort.WHOLE)])
    assert matcher.in_bytes(b"\0Artist\0BIG MARI\0") and matcher.in_bytes("Big Mari".encode("utf-16-le"))


def test_whoever_a_field_of_the_bundle_names_openly_is_no_stranger_there():
    def values(*officers):
        maker = Maker()
        maker.report(narrative_observed=["Big Mari was there."], officers=list(officers))
        rule = rules("court-filing")
        looked = looked_for(maker.plan(rules=rule, elsewhere=lambda: [(LEAF, IDENTITY)]))
        return {each.value for each in looked.documents.secrets if each.sort is Sort.WHOLE}

    every = {each.value for each in of_person(LEAF, IDENTITY)}
    assert values() == every
    assert values({"label": "O1", "name_as_seen": "BIG  MARI"}) == every - {"Big Mari"}
    assert values({"label": "O1", "name_as_seen": "Mari"}, {"label": "O2", "name_as_seen": "Big"}) == every
