"""Paper forms: everything that prompts ask, in their order, and nothing that stands anywhere else."""

import re

import pytest

from copwatch import __version__
from copwatch.model.entities import OWN_SECTION
from copwatch.model.fields import Field
from copwatch.model.own_fields import with_own
from copwatch.model.questions import later_questions, questions
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.templates import TEMPLATES, Template
from copwatch.model.values import Terms, Text
from copwatch.model.vocabulary import NOT_KNOWN, label
from copwatch.typesetting.paper import SIZES, Paper, form_data, paper_form
from copwatch.typesetting.typeset import typeset
from tests.typesetting.pdf import checked, flowing, said, text_of

OWN = """
[[field]]
name = "radio_channel"
type = "text"
class = "ORG"
help = "the radio channel of the shift"
question = "Which radio channel?"
asked_by = ["stop"]

[[terms]]
vocabulary = "force_type"
add = ["x_net_launcher"]
"""


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
@pytest.mark.parametrize("size", SIZES)
def test_every_question_prompt_and_term_of_a_template_is_on_paper(template, size, tmp_path):
    made = paper_form(template, Paper(size, larger=size == "a4"), __version__)
    assert made.undrawn == ()
    shown = flowing(text_of(made.pdf, tmp_path))
    found = set(re.findall(r"[\w']+", shown))
    asked = [*questions(template), *later_questions(template)]
    assert ("If there is more time" in shown) == bool(template.later)
    for number, question in enumerate(asked, 1):
        assert re.search(rf"\b{number} {re.escape(question.text.split()[0])}", shown), question.text
        for each in (question, *question.rows):
            words = [
                each.text,
                *each.before,
                *(choice.label for choice in each.choices if choice.term not in NOT_KNOWN),
            ]
            assert set(re.findall(r"[\w']+", " ".join(words))) <= found, each.text
    for word in ("unknown", __version__, template.name, "written by", "entered by", "page 1 of"):
        assert word in shown


def test_terms_stand_whole_beside_their_boxes(tmp_path):
    shown = flowing(text_of(paper_form(TEMPLATES["stop"], Paper(), __version__).pdf, tmp_path))
    for term in SCHEMA.field("report", "force").type.vocabulary.terms:
        assert label(term) in shown
    assert "How do you know?" in shown
    assert "told by (handle)" in shown


def test_paper_says_no_group_unless_it_is_given_and_then_as_text(tmp_path):
    template = TEMPLATES["stop"]
    plain = text_of(paper_form(template, Paper(), __version__).pdf, tmp_path)
    named = text_of(paper_form(template, Paper(group="East *Bay* #watch"), __version__).pdf, tmp_path)
    assert "East *Bay* #watch" in named
    assert "East" not in plain


def test_paper_has_the_size_that_is_asked_for(tmp_path):
    for size, points in (("letter", "612 x 792"), ("a4", "595.276 x 841.89")):
        path = checked(paper_form(TEMPLATES["survivor"], Paper(size), __version__).pdf, tmp_path)
        assert points in said("pdfinfo", path)


def test_the_same_form_is_the_same_bytes():
    first, second = (paper_form(TEMPLATES["raid"], Paper(), __version__).pdf for _ in range(2))
    assert first == second


def test_a_new_field_that_a_template_asks_for_is_on_its_paper():
    field = Field("report", "weather", Text(), Class.PUB, "what the weather was", "What was the weather?")
    asked = Template("stop", "x", None, ("weather",))
    drawn = form_data(asked, Paper(), "1", SCHEMA.with_fields(field))["questions"][-1]
    assert (drawn["text"], drawn["help"], drawn["kind"]) == (
        "What was the weather?", "what the weather was", "line",
    )  # fmt: skip


def test_a_groups_own_fields_and_terms_are_on_paper(tmp_path):
    schema = with_own(OWN)
    shown = text_of(paper_form(TEMPLATES["stop"], Paper(), __version__, schema).pdf, tmp_path)
    assert "Which radio channel?" in shown
    assert "x net launcher" in shown
    other = text_of(paper_form(TEMPLATES["raid"], Paper(), __version__, schema).pdf, tmp_path)
    assert "Which radio channel?" not in other


def test_a_question_that_fits_on_no_page_goes_on_on_the_next(tmp_path):
    terms = [f"x_term{number}" for number in range(200)]
    drawn = form_data(TEMPLATES["stop"], Paper(), "1")
    for question in (drawn["questions"][3], *drawn["questions"][5]["rows"][:1]):
        question |= {"kind": "boxes", "terms": [f"{term}{question['text'][0]}" for term in terms]}
    long = " ".join(f"word{number}" for number in range(3000))
    drawn["questions"][4] |= {"kind": "line", "text": long}
    found = set(flowing(text_of(typeset("paper", drawn).pdf, tmp_path)).split())
    first, inside = (drawn["questions"][at] for at in (3, 5))
    assert {*first["terms"], *inside["rows"][0]["terms"], *long.split()} <= found


def test_hostile_own_fields_are_text_on_paper(tmp_path):
    hostile = Field(
        OWN_SECTION, "x1", Text(), Class.ORG, '#read("/etc/passwd") 日', "*Q* #panic()?", asked_by=("stop",)
    )
    made = paper_form(TEMPLATES["stop"], Paper(), __version__, SCHEMA.with_fields(hostile))
    shown = text_of(made.pdf, tmp_path)
    assert "*Q* #panic()?" in shown
    assert '#read("/etc/passwd") [U+65E5]' in shown
    assert made.undrawn == ("日",)


def test_what_must_not_be_written_stands_once_and_before_the_first_question():
    for template in TEMPLATES.values():
        drawn = form_data(template, Paper(), "1")
        asked = [*questions(template), *later_questions(template)]
        before = [line for question in asked for line in question.before]
        assert drawn["before"] == list(dict.fromkeys(before))
    assert form_data(TEMPLATES["survivor"], Paper(), "1")["before"][0].startswith(
        "Stop if the person does not"
    )


def test_several_boxes_may_be_ticked_only_where_several_terms_may_be_said():
    drawn = form_data(TEMPLATES["stop"], Paper(), "1")["questions"]
    asked = [*questions(TEMPLATES["stop"]), *later_questions(TEMPLATES["stop"])]
    by_text = {question.text: question.field.type for question in asked}
    assert {q["text"]: q["several"] for q in drawn} == {t: isinstance(k, Terms) for t, k in by_text.items()}
