"""How a bundle is headed: confidential, unless its profile says that everybody may read it."""

from dataclasses import replace

import pytest

from copwatch.bundle.documents import PAGE, REPORT
from copwatch.bundle.facts import parse_facts
from copwatch.bundle.profiles import profile_text
from copwatch.bundle.sheet import sheet
from copwatch.bundle.write import prepare
from copwatch.errors import BadInput
from copwatch.model.profile import SHIPPED, read_profile
from copwatch.proof.shapes import Malformed
from tests.bundle.making import Maker, rules


def prepared(profile, **changes):
    maker = Maker()
    maker.report(city="Oakland")
    decides = rules(profile, *maker.records)
    decides = replace(decides, profile=replace(decides.profile, **changes))
    facts, proofs, texts = prepare(maker.plan(rules=decides, strips=True))
    return facts, texts, sheet(facts, {proof.leaf: proof.as_shown() for proof in proofs})


def test_what_goes_on_a_public_docket_is_not_called_confidential():
    _, texts, printed = prepared("court-filing")
    assert b">Made for a court, on its public docket." in texts[PAGE] and b"Confidential" not in texts[PAGE]
    assert printed["mark"] == "" and str(printed["notice"]).startswith("Made for a court")
    assert not parse_facts(texts[REPORT]).confidential


def test_whatever_does_not_say_otherwise_is_confidential():
    for profile, changes in (("client-counsel", {}), ("court-filing", {"confidential": True})):
        _, texts, printed = prepared(profile, **changes)
        assert b">Confidential: made for " in texts[PAGE] and printed["mark"] == "Confidential"
        assert parse_facts(texts[REPORT]).confidential and b'"confidential"' not in texts[REPORT]


def test_no_report_says_it_in_another_way():
    _, texts, _ = prepared("court-filing")
    for other in (b"true", b"0", b'"no"'):
        with pytest.raises(Malformed):
            parse_facts(texts[REPORT].replace(b'"confidential":false', b'"confidential":' + other))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_copy_is_confidential_when_it_says_nothing_and_for_counsel_and_partners_always(name):
    text = profile_text(name).replace("confidential = false\n", "")
    assert read_profile(text).confidential
    said = f"confidential = false\n{text}"
    if name in ("client-counsel", "partner-org"):
        with pytest.raises(BadInput, match="is confidential"):
            read_profile(said)
    else:
        assert not read_profile(said).confidential
